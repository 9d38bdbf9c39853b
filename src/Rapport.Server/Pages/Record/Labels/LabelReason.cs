using Rapport.Labelling;
using Rapport.Records;

namespace Rapport.Server.Pages.Record.Labels;

/// <summary>Why entries of a class are marked: one reason, with how many it holds for.</summary>
/// <param name="Text">The reason.</param>
/// <param name="Count">How many.</param>
/// <param name="Rules">The rules that find it, which are told by one name; none where it is no rule.</param>
public sealed record LabelReason(string Text, int Count, IReadOnlyList<string> Rules)
{
    /// <summary>The reasons for a label, the most frequent first. Rules about the same are one reason: how each finds it is not what the patient decides about.</summary>
    public static IReadOnlyList<LabelReason> Of(SecurityLabel label, IReadOnlyList<EntryLabels> entries)
    {
        var explained = entries.SelectMany(entry => entry.There.Where(there => there.Label == label)).ToList();
        var rules = explained.SelectMany(static there => there.Found).Select(static found => found.Rule).Distinct().ToLookup(static rule => Labeller.NameOf(rule) ?? rule);
        return
        [
            .. rules.Select(named => OfRules(named.Key, [.. named.Order(StringComparer.Ordinal)], explained))
                .Concat(Plain(LabelsText.BySource, explained.Count(static there => there.IsSaid)))
                .Concat(Plain(LabelsText.ByYou, explained.Count(static there => there.Word?.Word.Verdict == LabelVerdict.Added)))
                .OrderByDescending(static reason => reason.Count),
        ];

        static IEnumerable<LabelReason> Plain(string text, int count) => count > 0 ? [new LabelReason(text, count, [])] : [];
    }

    /// <summary>A rule that is there no more has no name, and cannot be told not to count.</summary>
    private static LabelReason OfRules(string name, IReadOnlyList<string> rules, IEnumerable<ExplainedLabel> explained)
    {
        var isKnown = Labeller.NameOf(rules[0]) is not null;
        return new LabelReason(isKnown ? Say.Fill(LabelsText.ByRule, name) : name, explained.Count(there => there.Found.Any(found => rules.Contains(found.Rule))), isKnown ? rules : []);
    }
}
