using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>Sharing: who has access now, a new agreement in two steps, stopping one.</summary>
internal static class SharingEndpoints
{
    public static void MapSharing(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/share", ListAsync);
        pages.MapGet("/share/new", AskAsync);
        pages.MapPost("/share/new", ContinueAsync);
        pages.MapPost("/share", AgreeAsync);
        pages.MapPost("/share/stop", StopAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, string? done, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var now = clock.GetUtcNow();
        var agreements = new List<Agreement>();
        foreach (var consent in await own.ConsentsAsync(cancel))
        {
            agreements.Add(await AgreementOfAsync(consent, new Recipients(people), http.GetPerson().Id, now, cancel));
        }

        return new RazorComponentResult<SharePage>(new Dictionary<string, object?>
        {
            [nameof(SharePage.Agreements)] = agreements,
            [nameof(SharePage.Done)] = done,
        });
    }

    private static async Task<IResult> AskAsync(HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Share) is { } own
            ? await ShowFormAsync(http, own, people, clock, new SharingForm(), [], cancel)
            : TypedResults.NotFound();

    /// <summary>Looking someone up, going on to the summary, or coming back from it: the same form with another button.</summary>
    private static async Task<IResult> ContinueAsync(
        HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var form = SharingForm.Read(fields);
        if (fields["step"] != "review")
        {
            return await ShowFormAsync(http, own, people, clock, form, [], cancel);
        }

        var (terms, recipient, problems) = await ReadTermsAsync(http, own, people, clock, form, cancel);
        if (terms is null)
        {
            return await ShowFormAsync(http, own, people, clock, form, problems, cancel);
        }

        var now = clock.GetUtcNow();
        var consents = (await own.ConsentsAsync(cancel)).Select(consent => consent.Consent).ToList();
        var actor = new Actor(http.GetPerson().Id, recipient!.Reference, recipient.Name, recipient.References);

        // What begins later is looked at as if it had begun.
        var draft = PatientConsent.Read((terms with { From = null }).ToConsent(own.Patient, now));
        var preview = await own.PreviewAsync(actor, terms.Purpose, [.. consents, draft], cancel);
        return new RazorComponentResult<ReviewPage>(new Dictionary<string, object?>
        {
            [nameof(ReviewPage.Form)] = form,
            [nameof(ReviewPage.Terms)] = terms,
            [nameof(ReviewPage.Recipient)] = recipient,
            [nameof(ReviewPage.Summary)] = SharingSummary.Of(preview),
        });
    }

    private static async Task<IResult> AgreeAsync(
        HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var form = SharingForm.Read(fields);
        var (terms, _, problems) = await ReadTermsAsync(http, own, people, clock, form, cancel);
        if (terms is null)
        {
            return await ShowFormAsync(http, own, people, clock, form, problems, cancel);
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
        })
        { StatusCode = problems.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };
    }

    private static async Task<Agreement> AgreementOfAsync(StoredConsent consent, Recipients recipients, PersonId self, DateTimeOffset now, CancellationToken cancel)
    {
        var terms = SharingTerms.TryRead(consent.Resource);
        var names = new List<string>();
        foreach (var reference in consent.Consent.Recipients)
        {
            var known = await recipients.ResolveAsync(reference, self, cancel);
            names.Add(known?.Name ?? (terms is not null && terms.Recipient == reference ? terms.RecipientName : reference));
        }

        var state = !consent.Consent.Counts || consent.Consent.ValidUntil <= now ? AgreementState.Ended
            : consent.Consent.ValidFrom > now ? AgreementState.ToCome
            : AgreementState.Now;
        return new Agreement(consent, terms, names, state);
    }

    private static DateOnly Today(TimeProvider clock) => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
}
