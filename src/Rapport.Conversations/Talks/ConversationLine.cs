using System.Text.Json.Serialization;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>Who did something in a conversation, as they were then.</summary>
/// <param name="Person">The person: always the true one.</param>
/// <param name="As">The member as whom they did it: themselves, the patient for whom they act, or their team.</param>
/// <param name="Name">Their name.</param>
/// <param name="Relation">What they are to the patient, in words.</param>
/// <param name="Role">What they are as a professional, in words; null for who is none. Lines from before that was told apart say it as the relation.</param>
/// <param name="IsActing">Whether they did it for the patient, whom <paramref name="As"/> names then.</param>
public sealed record Speaker(PersonId Person, string As, string Name, string Relation, string? Role = null, bool IsActing = false);

/// <summary>By when somebody promises to answer.</summary>
/// <param name="Who">The member who does.</param>
/// <param name="By">By when; null when they promise no time.</param>
/// <param name="RemindAt">When somebody of them is reminded of it; null for never.</param>
public sealed record AnswerPromise(string Who, DateTimeOffset? By, DateTimeOffset? RemindAt = null);

/// <summary>What happened in a conversation, in its order. Nothing is ever changed or taken out.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who did it.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(OpenedLine), "opened")]
[JsonDerivedType(typeof(SaidLine), "said")]
[JsonDerivedType(typeof(CorrectedLine), "corrected")]
[JsonDerivedType(typeof(JoinedLine), "joined")]
[JsonDerivedType(typeof(LeftLine), "left")]
[JsonDerivedType(typeof(TakenLine), "taken")]
[JsonDerivedType(typeof(OverdueLine), "overdue")]
[JsonDerivedType(typeof(ClosedLine), "closed")]
[JsonDerivedType(typeof(EndedLine), "ended")]
[JsonDerivedType(typeof(CheckInAskedLine), "check-in-asked")]
[JsonDerivedType(typeof(CheckInAnsweredLine), "check-in-answered")]
[JsonDerivedType(typeof(CheckInEndedLine), "check-in-ended")]
public abstract record ConversationLine(DateTimeOffset At, Speaker By);

/// <summary>It was begun.</summary>
/// <param name="Patient">The patient around whose record it is.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Topic">What kind of matter it is.</param>
/// <param name="Members">Who is in it from the beginning.</param>
public sealed record OpenedLine(DateTimeOffset At, Speaker By, PatientId Patient, string Subject, Topic Topic, IReadOnlyList<Member> Members) : ConversationLine(At, By);

/// <summary>Somebody said something.</summary>
/// <param name="Text">Plain text; empty where files say it all.</param>
/// <param name="Promise">What the sender was promised when they sent it, by the first team where several are there; null for nothing.</param>
/// <param name="Attached">Entries of the patient's record, by their references; null for none. Whoever opens one is decided about and recorded as at every other door.</param>
/// <param name="Files">Photos, documents and voice notes; null for none.</param>
/// <param name="IsUrgent">Whether it has words that may mean an emergency, and was sent all the same.</param>
/// <param name="DraftedWith">Who of the sender's team wrote at it too, by name; null for nobody. Their team alone is told.</param>
/// <param name="AlsoPromised">What other teams promised for it; null for nothing.</param>
/// <param name="IsNotYet">Whether a team says with it that this is not its answer yet: what it promised, where something waits, stays open.</param>
public sealed record SaidLine(DateTimeOffset At, Speaker By, string Text, AnswerPromise? Promise, IReadOnlyList<string>? Attached = null, IReadOnlyList<TalkFile>? Files = null, bool IsUrgent = false,
    IReadOnlyList<string>? DraftedWith = null, IReadOnlyList<AnswerPromise>? AlsoPromised = null, bool IsNotYet = false) : ConversationLine(At, By)
{
    /// <summary>All that was promised for it.</summary>
    [JsonIgnore]
    public IReadOnlyList<AnswerPromise> Promises => Promise is null ? [] : [Promise, .. AlsoPromised ?? []];
}

/// <summary>Somebody put right what they said; what stood there first stays to be seen.</summary>
/// <param name="Seq">The line it corrects.</param>
/// <param name="Text">What it says now.</param>
/// <param name="Earlier">Which corrections there were before, where it takes them along; null else.</param>
public sealed record CorrectedLine(DateTimeOffset At, Speaker By, long Seq, string Text, Corrections? Earlier = null) : ConversationLine(At, By);

/// <summary>Somebody came into it. They see what comes from here on.</summary>
/// <param name="Member">Who.</param>
public sealed record JoinedLine(DateTimeOffset At, Speaker By, Member Member) : ConversationLine(At, By);

/// <summary>Somebody left it, or was taken out of it. They see nothing of it any more.</summary>
/// <param name="Reference">The member.</param>
public sealed record LeftLine(DateTimeOffset At, Speaker By, string Reference) : ConversationLine(At, By);

/// <summary>Somebody of a team took what waits for an answer into their hands, or gave it back to all.</summary>
/// <param name="Hands">Who has it now; null for all of the team.</param>
/// <param name="Name">Their name.</param>
public sealed record TakenLine(DateTimeOffset At, Speaker By, PersonId? Hands, string? Name) : ConversationLine(At, By);

/// <summary>What a team promised is late, and became somebody's of it by the team's rule: <see cref="ConversationLine.By"/> names the team.</summary>
/// <param name="Seq">The message that waits.</param>
/// <param name="Hands">Who has it now; null for all of the team.</param>
/// <param name="Name">Their name.</param>
/// <param name="Role">What they do there, in words; null when nobody said.</param>
/// <param name="Told">Everybody who is told.</param>
public sealed record OverdueLine(DateTimeOffset At, Speaker By, long Seq, PersonId? Hands, string? Name, string? Role, IReadOnlyList<PersonId> Told) : ConversationLine(At, By);

/// <summary>It was closed: what was asked is answered. A new message opens it again.</summary>
/// <param name="Summary">What came of it; null when nobody said.</param>
public sealed record ClosedLine(DateTimeOffset At, Speaker By, string? Summary) : ConversationLine(At, By);

/// <summary>The patient ended it. What was attached is shared no more, and nobody writes in it any more.</summary>
public sealed record EndedLine(DateTimeOffset At, Speaker By) : ConversationLine(At, By);
