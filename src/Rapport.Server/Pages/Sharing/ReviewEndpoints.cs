using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Requests;

namespace Rapport.Server.Pages.Sharing;

/// <summary>The end of the way to an agreement: what it comes to, entry by entry where the patient wants, and their word.</summary>
internal static class ReviewEndpoints
{
    public static void MapSharingReview(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(SharingSteps.Review, ReviewAsync);
        pages.MapGet("/share/items", ListItemsAsync);
        pages.MapPost("/share", AgreeAsync);
    }

    private static async Task<IResult> ReviewAsync(HttpContext http, SharingSteps steps, string? draft, string? check, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        var reading = await steps.ReadAsync(draft, cancel);
        if (reading is not { Recipient: { } recipient, Terms: { } terms })
        {
            return steps.ToMend(reading);
        }

        if (!steps.IsAsShown(reading))
        {
            return steps.ToReview(reading);
        }

        // Sharing what is sensitive is for the person themselves, not for whoever finds their device open.
        if (reading.NamesSensitive && !http.IsFresh())
        {
            return new SeeOther(Fresh.ConfirmPath($"{SharingSteps.Review}?draft={draft}"));
        }

        var (preview, now) = await steps.PreviewAsync(reading, cancel);
        var all = reading.Draft.IsChange ? await Agreement.AllAsync(steps.Own, new Recipients(steps.People), http.GetPerson().Id, steps.Now, cancel) : [];
        var before = all.Find(known => known.LocalId == reading.Draft.Changes)?.Consent;
        var others = (await steps.Own.ConsentsAsync(cancel)).Where(known => known.Entry.Id != before?.Entry.Id);
        return new RazorComponentResult<ReviewPage>(new Dictionary<string, object?>
        {
            [nameof(ReviewPage.Form)] = reading.Draft,
            [nameof(ReviewPage.Draft)] = draft,
            [nameof(ReviewPage.IsOther)] = check is not null,
            [nameof(ReviewPage.Terms)] = terms,
            [nameof(ReviewPage.Recipient)] = recipient,
            [nameof(ReviewPage.ActionsBefore)] = before?.Consent.Actions,
            [nameof(ReviewPage.PassedOnTo)] = all.Where(known => known.State == AgreementState.Now && before is not null && known.Consent.Consent.PassedOn?.From == before.Entry.Id).Select(known => known.Who).ToList(),
            [nameof(ReviewPage.SeenBefore)] = now.Seen,
            [nameof(ReviewPage.Difference)] = now.Seen == 0 ? null : SharingDifference.Of(now, preview),
            [nameof(ReviewPage.Summary)] = SharingSummary.Of(preview, [.. AgreedTerms.With(others, recipient.References, terms.Purpose, steps.Now), terms]),
        });
    }

    /// <summary>The entries of one kind that would be seen, or that stay home, one by one with the reason of each.</summary>
    private static async Task<IResult> ListItemsAsync(HttpContext http, SharingSteps steps, string? draft, string? @in, int? page, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        var reading = await steps.ReadAsync(draft, cancel);
        if (reading is not { Recipient: { } recipient, Terms: not null })
        {
            return steps.ToMend(reading);
        }

        if (ItemsPage.Find(@in) is not var (side, kind))
        {
            return TypedResults.NotFound();
        }

        var (preview, now) = await steps.PreviewAsync(reading, cancel);
        return ItemsPage.Of(page, SharingSummary.ListOf(preview, now, side, kind), preview, new()
        {
            [nameof(ItemsPage.Back)] = $"{SharingSteps.Review}?draft={draft}",
            [nameof(ItemsPage.Action)] = "/share/items",
            [nameof(ItemsPage.Fields)] = (IReadOnlyList<(string, string)>)[("draft", draft!)],
            [nameof(ItemsPage.Recipient)] = recipient,
            [nameof(ItemsPage.Side)] = side,
            [nameof(ItemsPage.Kind)] = kind,
        });
    }

    /// <summary>Agrees to what the summary showed. A change is a new version of the agreement, written in one step: there is no moment with both or none.</summary>
    private static async Task<IResult> AgreeAsync(HttpContext http, IFormCollection fields, SharingSteps steps, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        var reading = await steps.ReadAsync(fields["draft"], cancel);
        if (reading is not { Terms: { } terms })
        {
            return steps.ToMend(reading);
        }

        if (fields["step"] == "back")
        {
            return steps.To(SharingSteps.Until, reading.Draft);
        }

        // What is in the record may be coded or put together otherwise by now: what was read is what is written, or it is read again.
        if (!steps.IsAsShown(reading))
        {
            return steps.ToReview(reading);
        }

        if (reading.NamesSensitive && !http.IsFresh())
        {
            return new SeeOther(Fresh.ConfirmPath($"{SharingSteps.Review}?draft={steps.Seal(reading.Draft)}"));
        }

        var consent = terms.ToConsent(steps.Own.Patient, steps.Now);
        if (!reading.Draft.IsChange)
        {
            return await RequestAnswers.AgreeAsync(http, steps, terms, consent, cancel);
        }

        return AfterAgreeing.To(await steps.ReplaceAsync(reading.Draft, consent, cancel), "changed");
    }
}
