using Rapport.Conversations;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.Records;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Files;

namespace Rapport.Server.Talks;

/// <summary>What became of a file that a patient takes into their record.</summary>
internal enum TakingStatus
{
    /// <summary>It is in the record, now or before.</summary>
    Taken,

    /// <summary>There is no such file.</summary>
    NothingHere,

    /// <summary>There is no room for it in the record, or it is larger than a document may be there.</summary>
    NoRoom,
}

/// <summary>
/// A photo, document or voice note of a conversation as a document of the patient's record: its sender's, from when it was sent, and for the patient alone until they have looked at what is on it. It is taken by the patient
/// alone, and who sent it is not told whether it was.
/// </summary>
internal static class TakenFile
{
    /// <summary>By which of the record's sources the patient has taken it, and did not take it back; null where they have not.</summary>
    public static long? SourceOf(IEnumerable<Source> sources, ConversationId conversation, long message, int number)
    {
        var known = KnownAs(conversation, message, number);
        return sources.LastOrDefault(source => source.Description.Kind == ConversationSummary.Kind && source.TakenBackAt is null && ReceivedDocument.IsOf(source.Description, known))?.Number;
    }

    /// <summary>Takes it. Taken twice, it is there once.</summary>
    /// <param name="side">Who takes it.</param>
    /// <param name="door">The way into conversations.</param>
    /// <param name="view">The conversation, as the patient sees it.</param>
    /// <param name="message">The message.</param>
    /// <param name="number">Which of its files, from 0.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>What became of it, and the reference of the document where it is there and may be told.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<(TakingStatus Status, string? Entry)> TakeAsync(PatientSide side, TalkDoor door, TalkView view, long message, int number, CancellationToken cancel)
    {
        if (await MessageFile.FindAsync(door, view, message, number, cancel) is not var (said, file) || await door.Desk.Files.OpenAsync(view, file, cancel) is not { } stored)
        {
            return (TakingStatus.NothingHere, null);
        }

        await using var content = stored;
        if (content.Length > ReceivedDocument.MostBytes)
        {
            return (TakingStatus.NoRoom, null);
        }

        var bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, cancel);
        var (by, isOwn) = (AuthorOf(view, said.By), said.By.Person == side.Actor.Person && side.Own is not null);
        var document = new ReceivedDocument
        {
            By = isOwn ? null : by,
            At = said.At,
            Says = file.Says ?? file.Name ?? FileWords.Of(file),
            Name = file.Name,
            ContentType = file.Kind.MediaType(),
            Place = $"{TalkPlaces.Of(view.Id)}#m{message}",
            Known = KnownAs(view.Id, message, number),
            IsRestricted = view.IsPrivate || (side.Own is { } own && (await own.UpbringingAsync(cancel)).KeepsFromParents(view.State.Kinds)),
        };
        var options = new ImportOptions { SourceKind = ConversationSummary.Kind, SourceName = Say.Fill(isOwn ? FileText.OwnSource : FileText.Source, FileWords.Of(file), view.State.Subject, by), IdentityConfirmed = true };
        var (isTaken, entries) = await side.BringAsync(document.Read(bytes), options, CancellationToken.None);
        var entry = entries.FirstOrDefault(static entry => entry.StartsWith("DocumentReference/", StringComparison.Ordinal));
        return isTaken && (entry is not null || side.Own is null) ? (TakingStatus.Taken, entry) : (TakingStatus.NoRoom, null);
    }

    /// <summary>Who sent it: with what they are, and the team for which they wrote or the patient for whom they act.</summary>
    private static string AuthorOf(TalkView view, Speaker by) =>
        by.As == $"Patient/{view.Patient}" ? Say.Fill(
            ConversationText.RoleInTeam, by.IsActing ? Say.Fill(ConversationText.RoleInTeam, by.Name, TalkWords.What(by)) : by.Name, Say.Fill(ConversationText.ForWhom, TalkWords.NameOf(view.State, by.As)))
        : view.State.SeatOf(by.As) is { Member.IsTeam: true } team ? Say.Fill(Pages.Conversations.Teams.TeamText.SummaryAuthor, by.Name, TalkWords.What(by), TalkWords.Named(team.Member))
        : Say.Fill(ConversationText.RoleInTeam, by.Name, TalkWords.What(by));

    private static string KnownAs(ConversationId conversation, long message, int number) => $"{conversation} {message} {number}";
}
