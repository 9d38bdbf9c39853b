using Rapport.Records;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Cards;
using Rapport.Server.Pages.Links;

namespace Rapport.Server.Pages.Sharing;

/// <summary>A link or a card that a patient gave, as its agreement tells of it.</summary>
/// <param name="Holder">Whoever has it, inside a sentence.</param>
/// <param name="Place">Where it is.</param>
/// <param name="IsCard">Whether it is a card.</param>
internal sealed record GivenThing(string Holder, string Place, bool IsCard)
{
    /// <summary>All that a patient gave, by the id of its agreement.</summary>
    public static async Task<IReadOnlyDictionary<string, GivenThing>> AllAsync(OwnAccess own, CancellationToken cancel)
    {
        var links = (await own.Links.ListAsync(cancel)).Select(link => (link.FullId, new GivenThing(Say.Fill(GivenLinkText.HolderInside, link.Label), LinkPlaces.Of(link.Id.ToString()), IsCard: false)));
        var cards = (await own.Cards.ListAsync(cancel)).Select(card => ($"{own.Patient}.{card.Id}", new GivenThing(Say.Fill(GivenLinkText.CardHolderInside, card.Label), CardPlaces.Of(card.Id.ToString()), IsCard: true)));
        return links.Concat(cards).ToDictionary();
    }
}
