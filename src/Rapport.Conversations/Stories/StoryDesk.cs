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
public sealed record OwnStory(StoryNote Note, bool IsCounted, bool IsInNumbers, StoryText? Text, bool IsShown, bool IsTakenDown);

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
        await AnswersAsync(own, wish.Look, cancel) is var (came, felt) ? new StoryText(wish.Recipient, wish.Condition, came, felt, wish.Sentence) : null;

    /// <summary>Tells it, and lets it be counted, as far as it is wished; what was told for the same aim before gives way. The ledger notes it first.</summary>
    /// <exception cref="ArgumentException">The wish has what may not be, or wishes nothing.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<StoryTold> TellAsync(OwnAccess own, StoryWish wish, CancellationToken cancel)
    {
        if ((!wish.IsCounted && !wish.IsTold) || wish.Sentence?.Length is 0 or > StoryText.MostSentence || wish.Sentence?.Any(char.IsControl) == true)
        {
            throw new ArgumentException("a story is counted or told, in one short sentence", nameof(wish));
        }

        if (await AnswersAsync(own, wish.Look, cancel) is not var (came, felt))
        {
            return StoryTold.NothingHere;
        }

        if (await own.Stories.NoteAsync(new StoryNote(wish.Look, wish.Aim, wish.IsCounted, wish.IsTold), takesBack: false, cancel) is not StoryNoted.Noted and var refused)
        {
            return refused == StoryNoted.TooOften ? StoryTold.TooOften : StoryTold.NothingHere;
        }

        var answer = wish.IsCounted ? new StoryAnswer(came ?? StoryCounting.Silent, felt ?? StoryCounting.Silent) : null;
        var text = wish.IsTold ? new StoryText(wish.Recipient, wish.Condition, came, felt, wish.Sentence) : null;

        // Noted is noted: what was begun is not broken off.
        await shelf.ChangeAsync(
            own.Stories.KeyOf(wish.Aim),
            slip => text is not null && slip?.Text == text ? slip with { Wish = answer } : new StorySlip { Aim = wish.Aim, Wish = answer, Slot = slip?.Slot, Text = text },
            CancellationToken.None);
        return StoryTold.Told;
    }

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

        await own.Stories.NoteAsync(note with { IsCounted = isCountedOn && note.IsCounted, IsTold = false }, takesBack: true, CancellationToken.None);
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
    public async Task<OwnStory?> FindAsync(OwnAccess own, string aim, CancellationToken cancel) =>
        (await own.Stories.NotesAsync(cancel)).GetValueOrDefault(aim) is { } note && await shelf.FindAsync(own.Stories.KeyOf(aim), cancel) is { } slip
            ? new OwnStory(note, slip.Wish is not null, slip.Slot is not null, slip.Text, slip.IsShown, slip.IsTakenDown)
            : null;

    /// <summary>What was said of the visit that a look belongs to, by whoever looked and by the patient; null when nothing was.</summary>
    private static async Task<(string? Came, string? Felt)?> AnswersAsync(OwnAccess own, long look, CancellationToken cancel) =>
        Visit.Find((await own.HistoryAsync(cancel)).Deeds, look) is ({ Said.Count: > 0 } or { Felt.Count: > 0 }) and var visit
            ? (CodeOf(visit.SaidLast), CodeOf(visit.FeltLast))
            : null;

    /// <summary>What is left of a story that is taken back.</summary>
    private static StorySlip Left(StorySlip slip, bool isCountedOn) => new() { Aim = slip.Aim, Slot = slip.Slot, Wish = isCountedOn ? slip.Wish : null };

    private static string? CodeOf(Outcome? outcome) => outcome is null ? null : Outcome.Code(outcome.Kind);
}
