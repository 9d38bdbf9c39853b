using Rapport.Server.Hosting;
using Rapport.Server.Tests.Hosting;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Pages.Ledger;

/// <summary>Open pages and servers: several on one database, one that stops, one that is full, a database that goes away.</summary>
public sealed class LiveServersTests
{
    [Fact]
    public async Task WhatOneServerGivesAnotherTellsByItsNextQuestion()
    {
        await using var database = new PostgresTestDatabase();
        await database.InitializeAsync();
        await using var one = new RunningServer { Postgres = database.ConnectionString };
        await one.InitializeAsync();
        await using var two = new RunningServer { Postgres = database.ConnectionString, KeyFile = one.Settings.KeyPath };
        await two.InitializeAsync();
        var home = await MoveInAsync(one);
        using var visitor = await SignInAsync(two, home);
        await using var stream = await EventStream.OpenAsync(two, visitor, "?from=3");
        for (var index = 3; index < 8; index++)
        {
            await home.LookAsync(one);
            var asked = two.Streams().Asked;
            Assert.Equal(index.ToString(), (await stream.NextAsync())!.Value.EventId);
            Assert.InRange(two.Streams().Told, 1, asked + 1);
        }

        // Ended on the one, the stream on the other ends too.
        await one.Modules.People.Sessions.EndOthersAsync(home.Patient.Person.Id, null, TestContext.Current.CancellationToken);
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task OpenPagesDoNotHoldUpAStop()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var home = await MoveInAsync(server);
        using var visitor = await SignInAsync(server, home);
        await using var stream = await EventStream.OpenAsync(server, visitor, "?from=3");

        // The stream is ended by the server at once, not cut off when its patience is over.
        var stop = server.App.StopAsync(TestContext.Current.CancellationToken);
        Assert.Null(await stream.NextAsync());
        await stop;
    }

    [Fact]
    public async Task AServerHasSoManyStreamsAndNotMore()
    {
        await using var server = new RunningServer { Live = new LiveSettings { Most = 1 } };
        await server.InitializeAsync();
        using var first = await SignInAsync(server, await MoveInAsync(server));
        using var second = await SignInAsync(server, await MoveInAsync(server));
        await using var stream = await EventStream.OpenAsync(server, first, "?from=3");

        Assert.Equal(System.Net.HttpStatusCode.TooManyRequests, (await EventStream.AskAsync(server, server.Client(), second, "?from=3")).StatusCode);
    }

    [Fact]
    public async Task WhereNothingHappensThereIsASignOfLife()
    {
        await using var server = new RunningServer { Live = new LiveSettings { AskEvery = TimeSpan.FromMilliseconds(10), BeatEvery = TimeSpan.FromMilliseconds(20) } };
        await server.InitializeAsync();
        using var visitor = await SignInAsync(server, await MoveInAsync(server));
        await using var stream = await EventStream.OpenAsync(server, visitor, "?from=3");
        for (var i = 0; i < 5; i++)
        {
            var beat = (await stream.NextOfAnyKindAsync())!.Value;
            Assert.Equal(("beat", ""), (beat.EventType, beat.Data));
        }
    }

    private static async Task<Household> MoveInAsync(RunningServer server)
    {
        var home = await Household.MoveInAsync(server);
        await (await home.Patient.OpenAsync(server)).ShareWithAsync(home.Doctor);
        return home;
    }

    private static async Task<FormVisitor> SignInAsync(RunningServer server, Household home)
    {
        var visitor = new FormVisitor(server);
        await visitor.SignInAsync(home.Patient.SignInName);
        return visitor;
    }
}
