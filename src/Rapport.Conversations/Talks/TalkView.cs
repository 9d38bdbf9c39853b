using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>A conversation as somebody sees it at this moment. Only <see cref="ConversationDesk"/> makes one.</summary>
public sealed class TalkView
{
    private readonly PersonId _reader;

    internal TalkView(Talker talker, StoredConversation stored, Capacity capacity, ReadMark? mark, long from, Withheld withheld)
    {
        (_reader, IsOwn, Stored, Capacity, Mark, From) = (talker.Person.Id, !capacity.IsActing && talker.Person.Record == stored.State.Patient, stored, capacity, mark, from);
        Withheld = IsTeam ? Withheld.Nothing : withheld;
    }

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

    /// <summary>Whether there is something in it that they have neither read nor written.</summary>
    public bool IsUnread => Math.Max(Mark?.Seq ?? 0, From - 1) is var seen && State.Size > seen && !(State.Last is { } last && (last.IsAllTheirs(_reader, seen) || (Withheld.Is(last.By, State.LastAt) && last.IsAllTheirs(last.By, seen))));

    /// <summary>Whether it is about their own record: they are the patient, by themself or in private.</summary>
    public bool IsOwn { get; }

    /// <summary>Whether they are in it as the patient, or for them.</summary>
    public bool IsPatients => IsOwn || Capacity.Reference == $"Patient/{Patient}";

    /// <summary>Whether the patient is in it by themself alone, without who acts for them.</summary>
    public bool IsPrivate => State.SeatOf($"Patient/{Patient}") is null;

    /// <summary>Whether they are in it as one of a team.</summary>
    public bool IsTeam => CareTeamId.IsReference(Capacity.Reference);

    /// <summary>The members who are told when they read something, or it reaches them: themself alone are not.</summary>
    internal IReadOnlyList<string> ToldOfReading => [.. State.Seats.Select(static seat => seat.Member.Reference).Where(reference => IsTeam || Capacity.IsActing || reference != Capacity.Reference)];

    internal StoredConversation Stored { get; }

    /// <summary>What of it does not reach them, since they block who said it.</summary>
    internal Withheld Withheld { get; }

    /// <summary>A conversation as somebody sees it; null where they are not in it.</summary>
    internal static TalkView? Of(Talker talker, StoredConversation stored, ReadMark? mark, Withheld withheld)
    {
        var seated = from capacity in talker.Capacities
                     let seat = stored.State.SeatOf(capacity.Reference)
                     where seat is not null && capacity.MayBeIn(stored.State)
                     select (capacity, seat);
        var all = seated.ToList();
        return all.Count == 0 ? null : new TalkView(talker, stored, all[0].capacity, mark, Math.Max(all.Min(static one => one.seat.From), (mark?.Cleared ?? 0) + 1), withheld);
    }
}
