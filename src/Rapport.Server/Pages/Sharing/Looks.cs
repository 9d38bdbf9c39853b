namespace Rapport.Server.Pages.Sharing;

/// <summary>How often something was looked at under an agreement, out of the patient's own ledger.</summary>
/// <param name="Count">How often.</param>
/// <param name="Last">When last.</param>
/// <param name="IsAtLeast">Whether there may have been more before the lines that were read.</param>
public sealed record Looks(int Count, DateTimeOffset Last, bool IsAtLeast)
{
    /// <summary>In a sentence.</summary>
    public string Text => Say.Count(IsAtLeast ? SharingText.LookedAtLeast : SharingText.Looked, Count, Say.Moment(Last));
}
