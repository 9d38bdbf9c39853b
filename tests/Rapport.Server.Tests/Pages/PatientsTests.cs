using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Design.Components;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.SharedWithMe;

namespace Rapport.Server.Tests.Pages;

/// <summary>Who shares with whom: the patients of a professional, the circle of everybody else, and that neither tells what was not shared.</summary>
public sealed partial class PatientsTests(BrowserFixture browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What is held back, whether by kind, by mark or by what it belongs to, changes nothing at all of what a recipient is sent.</summary>
    [Theory]
    [InlineData("kinds", true)]
    [InlineData("kinds", false)]
    [InlineData("everything", true)]
    public async Task WhetherSomethingIsHeldBackShowsNowhere(string scope, bool tellsOfMore)
    {
        var pages = new List<List<string>>();
        foreach (var holdsBack in new[] { false, true })
        {
            await using var visitor = await browser.VisitAsync();
            var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
            await GatherAsync(visitor, home.Patient, "Condition", "Hay fever", null);
            if (holdsBack)
            {
                await GatherAsync(visitor, home.Patient, "Condition", "Held back", "HIV");
                await GatherAsync(visitor, home.Patient, scope == "kinds" ? "Observation" : "Condition", "Held back too", scope == "kinds" ? null : "PSY");
            }

            using var patient = await home.Patient.SignInAsync(visitor.Server);
            (string, string)[] until = [("lasting", "open"), .. tellsOfMore ? [("more", "on")] : Array.Empty<(string, string)>()];
            await patient.ShareAsync(home.Doctor, [("scope", scope), ("kind", "conditions")], until);
            using var doctor = await home.Doctor.SignInAsync(visitor.Server);
            var record = home.Patient.Person.Record!.Value.ToString();
            var timeline = await doctor.ReadAsync($"/shared/{record}?kind=conditions");
            Assert.Contains("Hay fever", timeline);
            Assert.DoesNotContain("Held back", timeline);
            Assert.Equal(tellsOfMore, timeline.Contains("There may be more", StringComparison.Ordinal));
            var seen = new List<string> { await doctor.ReadAsync("/shared"), timeline };
            foreach (var path in new[] { "", "/summary", "/summary?for=PATRQT", "?q=hay", "?kind=results&q=hay", "?kind=conditions&from=2000", "?kind=results", "?kind=medicines", "?for=PATRQT", "?for=CAREMGT&kind=conditions" })
            {
                seen.Add(await doctor.ReadAsync($"/shared/{record}{path}"));
            }

            seen.Add(await doctor.ReadAsync(EntryLink().Match(timeline).Groups["href"].Value));
            pages.Add(seen.ConvertAll(html => Known(html, home)));
        }

        Assert.Equal(pages[0], pages[1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AProfessionalFindsAPatientByNameTheNewestFirst(bool script)
    {
        await using var visitor = await browser.VisitAsync(new Look(Script: script));
        var homes = new List<Household>();
        for (var i = 0; i < 8; i++)
        {
            var home = await Household.MoveInAsync(visitor.Server, withRecord: false, $"Persóna {(char)('A' + i)}");
            homes.Add(home);
            using var patient = await home.Patient.SignInAsync(visitor.Server);
            visitor.Server.Clock.Advance(TimeSpan.FromSeconds(2));
            await patient.ShareAsync(homes[0].Doctor, [("kind", "conditions"), ("kind", "medicines")]);
        }

        await visitor.SignInAsync(homes[0].Doctor);
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(SharedText.Patients);
        Assert.Equal("Persóna H", await visitor.Page.Locator(".row a").First.InnerTextAsync());
        await visitor.SeesAsync("Conditions and medicines. For treatment, until they stop it. Agreed on ");

        await visitor.Page.GetByLabel(SharedText.FindByName).FillAsync("persona c");
        if (!script)
        {
            await visitor.ClickAsync(SharedText.Find);
        }

        await Assertions.Expect(visitor.Page.Locator(".row a")).ToHaveTextAsync(["Persóna C"]);
        await visitor.FollowAsync("Persóna C");
        await visitor.SeesAsync(SharedText.NothingForThis);
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task TheRoomsAreThoseOfWhoIsThere()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        Assert.Equal([FrameText.Record, FrameText.Share, FrameText.Ledger, FrameText.Circle, FrameText.Messages, FrameText.Gather], await RoomsAsync(visitor, home.Patient));
        Assert.Equal([FrameText.Messages, FrameText.Patients, FrameText.Requests], await RoomsAsync(visitor, home.Doctor));
        Assert.Equal([FrameText.Circle, FrameText.Messages], await RoomsAsync(visitor, home.Carer));
    }

    [Theory]
    [InlineData("en", 1200)]
    [InlineData("es", 360)]
    public async Task TheCircleSaysWhoMaySeeWhatAndWhoSharesTheirs(string language, int width)
    {
        await using var visitor = await browser.VisitAsync(new Look(width) { Language = Languages.Find(language)! });
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        using var patient = new FormVisitor(visitor.Server);
        await patient.SignInAsync(home.Patient.SignInName);
        await patient.ShareAsync(home.Carer, [("kind", "visits")], aim: "help");

        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/circle");
        await visitor.SeesAsync("Sam");
        await visitor.SeesAsync(CircleText.NotLookedYet);
        await visitor.SeesAsync(CircleText.NobodyVouches);
        await visitor.SeesAsync(CircleText.NobodySharesWithYou);
        await visitor.SeesAsync(home.Patient.SignInName);
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = Plain(Say.Fill(CircleText.Share, "Dr Lee")) }).ClickAsync();
        await Assertions.Expect(visitor.Page.GetByLabel("Dr Lee")).ToBeCheckedAsync();
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Carer);
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(CircleText.Heading);
        await visitor.FollowAsync("Maya Castellanos");
        await visitor.SeesAsync(SharedText.NothingForThis);
        visitor.AssertNothingWentWrong();
    }

    private static string Plain(string html) => Tag().Replace(html, "");

    private static async Task<IReadOnlyList<string>> RoomsAsync(Visitor visitor, Resident resident)
    {
        await visitor.SignInAsync(resident);
        await visitor.Page.WholeAsync();
        var rooms = await visitor.Page.Locator("nav.frame-nav a").AllInnerTextsAsync();
        await visitor.SignOutAsync();
        return rooms;
    }

    private static async Task GatherAsync(Visitor visitor, Resident patient, string type, string text, string? label)
    {
        var marks = label is null ? "" : "\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"" + label + "\"}]},";
        var status = type == "Observation" ? "\"status\":\"final\"," : "";
        var json = "{\"resourceType\":\"" + type + "\"," + marks + status + "\"code\":{\"text\":\"" + text + "\"},\"subject\":{\"reference\":\"Patient/p\"}}";
        await patient.ImportAsync(visitor.Server, json);
    }

    /// <summary>A page without what is random in it: ids, tokens, times of day, whoever looks.</summary>
    private static string Known(string html, Household home)
    {
        html = Token().Replace(html, "TOKEN").Replace(home.Patient.Person.Record!.Value.ToString(), "RECORD", StringComparison.Ordinal);
        html = LocalIds().Replace(html, "RECORD.LOCAL");
        html = SealedMark().Replace(html, "MARK");
        return TimeOfDay().Replace(html, "TIME");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"[^\"]+\"", RegexOptions.NonBacktracking)]
    private static partial Regex Token();

    [GeneratedRegex("name=\"look\" value=\"[^\"]+\"", RegexOptions.NonBacktracking)]
    private static partial Regex SealedMark();

    [GeneratedRegex("RECORD\\.[0-9a-z]{13}", RegexOptions.NonBacktracking)]
    private static partial Regex LocalIds();

    [GeneratedRegex("[0-9]{2}:[0-9]{2}(?::[0-9]{2})?", RegexOptions.NonBacktracking)]
    private static partial Regex TimeOfDay();

    [GeneratedRegex("<a href=\"(?<href>/[a-z]+/[^\"]*Condition/[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex EntryLink();

    [GeneratedRegex("<[^>]*>", RegexOptions.NonBacktracking)]
    private static partial Regex Tag();
}
