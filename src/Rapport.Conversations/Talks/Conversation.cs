using System.Text.Json.Serialization;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>Somebody in a conversation: a person, a patient (and whoever acts for them), or a team.</summary>
/// <param name="Reference">How consents name them: <c>Patient/…</c>, <c>Practitioner/…</c>, <c>RelatedPerson/…</c>, <c>CareTeam/…</c>.</param>
/// <param name="Name">Their name.</param>
/// <param name="Relation">What they are there, in words.</param>
public sealed record Member(string Reference, string Name, string Relation)
{
    /// <summary>Whether it is a team: whoever is in it now reads and writes as the team.</summary>
    [JsonIgnore]
    public bool IsTeam => CareTeamId.IsReference(Reference);
}

/// <summary>Somebody in a conversation and what they see of it.</summary>
/// <param name="Member">Who.</param>
/// <param name="From">The first line that they see.</param>
public sealed record Seat(Member Member, long From);

/// <summary>A message that waits for an answer.</summary>
/// <param name="Seq">Its line.</param>
/// <param name="Since">When it was sent.</param>
/// <param name="Promise">What was promised.</param>
/// <param name="IsPassedOn">Whether it is late and became somebody's for that.</param>
/// <param name="IsUrgent">Whether it, or what was said since, has words that may mean an emergency.</param>
public sealed record Awaited(long Seq, DateTimeOffset Since, AnswerPromise Promise, bool IsPassedOn = false, bool IsUrgent = false);

/// <summary>The last lines, as far as one person wrote them without a break.</summary>
/// <param name="By">Who.</param>
/// <param name="From">The first of these lines.</param>
public sealed record LastRun(PersonId By, long From)
{
    /// <summary>Whether these lines are all that is new to a reader who has seen what stands before a line, and are their own: nobody needs to read what they wrote themself.</summary>
    internal bool IsAllTheirs(PersonId reader, long seen) => By == reader && From <= seen + 1;

    /// <summary>What it is with a line more. What a rule of a team noted nobody wrote.</summary>
    internal static LastRun? After(LastRun? before, ConversationLine line, long seq) => line is OverdueLine ? null : before?.By == line.By.Person ? before : new LastRun(line.By.Person, seq);
}

/// <summary>
/// How a conversation stands: what follows from its lines. Immutable.
/// </summary>
public sealed partial record Conversation
{
    /// <summary>The most members that one can have.</summary>
    public const int MostMembers = 50;

    /// <summary>The patient around whose record it is.</summary>
    public required PatientId Patient { get; init; }

    /// <summary>What it is about.</summary>
    public required string Subject { get; init; }

    /// <summary>What kind of matter it is.</summary>
    public required Topic Topic { get; init; }

    /// <summary>Who is in it now.</summary>
    public required IReadOnlyList<Seat> Seats { get; init; }

    /// <summary>How many lines it has.</summary>
    public required long Size { get; init; }

    /// <summary>When its last line was written.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>Which lines put right which; null in one that was begun before that was noted.</summary>
    public Corrections? Corrections { get; init; }

    /// <summary>Who wrote the last lines; null where nobody did, or where that was not noted yet.</summary>
    public LastRun? Last { get; init; }

    /// <summary>Whether it was closed and nobody wrote since.</summary>
    public bool IsClosed { get; init; }

    /// <summary>Whether the patient ended it: nobody writes in it any more.</summary>
    public bool IsEnded { get; init; }

    /// <summary>
    /// What sensitive kinds, by HL7's codes, the words in it are about, but for those of whoever acts for the patient, who says nothing to a parent that a parent does not know; null in one that was begun before that was noted.
    /// </summary>
    public IReadOnlyList<string>? Kinds { get; init; }

    /// <summary>Check-ins that go on; null for none.</summary>
    public IReadOnlyList<RunningCheckIn>? CheckIns { get; init; }

    /// <summary>The seat of a member; null when they are not in it.</summary>
    public Seat? SeatOf(string reference) => Seats.FirstOrDefault(seat => seat.Member.Reference == reference);

    /// <summary>The first line that somebody sees who is meant by these references; null when they are not in it.</summary>
    public long? SeenFrom(IEnumerable<string> references) => references.Select(SeatOf).Min(static seat => seat?.From);

    /// <summary>Whether a line can follow.</summary>
    internal bool CanFollow(ConversationLine line) => line switch
    {
        LeftLine left => SeatOf(left.Reference) is not null,
        _ when IsEnded => false,
        CorrectedLine corrected => corrected.Seq <= Size,
        OverdueLine late => Of(late.By.As).Waits?.Seq == late.Seq,
        JoinedLine joined => SeatOf(joined.Member.Reference) is null && Seats.Count < MostMembers,
        CheckInAskedLine asked => StillRunning(asked.At).Count() < RunningCheckIn.Most,
        CheckInAnsweredLine answered => CheckIn(answered.Asked)?.WaitsAt(answered.At) == answered.Time,
        CheckInEndedLine ended => CheckIn(ended.Asked) is not null,
        _ => true,
    };

    /// <summary>How it stands when it was begun.</summary>
    internal static Conversation Begin(OpenedLine opened) => new()
    {
        Patient = opened.Patient,
        Subject = opened.Subject,
        Topic = opened.Topic,
        Seats = [.. opened.Members.Select(static member => new Seat(member, 1))],
        Size = 1,
        LastAt = opened.At,
        Corrections = Corrections.None,
        Last = LastRun.After(null, opened, 1),
        Kinds = SensitiveWords.In(opened),
    };

    /// <summary>How it stands after a line more.</summary>
    /// <exception cref="InvalidOperationException">The line cannot follow: whoever writes it is not in it, or it changes what is not there.</exception>
    internal Conversation After(ConversationLine line)
    {
        if (!CanFollow(line))
        {
            throw new InvalidOperationException("a line that cannot follow");
        }

        var next = this with { Size = Size + 1, LastAt = line.At, Last = LastRun.After(Last, line, Size + 1), Kinds = Kinds is null ? null : [.. Kinds.Union(SensitiveWords.In(line))] };
        return line switch
        {
            SaidLine said => next with { IsClosed = false, Teams = Asked(said.By.As, said.At, said.Promises, said.IsUrgent, next.Size, isAnew: IsClosed, said.IsNotYet) },
            CorrectedLine corrected => next with { Corrections = Corrections?.With(next.Size, corrected) },
            JoinedLine joined => next with { Seats = [.. Seats, new Seat(joined.Member, next.Size)] },
            LeftLine left => next with
            {
                Seats = [.. Seats.Where(other => other.Member.Reference != left.Reference)],
                Teams = [.. Standings.Where(standing => standing.Team != left.Reference)],
                CheckIns = NullIfNone(CheckIns?.Where(known => known.Asker != left.Reference)),
            },
            TakenLine taken => next with { Teams = With(taken.By.As, standing => standing.In(taken.Hands, taken.Name, taken.At)) },
            OverdueLine late => next with { Teams = With(late.By.As, standing => standing.In(late.Hands, late.Name, late.At) with { Waits = standing.Waits! with { IsPassedOn = true } }) },
            ClosedLine closed => next with { Teams = With(closed.By.As, static standing => standing with { Waits = null }), IsClosed = AllWaiting.All(waits => waits.Promise.Who == closed.By.As) },
            EndedLine => next with { IsEnded = true, Teams = [], CheckIns = null },
            CheckInAskedLine asked => next with
            {
                IsClosed = false,
                CheckIns = [.. StillRunning(asked.At), new RunningCheckIn(next.Size, asked.By.As, asked.Title, asked.Questions, asked.Minutes, asked.Times, By: asked.By.Person, At: asked.At, Answers: [])],
            },
            CheckInAnsweredLine answered => next with
            {
                CheckIns = NullIfNone(CheckIns!.Select(known => known.Seq == answered.Asked ? known with { Answered = answered.Time, Answers = known.Answers is { } lines ? [.. lines, next.Size] : null } : known).Where(known => !known.IsOver(answered.At))),
                Teams = Asked(answered.By.As, answered.At, answered.Promises, answered.IsUrgent, next.Size, isAnew: false),
                IsClosed = IsClosed && answered.Promise is null,
            },
            CheckInEndedLine ended => next with { CheckIns = NullIfNone(CheckIns!.Where(known => known.Seq != ended.Asked)) },
            _ => throw new InvalidOperationException("a line of an unknown kind"),
        };
    }

    /// <summary>A check-in that goes on; null when there is none of this line.</summary>
    public RunningCheckIn? CheckIn(long seq) => CheckIns?.FirstOrDefault(known => known.Seq == seq);

    private IEnumerable<RunningCheckIn> StillRunning(DateTimeOffset now) => (CheckIns ?? []).Where(known => !known.IsOver(now));

    private static List<RunningCheckIn>? NullIfNone(IEnumerable<RunningCheckIn>? known) => known?.ToList() is { Count: > 0 } some ? some : null;
}
