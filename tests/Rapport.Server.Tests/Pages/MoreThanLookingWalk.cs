using Microsoft.Playwright;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Commenting;
using Rapport.Server.Pages.Contributing;
using Rapport.Server.Pages.Gather;
using Rapport.Server.Pages.PassingOn;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Tests.Pages;

/// <summary>A patient lets their doctor do more than look; the doctor does so, and the patient is told of it, as people go from page to page.</summary>
internal static class MoreThanLookingWalk
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Goes from page to page, and names each where it stops. Nobody is signed in before and after.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home)
    {
        var page = visitor.Page;
        var doctor = home.Doctor.Person.DisplayName;
        var meyer = await ColleagueAsync(visitor, home);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/share/new");
        await visitor.ChooseWhoAsync(doctor, ShareWalk.ToTreat);
        await visitor.ChooseKindsAsync(["results", "reports"]);
        await Assertions.Expect(page.Locator("#may input:checked")).ToHaveCountAsync(0);
        foreach (var may in await page.Locator("#may input").AllAsync())
        {
            await may.CheckAsync();
        }

        yield return "share-may";
        await visitor.ChooseUsualTimeAsync();
        await visitor.SeesAsync(SharingText.ReviewHeading);
        yield return "share-may-review";
        await visitor.ClickAsync(Visitor.Words(SharingText.ShareWith, doctor));
        await visitor.SeesAsync(SharingText.WhoHasAccess);
        await Assertions.Expect(page.Locator(".agreement .also").First).ToContainTextAsync(SharingText.DoesShareOn);
        yield return "share-may-agreed";
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Doctor);
        await visitor.GoAsync($"/shared/{home.Patient.Person.Record}");
        yield return "shared-may";
        var own = await home.Patient.OpenAsync(visitor.Server);
        var entry = (await own.QueryAsync(new RecordQuery.Timeline(50) { Types = ["Observation"] }, Cancel)).Entries.First(static known => known.Labels.Count == 0).Reference;
        await visitor.GoAsync($"/shared/{home.Patient.Person.Record}/{entry}");
        await page.Locator("#comments summary").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        yield return "comment";
        await page.Locator("#text").FillAsync("Please measure it again in two weeks,\nbefore breakfast.");
        await visitor.ClickAsync(CommentText.Send);
        await visitor.SeesAsync(CommentText.DoneWritten);
        yield return "comment-written";
        await visitor.GoAsync($"/shared/{home.Patient.Person.Record}");
        await visitor.FollowAsync(ContributingText.Add);
        await visitor.SeesAsync(ContributingText.Heading);
        await visitor.FollowAsync(HandText.Heading);
        await visitor.FollowAsync(HandText.KindNote);
        await visitor.ClickAsync(Visitor.Words(ActingText.AddFor, home.Patient.Person.DisplayName));
        await visitor.SeesAsync(HandText.LookAgain);
        yield return "added-by-hand-problems";
        await page.Locator("#value").FillAsync("Phoned the patient");
        await page.Locator("#text").FillAsync("The new tablet is well borne.");
        await visitor.ClickAsync(Visitor.Words(ActingText.AddFor, home.Patient.Person.DisplayName));
        await visitor.SeesAsync(ContributingText.You);
        yield return "added";
        await visitor.FollowAsync(ContributingText.FileHeading);
        yield return "added-file";
        await visitor.FollowAsync(ContributingText.Heading);
        await visitor.FollowAsync(home.Patient.Person.DisplayName);
        await visitor.FollowAsync(PassingOnText.ShareOn);
        yield return "pass-on";
        await page.Locator("#find").FillAsync(meyer.DisplayName);
        await page.Locator("#find").PressAsync("Enter");
        await page.Locator($"input[value='{meyer.Reference}']").CheckAsync();
        yield return "pass-on-found";
        await visitor.ClickAsync(PassingOnText.Now);
        await visitor.SeesAsync(PassingOnText.Passed);
        yield return "pass-on-done";
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Patient);
        await visitor.SeesAsync(Visitor.Words(SharingText.PassedOnNotice, doctor, meyer.DisplayName, "").TrimEnd('(', ')', '.', ' '));
        yield return "record-passed-on";
        await visitor.GoAsync("/record/timeline?kind=results");
        await visitor.FollowAsync("Phoned the patient");
        await visitor.SeesAsync(doctor);
        yield return "record-added";
        await visitor.GoAsync($"/record/{entry}");
        await visitor.SeesAsync("Please measure it again");
        yield return "record-comment";
        await page.Locator("#comments button.link").ClickAsync();
        await visitor.SeesAsync(CommentText.DoneOut);
        yield return "record-comment-out";
        await visitor.GoAsync("/record");
        await visitor.FollowAsync(SharingText.PassedOnLook);
        await visitor.SeesAsync(SharingText.WhoHasAccess);
        yield return "share-passed-on";
        await visitor.StopSharingAsync(meyer.DisplayName);
        await visitor.SeesAsync(Visitor.Words(SharingText.DoneStopped));
        await visitor.StopSharingAsync(doctor);
        await visitor.SeesAsync(Visitor.Words(SharingText.DoneStopped));
        await visitor.SignOutAsync();
    }

    /// <summary>A colleague whom a clinic vouches for.</summary>
    private static async Task<Person> ColleagueAsync(Visitor visitor, Household home)
    {
        var people = visitor.Server.Modules.People;
        var added = (await people.Accounts.AddAsync(
            new NewPerson { SignInName = "meyer-" + home.Doctor.SignInName, DisplayName = $"Dr Meyer {home.Doctor.SignInName}", Password = Household.Password, IsProfessional = true, Role = "cardiologist" }, Cancel)).Value!;
        return await visitor.VouchAsync(new Resident(added));
    }
}
