using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Record;

/// <summary>One's own record: the timeline, and one entry in full.</summary>
internal static class RecordEndpoints
{
    public static void MapRecord(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/record", ShowTimelineAsync);
        pages.MapGet("/record/{type}/{id}", ShowEntryAsync);
    }

    /// <summary>What a page of a timeline asks of a record; a cursor that is none begins at the start.</summary>
    public static RecordQuery.Timeline PageOf(IReadOnlyCollection<string>? types, string? after) => new(Timeline.PageSize, after) { Types = types };

    private static async Task<IResult> ShowTimelineAsync(HttpContext http, RecordDoor door, string? kind, string? after, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var overview = await own.OverviewAsync(cancel);
        var chosen = Kind.Find(kind);

        // Agreements are not what happened to a body: they stand under their own kind alone.
        var types = overview.ByType.Keys.Where(type => chosen is null ? Kind.Of(type) != Kind.Agreements : Kind.Of(type) == chosen);
        var answer = await own.QueryAsync(PageOf([.. types], after), cancel);
        return new RazorComponentResult<RecordPage>(new Dictionary<string, object?>
        {
            [nameof(RecordPage.Overview)] = overview,
            [nameof(RecordPage.Timeline)] = Timeline.Of(answer, RecordPlace.Own, chosen, isFirst: after is null),
        });
    }

    private static async Task<IResult> ShowEntryAsync(
        HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, string type, string id, int? version, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own
            || !LocalReference.TryParseId(id, out var patient, out var local) || patient != own.Patient)
        {
            return TypedResults.NotFound();
        }

        var answer = await own.QueryAsync(new RecordQuery.ById(type, local, version), cancel);
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
        return new RazorComponentResult<EntryPage>(new Dictionary<string, object?>
        {
            [nameof(EntryPage.View)] = await EntryView.Of(answer, RecordPlace.Own, version is not null, source).NameLinksAsync(own, cancel),
        });
    }

    /// <summary>The entry as an agreement of the patient's; null when it is none.</summary>
    private static async Task<Agreement?> AgreementOfAsync(
        HttpContext http, OwnAccess own, OwnAnswer answer, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        var entry = answer.Entries[0];
        if (entry.ResourceType != "Consent" || (await own.ConsentsAsync(cancel)).All(made => made.Entry.Id != entry.Id))
        {
            return null;
        }

        var resource = answer.ReadResource(0);
        return await Agreement.OfAsync(
            new StoredConsent(entry, PatientConsent.Read(resource), resource), new Recipients(people), http.GetPerson().Id, clock.GetUtcNow(), cancel);
    }
}
