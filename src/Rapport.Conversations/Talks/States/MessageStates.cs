using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>What became of messages: whom they have reached, and whether what was promised for them was kept. It follows from the lines and from how far each has read; nothing else is stored of it. Thread safe.</summary>
public sealed class MessageStates
{
    private const int LinesAtOnce = 500;

    private readonly ConversationStore _store;
    private readonly TimeProvider _clock;

    internal MessageStates(ConversationStore store, TimeProvider clock) => (_store, _clock) = (store, clock);

    /// <summary>Notes that a page or a program of somebody has some conversations up to a line each, though they have not opened them: what is new there has reached them. Nothing is written of what they have read, or had before.</summary>
    /// <param name="talker">Who.</param>
    /// <param name="upTo">The conversations, each with the line: whoever asks has made sure that they have, or were shown to be new, the lines before it too.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task ReachedAsync(Talker talker, IReadOnlyList<(TalkView View, long Seq)> upTo, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        List<(StoredConversation, ReadMark, IReadOnlyList<string>)> marks =
        [
            .. from one in upTo
               where one.View.IsUnread && one.Seq > Math.Max(one.View.Mark?.Seq ?? 0, one.View.Mark?.Reached ?? 0)
               orderby one.View.Id
               select (one.View.Stored, new ReadMark(talker.Person.Id, 0, now, Reached: Math.Min(one.Seq, one.View.State.Size), ReachedAt: now), one.View.ToldOfReading),
        ];
        return marks.Count == 0 ? Task.CompletedTask : _store.Marks.WriteAsync(marks, null, cancel);
    }

    /// <summary>What was promised to somebody for each message of theirs among some lines that follow each other, by its number, and what became of it, however much later.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<ILookup<long, PromiseKept>> PromisesAsync(Talker talker, TalkView view, IReadOnlyList<TalkLine> lines, CancellationToken cancel)
    {
        List<(long Seq, PromiseKept Kept)> ended = [];
        List<(long Seq, AnswerPromise Promise)> open = [];
        foreach (var line in lines)
        {
            End(line);
            if (line.Line is SaidLine said && said.By.Person == talker.Person.Id)
            {
                open.AddRange(said.Promises.Select(promise => (line.Seq, promise)));
            }
        }

        // What waits now is not looked for: nothing ended it.
        for (var next = lines.Count == 0 ? long.MaxValue : lines[^1].Seq + 1; next <= view.State.Size && open.Exists(one => !Waits(view.State, one));)
        {
            var more = await _store.LinesAsync(view.Stored, next, LinesAtOnce, cancel);
            foreach (var (seq, line) in more)
            {
                End(new TalkLine(seq, line));
            }

            next = more.Count == 0 ? long.MaxValue : more[^1].Seq + 1;
        }

        return ended.Concat(open.Select(static one => (one.Seq, new PromiseKept(one.Promise, PromiseEnd.Waits, null)))).ToLookup(static one => one.Item1, static one => one.Item2);

        void End(TalkLine line)
        {
            ended.AddRange(from one in open
                           let end = PromiseKept.EndBy(one.Promise, line.Line)
                           where end is not null
                           select (one.Seq, new PromiseKept(one.Promise, end.Value, line)));
            open.RemoveAll(one => PromiseKept.EndBy(one.Promise, line.Line) is not null);
        }
    }

    private static bool Waits(Conversation state, (long Seq, AnswerPromise Promise) one) => state.Of(one.Promise.Who).Waits is { } waits && waits.Seq <= one.Seq;
}
