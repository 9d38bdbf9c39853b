using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Pages.CheckIns;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages.Talks;

namespace Rapport.Server.Tests.Pages.CheckIns;

/// <summary>Check-ins in front of a browser.</summary>
public sealed class CheckInBrowserTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("en", true)]
    [InlineData("es", false)]
    public async Task It_is_answered_by_keyboard_with_and_without_script(string language, bool script)
    {
        await using var visitor = await browser.VisitAsync(new Look { Script = script, Language = Languages.Find(language)! });
        var world = await TalkHome.MoveInAsync(visitor.Server);
        using var doctor = await world.Home.Doctor.SignInAsync(visitor.Server);
        using var patient = await world.Home.Patient.SignInAsync(visitor.Server);
        var place = await TalkHome.BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]);
        using var asked = await doctor.PostAsync("/account", $"{place}/check-ins/new",
            ("title", "Your pain"), ("text-0", "How strong is it?"), ("kind-0", "Scale"), ("required-0", "yes"), ("text-1", "What else?"), ("kind-1", "Words"), ("every", "Once"), ("step", "ask"));
        await visitor.SignInAsync(world.Home.Patient);
        await visitor.GoAsync("/conversations");
        await visitor.TabToAsync(Say.Fill(CheckInText.WaitsChip, "Your pain", CheckInWords.HowLong(2, 2)));
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your pain");
        await visitor.TabToAsync("0");
        for (var i = 0; i < 6; i++)
        {
            await visitor.Page.Keyboard.PressAsync("ArrowRight");
        }

        await visitor.TabToAsync("What else?");
        await visitor.Page.Keyboard.TypeAsync("nada");
        await visitor.TabToAsync(CheckInText.Send);
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.SeesAsync(CheckInText.DoneAnswered);
        await visitor.SeesAsync("nada");
        await visitor.SeesAsync("6");
        visitor.AssertNothingWentWrong();
    }

    [Theory]
    [InlineData("es", 360, true)]
    [InlineData("en", 360, false)]
    [InlineData("es", 1200, false)]
    [InlineData("en", 1200, true)]
    public async Task Every_page_is_accessible_and_fits(string language, int width, bool dark)
    {
        await using var visitor = await browser.VisitAsync(new Look(width, dark) { Language = Languages.Find(language)! });
        var world = await TalkHome.MoveInAsync(visitor.Server);
        using var patient = await world.Home.Patient.SignInAsync(visitor.Server);
        var place = await TalkHome.BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]);
        List<string> faults = [];
        await foreach (var stop in CheckInWalk.WalkAsync(visitor, world.Home, place))
        {
            faults.AddRange((await PageLook.AtAsync(visitor.Page)).Faults(stop));
        }

        Assert.Empty(faults);
        visitor.AssertNothingWentWrong();
    }

    [Theory]
    [InlineData("es", 360, true)]
    [InlineData("en", 1200, false)]
    public async Task A_series_is_drawn_with_a_table_behind_each_picture_that_names_what_was_not_answered(string language, int width, bool dark)
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var world = await TalkHome.MoveInAsync(server);
        var today = DateOnly.FromDateTime(server.Clock.GetUtcNow().UtcDateTime);
        var place = "";
        foreach (var (day, pain) in new[] { (0, "3"), (1, "6"), (2, ""), (3, "5"), (4, "2") })
        {
            using var patient = await world.Home.Patient.SignInAsync(server);
            if (day == 0)
            {
                using var doctor = await world.Home.Doctor.SignInAsync(server);
                place = await TalkHome.BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]);
                using var asked = await doctor.PostAsync("/account", $"{place}/check-ins/new",
                    ("title", "Your pain"), ("text-0", "How strong is it?"), ("kind-0", "Scale"), ("required-0", "yes"), ("text-1", "Did it wake you?"), ("kind-1", "YesNo"),
                    ("every", "Day"), ("until", today.AddDays(20).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)), ("step", "ask"));
            }

            if (pain.Length > 0)
            {
                using var sent = await patient.PostAsync("/account", $"{place}/check-ins/2/answer", ("a-0", pain), ("a-1", day == 1 ? "true" : "false"), ("step", "send"));
            }

            server.Clock.Advance(TimeSpan.FromDays(1));
        }

        await using var visitor = await browser.VisitAsync(new Look(width, dark) { Language = Languages.Find(language)! }, server);
        await visitor.SignInAsync(world.Home.Doctor);
        await visitor.GoAsync($"{place}/check-ins/2");
        await visitor.SeesAsync(Say.Count(CheckInText.AnsweredOf, 5, "4"));
        await Assertions.Expect(visitor.Page.Locator(".chart-point")).ToHaveCountAsync(4);
        await Assertions.Expect(visitor.Page.Locator("polyline")).ToHaveCountAsync(2);
        await visitor.Page.Locator("figure details summary").ClickAsync();
        await Assertions.Expect(visitor.Page.Locator("figure tbody tr").Nth(2)).ToContainTextAsync(CheckInText.Unanswered);
        await Assertions.Expect(visitor.Page.Locator("section:not(:has(figure)) tbody tr").Nth(3)).ToContainTextAsync(CheckInText.Yes);
        Assert.Empty((await PageLook.AtAsync(visitor.Page)).Faults("check-in-chart"));
        visitor.AssertNothingWentWrong();
    }
}
