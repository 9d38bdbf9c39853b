using Rapport.Language;
using Rapport.Server.Pages.Emergency.Card;
using Rapport.Server.Pages.Cards;
using Rapport.Server.Pages.Links;
using Rapport.Server.Pages.Open;
using Rapport.Server.Pages.Outcomes;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>A link that the patient gives: the way to it, the link, its paper, and what whoever has it sees; emergency card and health card beside it.</summary>
internal static class GivenLinkTour
{
    /// <summary>Goes from page to page, and names each where it stops.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor)
    {
        var page = visitor.Page;
        await visitor.GoAsync(CardPlace.Own.Edit);
        yield return "emergency-card-edit";
        await visitor.ClickAsync(EmergencyCardText.MakeIt);
        yield return "emergency-card";
        await visitor.GoAsync(CardPlace.Own.Paper(Languages.Current.Code));
        yield return "emergency-card-paper";
        await visitor.GoAsync(CardPlaces.New);
        await page.Locator("input[name=entry]").First.CheckAsync();
        yield return "card-new";
        await page.GetByLabel(LinkPagesText.Name).FillAsync("For the school");
        await visitor.ClickAsync(SharingText.ShowReview);
        yield return "card-review";
        await visitor.ClickAsync(HealthCardText.MakeIt);
        yield return "card";
        await visitor.GoAsync("/share/links");
        yield return "links-none";
        await visitor.FollowAsync(LinkPagesText.GiveLink);
        yield return "link-what";
        await visitor.ClickAsync(SharingText.Continue);
        await visitor.ClickAsync(SharingText.ShowReview);
        await visitor.SeesAsync(SharingText.LookAgain);
        yield return "link-until-problems";
        await page.GetByLabel(LinkPagesText.Name).FillAsync("For Dr Meyer");
        await visitor.ClickAsync(SharingText.ShowReview);
        await visitor.SeesAsync(LinkPagesText.ReviewHeading);
        await page.Locator("summary").First.ClickAsync();
        yield return "link-review";
        await page.Locator("button[name=in]").First.ClickAsync();
        yield return "link-items";
        await page.GoBackAsync();
        await page.Locator("#passcode").FillAsync("4711 doors");
        await visitor.ClickAsync(LinkPagesText.MakeIt);
        await visitor.SeesAsync(Visitor.Words(LinkPagesText.DoneMade));
        yield return "link-made";
        var (place, address) = (page.Url, await page.Locator("#address").InnerTextAsync());
        await visitor.FollowAsync(LinkPagesText.ForPaper);
        yield return "link-paper";
        await visitor.GoAsync("/open");
        yield return "open";
        await visitor.OpenLinkAsync(address, "Dr Meyer, Harbour Clinic", script: true, "an appointment", "wrong");
        await visitor.SeesAsync(Say.Fill(OpenText.WrongPasscode, "9"));
        yield return "open-wrong";
        await page.Locator("#passcode").FillAsync("4711 doors");
        await visitor.ClickAsync(OpenText.Open);
        await visitor.SeesAsync(OpenText.ToSave);
        await page.GetByLabel(OpenText.Note).FillAsync("Your potassium is fine. See you in May.");
        await page.GetByLabel(OpenText.File).SetInputFilesAsync(Files.Of("letter.pdf", "%PDF-1.4 a letter %%EOF"u8.ToArray()));
        await visitor.ClickAsync(OpenText.Send);
        await visitor.SeesAsync(OpenText.Sent);
        await page.Locator("details.came summary").ClickAsync();
        await visitor.ClickAsync(OutcomeText.AvoidedTest);
        await visitor.SeesAsync(OutcomeText.DoneTold);
        yield return "opened";
        await visitor.GoAsync("/share/links/received");
        yield return "link-received";
        await visitor.GoAsync(place);
        yield return "link";
        await visitor.GoAsync("/share/links");
        yield return "links";
        await page.Locator("button.ends[popovertarget]").First.ClickAsync();
        yield return "link-end";
        await visitor.ClickAsync(LinkPagesText.EndNow);
        await visitor.SeesAsync(Visitor.Words(LinkPagesText.DoneEnded));
        yield return "links-ended";
    }
}
