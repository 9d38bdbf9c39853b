using Rapport.Data;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>What became of noting a story in the ledger.</summary>
public enum StoryNoted
{
    /// <summary>It is in the ledger.</summary>
    Noted,

    /// <summary>There is no such look, or nothing that came of it was said.</summary>
    NothingHere,

    /// <summary>It was changed as often as may be within a day.</summary>
    TooOften,
}

/// <summary>What a patient lets others learn, without their name, of what came of looks: noted in their own ledger, and nowhere else under their name. Thread safe.</summary>
public sealed class OwnStories
{
    /// <summary>Changes within a day.</summary>
    public const int MostADay = 12;

    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly Actor _actor;

    internal OwnStories(RecordServices services, Compartment compartment, Actor actor) => (_services, _compartment, _actor) = (services, compartment, actor);

    /// <summary>
    /// Under which a story of this record for an aim is kept among those of others: one for each aim. It follows from the record's own key, so without that nobody can tell whose
    /// it is, nor find it once the key is erased.
    /// </summary>
    public byte[] KeyOf(string aim) => _compartment.Sealer.Derive("story/" + aim);

    /// <summary>What was noted last for each aim.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="LedgerBrokenException">The stored ledger is not the one that the head row vouches for.</exception>
    public async Task<IReadOnlyDictionary<string, StoryNote>> NotesAsync(CancellationToken cancel) => LastIn((await Ledger.HistoryAsync(cancel)).Deeds);

    /// <summary>What was noted last for each aim, in a whole ledger.</summary>
    public static IReadOnlyDictionary<string, StoryNote> LastIn(IReadOnlyList<LedgerDeed> deeds)
    {
        var last = new Dictionary<string, StoryNote>();
        foreach (var note in deeds.Select(StoryNote.Of).OfType<StoryNote>())
        {
            last[note.Aim] = note;
        }

        return last;
    }

    /// <summary>Notes that a story is told, counted or taken back: a ledger entry of its own, which names the look.</summary>
    /// <param name="note">What is noted.</param>
    /// <param name="takesBack">Whether something is taken back: that is never refused, and noted once.</param>
    /// <param name="seen">How long the ledger was that whoever tells it saw: where the same was noted since, it was pressed twice, and is noted once.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="ArgumentException">The aim is none.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<StoryNoted> NoteAsync(StoryNote note, bool takesBack, long seen, CancellationToken cancel)
    {
        if (!StoryNote.IsAim(note.Aim))
        {
            throw new ArgumentException("what was shared for is named by a few small letters", nameof(note));
        }

        while (true)
        {
            var history = await Ledger.HistoryAsync(cancel);
            if (!takesBack && Visit.Find(history.Deeds, note.Look) is not ({ Said.Count: > 0 } or { Felt.Count: > 0 }))
            {
                return StoryNoted.NothingHere;
            }

            if (takesBack && (LastIn(history.Deeds).GetValueOrDefault(note.Aim) ?? note) == note)
            {
                return StoryNoted.Noted;
            }

            if (!takesBack && history.Deeds.Skip((int)seen).Any(deed => StoryNote.Of(deed) == note))
            {
                return StoryNoted.Noted;
            }

            var now = _services.Clock.GetUtcNow();
            if (!takesBack && history.Deeds.Count(deed => now - deed.At < TimeSpan.FromDays(1) && StoryNote.Of(deed) is not null) >= MostADay)
            {
                return StoryNoted.TooOften;
            }

            var state = _compartment.State;
            var leaf = Recording.Draft(_compartment.Id, _compartment.Sealer, now, Recording.Describe(LedgerKind.Outcome, _actor, state.Index, [], [], note.Note));
            if (await _services.ApplyAsync(_compartment, new Change { ExpectedRecordSeq = state.RecordSeq, ExpectedLedgerSize = history.Deeds.Count, Entries = [], Leaf = leaf }, cancel) >= 0)
            {
                return StoryNoted.Noted;
            }

            await _services.FreshAsync(_compartment, cancel);
        }
    }

    private OwnLedger Ledger => new(_services, _compartment);
}
