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
    private static readonly ConditionalWeakTable<TokenUse, PersonPrincipal> ByToken = [];

    private PersonPrincipal(Person person, Session? session, TokenScopes scopes, TokenId? token = null)
        : base(new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, person.DisplayName), new Claim(SignedInBy, session is null ? "token" : session.SignedInBy.ToString())],
            session is null ? "token" : "session"))
    {
        Person = person;
        Session = session;
        Scopes = scopes;
        Token = token;
        Authenticated = Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(this, PersonAuthentication.Scheme)));
        Actor = new Actor(person.Id, person.Reference, person.DisplayName, person.RecipientReferences);
    }

    /// <summary>An app: consents know it by a name of its own, and by none of its person's.</summary>
    private PersonPrincipal(TokenUse app)
        : this(app.Person, null, TokenScopes.ReadShared, app.Id) =>
        (IsApp, Actor) = (true, new Actor(app.Person.Id, AppReference(app.Id), app.Label, [AppReference(app.Id)]));

    /// <summary>Begins the references of apps.</summary>
    public const string AppPrefix = "Device/";

    /// <summary>The type of the claim that says how a person signed in: a <see cref="SignInMethod"/>, or <c>token</c>.</summary>
    /// <remarks>A claim of our own: the framework's <c>amr</c> says <c>pwd</c> for a passkey too.</remarks>
    public const string SignedInBy = "rapport:signed-in-by";

    /// <summary>Who asks.</summary>
    public Person Person { get; }

    /// <summary>The session of a browser; null when an access token was used.</summary>
    public Session? Session { get; }

    /// <summary>The access token that was used; null for a browser's session.</summary>
    public TokenId? Token { get; }

    /// <summary>What the request may be for: what the token says, everything for a session.</summary>
    public TokenScopes Scopes { get; }

    /// <summary>Whether it is an app, which sees what agreements share with it, also of its person's own record.</summary>
    public bool IsApp { get; }

    /// <summary>The person, or their app, as records know who does something.</summary>
    public Actor Actor { get; }

    /// <summary>What the framework is told about a request of this person.</summary>
    public Task<AuthenticateResult> Authenticated { get; }

    /// <summary>The principal of a request that carried an access token.</summary>
    public static PersonPrincipal OfToken(TokenUse token) => ByToken.GetValue(token, static t => t.Scopes == TokenScopes.App ? new PersonPrincipal(t) : new PersonPrincipal(t.Person, null, t.Scopes, t.Id));

    /// <summary>How consents and ledgers name an app: <c>Device/…</c> with the id of its token.</summary>
    public static string AppReference(TokenId token) => AppPrefix + token;

    /// <summary>The principal of a request that carried a session cookie.</summary>
    public static PersonPrincipal OfSession(Session session) => new(session.Person, session, TokenScopes.All);
}
