using Rapport.Data;
using Rapport.Fhir;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Succession;

namespace Rapport.Server.Pages.Requests;

/// <summary>
/// How a patient answers: yes leads to the summary before an agreement, as it was asked for; choosing leads into the steps before it; no ends the request. The agreement
/// names the request that it answers, so that one thing alone decides whether it is granted: that the agreement is there.
/// </summary>
internal static class RequestAnswers
{
    private const string Gone = "/share?done=gone";

    public static void MapRequestAnswers(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/share/answer", BeginAsync);
        pages.MapPost("/share/refuse", RefuseAsync);
        pages.MapPost("/share/let-ask", LetAskAsync);
    }

    /// <summary>
    /// What waits for an answer, newest first. Where the server stopped between an agreement and the note that it was granted, that is made good here, before the patient sees
    /// anything.
    /// </summary>
    public static Task<IReadOnlyList<ReceivedRequest>> WaitingAsync(OwnAccess own, PeopleModule people, Person patient, CancellationToken cancel) =>
        WaitingAsync(() => own.ConsentsAsync(cancel), people, patient, cancel);

    /// <summary>The same, of a patient whose consents are asked for where something waits.</summary>
    /// <inheritdoc cref="WaitingAsync(OwnAccess, PeopleModule, Person, CancellationToken)"/>
    public static async Task<IReadOnlyList<ReceivedRequest>> WaitingAsync(Func<Task<IReadOnlyList<StoredConsent>>> consents, PeopleModule people, Person patient, CancellationToken cancel)
    {
        var waiting = await people.Requests.ListReceivedAsync(patient, cancel);
        if (waiting.Count == 0)
        {
            return [];
        }

        var answered = (await consents()).Select(static consent => consent.Consent.AnswersRequest).OfType<string>().ToHashSet();
        var granted = waiting.Where(request => answered.Contains(request.Id.ToString())).ToList();
        foreach (var request in granted)
        {
            await people.Requests.GrantAsync(patient, request, cancel);
        }

        return [.. waiting.Except(granted)];
    }

    /// <summary>Agrees to what the summary showed: where it answers a request, once, and only while that waits.</summary>
    public static async Task<IResult> AgreeAsync(HttpContext http, SharingSteps steps, SharingTerms terms, Resource consent, CancellationToken cancel)
    {
        var patient = http.GetPerson();
        var request = terms.Answers is { } asked ? await FindAsync(steps.People, patient, asked, cancel) : null;
        var before = terms.Answers is { } id ? (await steps.Own.ConsentsAsync(cancel)).FirstOrDefault(known => known.Consent.AnswersRequest == id.ToString()) : null;
        if (terms.Answers is not null && request is null && before is null)
        {
            return new SeeOther(Gone);
        }

        // Who comes back to the summary and agrees again wants what they have, and not twice of it.
        if (terms.Answers is null && (await steps.Own.ConsentsAsync(cancel)).Any(known => SharingTerms.IsAllOf(known.Resource) && SaysTheSame(known, terms, steps)))
        {
            return AfterAgreeing.To(ConsentWriteStatus.Created, "shared");
        }

        var written = await steps.Own.PutConsentAsync(null, consent, ifVersion: null, cancel);
        if (request is not null && written.Status is (ConsentWriteStatus.Created or ConsentWriteStatus.AnsweredBefore))
        {
            await steps.People.Requests.GrantAsync(patient, request, cancel);
        }

        // Whoever pressed the button twice is told what they did, and not that it was done before.
        return written.Status != ConsentWriteStatus.AnsweredBefore ? AfterAgreeing.To(written.Status, "shared")
            : new SeeOther(before is not null && !SaysTheSame(before, terms, steps) ? "/share?done=answered" : "/share?done=shared");
    }

    private static bool SaysTheSame(StoredConsent consent, SharingTerms terms, SharingSteps steps)
    {
        var now = steps.Now;
        return consent.Consent.Status == "active" && SharingTerms.TryRead(consent.Resource) is { } agreed
            && agreed.ToConsent(steps.Own.Patient, now).Json.Span.SequenceEqual(terms.ToConsent(steps.Own.Patient, now).Json.Span);
    }

    private static async Task<IResult> BeginAsync(HttpContext http, SharingSteps steps, string? request, string? choose, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (!RequestId.TryParse(request, out var id) || await FindAsync(steps.People, http.GetPerson(), id, cancel) is not { } asked)
        {
            return new SeeOther(Gone);
        }

        var (terms, today) = (asked.Terms, steps.Reader.Today);
        var draft = new SharingDraft
        {
            Who = new Recipients(steps.People).Introduce(asked.Asker, http.GetPerson().Id).Value,
            Aim = terms.Aim,
            Kinds = [.. terms.Kinds().Select(static kind => kind.Name)],
            ChosenFor = terms.Aim,
            Lasting = "day",
            Until = today.AddMonths(terms.Months).ToString("yyyy-MM-dd"),
            Answers = asked.Id.ToString(),
        };
        return choose is null ? steps.ToReview(await steps.Reader.ReadAsync(draft, cancel)) : steps.To(SharingSteps.What, draft);
    }

    private static async Task<IResult> RefuseAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, CancellationToken cancel)
    {
        var patient = http.GetPerson();
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || !RequestId.TryParse(fields["id"].ToString(), out var id))
        {
            return TypedResults.NotFound();
        }

        if (await FindAsync(people, patient, id, cancel) is not { } request)
        {
            return new SeeOther(Gone);
        }

        // Whoever may not ask any more may not ask for later either.
        if (fields["for-good"] == "on" && await people.Accounts.FindAsync(request.Asker.Id, cancel) is { } asker)
        {
            await SetSuccession.EndForAsync(own, people, asker, cancel);
        }

        var isRefused = await people.Requests.RefuseAsync(patient, request, tell: fields["tell"] == "on", forGood: fields["for-good"] == "on", cancel);
        return new SeeOther(isRefused ? "/share?done=refused" : Gone);
    }

    private static async Task<IResult> LetAskAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is null || !PersonId.TryParse(fields["asker"].ToString(), out var asker))
        {
            return TypedResults.NotFound();
        }

        await people.Requests.LetAskAsync(http.GetPerson(), asker, cancel);
        return new SeeOther("/share?done=let-ask");
    }

    private static async Task<ReceivedRequest?> FindAsync(PeopleModule people, Person patient, RequestId id, CancellationToken cancel) =>
        (await people.Requests.ListReceivedAsync(patient, cancel)).FirstOrDefault(request => request.Id == id);
}
