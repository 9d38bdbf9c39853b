using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Tokens;

/// <summary>Personal access tokens: what one's own scripts sign in with.</summary>
internal static class TokenEndpoints
{
    private const string Page = "/tokens";

    public static void MapTokens(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/tokens", ListAsync);
        pages.MapPost("/tokens", CreateAsync);
        pages.MapPost("/tokens/revoke", RevokeAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, PeopleModule people, MadeToken made, CancellationToken cancel) =>
        await ShowAsync(http, people, made.Take(http, http.GetPerson().Id, Page), null, StatusCodes.Status200OK, cancel);

    private static async Task<IResult> CreateAsync(HttpContext http, IFormCollection form, PeopleModule people, MadeToken made, TimeProvider clock, CancellationToken cancel)
    {
        if (!http.IsFreshEnough())
        {
            return new SeeOther(Fresh.ConfirmPath("/tokens"));
        }

        var scopes = TokenScopes.None;
        foreach (var (scope, name) in Scopes.All)
        {
            scopes |= form["scope"].Contains(name) ? scope : TokenScopes.None;
        }

        DateTimeOffset? expires = form["lasting"].ToString() switch
        {
            "month" => clock.GetUtcNow().AddMonths(1),
            "open" => null,
            _ => clock.GetUtcNow().AddYears(1),
        };

        var created = await people.AccessTokens.CreateAsync(http.GetPerson().Id, form["label"].ToString().Trim(), scopes, expires, cancel);
        if (created.Value is not { } token)
        {
            return await ShowAsync(http, people, null, created.Problem, StatusCodes.Status422UnprocessableEntity, cancel);
        }

        made.HandOver(http, http.GetPerson().Id, token.Secret, Page);
        return new SeeOther("/tokens");
    }

    private static async Task<IResult> RevokeAsync(HttpContext http, IFormCollection form, PeopleModule people, CancellationToken cancel)
    {
        if (!TokenId.TryParse(form["id"].ToString(), out var id))
        {
            return TypedResults.NotFound();
        }

        await people.AccessTokens.RevokeAsync(http.GetPerson().Id, id, cancel);
        return new SeeOther("/tokens");
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, PeopleModule people, string? secret, string? problem, int status, CancellationToken cancel) =>
        new RazorComponentResult<TokensPage>(new Dictionary<string, object?>
        {
            [nameof(TokensPage.Tokens)] = (await people.AccessTokens.ListAsync(http.GetPerson().Id, cancel)).Where(token => token.Scopes != TokenScopes.Measure).ToList(),
            [nameof(TokensPage.Secret)] = secret,
            [nameof(TokensPage.Problem)] = problem,
        })
        { StatusCode = status };
}
