using Rapport.Consent;
using Rapport.Labelling;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Record.Labels;

/// <summary>What is said of labels, in words.</summary>
internal static class LabelWords
{
    /// <summary>The kinds of sensitive content that a patient may choose from; others that an entry has stand beside them.</summary>
    public static IReadOnlyList<SecurityLabel> Offered { get; } =
    [
        .. ((string[])["PSY", "SUD", "ETHUD", "OPIOIDUD", "HIV", "STD", "SEX", "SDV", "GDIS", "ADOL"]).Select(static code => new SecurityLabel(SecurityLabel.ActCode, code)), SecurityLabel.Restricted,
    ];

    /// <summary>What a label marks as, inside a sentence.</summary>
    public static string Of(SecurityLabel label) => label.Code.Length == 0 ? Of(SecurityLabel.Restricted) : SecurityLabels.Describe(label.System, label.Code);

    /// <summary>What the patient said, in a sentence.</summary>
    /// <param name="word">What they said.</param>
    /// <param name="entry">What an entry that it is about is called; null when there is none.</param>
    public static string Of(LabelWord word, string? entry)
    {
        var label = word.Label is { } mark ? Of(mark) : "";
        var isAdded = word.Verdict == LabelVerdict.Added;
        return word.Scope switch
        {
            LabelScope.Entry => Say.Fill(isAdded ? LabelsText.AddedTo : LabelsText.AwayFrom, label, entry ?? word.Shown ?? LabelsText.AnEntryGone),
            LabelScope.Coded coded => Say.Fill(isAdded ? LabelsText.AddedCalled : LabelsText.AwayCalled, label, word.Shown ?? coded.Code),
            LabelScope.OfType type => Say.Fill(isAdded ? LabelsText.AddedKind : LabelsText.AwayKind, label, word.Shown ?? type.ResourceType),
            LabelScope.FoundBy rule => Say.Fill(LabelsText.AwayRule, Labeller.NameOf(rule.Rule) ?? rule.Rule),
            _ => "",
        };
    }

    /// <summary>Why a label is there or would be: each reason in a sentence.</summary>
    /// <param name="label">The label.</param>
    /// <param name="source">What the entry's source is called; null when nobody knows.</param>
    public static IReadOnlyList<string> Why(ExplainedLabel label, string? source)
    {
        List<string> reasons = [.. label.Found.Select(static found => found.Reason).Distinct()];
        if (label.IsSaid)
        {
            reasons.Add(source is null ? LabelsText.SourceSays : Say.Fill(LabelsText.SourceSaysNamed, source));
        }

        if (label.Word is { Word.Verdict: LabelVerdict.Added } said)
        {
            reasons.Add(Say.Fill(LabelsText.YouSay, Say.Day(said.At)));
        }

        // What a comment is on marks it.
        return reasons.Count > 0 ? reasons : [LabelsText.OfWhatItIsOn];
    }

    /// <summary>What an entry is called, in one line.</summary>
    public static string Title(EntryLine line) => line.Date is null ? line.Name : $"{line.Name}, {line.Date}";
}
