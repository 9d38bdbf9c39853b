using System.Net;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Pages.Outcomes;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>What came of looks, over plain HTTP.</summary>
public sealed partial class OutcomePagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhoLookedSaysItFromTheRecordsPageAndThePatientReadsAndAnswersIt()
    {
        var home = await ShareAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var record = $"/shared/{home.Patient.Person.Record}";
        var mark = Mark(await doctor.ReadAsync(record));
        Assert.Contains(Html(OutcomeText.CameNot), await patient.ReadAsync("/ledger"));

        using var told = await doctor.PostAsync(record, OutcomeEndpoints.Looked, ("look", mark), ("words", "  an old \n fracture "), ("came", "found-something"));
        Assert.Equal("/looked?done=told", told.Headers.Location!.ToString());
        Assert.Contains("an old fracture", await doctor.ReadAsync("/looked?done=told"));
        var ledger = await patient.ReadAsync("/ledger");
        Assert.Contains(Html(Say.Fill(OutcomeText.Came, Say.Fill(OutcomeText.WithWords, OutcomeText.TheyFoundSomething, "an old fracture"))), ledger);

        var look = (await LedgerAsync(home)).Last(deed => deed.IsLook).Index;
        Assert.Contains("an old fracture", await patient.ReadAsync($"/ledger/{look}"));
        using var felt = await patient.PostAsync($"/ledger/{look}", OutcomeEndpoints.Felt, ("look", $"{look}"), ("came", "helped"), ("words", ""));
        Assert.Equal($"/ledger/{look}?done=felt#outcome", felt.Headers.Location!.ToString());
        Assert.Contains(Html(Say.Fill(OutcomeText.Felt, OutcomeText.YouHelped)), await patient.ReadAsync("/ledger"));
        Assert.DoesNotContain(Html(OutcomeText.YouHelped), await doctor.ReadAsync("/looked"));
        Assert.Empty(await (await home.Patient.OpenAsync(server)).CheckAsync(Cancel));
    }

    [Theory]
    [InlineData("It calmed me.", "“It calmed me”")]
    [InlineData("It calmed me", "“It calmed me”")]
    [InlineData("And then...", "“And then...”")]
    [InlineData("Why?", "“Why?”")]
    public void WordsInASentenceHaveOneFullStop(string words, string quoted) =>
        Assert.EndsWith(quoted, OutcomeWords.Felt(new Outcome(1, OutcomeKind.Helped, words)), StringComparison.Ordinal);

    /// <summary>A doctor said it in the middle of reading, and stood somewhere else afterwards.</summary>
    [Fact]
    public async Task WhoSaysItFromAPageOfTheRecordIsBackThere()
    {
        var home = await ShareAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        var page = $"/shared/{home.Patient.Person.Record}?for=TREAT&kind=conditions";
        var read = await doctor.ReadAsync(page);
        Assert.Contains($"name=\"back\" value=\"{Html(page)}\"", read);
        using var told = await doctor.PostAsync(page, OutcomeEndpoints.Looked, ("look", Mark(read)), ("came", "changed-medicine"), ("words", ""), ("back", page));
        Assert.Equal($"{page}&came=told#came", told.Headers.Location!.OriginalString);
        var back = await doctor.ReadAsync($"{page}&came=told");
        Assert.Contains(Html(OutcomeText.DoneTold), back);
        Assert.Contains($"name=\"back\" value=\"{Html(page)}\"", back);
        foreach (var other in new[] { "", "https://example.org/", "//example.org", "/account", $"/shared/{home.Patient.Person.Record}x", $"/shared/{home.Patient.Person.Record}/../../account", $"/shared/{home.Patient.Person.Record}\\x" })
        {
            using var elsewhere = await doctor.PostAsync(page, OutcomeEndpoints.Looked, ("look", Mark(read)), ("came", "changed-medicine"), ("words", ""), ("back", other));
            Assert.Equal("/looked?done=told", elsewhere.Headers.Location!.OriginalString);
        }
    }

    /// <summary>The record's page asked anew, as if nothing had been said, and another press stood instead of the first.</summary>
    [Fact]
    public async Task WhatWasSaidStandsOnEveryPageOfTheRecord()
    {
        var home = await ShareAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        var page = $"/shared/{home.Patient.Person.Record}?for=TREAT&kind=conditions";
        var (asks, said) = (Html(OutcomeText.WhatCame), Html(Say.Fill(OutcomeText.YouSaidOfIt, OutcomeText.ChangedMedicine)));
        var read = await doctor.ReadAsync(page);
        Assert.Contains(asks, read);
        Assert.DoesNotContain(said, read);
        using var told = await doctor.PostAsync(page, OutcomeEndpoints.Looked, ("look", Mark(read)), ("came", "changed-medicine"), ("words", ""), ("back", page));
        read = await doctor.ReadAsync($"/shared/{home.Patient.Person.Record}?for=TREAT&kind=conditions");
        Assert.Contains(said, read);
        Assert.Contains(Html(OutcomeText.Correct), read);
        Assert.DoesNotContain($"<summary>{asks}", read);
    }

    [Fact]
    public async Task WhatIsWrongIsSaidAndNothingIsWritten()
    {
        var home = await ShareAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        using var other = await home.Carer.SignInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var mark = Mark(await doctor.ReadAsync($"/shared/{home.Patient.Person.Record}/summary"));
        var size = (await LedgerAsync(home)).Count;
        using var wordless = await doctor.PostAsync("/looked", OutcomeEndpoints.Looked, ("look", mark), ("came", "other"), ("words", " "));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wordless.StatusCode);
        Assert.Contains(Html(OutcomeText.WordsMissing), await wordless.Content.ReadAsStringAsync(Cancel));
        using var tooLong = await doctor.PostAsync("/looked", OutcomeEndpoints.Looked, ("look", mark), ("came", "read-only"), ("words", new string('x', Outcome.MostWords + 1)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tooLong.StatusCode);
        foreach (var (visitor, look, came) in new[] { (doctor, mark, "helped"), (doctor, mark, ""), (doctor, "x" + mark, "read-only"), (doctor, "", "read-only"), (other, mark, "read-only") })
        {
            using var refused = await visitor.PostAsync("/looked", OutcomeEndpoints.Looked, ("look", look), ("came", came));
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        using var notMine = await doctor.PostAsync("/looked", OutcomeEndpoints.Felt, ("look", $"{size - 1}"), ("came", "helped"));
        Assert.Equal(HttpStatusCode.NotFound, notMine.StatusCode);
        foreach (var (look, came) in new[] { ($"{size - 1}", "read-only"), ("0", "helped"), ("x", "helped"), ($"{size}", "helped") })
        {
            using var refused = await patient.PostAsync("/account", OutcomeEndpoints.Felt, ("look", look), ("came", came));
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        Assert.Equal(size, (await LedgerAsync(home)).Count);
    }

    /// <summary>A form names a look the same way however much happened to the record: nothing of others can be told from it.</summary>
    [Fact]
    public async Task TheNameOfALookTellsNothingOfWhatHappenedMeanwhile()
    {
        var home = await ShareAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        var record = $"/shared/{home.Patient.Person.Record}/summary";
        var first = await doctor.ReadAsync(record);
        for (var i = 0; i < 12; i++)
        {
            await (await home.Patient.OpenAsync(server)).TellAsync(new Outcome((await LedgerAsync(home)).Last(deed => deed.IsLook).Index, OutcomeKind.Other, $"word {i % 9}"), Cancel);
        }

        var second = await doctor.ReadAsync(record);
        Assert.Equal(first.Length, second.Length);
        Assert.Equal(Mark(first).Length, Mark(second).Length);
        Assert.DoesNotContain("word 1", await doctor.ReadAsync("/looked"));
    }

    private Task<Household> ShareAsync() => ShareAsync(server);

    internal static async Task<Household> ShareAsync(RunningServer server)
    {
        var home = await Household.MoveInAsync(server);
        var terms = new SharingTerms { Recipient = home.Doctor.Person.Reference, RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Condition", "AllergyIntolerance"] };
        var written = await (await home.Patient.OpenAsync(server)).PutConsentAsync(null, terms.ToConsent(home.Patient.Person.Record!.Value, server.Clock.GetUtcNow()), null, Cancel);
        Assert.Equal(ConsentWriteStatus.Created, written.Status);
        return home;
    }

    private async Task<IReadOnlyList<LedgerDeed>> LedgerAsync(Household home) => (await (await home.Patient.OpenAsync(server)).HistoryAsync(Cancel)).Deeds;

    private static string Html(string text) => HtmlEncoder.Default.Encode(text);

    private static string Mark(string page) => MarkIn().Match(page).Groups["mark"].Value is { Length: > 0 } mark ? mark : throw new InvalidOperationException("the page asks for no outcome");

    [GeneratedRegex("name=\"look\" value=\"(?<mark>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex MarkIn();
}

/// <summary>The same with a mouse.</summary>
public sealed class OutcomeJourneyTests(BrowserFixture browser)
{
    /// <summary>The link of the row lay over it, and led past the question.</summary>
    [Fact]
    public async Task SayingHowItWasIsPressedBesideTheLook()
    {
        var home = await OutcomePagesTests.ShareAsync(browser.Server);
        using var doctor = await home.Doctor.SignInAsync(browser.Server);
        await doctor.ReadAsync($"/shared/{home.Patient.Person.Record}");
        await using var visitor = await browser.VisitAsync();
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/ledger");
        await visitor.Page.Locator(".outcome a").First.ClickAsync();
        await Assertions.Expect(visitor.Page.Locator("#outcome")).ToBeInViewportAsync();
        await visitor.ClickAsync(OutcomeText.Helped);
        await visitor.SeesAsync(OutcomeText.YouHelped);
        visitor.AssertNothingWentWrong();
    }
}
