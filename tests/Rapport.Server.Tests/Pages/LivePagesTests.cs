using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Playwright;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.Language;
using Rapport.People;
using Rapport.Server.Api.Devices;
using Rapport.Server.Pages.Gather.Devices;
using Rapport.Server.Pages.Record;

namespace Rapport.Server.Tests.Pages;

/// <summary>The first page of a record and the page of devices follow what a device sends while they are open.</summary>
public sealed class LivePagesTests(BrowserFixture browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_record_shows_the_first_thing_and_then_each_next()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        using var device = await ConnectAsync(visitor, home);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/record");
        await Assertions.Expect(visitor.Page.Locator("#empty")).ToBeVisibleAsync();
        await SendAsync(device, visitor.Server.Clock.GetUtcNow().AddMinutes(-9), 71);
        await Assertions.Expect(visitor.Page.Locator("#now .trend-value")).ToContainTextAsync("71 kg");

        await visitor.Page.EvaluateAsync("document.body.dataset.opened = 'before'");
        await visitor.Page.Locator(".kind-cards a").First.FocusAsync();
        await SendAsync(device, visitor.Server.Clock.GetUtcNow().AddMinutes(-8), 73);
        await Assertions.Expect(visitor.Page.Locator("#now .trend-value")).ToContainTextAsync("73 kg");
        await Assertions.Expect(visitor.Page.Locator("#total")).ToContainTextAsync(Say.Count(RecordText.EntriesInAll, 3));
        await Assertions.Expect(visitor.Page.Locator("[data-follow-said]")).ToHaveTextAsync(RecordText.SomethingCame);
        await Assertions.Expect(visitor.Page.Locator(".kind-cards a").First).ToBeFocusedAsync();
        Assert.Equal("before", await visitor.Page.EvaluateAsync<string>("document.body.dataset.opened"));
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task What_somebody_looks_for_stays_while_something_comes_in()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        using var device = await ConnectAsync(visitor, home);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/record");
        var typed = visitor.Page.Locator("#q");
        await typed.FillAsync("weight");
        await Assertions.Expect(visitor.Page.Locator("#now")).ToBeHiddenAsync();
        await SendAsync(device, visitor.Server.Clock.GetUtcNow().AddMinutes(-9), 71);
        await Assertions.Expect(visitor.Page.Locator("#now .trend-value").Filter(new LocatorFilterOptions { HasText = "71 kg" })).ToHaveCountAsync(1);
        await Assertions.Expect(visitor.Page.Locator("#now")).ToBeHiddenAsync();
        await Assertions.Expect(typed).ToHaveValueAsync("weight");
        await Assertions.Expect(typed).ToBeFocusedAsync();
        await Assertions.Expect(visitor.Page.Locator("[data-follow-said]")).ToHaveTextAsync("");
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task The_page_of_devices_says_when_something_came()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        using var device = await ConnectAsync(visitor, home);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/gather/devices");
        var card = visitor.Page.Locator("#devices .device");
        await Assertions.Expect(card).ToContainTextAsync(DevicesText.Never);
        await visitor.Page.FillAsync("#name", "half a na");
        await SendAsync(device, visitor.Server.Clock.GetUtcNow().AddMinutes(-9), 71);
        await Assertions.Expect(card).ToContainTextAsync(Say.Count(DevicesText.Points, 1));
        await Assertions.Expect(visitor.Page.Locator("[data-follow-said]")).ToHaveTextAsync(DevicesText.SomethingCame);
        await Assertions.Expect(visitor.Page.Locator("#name")).ToHaveValueAsync("half a na");

        // Nothing is exchanged while a question is open: it is answered first.
        await card.GetByText(DevicesText.StopOpen).ClickAsync();
        await visitor.Page.RunAndWaitForResponseAsync(
            () => SendAsync(device, visitor.Server.Clock.GetUtcNow().AddMinutes(-8), 72), static answer => answer.Url.EndsWith("/gather/devices", StringComparison.Ordinal));
        var keep = card.GetByText(DevicesText.Keep);
        await Assertions.Expect(keep).ToBeVisibleAsync();
        await Assertions.Expect(card).ToContainTextAsync(Say.Count(DevicesText.Points, 1));
        await keep.ClickAsync();
        await Assertions.Expect(card).ToContainTextAsync(Say.Count(DevicesText.Points, 2));
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task A_page_that_follows_leaves_a_new_token_to_the_page_that_shows_it()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(visitor.Server);
        using var made = await patient.PostAsync("/gather/devices", "/gather/devices", [("name", "Watch"), ("measure", "weight"), ("lasting", "month")]);
        Assert.Equal(HttpStatusCode.SeeOther, made.StatusCode);
        using var follow = new HttpRequestMessage(HttpMethod.Get, "/gather/devices");
        follow.Headers.Add("Rapport-Part", "follow");
        using var followed = await patient.SendAsync(follow);
        Assert.DoesNotContain("id=\"secret\"", await followed.Content.ReadAsStringAsync(Cancel));
        Assert.Contains("id=\"secret\"", await patient.ReadAsync("/gather/devices"));
    }

    private static async Task<HttpClient> ConnectAsync(Visitor visitor, Household home)
    {
        var token = (await visitor.Server.Modules.People.AccessTokens.CreateAsync(home.Patient.Person.Id, "Scale", TokenScopes.Measure, null, Cancel)).Value!;
        var own = await home.Patient.OpenAsync(visitor.Server);
        await own.Devices.AddAsync(
            LocalId.Parse(token.Token.Id.ToString()), new ConnectedDevice { Name = "Scale", Measures = ["weight"], ConnectedAt = visitor.Server.Clock.GetUtcNow() }.Write(), Cancel);
        var client = new HttpClient { BaseAddress = visitor.Server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Secret);
        return client;
    }

    private static async Task SendAsync(HttpClient device, DateTimeOffset at, int kilograms)
    {
        using var content = new StringContent($$"""{"measurements":[{"metric":"weight","at":"{{at:yyyy-MM-ddTHH:mm:ssZ}}","value":{{kilograms}},"unit":"kg"}]}""", Encoding.UTF8, "application/json");
        using var answer = await device.PostAsync(DeviceEndpoints.Measurements, content, Cancel);
        Assert.Equal("""{"taken":1,"known":0}""", await answer.Content.ReadAsStringAsync(Cancel));
    }
}
