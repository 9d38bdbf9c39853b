using System.Data.Common;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>
/// Sees to it that what a team does not answer in time reaches somebody: before the promised time whoever can still answer is reminded, and when it has passed it becomes somebody's, for everybody in the conversation to see.
/// Any node does it, as often as it likes: each happens once, in the transaction that notes it. Thread safe.
/// </summary>
public sealed class LateAnswers
{
    private const int MostAtOnce = 100;

    /// <summary>When what cannot be passed on now is looked at again.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromHours(1);

    private readonly ConversationStore _store;
    private readonly TeamPromises _promises;
    private readonly LateHands _hands;
    private readonly TimeProvider _clock;

    internal LateAnswers(ConversationStore store, TeamPromises promises, LateHands hands, TimeProvider clock) => (_store, _promises, _hands, _clock) = (store, promises, hands, clock);

    /// <summary>Tells whoever must be told by now.</summary>
    /// <returns>Of how many nobody could be told: they are looked at again later.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<int> TellAsync(CancellationToken cancel)
    {
        IReadOnlyList<DueTalk> due;
        var failed = 0;
        do
        {
            due = await _store.Teams.DueAsync(_clock.GetUtcNow(), MostAtOnce, cancel);
            foreach (var one in due)
            {
                var isSound = one.Talk is not null;
                try
                {
                    await (one.Talk is { } talk ? TellAsync(one, talk, cancel) : Task.CompletedTask);
                }
                catch (Exception e) when (e is not (StorageException or DbException or OperationCanceledException))
                {
                    isSound = false;
                }

                if (!isSound)
                {
                    // One that does not open, or is more than this node knows how to tell, must not keep the others waiting.
                    failed++;
                    await _store.Teams.PutOffAsync(one, _clock.GetUtcNow() + Later, cancel);
                }
            }
        }
        while (due.Count == MostAtOnce);
        return failed;
    }

    private async Task TellAsync(DueTalk due, TeamTalk talk, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        if (await _store.FindAsync(talk.Conversation, [talk.Team], cancel) is not { } stored || stored.State.Of(talk.Team).Waits is not { IsPassedOn: false, Promise.By: { } by } waits
            || !CareTeamId.TryParseReference(talk.Team, out var team))
        {
            await _store.Teams.PutOffAsync(due, null, cancel);
            return;
        }

        var told = now < by ? await _hands.BeforeAsync(team, stored.State, cancel) : await _hands.OfAsync(team, (await _promises.FindAsync(team, cancel))?.Promise, stored, cancel);
        if (told.Count == 0)
        {
            await _store.Teams.PutOffAsync(due, now + Later, cancel);
        }
        else if (now < by)
        {
            await _store.RemindAsync(stored, due, waits, [.. told.Select(static member => member.Person)], cancel);
        }
        else if (stored.State.SeatOf(talk.Team) is { } seat)
        {
            var hands = told is [var one] ? one : null;
            var line = new OverdueLine(
                now, new Speaker(told[0].Person, talk.Team, seat.Member.Name, seat.Member.Relation), waits.Seq, hands?.Person, hands?.Name, hands?.Role, [.. told.Select(static member => member.Person)]);
            await _store.AddAsync(stored, null, state => state.Of(talk.Team).Waits is { IsPassedOn: false } still && still.Seq == waits.Seq ? line : null, cancel);
        }
    }
}
