using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;
using Rapport.Consent;
using Rapport.Fhir;
using Rapport.Labelling;
using Rapport.Language;
using Rapport.Server.Cli;
using Rapport.Server.Design.Components;
using Rapport.Server.Pages.Gather;
using Rapport.Server.Pages.Ledger;
using Rapport.Server.Pages.Problems;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.SharedWithMe;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.SignIn;

namespace Rapport.Server.Tests.Pages;

/// <summary>
/// What the product is for, done in a browser as people do it: gather a record, share part of it, the doctor reads exactly that part, the
/// patient sees the reading, proves it offline, and stops it.
/// </summary>
public sealed class MainJobTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("en", 1200, true, false)]
    [InlineData("en", 1200, false, false)]
    [InlineData("en", 360, true, true)]
    [InlineData("es", 360, true, false)]
    [InlineData("es", 1200, false, true)]
    public async Task APatientGathersSharesSeesProvesAndStops(string language, int width, bool script, bool dark)
    {
        await using var visitor = await browser.VisitAsync(new Look(width, dark, script) { Language = Languages.Find(language)! });
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        var page = visitor.Page;
        var day = DateOnly.FromDateTime(visitor.Server.Clock.GetUtcNow().DateTime);
        var today = Say.Away(day, day);

        await visitor.SignInAsync(home.Patient);
        await visitor.SeesAsync(RecordText.StillEmpty);
        await visitor.FollowAsync(RecordText.AddFirstFile);
        await page.GetByLabel(GatherText.YourFile).SetInputFilesAsync(Files.Of("maya.json", Household.DemoRecord()));
        await visitor.ClickAsync(GatherText.BringIn);
        await visitor.SeesAsync(GatherText.ItIsIn);
        await visitor.FollowAsync(GatherText.LookAt);
        await visitor.SeesAsync(Say.Count(RecordText.EntriesInAll, 382));

        await ShareConditionsAndHivAsync(visitor, "Dr Lee");
        var hidden = await AddressOfAsync(visitor, "/record?kind=medicines");
        await visitor.SignOutAsync();

        var expected = EntriesOf("Condition", "HIV");
        await visitor.SignInAsync(home.Doctor);
        await visitor.FollowAsync("Maya Castellanos");
        await visitor.SeesAsync(RecordText.Problems);
        await visitor.FollowAsync(SharedText.Timeline);
        await visitor.SeesAsync(Say.Count(RecordText.EntriesNewestFirst, expected.Count));
        var titles = await page.Locator(".row-text > a").AllInnerTextsAsync();
        Assert.Equal(expected.Order(), titles.Order());
        await page.Locator(".row-text > a").First.ClickAsync();
        await visitor.SeesAsync(RecordText.WhatItSays);
        var shared = page.Url;

        // What was not shared looks like what does not exist.
        await visitor.GoAsync(hidden.Replace("/record/", $"/shared/{home.Patient.Person.Record}/"));
        await visitor.SeesAsync(ProblemText.NothingHere);
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Patient);
        await visitor.EnterAsync(FrameText.Ledger);
        await visitor.SeesAsync(Say.Count(LedgerText.Agreed, 1, LedgerText.You, "Dr Lee", today));
        await visitor.SeesAsync(Say.Fill(LedgerText.WhyFirst, "Dr Lee"));
        await page.GetByText(Say.Count(LedgerText.Looked, 3, "Dr Lee", Say.Fill(LedgerText.YourKinds, Kind.Find("conditions")!.Many), PurposeOfUse.Describe("TREAT"), today), new() { Exact = true }).ClickAsync();
        await visitor.FollowAsync(Say.Fill(LedgerText.InTimeline, Say.Count(LedgerText.Entries, expected.Count)));
        await visitor.SeesAsync(Say.Count(LedgerText.WhatTheySaw, expected.Count));
        await visitor.SeesAsync(Say.Fill(LedgerText.AgreementOf, Say.Day(visitor.Server.Clock.GetUtcNow())));
        Assert.Equal(expected.Order(), (await page.Locator(".row-text > a").AllInnerTextsAsync()).Order());
        await VerifyOfflineAsync(visitor);

        await visitor.EnterAsync(FrameText.Share);
        await visitor.StopSharingAsync("Dr Lee");
        await visitor.SeesAsync(Visitor.Words(SharingText.DoneStopped));
        await visitor.SeesAsync(SharingText.NobodyButYou);
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Doctor);
        await visitor.SeesAsync(SharedText.NothingNow);
        await page.GotoAsync(shared);
        await visitor.SeesAsync(ProblemText.NothingHere);
        visitor.AssertNothingWentWrong();
    }

    [Theory]
    [InlineData("en")]
    [InlineData("es")]
    public async Task WithTheKeyboardAlone(string language)
    {
        await using var visitor = await browser.VisitAsync(new Look { Language = Languages.Find(language)! });
        var home = await Household.MoveInAsync(visitor.Server);
        var keyboard = visitor.Page.Keyboard;

        await visitor.GoAsync("/sign-in");
        await visitor.TabToAsync(SignInText.SignInName);
        await keyboard.TypeAsync(home.Patient.SignInName);
        await keyboard.PressAsync("Tab");
        await keyboard.TypeAsync(Household.Password);
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(RecordText.YourRecord);

        await keyboard.PressAsync("Tab");
        await Assertions.Expect(visitor.Page.Locator(":focus")).ToHaveTextAsync(FrameText.Skip);
        await visitor.TabToAsync(FrameText.Share);
        await keyboard.PressAsync("Enter");
        await visitor.SeesAsync(SharingText.NobodyButYou);
        await visitor.TabToAsync(SharingText.ShareWithSomeone);
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(SharingText.WhoHeading);
        await visitor.TabToAsync("Dr Lee");
        await keyboard.PressAsync("Space");
        await visitor.TabToAsync(SharingText.AimTreat);
        await keyboard.PressAsync("Space");
        await visitor.TabToAsync(SharingText.Continue);
        await keyboard.PressAsync("Enter");
        await visitor.SeesAsync(Say.Fill(SharingText.WhatHeading, "Dr Lee"));
        await visitor.TabToAsync(await visitor.Page.Locator("#what details > summary").First.InnerTextAsync());
        await keyboard.PressAsync("Enter");
        await visitor.TabToAsync(Say.Sentence(Kind.Find("family")!.Many));
        await keyboard.PressAsync("Space");
        await visitor.TabToAsync(SharingText.Continue);
        await keyboard.PressAsync("Enter");
        await visitor.SeesAsync(Say.Fill(SharingText.UntilHeading, "Dr Lee"));
        await visitor.TabToAsync(SharingText.ShowReview);
        await keyboard.PressAsync("Enter");
        await visitor.SeesAsync(SharingText.ReviewHeading);
        await visitor.TabToAsync(Say.Fill(SharingText.ShareWith, "Dr Lee"));
        await keyboard.PressAsync("Enter");
        await visitor.SeesAsync(Visitor.Words(SharingText.DoneShared));
        await visitor.TabToAsync(Visitor.Words(SharingText.Stop, "Dr Lee"));
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = SharingText.LeaveIt })).ToBeFocusedAsync();
        await keyboard.PressAsync("Shift+Tab");
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = SharingText.StopNow })).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await visitor.SeesAsync(Visitor.Words(SharingText.DoneStopped));
    }

    private static async Task ShareConditionsAndHivAsync(Visitor visitor, string name)
    {
        var page = visitor.Page;
        await visitor.EnterAsync(FrameText.Share);
        await visitor.FollowAsync(SharingText.ShareWithSomeone);
        await visitor.ChooseWhoAsync(name, ShareWalk.ToTreat);
        await visitor.ChooseKindsAsync(["conditions"], "HIV");
        await visitor.ChooseUsualTimeAsync();
        await visitor.SeesAsync(Say.Day(new DateOnly(2026, 9, 1)));

        // Nothing is shared yet: going back keeps what was chosen.
        await visitor.ClickAsync(SharingText.Back);
        await visitor.ClickAsync(SharingText.Back);
        await Assertions.Expect(page.Locator("input[name=kind][value=conditions]")).ToBeCheckedAsync();
        await Assertions.Expect(page.Locator("input[name=kind][value=results]")).Not.ToBeCheckedAsync();
        await visitor.ClickAsync(SharingText.Continue);
        await visitor.ChooseUsualTimeAsync();
        await visitor.SeesAsync(SharingText.ReviewHeading);
        await visitor.ClickAsync(Say.Fill(SharingText.ShareWith, name));
        await visitor.SeesAsync(Visitor.Words(SharingText.DoneShared));
    }

    private static async Task<string> AddressOfAsync(Visitor visitor, string list)
    {
        await visitor.GoAsync(list);
        return (await visitor.Page.Locator(".row-text > a").First.GetAttributeAsync("href"))!;
    }

    private static async Task VerifyOfflineAsync(Visitor visitor)
    {
        await visitor.EnterAsync(FrameText.Ledger);
        var download = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor.Page.Locator("main a[download]").First.ClickAsync());
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

    /// <summary>What people call the demo record's entries of a type that are not sensitive, or are so by this label alone: out of the file itself.</summary>
    private static List<string> EntriesOf(string type, string label)
    {
        using var bundle = JsonDocument.Parse(Household.DemoRecord());
        return
        [
            .. from entry in bundle.RootElement.GetProperty("entry").EnumerateArray()
               let resource = entry.GetProperty("resource")
               where resource.GetProperty("resourceType").GetString() == type && LabelsOf(resource).All(known => known == label)
               let code = resource.GetProperty("code")
               let official = code.TryGetProperty("text", out var text) ? text.GetString()! : code.GetProperty("coding")[0].GetProperty("display").GetString()!
               select Glossary.Find(code.GetProperty("coding").EnumerateArray().Select(coding => coding.GetProperty("code").GetString()), official)?.Name ?? official,
        ];
    }

    /// <summary>By the rules: the file says nothing of it.</summary>
    private static IEnumerable<string> LabelsOf(JsonElement resource) =>
        Labeller.Label(Resource.Read(System.Text.Encoding.UTF8.GetBytes(resource.GetRawText()))).Select(label => label.Code);
}
