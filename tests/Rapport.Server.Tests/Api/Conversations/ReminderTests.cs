using Rapport.Conversations;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>Who is told live of what their team has not answered. A server of its own: it moves the clock.</summary>
public sealed class ReminderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_has_it_in_hand_is_reminded_live_alone_and_when_it_is_late_everybody_in_the_conversation_does()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var world = await TalkWorld.BeginAsync(server);
        var colleague = await server.AddDoctorAsync();
        await server.Modules.People.Directory.AddMemberAsync(world.Team.Id.Organisation, colleague.Person.Id, "nurse", null, Cancel);
        await server.Modules.People.CareTeams.SetMemberAsync(world.Team.Id, colleague.Person.Id, true, Cancel);
        await server.Modules.Conversations.Promises.SetAsync(
            world.Team.Id,
            new TeamPromise
            {
                Hours = new TeamHours(TimeZoneInfo.Utc, [.. Enum.GetValues<DayOfWeek>().Select(static day => new OpenTime(day, 0, 1440))], []),
                Usual = new AnswerTime(4, AnswerUnit.OpenHours),
                ToldOfOverdue = world.Nurse.Person.Id,
                ToldOfOverdueName = world.Nurse.Person.DisplayName,
            },
            0,
            Cancel);
        var id = await TalkWorld.TalkAsync(world.Ada, with: world.Team.Reference);
        var said = await TalkWorld.SayAsync(world.Ada.Client, id, "May I run?");
        var holder = await Talker.OfAsync((await server.Modules.People.Accounts.FindAsync(world.Nurse.Person.Id, Cancel))!, Pages.Household.ActorOf(world.Nurse.Person), server.Modules.Records, Cancel);
        Assert.True(Data.ConversationId.TryParse(id, out var known));
        Assert.True(await server.Modules.Conversations.TakeAsync(holder, (await server.Modules.Conversations.FindAsync(holder, known, Cancel))!, world.Nurse.Person.Id, world.Nurse.Person.DisplayName, Cancel));
        await using var nurse = await Listener.OpenAsync(server, world.Nurse);
        await using var other = await Listener.OpenAsync(server, colleague);
        server.Clock.Advance(TimeSpan.FromHours(3));
        await server.Modules.Conversations.Late.TellAsync(Cancel);
        var reminded = (await nurse.NextAsync())!;
        Assert.Equal((id, (string)said["id"]!, (string)said["promise"]!["by"]!), ((string)reminded["conversation"]!, (string)reminded["id"]!, (string)reminded["by"]!));

        server.Clock.Advance(TimeSpan.FromHours(1));
        await server.Modules.Conversations.Late.TellAsync(Cancel);
        foreach (var listener in new[] { nurse, other })
        {
            var late = (await listener.NextAsync())!["message"]!;
            Assert.Equal(("overdue", world.Nurse.Person.DisplayName, "Heart team"), ((string)late["kind"]!, (string)late["who"]!, (string)late["by"]!["name"]!));
        }

        var told = (await world.Ada.Client.ReadAsync("/api/conversations")).Json["conversations"]![0]!;
        Assert.Equal((world.Nurse.Person.DisplayName, true), ((string)told["assignee"]!, (bool)told["waits"]!["overdue"]!));
    }
}
