using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Api;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Ecg;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Record.Series;
using Rapport.Server.Pages.SharedWithMe;

namespace Rapport.Server.Pages.Record;

/// <summary>What stands behind an entry: dense measurements, the curve of an electrocardiogram, a document's bytes. One's own, and what is shared.</summary>
internal static class MeasuredEndpoints
{
    private delegate Task<RecordAnswer?> Ask(RecordQuery query);

    public static void MapMeasured(this IEndpointRouteBuilder pages)
    {
        foreach (var root in new[] { "/record", "/shared/{patient}" })
        {
            pages.MapGet(root + "/{type}/{id}/series", ShowSeriesAsync);
            pages.MapGet(root + "/{type}/{id}/ecg", ShowEcgAsync);
            pages.MapGet(root + "/Binary/{id}/content", SendContentAsync);
        }

        pages.MapGet("/record/events", RecordEvents.StreamAsync);
    }

    private static async Task<IResult> ShowSeriesAsync(
        HttpContext http, RecordDoor door, Modules modules, string? patient, string type, string id, string? @for, string? span, string? on, CancellationToken cancel)
    {
        // Asked before anything is read: what comes in meanwhile is told to the page, if it is not on it.
        var size = patient is null ? await RecordEvents.SizeAsync(http, modules, cancel) : null;
        if (await OpenAsync(http, door, patient, type, id, @for) is not var (place, ask, asked) || SeriesChart.Query(asked.ReadResource(0)) is not { } query
            || await ask(query) is not { Count: > 0 } answer
            || await SeriesChart.ReadAsync(asked.ReadResource(0), answer, span, on, (metric, device) => WaitingAsync(http, door, place, metric, device, cancel), cancel) is not { } chart)
        {
            return TypedResults.NotFound();
        }

        return new RazorComponentResult<SeriesPage>(new Dictionary<string, object?>
        {
            [nameof(SeriesPage.Chart)] = chart,
            [nameof(SeriesPage.Place)] = place,
            [nameof(SeriesPage.Reference)] = asked.Entries[0].Reference,
            [nameof(SeriesPage.Size)] = size,
        });
    }

    /// <summary>What one's own devices of a name measured that is no part of an entry yet. Nobody else sees it before it is.</summary>
    private static async Task<IReadOnlyList<SeriesPoint>> WaitingAsync(HttpContext http, RecordDoor door, RecordPlace place, string metric, string device, CancellationToken cancel)
    {
        if (place.IsShared || await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own)
        {
            return [];
        }

        List<SeriesPoint> points = [];
        foreach (var connected in (await own.Devices.ListAsync(cancel)).Where(connected => connected.FoldsAt is not null))
        {
            points.AddRange(WaitingPoints.Read(await own.Devices.ReadWaitingAsync(connected.Id, cancel)).Of(metric, device));
        }

        points.Sort();
        return points;
    }

    private static async Task<IResult> ShowEcgAsync(HttpContext http, RecordDoor door, TimeProvider clock, string? patient, string type, string id, string? @for, CancellationToken cancel)
    {
        if (await OpenAsync(http, door, patient, type, id, @for) is not var (place, _, asked) || Waveform.Of(asked.ReadResource(0)) is not { Count: > 0 } waveforms)
        {
            return TypedResults.NotFound();
        }

        return new RazorComponentResult<EcgPage>(new Dictionary<string, object?>
        {
            [nameof(EcgPage.View)] = EntryView.Of(asked, place, isOfNumber: false, source: null),
            [nameof(EcgPage.Who)] = !place.IsShared && await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is { } own ? await RecordEndpoints.WhoItIsAsync(http, own, clock.GetUtcNow(), cancel) : null,
            [nameof(EcgPage.Waveforms)] = waveforms,
        });
    }

    private static async Task<IResult> SendContentAsync(HttpContext http, RecordDoor door, string? patient, string id, string? @for)
    {
        if (await OpenAsync(http, door, patient, "Binary", id, @for) is not var (_, _, asked) || !BinaryContent.Has(asked))
        {
            return TypedResults.NotFound();
        }

        await BinaryContent.WriteAsync(http, asked, MediaTypeNames.Application.Octet);
        return TypedResults.Empty;
    }

    /// <summary>The entry that was asked about, in one's own record or in one that is shared, where each look is written down.</summary>
    private static async Task<(RecordPlace Place, Ask Ask, RecordAnswer Asked)?> OpenAsync(HttpContext http, RecordDoor door, string? patient, string type, string id, string? purpose)
    {
        if (!LocalReference.TryParseId(id, out var owner, out var local))
        {
            return null;
        }

        if (patient is not null)
        {
            return SharedEndpoints.TryRead(http, patient, purpose, out var record, out var chosen) && owner == record
                ? await WithAsync(RecordPlace.SharedBy(record, chosen), type, local, async query => await door.AskAsync(http, record, chosen, query))
                : null;
        }

        return await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is { } own && own.Patient == owner
            ? await WithAsync(RecordPlace.Own, type, local, async query => await own.QueryAsync(query, http.RequestAborted))
            : null;
    }

    private static async Task<(RecordPlace, Ask, RecordAnswer)?> WithAsync(RecordPlace place, string type, LocalId? local, Ask ask) =>
        await ask(new RecordQuery.ById(type, local)) is { Count: 1 } asked ? (place, ask, asked) : null;
}
