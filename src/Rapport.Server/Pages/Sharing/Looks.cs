using Rapport.Ledger;
using Rapport.Records;

namespace Rapport.Server.Pages.Sharing;

/// <summary>How often something was looked at under an agreement, out of the patient's own ledger.</summary>
/// <param name="Count">How often.</param>
/// <param name="Last">When last.</param>
/// <param name="IsAtLeast">Whether there may have been more before the lines that were read.</param>
public sealed record Looks(int Count, DateTimeOffset Last, bool IsAtLeast)
{
    /// <summary>Ledger lines that are read for it, the newest: a busy ledger has many thousands.</summary>
    private const int MostRows = 2000;

    /// <summary>In a sentence.</summary>
    public string Text => Say.Count(IsAtLeast ? SharingText.LookedAtLeast : SharingText.Looked, Count, Say.Moment(Last));

    /// <summary>By the id of the consent.</summary>
    public static async Task<IReadOnlyDictionary<string, Looks>> OfAsync(OwnAccess own, CancellationToken cancel)
    {
        var rows = await own.ReadLedgerAsync(null, MostRows, cancel);
        var isCut = rows is [.., { Index: > 0 }];
        Dictionary<string, Looks> found = [];
        foreach (var row in rows)
        {
            foreach (var consent in row.Details is { Kind: LedgerKind.Disclosed, Note: not CardNote.Issued } details ? details.Consents : [])
            {
                found[consent] = found.TryGetValue(consent, out var newer) ? newer with { Count = newer.Count + 1 } : new Looks(1, row.Leaf.Time, isCut);
            }
        }

        return found;
    }
}
