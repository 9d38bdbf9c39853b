using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Hosting;
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
        if (!ConversationId.TryParse(id, out var conversation) || await door.Desk.FindAsync(talker, conversation, http.RequestAborted) is not { } view)
        {
            return null;
        }

        await NameBothAsync(http, view.Capacity.For);
        return new TalkRequest(talker, view);
    }

    /// <summary>Whoever writes for a patient sees both names on the page, as on each page of acting.</summary>
    /// <param name="http">The request of a page.</param>
    /// <param name="patient">For whom; null for nobody else.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task NameBothAsync(HttpContext http, PatientId? patient)
    {
        if (patient is { } other && http.FindSession() is not null && await http.RequestServices.GetRequiredService<RecordDoor>().OpenActingAsync(http, other) is { } acting)
        {
            http.Features.Set(acting);
        }
    }
}
