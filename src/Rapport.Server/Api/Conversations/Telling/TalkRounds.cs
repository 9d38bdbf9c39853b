using System.Diagnostics;
using Rapport.Data;

namespace Rapport.Server.Api.Conversations.Telling;

/// <summary>
/// The devices of one person that ask at the same moment are answered by one round: what is new is read and decided once for all of them. Thread safe.
/// </summary>
/// <remarks>
/// A round is for one person alone, and answers only who had something to ask for before it began to read, and while it goes on: nobody is ever told by what was decided before they were woken, or were told the last time. So each is told what they would be told if they were the only one.
/// </remarks>
/// <param name="make">Makes a round: reads who they are and what they are told.</param>
internal sealed class TalkRounds(Func<TalkAsk, Task<TalkRound>> make)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PersonId, Round> _underWay = [];

    /// <summary>What somebody is told now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<TalkRound> AskAsync(TalkAsk ask, CancellationToken cancel)
    {
        Round? round;
        lock (_lock)
        {
            if (!_underWay.TryGetValue(ask.Person, out round) || !round.Answers(ask))
            {
                _underWay[ask.Person] = round = new Round(ask);
                _ = RunAsync(round);
            }
        }

        return round.Answer.WaitAsync(cancel);
    }

    private async Task RunAsync(Round round)
    {
        // Those who were woken at the same moment ask before it begins.
        await Task.Yield();
        lock (_lock)
        {
            round.Begin();
        }

        TalkRound answer;
        try
        {
            answer = await make(round.Ask);
        }
#pragma warning disable CA1031 // told to all who asked
        catch (Exception e)
#pragma warning restore CA1031
        {
            End(round);
            round.Fail(e);
            return;
        }

        End(round);
        round.Tell(answer);
    }

    /// <summary>Before anybody is answered: whoever asks from then on is answered by another one.</summary>
    private void End(Round round)
    {
        lock (_lock)
        {
            if (_underWay.TryGetValue(round.Ask.Person, out var known) && known == round)
            {
                _underWay.Remove(round.Ask.Person);
            }
        }
    }

    private sealed class Round(TalkAsk ask)
    {
        private readonly TaskCompletionSource<TalkRound> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _began = long.MaxValue;

        internal TalkAsk Ask => ask;

        internal Task<TalkRound> Answer => _answer.Task;

        internal void Begin() => _began = Stopwatch.GetTimestamp();

        internal void Tell(TalkRound answer) => _answer.SetResult(answer);

        internal void Fail(Exception e) => _answer.SetException(e);

        /// <summary>Whether it answers what somebody else asks: it reads after they had something to ask for, as the same members, what is new for them and more, and looks at what they listen by.</summary>
        internal bool Answers(TalkAsk other) =>
            other.Since <= _began && ask.Passes.Contains(other.Pass) && ask.States.SequenceEqual(other.States) && ask.Heard.Count == other.Heard.Count
            && ask.Heard.Zip(other.Heard).All(static one => one.First.Member == one.Second.Member && one.First.Seq <= one.Second.Seq);
    }
}
