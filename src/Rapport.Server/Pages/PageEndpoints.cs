using Rapport.Server.Design;
using Rapport.Server.SignIn;

namespace Rapport.Server.Pages;

/// <summary>All pages, by what people do.</summary>
internal static class PageEndpoints
{
    public static void MapPages(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapSiteFiles();
        endpoints.MapSignIn();

        var pages = endpoints.MapGroup("").RequireAuthorization().ExcludeFromDescription();
        pages.MapHome();
    }
}
