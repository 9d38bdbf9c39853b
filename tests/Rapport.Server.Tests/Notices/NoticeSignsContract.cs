using Dapper;
using Npgsql;
using Rapport.Consent;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Notices;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Notices;

/// <summary>Nobody is looked at for whom nothing can be new, and whatever somebody is to be told of shows.</summary>
public abstract class NoticeSignsContract(TestDatabase? database) : IAsyncLifetime
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Deeds => [.. NoticeDeed.All.Keys];

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

    private protected Task<NoticeWorld> BeginAsync() => NoticeWorld.BeginAsync(postgres: (database as PostgresTestDatabase)?.ConnectionString);

    [Theory]
    [MemberData(nameof(Deeds))]
    public async Task What_others_do_shows_and_nothing_else_does(string name)
    {
        await using var world = await BeginAsync();
        var deed = await NoticeDeed.All[name].ReadyAsync(world);
        await ShowsAsync(world, deed.Patient, deed.DoAsync);
    }

    [Fact]
    public async Task What_is_answered_asked_of_and_entrusted_to_somebody_shows_and_who_they_are()
    {
        await using var world = await BeginAsync();
        var (server, people) = (world.Server, world.Server.Modules.People);
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        await people.Requests.AskAsync(home.Doctor.Person, home.Patient.SignInName, new RequestTerms("treat", ["conditions"], 3, "please"), Cancel);
        var asked = Assert.Single(await people.Requests.ListReceivedAsync(home.Patient.Person, Cancel));
        await ShowsAsync(world, home.Doctor.Person, () => people.Requests.RefuseAsync(home.Patient.Person, asked, tell: true, forGood: false, Cancel));

        var opinions = new OpinionPagesTests(server);
        Person? lee = null;
        await ShowsAsync(world, home.Doctor.Person, async () => lee = await opinions.VerifyAsync(home.Doctor));
        await ShowsAsync(world, lee!, async () => await opinions.AskAsync(patient, await opinions.ProblemAsync(home, "diabetes"), lee!));
        await ShowsAsync(world, lee!, async () => await people.Blocks.AddAsync(lee!, home.Patient.Person, Cancel));
        await ShowsAsync(world, lee!, async () => await people.Blocks.RemoveAsync(lee!.Id, home.Patient.Person.Id, Cancel));

        await people.Circle.SetEmergencyContactAsync(home.Patient.Person.Record!.Value, home.Carer.Person, true, "daughter", Cancel);
        await ShowsAsync(world, home.Carer.Person, async () => await people.Emergencies.AnnounceAsync(home.Patient.Person, lee!, "found unconscious", [home.Carer.Person.Id], Cancel));
    }

    /// <summary>What was to be told of whoever acts for somebody waits for them in what they may read for them.</summary>
    [Fact]
    public async Task What_is_said_to_whom_somebody_acts_for_shows()
    {
        await using var world = await BeginAsync();
        var (ada, sister) = (world.People.Ada, world.People.Sister);
        await ShowsAsync(world, ada.Person, () => world.SayAsync(world.People.Doctor, "one"));
        await ShowsAsync(world, sister.Person, () => LetActAsync(null));
        await ShowsAsync(world, sister.Person, () => world.SayAsync(world.People.Doctor, "two"));

        // What begins later shows when it does.
        var nurse = world.People.Nurse;
        var begins = DateOnly.FromDateTime(world.Clock.GetUtcNow().UtcDateTime).AddDays(2);
        (sister, var before) = (nurse, await SignAsync(world, nurse.Person));
        await LetActAsync(begins);
        Assert.Equal(before, await SignAsync(world, nurse.Person));
        await ShowsAsync(world, nurse.Person, () =>
        {
            world.Clock.Advance(TimeSpan.FromDays(3));
            return Task.CompletedTask;
        });

        async Task LetActAsync(DateOnly? from)
        {
            var own = await Patients.OpenAsync(world.Server.Modules, ada.Record, Cancel);
            var terms = new ActingTerms(
                new SharingTerms { Recipient = sister.Reference, RecipientName = "Sister", Purpose = PurposeOfUse.ActingForPatient, From = from }, [ConsentAction.Access, ConsentAction.Converse], Delegation.Delegatee);
            Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, terms.ToConsent(own.Patient, "Ada", world.Clock.GetUtcNow()), null, Cancel)).Status);
        }
    }

    [Fact]
    public async Task Whose_rows_do_not_open_keeps_nobody_else_from_being_told()
    {
        await using var world = await BeginAsync();
        var (ada, nurse, people) = (world.People.Ada, world.People.Nurse, world.Server.Modules.People);
        await world.TurnOnAsync(ada, "/ada");
        await world.TurnOnAsync(nurse, "/nurse");
        await world.PassAsync();
        await world.Server.Modules.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync("UPDATE person SET profile = @none WHERE person_id = @id", new { none = new byte[40], id = nurse.Person.Id.ToString() }, t), Cancel);
        await people.Requests.AskAsync(world.People.Doctor.Person, ada.Person.SignInName, new RequestTerms("treat", ["conditions"], 3, "please"), Cancel);
        await world.PassAsync();
        Assert.Equal(["/ada"], world.Push.Got.Select(static got => got.Path));
    }

    /// <summary>Does something after a while in which nothing was, for which nothing shows.</summary>
    private static async Task ShowsAsync(NoticeWorld world, Person person, Func<Task> doAsync)
    {
        var before = await SignAsync(world, person);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(before, await SignAsync(world, person));
        await doAsync();
        Assert.NotEqual(before, await SignAsync(world, person));
    }

    private static async Task<string> SignAsync(NoticeWorld world, Person person)
    {
        var now = (await world.Server.Modules.People.Accounts.FindAsync(person.Id, Cancel))!;
        return (await new NoticeSigns(world.Server.Modules).OfAsync([now], Cancel))[person.Id];
    }
}

public sealed class NoticeSignsOnSqlite() : NoticeSignsContract(null);

public sealed class NoticeSignsOnPostgres() : NoticeSignsContract(new PostgresTestDatabase())
{
    [Fact]
    public async Task A_round_in_which_nothing_is_new_asks_as_often_for_many_people_as_for_one()
    {
        await using var world = await BeginAsync();
        using var counter = new CommandCounter(new NpgsqlConnectionStringBuilder(world.Server.Postgres).Database!);
        await world.TurnOnAsync(world.People.Ada, "/ada");
        var one = await CostAsync();
        TestPerson[] more = [world.People.Doctor, world.People.Nurse, world.People.Sister, world.People.Stranger, .. await Task.WhenAll(Enumerable.Range(0, 15).Select(_ => world.Server.AddAdaAsync()))];
        foreach (var person in more)
        {
            await world.TurnOnAsync(person, "/more");
        }

        // Whether it is the time, who is told, who they are (two), what shows of them (four), who comes after them, and what is due (twice).
        Assert.Equal((11, 11), (one, await CostAsync()));

        async Task<int> CostAsync()
        {
            await world.PassAsync(TimeSpan.FromMinutes(1));
            world.Clock.Advance(TimeSpan.FromMinutes(1));
            return await counter.WithinAsync(() => world.WorkAsync());
        }
    }
}
