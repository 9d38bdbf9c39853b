using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>A conversation that somebody wants to begin.</summary>
/// <param name="Patient">Whose record it is about.</param>
/// <param name="Subject">What it is about: 1 to 120 letters.</param>
/// <param name="Topic">What kind of matter.</param>
/// <param name="Members">Everybody in it, whoever begins it among them.</param>
/// <param name="Once">Tells a repetition from another conversation that the same person begins; null where nobody repeats.</param>
public sealed record NewConversation(PatientId Patient, string Subject, Topic Topic, IReadOnlyList<Member> Members, string? Once = null);

/// <summary>A message that somebody wants to send.</summary>
/// <param name="Text">Plain text: 1 to 10,000 letters.</param>
/// <param name="Once">Tells a repetition from another message of the same sender.</param>
/// <param name="Attached">Entries of the patient's record, by whole references.</param>
public sealed record NewMessage(string Text, string Once, IReadOnlyList<string> Attached);

/// <summary>What became of a message.</summary>
public enum SaidStatus
{
    /// <summary>It is stored, now or before.</summary>
    Said,

    /// <summary>They are not in the conversation any more.</summary>
    NothingHere,

    /// <summary>The patient ended the conversation.</summary>
    Ended,

    /// <summary>The key was sent before with another message.</summary>
    KeyUsedBefore,

    /// <summary>Only the patient themself attaches entries of their record.</summary>
    NotTheirsToAttach,

    /// <summary>The patient's agreements say together as much as can be kept.</summary>
    TooManyAgreements,
}

/// <summary>What became of a message, and where it stands.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Line">Where it stands; null where it was not sent.</param>
public sealed record SaidAnswer(SaidStatus Status, TalkLine? Line);

/// <summary>A line of a conversation.</summary>
/// <param name="Seq">Its number, from 1.</param>
/// <param name="Line">What happened.</param>
public sealed record TalkLine(long Seq, ConversationLine Line);

/// <summary>A conversation as somebody sees it at this moment. Only <see cref="ConversationDesk"/> makes one.</summary>
public sealed class TalkView
{
    internal TalkView(Talker talker, StoredConversation stored, Capacity capacity, ReadMark? mark, long from) =>
        (IsOwn, Stored, Capacity, Mark, From) = (!capacity.IsActing && talker.Person.Record == stored.State.Patient, stored, capacity, mark, from);

    /// <summary>Names it.</summary>
    public ConversationId Id => Stored.Id;

    /// <summary>How it stands.</summary>
    public Conversation State => Stored.State;

    /// <summary>Whose record it is about.</summary>
    public PatientId Patient => State.Patient;

    /// <summary>As whom they read and write in it.</summary>
    public Capacity Capacity { get; }

    /// <summary>How far they have read; null when they have not begun.</summary>
    public ReadMark? Mark { get; }

    /// <summary>The first line that they see.</summary>
    public long From { get; }

    /// <summary>Whether there is something in it that they have not read.</summary>
    public bool IsUnread => State.Size > Math.Max(Mark?.Seq ?? 0, From - 1);

    /// <summary>Whether it is about their own record: they are the patient, by themself or in private.</summary>
    public bool IsOwn { get; }

    /// <summary>Whether they are in it as the patient, or for them.</summary>
    public bool IsPatients => IsOwn || Capacity.Reference == $"Patient/{Patient}";

    /// <summary>Whether the patient is in it by themself alone, without who acts for them.</summary>
    public bool IsPrivate => State.SeatOf($"Patient/{Patient}") is null;

    /// <summary>Whether they are in it as one of a team.</summary>
    public bool IsTeam => Capacity.Reference.StartsWith("CareTeam/", StringComparison.Ordinal);

    internal StoredConversation Stored { get; }
}
