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
        pages.MapGet(Page, ListAsync);
        pages.MapPost(Page, CreateAsync);
        pages.MapPost(Page + "/revoke", RevokeAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, PeopleModule people, MadeToken made, TokenForms forms, string? draft, CancellationToken cancel) =>
        await ShowAsync(http, people, forms.Open(http.GetPerson().Id, draft) ?? TokenForm.Empty, made.Take(http, http.GetPerson().Id, Page), null, cancel);

    private static async Task<IResult> CreateAsync(
        HttpContext http, IFormCollection fields, PeopleModule people, MadeToken made, TokenForms forms, TimeProvider clock, CancellationToken cancel)
    {
        var form = TokenForm.Read(fields);
        if (!http.IsFreshEnough())
        {
            return new SeeOther(Fresh.ConfirmPath($"{Page}?draft={forms.Seal(http.GetPerson().Id, form.Fitting())}#make"));
        }

        var until = Lasting.Until(form.Until, clock.GetUtcNow());
        var created = await people.AccessTokens.CreateAsync(http.GetPerson().Id, form.Label, form.Scopes, until, cancel);
        if (created.Value is not { } token)
        {
            return await ShowAsync(http, people, form, null, created.Problem, cancel);
        }

        made.HandOver(http, http.GetPerson().Id, token.Secret, Page);
        return new SeeOther(Page);
    }

    private static async Task<IResult> RevokeAsync(HttpContext http, IFormCollection fields, PeopleModule people, CancellationToken cancel)
    {
        if (!TokenId.TryParse(fields["id"].ToString(), out var id))
        {
            return TypedResults.NotFound();
        }

        await people.AccessTokens.RevokeAsync(http.GetPerson().Id, id, cancel);
        return new SeeOther(Page);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, PeopleModule people, TokenForm form, string? secret, string? problem, CancellationToken cancel) =>
        new RazorComponentResult<TokensPage>(new Dictionary<string, object?>
        {
            [nameof(TokensPage.Tokens)] = (await people.AccessTokens.ListAsync(http.GetPerson().Id, cancel)).Where(token => token.Scopes != TokenScopes.Measure).ToList(),
            [nameof(TokensPage.Form)] = form,
            [nameof(TokensPage.Secret)] = secret,
            [nameof(TokensPage.Problem)] = problem,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
}
