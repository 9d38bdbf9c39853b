using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>Makes signed SMART Health Cards of what a patient chooses. Thread safe.</summary>
public sealed class CardIssuing
{
    private readonly DisclosureGate _gate;
    private readonly CardKeys _keys;

    internal CardIssuing(DisclosureGate gate, CardKeys keys) => (_gate, _keys) = (gate, keys);

    /// <summary>
    /// Makes a card. It is a disclosure to whoever is shown it: an agreement says what may stand on it, the gate decides by it, and the ledger has it before anything is signed. When the task completes the card is there, and
    /// it is taken back when its agreement ends. What fails before leaves an agreement without a card, by which nobody sees anything.
    /// </summary>
    /// <param name="own">Whose record.</param>
    /// <param name="wish">What it is like.</param>
    /// <param name="agreement">Makes the agreement for its id: a consent about this patient whose only recipient is <see cref="IssuedCard.HolderOf"/>.</param>
    /// <param name="query">What is to stand on it.</param>
    /// <param name="write">Writes it, out of what was disclosed; null when nothing can be written of it.</param>
    /// <param name="cancel">Gives up before it is signed.</param>
    /// <returns>The card; null when <see cref="IssuedCard.Most"/> are good already or <see cref="IssuedCard.MostADay"/> were made within a day, or nothing may or can stand on it.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IssuedCard?> IssueAsync(
        OwnAccess own, CardWish wish, Func<LocalId, Resource> agreement, RecordQuery query, Func<Disclosure, CardNumber, CancellationToken, Task<UnsignedCard?>> write, CancellationToken cancel) =>
        own.Cards.IssueAsync(_gate, _keys, wish, agreement, query, write, cancel);
}
