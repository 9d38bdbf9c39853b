using System.Net;
using System.Text.RegularExpressions;
using Rapport.Consent;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>What somebody reads whose record a parent kept while they were small, and what the parent reads from the birthday of the policy on.</summary>
public sealed partial class GrownChildTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The ledger said that somebody agreed to share with `PractitionerRole/emergency`, and had a page for that agreement with a button that stops sharing with it.</summary>
    [Fact]
    public async Task WhatWasDecidedAboutTheEmergencyDoorIsToldAsThat()
    {
        var family = await Family.MoveInAsync(server);
        using var parent = await family.Parent.SignInAsync(server);
        for (var i = 0; i < 2; i++)
        {
            using var closed = await parent.PostAsync(family.Door, family.Door, ("door", "closed"), ("understood", "on"));
            using var open = await parent.PostAsync(family.Door, family.Door, ("door", "open"));
        }

        using var child = await family.LetInAsync(server);
        var lines = await TextAsync(child, "/ledger/lines");
        Assert.Equal(4, lines.Split("Sam, acting for you, decided about your emergency door.").Length - 1);
        var story = await TextAsync(child, "/ledger");
        Assert.Contains("Sam, acting for you, decided 4 times about your emergency door, last today.", story);
        var agreements = await TextAsync(child, "/record/timeline?kind=agreements");
        Assert.Contains("Your emergency door", agreements);
        var own = await family.OpenOwnAsync(server);
        var decided = Assert.Single(await own.ConsentsAsync(static consent => consent.Emergency is not null, Cancel));
        var page = await TextAsync(child, $"/record/{decided.Entry.Reference}");
        Assert.Contains("href=\"/share/emergency\"", page);
        Assert.DoesNotContain("Stop sharing", page);
        Assert.DoesNotContain("action=\"/share/stop\"", page);
        foreach (var text in new[] { lines, story, agreements, Before(page, "<pre") })
        {
            Assert.DoesNotContain("PractitionerRole/emergency", text);
        }
    }

    /// <summary>It said: shared on with Ben what you share with Sam, acting for you,.</summary>
    [Fact]
    public async Task WhatWhoActsSharedOnIsToldWithTheirNameOnce()
    {
        var family = await Family.MoveInAsync(server);
        using var parent = await family.Parent.SignInAsync(server);
        await ShareAsync(parent, family);
        using var child = await family.LetInAsync(server);
        Assert.Contains("what you share with Sam.", await TextAsync(child, "/ledger/lines"));
        Assert.Contains("what you share with Sam, today.", await TextAsync(child, "/ledger"));
    }

    /// <summary>The card of a child outlives its childhood: its page promised that the code opens the same, but it opens only what its maker may see, and nothing once they act no more.</summary>
    [Fact]
    public async Task WhoseParentMadeTheirEmergencyCardReadsWhatItsCodeOpensAndMakesItAnew()
    {
        var family = await Family.MoveInAsync(server);
        await family.BringAsync(server, Household.DemoRecord());
        using var parent = await family.Parent.SignInAsync(server);
        var card = family.Acting + "/emergency-card";
        var entries = Entry().Matches(await parent.ReadAsync(card + "/edit")).Where(static match => match.Groups["more"].Value.Contains("checked", StringComparison.Ordinal)).Select(static match => ("entry", match.Groups["entry"].Value)).ToList();
        using var made = await parent.PostAsync(card + "/edit", card, [.. entries]);
        Assert.DoesNotContain("made this card for you", await TextAsync(parent, card));

        using var child = await family.LetInAsync(server);
        const string own = "/share/emergency-card";
        Assert.Contains("Sam made this card for you.", await TextAsync(child, own));
        Assert.Contains("Sam made an emergency card for you", await TextAsync(child, "/record"));
        Assert.DoesNotContain("shared on to Whoever", await TextAsync(child, "/record"));
        Assert.Contains("made by Sam, opens", await TextAsync(child, "/share"));
        using var anew = await child.PostAsync(own + "/edit", own, [.. entries]);
        Assert.Equal(own + "?done=made", anew.Headers.Location?.ToString());
        Assert.DoesNotContain("made this card for you", await TextAsync(child, own));
        Assert.DoesNotContain("made by Sam, opens", await TextAsync(child, "/share"));
    }

    /// <summary>Its own page said that it holds until it is stopped, the page of all agreements until full age.</summary>
    [Fact]
    public async Task HowLongAParentActsIsSaidAlikeOnEachPage()
    {
        var family = await Family.MoveInAsync(server);
        using var child = await family.LetInAsync(server);
        var until = Until().Match(await TextAsync(child, "/share")).Value;
        Assert.NotEmpty(until);
        var own = await family.OpenOwnAsync(server);
        var acts = Assert.Single(await own.ConsentsAsync(static consent => consent.IsParental, Cancel));
        Assert.Contains(until, await TextAsync(child, $"/record/{acts.Entry.Reference}"));
    }

    /// <summary>Half of the buttons were gone from one day to the next, and nothing said why; once the child had been in, the page still said that it has no sign-in.</summary>
    [Fact]
    public async Task AParentReadsWhatHoldsSinceTheBirthdayAndWhoReadsWhatTheyDo()
    {
        // Years go by: other tests have a clock of their own.
        await using var years = new RunningServer();
        await years.InitializeAsync();
        var family = await Family.MoveInAsync(years, years: 11);
        const string since = "From 12 on";
        const string later = "can read it once they have a sign-in of their own";
        using (var parent = await family.Parent.SignInAsync(years))
        {
            var before = await TextAsync(parent, family.Acting);
            Assert.DoesNotContain(since, before);
            Assert.Contains(later, before);
        }

        years.Clock.Sleep(MinorPolicy.Birthday(family.Born, MinorPolicy.Usual.PrivateFrom) - years.Clock.GetUtcNow());
        using var again = await family.Parent.SignInAsync(years);
        var old = await TextAsync(again, family.Acting);
        Assert.Contains(since, old);
        Assert.Contains(later, old);
        using var child = await family.LetInAsync(years);
        var known = await TextAsync(again, family.Acting);
        Assert.Contains(since, known);
        Assert.DoesNotContain(later, known);
        Assert.Contains("and Lena Castellanos reads it too", known);
    }

    /// <summary>A child that cannot sign in was said to be told at once.</summary>
    [Fact]
    public async Task WhoSharesForAChildIsNotToldThatItIsTold()
    {
        var family = await Family.MoveInAsync(server);
        using var parent = await family.Parent.SignInAsync(server);
        var told = await ShareAsync(parent, family);
        Assert.DoesNotContain("is told", told);
        Assert.Contains("with a sign-in of their own", told);
    }

    /// <summary>The button said that one writes to the patient, the page behind it that one begins a conversation for them.</summary>
    [Fact]
    public async Task WhoActsBeginsAConversationForThePatientAndEachPageOfItNamesBoth()
    {
        var family = await Family.MoveInAsync(server);
        using var parent = await family.Parent.SignInAsync(server);
        var record = await TextAsync(parent, $"/shared/{family.Record}/summary?for=PWATRNY");
        Assert.DoesNotContain("Write to Lena", record);
        Assert.Contains("New conversation for Lena Castellanos", record);
        const string both = "You, Sam, for Lena Castellanos";
        Assert.Contains(both, await TextAsync(parent, $"/conversations/new?about={family.Record}"));
        var begun = await Talks.TalkHome.BeginAsync(parent, "knee", [("about", family.Record.ToString()), ("with", family.Home.Doctor.Person.Reference)]);
        Assert.Contains(both, await TextAsync(parent, begun));
        Assert.DoesNotContain("for Lena Castellanos</strong>", await TextAsync(parent, "/conversations"));
        using var doctor = await family.Home.Doctor.SignInAsync(server);
        Assert.DoesNotContain("frame-acting", await doctor.ReadAsync(begun));
    }

    /// <summary>Who was given their first code found only pages about what was lost.</summary>
    [Fact]
    public async Task WhoComesForTheFirstTimeReadsWhereTheCodeGoes()
    {
        using var anybody = new FormVisitor(server);
        Assert.Contains("I have a code", await TextAsync(anybody, "/sign-in"));
        Assert.Contains("for the first time", await TextAsync(anybody, "/recover"));
    }

    private static async Task<string> ShareAsync(FormVisitor parent, Family family)
    {
        var place = family.Acting + "/pass-on";
        using var found = await parent.PostAsync(place, place, ("find", family.Home.Stranger.SignInName), ("step", "find"));
        var who = (await found.Content.ReadAsStringAsync(Cancel)).Split("name=\"who\" value=\"")[1].Split('"')[0];
        using var passed = await parent.PostAsync(place, place, ("who", who), ("step", "on"));
        Assert.Equal(place + "?done=passed", passed.Headers.Location!.ToString());
        return await TextAsync(parent, place + "?done=passed");
    }

    private static async Task<string> TextAsync(FormVisitor visitor, string path) => WebUtility.HtmlDecode(await visitor.ReadAsync(path));

    private static string Before(string page, string mark) => page.Split(mark)[0];

    [GeneratedRegex("name=\"entry\" value=\"(?<entry>[^\"]+)\"(?<more>[^>]*)>", RegexOptions.NonBacktracking)]
    private static partial Regex Entry();

    [GeneratedRegex("until [0-9]+ [A-Z][a-z]+ [0-9]{4}", RegexOptions.NonBacktracking)]
    private static partial Regex Until();
}
