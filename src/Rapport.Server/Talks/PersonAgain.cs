using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Talks;

/// <summary>What somebody signed in with whose request goes on for long.</summary>
/// <param name="Ticket">What names the session of their browser; null where they used an access token.</param>
/// <param name="Token">The secret of their access token.</param>
internal sealed record Pass(string? Ticket, string? Token)
{
    private const string Bearer = "Bearer ";

    /// <summary>What a request came with.</summary>
    public static Pass Of(HttpContext http, Sessions sessions) =>
        http.Request.Headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? new Pass(null, header[Bearer.Length..].Trim()) : new Pass(SessionCookie.Find(http) is { } secret ? sessions.TicketOf(secret) : "", null);

    /// <summary>Says nothing of what it is: it opens what its person may.</summary>
    public override string ToString() => nameof(Pass);
}

/// <summary>Asks again who is behind requests that go on for long: what they signed in with may have ended, and what they may has changed. Thread safe.</summary>
internal sealed class PersonAgain(PeopleModule people, RecordsModule records)
{
    /// <summary>Who somebody is in conversations now, and which of their passes open something still: all at once. Nobody where none does.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<(Talker? Talker, IReadOnlySet<Pass> Open)> FindAsync(PersonId id, IReadOnlyCollection<Pass> passes, CancellationToken cancel)
    {
        HashSet<Pass> open = [];
        var tickets = passes.Select(static pass => pass.Ticket).OfType<string>().Where(static ticket => ticket.Length > 0).ToList();

        // That somebody's page is open is no use of their session: one that nobody uses ends.
        var sessions = tickets.Count == 0 ? new HashSet<string>() : await people.Sessions.OpenAmongAsync(tickets, cancel);
        foreach (var pass in passes)
        {
            if (pass.Token is null ? sessions.Contains(pass.Ticket!) : await people.AccessTokens.FindAsync(pass.Token, cancel) is { } token && PersonPrincipal.OfToken(token) is var by && by.Person.Id == id && by.Scopes.HasFlag(TokenScopes.Converse))
            {
                open.Add(pass);
            }
        }

        return open.Count > 0 && await people.Accounts.FindAsync(id, cancel) is { } person
            ? (await Talker.OfAsync(person, new Actor(person.Id, person.Reference, person.DisplayName, person.RecipientReferences), records, cancel), open) : (null, new HashSet<Pass>());
    }
}
