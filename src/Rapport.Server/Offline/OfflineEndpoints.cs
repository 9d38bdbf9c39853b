using Rapport.Server.Pages.Notices;

namespace Rapport.Server.Offline;

/// <summary>What browsers fetch before there is no network: the worker, and the page that it opens then. Both are the same for everybody.</summary>
internal static class OfflineEndpoints
{
    public static void MapOffline(this IEndpointRouteBuilder endpoints)
    {
        var open = endpoints.MapGroup("").AllowAnonymous().ExcludeFromDescription();

        // The worker of all pages has an address that does not change, so browsers ask for it anew.
        open.MapMethods(NoticePlaces.Worker, [HttpMethods.Get, HttpMethods.Head], static async (OfflineShell shell) => Results.Bytes(await shell.WorkerAsync(), "text/javascript; charset=utf-8"));
        open.MapMethods(OfflineShell.Pages + "/{language}", [HttpMethods.Get, HttpMethods.Head], static async (string language, OfflineShell shell) =>
            await shell.PageAsync(language) is { } page ? Results.Bytes(page, "text/html; charset=utf-8") : Results.NotFound());
    }
}
