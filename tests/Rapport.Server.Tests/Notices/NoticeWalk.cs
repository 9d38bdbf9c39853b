using Microsoft.Extensions.DependencyInjection;
using Rapport.People;
using Rapport.Server.Notices;
using Rapport.Server.Notices.Mail;
using Rapport.Server.Pages.Notices;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Notices;

/// <summary>The pages of notices, as somebody comes to them who is signed in.</summary>
internal static class NoticeWalk
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Resident somebody)
    {
        var (page, services) = (visitor.Page, visitor.Server.App.Services);
        await visitor.GoAsync(NoticePlaces.Home);
        await visitor.SeesAsync(NoticePagesText.NothingYet);
        yield return "notices-none";
        using var browser = new PushBrowser();
        var device = new NoticeDevice(Data.LocalId.New(), "Firefox on Android", "https://push.example/1", browser.Key, browser.Secret, visitor.Server.Clock.GetUtcNow());
        var mail = new NoticeMail("maya.castellanos.with.a.long.name@mail.harbour.example", visitor.Server.Clock.GetUtcNow());
        await services.GetRequiredService<NoticeDesk>().ChangeAsync(somebody.Person, choices => NoticeForm.WithUsual(choices with { Devices = [device], Mail = mail }, NoticeWay.Push), Cancel);
        await visitor.GoAsync(NoticePlaces.Home);
        yield return "notices-push";
        await visitor.GoAsync(new Uri(services.GetRequiredService<MailLinks>().ConfirmOf(somebody.Person.Id, mail.Address, (await visitor.Server.Modules.People.Notices.ChoicesAsync(somebody.Person.Id, Cancel)).Mail!.AskedAt)).AbsolutePath);
        yield return "notices-confirm";
        await visitor.ClickAsync(NoticePagesText.ConfirmNow);
        await visitor.SeesAsync(NoticePagesText.ConfirmedAbout);
        yield return "notices-confirmed";
        await visitor.GoAsync(NoticePlaces.Home);
        await page.Locator("input[name=quiet]").CheckAsync();
        await page.Locator("input[name=to]").FillAsync("22:00");
        await visitor.ClickAsync(NoticePagesText.Keep);
        await visitor.SeesAsync(NoticePagesText.TimesWrong);
        yield return "notices-problems";
        await page.Locator("input[name=to]").FillAsync("07:00");
        await visitor.ClickAsync(NoticePagesText.Keep);
        await visitor.SeesAsync(NoticePagesText.Saved);
        yield return "notices";
        await visitor.GoAsync(new Uri(services.GetRequiredService<MailLinks>().StopOf(somebody.Person.Id, mail.Address)).AbsolutePath);
        yield return "notices-stop";
        await visitor.ClickAsync(NoticePagesText.StopNow);
        await visitor.SeesAsync(NoticePagesText.StoppedAbout);
        yield return "notices-stopped";
        await services.GetRequiredService<NoticeDesk>().ChangeAsync(somebody.Person, static choices => choices with { Devices = [] }, Cancel);
    }
}
