using Rapport.Language;

namespace Rapport.Labelling;

/// <summary>Why a label was found, in one sentence.</summary>
internal static class Reasons
{
    /// <summary>The sentence.</summary>
    internal static string Tell(FoundLabel label)
    {
        if (!RuleBook.Current.ById.TryGetValue(label.Rule, out var rule))
        {
            return Say.Fill(LabellingText.RuleGone, label.What);
        }

        var name = NameOf(rule.Id) ?? rule.Id;
        var what = Say.Fill(label.ByCode ? LabellingText.TheCode : LabellingText.TheWords, label.What);
        var sentence = rule.Implication switch
        {
            Implication.Medicine => Say.Fill(LabellingText.Medicine, what, name),
            Implication.Vaccine => Say.Fill(LabellingText.Vaccine, what, name),
            Implication.Test => Say.Fill(LabellingText.Test, what, name),
            Implication.Treatment => Say.Fill(LabellingText.Treatment, what, name),
            Implication.Place => Say.Fill(LabellingText.Place, what, name),
            Implication.Specialist => Say.Fill(LabellingText.Specialist, what, name),
            Implication.Program => Say.Fill(LabellingText.Program, what, name),
            Implication.Unreadable => LabellingText.Unreadable,
            Implication.Unjudged => LabellingText.Unjudged,
            Implication.Minor => Say.Fill(LabellingText.Minor, label.What),
            _ => Say.Fill(LabellingText.About, what, name),
        };
        return label.Via switch
        {
            Via.Visit => Say.Fill(LabellingText.ViaVisit, sentence),
            Via.Grounds => Say.Fill(LabellingText.ViaGrounds, sentence),
            Via.Author => Say.Fill(LabellingText.ViaAuthor, sentence),
            Via.Place => Say.Fill(LabellingText.ViaPlace, sentence),
            Via.Other => Say.Fill(LabellingText.ViaOther, sentence),
            _ => sentence,
        };
    }

    /// <summary>What a rule is about, inside a sentence: the text named like the rule, <c>RuleAlcoholUseDisorder</c>.</summary>
    internal static string? NameOf(string rule) => LabellingText.ResourceManager.GetString(
        "Rule" + string.Concat(rule.Split('-').Select(static part => char.ToUpperInvariant(part[0]) + part[1..])), Languages.Current.Culture);
}
