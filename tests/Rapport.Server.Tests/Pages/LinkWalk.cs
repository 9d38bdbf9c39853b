using Rapport.Server.Pages.Links;
using Rapport.Server.Pages.Open;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Tests.Pages;

/// <summary>The way to a link and through it, gone as people do.</summary>
internal static class LinkWalk
{
    /// <summary>Gives a link that lasts a week; its address.</summary>
    /// <param name="visitor">The patient.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="passcode">Its passcode; null for none.</param>
    /// <param name="kinds">The names of the kinds that go along; none for a summary.</param>
    public static async Task<string> GiveLinkAsync(this Visitor visitor, string name, string? passcode, params string[] kinds)
    {
        var page = visitor.Page;
        await visitor.GoAsync("/share/links");
        await visitor.FollowAsync(LinkPagesText.GiveLink);
        if (kinds.Length > 0)
        {
            await page.Locator("input[name=scope][value=kinds]").CheckAsync();
        }

        foreach (var kind in kinds)
        {
            await page.Locator($"input[name=kind][value={kind}]").CheckAsync();
        }

        await visitor.ClickAsync(SharingText.Continue);
        await page.GetByLabel(LinkPagesText.Name).FillAsync(name);
        await visitor.ClickAsync(SharingText.ShowReview);
        await visitor.SeesAsync(LinkPagesText.ReviewHeading);
        if (passcode is null)
        {
            await page.Locator("input[name=without]").CheckAsync();
        }
        else
        {
            await page.Locator("#passcode").FillAsync(passcode);
        }

        await visitor.ClickAsync(LinkPagesText.MakeIt);
        await visitor.SeesAsync(Visitor.Words(LinkPagesText.DoneMade));
        return await page.Locator("#address").InnerTextAsync();
    }

    /// <summary>Opens a link: by its address where scripts run, else by pasting it.</summary>
    public static async Task OpenLinkAsync(this Visitor visitor, string address, string who, bool script, string? purpose = null, string? passcode = null)
    {
        var page = visitor.Page;

        // From another page, so that the same address is loaded anew.
        await visitor.GoAsync("/design");
        await visitor.GoAsync(script ? address[address.IndexOf("/open", StringComparison.Ordinal)..] : "/open");
        if (!script)
        {
            await page.GetByLabel(OpenText.Link, new() { Exact = true }).FillAsync(address);
        }

        await page.GetByLabel(OpenText.Who, new() { Exact = true }).FillAsync(who);
        await page.GetByLabel(OpenText.For, new() { Exact = true }).FillAsync(purpose ?? "");
        if (passcode is not null)
        {
            await page.Locator("#passcode").FillAsync(passcode);
        }

        await visitor.ClickAsync(OpenText.Open);
    }
}
