using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations;

/// <summary>What a request about one conversation has to do with.</summary>
/// <param name="Talker">Who asks.</param>
/// <param name="View">The conversation as they see it now.</param>
internal sealed record TalkRequest(Talker Talker, TalkView View)
{
    /// <summary>The conversation that stands in an address; null where there is none, or whoever asks is not in it: they cannot tell which.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<TalkRequest?> FindAsync(HttpContext http, TalkDoor door, string id)
    {
        var talker = await door.OpenAsync(http);
        return ConversationId.TryParse(id, out var conversation) && await door.Desk.FindAsync(talker, conversation, http.RequestAborted) is { } view ? new TalkRequest(talker, view) : null;
    }
}
