using Rapport.Ledger;
using Rapport.Records;

namespace Rapport.Server.Pages.Sharing;

/// <summary>The looks at what a patient shares, out of the newest lines of their own ledger.</summary>
/// <param name="ByAgreement">How often under each agreement, by the id of the consent.</param>
/// <param name="ByActor">When each looked last, by their reference, under whatever agreement.</param>
public sealed record LedgerLooks(IReadOnlyDictionary<string, Looks> ByAgreement, IReadOnlyDictionary<string, DateTimeOffset> ByActor)
{
    /// <summary>Ledger lines that are read for it, the newest: a busy ledger has many thousands.</summary>
    private const int MostRows = 2000;

    /// <summary>None.</summary>
    public static LedgerLooks None { get; } = new(new Dictionary<string, Looks>(), new Dictionary<string, DateTimeOffset>());

    /// <summary>Those of a record.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<LedgerLooks> OfAsync(OwnAccess own, CancellationToken cancel)
    {
        var rows = await own.ReadLedgerAsync(null, MostRows, cancel);
        var isCut = rows is [.., { Index: > 0 }];
        var (found, actors) = (new Dictionary<string, Looks>(), new Dictionary<string, DateTimeOffset>());
        foreach (var row in rows)
        {
            if (row.Details is not { Kind: LedgerKind.Disclosed, Note: not CardNote.Issued } details)
            {
                continue;
            }

            // The newest line comes first.
            actors.TryAdd(details.Actor, row.Leaf.Time);
            foreach (var consent in details.Consents)
            {
                found[consent] = found.TryGetValue(consent, out var newer) ? newer with { Count = newer.Count + 1 } : new Looks(1, row.Leaf.Time, isCut);
            }
        }

        return new LedgerLooks(found, actors);
    }

    /// <summary>The same out of what a whole ledger says in short.</summary>
    public static LedgerLooks Of(LedgerHistory history)
    {
        var (found, actors) = (new Dictionary<string, Looks>(), new Dictionary<string, DateTimeOffset>());
        foreach (var look in history.Deeds.Where(static deed => deed.IsLook).Reverse())
        {
            actors.TryAdd(look.Actor, look.At);
            foreach (var consent in look.Consents)
            {
                found[consent] = found.TryGetValue(consent, out var newer) ? newer with { Count = newer.Count + 1 } : new Looks(1, look.At, false);
            }
        }

        return new LedgerLooks(found, actors);
    }
}
