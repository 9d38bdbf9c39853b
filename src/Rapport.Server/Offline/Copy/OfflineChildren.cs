using System.Buffers.Text;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Emergency.Card;
using Rapport.Server.Pages.SharedWithMe;

namespace Rapport.Server.Offline.Copy;

/// <summary>
/// The emergency cards of the small children whom somebody looks after, for their device. To take a card along is a look at the child's record, which stands in its ledger: so a device is given one when it has none, when the record
/// says something else, and once a day, and else is told that it has it. Thread safe.
/// </summary>
internal sealed class OfflineChildren(RecordDoor records, Keyring keyring, TimeProvider clock)
{
    /// <summary>The names of the children whom they look after.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<string>> NamesAsync(HttpContext http) => [.. (await AllAsync(http)).Select(static child => child.PatientName)];

    /// <summary>The cards that there are.</summary>
    /// <param name="http">Who asks.</param>
    /// <param name="session">Their session.</param>
    /// <param name="known">What names the cards that the device has.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<OfflineChild>> MakeAsync(HttpContext http, Session session, IReadOnlyCollection<string> known)
    {
        var (now, cancel) = (clock.GetUtcNow(), http.RequestAborted);
        List<OfflineChild> cards = [];
        foreach (var child in await AllAsync(http))
        {
            var stamp = await StampAsync(child, session, now, cancel);
            if (known.Contains(stamp))
            {
                cards.Add(new OfflineChild(stamp, child.PatientName, null));
            }
            else if (await OfflineCards.OfAsync(CardDesk.Of(child, http, records), now, cancel) is { } card)
            {
                cards.Add(new OfflineChild(stamp, child.PatientName, card));
            }
        }

        return cards;
    }

    private async Task<IReadOnlyList<GuardianAccess>> AllAsync(HttpContext http)
    {
        List<GuardianAccess> children = [];
        foreach (var record in (await records.SharedWithAsync(http)).Where(Purposes.MayAct).Take(ChildRecord.Most))
        {
            if (await records.OpenGuardianAsync(http, record.Patient, TokenScopes.ReadShared) is { } child)
            {
                children.Add(child);
            }
        }

        return children;
    }

    private async Task<string> StampAsync(GuardianAccess child, Session session, DateTimeOffset now, CancellationToken cancel) => Base64Url.EncodeToString(keyring.LookupHash(
        "kept child", $"{session.Id} {child.Patient} {await child.SizeAsync(cancel)} {Say.Iso(now)[..10]} {Languages.Current.Code}").AsSpan(0, 12));
}
