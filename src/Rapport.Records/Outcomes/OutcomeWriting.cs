using Rapport.Data;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>How what came of a look is written: a leaf of the patient's ledger that changes nothing of the record.</summary>
internal static class OutcomeWriting
{
    /// <summary>Writes it, unless the same person said the same last.</summary>
    /// <param name="services">What this module shares.</param>
    /// <param name="compartment">Whose ledger.</param>
    /// <param name="actor">Who says it.</param>
    /// <param name="outcome">What they say.</param>
    /// <param name="isTheirs">Which looks are those of who says it; null for the patient, who says it of any.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="ArgumentException">It is no outcome that they may tell.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    internal static async Task<OutcomeTold> TellAsync(
        RecordServices services, Compartment compartment, Actor actor, Outcome outcome, Func<LedgerDeed, bool>? isTheirs, CancellationToken cancel)
    {
        if (!(isTheirs is null ? Outcome.OfPatients : Outcome.OfLookers).Contains(outcome.Kind) || !outcome.IsWhole)
        {
            throw new ArgumentException("what came of a look is one of a few things, in few words", nameof(outcome));
        }

        while (true)
        {
            var history = await new OwnLedger(services, compartment).HistoryAsync(cancel);
            if (Visit.Find(history.Deeds, outcome.Look) is not { } visit || isTheirs?.Invoke(visit.First) == false)
            {
                return OutcomeTold.NothingHere;
            }

            var said = isTheirs is null ? visit.Felt : visit.Said;
            if (said is [.., var last] && (last.Outcome.Kind, last.Outcome.Words) == (outcome.Kind, outcome.Words))
            {
                return OutcomeTold.Told;
            }

            if (said.Count >= Visit.MostAnswers)
            {
                return OutcomeTold.TooOften;
            }

            // What whoever looked says stands under the reference that their look has.
            var state = compartment.State;
            var named = isTheirs is null ? actor : actor with { Reference = visit.First.Actor };
            var details = Recording.Describe(LedgerKind.Outcome, named, state.Index, [], [], outcome.Note);
            var leaf = Recording.Draft(compartment.Id, compartment.Sealer, services.Clock.GetUtcNow(), details);
            if (await services.ApplyAsync(compartment, new Change { ExpectedRecordSeq = state.RecordSeq, ExpectedLedgerSize = history.Deeds.Count, Entries = [], Leaf = leaf }, cancel) >= 0)
            {
                return OutcomeTold.Told;
            }

            await services.FreshAsync(compartment, cancel);
        }
    }

    /// <summary>What is wrong with the outcomes that a ledger tells: each speaks of a look before it.</summary>
    internal static IEnumerable<string> FindProblems(IReadOnlyList<(LedgerRow Row, LedgerDetails Details)> ledger)
    {
        HashSet<long> looks = [];
        foreach (var (row, details) in ledger)
        {
            if (details.Kind is LedgerKind.Disclosed)
            {
                looks.Add(row.Index);
            }
            else if (details.Kind is LedgerKind.Outcome && ((Outcome.Read(details.Note)?.Look ?? StoryNote.Read(details.Note)?.Look) is not { } look || !looks.Contains(look)))
            {
                yield return $"ledger entry {row.Index} tells what came of a look that is not there";
            }
        }
    }
}
