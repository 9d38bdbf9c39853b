using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Rapport.People;
using Rapport.Records;

namespace Rapport.Server.Hosting;

/// <summary>The person behind a request. Immutable; shared by all requests that use the same access token.</summary>
internal sealed class PersonPrincipal : ClaimsPrincipal
{
    // Authenticating is on the way of every request, and the people module hands out the same person as long as nothing about it changes.
    private static readonly ConditionalWeakTable<Person, PersonPrincipal> ByToken = [];

    private PersonPrincipal(Person person, Session? session)
        : base(new ClaimsIdentity([new Claim(ClaimTypes.Name, person.DisplayName)], session is null ? "token" : "session"))
    {
        Person = person;
        Session = session;
        Authenticated = Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(this, PersonAuthentication.Scheme)));
        Actor = new Actor(person.Id, person.Reference, person.DisplayName, person.RecipientReferences);
    }

    /// <summary>Who asks.</summary>
    public Person Person { get; }

    /// <summary>The session of a browser; null when an access token was used.</summary>
    public Session? Session { get; }

    /// <summary>The person as records know who does something.</summary>
    public Actor Actor { get; }

    /// <summary>What the framework is told about a request of this person.</summary>
    public Task<AuthenticateResult> Authenticated { get; }

    /// <summary>The principal of a request that carried an access token.</summary>
    public static PersonPrincipal OfToken(Person person) => ByToken.GetValue(person, static p => new PersonPrincipal(p, null));

    /// <summary>The principal of a request that carried a session cookie.</summary>
    public static PersonPrincipal OfSession(Session session) => new(session.Person, session);
}
