using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;
using Rapport.Server.Cli;

namespace Rapport.Server.Tests.Pages;

/// <summary>
/// What the product is for, done in a browser as people do it: gather a record, share part of it, the doctor reads exactly that part, the
/// patient sees the reading, proves it offline, and stops it.
/// </summary>
public sealed class MainJobTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(1200, true)]
    [InlineData(1200, false)]
    [InlineData(360, true)]
    public async Task APatientGathersSharesSeesProvesAndStops(int width, bool script)
    {
        await using var visitor = await browser.VisitAsync(new Look(width, Script: script));
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        var page = visitor.Page;

        await visitor.SignInAsync(home.Patient);
        await visitor.SeesAsync("Your record is still empty");
        await visitor.FollowAsync("Add your first file");
        await page.GetByLabel("Your file").SetInputFilesAsync(Files.Of("maya.json", Household.DemoRecord()));
        await visitor.ClickAsync("Bring it in");
        await visitor.SeesAsync("It is in your record");
        await visitor.FollowAsync("Look at your record");
        await visitor.SeesAsync("382 entries");

        await ShareConditionsAndHivAsync(visitor, "Dr Lee");
        var hidden = await AddressOfAsync(visitor, "/record?kind=medicines");
        await visitor.SignOutAsync();

        var expected = EntriesOf("Condition", "HIV");
        await visitor.SignInAsync(home.Doctor);
        await visitor.FollowAsync("Maya Castellanos");
        await visitor.SeesAsync($"{expected.Count} entries, newest first");
        var titles = await page.Locator(".row-text > a").AllInnerTextsAsync();
        Assert.Equal(expected.Order(), titles.Order());
        await page.Locator(".row-text > a").First.ClickAsync();
        await visitor.SeesAsync("What it says");
        var shared = page.Url;

        // What was not shared looks like what does not exist.
        await visitor.GoAsync(hidden.Replace("/record/", $"/shared/{home.Patient.Person.Record}/"));
        await visitor.SeesAsync("There is nothing here");
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Patient);
        await visitor.EnterAsync("Who saw what");
        await visitor.SeesAsync("You agreed to share with Dr Lee, today.");
        await visitor.SeesAsync("Dr Lee had never looked before.");
        await page.GetByText("Dr Lee looked at your conditions 2 times for treatment, today.").ClickAsync();
        await visitor.FollowAsync($"{expected.Count} entries along the timeline");
        await visitor.SeesAsync($"What they saw: {expected.Count} entries");
        await visitor.SeesAsync("Your agreement of 1 June 2026");
        Assert.Equal(expected.Order(), (await page.Locator(".row-text > a").AllInnerTextsAsync()).Order());
        await VerifyOfflineAsync(visitor);

        await visitor.EnterAsync("Share");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop sharing with Dr Lee" }).ClickAsync();
        await visitor.SeesAsync("It is stopped.");
        await visitor.SeesAsync("Nobody but you");
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Doctor);
        await visitor.SeesAsync("Nothing is shared with you now");
        await page.GotoAsync(shared);
        await visitor.SeesAsync("There is nothing here");
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task WithTheKeyboardAlone()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        var keyboard = visitor.Page.Keyboard;

        await visitor.GoAsync("/sign-in");
        await visitor.TabToAsync("Sign-in name");
        await keyboard.TypeAsync(home.Patient.SignInName);
        await keyboard.PressAsync("Tab");
        await keyboard.TypeAsync(Household.Password);
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your record");

        await keyboard.PressAsync("Tab");
        await Assertions.Expect(visitor.Page.Locator(":focus")).ToHaveTextAsync("Skip to the content");
        await visitor.TabToAsync("Share");
        await keyboard.PressAsync("Enter");
        await visitor.SeesAsync("Nobody but you");
        await visitor.TabToAsync("Share with someone");
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Share part of your record");
        await visitor.TabToAsync("Dr Lee");
        await keyboard.PressAsync("Space");
        await visitor.TabToAsync("To treat me");
        await keyboard.PressAsync("Space");
        await visitor.TabToAsync("Continue");
        await keyboard.PressAsync("Enter");
        await visitor.SeesAsync("What may Dr Lee see?");
        await visitor.TabToAsync("Family illnesses");
        await keyboard.PressAsync("Space");
        await visitor.TabToAsync("Continue");
        await keyboard.PressAsync("Enter");
        await visitor.SeesAsync("Until when may Dr Lee see it?");
        await visitor.TabToAsync("Show me what they will see");
        await keyboard.PressAsync("Enter");
        await visitor.SeesAsync("Is this what you want to share?");
        await visitor.TabToAsync("Share it with Dr Lee");
        await keyboard.PressAsync("Enter");
        await visitor.SeesAsync("It is shared.");
        await visitor.TabToAsync("Stop sharing with Dr Lee");
        await keyboard.PressAsync("Enter");
        await visitor.SeesAsync("It is stopped.");
    }

    private static async Task ShareConditionsAndHivAsync(Visitor visitor, string name)
    {
        var page = visitor.Page;
        await visitor.EnterAsync("Share");
        await visitor.FollowAsync("Share with someone");
        await visitor.ChooseWhoAsync(name, ShareWalk.ToTreat);
        await visitor.ChooseKindsAsync(["conditions"], "HIV");
        await visitor.ChooseUsualTimeAsync();
        await visitor.SeesAsync("Until 1 September 2026");

        // Nothing is shared yet: going back keeps what was chosen.
        await visitor.ClickAsync("Back");
        await visitor.ClickAsync("Back");
        await Assertions.Expect(page.GetByLabel("Conditions")).ToBeCheckedAsync();
        await Assertions.Expect(page.GetByLabel("Results")).Not.ToBeCheckedAsync();
        await visitor.ClickAsync("Continue");
        await visitor.ChooseUsualTimeAsync();
        await visitor.SeesAsync("Is this what you want to share?");
        await visitor.ClickAsync($"Share it with {name}");
        await visitor.SeesAsync("It is shared.");
    }

    private static async Task<string> AddressOfAsync(Visitor visitor, string list)
    {
        await visitor.GoAsync(list);
        return (await visitor.Page.Locator(".row-text > a").First.GetAttributeAsync("href"))!;
    }

    private static async Task VerifyOfflineAsync(Visitor visitor)
    {
        await visitor.EnterAsync("Who saw what");
        var download = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor.FollowAsync("Download all lines"));
        var path = Path.Combine(visitor.Server.Settings.DataFolder, $"{Guid.CreateVersion7()}.jsonl");
        await download.SaveAsAsync(path);
        Assert.Contains("the ledger is whole", await VerifyAsync(path));

        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        Assert.Contains("does not verify", await VerifyAsync(path));
    }

    /// <summary>What the command line says of a file, in a process of its own that knows of no server.</summary>
    private static async Task<string> VerifyAsync(string path)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, "verify", path])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return await output + await errors;
    }

    /// <summary>The titles of the demo record's entries of a type that are not sensitive, or marked with this label alone: out of the file itself.</summary>
    private static List<string> EntriesOf(string type, string label)
    {
        using var bundle = JsonDocument.Parse(Household.DemoRecord());
        return
        [
            .. from entry in bundle.RootElement.GetProperty("entry").EnumerateArray()
               let resource = entry.GetProperty("resource")
               where resource.GetProperty("resourceType").GetString() == type && LabelsOf(resource).All(known => known == label)
               let code = resource.GetProperty("code")
               select code.TryGetProperty("text", out var text) ? text.GetString()! : code.GetProperty("coding")[0].GetProperty("display").GetString()!,
        ];
    }

    private static IEnumerable<string?> LabelsOf(JsonElement resource) =>
        resource.TryGetProperty("meta", out var meta) && meta.TryGetProperty("security", out var labels)
            ? labels.EnumerateArray().Select(known => known.GetProperty("code").GetString())
            : [];
}
