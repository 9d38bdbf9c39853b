using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Commenting;
using Rapport.Server.Pages.Record.Charts;
using Rapport.Server.Pages.Record.Labels;
using Rapport.Server.Pages.Record.Merging;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Record.Summary;
using Rapport.Server.Pages.SharedWithMe;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Record;

/// <summary>One's own record: what matters now, the timeline, results over time, and one entry in full.</summary>
internal static class RecordEndpoints
{
    /// <summary>A record that came in several files may have as many resources of its person.</summary>
    private const int MostPatients = 10;

    public static void MapRecord(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/record", ShowOverviewAsync);
        pages.MapGet("/record/timeline", ShowTimelineAsync);
        pages.MapGet("/record/print", ShowForPaperAsync).RequireRateLimiting(RateLimits.Paper);
        pages.MapGet("/record/{type}/{id}", ShowEntryAsync);
        pages.MapGet("/record/{type}/{id}/chart", ShowChartAsync);
        pages.MapMeasured();
        pages.MapMerging();
        pages.MapLabels();
        pages.MapGet("/shared/{patient}/{type}/{id}/chart", ShowSharedChartAsync);
    }

    private static async Task<IResult> ShowOverviewAsync(HttpContext http, RecordDoor door, Modules modules, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own)
        {
            return TypedResults.NotFound();
        }

        // Addresses that people kept from when the timeline stood here.
        if (http.Request.Query.ContainsKey("kind") || http.Request.Query.ContainsKey("after"))
        {
            return await ShowTimelineAsync(http, door, http.Request.Query["after"], cancel);
        }

        // Asked before anything is read: what comes in meanwhile is told to the page.
        var size = await RecordEvents.SizeAsync(http, modules, cancel);
        var overview = await own.OverviewAsync(cancel);
        var isNew = overview.ByType.All(type => type.Key is "Patient" or "Consent");
        return new RazorComponentResult<RecordPage>(new Dictionary<string, object?>
        {
            [nameof(RecordPage.Summary)] = isNew ? null : RecordSummary.Of(await own.QueryAsync(RecordSummary.Query, cancel), RecordPlace.Own, clock.GetUtcNow()),
            [nameof(RecordPage.Kinds)] = KindsOf(overview),
            [nameof(RecordPage.Total)] = TotalOf(overview),
            [nameof(RecordPage.HasJoined)] = overview.HasJoined,
            [nameof(RecordPage.Size)] = size,
        });
    }

    private static async Task<IResult> ShowTimelineAsync(HttpContext http, RecordDoor door, string? after, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var overview = await own.OverviewAsync(cancel);
        var filter = TimelineFilter.Read(http.Request.Query);
        var answer = await own.QueryAsync(filter.Query(TypesOf(overview, filter), after), cancel);
        var timeline = Timeline.Of(answer, RecordPlace.Own, filter, isFirst: after is null);
        var kinds = KindsOf(overview).ConvertAll(kind => kind.Kind);
        if (PagePart.IsAsked(http, PagePart.Found))
        {
            return new RazorComponentResult<TimelinePart>(new Dictionary<string, object?> { [nameof(TimelinePart.Timeline)] = timeline, [nameof(TimelinePart.Kinds)] = kinds });
        }

        return new RazorComponentResult<TimelinePage>(new Dictionary<string, object?>
        {
            [nameof(TimelinePage.Timeline)] = timeline,
            [nameof(TimelinePage.Kinds)] = kinds,
            [nameof(TimelinePage.Sources)] = await own.SourcesAsync(cancel),
        })
        {
            StatusCode = filter.Problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
        };
    }

    private static async Task<IResult> ShowForPaperAsync(HttpContext http, RecordDoor door, TimeProvider clock, string? all, string? sensitive, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var filter = TimelineFilter.Read(http.Request.Query);
        var isSummary = all is null;
        var withSensitive = sensitive == "1";
        var now = isSummary ? await own.QueryAsync(RecordSummary.Query, cancel) : null;
        var summary = now is null ? null : RecordSummary.Of(now, RecordPlace.Own, clock.GetUtcNow(), withSensitive);
        var timeline = isSummary ? null : Timeline.Of(
            await own.QueryAsync(filter.Query(TypesOf(await own.OverviewAsync(cancel), filter), after: null, PrintPage.MostEntries), cancel), RecordPlace.Own, filter, isFirst: true, withSensitive);
        return new RazorComponentResult<PrintPage>(new Dictionary<string, object?>
        {
            [nameof(PrintPage.Who)] = await WhoItIsAsync(http, own, clock.GetUtcNow(), cancel),
            [nameof(PrintPage.Now)] = clock.GetUtcNow(),
            [nameof(PrintPage.Summary)] = summary,
            [nameof(PrintPage.Timeline)] = timeline,
            [nameof(PrintPage.LeftOut)] = timeline?.LeftOut ?? (now is null || withSensitive ? 0 : RecordSummary.Of(now, RecordPlace.Own, clock.GetUtcNow()).SensitiveCount),
            [nameof(PrintPage.WithSensitive)] = withSensitive,
        });
    }

    /// <summary>Whose record it is, for paper: the name, with birth date, age and sex where the record has them.</summary>
    internal static async Task<string> WhoItIsAsync(HttpContext http, OwnAccess own, DateTimeOffset now, CancellationToken cancel)
    {
        var patient = await own.QueryAsync(new RecordQuery.Timeline(MostPatients, null) { Types = ["Patient"] }, cancel);
        return Enumerable.Range(0, patient.Count).Select(i => WhoLine.Of(patient.ReadResource(i), now)).FirstOrDefault(who => who is not null) ?? http.GetPerson().DisplayName;
    }

    private static async Task<IResult> ShowChartAsync(HttpContext http, RecordDoor door, string type, string id, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own || !LocalReference.TryParseId(id, out var patient, out var local) || patient != own.Patient)
        {
            return TypedResults.NotFound();
        }

        return await ChartAsync(RecordPlace.Own, type, local, async query => await own.QueryAsync(query, cancel));
    }

    /// <summary>Of somebody else's record: the result that was asked about and the others of its kind, each as far as it is permitted, and each look written down.</summary>
    private static async Task<IResult> ShowSharedChartAsync(HttpContext http, RecordDoor door, string patient, string type, string id, string? @for)
    {
        if (!SharedEndpoints.TryRead(http, patient, @for, out var record, out var purpose) || !LocalReference.TryParseId(id, out var owner, out var local) || owner != record)
        {
            return TypedResults.NotFound();
        }

        return await ChartAsync(RecordPlace.SharedBy(record, purpose), type, local, async query => await door.AskAsync(http, record, purpose, query));
    }

    private static async Task<IResult> ChartAsync(RecordPlace place, string type, LocalId? local, Func<RecordQuery, Task<RecordAnswer?>> ask)
    {
        if (await ask(new RecordQuery.ById(type, local)) is not { Count: 1 } asked || ResultChart.Query(asked.ReadResource(0)) is not { } query || await ask(query) is not { Count: > 0 } answer)
        {
            return TypedResults.NotFound();
        }

        return new RazorComponentResult<ChartPage>(new Dictionary<string, object?>
        {
            [nameof(ChartPage.Chart)] = ResultChart.Of(asked.ReadResource(0), asked.Entries[0].Reference, answer, place),
        });
    }

    /// <summary>The FHIR types of a filter. Agreements are not what happened to a body: they stand under their own kind alone.</summary>
    private static List<string> TypesOf(RecordOverview overview, TimelineFilter filter) =>
        [.. overview.ByType.Keys.Where(type => filter.Kind is null ? Kind.Of(type) != Kind.Agreements : Kind.Of(type) == filter.Kind)];

    private static List<(Kind Kind, int Count)> KindsOf(RecordOverview overview) =>
    [
        .. from kind in Kind.All
           let count = kind.TypesAmong(overview.ByType.Keys).Sum(type => overview.ByType[type])
           where count > 0
           select (kind, count),
    ];

    private static int TotalOf(RecordOverview overview) => overview.Total - Kind.Agreements.TypesAmong(overview.ByType.Keys).Sum(type => overview.ByType[type]);

    private static async Task<IResult> ShowEntryAsync(
        HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, string type, string id, int? version, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is { } own && LocalReference.TryParseId(id, out var patient, out var local) && patient == own.Patient
            ? await EntryAsync(http, own, people, clock, type, local, version, null, cancel) : TypedResults.NotFound();

    /// <summary>The page of one entry.</summary>
    /// <param name="http">Who looks.</param>
    /// <param name="own">Their record.</param>
    /// <param name="people">Who others are.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="type">The FHIR type.</param>
    /// <param name="local">The id; null for the patient.</param>
    /// <param name="version">A version by its number; null for the entry as it is.</param>
    /// <param name="draft">A comment that cannot be written as it is; null for none.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<IResult> EntryAsync(
        HttpContext http, OwnAccess own, PeopleModule people, TimeProvider clock, string type, LocalId? local, int? version, CommentDraft? draft, CancellationToken cancel)
    {
        var answer = await own.QueryAsync(new RecordQuery.ById(type, local, version) { Merges = version is null, WithComments = version is null }, cancel);
        if (answer.Count == 0)
        {
            return TypedResults.NotFound();
        }

        if (await AgreementOfAsync(http, own, answer, people, clock, cancel) is { } agreement)
        {
            return new RazorComponentResult<AgreementPage>(new Dictionary<string, object?>
            {
                [nameof(AgreementPage.Agreement)] = agreement,
                [nameof(AgreementPage.View)] = EntryView.Of(answer, RecordPlace.Own, version is not null, source: null),
            });
        }

        var sources = await own.SourcesAsync(cancel);
        var source = sources.FirstOrDefault(known => known.Number == answer.Entries[0].Source);
        var labels = version is null ? await LabelEndpoints.ViewAsync(own, type, local, cancel) : null;
        return new RazorComponentResult<EntryPage>(new Dictionary<string, object?>
        {
            [nameof(EntryPage.View)] = await (EntryView.Of(answer, RecordPlace.Own, version is not null, source) with
            {
                Provenance = version is null ? await own.ProvenanceAsync(local, cancel) : null,
                AlsoFrom = await AlsoFromAsync(own, answer, sources, cancel),
                Same = SameEntry.Of(answer, sources),
                Comments = version is null ? CommentsView.OfOwn(answer, own.Patient, sources, draft, http.Request.Query["comment"]) : null,
                Labels = labels,
            }).NameLinksAsync(own, cancel),
            [nameof(EntryPage.Done)] = http.Request.Query["linked"].ToString() switch { "joined" => MergingText.Joined, "parted" => MergingText.Parted, _ when http.Request.Query["labels"] == "said" => labels?.Done, _ => null },
        })
        {
            StatusCode = draft is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
        };
    }

    /// <summary>The sources of the earlier versions that an entry repeats parts of.</summary>
    private static async Task<IReadOnlyList<Source>> AlsoFromAsync(OwnAccess own, OwnAnswer answer, IReadOnlyList<Source> sources, CancellationToken cancel)
    {
        List<long> numbers = [];
        foreach (var version in Gathering.AlsoTold.VersionsIn(answer.ReadResource(0)))
        {
            var said = await own.QueryAsync(new RecordQuery.ById(answer.Entries[0].ResourceType, null, version), cancel);
            numbers.AddRange(said.Entries.Select(static entry => entry.Source).OfType<long>());
        }

        return [.. numbers.Distinct().Where(number => number != answer.Entries[0].Source).Select(number => sources.FirstOrDefault(known => known.Number == number)).OfType<Source>()];
    }

    /// <summary>The entry as an agreement of the patient's; null when it is none.</summary>
    private static async Task<Agreement?> AgreementOfAsync(
        HttpContext http, OwnAccess own, OwnAnswer answer, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        var entry = answer.Entries[0];
        if (entry.ResourceType != "Consent" || (await own.ConsentsAsync(cancel)).FirstOrDefault(made => made.Entry.Id == entry.Id) is not { } known)
        {
            return null;
        }

        var resource = answer.ReadResource(0);
        var given = (await GivenThing.AllAsync(own, cancel)).GetValueOrDefault(entry.Id);
        return await Agreement.OfAsync(
            entry.Version == known.Entry.Version ? known : new StoredConsent(entry, PatientConsent.Read(resource), resource), new Recipients(people), http.GetPerson().Id, clock.GetUtcNow(), cancel, given);
    }
}
