namespace Rapport.Server.Pages.Circle;

/// <summary>When somebody and a patient last had to do with each other.</summary>
/// <param name="Look">When they looked last at what was shared with them, by an agreement that may have ended; null for never.</param>
/// <param name="Message">When one of them last wrote to the other; null for never.</param>
/// <param name="IsShared">Whether something is shared with them now.</param>
public sealed record LastContact(DateTimeOffset? Look, DateTimeOffset? Message, bool IsShared)
{
    /// <summary>The name of the child whose circle it is, where it is read by who looks after it; null for the patient themself.</summary>
    public string? Child { get; init; }

    /// <summary>In a sentence or two; null where there is nothing to tell.</summary>
    public string? Text => (LookText, MessageText) switch
    {
        ({ } look, { } message) => $"{look} {message}",
        var (look, message) => look ?? message,
    };

    private string? LookText => Look is { } last ? Say.Fill(CircleText.LookedLast, Say.Moment(last)) : IsShared ? CircleText.NotLookedYet : null;

    private string? MessageText => Message is { } last ? Child is { } child ? Say.Fill(Childs.ChildsCircleText.WroteLast, child, Say.Moment(last)) : Say.Fill(CircleText.WroteLast, Say.Moment(last)) : null;
}
