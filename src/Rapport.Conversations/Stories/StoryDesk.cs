using Rapport.Data;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>What a patient wants others to learn of what came of a look.</summary>
/// <param name="Look">The position of the look in their ledger.</param>
/// <param name="Aim">What they shared for: one story for each.</param>
/// <param name="Recipient">A kind of recipient; null to leave it out.</param>
/// <param name="Condition">A coarse class of conditions; null to leave it out.</param>
/// <param name="IsCounted">Whether they want to be counted.</param>
/// <param name="IsTold">Whether they want to tell it.</param>
/// <param name="Sentence">One sentence of their own; null for none.</param>
public sealed record StoryWish(long Look, string Aim, string? Recipient, string? Condition, bool IsCounted, bool IsTold, string? Sentence);

/// <summary>How what a patient told for one aim stands.</summary>
/// <param name="Note">What their ledger notes of it.</param>
/// <param name="IsCounted">Whether they let it be counted.</param>
/// <param name="IsInNumbers">Whether the numbers that others see count them, or have not been renewed yet since they took it back.</param>
/// <param name="Text">The story as others read it; null when they tell none.</param>
/// <param name="IsShown">Whether others can read it already, where the numbers are shown.</param>
/// <param name="IsTakenDown">Whether whoever runs the server took it away.</param>
/// <param name="IsBehind">Whether something else was said of the look since it was told.</param>
public sealed record OwnStory(StoryNote Note, bool IsCounted, bool IsInNumbers, StoryText? Text, bool IsShown, bool IsTakenDown, bool IsBehind);

/// <summary>What became of telling a story.</summary>
public enum StoryTold
{
    /// <summary>It is told, or counted.</summary>
    Told,

    /// <summary>There is no such look, or nothing that came of it was said.</summary>
    NothingHere,

    /// <summary>It was changed as often as may be within a day.</summary>
    TooOften,
}

/// <summary>Where a patient lets others learn, without their name, what came of a look, and takes it back. Thread safe.</summary>
public sealed class StoryDesk(StoryShelf shelf)
{
    /// <summary>What others would read of it; null when there is no such look, or nothing that came of it was said. Nothing is written.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<StoryText?> TextOfAsync(OwnAccess own, StoryWish wish, CancellationToken cancel) =>
        AnswersOf((await own.HistoryAsync(cancel)).Deeds, wish.Look) is var (came, felt) ? new StoryText(wish.Recipient, wish.Condition, came, felt, wish.Sentence) : null;

    /// <summary>
    /// Tells it, and lets it be counted, as far as it is wished; what was told for the same aim before gives way, and what was told of the same visit for another aim. The ledger notes it first.
    /// Where just this is told already, nothing is written.
    /// </summary>
    /// <exception cref="ArgumentException">The wish has what may not be, or wishes nothing.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<StoryTold> TellAsync(OwnAccess own, StoryWish wish, CancellationToken cancel)
    {
        if ((!wish.IsCounted && !wish.IsTold) || wish.Sentence?.Length is 0 or > StoryText.MostSentence || wish.Sentence?.Any(char.IsControl) == true)
        {
            throw new ArgumentException("a story is counted or told, in one short sentence", nameof(wish));
        }

        var deeds = (await own.HistoryAsync(cancel)).Deeds;
        if (AnswersOf(deeds, wish.Look) is not var (came, felt))
        {
            return StoryTold.NothingHere;
        }

        var answer = wish.IsCounted ? AnswerOf(came, felt) : null;
        var text = wish.IsTold ? new StoryText(wish.Recipient, wish.Condition, came, felt, wish.Sentence) : null;
        var (notes, note) = (OwnStories.LastIn(deeds), new StoryNote(wish.Look, wish.Aim, wish.IsCounted, wish.IsTold));
        var there = await shelf.FindAsync(own.Stories.KeyOf(wish.Aim), cancel);
        var isNoted = notes.GetValueOrDefault(wish.Aim) == note;
        if (!(isNoted && there?.Wish == answer && there?.Text == text))
        {
            // What the ledger notes and nothing shows yet is on its way, or was broken off: it is noted already.
            if (!(isNoted && IsUnfinished(there, note)) && await own.Stories.NoteAsync(note, takesBack: false, deeds.Count, cancel) is not StoryNoted.Noted and var refused)
            {
                return refused == StoryNoted.TooOften ? StoryTold.TooOften : StoryTold.NothingHere;
            }

            // Noted is noted: what was begun is not broken off.
            await shelf.ChangeAsync(
                own.Stories.KeyOf(wish.Aim),
                slip => text is not null && slip?.Text == text ? slip with { Wish = answer } : new StorySlip { Aim = wish.Aim, Wish = answer, Slot = slip?.Slot, Text = text },
                CancellationToken.None);
        }

        // What was looked at once was looked at for one aim: in the numbers of another it would be untrue.
        foreach (var other in notes.Values.Where(other => other.Aim != wish.Aim && IsOfVisit(deeds, wish.Look, other)))
        {
            await TakeBackAsync(own, other.Aim, isCountedOn: false, CancellationToken.None);
        }

        return StoryTold.Told;
    }

    /// <summary>Whether something is told of a visit that a note is of.</summary>
    /// <param name="deeds">The whole ledger.</param>
    /// <param name="look">The position of one look of the visit.</param>
    /// <param name="note">What was noted last for an aim.</param>
    public static bool IsOfVisit(IReadOnlyList<LedgerDeed> deeds, long look, StoryNote note) =>
        !note.IsTakenBack && Visit.Find(deeds, look) is { } visit && visit.Looks.Any(known => known.Index == note.Look);

    /// <summary>Takes back what was told for an aim: the story is gone when the task completes; the numbers change when they may.</summary>
    /// <param name="own">The patient's access to their record.</param>
    /// <param name="aim">What was shared for.</param>
    /// <param name="isCountedOn">Whether only the story goes, and they are counted on.</param>
    /// <param name="cancel">Gives up before anything is taken back.</param>
    /// <returns>False when nothing was told for it.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> TakeBackAsync(OwnAccess own, string aim, bool isCountedOn, CancellationToken cancel)
    {
        if ((await own.Stories.NotesAsync(cancel)).GetValueOrDefault(aim) is not { } note)
        {
            return false;
        }

        // However often it is taken back, all stories are gone through once.
        var key = own.Stories.KeyOf(aim);
        if (await shelf.FindAsync(key, cancel) is { } there && there != Left(there, isCountedOn))
        {
            await shelf.ChangeAsync(key, slip => slip is null ? null : Left(slip, isCountedOn), cancel);
        }

        await own.Stories.NoteAsync(note with { IsCounted = isCountedOn && note.IsCounted, IsTold = false }, takesBack: true, seen: 0, CancellationToken.None);
        return true;
    }

    /// <summary>Takes back all of it, before a record is erased.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task TakeBackAllAsync(OwnAccess own, CancellationToken cancel)
    {
        foreach (var (aim, _) in (await own.Stories.NotesAsync(cancel)).Where(static known => !known.Value.IsTakenBack))
        {
            await TakeBackAsync(own, aim, isCountedOn: false, cancel);
        }
    }

    /// <summary>How what the patient told for an aim stands; null when they told nothing for it, or took it back and nothing is left of it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<OwnStory?> FindAsync(OwnAccess own, string aim, CancellationToken cancel)
    {
        var deeds = (await own.HistoryAsync(cancel)).Deeds;
        return OwnStories.LastIn(deeds).GetValueOrDefault(aim) is { } note && await shelf.FindAsync(own.Stories.KeyOf(aim), cancel) is { } slip
            ? new OwnStory(note, slip.Wish is not null, slip.Slot is not null, slip.Text, slip.IsShown, slip.IsTakenDown, AnswersOf(deeds, note.Look) is var (came, felt) && IsBehind(slip, came, felt))
            : null;
    }

    private static bool IsUnfinished(StorySlip? slip, StoryNote note) =>
        slip is null || (!slip.IsTakenDown && (slip.Text is not null, slip.Wish is not null) != (note.IsTold, note.IsCounted));

    private static bool IsBehind(StorySlip slip, string? came, string? felt) =>
        (slip.Wish is { } wish && wish != AnswerOf(came, felt)) || (slip.Text is { } text && (text.Came, text.Felt) != (came, felt));

    private static StoryAnswer AnswerOf(string? came, string? felt) => new(came ?? StoryCounting.Silent, felt ?? StoryCounting.Silent);

    /// <summary>What was said of the visit that a look belongs to, by whoever looked and by the patient; null when nothing was.</summary>
    private static (string? Came, string? Felt)? AnswersOf(IReadOnlyList<LedgerDeed> deeds, long look) =>
        Visit.Find(deeds, look) is ({ Said.Count: > 0 } or { Felt.Count: > 0 }) and var visit ? (CodeOf(visit.SaidLast), CodeOf(visit.FeltLast)) : null;

    /// <summary>What is left of a story that is taken back.</summary>
    private static StorySlip Left(StorySlip slip, bool isCountedOn) => new() { Aim = slip.Aim, Slot = slip.Slot, Wish = isCountedOn ? slip.Wish : null };

    private static string? CodeOf(Outcome? outcome) => outcome is null ? null : Outcome.Code(outcome.Kind);
}
