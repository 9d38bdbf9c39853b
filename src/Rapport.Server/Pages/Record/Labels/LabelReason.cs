using Rapport.Labelling;
using Rapport.Records;

namespace Rapport.Server.Pages.Record.Labels;

/// <summary>Why entries of a class are marked: one reason, with how many it holds for.</summary>
/// <param name="Text">The reason.</param>
/// <param name="Count">How many.</param>
/// <param name="Rule">The rule; null when it is none.</param>
public sealed record LabelReason(string Text, int Count, string? Rule)
{
    /// <summary>The reasons for a label, the most frequent first.</summary>
    public static IReadOnlyList<LabelReason> Of(SecurityLabel label, IReadOnlyList<EntryLabels> entries)
    {
        var explained = entries.SelectMany(entry => entry.There.Where(there => there.Label == label)).ToList();
        return
        [
            .. explained.SelectMany(static there => there.Found.Select(static found => found.Rule).Distinct()).CountBy(static rule => rule)
                .Select(static rule => new LabelReason(Labeller.NameOf(rule.Key) is { } name ? Say.Fill(LabelsText.ByRule, name) : rule.Key, rule.Value, Labeller.NameOf(rule.Key) is null ? null : rule.Key))
                .Concat(Plain(LabelsText.BySource, explained.Count(static there => there.IsSaid)))
                .Concat(Plain(LabelsText.ByYou, explained.Count(static there => there.Word?.Word.Verdict == LabelVerdict.Added)))
                .OrderByDescending(static reason => reason.Count),
        ];

        static IEnumerable<LabelReason> Plain(string text, int count) => count > 0 ? [new LabelReason(text, count, null)] : [];
    }
}
