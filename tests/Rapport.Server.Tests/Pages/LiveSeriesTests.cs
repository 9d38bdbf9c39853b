using System.Net.Http.Headers;
using System.Text;
using Microsoft.Playwright;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Api.Devices;

namespace Rapport.Server.Tests.Pages;

/// <summary>A series that is open in a browser follows what its device sends, and is the same when it is loaded anew.</summary>
public sealed class LiveSeriesTests(BrowserFixture browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_open_series_shows_what_is_sent_without_being_loaded_anew()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        using var device = await ConnectAsync(visitor, home);
        var start = WithinAnHour(visitor.Server.Clock);
        await SendAsync(device, start, 61);
        var own = await home.Patient.OpenAsync(visitor.Server);
        var entry = (await own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries.Single(entry => entry.ResourceType == "Observation");

        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync($"/record/{entry.Reference}/series?span=hour");
        await visitor.Page.EvaluateAsync("document.body.dataset.opened = 'before'");
        await visitor.Page.Locator(".series summary").ClickAsync();
        await SendAsync(device, start.AddMinutes(1), 77);
        await Assertions.Expect(visitor.Page.Locator("[data-latest]")).ToContainTextAsync("77 ");
        await Assertions.Expect(visitor.Page.Locator("[data-follow-said]")).ToContainTextAsync("77 ");
        await Assertions.Expect(visitor.Page.Locator(".series tbody tr")).ToHaveCountAsync(2);
        await SendAsync(device, start.AddMinutes(2), 83);
        await Assertions.Expect(visitor.Page.Locator("[data-latest]")).ToContainTextAsync("83 ");
        await Assertions.Expect(visitor.Page.Locator(".series tbody tr").Last).ToBeVisibleAsync();
        Assert.Equal("before", await visitor.Page.EvaluateAsync<string>("document.body.dataset.opened"));

        await visitor.Page.ReloadAsync();
        await Assertions.Expect(visitor.Page.Locator("[data-latest]")).ToContainTextAsync("83 ");
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task What_waits_is_the_patients_alone_until_it_is_part_of_the_record()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        using var device = await ConnectAsync(visitor, home);
        var start = WithinAnHour(visitor.Server.Clock);
        await SendAsync(device, start, 61);
        await SendAsync(device, start.AddMinutes(1), 177);
        var own = await home.Patient.OpenAsync(visitor.Server);
        var entry = (await own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries.Single(entry => entry.ResourceType == "Observation");
        using var patient = await home.Patient.SignInAsync(visitor.Server);
        Assert.Contains("177", Read(await patient.ReadAsync($"/record/{entry.Reference}/series?span=hour")));
        await patient.ShareAsync(home.Doctor, [("scope", "everything")]);
        using var doctor = await home.Doctor.SignInAsync(visitor.Server);
        var shared = await doctor.ReadAsync($"/shared/{home.Patient.Person.Record}/{entry.Reference}/series?span=hour");
        Assert.Contains("<svg", shared);
        Assert.DoesNotContain("177", Read(shared));
        Assert.DoesNotContain("/record/events", shared);
        Assert.True(await DeviceIntake.FoldAsync(own, Assert.Single(await own.Devices.ListAsync(Cancel)).Id, Cancel));
        Assert.Contains("177", Read(await doctor.ReadAsync($"/shared/{home.Patient.Person.Record}/{entry.Reference}/series?span=hour")));
    }

    /// <summary>What of a page is read: ids and the names of assets have digits of their own.</summary>
    private static string Read(string page) => Visitor.Words(page);

    /// <summary>Ten past the hour before: what is measured within the next minutes stands on one page of one hour, wherever other tests have moved the clock to.</summary>
    private static DateTimeOffset WithinAnHour(TimeProvider clock)
    {
        var hourAgo = clock.GetUtcNow().AddHours(-1);
        return new DateTimeOffset(hourAgo.Date, TimeSpan.Zero).AddHours(hourAgo.Hour).AddMinutes(10);
    }

    private static async Task<HttpClient> ConnectAsync(Visitor visitor, Household home)
    {
        var token = (await visitor.Server.Modules.People.AccessTokens.CreateAsync(home.Patient.Person.Id, "Watch", TokenScopes.Measure, null, Cancel)).Value!;
        var own = await home.Patient.OpenAsync(visitor.Server);
        await own.Devices.AddAsync(
            LocalId.Parse(token.Token.Id.ToString()), new ConnectedDevice { Name = "Watch", Measures = ["heart-rate"], ConnectedAt = visitor.Server.Clock.GetUtcNow() }.Write(), Cancel);
        var client = new HttpClient { BaseAddress = visitor.Server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Secret);
        return client;
    }

    private static async Task SendAsync(HttpClient device, DateTimeOffset at, int value)
    {
        using var content = new StringContent($$"""{"measurements":[{"metric":"heart-rate","at":"{{at:yyyy-MM-ddTHH:mm:ssZ}}","value":{{value}},"unit":"/min"}]}""", Encoding.UTF8, "application/json");
        using var answer = await device.PostAsync(DeviceEndpoints.Measurements, content, Cancel);
        Assert.Equal("""{"taken":1,"known":0}""", await answer.Content.ReadAsStringAsync(Cancel));
    }
}
