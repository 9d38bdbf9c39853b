using Rapport.Server.Pages.Gather;
using Rapport.Server.Tests.HealthLinks;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>A health link with its passcode, and cards: one whose issuer the server knows, two whose it does not.</summary>
internal static class GatherLinkTour
{
    /// <summary>Goes from page to page, and names each where it stops.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor)
    {
        var (page, links) = (visitor.Page, visitor.Server.Links);
        using var stranger = new HealthCardMake();
        await visitor.GoAsync("/gather");
        await visitor.FollowAsync(LinkText.Heading);
        await visitor.SeesAsync(LinkText.WhatHappens);
        yield return "gather-link";
        await page.GetByLabel(LinkText.Link).FillAsync(links.Link("LP", "Harbour Clinic, vaccines"));
        await visitor.ClickAsync(LinkText.Open);
        await visitor.SeesAsync(LinkText.NothingChanged);
        yield return "gather-link-passcode";
        await page.GetByLabel(LinkText.Passcode).FillAsync(LinkServer.Passcode);
        await visitor.ClickAsync(LinkText.Open);
        await visitor.SeesAsync(GatherText.ItIsIn);
        yield return "gather-link-taken";
        await visitor.GoAsync("/gather/link");
        await page.GetByLabel(LinkText.Link).FillAsync(string.Join('\n', ((string[])
        [
            links.Issuer.Card("https://cards.harbour.example", Files.Vaccine("C1"), expires: 1_800_000_000), stranger.Card("https://health.elsewhere.example/issuer", Files.Vaccine("C2"), expires: 1_750_000_000),
        ]).Select(card => "shc:/" + HealthCardMake.Digits(card))));
        await visitor.ClickAsync(LinkText.Open);
        await visitor.SeesAsync(GatherText.ItIsIn);
        yield return "gather-cards";
        await visitor.FollowAsync(GatherText.AboutSource);
        await visitor.SeesAsync(CardText.Heading);
        yield return "source-cards";
        await visitor.GoAsync("/gather/link");
        await page.GetByLabel(LinkText.Link).FillAsync("shc:/" + HealthCardMake.Digits(links.Issuer.Card("https://cards.harbour.example", Files.Vaccine("C3"), notBefore: 4_000_000_000)));
        await visitor.ClickAsync(LinkText.Open);
        await visitor.SeesAsync(GatherText.NothingTaken);
        yield return "gather-card-refused";
    }
}
