using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Fhir;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing.SeriesTerms;

namespace Rapport.Server.Pages.Sharing;

/// <summary>
/// The way to an agreement: who and what for, what, until when; then <see cref="ReviewEndpoints">what that comes to</see>. Each step is a page with an address of its own that can be loaded
/// anew; what was chosen so far goes along in it, sealed. What is wrong leads back to the step where it stands.
/// </summary>
internal static class StepEndpoints
{
    /// <summary>Problems to choose from for a second opinion; for an older one sharing begins from its own page.</summary>
    private const int MostProblems = 60;

    /// <summary>Characters of a reference to somebody: more is none.</summary>
    private const int MostReference = 100;

    public static void MapSharingSteps(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(SharingSteps.Who, AskWhoAsync);
        pages.MapPost(SharingSteps.Who, TakeWhoAsync);
        pages.MapGet(SharingSteps.What, AskWhatAsync);
        pages.MapPost(SharingSteps.What, TakeWhatAsync);
        pages.MapGet(SharingSteps.Until, AskUntilAsync);
        pages.MapPost(SharingSteps.Until, TakeUntilAsync);
        pages.MapGet("/share/change", ChangeAsync);
    }

    /// <summary>The first step, for what was chosen so far or for what sharing begins from: an entry, a kind, or the whole.</summary>
    private static async Task<IResult> AskWhoAsync(
        HttpContext http, SharingSteps steps, string? draft, string? who, string? entry, string? kind, bool? everything, string? check, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        var form = steps.Unseal(draft);
        if (form is null && entry is not null)
        {
            if (await steps.Reader.FindAsync(entry, cancel) is not { } about)
            {
                return TypedResults.NotFound();
            }

            form = new SharingDraft { Began = "entry", About = about.Reference, Series = await steps.Reader.SeriesOfAsync(about.Reference, cancel) is { } series ? [series] : [] };
        }
        else if (form is null && Kind.Shareable.FirstOrDefault(known => known.Name == kind) is { } chosen)
        {
            form = new SharingDraft { Began = "kind", Kinds = [chosen.Name] };
        }
        else if (form is null && everything == true)
        {
            form = new SharingDraft { Began = "everything", Scope = SharingScope.Everything };
        }

        form ??= new SharingDraft { Who = who is { Length: <= MostReference } ? who : null };
        var reading = await steps.Reader.ReadAsync(form, cancel);
        var recipients = new Recipients(steps.People);
        var self = http.GetPerson().Id;
        List<RecipientChoice> circle = [.. await recipients.OfCircleAsync(steps.Own.Patient, cancel), .. await recipients.AppsAsync(self, cancel)];
        var found = form.Find is null ? null : await recipients.FindAsync(form.Find, self, cancel);
        if (reading.Recipient is { } recipient && circle.Concat(found ?? []).All(known => known.Reference != recipient.Reference))
        {
            circle.Add(recipient);
        }

        return new RazorComponentResult<WhoPage>(new Dictionary<string, object?>
        {
            [nameof(WhoPage.Form)] = form,
            [nameof(WhoPage.Draft)] = steps.Seal(form),
            [nameof(WhoPage.Problems)] = Shown(check, reading.InWho),
            [nameof(WhoPage.Chosen)] = reading.Recipient,
            [nameof(WhoPage.About)] = form.Began == "entry" && !form.IsChange ? reading.About : null,
            [nameof(WhoPage.Circle)] = circle,
            [nameof(WhoPage.FoundAbove)] = form.Find is null ? [] : circle.Where(known => NameFolding.Matches(known.Name, form.Find) || found!.Any(other => other.Reference == known.Reference)).ToList(),
            [nameof(WhoPage.Found)] = found?.Where(other => circle.All(known => known.Reference != other.Reference)).ToList(),
        });
    }

    /// <summary>Looking someone up, or going on: the same form with another button.</summary>
    private static async Task<IResult> TakeWhoAsync(HttpContext http, IFormCollection fields, SharingSteps steps, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        var form = (steps.Unseal(fields["draft"]) ?? new SharingDraft()).WithWho(fields);

        // The Enter key sends the form without a button of its own: it looks up what was typed, if anything was.
        if (fields["step"] == "find" || (fields["step"] == "enter" && form.Find is not null))
        {
            return steps.To(SharingSteps.Who, form, "#who");
        }

        var reading = await steps.Reader.ReadAsync(form, cancel);
        return reading.InWho.Count > 0 ? steps.To(SharingSteps.Who, form, "&check=1") : steps.To(SharingSteps.What, form.WithProposal());
    }

    private static async Task<IResult> AskWhatAsync(HttpContext http, SharingSteps steps, string? draft, string? check, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (await steps.ReadAsync(draft, cancel) is not { Recipient: { } recipient, InWho.Count: 0 } reading)
        {
            return steps.Begin(draft);
        }

        return new RazorComponentResult<WhatPage>(new Dictionary<string, object?>
        {
            [nameof(WhatPage.Form)] = reading.Draft,
            [nameof(WhatPage.Draft)] = draft,
            [nameof(WhatPage.Problems)] = Shown(check, reading.InWhat),
            [nameof(WhatPage.Recipient)] = recipient,
            [nameof(WhatPage.About)] = reading.About,
            [nameof(WhatPage.Overview)] = reading.Overview,
            [nameof(WhatPage.Only)] = reading.Only,
            [nameof(WhatPage.But)] = reading.But,
            [nameof(WhatPage.Series)] = reading.Series,
            [nameof(WhatPage.ButSeries)] = reading.ButSeries,
            [nameof(WhatPage.KnownProblems)] = reading.Draft.Began != "entry" && SharingAim.Find(reading.Draft.Aim) == SharingAim.Opinion ? await ProblemsAsync(steps.Own, reading.About, cancel) : [],
        });
    }

    private static async Task<IResult> TakeWhatAsync(HttpContext http, IFormCollection fields, SharingSteps steps, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (await steps.ReadAsync(fields["draft"], cancel) is not { } before)
        {
            return steps.Begin(null);
        }

        var form = steps.Fit(before.Draft.WithWhat(fields, before.Overview.ByLabel.Keys));
        if (fields["step"] == "back")
        {
            return steps.To(SharingSteps.Who, form);
        }

        if (fields["step"] is [PickEndpoints.But or PickEndpoints.Only] and [var pick])
        {
            return new SeeOther($"{PickEndpoints.Entries}?draft={steps.Seal(form)}&pick={pick}");
        }

        if (fields["step"] == SeriesEndpoints.StepOnly || fields["step"] == SeriesEndpoints.StepBut)
        {
            return new SeeOther($"{SeriesEndpoints.Place}?draft={steps.Seal(form)}&pick={(fields["step"] == SeriesEndpoints.StepOnly ? SeriesEndpoints.Only : SeriesEndpoints.But)}");
        }

        return (await steps.Reader.ReadAsync(form, cancel)).InWhat.Count > 0 ? steps.To(SharingSteps.What, form, "&check=1") : steps.To(SharingSteps.Until, form);
    }

    private static async Task<IResult> AskUntilAsync(HttpContext http, SharingSteps steps, string? draft, string? check, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (await steps.ReadAsync(draft, cancel) is not { Recipient: { } recipient, InWho.Count: 0 } reading)
        {
            return steps.Begin(draft);
        }

        return new RazorComponentResult<UntilPage>(new Dictionary<string, object?>
        {
            [nameof(UntilPage.Form)] = reading.Draft,
            [nameof(UntilPage.Draft)] = draft,
            [nameof(UntilPage.Problems)] = Shown(check, reading.InUntil),
            [nameof(UntilPage.Recipient)] = recipient,
            [nameof(UntilPage.Today)] = steps.Reader.Today,
            [nameof(UntilPage.Treatments)] = await steps.Reader.TreatmentsAsync(cancel),
        });
    }

    private static async Task<IResult> TakeUntilAsync(HttpContext http, IFormCollection fields, SharingSteps steps, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (await steps.ReadAsync(fields["draft"], cancel) is not { } before)
        {
            return steps.Begin(null);
        }

        var form = before.Draft.WithUntil(fields);
        if (fields["step"] == "back")
        {
            return steps.To(SharingSteps.What, form);
        }

        var reading = await steps.Reader.ReadAsync(form, cancel);
        return reading.InUntil.Count > 0 ? steps.To(SharingSteps.Until, form, "&check=1") : steps.ToReview(reading with { Draft = form with { Shown = null } });
    }

    /// <summary>Opens the form with what an agreement says.</summary>
    private static async Task<IResult> ChangeAsync(HttpContext http, SharingSteps steps, string? id, string? at, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http)
            || (await Agreement.AllAsync(steps.Own, new Recipients(steps.People), http.GetPerson().Id, steps.Now, cancel)).Find(known => known.Consent.Entry.Id == id) is not { CanChange: true, Terms: { } terms } agreement)
        {
            return TypedResults.NotFound();
        }

        return steps.To(at == "until" ? SharingSteps.Until : SharingSteps.Who, steps.Fit(SharingDraft.Of(agreement, terms, asksUntil: at == "until", steps.Reader.Today)));
    }

    /// <summary>The problems of the record, those that go on first, each once; the one that is chosen is among them.</summary>
    private static async Task<List<(string Reference, string Title)>> ProblemsAsync(OwnAccess own, AboutEntry? chosen, CancellationToken cancel)
    {
        var answer = await own.QueryAsync(new RecordQuery.Timeline(Count: 500) { Types = ["Condition"] }, cancel);
        var problems = Enumerable.Range(0, answer.Count)
            .Select(i => (answer.Entries[i].Reference, Resource: answer.ReadResource(i)))
            .Select(entry => (entry.Reference, Title: EntryReader.Line(entry.Resource).BothNames, IsActive: IsActive(entry.Resource)))
            .OrderByDescending(problem => problem.Reference == chosen?.Reference).ThenByDescending(problem => problem.IsActive)
            .DistinctBy(problem => problem.Title)
            .Take(MostProblems);
        return [.. problems.Select(problem => (problem.Reference, problem.Title))];
    }

    private static bool IsActive(Resource condition) =>
        condition.Root.TryGetChild("clinicalStatus", out var status) && status.All("coding").Exists(coding => coding.Text("code") is "active" or "recurrence" or "relapse");

    private static IReadOnlyDictionary<string, string> Shown(string? check, IReadOnlyDictionary<string, string> problems) => check is null ? new Dictionary<string, string>() : problems;
}
