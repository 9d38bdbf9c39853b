using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Commenting;
using Rapport.Server.Pages.Opinions;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Record.Merging;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Record.Summary;

namespace Rapport.Server.Pages.SharedWithMe;

/// <summary>What others share: the list, and the parts of each record that may be seen. Whatever is shown here went through the gate.</summary>
internal static class SharedEndpoints
{
    public static void MapSharedWithMe(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/shared", ListAsync);
        pages.MapGet("/shared/{patient}", ShowTimelineAsync);
        pages.MapGet("/shared/{patient}/summary", ShowSummaryAsync);
        pages.MapGet("/shared/{patient}/{type}/{id}", ShowEntryAsync);
    }

    /// <summary>The patients of a professional. Anybody else has those who share with them in their circle.</summary>
    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, PeopleModule people, string? find, int? page, CancellationToken cancel)
    {
        if (!http.GetPerson().IsProfessional)
        {
            return TypedResults.LocalRedirect("/circle");
        }

        var shared = await door.SharedWithAsync(http);
        return new RazorComponentResult<SharedListPage>(new Dictionary<string, object?>
        {
            [nameof(SharedListPage.List)] = SharedList.Of([.. shared.Where(Purposes.IsShared)], find, page),
            [nameof(SharedListPage.Acting)] = ActingList.Of(shared),
            [nameof(SharedListPage.Asks)] = (await AskedOpinion.HeardAsync(people, http.GetPerson().Id, shared, cancel)).Count,
            [nameof(SharedListPage.Person)] = http.GetPerson(),
        });
    }

    private static async Task<IResult> ShowTimelineAsync(
        HttpContext http, RecordDoor door, string patient, string? @for, string? after)
    {
        if (!TryRead(http, patient, @for, out var id, out var purpose))
        {
            return TypedResults.NotFound();
        }

        // Whom nothing is shared with learns nothing here, not even that there is such a record.
        var shared = await door.FindSharedAsync(http, id);
        if (shared is null)
        {
            return TypedResults.NotFound();
        }

        // Where entries came from is not for recipients to know.
        var filter = TimelineFilter.Read(http.Request.Query) with { Source = null };
        var place = RecordPlace.SharedBy(id, purpose);
        var answer = await door.AskAsync(http, id, purpose, filter.Query(filter.Kind?.Types, after));

        // Which kinds there are to choose from is told, and so written down, even when nothing was found.
        var menu = answer ?? (filter == TimelineFilter.None ? null : await door.AskAsync(http, id, purpose, new RecordQuery.Timeline(Count: 0)));
        return new RazorComponentResult<SharedRecordPage>(new Dictionary<string, object?>
        {
            [nameof(SharedRecordPage.Shared)] = shared,
            [nameof(SharedRecordPage.Place)] = place,
            [nameof(SharedRecordPage.Purposes)] = Purposes.For(http.GetPerson(), shared),
            [nameof(SharedRecordPage.IsProfessional)] = http.GetPerson().IsProfessional,
            [nameof(SharedRecordPage.Filter)] = filter,
            [nameof(SharedRecordPage.Kinds)] = menu is null ? [] : Kind.All.Where(known => known != Kind.Other && known.TypesAmong(menu.ReadableTypes).Any()).ToList(),
            [nameof(SharedRecordPage.Look)] = menu,
            [nameof(SharedRecordPage.Timeline)] = answer is null ? null : Timeline.Of(answer, place, filter, isFirst: after is null),
        })
        {
            StatusCode = filter.Problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
        };
    }

    /// <summary>What matters now of what is shared, for whoever has twenty seconds: one answer, one look.</summary>
    private static async Task<IResult> ShowSummaryAsync(HttpContext http, RecordDoor door, TimeProvider clock, string patient, string? @for)
    {
        if (!TryRead(http, patient, @for, out var id, out var purpose) || await door.FindSharedAsync(http, id) is not { } shared)
        {
            return TypedResults.NotFound();
        }

        var place = RecordPlace.SharedBy(id, purpose);
        if (await door.AskAsync(http, id, purpose, RecordSummary.QueryOf(place)) is not { } answer)
        {
            // Nothing of what a short form is made of: the timeline tells what there is, if anything.
            return TypedResults.LocalRedirect(place.Timeline());
        }

        return new RazorComponentResult<SharedRecordPage>(new Dictionary<string, object?>
        {
            [nameof(SharedRecordPage.Shared)] = shared,
            [nameof(SharedRecordPage.Place)] = place,
            [nameof(SharedRecordPage.Purposes)] = Purposes.For(http.GetPerson(), shared),
            [nameof(SharedRecordPage.IsProfessional)] = http.GetPerson().IsProfessional,
            [nameof(SharedRecordPage.IsSummary)] = true,
            [nameof(SharedRecordPage.Look)] = answer,
            [nameof(SharedRecordPage.Summary)] = RecordSummary.Of(answer, place, clock.GetUtcNow()),
        });
    }

    private static async Task<IResult> ShowEntryAsync(HttpContext http, RecordDoor door, string patient, string type, string id, string? @for, int? version) =>
        TryRead(http, patient, @for, out var record, out var purpose) && LocalReference.TryParseId(id, out var owner, out var local) && owner == record
            ? await EntryAsync(http, door, record, purpose, type, local, version, null) : TypedResults.NotFound();

    /// <summary>The page of one entry, which is a look at it.</summary>
    /// <param name="http">Who looks.</param>
    /// <param name="door">The ways to a record.</param>
    /// <param name="record">Whose.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="type">The FHIR type.</param>
    /// <param name="local">The id; null for the patient.</param>
    /// <param name="version">A version by its number; null for the entry as it is.</param>
    /// <param name="draft">A comment that cannot be written as it is; null for none.</param>
    internal static async Task<IResult> EntryAsync(HttpContext http, RecordDoor door, PatientId record, string purpose, string type, LocalId? local, int? version, CommentDraft? draft)
    {
        var answer = await door.AskAsync(http, record, purpose, new RecordQuery.ById(type, local, version) { Merges = version is null, WithComments = version is null });
        if (answer is null or { Count: 0 })
        {
            return TypedResults.NotFound();
        }

        var shared = await door.FindSharedAsync(http, record);
        var place = RecordPlace.SharedBy(record, purpose);

        // Asked only where it was agreed: each asks the database.
        var access = version is null && shared?.Agreements.Any(agreement => agreement.May.Concat(agreement.Acts).Contains(ConsentAction.Comment)) == true
            ? await door.OpenCommentingAsync(http, record, purpose, TokenScopes.ReadShared) : null;
        var mayWrite = access is not null && local is { } id && await access.MayCommentOnAsync(type, id, http.RequestAborted);
        return new RazorComponentResult<SharedEntryPage>(new Dictionary<string, object?>
        {
            [nameof(SharedEntryPage.View)] = EntryView.Of(answer, place, version is not null, source: null) with
            {
                Same = SameEntry.Of(answer, []),
                Comments = version is null ? CommentsView.OfShared(answer, place, http.GetActor().Reference, access, mayWrite, draft, http.Request.Query["comment"]) : null,
            },
            [nameof(SharedEntryPage.Shared)] = shared,
            [nameof(SharedEntryPage.Look)] = answer,
        })
        {
            StatusCode = draft is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
        };
    }

    internal static bool TryRead(HttpContext http, string patient, string? purpose, out PatientId id, out string chosen)
    {
        chosen = purpose ?? http.GetPerson().DefaultPurpose;
        return PatientId.TryParse(patient, out id) && !RecordDoor.IsOwn(http, id) && Purposes.IsOpenTo(http.GetPerson(), chosen);
    }
}
