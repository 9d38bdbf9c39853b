using Rapport.Conversations;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Talks;

/// <summary>Asks again who is behind a request that goes on for long: what they signed in with may have ended, and what they may has changed. Thread safe.</summary>
internal sealed class PersonAgain(PeopleModule people, RecordsModule records)
{
    private const string Bearer = "Bearer ";

    /// <summary>Who the caller of a request is in conversations now; null when what they signed in with opens nothing any more.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public async Task<Talker?> FindAsync(HttpContext http, CancellationToken cancel) =>
        await PrincipalAsync(http, cancel) is { } principal && principal.Scopes.HasFlag(TokenScopes.Converse)
            ? await Talker.OfAsync(principal.Person, principal.Actor, records, cancel) : null;

    private async Task<PersonPrincipal?> PrincipalAsync(HttpContext http, CancellationToken cancel)
    {
        if (http.Request.Headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return await people.AccessTokens.FindAsync(header.AsSpan(Bearer.Length).Trim(), cancel) is { } token ? PersonPrincipal.OfToken(token) : null;
        }

        // That somebody's page is open is no use of their session: one that nobody uses ends.
        return SessionCookie.Find(http) is { } secret && (await people.Sessions.OpenAmongAsync([people.Sessions.TicketOf(secret)], cancel)).Count == 1
            && await people.Accounts.FindAsync(http.GetPerson().Id, cancel) is { } person ? PersonPrincipal.OfSession(http.FindSession()! with { Person = person }) : null;
    }
}
