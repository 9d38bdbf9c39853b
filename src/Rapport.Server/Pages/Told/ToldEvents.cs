using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Told;

/// <summary>That there is something that every page tells, as server-sent events to whoever has one open. What it is, the page asks for: the part alone, not itself anew.</summary>
internal static class ToldEvents
{
    private const string Part = "/told", Events = Part + "/events";

    public static void MapTold(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Part, () => new RazorComponentResult<ToldPart>());
        pages.MapGet(Events, Stream);
    }

    /// <summary>Where a page hears what comes after it was made with a number of <see cref="ToldNumbers"/>; null where it has none.</summary>
    public static string? After(long number) => number > 0 ? $"{Events}?from={number.ToString(CultureInfo.InvariantCulture)}" : null;

    private static IResult Stream(HttpContext http, LiveStreams live, Modules modules, long from) => LiveEvents.TellNumber(http, live, modules, http.GetPerson().Record, LiveWatch.Told, "told", from);
}
