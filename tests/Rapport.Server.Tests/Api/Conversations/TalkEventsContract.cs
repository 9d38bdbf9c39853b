using System.Net;
using Rapport.Conversations;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Api.Conversations.TalkWorld;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>Who listens hears each line once, in its order, over cuts and whichever server they come back to; and nothing that is not theirs at that moment.</summary>
public abstract class TalkEventsContract(IServers servers) : OneOrTwoServers(servers)
{
    [Fact]
    public async Task Everything_is_heard_once_and_in_its_order_over_cuts_on_both_servers()
    {
        var world = await BeginAsync(One);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference, world.Team.Reference);
        using var far = Two.Client(world.Ada.Token.Secret);
        const int most = 40;
        var texts = Enumerable.Range(0, most).Select(static i => $"message {i}").ToList();
        List<string> heard = [];
        var listener = await Listener.OpenAsync(One, world.Doctor);
        var saying = Task.Run(
            async () =>
            {
                for (var i = 0; i < most; i++)
                {
                    await SayAsync(i % 2 == 0 ? world.Ada.Client : far, id, texts[i], $"k-{i}");
                }
            },
            Cancel);
        for (var i = 0; i < most; i++)
        {
            heard.Add((await listener.TextAsync())!);
            if (i % 7 == 3)
            {
                // The connection is cut, and the listener comes back to the other server with what it heard last.
                var last = listener.LastId;
                await listener.DisposeAsync();
                listener = await Listener.OpenAsync(i % 2 == 0 ? One : Two, world.Doctor, last);
            }
        }

        await saying;
        await SayAsync(world.Ada.Client, id, "the end");
        heard.Add((await listener.TextAsync())!);
        await listener.DisposeAsync();
        Assert.Equal([.. texts, "the end"], heard);
    }

    [Fact]
    public async Task Who_is_in_it_twice_hears_it_once()
    {
        var world = await BeginAsync(One);
        await using var listener = await Listener.OpenAsync(Two, world.Nurse);
        var id = await TalkAsync(world.Ada, "", world.Nurse.Reference, world.Team.Reference);
        await SayAsync(world.Ada.Client, id, "first");
        await SayAsync(world.Ada.Client, id, "second");
        Assert.Equal("opened", (string)(await listener.NextAsync())!["message"]!["kind"]!);
        Assert.Equal("first", (string)(await listener.NextAsync())!["message"]!["text"]!);
        Assert.Equal("second", (string)(await listener.NextAsync())!["message"]!["text"]!);
    }

    [Fact]
    public async Task Who_is_taken_in_by_themself_after_a_cut_hears_what_their_team_was_told_and_nothing_twice()
    {
        var world = await BeginAsync(One);
        var id = await TalkAsync(world.Ada, "", world.Team.Reference);
        var before = await Listener.OpenAsync(One, world.Nurse);
        await before.DisposeAsync();
        await SayAsync(world.Ada.Client, id, "while away");
        var desk = One.Modules.Conversations;
        var ada = await Talker.OfAsync(world.Ada.Person, Pages.Household.ActorOf(world.Ada.Person), One.Modules.Records, Cancel);
        Assert.True(await desk.AddMemberAsync(ada, (await desk.FindAsync(ada, Data.ConversationId.Parse(id), Cancel))!, new Member(world.Nurse.Reference, "Nurse", "nurse"), Cancel));
        await SayAsync(world.Ada.Client, id, "after");

        await using var again = await Listener.OpenAsync(Two, world.Nurse, before.LastId);
        List<string> heard = [(await again.TextAsync())!, (await again.TextAsync())!];
        await SayAsync(world.Ada.Client, id, "the end");
        Assert.Equal("the end", await again.TextAsync());
        Assert.Equal(["after", "while away"], heard.Order());
    }

    [Fact]
    public async Task Who_comes_back_after_very_long_hears_what_is_still_there_and_what_comes()
    {
        var world = await BeginAsync(One);
        string position;
        await using (var listener = await Listener.OpenAsync(One, world.Doctor))
        {
            position = listener.LastId;
        }

        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        await SayAsync(world.Ada.Client, id, "of long ago");
        await Two.Modules.Conversations.News.ForgetAsync(Two.Clock.GetUtcNow() + TalkNews.KeptFor + TimeSpan.FromDays(1), Cancel);
        await SayAsync(world.Ada.Client, id, "of today");
        await using var back = await Listener.OpenAsync(Two, world.Doctor, position);
        Assert.Equal("of today", await back.TextAsync());
        await SayAsync(world.Ada.Client, id, "of now");
        Assert.Equal("of now", await back.TextAsync());
    }

    [Fact]
    public async Task Who_left_and_who_was_never_in_it_hear_nothing_of_it()
    {
        var world = await BeginAsync(One);
        await using var stranger = await Listener.OpenAsync(Two, world.Stranger);
        await using var doctor = await Listener.OpenAsync(Two, world.Doctor);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        await SayAsync(world.Ada.Client, id, "before");
        Assert.Equal("before", await doctor.TextAsync());
        var desk = One.Modules.Conversations;
        var ada = await Talker.OfAsync(world.Ada.Person, Pages.Household.ActorOf(world.Ada.Person), One.Modules.Records, Cancel);
        var own = await Server.Hosting.Patients.OpenAsync(One.Modules, world.Ada.Record, Cancel);
        Assert.True(await desk.RemoveMemberAsync(ada, (await desk.FindAsync(ada, Data.ConversationId.Parse(id), Cancel))!, own.Attached, world.Doctor.Reference, Cancel));
        await SayAsync(world.Ada.Client, id, "after");
        var next = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        await SayAsync(world.Ada.Client, next, "of another");
        Assert.Equal("of another", await doctor.TextAsync());

        // The first that the stranger hears is of a conversation that is theirs.
        await One.Modules.People.Circle.AddAsync(world.Ada.Record, world.Stranger.Person.Id, "friend", Cancel);
        var third = await TalkAsync(world.Ada, "", $"RelatedPerson/{world.Stranger.Person.Id}");
        Assert.Equal(third, (string)(await stranger.NextAsync())!["conversation"]!);
    }

    [Fact]
    public async Task A_stream_ends_with_the_token_and_its_position_opens_nothing_of_others()
    {
        var world = await BeginAsync(One);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        await SayAsync(world.Ada.Client, id, "of the past");
        string position;
        await using (var listener = await Listener.OpenAsync(One, world.Doctor))
        {
            position = listener.LastId;
            Assert.DoesNotContain(world.Doctor.Person.Id.ToString(), position);
            await One.Modules.People.AccessTokens.RevokeAsync(world.Doctor.Person.Id, world.Doctor.Token.Token.Id, Cancel);
            await SayAsync(world.Ada.Client, id, "after the token");
            Assert.Null(await listener.TextAsync());
        }

        await using var stranger = await Listener.OpenAsync(One, world.Stranger, position);
        await One.Modules.People.Circle.AddAsync(world.Ada.Record, world.Stranger.Person.Id, "friend", Cancel);
        var other = await TalkAsync(world.Ada, "", $"RelatedPerson/{world.Stranger.Person.Id}");
        Assert.Equal(other, (string)(await stranger.NextAsync())!["conversation"]!);
        Assert.Equal(HttpStatusCode.BadRequest, (await Listener.AskAsync(One, world.Ada, "no position")).StatusCode);
        Assert.Equal(HttpStatusCode.NotAcceptable, (await Listener.AskAsync(One, world.Ada, accept: "application/json")).StatusCode);
    }
}

public sealed class TalkEventsOnSqlite(OneServer servers) : TalkEventsContract(servers), IClassFixture<OneServer>;

public sealed class TalkEventsOnTwoServers(TwoServers servers) : TalkEventsContract(servers), IClassFixture<TwoServers>;
