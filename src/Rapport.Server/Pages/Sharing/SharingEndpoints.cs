using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Requests;
using Rapport.Server.Pages.Sharing.SeeAs;
using Rapport.Server.Pages.Sharing.SeriesTerms;

namespace Rapport.Server.Pages.Sharing;

/// <summary>Who has access now: each agreement with what can be done about it.</summary>
internal static class SharingEndpoints
{
    public static void MapSharing(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/share", ListAsync);
        pages.MapPost("/share/stop", StopAsync);
        pages.MapPost("/share/let-end", LetEndAsync);
        pages.MapSharingSteps();
        new PickEndpoints().Map(pages);
        new SeriesEndpoints().Map(pages);
        pages.MapSharingReview();
        pages.MapSeeAs();
        pages.MapRequestAnswers();
    }

    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, string? done, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var now = clock.GetUtcNow();
        var agreements = await Agreement.AllAsync(own, new Recipients(people), http.GetPerson().Id, now, cancel);
        return new RazorComponentResult<SharePage>(new Dictionary<string, object?>
        {
            [nameof(SharePage.Agreements)] = agreements,
            [nameof(SharePage.Ending)] = EndingSoon.Of(http, agreements, now),
            [nameof(SharePage.Looks)] = (await LedgerLooks.OfAsync(own, cancel)).ByAgreement,
            [nameof(SharePage.Asked)] = await AskedView.AllAsync(own, people, http.GetPerson(), now, cancel),
            [nameof(SharePage.Refused)] = await people.Requests.ListRefusedAsync(http.GetPerson(), cancel),
            [nameof(SharePage.SaidForYou)] = await people.Requests.ListRefusedForAsync(http.GetPerson().Id, cancel),
            [nameof(SharePage.Now)] = now,
            [nameof(SharePage.Done)] = done,
        });
    }

    private static async Task<IResult> StopAsync(HttpContext http, IFormCollection fields, RecordDoor door, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own
            || !LocalReference.TryParseId(fields["id"].ToString(), out var patient, out var local) || patient != own.Patient || local is null)
        {
            return TypedResults.NotFound();
        }

        return await EndAsync(own, local.Value, http.IsFreshEnough(), cancel) switch
        {
            true => new SeeOther("/share?done=stopped"),
            false => TypedResults.NotFound(),
            null => new SeeOther(Fresh.ConfirmPath("/share")),
        };
    }

    /// <summary>Ends an agreement; false when there is none of this id. One that is ended already stays so.</summary>
    internal static async Task<bool> EndAsync(OwnAccess own, LocalId id, CancellationToken cancel) => await EndAsync(own, id, mayShareMore: true, cancel) is true;

    /// <summary>The same; null when it denies something, so that without it others may see more, and <paramref name="mayShareMore"/> is not so: then nothing was done.</summary>
    private static async Task<bool?> EndAsync(OwnAccess own, LocalId id, bool mayShareMore, CancellationToken cancel)
    {
        // Stopping is never refused because the agreement changed meanwhile: whatever it says now, it ends.
        while (await FindAsync(own, $"{own.Patient}.{id}", cancel) is { } consent)
        {
            if (!mayShareMore && consent.Consent is { Status: "active", Denies: true })
            {
                return null;
            }

            var written = consent.Consent.Status == "active" || consent.Consent.Succession is not null
                ? await own.PutConsentAsync(id, ConsentJson.Ended(consent.Resource), consent.Entry.Version, cancel)
                : null;
            if (written is null or { Status: ConsentWriteStatus.Updated })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Nothing about the agreement changes: it is not called to mind again.</summary>
    private static async Task<IResult> LetEndAsync(HttpContext http, IFormCollection fields, RecordDoor door, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own
            || !LocalReference.TryParseId(fields["id"].ToString(), out _, out var local) || local is null
            || await FindAsync(own, fields["id"].ToString(), cancel) is null)
        {
            return TypedResults.NotFound();
        }

        LetEnd.Add(http, local.Value.ToString());
        return new SeeOther("/share?done=letend");
    }

    private static async Task<StoredConsent?> FindAsync(OwnAccess own, string id, CancellationToken cancel) =>
        (await own.ConsentsAsync(cancel)).FirstOrDefault(known => known.Entry.Id == id);
}
