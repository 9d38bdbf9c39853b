using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>A conversation in a team's list, as one of the team has it now.</summary>
/// <param name="Conversation">Which.</param>
/// <param name="Team">The team's reference.</param>
/// <param name="LastAt">When something happened in it last.</param>
public sealed record TeamItem(ConversationId Conversation, string Team, DateTimeOffset LastAt)
{
    /// <summary>What waits for the team; null when nothing does.</summary>
    public Awaited? Waits { get; init; }

    /// <summary>Whether there is something in it that they have not read.</summary>
    public bool IsUnread { get; init; }

    /// <summary>Whether it is in their hands now, also for who is away.</summary>
    public bool IsMine { get; init; }

    /// <summary>Whether what was promised is late.</summary>
    public bool IsLate { get; init; }

    /// <summary>Whether they are told of what waits: it is late and theirs, or they were reminded of it and nobody else has it in hand.</summary>
    public bool IsToldOf { get; init; }

    /// <summary>Whether it was closed and nobody wrote since.</summary>
    public bool IsClosed { get; init; }

    /// <summary>Whether the patient ended it.</summary>
    public bool IsEnded { get; init; }

    /// <summary>What may be urgent first, then what is late, then what is promised soonest, then what waits without a time, then the newest.</summary>
    public static IEnumerable<TeamItem> Ordered(IEnumerable<TeamItem> items) => items
        .OrderByDescending(static item => item.Waits is { IsUrgent: true })
        .ThenByDescending(static item => item.IsLate)
        .ThenBy(static item => item.Waits is { } waits ? waits.Promise.By ?? DateTimeOffset.MaxValue.AddTicks(-1) : DateTimeOffset.MaxValue)
        .ThenByDescending(static item => item.LastAt)
        .ThenBy(static item => item.Conversation);
}

/// <summary>What waits for the teams that somebody is in, without opening any conversation. Thread safe.</summary>
public sealed class TeamInbox
{
    private readonly ConversationStore _store;
    private readonly TeamAbsences _absences;
    private readonly TeamHands _hands;
    private readonly TimeProvider _clock;

    internal TeamInbox(ConversationStore store, TeamAbsences absences, TeamHands hands, TimeProvider clock) => (_store, _absences, _hands, _clock) = (store, absences, hands, clock);

    /// <summary>All conversations of the teams that somebody is in now, in no order; one that is in several of their teams' is told of once.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<TeamItem>> ReadAsync(Talker talker, CancellationToken cancel)
    {
        var self = talker.Person.Id;
        Dictionary<ConversationId, TeamItem> items = [];
        var teams = talker.References.Where(CareTeamId.IsReference).ToList();
        var read = teams.Count == 0 ? new Dictionary<ConversationId, long>() : await _store.Readings.OfAsync(self, cancel);
        foreach (var team in teams)
        {
            if (CareTeamId.TryParseReference(team, out var id))
            {
                await AddAsync(items, id, self, await _store.Boards.OfAsync(team, cancel), read, cancel);
            }
        }

        return [.. items.Values];
    }

    /// <summary>How a team does.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<TeamFigures> FiguresAsync(CareTeamId team, CancellationToken cancel) =>
        TeamFigures.Of(await _store.Boards.OfAsync(team.Reference, cancel), (await _absences.FindAsync(team, cancel)).Zone, _clock.GetUtcNow());

    /// <summary>Takes out of a team's list what is not there for the team any more: its record was erased, or it is damaged. False where it is there.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> ForgetAsync(TeamItem item, CancellationToken cancel)
    {
        try
        {
            if (await _store.FindAsync(item.Conversation, [item.Team], cancel) is not null)
            {
                return false;
            }
        }
        catch (SealBrokenException)
        {
            // The operator is told of it where somebody opens it.
        }

        await _store.Teams.ForgetAsync(item.Conversation, item.Team, cancel);
        return true;
    }

    private async Task AddAsync(Dictionary<ConversationId, TeamItem> items, CareTeamId team, PersonId self, IReadOnlyCollection<TeamTalk> talks, IReadOnlyDictionary<ConversationId, long> read, CancellationToken cancel)
    {
        var (away, now) = (await _absences.FindAsync(team, cancel), _clock.GetUtcNow());
        Dictionary<(PersonId, DateOnly?), PersonId?> hands = [];
        foreach (var talk in talks)
        {
            PersonId? has = null;
            if (talk.Hands is { } given)
            {
                // Those who were given something on the same day have it in the same hands.
                var key = (given, talk.HandsSince is { } since ? away.DayOf(since) : (DateOnly?)null);
                if (!hands.TryGetValue(key, out has))
                {
                    hands[key] = has = (await _hands.OfAsync(team, away, given, talk.HandsSince, cancel))?.Person;
                }
            }

            var seen = Math.Max(read.GetValueOrDefault(talk.Conversation), talk.From - 1);
            items.TryAdd(talk.Conversation, new TeamItem(talk.Conversation, talk.Team, talk.LastAt)
            {
                Waits = talk.Waits,
                IsUnread = talk.Size > seen && talk.Last?.IsAllTheirs(self, seen) != true,
                IsMine = has == self,
                IsLate = talk.Waits?.Promise.By <= now,
                IsToldOf = talk.Waits is { IsPassedOn: true } ? has == self : talk.Waits is not null && talk.Reminded?.Contains(self) == true && (has is null || has == self),
                IsClosed = talk.IsClosed,
                IsEnded = talk.IsEnded,
            });
        }
    }
}
