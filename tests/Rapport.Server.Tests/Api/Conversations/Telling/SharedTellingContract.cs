using Rapport.Conversations;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Api.Conversations.TalkWorld;

namespace Rapport.Server.Tests.Api.Conversations.Telling;

/// <summary>However many listen at once, at however many devices and servers, each hears what is theirs at that moment, once, and nothing that was decided for somebody else or earlier.</summary>
public abstract class SharedTellingContract(IServers servers) : OneOrTwoServers(servers)
{
    [Fact]
    public async Task Each_of_those_who_are_told_of_the_same_lines_hears_them_as_they_may()
    {
        var world = await BeginAsync(One);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference, world.Sister.Reference);
        await SayAsync(world.Doctor.Client, id, "early");
        await One.Modules.People.Blocks.AddAsync(world.Sister.Person, world.Doctor.Person, Cancel);
        TestPerson[] people = [world.Ada, world.Doctor, world.Sister, world.Nurse];
        List<(TestPerson Person, Listener Listener)> listeners = [];
        foreach (var person in people)
        {
            foreach (var server in new[] { One, One, Two, Two })
            {
                listeners.Add((person, await Listener.OpenAsync(server, person)));
            }
        }

        var (desk, ada) = (One.Modules.Conversations, await TalkerAsync(world));
        await SayAsync(world.Ada.Client, id, "before the team");
        Assert.True(await desk.AddMemberAsync(ada, await ViewAsync(ada, id), new Member(world.Team.Reference, "Heart team", "Hill"), Cancel));
        TestPerson[] writers = [world.Ada, world.Doctor, world.Sister];
        await Task.WhenAll(writers.Select(async (person, who) =>
        {
            for (var i = 0; i < 8; i++)
            {
                await SayAsync(person.Client, id, $"{(char)('a' + who)}{i}");
            }
        }));
        await SayAsync(world.Ada.Client, id, "the end");

        string[] all = [.. from who in "abc" from i in Enumerable.Range(0, 8) select $"{who}{i}"];
        await Task.WhenAll(listeners.Select(async one =>
        {
            List<string> heard = [];
            while (await one.Listener.TextAsync() is { } text && text != "the end")
            {
                heard.Add(text);
            }

            string[] first = one.Person == world.Nurse ? [] : ["before the team"];
            Assert.Equal([.. first, .. all.Where(text => one.Person != world.Sister || text[0] != 'b')], heard.OrderBy(static text => text.Length == 2).ThenBy(static text => text));
            await one.Listener.DisposeAsync();
        }));
    }

    [Fact]
    public async Task What_one_device_was_told_another_is_not_told_after_they_were_taken_out_or_block_who_said_it()
    {
        var world = await BeginAsync(One);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference, world.Sister.Reference);
        string doctorWas, sisterWas;
        await using (var doctor = await Listener.OpenAsync(Two, world.Doctor))
        await using (var sister = await Listener.OpenAsync(Two, world.Sister))
        {
            (doctorWas, sisterWas) = (doctor.LastId, sister.LastId);
            await SayAsync(world.Ada.Client, id, "told once");
            Assert.Equal("told once", await doctor.TextAsync());
            Assert.Equal("told once", await sister.TextAsync());

            // While the first go on listening.
            await RemoveAsync(world, id);
            await One.Modules.People.Blocks.AddAsync(world.Sister.Person, world.Ada.Person, Cancel);
            await using var again = await Listener.OpenAsync(Two, world.Doctor, doctorWas);
            await using var back = await Listener.OpenAsync(Two, world.Sister, sisterWas);
            await SayAsync(world.Sister.Client, id, "from the sister");
            var other = await TalkAsync(world.Ada, "", world.Doctor.Reference);
            await SayAsync(world.Ada.Client, other, "of another");
            Assert.Equal("of another", await again.TextAsync());
            Assert.Equal("of another", await doctor.TextAsync());
            Assert.Equal("from the sister", await back.TextAsync());
        }
    }

    [Fact]
    public async Task Who_is_taken_out_while_much_is_said_hears_nothing_that_is_said_after_that_was_answered()
    {
        var world = await BeginAsync(One);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference, world.Sister.Reference);
        List<Listener> listeners = [];
        foreach (var server in new[] { One, One, Two, Two })
        {
            listeners.Add(await Listener.OpenAsync(server, world.Doctor));
        }

        var (desk, ada) = (One.Modules.Conversations, await TalkerAsync(world));
        using var far = Two.Client(world.Sister.Token.Secret);
        for (var i = 0; i < 8; i++)
        {
            var text = $"while {i}";
            await Task.WhenAll(SayAsync(far, id, text), SayAsync(world.Ada.Client, id, text), RemoveAsync(world, id));
            await SayAsync(world.Ada.Client, id, $"after {i}");
            Assert.True(await desk.AddMemberAsync(ada, await ViewAsync(ada, id), new Member(world.Doctor.Reference, "Doctor", "doctor"), Cancel));
            await SayAsync(far, id, $"back {i}");
            foreach (var listener in listeners)
            {
                string? heard;
                do
                {
                    heard = await listener.TextAsync();
                    Assert.False(heard!.StartsWith("after", StringComparison.Ordinal), heard);
                }
                while (heard != $"back {i}");
            }
        }

        foreach (var listener in listeners)
        {
            await listener.DisposeAsync();
        }
    }

    [Fact]
    public async Task Devices_that_come_back_to_different_places_hear_the_rest_of_each()
    {
        var world = await BeginAsync(One);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        List<string> positions = [];
        await using (var listener = await Listener.OpenAsync(One, world.Doctor))
        {
            for (var i = 0; i < 5; i++)
            {
                positions.Add(listener.LastId);
                await SayAsync(world.Ada.Client, id, $"line {i}");
                await listener.TextAsync();
            }
        }

        var back = await Task.WhenAll(positions.Select(position => Listener.OpenAsync(Two, world.Doctor, position)));
        await SayAsync(world.Ada.Client, id, "line 5");
        for (var from = 0; from < back.Length; from++)
        {
            for (var i = from; i <= 5; i++)
            {
                Assert.Equal($"line {i}", await back[from].TextAsync());
            }

            await back[from].DisposeAsync();
        }
    }

    private async Task RemoveAsync(TalkWorld world, string id)
    {
        var ada = await TalkerAsync(world);
        var own = await Server.Hosting.Patients.OpenAsync(One.Modules, world.Ada.Record, Cancel);
        Assert.True(await One.Modules.Conversations.RemoveMemberAsync(ada, await ViewAsync(ada, id), own.Attached, world.Doctor.Reference, Cancel));
    }

    private Task<Talker> TalkerAsync(TalkWorld world) => Talker.OfAsync(world.Ada.Person, Pages.Household.ActorOf(world.Ada.Person), One.Modules.Records, Cancel);

    private async Task<TalkView> ViewAsync(Talker talker, string id) => (await One.Modules.Conversations.FindAsync(talker, Data.ConversationId.Parse(id), Cancel))!;
}

public sealed class SharedTellingOnSqlite(OneServer servers) : SharedTellingContract(servers), IClassFixture<OneServer>;

public sealed class SharedTellingOnTwoServers(TwoServers servers) : SharedTellingContract(servers), IClassFixture<TwoServers>;
