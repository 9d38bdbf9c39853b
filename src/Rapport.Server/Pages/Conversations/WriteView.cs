using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations;

/// <summary>Where somebody writes a message, with what they are told before they send it.</summary>
/// <param name="Id">The conversation.</param>
/// <param name="Draft">What they have written.</param>
public sealed record WriteView(ConversationId Id, MessageDraft Draft)
{
    /// <summary>For whom they write; null for themself.</summary>
    public string? For { get; init; }

    /// <summary>Who will read it.</summary>
    public required string Readers { get; init; }

    /// <summary>Whether their parents read it; null for who is no teenager.</summary>
    public ParentsReading? Parents { get; init; }

    /// <summary>Who reads it in place of somebody who is away; null where nobody does.</summary>
    public string? Instead { get; init; }

    /// <summary>By when each team promises an answer, with what it says to whoever writes; none where nobody promises any.</summary>
    public IReadOnlyList<(string Promise, string? Says)> Promises { get; init; } = [];

    /// <summary>What their team has drafted, for who is of a team; null for others.</summary>
    public TeamDraft? TeamDraft { get; init; }

    /// <summary>Whether something waits for the answer of their team, so that they may say that this is not it.</summary>
    public bool IsAwaited { get; init; }

    /// <summary>Whether that was written while they wrote something else: both are shown.</summary>
    public bool IsDraftedMeanwhile { get; init; }

    /// <summary>The titles of their team's templates.</summary>
    public IReadOnlyList<string> Templates { get; init; } = [];

    /// <summary>What is wrong; null for nothing.</summary>
    public string? Problem { get; init; }

    /// <summary>Entries that go along.</summary>
    public IReadOnlyList<AttachOffer> Attached { get; init; } = [];

    /// <summary>Photos, documents and voice notes that go along.</summary>
    public IReadOnlyList<TalkFile> Files { get; init; } = [];

    /// <summary>The largest file that can be.</summary>
    public long MostBytes { get; init; }

    /// <summary>Whether entries can be attached: by the patient, and by who looks after them as they would themself.</summary>
    public bool MayAttach { get; init; }

    /// <summary>The number to call in an emergency.</summary>
    public required string EmergencyNumber { get; init; }

    /// <summary>What somebody is told who writes in a conversation now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal static async Task<WriteView> OfAsync(TalkDoor door, UrgentHelp help, TalkView view, string patientName, MessageDraft draft, CancellationToken cancel)
    {
        List<(string, string?)> promises = [];
        foreach (var promise in await door.Desk.PromisesAsync(view, cancel))
        {
            var team = CareTeamId.TryParseReference(promise.Who, out var id) ? await door.Desk.Promises.FindAsync(id, cancel) : null;
            var name = TalkWords.NameOf(view.State, promise.Who);
            promises.Add((promise.By is { } by ? Say.Fill(ConversationText.WillAnswerBy, name, Say.MomentOfWeek(by)) : Say.Fill(ConversationText.PromisesNoTime, name), team?.Promise.Notice));
        }

        return new WriteView(view.Id, draft)
        {
            For = view.Capacity.IsActing ? patientName : null,
            Readers = Say.Fill(ConversationText.Readers, Say.List(ReadersOf(view, patientName))),
            Parents = await door.ParentsReadingAsync(view, cancel),
            IsAwaited = view.IsTeam && view.State.Of(view.Capacity.Reference).Waits is not null,
            Promises = promises,
            MostBytes = door.Desk.Files.MostBytes,
            EmergencyNumber = help.Number,
        };
    }

    /// <summary>Who reads it in place of who has it in hand and is away, of the teams to which it is written; null where nobody does.</summary>
    internal static string? InsteadOf(TalkView view, HandsOfTeams hands) => hands.ByTeam.Where(one => one.Key != view.Capacity.Reference).Select(static one => InsteadOf(one.Value)).OfType<string>().ToList() is { Count: > 0 } some ? string.Join(' ', some) : null;

    private static string? InsteadOf(HandsNow hands) => hands.Instead is not { } away ? null
        : hands.Name is { } name ? Say.Fill(TeamText.ReadsInstead, away.Name, name) : Say.Fill(TeamText.TeamReadsInstead, away.Name);

    /// <summary>Who reads what is written: the others, whoever is in a team, and whoever acts for the patient.</summary>
    public static IReadOnlyList<string> ReadersOf(TalkView view, string patientName) =>
    [
        .. view.State.Seats.Where(seat => seat.Member.Reference != view.Capacity.Reference).Select(seat => seat.Member.IsTeam ? Say.Fill(ConversationText.WhoeverIsIn, TalkWords.Named(seat.Member)) : seat.Member.Name),
        .. view.IsPrivate ? Array.Empty<string>() : [view.IsOwn ? ConversationText.WhoActsForYou : Say.Fill(ConversationText.WhoActsFor, patientName)],
        .. view.IsTeam ? [ConversationText.TheRestOfYourTeam] : Array.Empty<string>(),
    ];
}
