using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// The emergency card of one record from the side of who makes it: its patient, or whoever looks after a small child as the child itself would (<see cref="GuardianAccess"/>). Thread safe.
/// </summary>
/// <remarks>
/// What the code of a card opens that somebody else than the patient made MUST never be more than its maker may see at that moment, nor outlast what they may do: it is passed on (<see cref="PassedOn"/>), so that what becomes a teenager's
/// own leaves the code in the moment in which it leaves its maker's sight.
/// </remarks>
public sealed class CardKeeping
{
    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly OwnLinks _links;
    private readonly OwnReading _reading;
    private readonly ConsentWriting _writing;
    private readonly Actor? _guardian;

    internal CardKeeping(RecordServices services, Compartment compartment, OwnReading reading, ConsentWriting writing, Actor? guardian = null)
    {
        (_services, _compartment, _reading, _writing, _guardian) = (services, compartment, reading, writing, guardian);
        _links = new OwnLinks(services, compartment, writing);
    }

    /// <summary>Whose record.</summary>
    public PatientId Patient => _compartment.Id;

    /// <summary>The link of the card whose code opens something now; null when there is none.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<GivenLink?> FindAsync(CancellationToken cancel)
    {
        var now = _services.Clock.GetUtcNow();
        foreach (var link in (await _links.ListAsync(cancel)).Where(link => link.Card is not null && link.IsOpen(now)))
        {
            if (await AgreementAsync(link.FullId, cancel) is { Consent.Counts: true } agreement && !(agreement.Until <= now))
            {
                return link;
            }
        }

        return null;
    }

    /// <summary>Who made the card for the patient, and until when its code opens anything at the latest; null where the patient made it.</summary>
    /// <param name="card">The link of the card.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<(string Name, DateTimeOffset? Until)?> MakerAsync(GivenLink card, CancellationToken cancel) =>
        await AgreementAsync(card.FullId, cancel) is { Consent.PassedOn: { } maker } agreement ? (maker.ByName ?? maker.By[0], agreement.Until) : null;

    /// <summary>Makes the card: its link with what it opens, or both anew where there is one. False when there are too many links, or whoever makes it may not any more.</summary>
    /// <param name="known">The link of the card that there is; null for none.</param>
    /// <param name="wish">What it is like.</param>
    /// <param name="agreement">Makes the agreement for the link's id.</param>
    /// <param name="address">Makes the whole address of its secret part.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> MakeAsync(GivenLink? known, LinkWish wish, Func<LocalId, Resource> agreement, Func<string, string> address, CancellationToken cancel)
    {
        if (_guardian is not null)
        {
            if (await GuardianDoor.PassingOnAsync(_services, _compartment, _guardian, cancel) is not { } from)
            {
                return false;
            }

            var theirs = agreement;
            agreement = id => PassedOnConsent.Bind(theirs(id), _guardian, from, _writing.PatientName);
        }

        return (known is not null && await _links.RenewCardAsync(known.Id, wish.Card!, agreement(known.Id), cancel)) || await _links.GiveAsync(wish, agreement, address, cancel) is not null;
    }

    /// <summary>Ends the card's code; false when there is no such card. Doing it twice is doing it once.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> EndAsync(GivenLink card, CancellationToken cancel)
    {
        while (await AgreementAsync(card.FullId, cancel) is { } agreement)
        {
            var written = agreement.Consent.Status == "active" ? await _writing.PutAsync(card.Id, ConsentJson.Ended(agreement.Resource), agreement.Entry.Version, gift: null, cancel) : null;
            if (written is not { Status: ConsentWriteStatus.VersionConflict })
            {
                return written is null or { Status: ConsentWriteStatus.Updated };
            }
        }

        return false;
    }

    private async Task<StoredConsent?> AgreementAsync(string id, CancellationToken cancel) => await _reading.ConsentsAsync(consent => consent.Id == id, cancel) is [var agreement] ? agreement : null;
}
