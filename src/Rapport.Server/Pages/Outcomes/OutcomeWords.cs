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

    /// <summary>What stands beside what somebody did, in the ledger: the visit told last, and how many others nobody told of. Empty for no visit.</summary>
    /// <param name="visits">Visits of one person, in their order.</param>
    public static string Beside(IReadOnlyList<Visit> visits)
    {
        if (visits.Count == 0)
        {
            return "";
        }

        var told = visits.LastOrDefault(static visit => visit.SaidLast is not null);
        var felt = visits.LastOrDefault(static visit => visit.FeltLast is not null)?.FeltLast;
        var came = told is null ? OutcomeText.CameNot
            : visits.Count == 1 ? Say.Fill(OutcomeText.Came, Said(told.SaidLast!))
            : Say.Fill(OutcomeText.CameOn, Said(told.SaidLast!), Say.Day(told.Said[^1].Deed.At));
        var silent = told is null ? 0 : visits.Count(static visit => visit.SaidLast is null);
        return string.Join(' ', ((string[])[came, silent == 0 ? "" : Say.Count(OutcomeText.CameNotOf, silent), felt is null ? "" : Say.Fill(OutcomeText.Felt, Felt(felt))]).Where(static part => part.Length > 0));
    }

    private static string WithWords(Outcome outcome, string what) => outcome.Words is null ? what : Say.Fill(OutcomeText.WithWords, what, outcome.Words);
}
