using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Notices;

/// <summary>What somebody may not see is nothing that waits for them.</summary>
public sealed class NoticeOfTheUnseenTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_came_later_is_not_told_that_something_waits_when_what_was_said_before_is_put_right()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var (people, desk) = (world.People, world.Server.Modules.Conversations);
        var (ada, id) = (await Talker.OfAsync(people.Ada.Person, Household.ActorOf(people.Ada.Person), world.Server.Modules.Records, Cancel), ConversationId.Parse(world.Talk));
        await world.SayAsync(people.Ada, "said before");
        Assert.True(await desk.AddMemberAsync(ada, (await desk.FindAsync(ada, id, Cancel))!, new Member(people.Sister.Reference, "Sister", "sister"), Cancel));
        await world.ReadAsync(people.Sister);
        await world.TurnOnAsync(people.Sister, "/sister");
        Assert.True(await desk.CorrectAsync(ada, (await desk.FindAsync(ada, id, Cancel))!, 2, "put right", Cancel));
        await world.PassAsync(TimeSpan.FromHours(1));
        Assert.Empty(world.Push.Got);

        await world.SayAsync(people.Ada, "said to all");
        Assert.True(await desk.CorrectAsync(ada, (await desk.FindAsync(ada, id, Cancel))!, 5, "said to all of you", Cancel));
        await world.PassAsync();
        Assert.Equal(["/sister"], world.Push.Got.Select(static got => got.Path));
    }
}
