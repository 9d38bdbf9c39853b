using Rapport.Records;
using Rapport.Server.CardsIssued;

namespace Rapport.Server.Pages.Cards;

/// <summary>A card, ready to be shown to the patient who made it.</summary>
/// <param name="Card">The card.</param>
/// <param name="State">How it stands, in a word or two.</param>
/// <param name="IsOver">Whether it is good no longer.</param>
public sealed record CardView(IssuedCard Card, string State, bool IsOver)
{
    /// <summary>Its id within the record.</summary>
    public string LocalId => Card.Id.ToString();

    /// <summary>The texts of its codes to scan; none when it is too long for them.</summary>
    public IReadOnlyList<string> Codes => CardCodes.Of(Card.Jws);

    /// <summary>Until when it is good, inside a sentence.</summary>
    public static string When(DateTimeOffset? until) => until is { } end ? Say.Fill(HealthCardText.UntilDay, Say.LastDay(end)) : HealthCardText.NoEnd;

    public static CardView Of(IssuedCard card, DateTimeOffset now) =>
        card.IsRevoked ? new CardView(card, HealthCardText.StateEnded, IsOver: true)
        : card.ExpiresAt <= now ? new CardView(card, HealthCardText.StateExpired, IsOver: true)
        : new CardView(card, HealthCardText.StateGood, IsOver: false);

    /// <summary>All cards of a record, newest first.</summary>
    public static async Task<IReadOnlyList<CardView>> AllAsync(OwnAccess own, DateTimeOffset now, CancellationToken cancel) => [.. (await own.Cards.ListAsync(cancel)).Select(card => Of(card, now))];
}
