using Rapport.Data;

namespace Rapport.Server.Pages.Conversations;

/// <summary>Where the pages of conversations stand.</summary>
internal static class TalkPlaces
{
    /// <summary>All of one's own; a new one; what waits for one's teams; where open pages hear of what is new.</summary>
    public const string Home = "/conversations", New = Home + "/new", Teams = Home + "/team", Events = "/api/events";

    /// <summary>Where a page scrolls to whose newest message is to be seen.</summary>
    public const string Newest = "newest";

    /// <summary>Lines that stand before one that somebody looks for.</summary>
    private const int LinesBefore = 10;

    /// <summary>One conversation.</summary>
    public static string Of(ConversationId id) => $"{Home}/{id}";

    /// <summary>The same, at its newest message.</summary>
    public static string NewestOf(ConversationId id) => $"{Of(id)}#{Newest}";

    /// <summary>A message in it, with what was just done to it.</summary>
    public static string LineOf(ConversationId id, long seq, string? done = null) => $"{From(id, Math.Max(1, seq - LinesBefore))}{(done is null ? "" : $"&done={done}")}#m{seq}";

    /// <summary>What was said from a line on.</summary>
    public static string From(ConversationId id, long seq) => $"{Of(id)}?from={seq}";

    /// <summary>An entry that is attached to a message. It names neither its kind nor its id: whoever may not see it learns neither.</summary>
    public static string AttachedOf(ConversationId id, long seq, int number) => $"{Of(id)}/attached/{seq}/{number}";

    /// <summary>Where a message is sent to with what it brings along.</summary>
    public static string SendTo(ConversationId id) => $"{Of(id)}/send";

    /// <summary>Where an open page says what of it was shown.</summary>
    public static string ReadOf(ConversationId id) => $"{Of(id)}/read";

    /// <summary>A file of a message.</summary>
    public static string FileOf(ConversationId id, long seq, int number) => $"{Of(id)}/files/{seq}/{number}";

    /// <summary>A file that was chosen and not sent yet: there for who chose it.</summary>
    public static string WaitingFileOf(ConversationId id, LocalId file) => $"{Of(id)}/files/waiting/{file}";

    /// <summary>What a team promises.</summary>
    public static string PromiseOf(CareTeamId team) => $"{Teams}/{team}/promise";

    /// <summary>A new conversation with somebody about one's own record.</summary>
    public static string With(string reference) => $"{New}?with={Uri.EscapeDataString(reference)}";

    /// <summary>A new conversation about somebody's record, with them.</summary>
    public static string About(PatientId patient) => $"{New}?about={patient}";
}
