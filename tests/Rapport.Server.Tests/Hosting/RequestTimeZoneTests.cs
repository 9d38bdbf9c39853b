using System.Net;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Pages.Zone;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Hosting;

/// <summary>By which clock a page tells times, that a choice stays, and that days end by it.</summary>
public sealed class RequestTimeZoneTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "Time zone: UTC")]
    [InlineData("Asia/Tokyo", "Time zone: Tokyo")]
    [InlineData("America/Los_Angeles", "Time zone: Los Angeles")]
    [InlineData("Asia/Calcutta", "Time zone: Calcutta")]
    [InlineData("Europe/Nowhere", "Time zone: UTC")]
    [InlineData("../../../etc/passwd", "Time zone: UTC")]
    public async Task BeforeAnybodySignsInTheBrowserSaysIt(string? cookie, string told)
    {
        using var visitor = new FormVisitor(server);
        if (cookie is not null)
        {
            visitor.Cookies.Add(server.Address, new Cookie("rapport-zone", Uri.EscapeDataString(cookie)));
        }

        var page = WebUtility.HtmlDecode(await visitor.ReadAsync("/sign-in"));
        Assert.Contains(told, page);
        Assert.Equal(told.EndsWith("UTC", StringComparison.Ordinal), page.Contains("data-propose-zone=\"rapport-zone\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AChoiceStaysWithTheAccountOnEveryDeviceAndComesBackToThePage()
    {
        var home = await Household.MoveInAsync(server);
        using var desk = new FormVisitor(server);
        await desk.SignInAsync(home.Patient.SignInName);
        var chosen = await desk.PostAsync("/zone", "/zone", ("zone", "Europe/Madrid"), ("back", "/circle"));
        Assert.Equal((HttpStatusCode.SeeOther, "/circle"), (chosen.StatusCode, chosen.Headers.Location?.OriginalString));

        using var phone = new FormVisitor(server);
        await phone.SignInAsync(home.Patient.SignInName);
        Assert.Contains("Time zone: Madrid", await phone.ReadAsync("/account"));
        await phone.PostAsync("/account", "/sign-out");
        Assert.Contains("Time zone: Madrid", await phone.ReadAsync("/sign-in"));
    }

    [Theory]
    [InlineData("Europe/Nowhere")]
    [InlineData("")]
    [InlineData("posix/Europe/Madrid")]
    public async Task WhatIsNoZoneIsSaidAndChangesNothing(string zone)
    {
        using var visitor = new FormVisitor(server);
        var refused = await visitor.PostAsync("/zone", "/zone", ("zone", zone));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains(ZoneText.Unknown, WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync(Cancel)));
        Assert.Contains("Time zone: UTC", await visitor.ReadAsync("/sign-in"));
    }

    [Theory]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("https://elsewhere.example", "/")]
    [InlineData("/ledger", "/ledger")]
    public async Task ItLeadsBackToPagesOfThisServerAlone(string back, string expected)
    {
        using var visitor = new FormVisitor(server);
        Assert.Equal(expected, (await visitor.PostAsync("/zone", "/zone", ("zone", "Asia/Tokyo"), ("back", back))).Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("Asia/Tokyo", "Tokyo time, UTC+9")]
    [InlineData("America/New_York", "New York time, UTC−")]
    public async Task TheLedgerTellsTimesByTheReadersClockAndItsProofsInUtc(string zone, string named)
    {
        var home = await Household.MoveInAsync(server);
        var at = (await (await home.Patient.OpenAsync(server)).ReadLedgerAsync(null, 1, Cancel))[0].Leaf.Time;
        using var visitor = new FormVisitor(server);
        await visitor.SignInAsync(home.Patient.SignInName);
        await visitor.PostAsync("/zone", "/zone", ("zone", zone));

        TimeZones.Current = TimeZones.Find(zone)!;
        Assert.Contains(Say.Moment(at), WebUtility.HtmlDecode(await visitor.ReadAsync("/ledger/lines")));
        var line = WebUtility.HtmlDecode(await visitor.ReadAsync("/ledger/1"));
        Assert.Contains(named, line);
        Assert.Contains(Say.ExactMoment(at), line);
    }

    /// <summary>The last day of a share once ended at midnight in UTC: five in the afternoon in California.</summary>
    [Theory]
    [InlineData("America/New_York", "2026-06-01", 15, 17)]
    [InlineData("Asia/Tokyo", "2026-06-02", 26, 28)]
    [InlineData("UTC", "2026-06-01", 11, 13)]
    public async Task AShareEndsWithItsLastDayWhereThePatientIs(string zone, string lastDay, int hoursBefore, int hoursAfter)
    {
        await using var own = new RunningServer();
        await own.InitializeAsync();
        var home = await Household.MoveInAsync(own);
        using var visitor = await home.Patient.SignInAsync(own);
        await visitor.PostAsync("/zone", "/zone", ("zone", zone));
        await visitor.ShareAsync(home.Doctor, [("scope", "kinds"), ("kind", "conditions")], [("lasting", "day"), ("until", lastDay), ("more", "on")]);

        own.Clock.Advance(TimeSpan.FromHours(hoursBefore));
        Assert.NotNull(await LookAsync(own, home));
        own.Clock.Advance(TimeSpan.FromHours(hoursAfter - hoursBefore));
        Assert.Null(await LookAsync(own, home));
    }

    [Fact]
    public async Task TodayIsTheDayWhereThePatientIs()
    {
        await using var own = new RunningServer();
        await own.InitializeAsync();
        var home = await Household.MoveInAsync(own);
        using var visitor = await home.Patient.SignInAsync(own);
        await visitor.PostAsync("/zone", "/zone", ("zone", "Asia/Tokyo"));
        own.Clock.Advance(TimeSpan.FromHours(4)); // Still 1 June in UTC.

        Assert.StartsWith("/share/until?", await visitor.ToReviewAsync(home.Doctor, [("scope", "kinds"), ("kind", "conditions")], [("lasting", "day"), ("until", "2026-06-01"), ("more", "on")]));
        Assert.StartsWith("/share/review?", await visitor.ToReviewAsync(home.Doctor, [("scope", "kinds"), ("kind", "conditions")], [("lasting", "day"), ("until", "2026-06-02"), ("more", "on")]));
    }

    private static Task<Disclosure?> LookAsync(RunningServer server, Household home) => server.Modules.Records.Gate.DiscloseAsync(
        new DisclosureAsk(Household.ActorOf(home.Doctor.Person), home.Patient.Person.Record!.Value, "TREAT", new RecordQuery.Timeline()), Cancel);
}
