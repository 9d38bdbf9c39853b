using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Talks;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Api.Conversations.TalkWorld;

namespace Rapport.Server.Tests.Api.Conversations.Telling;

/// <summary>In how many conversations something waits is told by what holds at that moment, on each server, whatever was told before.</summary>
public abstract class UnreadContract(IServers servers) : OneOrTwoServers(servers)
{
    [Fact]
    public async Task The_number_follows_what_is_said_read_deleted_blocked_and_left_on_both_servers()
    {
        var world = await BeginAsync(One);
        var (doctor, sister) = (world.Doctor, world.Sister);
        await IsAsync(doctor, 0);
        var first = await TalkAsync(world.Ada, "", doctor.Reference, sister.Reference);
        await IsAsync(doctor, 1);
        var second = await TalkAsync(world.Ada, "", doctor.Reference);
        await IsAsync(doctor, 2);
        await IsAsync(sister, 1);

        await ReadAllAsync(Two, doctor, first);
        await IsAsync(doctor, 1);
        await ReadAllAsync(One, doctor, second);
        await IsAsync(doctor, 0);
        await SayAsync(doctor.Client, first, "my own");
        await IsAsync(doctor, 0);
        await SayAsync(sister.Client, first, "hers");
        await IsAsync(doctor, 1);
        await ReadAllAsync(Two, doctor, first);
        One.Clock.Advance(TimeSpan.FromMinutes(1));
        await Two.Modules.People.Blocks.AddAsync(doctor.Person, sister.Person, Cancel);
        await SayAsync(sister.Client, first, "not for who blocks her");
        await IsAsync(doctor, 0);
        await Two.Modules.People.Blocks.RemoveAsync(doctor.Person.Id, sister.Person.Id, Cancel);
        await IsAsync(doctor, 1);

        var (talker, view) = await ViewAsync(One, doctor, first);
        await One.Modules.Conversations.ClearAsync(talker, view, Cancel);
        await IsAsync(doctor, 0);
        await SayAsync(world.Ada.Client, first, "once more");
        await IsAsync(doctor, 1);
        (talker, view) = await ViewAsync(Two, doctor, first);
        Assert.True(await Two.Modules.Conversations.LeaveAsync(talker, view, Pages.Household.ActorOf(doctor.Person), Cancel));
        await IsAsync(doctor, 0);
        await SayAsync(world.Ada.Client, first, "without them");
        await IsAsync(doctor, 0);
        await SayAsync(world.Ada.Client, second, "with them");
        await IsAsync(doctor, 1);

        // Whose record is erased takes the conversations about it along.
        var own = await Server.Hosting.Patients.OpenAsync(One.Modules, world.Ada.Record, Cancel);
        await own.EraseAsync(Cancel);
        await IsAsync(doctor, 0);
        await IsAsync(sister, 0);
    }

    [Fact]
    public async Task A_check_in_that_comes_each_day_waits_each_day_without_anything_new()
    {
        var world = await BeginAsync(One);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        var asked = await PostAsync(
            world.Doctor.Client, $"/api/conversations/{id}/check-ins",
            $$"""{"questionnaire":{"resourceType":"Questionnaire","title":"sleep","status":"active","item":[{"linkId":"a","text":"well?","type":"boolean"}]},"every":"day","until":"{{One.Clock.GetUtcNow().AddDays(2):yyyy-MM-dd}}"}""");
        Assert.Equal(HttpStatusCode.Created, asked.Status);
        await ReadAllAsync(One, world.Ada, id);
        await IsAsync(world.Ada, 1);
        Assert.Equal(HttpStatusCode.NoContent, (await CheckInApiTests.AnswerAsync(world.Ada.Client, $"/api/conversations/{id}/check-ins/{(string)asked.Json["id"]!}", """{"linkId":"a","answer":[{"valueBoolean":true}]}""")).Status);
        await ReadAllAsync(One, world.Ada, id);
        await IsAsync(world.Ada, 0);
        One.Clock.Advance(TimeSpan.FromDays(1));
        if (One != Two)
        {
            Two.Clock.Advance(TimeSpan.FromDays(1));
        }

        await IsAsync(world.Ada, 1);
    }

    private async Task IsAsync(TestPerson person, int count)
    {
        foreach (var server in new[] { One, Two, One })
        {
            Assert.Equal(count, await server.App.Services.GetRequiredService<TalkDoor>().UnreadAsync(person.Person, Cancel));
        }
    }

    private static async Task ReadAllAsync(RunningServer server, TestPerson person, string id)
    {
        var (talker, view) = await ViewAsync(server, person, id);
        await server.Modules.Conversations.MarkReadAsync(talker, view, view.State.Size, Cancel);
    }

    private static async Task<(Talker Talker, TalkView View)> ViewAsync(RunningServer server, TestPerson person, string id)
    {
        var talker = Talker.Themself(person.Person);
        return (talker, (await server.Modules.Conversations.FindAsync(talker, ConversationId.Parse(id), Cancel))!);
    }
}

public sealed class UnreadOnSqlite(OneServer servers) : UnreadContract(servers), IClassFixture<OneServer>;

public sealed class UnreadOnTwoServers(TwoServers servers) : UnreadContract(servers), IClassFixture<TwoServers>
{
    [Fact]
    public async Task The_number_costs_as_much_in_many_conversations_as_in_one()
    {
        using var counter = new CommandCounter(new NpgsqlConnectionStringBuilder(One.Postgres).Database!);
        var world = await BeginAsync(One);
        var door = One.App.Services.GetRequiredService<TalkDoor>();
        List<int> costs = [];
        for (var i = 0; i < 6; i++)
        {
            await TalkAsync(world.Ada, "", world.Doctor.Reference);
            Assert.Equal(i + 1, await door.UnreadAsync(world.Doctor.Person, Cancel));
            counter.Take();
            Assert.Equal(i + 1, await door.UnreadAsync(world.Doctor.Person, Cancel));
            costs.Add(counter.Take());
        }

        // What changed, whom they block, and whether the records are there.
        Assert.All(costs, static cost => Assert.Equal(3, cost));
    }
}
