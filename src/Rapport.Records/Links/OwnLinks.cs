using System.Buffers.Text;
using System.Security.Cryptography;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>The SMART Health Links that the patient of one record gave. Thread safe.</summary>
public sealed class OwnLinks
{
    /// <summary>Links of a record that are not over.</summary>
    public const int Most = 200;

    /// <summary>How long taking what came by a link lasts at most: a server that was killed at it holds it no longer.</summary>
    public static readonly TimeSpan TakingLasts = TimeSpan.FromMinutes(10);

    /// <summary>Random bytes in an address, and in a key.</summary>
    private const int SecretLength = 32;

    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly ConsentWriting _writing;

    internal OwnLinks(RecordServices services, Compartment compartment, ConsentWriting writing) => (_services, _compartment, _writing) = (services, compartment, writing);

    /// <summary>
    /// Gives a link, and makes the agreement that says what whoever has it may see: both or none. When the task completes, the link opens; the ledger tells of the agreement.
    /// </summary>
    /// <param name="wish">What it is like.</param>
    /// <param name="agreement">Makes the agreement for its id: a consent about this patient whose only recipient is <see cref="GivenLink.HolderOf"/>.</param>
    /// <param name="address">Makes the whole address of its secret part.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>The link; null when there are <see cref="Most"/> already, or whoever gives it may not any more.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<GivenLink?> GiveAsync(LinkWish wish, Func<LocalId, Resource> agreement, Func<string, string> address, CancellationToken cancel)
    {
        // Comfort, not a rule: two at the same moment may both be the last.
        if ((await _services.Links.ListAsync(_compartment.IdText, cancel)).Count(row => row.PathHash is not null) >= Most)
        {
            return null;
        }

        var id = LocalId.New();
        var path = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretLength));
        var state = new LinkState
        {
            Label = wish.Label,
            HolderName = wish.HolderName,
            Purpose = wish.Purpose,
            Language = wish.Language,
            MadeAt = _services.Clock.GetUtcNow(),
            ExpiresAt = wish.ExpiresAt,
            IsLongTerm = wish.IsLongTerm,
            IsDirect = wish.IsDirect,
            IsSummary = wish.IsSummary,
            MostOpenings = wish.MostOpenings,
            Passcode = wish.Passcode is { } passcode ? HashedPasscode.Of(passcode, _services.PasscodeIterations) : null,
            Card = wish.Card,
            Secret = new LinkSecret(address(path), RandomNumberGenerator.GetBytes(SecretLength)),
        };
        var row = new LinkRow { LinkId = id.ToString(), Version = 1, PathHash = _services.LinkHash(path), Body = state.Seal(_compartment.Id, _compartment.Sealer, id, 1) };
        var written = await _writing.PutAsync(null, agreement(id), null, new ConsentGift(id) { Link = row }, cancel);
        return written.Status == ConsentWriteStatus.Created ? GivenLink.Of(_compartment.Id, id, state)
            : written.Status == ConsentWriteStatus.NotFound ? null
            : throw new InvalidOperationException($"the agreement of a link was not made: {written.Status}");
    }

    /// <summary>
    /// Makes an emergency card anew: what its link opens, then what is told of the card. The link stays, so what was printed before opens what is chosen now. Broken off in
    /// between, the card is told as it was before, and is
    /// made anew once more.
    /// </summary>
    /// <param name="id">Its link.</param>
    /// <param name="card">What stands on it.</param>
    /// <param name="agreement">What its link opens from now on.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>False when the link has ended.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> RenewCardAsync(LocalId id, EmergencyCard card, Resource agreement, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { Card: not null, Secret: not null } || (await _writing.PutAsync(id, agreement, null, null, cancel, onlyWhileActive: true)).Status != ConsentWriteStatus.Updated)
        {
            return false;
        }

        while (await _services.Links.ReadAsync(_compartment.IdText, id.ToString(), CancellationToken.None) is { PathHash: not null } row)
        {
            var next = LinkState.Open(_compartment.Id, _compartment.Sealer, row) with { Card = card };
            if (await _services.Links.ChangeAsync(_compartment.IdText, row with { Version = row.Version + 1, Body = next.Seal(_compartment.Id, _compartment.Sealer, id, row.Version + 1) }, CancellationToken.None))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>All of them, newest first, those that are over among them.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<GivenLink>> ListAsync(CancellationToken cancel)
    {
        var rows = await _services.Links.ListAsync(_compartment.IdText, cancel);
        return [.. rows.Select(Open).OrderByDescending(link => link.MadeAt).ThenBy(link => link.Id)];
    }

    /// <summary>One of them; null when there is none of this id.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<GivenLink?> FindAsync(LocalId id, CancellationToken cancel) =>
        await _services.Links.ReadAsync(_compartment.IdText, id.ToString(), cancel) is { } row ? Open(row) : null;

    /// <summary>What came by links and waits, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="SealBrokenException">What is stored of it was changed or moved.</exception>
    public async Task<IReadOnlyList<LinkDelivery>> ReceivedAsync(CancellationToken cancel)
    {
        var rows = await _services.Links.ReadDeliveriesAsync(_compartment.IdText, cancel);
        return [.. rows.Select(row => LinkDeliverySealing.Open(_compartment.Id, _compartment.Sealer, row.Id, row.Body)).OrderByDescending(delivery => delivery.At).ThenBy(delivery => delivery.Id)];
    }

    /// <summary>The file of what came by a link.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="SealBrokenException">What is stored of it was changed or moved.</exception>
    public async Task<byte[]> ReadFileAsync(LinkDelivery delivery, CancellationToken cancel) =>
        LinkDeliverySealing.OpenParts(await _services.Links.ReadDeliveryPartsAsync(_compartment.IdText, delivery.Id.ToString(), cancel), _compartment.Id, _compartment.Sealer, delivery);

    /// <summary>
    /// Takes what came by a link: nobody else takes or refuses it meanwhile, and it is forgotten when it was taken. Whoever breaks off leaves it waiting; after
    /// <see cref="TakingLasts"/> it can be taken anew where a crash
    /// kept them from saying so.
    /// </summary>
    /// <param name="delivery">What came.</param>
    /// <param name="take">Brings it into the record; false when it could not be brought there, and waits on.</param>
    /// <param name="cancel">Gives up before it begins.</param>
    /// <returns>False when it is not there any more, or is being taken at this moment: then nothing was done.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> TakeAsync(LocalId delivery, Func<Task<bool>> take, CancellationToken cancel)
    {
        var now = _services.Clock.GetUtcNow();
        var mine = now.ToUnixTimeMilliseconds();
        if (!await _services.Links.BeginTakingAsync(_compartment.IdText, delivery.ToString(), mine, (now - TakingLasts).ToUnixTimeMilliseconds(), cancel))
        {
            return false;
        }

        var isTaken = false;
        try
        {
            isTaken = await take();
        }
        finally
        {
            await (isTaken
                ? _services.Links.ForgetTakenAsync(_compartment.IdText, delivery.ToString(), mine, CancellationToken.None)
                : _services.Links.LetGoAsync(_compartment.IdText, delivery.ToString(), mine, CancellationToken.None));
        }

        return true;
    }

    /// <summary>Forgets what came by a link, because it was refused; false when it is not there any more, or is being taken at this moment.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> RefuseAsync(LocalId delivery, CancellationToken cancel) =>
        _services.Links.ForgetDeliveryAsync(_compartment.IdText, delivery.ToString(), (_services.Clock.GetUtcNow() - TakingLasts).ToUnixTimeMilliseconds(), cancel);

    /// <summary>Forgets what came by a link, because all of it is in the record by now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task ForgetAsync(LocalId delivery, CancellationToken cancel) => _services.Links.ForgetDeliveryAsync(_compartment.IdText, delivery.ToString(), long.MaxValue, cancel);

    private GivenLink Open(LinkRow row)
    {
        // One that ended while somebody opened it keeps what stood in it then: without its address it is over all the same.
        var state = LinkState.Open(_compartment.Id, _compartment.Sealer, row);
        return GivenLink.Of(_compartment.Id, LocalId.Parse(row.LinkId), row.PathHash is null ? state.Closed() : state);
    }
}
