using System.Text.Json.Serialization;
using Rapport.Conversations;
using Rapport.Data;

namespace Rapport.Server.Api.Conversations;

/// <summary>What a script is told of conversations.</summary>
/// <param name="Conversations">The newest first.</param>
internal sealed record TalkList(IReadOnlyList<TalkTold> Conversations);

/// <summary>A conversation.</summary>
/// <param name="Id">Its id.</param>
/// <param name="About">The patient it is about.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Topic">What kind of matter.</param>
/// <param name="With">Everybody in it.</param>
/// <param name="Last">When something happened in it last.</param>
/// <param name="Unread">Whether there is something that the caller has neither read nor written.</param>
/// <param name="Waits">What waits for an answer: of the caller's own team, or what was asked first; left out when nothing does.</param>
/// <param name="Assignee">The name of whom of the team it is assigned to now, who stands in for who is away; left out for nobody.</param>
/// <param name="AllWaits">What waits for each team, where several owe an answer; left out else.</param>
/// <param name="State"><c>open</c>, <c>closed</c> (a new message opens it again) or <c>ended</c>.</param>
internal sealed record TalkTold(
    string Id, string About, string Subject, string Topic, IReadOnlyList<MemberTold> With, DateTimeOffset Last, bool Unread, WaitsTold? Waits, IReadOnlyList<WaitsTold>? AllWaits, string? Assignee, string State)
{
    internal static TalkTold Of(TalkView view, HandsOfTeams hands, DateTimeOffset now) => new(
        view.Id.ToString(), $"Patient/{view.Patient}", view.State.Subject, NameOf(view.State.Topic), [.. view.State.Seats.Select(static seat => MemberTold.Of(seat.Member))], view.State.LastAt, view.IsUnread,
        WaitsTold.Of(view.IsTeam ? view.State.Of(view.Capacity.Reference).Waits : view.State.Waits, now),
        view.State.AllWaiting is { Count: > 1 } all ? [.. all.Select(waits => WaitsTold.Of(waits, now)!)] : null,
        hands.For(view).Name, view.State.IsEnded ? "ended" : view.State.IsClosed ? "closed" : "open");

    internal static string NameOf(Topic topic) => topic.ToString().ToLowerInvariant();
}

/// <summary>Somebody in a conversation.</summary>
internal sealed record MemberTold(string Reference, string Name, string Relation)
{
    internal static MemberTold Of(Member member) => new(member.Reference, member.Name, member.Relation);
}

/// <summary>Who answers, and by when.</summary>
/// <param name="Who">Their reference.</param>
/// <param name="By">By when; left out when they promise no time.</param>
internal sealed record PromiseTold(string Who, DateTimeOffset? By)
{
    internal static PromiseTold? Of(AnswerPromise? promise) => promise is null ? null : new(promise.Who, promise.By);

    /// <summary>What each team promised, where several did; null else.</summary>
    internal static IReadOnlyList<PromiseTold>? AllOf(SaidLine said) => said.AlsoPromised is null ? null : [.. said.Promises.Select(static promise => Of(promise)!)];
}

/// <summary>What waits for an answer.</summary>
internal sealed record WaitsTold(string Who, DateTimeOffset? By, bool Overdue)
{
    internal static WaitsTold? Of(Awaited? waits, DateTimeOffset now) => waits is null ? null : new(waits.Promise.Who, waits.Promise.By, waits.Promise.By <= now);
}

/// <summary>A conversation that was begun.</summary>
internal sealed record TalkMade(string Id);

/// <summary>A message that was stored.</summary>
/// <param name="Id">Its number in the conversation.</param>
/// <param name="At">When.</param>
/// <param name="Promise">What its sender was promised.</param>
/// <param name="Promises">What each team promised, where several did; left out else.</param>
/// <param name="Urgent">Where its words may mean an emergency: to be shown to whoever wrote them. Left out where nothing was found, which says nothing of how urgent it is.</param>
internal sealed record MessageMade(string Id, DateTimeOffset At, PromiseTold? Promise, IReadOnlyList<PromiseTold>? Promises, UrgentTold? Urgent);

/// <summary>What happened in a conversation.</summary>
/// <param name="Messages">Oldest first.</param>
/// <param name="Next">What <c>after</c> takes to go on; left out when there is no more.</param>
internal sealed record MessageList(IReadOnlyList<MessageTold> Messages, string? Next);

/// <summary>Something that happened in a conversation.</summary>
/// <param name="Id">Its number in it.</param>
/// <param name="At">When.</param>
/// <param name="Kind"><c>opened</c>, <c>said</c>, <c>corrected</c>, <c>joined</c>, <c>left</c>, <c>taken</c>, <c>overdue</c>, <c>closed</c>, <c>ended</c>, <c>check-in</c>, <c>check-in-answered</c>, <c>check-in-declined</c>, <c>check-in-ended</c>, or <c>withheld</c> for what somebody said whom the caller blocks.</param>
/// <param name="By">Who did it.</param>
/// <param name="Text">What was said; the summary of what was closed; what a check-in is called.</param>
/// <param name="Attached">Where each attached entry is read, as far as it is shared with the caller: an address names neither its kind nor its id.</param>
/// <param name="Promise">What the sender was promised.</param>
/// <param name="Corrects">Which message it puts right.</param>
/// <param name="Who">Who came, left, or has it in hand.</param>
/// <param name="Entries">The references of what is attached, for the patient alone.</param>
/// <param name="Files">Photos, documents and voice notes.</param>
/// <param name="CheckIn">The <c>id</c> of the check-in that it is about.</param>
/// <param name="Promises">What each team promised, where several did.</param>
/// <param name="State">What became of it, where the caller said it and asks for messages.</param>
/// <param name="NotYet">That a team said with it that this is not its answer yet; left out else.</param>
internal sealed record MessageTold(
    string Id, DateTimeOffset At, string Kind, SpeakerTold By, string? Text = null, IReadOnlyList<string>? Attached = null, PromiseTold? Promise = null, string? Corrects = null, string? Who = null, IReadOnlyList<string>? Entries = null,
    IReadOnlyList<FileTold>? Files = null, string? CheckIn = null, IReadOnlyList<PromiseTold>? Promises = null, StateTold? State = null, bool? NotYet = null)
{
    internal static MessageTold Of(TalkView view, TalkLine line)
    {
        var (id, by) = (line.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture), SpeakerTold.Of(line.Line.By));
        return line.Line switch
        {
            OpenedLine opened => new(id, opened.At, "opened", by),
            SaidLine said => new(id, said.At, "said", by, said.Text, said.Attached is { } attached ? [.. attached.Select((_, number) => $"{ConversationEndpoints.Path}/{view.Id}/messages/{id}/attached/{number}")] : null, PromiseTold.Of(said.Promise), Entries: view.IsOwn ? said.Attached : null,
                Promises: PromiseTold.AllOf(said), Files: said.Files?.Select((file, number) => FileTold.Of(view.Id, line.Seq, number, file)).ToList(), NotYet: said.IsNotYet ? true : null),
            CorrectedLine corrected => new(id, corrected.At, "corrected", by, corrected.Text is "" ? null : corrected.Text, Corrects: corrected.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            JoinedLine joined => new(id, joined.At, "joined", by, Who: joined.Member.Name),
            LeftLine left => new(id, left.At, "left", by, Who: left.Reference),
            OverdueLine late => new(id, late.At, "overdue", by, Who: late.Name),
            TakenLine taken => new(id, taken.At, "taken", by, Who: taken.Name),
            ClosedLine closed => new(id, closed.At, "closed", by, closed.Summary),
            EndedLine ended => new(id, ended.At, "ended", by),
            WithheldLine withheld => new(id, withheld.At, "withheld", by),
            CheckInAskedLine asked => new(id, asked.At, "check-in", by, asked.Title),
            CheckInAnsweredLine answered => new(id, answered.At, "check-in-answered", by, answered.Title is "" ? null : answered.Title, CheckIn: answered.Asked.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            CheckInEndedLine over => new(id, over.At, over.IsDeclined ? "check-in-declined" : "check-in-ended", by, over.Title is "" ? null : over.Title, CheckIn: over.Asked.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            _ => throw new InvalidOperationException("a line of an unknown kind"),
        };
    }
}

/// <summary>A file of a message.</summary>
/// <param name="Kind">Its media type, by what is in it.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Sha256">What they hash to.</param>
/// <param name="Name">How the sender calls it; left out for nothing.</param>
/// <param name="Says">What it shows, in the sender's words; left out for nothing.</param>
/// <param name="Href">Where it is read, in parts too.</param>
internal sealed record FileTold(string Kind, long Size, string Sha256, string? Name, string? Says, string Href)
{
    internal static FileTold Of(ConversationId conversation, long seq, int number, TalkFile file) =>
        new(file.Kind.MediaType(), file.Size, file.Sha256, file.Name, file.Says, $"{ConversationEndpoints.Path}/{conversation}/files/{seq}/{number}");
}

/// <summary>A file that was taken in, to be sent with a message.</summary>
internal sealed record FileMade(string Id, string Kind, long Size);

/// <summary>A file that was taken into the record.</summary>
/// <param name="Entry">The reference of the document there.</param>
internal sealed record FileKept(string Entry);

/// <summary>Who did something: always the true person.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Role">What they are as a professional; left out for who is none.</param>
/// <param name="Relation">What they are to the patient.</param>
/// <param name="As">The member as whom they did it: themselves, the patient for whom they act, or their team.</param>
/// <param name="OnBehalfOf">The patient for whom they act; left out where they do not.</param>
internal sealed record SpeakerTold(string Name, string? Role, string Relation, string As, string? OnBehalfOf)
{
    internal static SpeakerTold Of(Speaker speaker) => new(speaker.Name, speaker.Role, speaker.Relation, speaker.As, speaker.IsActing ? speaker.As : null);
}

/// <summary>That something waits for an answer by whoever is told.</summary>
/// <param name="Conversation">Where.</param>
/// <param name="Id">The message.</param>
/// <param name="By">By when an answer was promised.</param>
internal sealed record ReminderEvent(string Conversation, string Id, DateTimeOffset? By);

/// <summary>Something new, told to whoever listens.</summary>
internal sealed record TalkEvent(string Conversation, MessageTold Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TalkList))]
[JsonSerializable(typeof(TalkMade))]
[JsonSerializable(typeof(MessageMade))]
[JsonSerializable(typeof(MessageList))]
[JsonSerializable(typeof(FileMade))]
[JsonSerializable(typeof(FileKept))]
[JsonSerializable(typeof(TalkEvent))]
[JsonSerializable(typeof(ReminderEvent))]
internal sealed partial class TalkJson : JsonSerializerContext;
