using System.Text.Json.Nodes;
using Rapport.Conversations;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Api.Conversations.TalkWorld;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>What a program is told of what became of its person's messages.</summary>
public sealed class MessageStateApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_of_ones_own_messages_is_sent_delivered_read_or_answered_and_others_say_nothing()
    {
        var world = await TalkWorld.BeginAsync(server);
        await PromiseAsync(server, world);
        var id = await TalkAsync(world.Ada, "", world.Team.Reference, world.Sister.Reference);
        await SayAsync(world.Ada.Client, id, "May I run?");
        var state = (await StatesAsync(world.Ada, id))[2]!;
        Assert.Equal(("sent", false, 0), ((string)state["is"]!, (bool)state["delivered"]!, state["read"]!.AsArray().Count));
        var promise = Assert.Single(state["promises"]!.AsArray())!;
        Assert.Equal((world.Team.Reference, "waiting", null), ((string)promise["who"]!, (string)promise["is"]!, (string?)promise["hands"]));
        Assert.Null((await StatesAsync(world.Nurse, id)).GetValueOrDefault(2));

        // A program that asked for the list has none of it; one that asked for the messages has, and nobody has read it.
        await world.Sister.Client.ReadAsync("/api/conversations");
        await using (var listener = await Listener.OpenAsync(server, world.Sister))
        {
            await SayAsync(world.Ada.Client, id, "And swim?");
            Assert.Equal("And swim?", await listener.TextAsync());
        }

        await StatesAsync(world.Nurse, id);
        await SayAsync(world.Ada.Client, id, "And climb?");
        var states = await StatesAsync(world.Ada, id);
        Assert.Equal(["delivered", "delivered", "sent"], states.OrderBy(static one => one.Key).Select(static one => (string)one.Value!["is"]!));

        var desk = server.Modules.Conversations;
        var nurse = Talker.Themself((await server.Modules.People.Accounts.FindAsync(world.Nurse.Person.Id, Cancel))!);
        var view = (await desk.FindAsync(nurse, Data.ConversationId.Parse(id), Cancel))!;
        await desk.MarkReadAsync(nurse, view, 3, Cancel);
        Assert.True(await desk.TakeAsync(nurse, view, world.Nurse.Person.Id, world.Nurse.Person.DisplayName, Cancel));
        state = (await StatesAsync(world.Ada, id))[3]!;
        Assert.Equal(("read", world.Nurse.Person.DisplayName), ((string)state["is"]!, (string)state["read"]![0]!["name"]!));
        Assert.Equal(world.Nurse.Person.DisplayName, (string)state["promises"]![0]!["hands"]!);

        await SayAsync(world.Nurse.Client, id, "All of it.");
        await SayAsync(world.Ada.Client, id, "Thank you.");
        states = await StatesAsync(world.Ada, id);
        Assert.Equal(["answered", "answered", "answered", "sent"], states.OrderBy(static one => one.Key).Select(static one => (string)one.Value!["is"]!));
        promise = states[2]!["promises"]![0]!;
        Assert.Equal(("answered", "6", world.Nurse.Person.DisplayName, null), ((string)promise["is"]!, (string)promise["message"]!, (string)promise["name"]!, (string?)promise["lateMinutes"]?.ToString()));

        // Asked for alone it says the same.
        var alone = (await world.Ada.Client.ReadAsync($"/api/conversations/{id}/messages?after=1&count=1")).Json["messages"]![0]!["state"]!;
        Assert.Equal(states[2]!.ToJsonString(), alone.ToJsonString());
    }

    [Fact]
    public async Task What_is_late_says_by_how_much_before_and_after_it_is_answered()
    {
        await using var own = new RunningServer();
        await own.InitializeAsync();
        var world = await TalkWorld.BeginAsync(own);
        await PromiseAsync(own, world);
        var id = await TalkAsync(world.Ada, "", world.Team.Reference);
        await SayAsync(world.Ada.Client, id, "May I run?");
        own.Clock.Advance(TimeSpan.FromHours(8.5));
        var promise = (await StatesAsync(world.Ada, id))[2]!["promises"]![0]!;
        Assert.Equal(("late", 30), ((string)promise["is"]!, (int)promise["lateMinutes"]!));
        await SayAsync(world.Nurse.Client, id, "Yes.");
        own.Clock.Advance(TimeSpan.FromHours(1));
        promise = (await StatesAsync(world.Ada, id))[2]!["promises"]![0]!;
        Assert.Equal(("answered", 30), ((string)promise["is"]!, (int)promise["lateMinutes"]!));
    }

    private static async Task<Dictionary<long, JsonNode?>> StatesAsync(TestPerson person, string id) =>
        (await person.Client.ReadAsync($"/api/conversations/{id}/messages")).Json["messages"]!.AsArray().Where(static line => line!["state"] is not null).ToDictionary(static line => long.Parse((string)line!["id"]!), static line => line!["state"]);

    private static Task PromiseAsync(RunningServer server, TalkWorld world) => server.Modules.Conversations.Promises.SetAsync(
        world.Team.Id,
        new TeamPromise { Hours = new TeamHours(TimeZoneInfo.Utc, [.. Enum.GetValues<DayOfWeek>().Select(static day => new OpenTime(day, 0, 1440))], []), Usual = new AnswerTime(8, AnswerUnit.OpenHours) },
        0,
        Cancel);
}
