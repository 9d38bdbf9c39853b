using Dapper;
using Rapport.People;
using Rapport.Server.Pages.Acting.Carers;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Notices;

/// <summary>Whoever is asked to look after a child, or was taken out of those who do, is told that something waits, as long as it does.</summary>
public abstract class CareNoticeContract(TestDatabase? database) : IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (database is not null)
        {
            await database.InitializeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }

    private Task<NoticeWorld> BeginAsync() => NoticeWorld.BeginAsync(postgres: (database as PostgresTestDatabase)?.ConnectionString);

    /// <summary>A family, and whom a parent asks to look after the child too: she is told on a device from now on, of nothing that was before.</summary>
    private static async Task<(RunningServer Server, Family Family, Resident Mother)> MoveInAsync(NoticeWorld world, Func<NoticeChoices, NoticeChoices>? choose = null, bool isLetIn = false)
    {
        var (server, family) = (world.Server, await CareDeeds.MoveInAsync(world.Server));
        var mother = family.Home.Patient;
        if (isLetIn)
        {
            await family.AskAsync(server, mother);
            await mother.AnswerAsync(server, CarePlaces.Accept);
        }

        await world.TurnOnAsync(mother.Person, "/mother", choose);
        await world.PassAsync();
        return (server, family, mother);
    }

    /// <summary>Time enough for whatever is told at once, also after a pause.</summary>
    private static async Task PassAWhileAsync(NoticeWorld world)
    {
        await world.PassAsync();
        await world.PassAsync(NoticePlan.Pause);
    }

    [Fact]
    public async Task What_is_answered_taken_back_or_known_before_its_time_is_not_told()
    {
        await using var world = await BeginAsync();
        var (server, family, mother) = await MoveInAsync(world, static choices => choices with { Quiet = new QuietHours(11 * 60, 15 * 60), Zone = TimeZoneInfo.Utc.Id });

        await family.AskAsync(server, mother);
        await world.PassAsync();
        await mother.AnswerAsync(server, CarePlaces.Decline);
        await world.PassAsync();

        await family.AskAsync(server, mother);
        await world.PassAsync();
        Assert.True(await server.Modules.People.Invitations.TakeBackAsync(family.Child.Id, Assert.Single(await server.Modules.People.Invitations.ListAsync(family.Child.Id, Cancel)).Id, Cancel));
        await world.PassAsync();

        await family.AskAsync(server, mother);
        await mother.AnswerAsync(server, CarePlaces.Accept);
        await family.TakeOutAsync(server, mother);
        await world.PassAsync();
        await mother.KnowAsync(server, family);
        await world.PassAsync(TimeSpan.FromDays(1));
        Assert.Empty(world.Push.Got);
    }

    /// <summary>Each time is told: who was let in again may be taken out again.</summary>
    [Fact]
    public async Task Who_is_asked_and_taken_out_again_is_told_again()
    {
        await using var world = await BeginAsync();
        var (server, family, mother) = await MoveInAsync(world);
        for (var told = 0; told < 4; told += 2)
        {
            await family.AskAsync(server, mother);
            await PassAWhileAsync(world);
            Assert.Equal(told + 1, world.Push.Got.Count);
            await mother.AnswerAsync(server, CarePlaces.Accept);
            await family.TakeOutAsync(server, mother);
            await PassAWhileAsync(world);
            Assert.Equal(told + 2, world.Push.Got.Count);
        }
    }

    /// <summary>It is noted before it is done: whoever would be told of what did not happen would believe it.</summary>
    [Fact]
    public async Task What_is_noted_and_not_done_is_not_told_nor_that_one_stepped_back_oneself()
    {
        await using var world = await BeginAsync();
        var (server, family, mother) = await MoveInAsync(world, isLetIn: true);
        var agreements = (await (await family.OpenOwnAsync(server)).ConsentsAsync(Cancel)).Select(static known => known.Entry.Id).ToList();
        await server.Modules.People.EndedCare.TellAsync(mother.Person.Id, family.Record, Family.ChildsName, (family.Parent.Person.Reference, "Sam"), agreements, Cancel);
        await world.PassAsync();
        using var visitor = await mother.SignInAsync(server);
        using var left = await visitor.PostAsync(family.Acting, family.Acting + "/leave");
        Assert.Equal("/circle", left.Headers.Location?.ToString());
        await world.PassAsync(TimeSpan.FromHours(1));
        Assert.Empty(world.Push.Got);
    }

    /// <summary>Whose no to somebody holds shows in no row of theirs that others could look for.</summary>
    [Fact]
    public async Task Who_blocks_whom_they_ask_lets_them_be_told_once_they_do_not_any_more()
    {
        await using var world = await BeginAsync();
        var (server, family, mother) = await MoveInAsync(world);
        var blocks = server.Modules.People.Blocks;
        await family.AskAsync(server, mother);
        Assert.True((await blocks.AddAsync(family.Parent.Person, mother.Person, Cancel)).IsOk);
        await world.PassAsync();
        await world.PassAsync();
        Assert.Empty(world.Push.Got);
        await blocks.RemoveAsync(family.Parent.Person.Id, mother.Person.Id, Cancel);
        await world.PassAsync();
        Assert.Single(world.Push.Got);
    }

    [Fact]
    public async Task A_damaged_record_of_a_child_keeps_who_was_taken_out_from_nothing_else()
    {
        await using var world = await BeginAsync();
        var (server, family, mother) = await MoveInAsync(world, isLetIn: true);
        await family.TakeOutAsync(server, mother);
        await world.PassAsync();
        Assert.Single(world.Push.Got);
        await server.Modules.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync("UPDATE compartment SET ledger_frontier = @none, record_seq = record_seq + 1 WHERE patient_id = @id", new { none = new byte[40], id = family.Record.ToString() }, t), Cancel);
        await server.Modules.People.Requests.AskAsync(family.Home.Doctor.Person, mother.Person.SignInName, new RequestTerms("treat", ["conditions"], 3, "please"), Cancel);
        await PassAWhileAsync(world);
        Assert.Equal(2, world.Push.Got.Count);
    }
}

public sealed class CareNoticesOnSqlite() : CareNoticeContract(null);

public sealed class CareNoticesOnPostgres() : CareNoticeContract(new PostgresTestDatabase());
