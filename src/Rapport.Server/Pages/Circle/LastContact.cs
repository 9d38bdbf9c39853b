namespace Rapport.Server.Pages.Circle;

/// <summary>When somebody and a patient last had to do with each other.</summary>
/// <param name="Look">When they looked last at what is shared with them; null for never.</param>
public sealed record LastContact(DateTimeOffset? Look)
{
    /// <summary>In a sentence.</summary>
    public string Text => Look is { } last ? Say.Fill(CircleText.LookedLast, Say.Moment(last)) : CircleText.NotLookedYet;
}
