using Rapport.Conversations;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Demo;

/// <summary>An invented room of maya's with those who look after her. Nothing is attached, so nothing is shared.</summary>
internal static class DemoConversations
{
    /// <summary>Lets them talk, unless they did; what was cut short is gone on with.</summary>
    public static async Task TalkAsync(Modules modules, IReadOnlyDictionary<string, Person> people, CancellationToken cancel)
    {
        var (talks, maya, sam, sofia) = (new DemoTalks(modules), people[DemoPerson.Maya], people["sam"], people[DemoPerson.Sofia]);
        var room = await talks.BeginAsync(maya, "Who comes along on Thursday?", Topic.Appointments, [sam.Reference, sofia.Reference], cancel);
        await talks.SayAsync(maya, room, after: 1, "My visit at the hospital is on Thursday at ten. Can one of you come along?", cancel);
        await talks.SayAsync(sam, room, after: 2, "I can. I pick you up at half past nine.", cancel);
        await talks.SayAsync(sofia, room, after: 3, "Good. Ask them about the new tablets: https://leaflets.example.org/metformin", cancel);
    }
}
