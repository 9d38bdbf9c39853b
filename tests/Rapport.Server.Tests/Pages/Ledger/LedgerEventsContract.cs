using System.Net;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages.Ledger;

/// <summary>An open page hears what happens to the record of its reader: all of it, once, soon, and nobody else does.</summary>
public abstract class LedgerEventsContract(RunningServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ALookIsToldByTheNextQuestionAndThatIsAskedTwiceASecond()
    {
        var (home, visitor) = await SignInAsync();
        await using var stream = await EventStream.OpenAsync(server, visitor, "?from=3");
        var look = await LookAsync(home);
        var asked = server.Streams().Asked;

        var told = (await stream.NextAsync())!.Value;

        Assert.InRange(server.Streams().Told, 1, asked + 1);
        Assert.InRange(server.Settings.Live.AskEvery, TimeSpan.Zero, TimeSpan.FromSeconds(0.5));
        Assert.Equal((look.LedgerIndex.ToString(), "told"), (told.EventId, told.EventType));
        Assert.Contains("Dr Lee looked at your conditions for treatment, today.", told.Data);
        Assert.Contains($"href=\"/ledger/{look.LedgerIndex}\"", told.Data);
        Assert.StartsWith("<li", told.Data);
        Assert.Equal("text/event-stream", stream.Answer.Content.Headers.ContentType!.MediaType);
        Assert.True(stream.Answer.Headers.CacheControl!.NoStore);
        Assert.Contains("default-src 'none'", stream.Answer.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Fact]
    public async Task InTheLanguageOfTheReader()
    {
        var (home, visitor) = await SignInAsync();
        await server.Modules.People.Accounts.SetLanguageAsync(home.Patient.Person.Id, Languages.Spanish, Cancel);
        await LookAsync(home);
        await using var stream = await EventStream.OpenAsync(server, visitor, "?from=3");

        Assert.Contains("Dr Lee vio sus enfermedades", (await stream.NextAsync())!.Value.Data);
    }

    [Fact]
    public async Task WhoComesBackHearsWhatWasMissedAndNothingTwice()
    {
        var (home, visitor) = await SignInAsync();
        await LookAsync(home);
        await LookAsync(home, purpose: "CAREMGT");
        await using (var first = await EventStream.OpenAsync(server, visitor, "?from=3"))
        {
            Assert.Equal("3", (await first.NextAsync())!.Value.EventId);
        }

        await using (var second = await EventStream.OpenAsync(server, visitor, "?from=3", lastEventId: "3"))
        {
            var missed = (await second.NextAsync())!.Value;
            Assert.Equal("4", missed.EventId);
            Assert.Contains("for planning and arranging care", missed.Data);
        }

        await LookAsync(home);
        await using var third = await EventStream.OpenAsync(server, visitor, "?from=3&after=4");
        var again = (await third.NextAsync())!.Value;
        Assert.Equal("5", again.EventId);
        Assert.Contains("looked at your conditions 2 times for treatment", again.Data);
    }

    [Fact]
    public async Task ManyLooksInALittleWhileLoseNone()
    {
        var (home, visitor) = await SignInAsync();
        await using var stream = await EventStream.OpenAsync(server, visitor, "?from=3");
        const int looks = 40;
        var looking = Task.Run(
            async () =>
            {
                for (var i = 0; i < looks; i++)
                {
                    await LookAsync(home, purpose: i % 2 == 0 ? "TREAT" : "CAREMGT");
                }
            },
            Cancel);
        var (last, positions) = ("", new List<long>());
        while (last != (2 + looks).ToString())
        {
            last = (await stream.NextAsync())!.Value.EventId!;
            positions.Add(long.Parse(last));
        }

        await looking;
        Assert.Equal(positions.Distinct().Order(), positions);
    }

    [Fact]
    public async Task WhoWasAwayForVeryLongLoadsThePageAnew()
    {
        var (home, visitor) = await SignInAsync();
        await Task.WhenAll(Enumerable.Range(0, 1001).Select(_ => LookAsync(home)));
        await using var stream = await EventStream.OpenAsync(server, visitor, "?from=3");

        Assert.Equal("reload", (await stream.NextAsync())!.Value.EventType);
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task NobodyHearsOfAnotherRecord()
    {
        var (home, visitor) = await SignInAsync();
        var (other, neighbour) = await SignInAsync();
        await using var stream = await EventStream.OpenAsync(server, neighbour, "?from=3");
        await using var own = await EventStream.OpenAsync(server, visitor, "?from=3");
        await LookAsync(home);
        Assert.NotNull(await own.NextAsync());
        await LookAsync(other, purpose: "CAREMGT");

        // The first that the neighbour hears is what happened to the neighbour's record, although the other was earlier.
        Assert.Contains("planning and arranging care", (await stream.NextAsync())!.Value.Data);
    }

    [Fact]
    public async Task AStreamEndsWithItsSession()
    {
        var (home, visitor) = await SignInAsync();
        await using var stream = await EventStream.OpenAsync(server, visitor, "?from=3");
        await server.Modules.People.Sessions.EndOthersAsync(home.Patient.Person.Id, null, Cancel);
        await LookAsync(home);

        Assert.Null(await stream.NextAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, (await EventStream.AskAsync(server, server.Client(), visitor, "?from=3")).StatusCode);
    }

    [Fact]
    public async Task AStreamEndsWithItsSessionThoughNothingHappens()
    {
        var (home, visitor) = await SignInAsync();
        await using var stream = await EventStream.OpenAsync(server, visitor, "?from=3");
        await server.Modules.People.Sessions.EndOthersAsync(home.Patient.Person.Id, null, Cancel);

        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task AnOpenPageKeepsNoSessionAlive()
    {
        var (home, visitor) = await SignInAsync();
        await using var stream = await EventStream.OpenAsync(server, visitor, "?from=3");
        server.Clock.Advance(TimeSpan.FromHours(13));
        await LookAsync(home);

        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task APersonHasSomeStreamsAndNotMoreAndLeavingMakesRoom()
    {
        var (_, visitor) = await SignInAsync();
        var streams = new List<EventStream>();
        for (var i = 0; i < server.Settings.Live.MostForOnePerson; i++)
        {
            streams.Add(await EventStream.OpenAsync(server, visitor, "?from=3"));
        }

        var refused = await EventStream.AskAsync(server, server.Client(), visitor, "?from=3");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);

        await streams[0].DisposeAsync();
        await server.UntilAsync(live => live.Count < server.Settings.Live.MostForOnePerson);
        await using var again = await EventStream.OpenAsync(server, visitor, "?from=3");
        foreach (var stream in streams.Skip(1))
        {
            await stream.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("?from=-1", null, HttpStatusCode.BadRequest)]
    [InlineData("?from=x", null, HttpStatusCode.BadRequest)]
    [InlineData("", null, HttpStatusCode.BadRequest)]
    [InlineData("?from=3", "x", HttpStatusCode.BadRequest)]
    [InlineData("?from=3", "-1", HttpStatusCode.BadRequest)]
    public async Task WhatCannotBeReadIsRefused(string query, string? lastEventId, HttpStatusCode expected)
    {
        var (_, visitor) = await SignInAsync();

        Assert.Equal(expected, (await EventStream.AskAsync(server, server.Client(), visitor, query, lastEventId)).StatusCode);
    }

    [Fact]
    public async Task WhoDoesNotAskForEventsAndWhoHasNoRecordGetNone()
    {
        var (home, visitor) = await SignInAsync();
        using var doctor = new FormVisitor(server);
        await doctor.SignInAsync(home.Doctor.SignInName);

        Assert.Equal(HttpStatusCode.NotAcceptable, (await EventStream.AskAsync(server, server.Client(), visitor, "?from=3", accept: "text/html")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await EventStream.AskAsync(server, server.Client(), doctor, "?from=3")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await EventStream.AskAsync(server, server.Client(), null, "?from=3")).StatusCode);
    }

    private async Task<(Household Home, FormVisitor Visitor)> SignInAsync()
    {
        var home = await Household.MoveInAsync(server);
        await (await home.Patient.OpenAsync(server)).ShareWithAsync(home.Doctor);
        var visitor = new FormVisitor(server);
        await visitor.SignInAsync(home.Patient.SignInName);
        return (home, visitor);
    }

    private Task<Disclosure> LookAsync(Household home, string purpose = "TREAT") => home.LookAsync(server, purpose);
}

public sealed class LedgerEventsOnSqlite(RunningServer server) : LedgerEventsContract(server), IClassFixture<RunningServer>;

public sealed class LedgerEventsOnPostgres(PostgresServer postgres) : LedgerEventsContract(postgres.Server), IClassFixture<PostgresServer>;
