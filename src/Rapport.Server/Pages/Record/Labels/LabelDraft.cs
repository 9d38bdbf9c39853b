using Rapport.Data;
using Rapport.Records;

namespace Rapport.Server.Pages.Record.Labels;

/// <summary>Words on labels that are not said yet, as they go to the page that shows what they would do.</summary>
public sealed record LabelDraft
{
    /// <summary>The entry that it began with, by its FHIR reference; null when it began elsewhere.</summary>
    public string? Entry { get; init; }

    /// <summary>What is said.</summary>
    public IReadOnlyList<DraftWord> Words { get; init; } = [];

    /// <summary>The words.</summary>
    internal IReadOnlyList<LabelWord> Read() => [.. Words.Select(static word => word.Read())];

    internal static LabelDraft Of(string? entry, IEnumerable<LabelWord> words) => new() { Entry = entry, Words = [.. words.Select(DraftWord.Of)] };
}

/// <summary>One word, in plain values.</summary>
/// <param name="About"><c>entry</c>, <c>code</c>, <c>type</c> or <c>rule</c>.</param>
/// <param name="What">The type of the entry, the code, the type or the rule.</param>
/// <param name="Which">The id of the entry, or the code's system.</param>
/// <param name="System">The label's system; null when it is about a rule.</param>
/// <param name="Code">The label's code.</param>
/// <param name="Verdict">What is said.</param>
/// <param name="Shown">What it is called.</param>
public sealed record DraftWord(string About, string What, string? Which, string? System, string? Code, LabelVerdict Verdict, string? Shown)
{
    internal static DraftWord Of(LabelWord word)
    {
        var (about, what, which) = word.Scope switch
        {
            LabelScope.Entry entry => ("entry", entry.ResourceType, entry.Local?.ToString()),
            LabelScope.Coded coded => ("code", coded.Code, coded.System),
            LabelScope.OfType type => ("type", type.ResourceType, null),
            LabelScope.FoundBy rule => ("rule", rule.Rule, (string?)null),
            _ => throw new ArgumentOutOfRangeException(nameof(word)),
        };
        return new DraftWord(about, what, which, word.Label?.System, word.Label?.Code, word.Verdict, word.Shown);
    }

    internal LabelWord Read() => new(
        About switch
        {
            "entry" => new LabelScope.Entry(What, Which is null ? null : LocalId.Parse(Which)),
            "code" => new LabelScope.Coded(Which ?? "", What),
            "type" => new LabelScope.OfType(What),
            _ => new LabelScope.FoundBy(What),
        },
        System is null ? null : new SecurityLabel(System, Code ?? ""),
        Verdict) { Shown = Shown };
}
