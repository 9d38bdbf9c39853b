using System.Text.Json.Serialization;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>How a conversation stands for a team that is in it: enough to count it, to order it and to know when somebody must be told. Nothing of what was said. Immutable.</summary>
/// <param name="Conversation">Which.</param>
/// <param name="Patient">Whose record it is about.</param>
/// <param name="Team">The team's reference.</param>
/// <param name="From">The first line that the team sees.</param>
/// <param name="Size">How many lines there are.</param>
/// <param name="LastAt">When the last was written.</param>
internal sealed record TeamTalk(ConversationId Conversation, PatientId Patient, string Team, long From, long Size, DateTimeOffset LastAt)
{
    private const int MostRounds = 40;

    private static readonly TimeSpan RoundsKept = TimeSpan.FromDays(100);

    /// <summary>What kind of matter it is.</summary>
    public Topic Topic { get; init; }

    /// <summary>Who wrote the last lines; null where nobody did, or where that was not noted yet.</summary>
    public LastRun? Last { get; init; }

    /// <summary>What was asked and answered lately, the oldest first; null for nothing.</summary>
    public IReadOnlyList<Round>? Rounds { get; init; }

    /// <summary>What waits for this team; null when nothing does.</summary>
    public Awaited? Waits { get; init; }

    /// <summary>Who of the team has it in hand; null for all.</summary>
    public PersonId? Hands { get; init; }

    /// <summary>Since when it is in those hands.</summary>
    public DateTimeOffset? HandsSince { get; init; }

    /// <summary>Whether it was closed and nobody wrote since.</summary>
    public bool IsClosed { get; init; }

    /// <summary>Whether the patient ended it.</summary>
    public bool IsEnded { get; init; }

    /// <summary>Who was reminded of what waits now; null for nobody yet.</summary>
    public IReadOnlyList<PersonId>? Reminded { get; init; }

    /// <summary>When somebody must be told next of what is not answered: to remind them, then because it is late; null when nobody must.</summary>
    [JsonIgnore]
    public DateTimeOffset? DueAt => Waits is not { IsPassedOn: false, Promise: { By: { } by } promise } ? null : Reminded is null && promise.RemindAt < by ? promise.RemindAt : by;

    /// <summary>How a conversation stands for the team of a seat.</summary>
    /// <param name="id">The conversation.</param>
    /// <param name="state">How it stands.</param>
    /// <param name="seat">The team's seat.</param>
    /// <param name="before">How it stood for the team before; null where it was not in it.</param>
    public static TeamTalk Of(ConversationId id, Conversation state, Seat seat, TeamTalk? before)
    {
        var standing = state.Of(seat.Member.Reference);
        var waits = standing.Waits;
        return new TeamTalk(id, state.Patient, seat.Member.Reference, seat.From, state.Size, state.LastAt)
        {
            Topic = state.Topic,
            Last = state.Last,
            Rounds = RoundsOf(state, waits, before),
            Waits = waits,
            Hands = standing.Hands,
            HandsSince = standing.HandsSince,
            IsClosed = state.IsClosed,
            IsEnded = state.IsEnded,
            Reminded = waits is not null && before?.Waits?.Seq == waits.Seq ? before.Reminded : null,
        };
    }

    /// <summary>What waited and waits no more was answered, or closed as answered; what the patient ended was not.</summary>
    private static IReadOnlyList<Round>? RoundsOf(Conversation state, Awaited? waits, TeamTalk? before) =>
        before?.Waits is not { } was || waits?.Seq == was.Seq || state.IsEnded ? before?.Rounds
        : [.. (before.Rounds ?? []).Where(round => round.Answered >= state.LastAt - RoundsKept).TakeLast(MostRounds - 1), new Round(was.Since, was.Promise.By, state.LastAt)];
}
