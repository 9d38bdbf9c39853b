using System.Net;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Jobs;
using Rapport.Server.Pages.Conversations.Keeping;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;
using Rapport.Server.Tests.Pages.Talks;
using Rapport.TestKit;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Jobs;

/// <summary>Conversations go by the operator's rule: after so long, after everybody was told, with their keys and all that is in them; and some never.</summary>
public abstract class KeepingContract : IAsyncLifetime
{
    private RunningServer _server = null!;

    protected abstract Task<RunningServer> MakeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await MakeAsync();
        await _server.InitializeAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_nobody_wrote_in_for_so_long_goes_after_everybody_was_told_and_what_is_promised_or_a_childs_stays()
    {
        var world = await TalkHome.MoveInAsync(_server, withRecord: true);
        var child = await Household.MoveInAsync(_server, withRecord: false);
        await child.Patient.ImportAsync(_server, """{"resourceType":"Patient","id":"p","birthDate":"2025-02-03","name":[{"family":"Castellanos","given":["Maya"]}]}""");
        var own = await world.Home.Patient.OpenAsync(_server);
        var entry = (await own.QueryAsync(new RecordQuery.Timeline(50) { Types = ["Observation"] }, Cancel)).Entries.First(static known => known.Labels.Count == 0).Reference;
        string old, spared, promised, childs;
        using (var patient = await world.Home.Patient.SignInAsync(_server))
        using (var young = await child.Patient.SignInAsync(_server))
        {
            var carer = ("with", world.Home.Carer.Person.Reference);
            old = await BeginAsync(patient, "old matter", [carer]);
            await SaidAsync(patient, old, "look at this", ("attach", entry));
            spared = await BeginAsync(patient, "spared matter", [carer]);
            await SaidAsync(patient, spared, "hello");
            promised = await BeginAsync(patient, "promised matter", [("with", $"CareTeam/{world.Team.Id}")]);
            await SaidAsync(patient, promised, "please answer");
            childs = await BeginAsync(young, "a child's matter", [("with", child.Doctor.Person.Reference)]);
            await SaidAsync(young, childs, "hello");
        }

        _server.Clock.Sleep(_server.Clock.GetUtcNow().AddYears(10).AddDays(-31) - _server.Clock.GetUtcNow());
        await SweepAsync();
        Assert.DoesNotContain(Html(KeepingText.Title), await ListAsync(world.Home.Patient));

        _server.Clock.Sleep(TimeSpan.FromDays(2));
        await SweepAsync();
        var goes = Say.Day(_server.Clock.GetUtcNow() + KeepingRule.Notice);
        foreach (var who in new[] { world.Home.Patient, world.Home.Carer })
        {
            var list = await ListAsync(who);
            Assert.Contains(Html(Say.Fill(KeepingText.Goes, "old matter", goes)), list);
            Assert.Contains(Html(Say.Fill(KeepingText.Goes, "spared matter", goes)), list);
            Assert.DoesNotContain(Html(Say.Fill(KeepingText.Goes, "promised matter", goes)), list);
            Assert.Contains("/account/conversations.zip", list);
        }

        Assert.DoesNotContain(Html(KeepingText.Title), await ListAsync(child.Patient));
        using (var patient = await world.Home.Patient.SignInAsync(_server))
        {
            await SaidAsync(patient, spared, "keep it");
        }

        Assert.DoesNotContain(Html(Say.Fill(KeepingText.Goes, "spared matter", goes)), await ListAsync(world.Home.Patient));
        _server.Clock.Sleep(TimeSpan.FromDays(29));
        await SweepAsync();
        using (var patient = await world.Home.Patient.SignInAsync(_server))
        {
            Assert.Equal(HttpStatusCode.OK, (await patient.GetAsync(old)).StatusCode);
        }

        Assert.Single(await own.ConsentsAsync(static consent => consent is { Counts: true, Attached: not null }, Cancel));
        _server.Clock.Sleep(TimeSpan.FromDays(2));
        await SweepAsync();
        using (var patient = await world.Home.Patient.SignInAsync(_server))
        using (var young = await child.Patient.SignInAsync(_server))
        {
            Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(old)).StatusCode);
            Assert.DoesNotContain("old matter", await patient.ReadAsync("/conversations"));
            Assert.Contains("keep it", await patient.ReadAsync(spared));
            Assert.Contains("please answer", await patient.ReadAsync(promised));
            Assert.Contains("hello", await young.ReadAsync(childs));
        }

        Assert.Empty(await own.ConsentsAsync(static consent => consent is { Counts: true, Attached: not null }, Cancel));
        Assert.Equal(0, await RowsAsync(old));
        Assert.True(await RowsAsync(spared) > 3);
    }

    /// <summary>What was shared has ended, and the server died before the rest: nothing is half there, and the next sweep does it.</summary>
    [Fact]
    public async Task Cut_short_the_next_sweep_goes_on_and_without_a_rule_nothing_goes_and_nobody_is_told()
    {
        var world = await TalkHome.MoveInAsync(_server);
        string place;
        using (var patient = await world.Home.Patient.SignInAsync(_server))
        {
            place = await BeginAsync(patient, "old matter", [("with", world.Home.Doctor.Person.Reference)]);
            await SaidAsync(patient, place, "hello");
        }

        var (modules, rule, eleven) = (_server.Modules, new KeepingRule(120), _server.Clock.GetUtcNow().AddYears(11));
        var soon = new TalkKeeping(modules.Database, modules.Keyring, modules.Records.Keys, new ManualClock(eleven));
        var late = new TalkKeeping(modules.Database, modules.Keyring, modules.Records.Keys, new ManualClock(eleven.AddDays(31)));
        Assert.Equal(0, await soon.SweepAsync(rule, Nobody, Nothing, Cancel));
        Assert.Contains(Html(KeepingText.Title), await ListAsync(world.Home.Patient));
        Assert.Equal(0, await soon.SweepAsync(null, Nobody, Nothing, Cancel));
        Assert.DoesNotContain(Html(KeepingText.Title), await ListAsync(world.Home.Patient));
        await soon.SweepAsync(rule, Nobody, Nothing, Cancel);
        var before = await RowsAsync(place);
        await Assert.ThrowsAsync<IOException>(() => late.SweepAsync(rule, Nobody, static (_, _, _) => throw new IOException("cut"), Cancel));
        Assert.Equal(before, await RowsAsync(place));

        // Whoever is kept by then is told of nothing any more, and everybody is told anew before it goes.
        Assert.Equal(0, await late.SweepAsync(rule, static (_, _) => Task.FromResult(true), Nothing, Cancel));
        Assert.Equal(0, await late.SweepAsync(rule, Nobody, Nothing, Cancel));
        Assert.Equal(0, await late.SweepAsync(rule, Nobody, Nothing, Cancel));
        var last = new TalkKeeping(modules.Database, modules.Keyring, modules.Records.Keys, new ManualClock(eleven.AddDays(62)));
        Assert.Equal(1, await last.SweepAsync(rule, Nobody, Nothing, Cancel));
        Assert.Equal(0, await last.SweepAsync(rule, Nobody, Nothing, Cancel));
        Assert.Equal(0, await RowsAsync(place));
    }

    [Fact]
    public async Task With_a_conversation_go_what_its_team_drafted_how_far_they_read_and_what_was_reported_of_it()
    {
        var world = await TalkHome.MoveInAsync(_server);
        var modules = _server.Modules;
        string place;
        using (var patient = await world.Home.Patient.SignInAsync(_server))
        using (var doctor = await world.Home.Doctor.SignInAsync(_server))
        {
            place = await BeginAsync(patient, "old matter", [("with", $"CareTeam/{world.Team.Id}")]);
            await SaidAsync(patient, place, "hello");
            await doctor.ReadAsync(place);
            await SaidAsync(doctor, place, "good morning");
            using var drafted = await doctor.PostAsync("/account", place, ("text", "a draft"), ("draft", "0"), ("step", "draft"));
            using var reported = await patient.PostAsync("/account", place + "/report/3", ("reason", "Insult"));
            Assert.Equal(HttpStatusCode.SeeOther, reported.StatusCode);
        }

        var (rule, eleven) = (new KeepingRule(120), _server.Clock.GetUtcNow().AddYears(11));
        foreach (var table in new[] { "team_draft", "team_reading", "conversation_report" })
        {
            Assert.Equal((table, 1), (table, await CountAsync(table)));
        }

        foreach (var days in new[] { 0, 31 })
        {
            await new TalkKeeping(modules.Database, modules.Keyring, modules.Records.Keys, new ManualClock(eleven.AddDays(days))).SweepAsync(rule, Nobody, Nothing, Cancel);
            await modules.Reports.ForgetGoneAsync(Cancel);
        }

        Assert.Equal(0, await RowsAsync(place));
        foreach (var table in new[] { "team_talk", "team_draft", "team_reading", "conversation_place", "conversation_report" })
        {
            Assert.Equal((table, 0), (table, await CountAsync(table)));
        }
    }

    private Task<long> CountAsync(string table) => _server.Modules.Database.ReadAsync(c => c.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}"), Cancel);

    private static Task<bool> Nobody(PatientId patient, CancellationToken cancel) => Task.FromResult(false);

    private static Task Nothing(PatientId patient, ConversationId conversation, CancellationToken cancel) => Task.CompletedTask;

    private Task<int> SweepAsync() => _server.App.Services.GetRequiredService<KeepingWatch>().SweepAsync(Cancel);

    private async Task<string> ListAsync(Resident who)
    {
        using var visitor = await who.SignInAsync(_server);
        return await visitor.ReadAsync("/conversations");
    }

    /// <summary>How many rows name a conversation, of all tables that do.</summary>
    private async Task<long> RowsAsync(string place)
    {
        var rows = 0L;
        var tables = (await _server.Modules.Database.ReadAsync(
            c => c.QueryAsync<string>(
                _server.Modules.Database.Dialect == Dialect.Sqlite ? "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) p ON p.name = 'conversation_id' WHERE m.type = 'table'"
                    : "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'conversation_id'"),
            Cancel)).ToList();
        Assert.True(tables.Count > 7);
        foreach (var table in tables)
        {
            rows += await _server.Modules.Database.ReadAsync(c => c.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table} WHERE conversation_id = @id", new { id = place.Split('/')[^1] }), Cancel);
        }

        return rows;
    }
}

public sealed class KeepingOnSqlite : KeepingContract
{
    protected override Task<RunningServer> MakeAsync() => Task.FromResult(new RunningServer { KeepConversations = new KeepingRule(120) });
}

public sealed class KeepingOnPostgres : KeepingContract
{
    private readonly PostgresTestDatabase _database = new();

    protected override async Task<RunningServer> MakeAsync()
    {
        await _database.InitializeAsync();
        return new RunningServer { KeepConversations = new KeepingRule(120), Postgres = _database.ConnectionString };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }
}

/// <summary>How an operator says for how long.</summary>
public sealed class KeepingRuleTests
{
    [Theory]
    [InlineData("10y", 120)]
    [InlineData("1y", 12)]
    [InlineData("18m", 18)]
    [InlineData("200y", 2400)]
    [InlineData("11m", null)]
    [InlineData("0y", null)]
    [InlineData("201y", null)]
    [InlineData("10", null)]
    [InlineData("y", null)]
    [InlineData("-5y", null)]
    [InlineData("10d", null)]
    [InlineData("", null)]
    public void A_time_is_a_year_at_least(string text, int? months) => Assert.Equal(months, KeepingRule.Parse(text)?.Months);
}
