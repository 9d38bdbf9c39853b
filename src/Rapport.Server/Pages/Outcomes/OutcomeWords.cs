using Rapport.Records;

namespace Rapport.Server.Pages.Outcomes;

/// <summary>What came of a look, in words: for whoever says it, and for whoever reads it.</summary>
internal static class OutcomeWords
{
    /// <summary>For whoever looked, who chooses.</summary>
    public static string OfLooker(OutcomeKind kind) => kind switch
    {
        OutcomeKind.ReadOnly => OutcomeText.ReadOnly,
        OutcomeKind.ChangedMedicine => OutcomeText.ChangedMedicine,
        OutcomeKind.AvoidedTest => OutcomeText.AvoidedTest,
        OutcomeKind.FoundSomething => OutcomeText.FoundSomething,
        OutcomeKind.GaveOpinion => OutcomeText.GaveOpinion,
        _ => OutcomeText.Other,
    };

    /// <summary>What whoever looked said, to them.</summary>
    public static string Told(Outcome outcome) => WithWords(outcome, OfLooker(outcome.Kind));

    /// <summary>For the patient, who chooses.</summary>
    public static string OfPatient(OutcomeKind kind) => kind switch
    {
        OutcomeKind.Helped => OutcomeText.Helped,
        OutcomeKind.NoDifference => OutcomeText.NoDifference,
        OutcomeKind.DidHarm => OutcomeText.DidHarm,
        _ => OutcomeText.OtherFelt,
    };

    /// <summary>What whoever looked said, inside a sentence to somebody else.</summary>
    public static string Said(Outcome outcome) => WithWords(outcome, outcome.Kind switch
    {
        OutcomeKind.ReadOnly => OutcomeText.TheyReadOnly,
        OutcomeKind.ChangedMedicine => OutcomeText.TheyChangedMedicine,
        OutcomeKind.AvoidedTest => OutcomeText.TheyAvoidedTest,
        OutcomeKind.FoundSomething => OutcomeText.TheyFoundSomething,
        OutcomeKind.GaveOpinion => OutcomeText.TheyGaveOpinion,
        _ => OutcomeText.TheyOther,
    });

    /// <summary>What the patient said, inside a sentence to them.</summary>
    public static string Felt(Outcome outcome) => WithWords(outcome, outcome.Kind switch
    {
        OutcomeKind.Helped => OutcomeText.YouHelped,
        OutcomeKind.NoDifference => OutcomeText.YouNoDifference,
        OutcomeKind.DidHarm => OutcomeText.YouDidHarm,
        _ => OutcomeText.YouOther,
    });

    /// <summary>Of which visit it stands beside what somebody did, in the ledger: the one told of last, and else the last. Null for no visit.</summary>
    /// <param name="visits">Visits of one person, in their order.</param>
    public static Visit? ToldOf(IReadOnlyList<Visit> visits) => visits.Where(static visit => visit.SaidLast is not null).MaxBy(static visit => visit.Said[^1].Deed.Index) ?? (visits.Count == 0 ? null : visits[^1]);

    /// <summary>What stands beside what somebody did, in the ledger: what came of the visit told of last and how that one was for the patient, and of how many others nobody told. Empty for no visit.</summary>
    /// <param name="visits">Visits of one person, in their order.</param>
    public static string Beside(IReadOnlyList<Visit> visits)
    {
        if (ToldOf(visits) is not { } told)
        {
            return "";
        }

        var came = told.SaidLast is not { } said ? OutcomeText.CameNot
            : visits.Count == 1 ? Say.Fill(OutcomeText.Came, Said(said))
            : Say.Fill(OutcomeText.CameOn, Said(said), Say.Day(told.Said[^1].Deed.At));
        var felt = told.FeltLast is { } how ? Say.Fill(OutcomeText.Felt, Felt(how)) : "";
        var silent = told.SaidLast is null ? 0 : visits.Count(static visit => visit.SaidLast is null);
        return string.Join(' ', ((string[])[came, felt, silent == 0 ? "" : Say.Count(OutcomeText.CameNotOf, silent)]).Where(static part => part.Length > 0));
    }

    private static string WithWords(Outcome outcome, string what) => outcome.Words is null ? what : Say.Fill(OutcomeText.WithWords, what, InSentence(outcome.Words));

    /// <summary>Words that stand in quotation marks at the end of a sentence, which has its own full stop.</summary>
    private static string InSentence(string words) => words.EndsWith('.') && !words.EndsWith("..", StringComparison.Ordinal) ? words[..^1] : words;
}
