using System.Globalization;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Record;

/// <summary>What a timeline is limited to. It lives in the address: a page that was found once is found again.</summary>
public sealed record TimelineFilter
{
    /// <summary>All of it.</summary>
    public static TimelineFilter None { get; } = new();

    /// <summary>Characters of a year.</summary>
    internal const int YearLength = 4;

    public Kind? Kind { get; init; }

    /// <summary>The first year, inclusive.</summary>
    public int? From { get; init; }

    /// <summary>The last year, inclusive.</summary>
    public int? To { get; init; }

    /// <summary>What was typed as years: the form keeps it, also when it cannot be understood.</summary>
    public (string? From, string? To) TypedYears { get; init; }

    /// <summary>The number of a source, for one's own record.</summary>
    public long? Source { get; init; }

    /// <summary>Words that entries must have.</summary>
    public string? Text { get; init; }

    /// <summary>What was asked for and cannot be understood, to be told beside the form; such a part limits nothing.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether anything but the kind is limited.</summary>
    public bool IsNarrow => From is not null || To is not null || Source is not null || Text is not null;

    /// <summary>Reads a filter out of an address.</summary>
    public static TimelineFilter Read(IQueryCollection query)
    {
        var text = query["q"].ToString().Trim();
        string? problem = null;
        var from = Year(query["from"], ref problem);
        var to = Year(query["to"], ref problem);
        if (from > to)
        {
            problem = RecordText.YearsTurned;
            from = to = null;
        }

        if (text.Length > TextCriterion.MaxLength)
        {
            problem = Say.Fill(RecordText.TextTooLong, Say.Number(TextCriterion.MaxLength));
            text = "";
        }

        return new TimelineFilter
        {
            Kind = Kind.Find(query["kind"]),
            From = from,
            To = to,
            TypedYears = (Typed(query["from"]), Typed(query["to"])),
            Source = long.TryParse(query["source"], NumberStyles.None, CultureInfo.InvariantCulture, out var source) ? source : null,
            Text = text.Length == 0 ? null : text,
            Problem = problem,
        };
    }

    /// <summary>What it asks of a record; a cursor that is none begins at the start.</summary>
    /// <param name="types">The FHIR types of the kind; null for all.</param>
    /// <param name="after">Where the page before ended.</param>
    /// <param name="count">Entries on a page.</param>
    public RecordQuery.Timeline Query(IReadOnlyCollection<string>? types, string? after, int count = Timeline.PageSize) => new(count, after)
    {
        Types = types,
        Merges = true,
        From = From is { } from ? StartOf(from) : null,
        Until = To is { } to and < 9999 ? StartOf(to + 1) : null,
        Source = Source,
        CountsTypes = true,
        Text = Text is { } text ? TextCriterion.Of(text, Glossary.OfficialNames(text)) : null,
    };

    /// <summary>Its parts as an address has them.</summary>
    public IEnumerable<(string Name, string? Value)> Fields()
    {
        yield return ("kind", Kind?.Name);
        yield return ("from", From?.ToString(CultureInfo.InvariantCulture));
        yield return ("to", To?.ToString(CultureInfo.InvariantCulture));
        yield return ("source", Source?.ToString(CultureInfo.InvariantCulture));
        yield return ("q", Text);
    }

    private static DateTimeOffset StartOf(int year) => new(year, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What the form's field can hold; null for more.</summary>
    private static string? Typed(string? text) => text?.Trim() is { Length: > 0 and <= YearLength } typed ? typed : null;

    private static int? Year(string? text, ref string? problem)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1 and <= 9999)
        {
            return year;
        }

        problem = RecordText.NoYear;
        return null;
    }
}
