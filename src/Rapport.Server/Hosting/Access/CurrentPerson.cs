using Rapport.People;
using Rapport.Records;

namespace Rapport.Server.Hosting;

/// <summary>Who a request is from.</summary>
internal static class CurrentPerson
{
    /// <summary>The person behind the request.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in: the endpoint allows anonymous callers and must ask <see cref="FindPerson"/>.</exception>
    public static Person GetPerson(this HttpContext context) => context.GetPrincipal().Person;

    /// <summary>The person behind the request, or null when nobody is signed in.</summary>
    public static Person? FindPerson(this HttpContext context) => (context.User as PersonPrincipal)?.Person;

    /// <summary>The person behind the request, as records know who does something.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in.</exception>
    public static Actor GetActor(this HttpContext context) => context.GetPrincipal().Actor;

    /// <summary>Whether the request is from an app, which is a recipient of its own.</summary>
    public static bool IsApp(this HttpContext context) => context.User is PersonPrincipal { IsApp: true };

    /// <summary>The browser's session, or null when nobody is signed in or an access token was used.</summary>
    public static Session? FindSession(this HttpContext context) => (context.User as PersonPrincipal)?.Session;

    /// <summary>The access token that was used, or null when nobody is signed in or a browser's session was used.</summary>
    public static TokenId? FindToken(this HttpContext context) => (context.User as PersonPrincipal)?.Token;

    /// <summary>Whether what the caller signed in with may be used for this.</summary>
    public static bool Has(this HttpContext context, TokenScopes needed) => (context.GetPrincipal().Scopes & needed) == needed;

    /// <summary>Makes sure that what the caller signed in with may be used for this.</summary>
    /// <exception cref="MissingScopeException">It may not.</exception>
    public static void Require(this HttpContext context, TokenScopes needed)
    {
        if (!context.Has(needed))
        {
            throw new MissingScopeException(needed);
        }
    }

    private static PersonPrincipal GetPrincipal(this HttpContext context) =>
        context.User as PersonPrincipal ?? throw new InvalidOperationException("an endpoint that allows anonymous callers asked who it is");
}
