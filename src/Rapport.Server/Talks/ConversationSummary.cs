using Rapport.Conversations;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.Records;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Teams;

namespace Rapport.Server.Talks;

/// <summary>
/// What somebody wrote who closed a conversation, as an entry of the patient's record: a message from its true author and their team, restricted where the
/// patient talks in private. It is taken by the patient alone, and who wrote it is not told whether it was.
/// </summary>
internal static class ConversationSummary
{
    /// <summary>The kind of a source that is one.</summary>
    public const string Kind = "conversation";

    /// <summary>Whether the patient has taken it into their record, and did not take it back.</summary>
    public static bool IsIn(IEnumerable<Source> sources, HarvestedSource summary) =>
        sources.Any(source => source.Description.Kind == Kind && source.TakenBackAt is null && summary.IsOf(source.Description));

    /// <summary>The summary of a line of a conversation, ready to be taken.</summary>
    public static HarvestedSource Of(TalkView view, long seq, ClosedLine closed) => Of(view, seq, closed, view.IsPrivate);

    private static HarvestedSource Of(TalkView view, long seq, ClosedLine closed, bool isRestricted) =>
        ReceivedMessage.Of(AuthorOf(view, closed), Say.Fill(TeamText.SummaryTopic, view.State.Subject), closed.Summary!, closed.At, $"{view.Id} {seq}", isRestricted);

    /// <summary>Takes it. Taken twice, it is there once.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<bool> TakeAsync(PatientSide side, TalkView view, long seq, ClosedLine closed, CancellationToken cancel)
    {
        var summary = Of(view, seq, closed, view.IsPrivate || (side.Own is { } own && (await own.UpbringingAsync(cancel)).KeepsFromParents(view.State.Kinds)));
        var options = new ImportOptions { SourceKind = Kind, SourceName = Say.Fill(TeamText.SummarySource, view.State.Subject, AuthorOf(view, closed)) };
        return IsIn(await side.SourcesAsync(cancel), summary) || (await side.BringAsync(summary, options, cancel)).IsTaken;
    }

    private static string AuthorOf(TalkView view, ClosedLine closed) =>
        Say.Fill(TeamText.SummaryAuthor, closed.By.Name, TalkWords.Relation(closed.By.Role ?? closed.By.Relation), TalkWords.NameOf(view.State, closed.By.As));
}
