using System.Net;
using Rapport.People;
using Rapport.Server.Pages.Notices;

namespace Rapport.Server.Tests.Notices;

/// <summary>The page where somebody chooses how they are told, without script.</summary>
public sealed class NoticePagesTests
{
    private const string Home = "/account/notices";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_is_added_with_what_most_want_changed_and_removed()
    {
        await using var world = await NoticeWorld.BeginAsync();
        using var visitor = await world.SignInAsync(world.People.Ada);
        using var browser = new PushBrowser();
        Assert.Contains(NoticePagesText.NothingYet, await visitor.ReadAsync(Home));
        using (var added = await AddAsync(new Uri(world.Push.Address, "/ada").AbsoluteUri))
        {
            Assert.Equal(Home + "?done=device", added.Headers.Location?.OriginalString);
        }

        // The same browser again is the same device.
        using (await AddAsync(new Uri(world.Push.Address, "/ada").AbsoluteUri))
        {
        }

        var choices = await world.ChoicesAsync(world.People.Ada);
        Assert.Equal(NoticeTempo.AtOnce, choices.TempoOf(NoticeTopic.Circle, NoticeWay.Push));
        var device = Assert.Single(choices.Devices);
        Assert.DoesNotContain(device.Address, await visitor.ReadAsync(Home));
        Assert.DoesNotContain(browser.SecretText, await visitor.ReadAsync(Home));

        using (var kept = await visitor.PostAsync(
            Home, Home, ("push-circle", "Daily"), ("push-emergency", "Daily"), ("push-requests", "Never"), ("daily", "07:30"), ("quiet", "on"), ("from", "22:00"), ("to", "06:30"), ("zone", "Europe/Madrid")))
        {
            Assert.Equal(Home + "?done=saved", kept.Headers.Location?.OriginalString);
        }

        choices = await world.ChoicesAsync(world.People.Ada);
        Assert.Equal(
            (NoticeTempo.Daily, NoticeTempo.AtOnce, NoticeTempo.Never, 450, new QuietHours(1320, 390), "Europe/Madrid"),
            (choices.TempoOf(NoticeTopic.Circle, NoticeWay.Push), choices.TempoOf(NoticeTopic.Emergency, NoticeWay.Push), choices.TempoOf(NoticeTopic.Requests, NoticeWay.Push), choices.DailyAt, choices.Quiet, choices.Zone));

        using var doctor = await world.SignInAsync(world.People.Doctor);
        using (await doctor.PostAsync(Home, Home + "/devices/remove", ("id", device.Id.ToString())))
        {
            Assert.Single((await world.ChoicesAsync(world.People.Ada)).Devices);
        }

        using (await visitor.PostAsync(Home, Home + "/devices/remove", ("id", device.Id.ToString())))
        {
            Assert.Empty((await world.ChoicesAsync(world.People.Ada)).Devices);
        }

        Task<HttpResponseMessage> AddAsync(string address) => visitor.PostAsync(Home, Home + "/devices", ("address", address), ("key", browser.KeyText), ("secret", browser.SecretText));
    }

    /// <summary>The address of a push service is given by a browser, that is by anybody.</summary>
    [Theory]
    [InlineData("http://push.example/1")]
    [InlineData("https://push.example:8443/1")]
    [InlineData("https://user@push.example/1")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/1")]
    [InlineData("")]
    public async Task An_address_that_may_not_be_asked_is_refused(string address)
    {
        await using var world = await NoticeWorld.BeginAsync();
        using var visitor = await world.SignInAsync(world.People.Ada);
        using var browser = new PushBrowser();
        foreach (var (key, secret) in ((string, string)[])[(browser.KeyText, browser.SecretText), ("", "")])
        {
            using var added = await visitor.PostAsync(Home, Home + "/devices", ("address", address), ("key", key), ("secret", secret));
            Assert.Equal(Home + "?done=no-device", added.Headers.Location?.OriginalString);
        }

        Assert.Empty((await world.ChoicesAsync(world.People.Ada)).Devices);
    }

    /// <summary>A name is public when it is added, and leads into the network of the server when it is asked: then nothing is asked.</summary>
    [Fact]
    public async Task An_address_that_leads_into_the_inner_network_is_not_asked()
    {
        await using var world = await NoticeWorld.BeginAsync();
        await world.TurnOnAsync(world.People.Ada, "/ada", static choices => choices with { Devices = [.. choices.Devices.Select(static device => device with { Address = "https://127.0.0.1/ada" })] });
        await world.SayAsync(world.People.Doctor, "one");
        await world.PassAsync();
        Assert.Empty(world.Push.Got);
        Assert.Contains("a server elsewhere was not asked", world.Logged);
    }

    [Fact]
    public async Task There_are_a_few_devices_at_most()
    {
        await using var world = await NoticeWorld.BeginAsync();
        using var visitor = await world.SignInAsync(world.People.Ada);
        using var browser = new PushBrowser();
        List<string?> told = [];
        for (var i = 0; i <= NoticeChoices.MostDevices; i++)
        {
            using var added = await visitor.PostAsync(Home, Home + "/devices", ("address", new Uri(world.Push.Address, $"/{i}").AbsoluteUri), ("key", browser.KeyText), ("secret", browser.SecretText));
            told.Add(added.Headers.Location?.OriginalString);
        }

        Assert.Equal(NoticeChoices.MostDevices, (await world.ChoicesAsync(world.People.Ada)).Devices.Count);
        Assert.Equal(Home + "?done=too-many", told[^1]);
    }

    [Fact]
    public async Task What_is_wrong_is_said_and_changes_nothing()
    {
        await using var world = await NoticeWorld.BeginAsync();
        await world.TurnOnAsync(world.People.Ada, "/ada");
        using var visitor = await world.SignInAsync(world.People.Ada);
        var before = await world.ChoicesAsync(world.People.Ada);
        using var same = await visitor.PostAsync(Home, Home, ("daily", "25:00"), ("quiet", "on"), ("from", "22:00"), ("to", "22:00"), ("zone", "Nowhere/At all"));
        var page = await same.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, same.StatusCode);
        Assert.Equal(2, page.Split("aria-describedby=\"quiet-error\"").Length - 1);
        Assert.All((string[])[NoticePagesText.TimesWrong, NoticePagesText.DailyWrong, NoticePagesText.ZoneUnknown], problem => Assert.Contains(problem, page));
        foreach (var address in (string[])["", "ada", "ada@", "ada@mail", "a b@mail.example", "ada@mail.example\r\nBcc: x@mail.example", "Ada <ada@mail.example>"])
        {
            using var refused = await visitor.PostAsync(Home, Home + "/mail", ("address", address));
            Assert.True(refused.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.TooManyRequests, address);
        }

        var after = await world.ChoicesAsync(world.People.Ada);
        Assert.Equal((before.DailyAt, before.Zone, before.Rules.Count, (NoticeMail?)null), (after.DailyAt, after.Zone, after.Rules.Count, after.Mail));
        Assert.Empty(world.Mail.Got);
    }

    /// <summary>On a phone the field that was wrong stood several screens below where it was said that one is.</summary>
    [Fact]
    public async Task What_is_wrong_leads_to_where_it_is()
    {
        await using var world = await NoticeWorld.BeginAsync();
        await world.TurnOnAsync(world.People.Ada, "/ada");
        using var visitor = await world.SignInAsync(world.People.Ada);
        using var wrong = await visitor.PostAsync(Home, Home, ("daily", "25:00"), ("quiet", "on"), ("from", "22:00"), ("to", "22:00"), ("zone", "Nowhere/At all"));
        var page = await wrong.Content.ReadAsStringAsync(Cancel);
        foreach (var (field, problem) in new[] { ("quiet", NoticePagesText.TimesWrong), ("daily", NoticePagesText.DailyWrong), ("zone", NoticePagesText.ZoneUnknown) })
        {
            Assert.Contains($"<a href=\"#{field}\">{problem}</a>", page);
            Assert.Contains($" id=\"{field}\"", page);
        }
    }

    [Fact]
    public async Task Where_no_mail_server_is_set_the_page_says_so_and_takes_no_address()
    {
        await using var server = new Hosting.RunningServer();
        await server.InitializeAsync();
        var home = await Pages.Household.MoveInAsync(server, withRecord: false);
        using var visitor = new Pages.FormVisitor(server);
        using var signedIn = await visitor.SignInAsync(home.Patient.SignInName);
        Assert.Contains(NoticePagesText.NoMailHere, await visitor.ReadAsync(Home));
        using var asked = await visitor.PostAsync(Home, Home + "/mail", ("address", "maya@mail.example"));
        Assert.Equal(HttpStatusCode.NotFound, asked.StatusCode);
    }

    [Fact]
    public async Task The_worker_of_all_pages_is_asked_for_anew_and_reaches_nobody_else()
    {
        await using var server = new Hosting.RunningServer();
        await server.InitializeAsync();
        using var client = server.Client();
        using var answer = await client.GetAsync("/sw.js", Cancel);
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Contains("connect-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync(Cancel)).Length, 1, 2000);
    }
}
