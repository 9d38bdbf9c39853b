using Rapport.Conversations;
using Rapport.Server.Pages.Conversations.Teams;

namespace Rapport.Server.Pages.Conversations;

/// <summary>What a team's list shows.</summary>
/// <param name="Name">As the address has it.</param>
public sealed record TeamFilter(string Name)
{
    /// <summary>All of them, in the order in which the page offers them.</summary>
    public static IReadOnlyList<TeamFilter> All { get; } = [new("waiting"), new("overdue"), new("mine"), new("unread"), new("all"), new("closed")];

    /// <summary>That of an address; what waits where there is none.</summary>
    public static TeamFilter Read(string? name) => All.FirstOrDefault(known => known.Name == name) ?? All[0];

    /// <summary>As people read it.</summary>
    public string Text => Name switch
    {
        "waiting" => ConversationText.ShowWaiting,
        "overdue" => ConversationText.ShowOverdue,
        "mine" => ConversationText.ShowMine,
        "unread" => ConversationText.ShowUnread,
        "closed" => TeamText.ShowClosed,
        _ => TeamText.ShowOpen,
    };

    /// <summary>Whether a conversation belongs there.</summary>
    public bool Has(TeamItem item) => Name switch
    {
        "waiting" => item.Waits is not null,
        "overdue" => item.IsLate,
        "mine" => item is { IsMine: true, IsClosed: false, IsEnded: false },
        "unread" => item.IsUnread,
        "closed" => item is { IsClosed: true, IsEnded: false },
        _ => item is { IsClosed: false, IsEnded: false },
    };
}
