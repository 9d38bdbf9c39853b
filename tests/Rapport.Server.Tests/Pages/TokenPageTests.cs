using System.Net;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>A token is made once, and its secret is shown once.</summary>
public sealed class TokenPageTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task LoadingThePageAnewMakesNoSecondTokenAndShowsTheSecretNoSecondTime()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = new FormVisitor(server);
        await visitor.SignInAsync(home.Patient.SignInName);

        using var made = await visitor.PostAsync("/tokens", "/tokens", ("label", "backup"), ("scope", "read-own"), ("lasting", "year"));
        Assert.Equal((HttpStatusCode.SeeOther, "/tokens"), (made.StatusCode, made.Headers.Location?.OriginalString));
        var cookie = visitor.Cookies.GetAllCookies()["rapport-made"]!;
        Assert.True(cookie.HttpOnly);
        Assert.DoesNotContain("rapport_", cookie.Value);

        Assert.Contains("rapport_", await visitor.ReadAsync("/tokens"));
        var again = await visitor.ReadAsync("/tokens");
        Assert.DoesNotContain("rapport_", again);
        Assert.Single(again.Split("<h2>backup</h2>")[1..]);
    }

    [Fact]
    public async Task ThePageShowsTheNumberByWhichProgramsNameTheRecordToWhoHasOne()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        Assert.Contains($"<pre id=\"record-number\" tabindex=\"0\">{home.Patient.Person.Record}</pre>", await patient.ReadAsync("/tokens"));
        Assert.DoesNotContain("record-number", await doctor.ReadAsync("/tokens"));
    }

    [Fact]
    public async Task TheSecretOfOnePersonIsShownToNobodyElseOfTheSameBrowser()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = new FormVisitor(server);
        await visitor.SignInAsync(home.Patient.SignInName);
        using var made = await visitor.PostAsync("/tokens", "/tokens", ("label", "backup"), ("scope", "read-own"));
        using var other = new FormVisitor(server);
        await other.SignInAsync(home.Doctor.SignInName);
        other.Cookies.Add(server.Address, visitor.Cookies.GetAllCookies()["rapport-made"]!);

        Assert.DoesNotContain("rapport_", await other.ReadAsync("/tokens"));
    }

    [Theory]
    [InlineData("/tokens", "label", "backup of mine", "scope", "converse")]
    [InlineData("/gather/devices", "name", "kitchen scale", "measure", "weight")]
    public async Task WhatWasFilledInStandsThereStillAfterShowingWhoOneIs(string page, string nameField, string name, string choice, string chosen)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = new FormVisitor(server);
        await visitor.SignInAsync(home.Patient.SignInName);
        server.Clock.Advance(TimeSpan.FromMinutes(16));

        using var asked = await visitor.PostAsync(page, page, (nameField, name), (choice, chosen), ("lasting", "month"));
        var then = Uri.UnescapeDataString(asked.Headers.Location!.ToString()["/confirm?then=".Length..]);
        Assert.DoesNotContain(chosen, then);

        var form = await visitor.ReadAsync(then);
        Assert.Contains($"value=\"{name}\"", form);
        Assert.Contains($"name=\"{choice}\" value=\"{chosen}\" checked", form);
        Assert.Contains("<option value=\"month\" selected>", form);
    }

    [Theory]
    [InlineData("/tokens", "label")]
    [InlineData("/gather/devices", "name")]
    public async Task WhatWasFilledInStandsThereStillBesideWhatIsMissing(string page, string nameField)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = new FormVisitor(server);
        await visitor.SignInAsync(home.Patient.SignInName);
        using var refused = await visitor.PostAsync(page, page, (nameField, "<kitchen> & co"), ("lasting", "open"));
        var form = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("value=\"&lt;kitchen&gt; &amp; co\"", form);
        Assert.Contains("<option value=\"open\" selected>", form);
    }
}
