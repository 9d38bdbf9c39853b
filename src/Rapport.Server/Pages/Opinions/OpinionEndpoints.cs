using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Opinions;

/// <summary>How a patient asks for second opinions, and reads them side by side. Each step is a page with an address of its own; what was chosen so far goes along in it, sealed.</summary>
internal static class OpinionEndpoints
{
    /// <summary>Where the patient's questions are, and the steps to a new one.</summary>
    public const string Home = "/opinions", New = Home + "/new", What = Home + "/what", Review = Home + "/review";

    /// <summary>Where a form leads that is too old.</summary>
    private const string TooOld = Home + "?done=gone";

    /// <summary>The steps by a word or two.</summary>
    public static IReadOnlyList<string> Steps => [OpinionText.Step1, OpinionText.Step2, OpinionText.Step3];

    /// <summary>Where one question is.</summary>
    public static string Of(LocalId question) => $"{Home}/{question}";

    public static void MapOpinions(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Home, ListAsync);
        pages.MapGet(New, AskQuestionAsync);
        pages.MapPost(New, TakeQuestionAsync);
        pages.MapGet(What, AskWhatAsync);
        pages.MapPost(What, TakeWhatAsync);
        pages.MapGet(Review, ReviewAsync);
        pages.MapPost(Review, AskAsync);
        pages.MapGet(Home + "/{question}", ShowAsync);
        pages.MapPost(Home + "/{question}/withdraw", WithdrawAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, OpinionDesk desk, TimeProvider clock, string? done, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is { } own
            ? new RazorComponentResult<OpinionsPage>(new Dictionary<string, object?> { [nameof(OpinionsPage.Cases)] = await desk.ListAsync(own, cancel), [nameof(OpinionsPage.IsGone)] = done == "gone", [nameof(OpinionsPage.Now)] = clock.GetUtcNow() })
            : TypedResults.NotFound();

    private static async Task<IResult> AskQuestionAsync(HttpContext http, OpinionSteps steps, string? entry, string? draft, string? check, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        var form = steps.Unseal(draft) ?? (entry is null ? null : OpinionDraft.New(entry, steps.Today));
        if (form is null || await steps.NameOfAsync(form.About, cancel) is not { } name)
        {
            return entry is null ? new SeeOther(TooOld) : TypedResults.NotFound();
        }

        var (people, isNobodyFound) = await steps.PeopleAsync(form, cancel);
        return new RazorComponentResult<OpinionNewPage>(new Dictionary<string, object?>
        {
            [nameof(OpinionNewPage.Form)] = form,
            [nameof(OpinionNewPage.Draft)] = steps.Seal(form),
            [nameof(OpinionNewPage.Problems)] = check is null ? [] : form.Problems(steps.Today),
            [nameof(OpinionNewPage.AboutName)] = name,
            [nameof(OpinionNewPage.People)] = people,
            [nameof(OpinionNewPage.IsNobodyFound)] = isNobodyFound,
            [nameof(OpinionNewPage.Today)] = steps.Today,
        });
    }

    /// <summary>Looking somebody up, or going on: the same form with another button.</summary>
    private static async Task<IResult> TakeQuestionAsync(HttpContext http, IFormCollection fields, OpinionSteps steps)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (steps.Unseal(fields["draft"]) is not { } before)
        {
            return new SeeOther(TooOld);
        }

        var form = before.WithQuestion(fields);
        return fields["step"] == "find" || (fields["step"] == "enter" && form.Find is not null) ? steps.To(New, form, "#who")
            : form.Problems(steps.Today).Count > 0 ? steps.To(New, form, "&check=1")
            : steps.To(What, form);
    }

    private static async Task<IResult> AskWhatAsync(HttpContext http, OpinionSteps steps, string? draft, string? check, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (steps.Unseal(draft) is not { } form || await steps.OfferedAsync(form, cancel) is not { Count: > 1 } offered)
        {
            return new SeeOther(TooOld);
        }

        return new RazorComponentResult<OpinionWhatPage>(new Dictionary<string, object?>
        {
            [nameof(OpinionWhatPage.Offered)] = offered,
            [nameof(OpinionWhatPage.Draft)] = draft,
            [nameof(OpinionWhatPage.Find)] = form.FindWhat,
            [nameof(OpinionWhatPage.Problems)] = check is null ? [] : WhatProblems(form, offered),
        });
    }

    private static async Task<IResult> TakeWhatAsync(HttpContext http, IFormCollection fields, OpinionSteps steps, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (steps.Unseal(fields["draft"]) is not { } before)
        {
            return new SeeOther(TooOld);
        }

        var form = before.WithSent(fields, (await steps.OfferedAsync(before, cancel)).Select(static entry => entry.Reference));
        return fields["step"] == "back" ? steps.To(New, form with { FindWhat = null })
            : fields["step"] == "find" || (fields["step"] == "enter" && form.FindWhat is not null && form.FindWhat != before.FindWhat) ? steps.To(What, form, "#found")
            : WhatProblems(form, await steps.OfferedAsync(form, cancel)).Count > 0 ? steps.To(What, form, "&check=1")
            : steps.To(Review, form with { FindWhat = null });
    }

    private static async Task<IResult> ReviewAsync(HttpContext http, OpinionSteps steps, TimeProvider clock, string? draft, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (steps.Unseal(draft) is not { } form)
        {
            return new SeeOther(TooOld);
        }

        if (await steps.ReadAsync(form, cancel) is not var (question, invited, sent))
        {
            return steps.To(New, form, "&check=1");
        }

        // Sharing what is sensitive is for the person themselves, not for whoever finds their device open.
        if (sent.Any(static entry => entry.Labels.Count > 0) && !http.IsFresh())
        {
            return new SeeOther(Fresh.ConfirmPath($"{Review}?draft={draft}"));
        }

        var others = (await steps.Own.ConsentsAsync(cancel)).Select(static consent => consent.Consent).ToList();
        List<(Person, string, int)> told = [];
        var home = 0;
        foreach (var person in invited)
        {
            var actor = new Actor(steps.Own.Actor.Person, person.Reference, person.DisplayName, person.RecipientReferences);
            var proposed = PatientConsent.ReadProposed(OpinionDesk.InvitationOf(question, steps.Own.Patient, person.VerifiedReference, person.DisplayName, clock.GetUtcNow()));
            var alone = await steps.Own.PreviewAsync(actor, OpinionDesk.Purpose, [proposed], cancel);
            var all = await steps.Own.PreviewAsync(actor, OpinionDesk.Purpose, [.. others, proposed], cancel);
            home = alone.Home;
            told.Add((person, await steps.AboutAsync(person, cancel), all.Seen - alone.Seen));
        }

        return new RazorComponentResult<OpinionReviewPage>(new Dictionary<string, object?>
        {
            [nameof(OpinionReviewPage.Form)] = form,
            [nameof(OpinionReviewPage.Draft)] = draft,
            [nameof(OpinionReviewPage.AboutName)] = question.AboutName,
            [nameof(OpinionReviewPage.Invited)] = told,
            [nameof(OpinionReviewPage.Sent)] = sent,
            [nameof(OpinionReviewPage.Home)] = home,
            [nameof(OpinionReviewPage.Until)] = form.LastDay(steps.Today)!.Value,
        });
    }

    /// <summary>Asks what the summary showed; whoever presses the button twice asks once.</summary>
    private static async Task<IResult> AskAsync(HttpContext http, IFormCollection fields, OpinionSteps steps, OpinionDesk desk, UrgentHelp help, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (steps.Unseal(fields["draft"]) is not { } form)
        {
            return new SeeOther(TooOld);
        }

        if (fields["step"] == "edit")
        {
            return steps.To(New, form);
        }

        if (fields["step"] == "back" || await steps.ReadAsync(form, cancel) is not var (question, invited, sent))
        {
            return fields["step"] == "back" ? steps.To(What, form) : steps.To(New, form, "&check=1");
        }

        if (sent.Any(static entry => entry.Labels.Count > 0) && !http.IsFreshEnough())
        {
            return new SeeOther(Fresh.ConfirmPath($"{Review}?draft={steps.Seal(form)}"));
        }

        // Whoever is asked may take days.
        if (fields["sure"] != "yes" && UrgentGuard.Look(question.Text) is { } look)
        {
            return new RazorComponentResult<UrgentQuestionPage>(new Dictionary<string, object?>
            {
                [nameof(UrgentQuestionPage.Draft)] = steps.Seal(form),
                [nameof(UrgentQuestionPage.Question)] = question.Text,
                [nameof(UrgentQuestionPage.Look)] = look,
                [nameof(UrgentQuestionPage.Help)] = help,
            });
        }

        return new SeeOther(await desk.AskAsync(steps.Own, question, OpinionText.QuestionName, invited, cancel) switch
        {
            OpinionAsked.Asked => Of(question.Id) + "?done=asked",
            OpinionAsked.TooManyInvited => Of(question.Id) + "?done=most",
            _ => "/share?done=full",
        });
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, OpinionDesk desk, string question, string? done, CancellationToken cancel)
    {
        if (!LocalId.TryParse(question, out var id) || await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own || await desk.FindAsync(own, id, cancel) is not { } known)
        {
            return TypedResults.NotFound();
        }

        List<(string, string)> sent = [];
        HashSet<string> told = [];
        foreach (var reference in known.Question.Sent.Where(static reference => !reference.StartsWith("Binary/", StringComparison.Ordinal)))
        {
            var slash = reference.IndexOf('/', StringComparison.Ordinal);
            if (slash > 0 && !told.Contains(reference) && LocalReference.TryParseId(reference.AsSpan(slash + 1), out _, out var local)
                && await own.QueryAsync(new RecordQuery.ById(reference[..slash], local) { Merges = true }, cancel) is { MatchCount: 1 } answer)
            {
                // What is shown as one is told once.
                told.UnionWith(answer.Entries.Select(static entry => entry.Reference));
                sent.Add((reference, EntryReader.Line(answer.ReadResource(0)).BothNames));
            }
        }

        OpinionNews.Note(http, known);
        return new RazorComponentResult<OpinionCasePage>(new Dictionary<string, object?>
        {
            [nameof(OpinionCasePage.Case)] = known,
            [nameof(OpinionCasePage.Sent)] = sent,
            [nameof(OpinionCasePage.Done)] = done,
        });
    }

    private static async Task<IResult> WithdrawAsync(HttpContext http, IFormCollection fields, RecordDoor door, OpinionDesk desk, string question, CancellationToken cancel)
    {
        if (!LocalId.TryParse(question, out var id) || !LocalId.TryParse(fields["invitation"].ToString(), out var invitation)
            || await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || await desk.FindAsync(own, id, cancel) is not { } known
            || known.Invitations.All(waiting => waiting.Id != invitation))
        {
            return TypedResults.NotFound();
        }

        return new SeeOther($"{Of(id)}?done={(await desk.WithdrawAsync(own, invitation, cancel) ? "withdrawn" : "gone")}");
    }

    private static Dictionary<string, string> WhatProblems(OpinionDraft form, IReadOnlyList<OfferedEntry> offered)
    {
        var sent = offered.Where(static entry => entry.IsTicked).ToList();
        Dictionary<string, string> problems = [];
        if (sent.All(entry => entry.Reference != form.About))
        {
            problems["what"] = OpinionText.WhatProblem;
        }
        else if (sent.SelectMany(static entry => entry.All).Distinct().Count() > OpinionQuestion.MostSent)
        {
            problems["what"] = Say.Fill(OpinionText.WhatTooMany, Say.Number(OpinionQuestion.MostSent));
        }

        return problems;
    }
}
