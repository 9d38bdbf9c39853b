using Rapport.Consent;
using Rapport.Records;

namespace Rapport.Server.Pages.Sharing;

/// <summary>What an agreement would change for its recipient, entry by entry: decided now, and as if it held.</summary>
/// <param name="Gained">What they would see and do not see now.</param>
/// <param name="Lost">What they see now and would see no longer.</param>
public sealed record SharingDifference(SummarySide Gained, SummarySide Lost)
{
    /// <summary>Whether nothing changes for them.</summary>
    public bool IsNone => Gained.Count == 0 && Lost.Count == 0;

    /// <summary>Reads it.</summary>
    /// <param name="before">What is decided now.</param>
    /// <param name="after">What would be decided.</param>
    public static SharingDifference Of(SharingPreview before, SharingPreview after) => new(
        SummarySide.Of(SummarySide.Gained, after, [.. Between(before, after, SummarySide.Gained)]), SummarySide.Of(SummarySide.Lost, after, [.. Between(before, after, SummarySide.Lost)]));

    /// <summary>The entries that change sides, with the reason that holds afterwards.</summary>
    /// <param name="before">What is decided now.</param>
    /// <param name="after">What would be decided.</param>
    /// <param name="side"><see cref="SummarySide.Gained"/> or <see cref="SummarySide.Lost"/>.</param>
    public static IEnumerable<(AnsweredEntry Entry, DecisionReason Reason)> Between(SharingPreview before, SharingPreview after, string side)
    {
        var seen = before.SeenReferences();
        return after.Entries().Where(entry => entry.Reason.Permitted == (side == SummarySide.Gained) && seen.Contains(entry.Entry.Reference) != entry.Reason.Permitted);
    }
}
