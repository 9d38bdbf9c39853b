using Rapport.Records;

namespace Rapport.Server.LinksGiven;

/// <summary>Gives links: the agreement that says what is behind one, and the link, in one step. Thread safe.</summary>
internal sealed class LinkGiving(TimeProvider clock)
{
    /// <summary>Letters of an address, as the guide says.</summary>
    private const int MostAddress = 128;

    /// <summary>The link; null when there are too many already.</summary>
    /// <exception cref="Data.StorageException">The database failed: nothing was given.</exception>
    public Task<GivenLink?> GiveAsync(HttpContext http, OwnAccess own, LinkDraft draft)
    {
        var wish = draft.ToWish();
        var address = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}{HolderEndpoints.Path}/";
        return own.Links.GiveAsync(wish, id => draft.Terms.ToConsent(own.Patient, id, wish.HolderName, clock.GetUtcNow()), Address, http.RequestAborted);

        string Address(string secret) => address.Length + secret.Length <= MostAddress
            ? address + secret
            : throw new InvalidOperationException($"the name of this server is too long for links: an address has at most {MostAddress} letters");
    }
}
