using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Opinions;

namespace Rapport.Server.Tests.Pages;

/// <summary>The way to a second opinion, gone through as people do.</summary>
internal static class OpinionWalk
{
    public const string Question = "Do I need another medicine, or can it wait?";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A clinic vouches for somebody.</summary>
    public static async Task<Person> VouchAsync(this Visitor visitor, Resident resident)
    {
        var directory = visitor.Server.Modules.People.Directory;
        var clinic = (await directory.AddOrganisationAsync($"Harbour Clinic {resident.SignInName}", Cancel)).Value!;
        return (await directory.VouchAsync(
            clinic.Id, resident.Person.Id, new Vouching { Role = "general practitioner", Until = visitor.Server.Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel)).Value!;
    }

    /// <summary>The page of a problem that goes on.</summary>
    public static async Task<string> ProblemAsync(this Visitor visitor, Household home)
    {
        var own = await home.Patient.OpenAsync(visitor.Server);
        var answer = await own.QueryAsync(new RecordQuery.Timeline(500) { Types = ["Condition"] }, Cancel);
        return "/record/" + answer.Entries[Enumerable.Range(0, answer.Count).First(i => System.Text.Encoding.UTF8.GetString(answer.ReadResource(i).Json.Span).Contains("hypertension", StringComparison.OrdinalIgnoreCase))].Reference;
    }

    /// <summary>From the page of a problem to the summary, naming what each step is.</summary>
    public static async IAsyncEnumerable<string> AskAsync(this Visitor visitor, Household home, params Person[] invited)
    {
        await visitor.GoAsync(await visitor.ProblemAsync(home));
        await visitor.FollowAsync(OpinionText.AskThis);
        await visitor.ClickAsync(OpinionText.Continue);
        await visitor.SeesAsync(OpinionText.LookAgain);
        yield return "opinion-question";
        await visitor.Page.GetByLabel(OpinionText.Question).FillAsync("I have a crushing pain in my chest and cannot breathe. What is it?");
        foreach (var person in invited)
        {
            var box = visitor.Page.Locator($"input[name=who][value='{person.Id}']");
            if (await box.CountAsync() == 0)
            {
                await visitor.Page.Locator("#find").FillAsync(person.DisplayName);
                await visitor.ClickAsync(OpinionText.Find);
            }

            await box.CheckAsync();
        }

        await visitor.ClickAsync(OpinionText.Continue);
        await visitor.SeesAsync(OpinionText.ReasonItself);
        yield return "opinion-what";
        await visitor.ClickAsync(OpinionText.ToReview);
        await visitor.SeesAsync(OpinionText.ReviewHeading);
        yield return "opinion-review";
        await visitor.ClickAsync(OpinionText.Ask);
        await visitor.SeesAsync(ConversationText.NotSentYet);
        yield return "opinion-urgent";
        await visitor.ClickAsync(ConversationText.BackToText);
        await visitor.Page.GetByLabel(OpinionText.Question).FillAsync(Question);
        await visitor.ClickAsync(OpinionText.Continue);
        await visitor.ClickAsync(OpinionText.ToReview);
        await visitor.ClickAsync(OpinionText.Ask);
        await visitor.SeesAsync(OpinionText.DoneAsked);
    }

    /// <summary>Answers the one question that waits, naming what each step is.</summary>
    public static async IAsyncEnumerable<string> AnswerAsync(this Visitor visitor, string stance, string view, string patient)
    {
        await visitor.GoAsync("/shared");
        await visitor.FollowAsync(OpinionText.LookNow);
        await visitor.SeesAsync(OpinionText.AskedLead);
        yield return "opinions-asked";
        await visitor.Page.Locator(".row-text a").First.ClickAsync();
        await visitor.SeesAsync(Question);
        await visitor.SeesAsync(patient);
        yield return "opinion-asked";
        await visitor.Page.GetByLabel(stance).CheckAsync();
        await visitor.Page.GetByLabel(OpinionText.View, new() { Exact = true }).FillAsync(view);
        await visitor.Page.GetByLabel(OpinionText.ConfidenceMedium).CheckAsync();
        await visitor.Page.GetByLabel(OpinionText.Next, new() { Exact = true }).FillAsync("Measure at home for two weeks.");
        await visitor.ClickAsync(OpinionText.Send);
        await visitor.SeesAsync(OpinionText.DoneAnswered);
        await visitor.SeesAsync(OpinionText.NothingAsked);
    }
}
