using Rapport.Data;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Record;

namespace Rapport.Server.Pages.Visits;

/// <summary>Where the pages of visits stand.</summary>
internal static class VisitPlaces
{
    /// <summary>All lists, and a new one.</summary>
    public const string Home = "/visits";

    /// <summary>One list.</summary>
    public static string Of(LocalId id) => $"{Home}/{id}";

    /// <summary>The same for paper.</summary>
    public static string Print(LocalId id) => $"{Home}/{id}/print";

    /// <summary>Where somebody chooses whom it is sent to.</summary>
    public static string Send(LocalId id) => $"{Home}/{id}/send";

    /// <summary>Where it is deleted.</summary>
    public static string Remove(LocalId id) => $"{Home}/{id}/remove";

    /// <summary>The page of what a question comes from; null for a question of the patient's own.</summary>
    public static string? From(string? entry, string? message) =>
        entry is not null ? RecordPlace.Own.Entry(entry)
        : message?.Split('/') is [var id, var line] && ConversationId.TryParse(id, out var conversation) && long.TryParse(line, out var seq) ? TalkPlaces.LineOf(conversation, seq)
        : null;
}
