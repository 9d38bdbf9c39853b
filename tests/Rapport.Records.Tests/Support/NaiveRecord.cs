using System.Globalization;
using System.Text.Json;
using Rapport.Consent;
using Rapport.Fhir;

namespace Rapport.Records.Tests;

/// <summary>One version of one resource, by its JSON alone.</summary>
internal sealed record NaiveEntry(string Id, int Version, byte[] Body)
{
    public JsonElement Json { get; } = JsonDocument.Parse(Body).RootElement;

    public Resource Resource { get; } = Resource.Read(Body);

    public string Type => Resource.TypeName;

    public string Reference => $"{Type}/{Id}";

    public (string System, string Code)[] Labels => Json.TryGetProperty("meta", out var meta) ? Codings(meta, "security") : [];

    /// <summary>Everything it refers to.</summary>
    public string[] References => [.. Texts(Json, "reference")];

    /// <summary>The first instant and the first after its time; null when it has none.</summary>
    public (DateTimeOffset From, DateTimeOffset Until)? When
    {
        get
        {
            foreach (var name in new[] { "effectiveDateTime", "onsetDateTime", "recordedDate", "dateTime", "recorded" })
            {
                if (Json.TryGetProperty(name, out var date))
                {
                    return Span(date.GetString()!);
                }
            }

            return Json.TryGetProperty("period", out var period) ? (Span(period.GetProperty("start").GetString()!).From, DateTimeOffset.MaxValue) : null;
        }
    }

    public bool HasCode(string system, string code) => new[] { "code", "category", "type", "class", "scope" }.Any(name =>
        Json.TryGetProperty(name, out var value) && All(value).Any(v => v.ValueKind == JsonValueKind.Object && (v.TryGetProperty("coding", out _) ? Codings(v, "coding") : [Coding(v)]).Contains((system, code))));

    public bool Names(string reference) => new[] { "performer", "asserter", "recorder", "requester", "agent" }.Any(name =>
        Json.TryGetProperty(name, out var value) && Texts(value, "reference").Contains(reference));

    private static (DateTimeOffset From, DateTimeOffset Until) Span(string date)
    {
        if (date.Length > 10)
        {
            var at = DateTimeOffset.Parse(date, CultureInfo.InvariantCulture);
            return (at, at.AddMilliseconds(1));
        }

        var from = DateTimeOffset.Parse(date + "0001-01-01"[date.Length..], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return (from, date.Length switch { 4 => from.AddYears(1), 7 => from.AddMonths(1), _ => from.AddDays(1) });
    }

    private static (string System, string Code)[] Codings(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var codings) ? [.. codings.EnumerateArray().Select(Coding)] : [];

    private static (string System, string Code) Coding(JsonElement coding) =>
        (coding.TryGetProperty("system", out var system) ? system.GetString()! : "", coding.TryGetProperty("code", out var code) ? code.GetString()! : "");

    private static IEnumerable<JsonElement> All(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];

    private static IEnumerable<string> Texts(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(e => Texts(e, name)),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => p.Name == name && p.Value.ValueKind == JsonValueKind.String ? [p.Value.GetString()!] : Texts(p.Value, name)),
        _ => [],
    };
}

/// <summary>Answers what consents ask by looking at the JSON of every entry, in the order in which they were written.</summary>
internal sealed class NaiveRecord(IReadOnlyList<NaiveEntry> entries) : RecordView
{
    public IReadOnlyList<NaiveEntry> Entries => entries;

    public override int Count => entries.Count;

    public override IReadOnlyList<LabelledEntries> Labels =>
        [.. entries.SelectMany(static e => e.Labels).Distinct().Select(l => new LabelledEntries(l.System, l.Code, Where(e => e.Labels.Contains(l))))];

    public bool IsCurrent(int row) => !entries.Skip(row + 1).Any(e => e.Id == entries[row].Id);

    public int CurrentOf(int row) => Enumerable.Range(0, Count).Last(r => entries[r].Id == entries[row].Id);

    public override EntrySet WithType(string resourceType) => Where(e => e.Type == resourceType);

    public override EntrySet WithCode(string system, string code) => Where(e => e.HasCode(system, code));

    public override EntrySet WithDocumentClass(string system, string code) => EntrySet.None(Count);

    public override EntrySet InPeriod(DateTimeOffset? start, DateTimeOffset? end) =>
        Where(e => e.When is { } when && (start is null || when.Until > start) && (end is null || when.From <= end));

    public override EntrySet Instance(string reference) => Where(e => e.Reference == reference);

    public override EntrySet Related(string reference)
    {
        var linked = entries.Where(e => e.Reference == reference).SelectMany(static e => e.References).ToHashSet();
        return Where(e => e.Reference == reference || e.References.Contains(reference) || linked.Contains(e.Reference));
    }

    public override EntrySet Dependents(string reference) => Where(e => e.Reference == reference || e.References.Contains(reference));

    public override EntrySet AuthoredBy(string reference)
    {
        var told = entries.Where(e => e.Type == "Provenance" && e.Names(reference)).SelectMany(static e => e.Json.GetProperty("target").EnumerateArray())
            .Select(static t => t.GetProperty("reference").GetString()!).ToHashSet();
        return Where(e => e.Names(reference) || told.Contains(e.Reference));
    }

    /// <summary>No random consent is for a treatment: see the contract of those.</summary>
    public override DateTimeOffset? EndOf(string treatment, DateTimeOffset since) => throw new NotSupportedException();

    private EntrySet Where(Func<NaiveEntry, bool> condition) =>
        EntrySet.Of(Count, [.. Enumerable.Range(0, Count).Where(row => condition(entries[row]))]);
}
