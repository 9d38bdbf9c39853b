using System.Globalization;

namespace Rapport.Consent.Tests;

/// <summary>A record that answers every question by looking at every entry.</summary>
public sealed class TestRecord(IReadOnlyList<TestEntry> entries) : RecordView
{
    public IReadOnlyList<TestEntry> Entries => entries;

    /// <summary>What <see cref="Born"/> says.</summary>
    public DateOnly? BornOn { get; init; }

    public override DateOnly? Born => BornOn;

    public override int Count => entries.Count;

    public override IReadOnlyList<LabelledEntries> Labels =>
    [
        .. from label in entries.SelectMany(static e => e.Labels).Distinct()
           let parts = label.Split('|')
           select new LabelledEntries(parts[0], parts[1], Where(e => e.Labels.Contains(label))),
    ];

    public override IReadOnlyList<(int Comment, int On)> Comments =>
    [
        .. from comment in entries.Index()
           where comment.Item.CommentOn is not null
           select (comment.Index, entries.Index().Where(e => e.Item.Reference == comment.Item.CommentOn && e.Item.CommentOn is null).Select(static e => e.Index).DefaultIfEmpty(-1).First()),
    ];

    public override EntrySet WithType(string resourceType) => Where(e => e.Type == resourceType);

    public override EntrySet WithCode(string system, string code) => Where(e => e.Codes.Contains($"{system}|{code}"));

    public override EntrySet WithDocumentClass(string system, string code) => Where(e => e.Classes.Contains($"{system}|{code}"));

    public override EntrySet InPeriod(DateTimeOffset? start, DateTimeOffset? end) => Where(e =>
        e.On is not null && Time(e.On) is var (from, to) && (start is null || to >= start) && (end is null || from <= end));

    public override EntrySet Instance(string reference) => Where(e => e.Reference == reference);

    public override EntrySet Related(string reference)
    {
        var refersTo = entries.Where(e => e.Reference == reference).SelectMany(static e => e.Refers).ToHashSet();
        return Where(e => e.Reference == reference || e.Refers.Contains(reference) || refersTo.Contains(e.Reference));
    }

    public override EntrySet Dependents(string reference) => Where(e => e.Reference == reference || e.Refers.Contains(reference));

    public override EntrySet AuthoredBy(string reference) => Where(e => e.Authors.Contains(reference));

    public override DateTimeOffset? EndOf(string treatment, DateTimeOffset since) => entries.FirstOrDefault(e => e.Reference == treatment) switch
    {
        null or { Ends: "over" } => DateTimeOffset.MinValue,
        { Ends: null } => null,
        { Ends: var day } => Span(day).From,
    };

    /// <summary>The first and the last instant of what <see cref="TestEntry.On"/> says.</summary>
    private static (DateTimeOffset From, DateTimeOffset To) Time(string on)
    {
        var parts = on.Split('/');
        return (Span(parts[0]).From, parts[^1].Length == 0 ? DateTimeOffset.MaxValue : Span(parts[^1]).To);
    }

    private static (DateTimeOffset From, DateTimeOffset To) Span(string date)
    {
        var from = DateTimeOffset.Parse(
            date + "0001-01-01"[date.Length..], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var after = date.Length switch { 4 => from.AddYears(1), 7 => from.AddMonths(1), _ => from.AddDays(1) };
        return (from, after.AddTicks(-1));
    }

    private EntrySet Where(Func<TestEntry, bool> condition)
    {
        var builder = new EntrySetBuilder(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            if (condition(entries[i]))
            {
                builder.Add(i);
            }
        }

        return builder.ToSet();
    }
}
