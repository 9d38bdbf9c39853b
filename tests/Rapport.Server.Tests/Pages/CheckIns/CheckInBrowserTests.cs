using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Pages.CheckIns;
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
        await visitor.TabToAsync($"Your pain: {CheckInWords.HowLong(2, 2)}");
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
}
