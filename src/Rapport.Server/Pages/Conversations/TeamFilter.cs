using Rapport.Conversations;
using Rapport.Data;

namespace Rapport.Server.Pages.Conversations;

/// <summary>What a team's list shows.</summary>
/// <param name="Name">As the address has it.</param>
public sealed record TeamFilter(string Name)
{
    /// <summary>All of them, in the order in which the page offers them.</summary>
    public static IReadOnlyList<TeamFilter> All { get; } = [new("waiting"), new("overdue"), new("mine"), new("unread"), new("all")];

    /// <summary>That of an address; what waits where there is none.</summary>
    public static TeamFilter Read(string? name) => All.FirstOrDefault(known => known.Name == name) ?? All[0];

    /// <summary>As people read it.</summary>
    public string Text => Name switch
    {
        "waiting" => ConversationText.ShowWaiting,
        "overdue" => ConversationText.ShowOverdue,
        "mine" => ConversationText.ShowMine,
        "unread" => ConversationText.ShowUnread,
        _ => ConversationText.ShowEverything,
    };

    /// <summary>Whether a conversation belongs there.</summary>
    public bool Has(TalkView view, HandsNow hands, PersonId self, DateTimeOffset now) => Name switch
    {
        "waiting" => view.State.Waits is not null,
        "overdue" => TalkWords.IsOverdue(view.State, now),
        "mine" => hands.Person == self,
        "unread" => view.IsUnread,
        _ => true,
    };

    /// <summary>What is overdue first, then what is promised soonest, then what waits without a time, then the newest.</summary>
    public static IEnumerable<TalkView> Ordered(IEnumerable<TalkView> views, DateTimeOffset now) => views
        .OrderByDescending(view => TalkWords.IsOverdue(view.State, now))
        .ThenBy(static view => view.State.Waits is { } waits ? waits.Promise.By ?? DateTimeOffset.MaxValue.AddTicks(-1) : DateTimeOffset.MaxValue)
        .ThenByDescending(static view => view.State.LastAt);
}
