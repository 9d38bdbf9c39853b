using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Demo;
using Rapport.Server.Pages.Stories;

namespace Rapport.Server.Tests.Pages;

/// <summary>The way to tell others what came of a look, gone through as people do.</summary>
internal static class StoryWalk
{
    public const string Sentence = "Dr Lee asked what nobody had asked before.";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The page of the patient's newest look of which something is said.</summary>
    public static async Task<string> LookAsync(this Visitor visitor, Household home)
    {
        var deeds = (await (await home.Patient.OpenAsync(visitor.Server)).HistoryAsync(Cancel)).Deeds;
        return $"/ledger/{Visit.In(deeds).Last(static visit => visit.Said.Count > 0).First.Index}";
    }

    /// <summary>From the page of a look to what others read, naming what each step is.</summary>
    public static async IAsyncEnumerable<string> TellStoryAsync(this Visitor visitor, Household home)
    {
        await DemoStories.InventAsync(visitor.Server.Modules.Stories, Cancel);
        var (page, look) = (visitor.Page, await visitor.LookAsync(home));
        await visitor.GoAsync(look);
        await visitor.FollowAsync(StoriesText.OfferLink);
        await visitor.ClickAsync(StoriesText.ToReview);
        await visitor.SeesAsync(StoriesText.WhatMissing);
        yield return "story-problems";
        await page.Locator("input[name=count]").CheckAsync();
        await page.Locator("input[name=tell]").CheckAsync();
        await page.Locator("#aim").SelectOptionAsync("opinion");
        await page.Locator("#recipient").SelectOptionAsync("specialist");
        await page.Locator("#condition").SelectOptionAsync("heart");
        await page.Locator("#sentence").FillAsync(Sentence);
        await visitor.ClickAsync(StoriesText.ToReview);
        await visitor.SeesAsync(StoriesText.ReviewTitle);
        await visitor.SeesAsync(Sentence);
        await visitor.SeesAsync(Say.Fill(StoriesText.WarnOtherName, Say.List(["Dr Lee", "Dr Robin Lee"])));
        yield return "story-review";
        await visitor.ClickAsync(StoriesText.TellIt);
        await visitor.SeesAsync(StoriesText.DoneTold);
        await page.EvaluateAsync("scrollTo(0, 0)");
        yield return "ledger-story";
        await visitor.GoAsync(StoryEndpoints.Home);
        await visitor.SeesAsync(StoriesText.Stories);
        yield return "stories";
    }
}
