using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>Sharing: who has access now, a new agreement in two steps, stopping one. Every form leads on to a page that can be loaded anew.</summary>
internal static class SharingEndpoints
{
    public static void MapSharing(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/share", ListAsync);
        pages.MapGet("/share/new", AskAsync);
        pages.MapPost("/share/new", ContinueAsync);
        pages.MapGet("/share/review", ReviewAsync);
        pages.MapPost("/share", AgreeAsync);
        pages.MapPost("/share/stop", StopAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, string? done, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var agreements = new List<Agreement>();
        foreach (var consent in await own.ConsentsAsync(cancel))
        {
            agreements.Add(await Agreement.OfAsync(consent, new Recipients(people), http.GetPerson().Id, clock.GetUtcNow(), cancel));
        }

        return new RazorComponentResult<SharePage>(new Dictionary<string, object?>
        {
            [nameof(SharePage.Agreements)] = agreements,
            [nameof(SharePage.Done)] = done,
        });
    }

    private static async Task<IResult> AskAsync(
        HttpContext http, RecordDoor door, PeopleModule people, SharingDrafts drafts, TimeProvider clock, string? draft, string? check, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var form = drafts.Open(http.GetPerson().Id, draft);
        var problems = form is null || check is null ? [] : (await ReadTermsAsync(http, own, people, clock, form, cancel)).Problems;
        return await ShowFormAsync(http, own, people, clock, form ?? new SharingForm(), problems, cancel);
    }

    /// <summary>Looking someone up, or going on to the summary: the same form with another button. Each leads to a page of its own.</summary>
    private static async Task<IResult> ContinueAsync(
        HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, SharingDrafts drafts, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var form = SharingForm.Read(fields);
        var draft = drafts.Seal(http.GetPerson().Id, form);

        // The Enter key sends the form without a button of its own: it looks up what was typed, if anything was.
        return fields["step"] != "review" && (fields["step"] != "enter" || form.Find is not null) ? new SeeOther($"/share/new?draft={draft}#who")
            : (await ReadTermsAsync(http, own, people, clock, form, cancel)).Terms is null ? new SeeOther(ToMend(draft))
            : new SeeOther($"/share/review?draft={draft}");
    }

    private static async Task<IResult> ReviewAsync(
        HttpContext http, RecordDoor door, PeopleModule people, SharingDrafts drafts, TimeProvider clock, string? draft, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        if (drafts.Open(http.GetPerson().Id, draft) is not { } form)
        {
            return new SeeOther("/share/new");
        }

        var (terms, recipient, _) = await ReadTermsAsync(http, own, people, clock, form, cancel);
        if (terms is null)
        {
            return new SeeOther(ToMend(draft!));
        }

        // Sharing what is sensitive is for the person themselves, not for whoever finds their device open.
        if (terms.Labels.Count > 0 && !http.IsFresh())
        {
            return new SeeOther(Fresh.ConfirmPath($"/share/review?draft={draft}"));
        }

        var now = clock.GetUtcNow();
        var consents = (await own.ConsentsAsync(cancel)).Select(consent => consent.Consent).ToList();
        var actor = new Actor(http.GetPerson().Id, recipient!.Reference, recipient.Name, recipient.References);

        // What begins later is looked at as if it had begun.
        var proposed = PatientConsent.Read((terms with { From = null }).ToConsent(own.Patient, now));
        var preview = await own.PreviewAsync(actor, terms.Purpose, [.. consents, proposed], cancel);
        return new RazorComponentResult<ReviewPage>(new Dictionary<string, object?>
        {
            [nameof(ReviewPage.Form)] = form,
            [nameof(ReviewPage.Draft)] = draft,
            [nameof(ReviewPage.Terms)] = terms,
            [nameof(ReviewPage.Recipient)] = recipient,
            [nameof(ReviewPage.SharesAlready)] = (await own.PreviewAsync(actor, terms.Purpose, null, cancel)).Seen > 0,
            [nameof(ReviewPage.Summary)] = SharingSummary.Of(preview, terms),
        });
    }

    private static async Task<IResult> AgreeAsync(
        HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, SharingDrafts drafts, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var form = SharingForm.Read(fields);
        var (terms, _, _) = await ReadTermsAsync(http, own, people, clock, form, cancel);
        if (terms is null)
        {
            return new SeeOther(ToMend(drafts.Seal(http.GetPerson().Id, form)));
        }

        if (terms.Labels.Count > 0 && !http.IsFreshEnough())
        {
            return new SeeOther(Fresh.ConfirmPath($"/share/review?draft={drafts.Seal(http.GetPerson().Id, form)}"));
        }

        await own.PutConsentAsync(null, terms.ToConsent(own.Patient, clock.GetUtcNow()), ifVersion: null, cancel);
        return new SeeOther("/share?done=shared");
    }

    private static async Task<IResult> StopAsync(HttpContext http, IFormCollection fields, RecordDoor door, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own
            || !LocalReference.TryParseId(fields["id"].ToString(), out var patient, out var local) || patient != own.Patient || local is null)
        {
            return TypedResults.NotFound();
        }

        // Stopping is never refused because the agreement changed meanwhile: whatever it says now, it ends.
        while ((await own.ConsentsAsync(cancel)).FirstOrDefault(known => known.Entry.Id == fields["id"]) is { } consent)
        {
            var written = consent.Consent.Status == "active"
                ? await own.PutConsentAsync(local, SharingTerms.Ended(consent.Resource), consent.Entry.Version, cancel)
                : null;
            if (written is null or { Status: ConsentWriteStatus.Updated })
            {
                return new SeeOther("/share?done=stopped");
            }
        }

        return TypedResults.NotFound();
    }

    private static async Task<(SharingTerms? Terms, RecipientChoice? Recipient, Dictionary<string, string> Problems)> ReadTermsAsync(
        HttpContext http, OwnAccess own, PeopleModule people, TimeProvider clock, SharingForm form, CancellationToken cancel)
    {
        var recipient = await new Recipients(people).ResolveAsync(form.Who, http.GetPerson().Id, cancel);
        var overview = await own.OverviewAsync(cancel);
        var terms = form.ToTerms(recipient, [.. overview.ByType.Keys], [.. overview.ByLabel.Keys], Today(clock), out var problems);
        return (terms, recipient, problems);
    }

    private static async Task<IResult> ShowFormAsync(
        HttpContext http, OwnAccess own, PeopleModule people, TimeProvider clock, SharingForm form, Dictionary<string, string> problems, CancellationToken cancel)
    {
        var recipients = new Recipients(people);
        var self = http.GetPerson().Id;
        var circle = (await recipients.OfCircleAsync(own.Patient, cancel)).ToList();
        var found = form.Find is null ? null : await recipients.FindAsync(form.Find, self, cancel);
        if (circle.Concat(found ?? []).All(known => known.Reference != form.Who) && await recipients.ResolveAsync(form.Who, self, cancel) is { } chosen)
        {
            circle.Add(chosen);
        }

        return new RazorComponentResult<SharingFormPage>(new Dictionary<string, object?>
        {
            [nameof(SharingFormPage.Form)] = form,
            [nameof(SharingFormPage.Problems)] = problems,
            [nameof(SharingFormPage.Circle)] = circle,
            [nameof(SharingFormPage.Found)] = found?.Where(other => circle.All(known => known.Reference != other.Reference)).ToList(),
            [nameof(SharingFormPage.Overview)] = await own.OverviewAsync(cancel),
            [nameof(SharingFormPage.Today)] = Today(clock),
        });
    }

    private static string ToMend(string draft) => $"/share/new?draft={draft}&check=1";

    private static DateOnly Today(TimeProvider clock) => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
}
