using System.Net;
using System.Text.RegularExpressions;
using Rapport.Language;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Succession;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>What somebody who acts for a patient would see, or who is to go on for them, is shown entry by entry, each with its reason: while it is chosen, with what it changes, and afterwards.</summary>
public sealed partial class SeeAsActingTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task ADelegationInTheMakingIsShownEntryByEntryWithWhatItChanges()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var review = await ChooseAsync(patient, home, "/share/acting", ("lasting", "year"), ("kind", "medicines"));
        var page = await patient.ReadAsync(review);
        Assert.DoesNotContain(SharingText.DifferenceHeading, page);
        Assert.Contains("in=", page.Replace("name=\"in\" value=\"", "in=", StringComparison.Ordinal));

        var seen = await ItemsAsync(patient, "/share/acting/items", review, "seen.medicines");
        Assert.Contains("Metformin", seen, StringComparison.OrdinalIgnoreCase);
        Assert.All(Rows().Matches(seen), static row => Assert.NotEqual("", row.Groups["why"].Value.Trim()));
        Assert.NotEmpty(Rows().Matches(seen));
        var home1 = await ItemsAsync(patient, "/share/acting/items", review, "home.conditions");
        Assert.NotEmpty(Rows().Matches(home1));
        Assert.All(Rows().Matches(home1), static row => Assert.NotEqual("", row.Groups["why"].Value.Trim()));
        Assert.DoesNotContain("Metformin", home1, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(WebUtility.HtmlEncode(review), home1);

        using var given = await patient.PostAsync(review, "/share/acting/review", ("draft", ShareWalk.DraftOf(review)), ("step", "agree"));
        Assert.Equal("/share?done=acting", given.Headers.Location!.ToString());

        // Another one beside it: what is new, and what stays as it is.
        var more = await ChooseAsync(patient, home, "/share/acting", ("lasting", "year"), ("kind", "medicines"), ("kind", "allergies"));
        Assert.Contains(SharingText.DifferenceHeading, await patient.ReadAsync(more));
        var gained = await ItemsAsync(patient, "/share/acting/items", more, "gained.allergies");
        Assert.Contains("penicillin", gained, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("name=\"in\" value=\"gained.medicines\"", await patient.ReadAsync(more));

        // The one that was given is seen through their eyes, for what it is for, from its own card.
        var see = WebUtility.HtmlDecode(See().Match(await patient.ReadAsync("/share")).Groups["href"].Value);
        Assert.EndsWith("for=PWATRNY", see, StringComparison.Ordinal);
        Assert.Contains("Metformin", await patient.ReadAsync(see), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task WhatIsSetForLaterIsShownEntryByEntryBeforeAndAfter()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var review = await ChooseAsync(patient, home, "/share/succession", ("waits", "14"), ("lasts", "year"), ("kind", "medicines"));
        Assert.Contains("Metformin", await ItemsAsync(patient, "/share/succession/items", review, "seen.medicines"), StringComparison.OrdinalIgnoreCase);
        Assert.NotEmpty(Rows().Matches(await ItemsAsync(patient, "/share/succession/items", review, "home.conditions")));
        using var set = await patient.PostAsync(review, "/share/succession/review", ("draft", ShareWalk.DraftOf(review)), ("step", "agree"));
        Assert.Equal("/share/succession?done=set", set.Headers.Location!.ToString());

        var sees = WebUtility.HtmlDecode(Sees().Match(await patient.ReadAsync("/share/succession")).Groups["href"].Value);
        var page = await patient.ReadAsync(sees);
        Assert.Contains(WebUtility.HtmlEncode(Say.Fill(SuccessionText.SeesHeading, "Sam")), page);
        Assert.Contains("seen.medicines", page);
        var items = await patient.ReadAsync(sees.Replace("/sees", "/items", StringComparison.Ordinal) + "&in=home.conditions");
        Assert.NotEmpty(Rows().Matches(items));
        Assert.All(Rows().Matches(items), static row => Assert.NotEqual("", row.Groups["why"].Value.Trim()));

        // Looking opens nothing and is in no ledger; and it is there for its patient alone.
        using var carer = await home.Carer.SignInAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(sees)).StatusCode);
        using var other = await (await Household.MoveInAsync(server)).Patient.SignInAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(sees)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(sees.Replace("/sees", "/items", StringComparison.Ordinal) + "&in=home.conditions")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(sees.Replace("/sees", "/items", StringComparison.Ordinal) + "&in=nothing")).StatusCode);
    }

    [GeneratedRegex("<li class=\"row\"[^>]*>.*?<span class=\"row-about\"[^>]*>.*?<span[^>]*>(?<why>[^<]+)</span>\\s*</span>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Rows();

    [GeneratedRegex("href=\"(?<href>/share/see\\?who=[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex See();

    [GeneratedRegex("href=\"(?<href>/share/succession/sees[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Sees();

    private static async Task<string> ItemsAsync(FormVisitor patient, string items, string review, string what) => await patient.ReadAsync($"{items}?draft={ShareWalk.DraftOf(review)}&in={what}");

    private static async Task<string> ChooseAsync(FormVisitor patient, Household home, string path, params (string, string)[] fields)
    {
        using var chosen = await patient.PostAsync(path, path, [("who", home.Carer.Person.Reference), .. fields]);
        Assert.Equal(HttpStatusCode.SeeOther, chosen.StatusCode);
        return chosen.Headers.Location!.ToString();
    }
}
