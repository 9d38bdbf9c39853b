using Rapport.Records;

namespace Rapport.Server.LinksGiven;

/// <summary>Gives links: the agreement that says what is behind one, and the link, in one step. Thread safe.</summary>
internal sealed class LinkGiving(TimeProvider clock)
{
    /// <summary>Letters of an address, as the guide says.</summary>
    private const int MostAddress = 128;

    /// <summary>The link; null when there are too many already.</summary>
    /// <exception cref="Data.StorageException">The database failed: nothing was given.</exception>
    public Task<GivenLink?> GiveAsync(HttpContext http, OwnAccess own, LinkDraft draft) => GiveAsync(http, own, draft.ToWish(), draft.Terms);

    /// <summary>Gives the link of an emergency card, or makes the card anew whose link there is. False when there are too many links already, or whoever makes it may not any more.</summary>
    /// <param name="http">The request.</param>
    /// <param name="cards">Whose card.</param>
    /// <param name="known">The link of the card that there is; null for none.</param>
    /// <param name="card">What stands on it.</param>
    /// <param name="terms">What its link opens.</param>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public Task<bool> GiveCardAsync(HttpContext http, CardKeeping cards, GivenLink? known, EmergencyCard card, LinkTerms terms)
    {
        var wish = new LinkWish
        {
            Label = GivenLinkText.EmergencyCard,
            HolderName = Say.Fill(GivenLinkText.Holder, GivenLinkText.EmergencyCard),
            Purpose = terms.Purpose,
            Language = Languages.Current.Code,
            IsLongTerm = true,
            Card = card,
        };
        return cards.MakeAsync(known, wish, id => terms.ToConsent(cards.Patient, id, known?.Id == id ? known.HolderName : wish.HolderName, clock.GetUtcNow()), AddressOf(http), http.RequestAborted);
    }

    private Task<GivenLink?> GiveAsync(HttpContext http, OwnAccess own, LinkWish wish, LinkTerms terms) =>
        own.Links.GiveAsync(wish, id => terms.ToConsent(own.Patient, id, wish.HolderName, clock.GetUtcNow()), AddressOf(http), http.RequestAborted);

    private static Func<string, string> AddressOf(HttpContext http)
    {
        var address = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}{HolderEndpoints.Path}/";
        return secret => address.Length + secret.Length <= MostAddress
            ? address + secret
            : throw new InvalidOperationException($"the name of this server is too long for links: an address has at most {MostAddress} letters");
    }
}
