using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>The SMART Health Cards that the patient of one record made. Thread safe.</summary>
public sealed class OwnCards
{
    /// <summary>Random bytes in the number of a card: nobody finds another's by trying.</summary>
    private const int NumberLength = 12;

    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly ConsentWriting _writing;

    internal OwnCards(RecordServices services, Compartment compartment, ConsentWriting writing) => (_services, _compartment, _writing) = (services, compartment, writing);

    /// <summary>All of them, newest first, those that were taken back among them.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<IssuedCard>> ListAsync(CancellationToken cancel) =>
        [.. (await _services.Cards.ListAsync(_compartment.IdText, cancel)).Select(Open).OfType<IssuedCard>().OrderByDescending(card => card.MadeAt).ThenBy(card => card.Id)];

    /// <summary>One of them; null when there is none of this id.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IssuedCard?> FindAsync(LocalId id, CancellationToken cancel) => await _services.Cards.ReadAsync(_compartment.IdText, id.ToString(), cancel) is { } row ? Open(row) : null;

    /// <inheritdoc cref="CardIssuing.IssueAsync"/>
    internal async Task<IssuedCard?> IssueAsync(
        DisclosureGate gate, CardKeys keys, CardWish wish, Func<LocalId, Resource> agreement, RecordQuery query, Func<Disclosure, CardNumber, CancellationToken, Task<UnsignedCard?>> write, CancellationToken cancel)
    {
        // Comfort, not a rule: two at the same moment may both be the last.
        var (made, now) = (await ListAsync(cancel), _services.Clock.GetUtcNow());
        if (made.Count(card => !card.IsRevoked && !(card.ExpiresAt <= now)) >= IssuedCard.Most || made.Count(card => now - card.MadeAt < TimeSpan.FromDays(1)) >= IssuedCard.MostADay)
        {
            return null;
        }

        using var key = await keys.OpenAsync(cancel);
        var id = LocalId.New();
        var number = new CardNumber(key.Kid, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NumberLength)));
        var state = new CardState { Label = wish.Label, MadeAt = _services.Clock.GetUtcNow(), ExpiresAt = wish.ExpiresAt };
        var row = new CardRow { CardId = id.ToString(), Version = 1, Kid = number.Kid, Rid = number.Rid, Body = state.Seal(_compartment.Id, _compartment.Sealer, id, 1) };
        var written = await _writing.PutAsync(null, agreement(id), null, new ConsentGift(id) { Card = row }, cancel);
        if (written.Status != ConsentWriteStatus.Created)
        {
            throw new InvalidOperationException($"the agreement of a card was not made: {written.Status}");
        }

        var holder = IssuedCard.HolderOf(_compartment.Id, id);
        var ask = new DisclosureAsk(new Actor(default, holder, wish.HolderName, [holder]), _compartment.Id, wish.Purpose, query);
        var (disclosure, _) = await gate.DiscloseByLinkAsync(ask, new LinkUse($"{_compartment.IdText}.{id}", null, CardNote.Issued), cancel);
        if (disclosure is null || await write(disclosure, number, cancel) is not { } card)
        {
            return null;
        }

        var signature = Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(card.SigningInput)));
        var signed = state with { Jws = $"{card.SigningInput}.{signature}", Lines = card.Lines };
        var next = row with { Version = 2, Body = signed.Seal(_compartment.Id, _compartment.Sealer, id, 2) };
        await _services.Cards.ChangeAsync(_compartment.IdText, next, cancel);
        return Open(next);
    }

    /// <summary>Null for one that was never signed.</summary>
    private IssuedCard? Open(CardRow row) => CardState.Open(_compartment.Id, _compartment.Sealer, row) is not { Jws: { } jws } state ? null : new IssuedCard
    {
        Id = LocalId.Parse(row.CardId),
        Label = state.Label,
        MadeAt = state.MadeAt,
        ExpiresAt = state.ExpiresAt,
        Jws = jws,
        Lines = state.Lines,
        Number = new CardNumber(row.Kid, row.Rid),
        IsRevoked = row.IsRevoked,
    };
}
