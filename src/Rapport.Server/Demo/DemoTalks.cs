using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;

namespace Rapport.Server.Demo;

/// <summary>How the demo's people talk about maya's record: each step is done once, whatever a start before did of it and whatever a visitor did since.</summary>
/// <param name="modules">Everything, by the clock at which they talk.</param>
internal sealed class DemoTalks(Modules modules)
{
    private readonly TalkDoor _door = new(modules.Conversations, modules.People, modules.Records);

    /// <summary>Where they talk.</summary>
    public ConversationDesk Desk => modules.Conversations;

    /// <summary>A conversation that maya began, or begins now; null when she deleted it for herself, or may not write to somebody any more.</summary>
    public async Task<ConversationId?> BeginAsync(Person maya, string subject, Topic topic, IReadOnlyList<string> with, CancellationToken cancel)
    {
        var (talker, about) = (await TalkerAsync(maya, cancel), maya.Record!.Value);
        if ((await Desk.ListAsync(talker, cancel)).FirstOrDefault(view => view.State.Subject == subject) is { } known)
        {
            return known.Id;
        }

        return await _door.MembersAsync(talker, Patients.ActorOf(maya), about, topic, with, isPrivate: false, cancel) is { } members
            ? (await Desk.BeginAsync(talker, new NewConversation(about, subject, topic, members, Once: $"demo: {subject}"), cancel))?.View?.Id : null;
    }

    /// <summary>Does the next step of a conversation, unless it has gone on from there; then whoever did it has read all there is.</summary>
    /// <param name="by">Who.</param>
    /// <param name="id">The conversation; null for none.</param>
    /// <param name="after">How many lines it has when this is the next step.</param>
    /// <param name="step">What is done.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task DoAsync(Person by, ConversationId? id, long after, Func<Talker, TalkView, Task> step, CancellationToken cancel)
    {
        var talker = await TalkerAsync(by, cancel);
        if (id is { } known && await Desk.FindAsync(talker, known, cancel) is { } view && view.State.Size == after)
        {
            await step(talker, view);
            await Desk.MarkReadAsync(talker, await Desk.FindAsync(talker, known, cancel) ?? view, long.MaxValue, cancel);
        }
    }

    /// <summary>Says something as the next step.</summary>
    public Task SayAsync(Person by, ConversationId? id, long after, string text, CancellationToken cancel) =>
        DoAsync(by, id, after, (talker, view) => Desk.SayAsync(talker, view, new NewMessage(text, text, []), null, cancel), cancel);

    private Task<Talker> TalkerAsync(Person person, CancellationToken cancel) => Talker.OfAsync(person, Patients.ActorOf(person), modules.Records, cancel);
}
