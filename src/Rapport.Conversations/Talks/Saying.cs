using Rapport.Data;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>Sends a message with what goes along: all of it or nothing, and once for each key. Thread safe.</summary>
internal sealed class Saying(ConversationStore store, Speakers speakers, Attaching attaching, FileDesk files, TeamDrafts drafts, TeamPromises promises, TimeProvider clock)
{
    /// <summary>See <see cref="ConversationDesk.SayAsync"/>.</summary>
    internal async Task<SaidAnswer> SayAsync(Talker talker, TalkView view, NewMessage message, AttachedKeeping? keeping, CancellationToken cancel)
    {
        if ((TypedText.Trimmed(message.Text, ConversationDesk.MostText) ?? (message.Files.Count > 0 && string.IsNullOrWhiteSpace(message.Text) ? "" : null)) is not { } text
            || message.Once.Length is 0 or > ConversationDesk.MostOnce || message.Attached.Count > ConversationDesk.MostAttached || message.Files.Count > FileDesk.MostFiles)
        {
            throw new ArgumentException("a message is text, of a length that somebody reads", nameof(message));
        }

        message = message with { Text = text };
        var once = KeyOf(talker, message.Once);
        if (await store.FindOnceAsync(view.Id, once, cancel) is { } before)
        {
            return AnswerOf(before, await LineAsync(view, before, cancel), view, message);
        }

        if (message.Attached.Count > 0 && (keeping is null || !view.IsPatients || keeping.Patient != view.Patient))
        {
            return new SaidAnswer(SaidStatus.NotTheirsToAttach, null);
        }

        if (await files.NamedAsync(talker, view, message.Files, cancel) is not { } named)
        {
            return new SaidAnswer(SaidStatus.NoSuchFile, null);
        }

        var attached = message.Attached.Count > 0 && !view.State.IsEnded ? attaching.MarkOf(view, once, message.Attached) : null;
        if (attached is not null && !await attaching.ShareAsync(keeping!, view, message.Attached, attached, cancel))
        {
            return new SaidAnswer(SaidStatus.TooManyAgreements, null);
        }

        Added? added = null;
        SaidStatus? refused = null;
        try
        {
            added = await AddAsync(talker, view, message, named, once, cancel);
        }
        catch (FileGoneException)
        {
            refused = SaidStatus.NoSuchFile;
        }
        catch (DraftMovedException)
        {
            refused = SaidStatus.DraftMoved;
        }
        catch (Exception) when (attached is not null)
        {
            await EndUnlessSaidAsync(keeping!, attached, view, once);
            throw;
        }

        var line = added is null ? null : await LineAsync(view, added.Seq, cancel);
        if (attached is not null && (line is not SaidLine { Attached: { } shared } || !shared.SequenceEqual(message.Attached)))
        {
            // It was not sent, or another message took its key at the same moment: nobody keeps what came with it.
            await attaching.EndAsync(keeping!, attached);
        }

        if (keeping is not null && refused is null)
        {
            await attaching.TakeBackAsync(keeping, view, added?.State, cancel);
        }

        return line is not null ? AnswerOf(added!.Seq, line, view, message)
            : new SaidAnswer(refused ?? (await store.FindAsync(view.Id, talker.References, cancel) is { State.IsEnded: true } ? SaidStatus.Ended : SaidStatus.NothingHere), null);
    }

    private async Task<Added?> AddAsync(Talker talker, TalkView view, NewMessage message, IReadOnlyList<TalkFile> files, string once, CancellationToken cancel)
    {
        var offered = await promises.OfferAsync(view.State.Seats.Select(static seat => seat.Member), view.Capacity.Reference, view.State.Topic, clock.GetUtcNow(), cancel);
        var by = await speakers.OfAsync(talker, view, cancel);
        var drafted = message.Drafted is { Text.Length: > 0 } some ? some : null;
        var with = drafted?.Writers.Where(writer => writer.Person != talker.Person.Id).Select(static writer => writer.Name).ToList() ?? [];
        return await store.AddAsync(
            view.Stored,
            once,
            state => state.IsEnded || state.SeatOf(view.Capacity.Reference) is null ? null
                : new SaidLine(clock.GetUtcNow(), by, message.Text, offered.Count > 0 ? offered[0] : null, NullIfNone(message.Attached), NullIfNone(files), message.IsUrgent, NullIfNone(with), NullIfNone<AnswerPromise>([.. offered.Skip(1)]), IsNotYet(view, message)),
            drafted is null ? null : drafts.Taking(view, drafted),
            cancel);
    }

    /// <summary>What was to go with a message of which the database says that it failed, and sometimes not even whether.</summary>
    private async Task EndUnlessSaidAsync(AttachedKeeping keeping, string attached, TalkView view, string once)
    {
        try
        {
            if (await store.FindOnceAsync(view.Id, once, CancellationToken.None) is null)
            {
                await attaching.EndAsync(keeping, attached);
            }
        }
        catch (StorageException)
        {
            // It fails still. Sent again with its key, the message comes to its end, and so do its agreements; else they go with the conversation.
        }
    }

    /// <summary>What tells a repetition: each sender has keys of their own.</summary>
    internal static string KeyOf(Talker talker, string once) => $"{talker.Person.Id}\n{once}";

    /// <summary>What was sent before with a key is told as it was said then; another message under its key is none.</summary>
    private static SaidAnswer AnswerOf(long seq, ConversationLine line, TalkView view, NewMessage message) =>
        line is SaidLine said && said.Text == message.Text && (said.Attached ?? []).SequenceEqual(message.Attached)
        && (said.Files ?? []).Select(static file => file.Id).SequenceEqual(message.Files.Select(static file => file.Id)) && said.IsNotYet == IsNotYet(view, message)
            ? new SaidAnswer(SaidStatus.Said, new TalkLine(seq, said)) : new SaidAnswer(SaidStatus.KeyUsedBefore, null);

    private static bool IsNotYet(TalkView view, NewMessage message) => message.IsNotYet && view.IsTeam;

    private async Task<ConversationLine> LineAsync(TalkView view, long seq, CancellationToken cancel) => (await store.LinesAsync(view.Stored, seq, 1, cancel))[0].Line;

    private static IReadOnlyList<T>? NullIfNone<T>(IReadOnlyList<T> list) => list.Count == 0 ? null : list;
}
