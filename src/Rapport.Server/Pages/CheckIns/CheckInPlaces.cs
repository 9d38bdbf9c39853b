using Rapport.Data;
using Rapport.Server.Pages.Conversations;

namespace Rapport.Server.Pages.CheckIns;

/// <summary>Where the pages of check-ins stand. No address tells what is asked or answered.</summary>
internal static class CheckInPlaces
{
    /// <summary>Asking for one.</summary>
    public static string New(ConversationId id) => $"{TalkPlaces.Of(id)}/check-ins/new";

    /// <summary>One, with its answers.</summary>
    public static string Of(ConversationId id, long seq) => $"{TalkPlaces.Of(id)}/check-ins/{seq}";

    /// <summary>Answering it.</summary>
    public static string Answer(ConversationId id, long seq) => $"{Of(id, seq)}/answer";

    /// <summary>Ending it.</summary>
    public static string End(ConversationId id, long seq) => $"{Of(id, seq)}/end";
}
