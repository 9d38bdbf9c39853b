using System.Globalization;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Notices;

/// <summary>What waits for somebody in conversations: what others wrote that they have not read, and answers that are late. Thread safe.</summary>
internal sealed class TalkLook(Modules modules)
{
    /// <summary>The kinds of things: what was written, what is late, what nearly is, and what is asked again.</summary>
    public const string Kinds = "cpnk";

    /// <summary>What it notes: the numbers of the newest news, and when the next answer is late or the next check-in is asked again.</summary>
    private const string News = "news", Late = "late";

    private const int LinesAtOnce = 100;

    private static readonly TimeSpan Morning = TimeSpan.FromHours(9);

    private ConversationDesk Desk => modules.Conversations;

    /// <summary>Looks; null where nothing can have changed since it was looked at last, which costs two small questions and opens no record and no conversation.</summary>
    /// <param name="person">For whom.</param>
    /// <param name="state">What was known.</param>
    /// <param name="read">What was noted, and what is noted now.</param>
    /// <param name="now">Now.</param>
    /// <param name="mustLook">Whether to look also where nothing is new: something may have been read.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<Waiting>?> LookAsync(Person person, NoticeState state, Dictionary<string, string> read, DateTimeOffset now, bool mustLook, CancellationToken cancel)
    {
        // Asked first: what is written while it is looked at is found the next time.
        var newest = await Desk.News.NewestAsync(await ReferencesAsync(person, cancel), cancel);
        var news = string.Join(' ', newest.OrderBy(static told => told.Key, StringComparer.Ordinal).Select(static told => $"{told.Key}.{told.Value}"));
        if (!mustLook && read.GetValueOrDefault(News) == news && AgainAt(read) > now)
        {
            return null;
        }

        var talker = await Talker.OfAsync(person, Patients.ActorOf(person), modules.Records, cancel);
        var views = await Desk.ListAsync(talker, cancel);
        List<Waiting> things = [];
        foreach (var view in views)
        {
            if (await NewestOfOthersAsync(talker, view, state, cancel) is { } seq)
            {
                things.Add(new Waiting(TopicOf(view), $"c{view.Id}", seq));
            }

            foreach (var waits in view.State.AllWaiting.Where(waits => waits.Promise.By <= now))
            {
                if (await IsToldOfLateAsync(talker, view, waits, cancel))
                {
                    things.Add(new Waiting(NoticeTopic.Overdue, $"p{view.Id}", waits.Seq));
                    break;
                }
            }
        }

        things.AddRange(await NearlyLateAsync(talker, views, cancel));
        foreach (var view in views.Where(static view => view.IsPatients && view.State.CheckIns is not null))
        {
            things.AddRange(await AskedAgainAsync(person, view, now, cancel));
        }

        read[News] = news;
        read[Late] = (views.SelectMany(view => Times(view).Concat(view.State.AllWaiting.Select(static waits => waits.Promise.By))).Min(at => at > now ? at : null) ?? DateTimeOffset.MaxValue).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        return things;
    }

    /// <summary>When something is late or asked again the next time, as it was noted.</summary>
    public static DateTimeOffset AgainAt(IReadOnlyDictionary<string, string> read) =>
        long.TryParse(read.GetValueOrDefault(Late), NumberStyles.None, CultureInfo.InvariantCulture, out var late) ? DateTimeOffset.FromUnixTimeMilliseconds(late) : DateTimeOffset.MaxValue;

    /// <summary>What their team is to answer soon and they were reminded of: the reminder is among their own news, so it is looked at as soon as it is there.</summary>
    private async Task<IEnumerable<Waiting>> NearlyLateAsync(Talker talker, IReadOnlyList<TalkView> views, CancellationToken cancel)
    {
        var theirs = views.Where(static view => view.IsTeam).Select(static view => view.Id).ToHashSet();
        return theirs.Count == 0 ? [] : (await Desk.Inbox.ReadAsync(talker, cancel))
            .Where(item => item is { IsToldOf: true, IsLate: false } && theirs.Contains(item.Conversation)).Select(static item => new Waiting(NoticeTopic.Overdue, $"n{item.Conversation}", item.Waits!.Seq));
    }

    /// <summary>As whom something may be new for them: themself, their teams, and for whom they may act, whatever they may then.</summary>
    private async Task<IReadOnlyCollection<string>> ReferencesAsync(Person person, CancellationToken cancel) =>
        [.. Talker.Themself(person).References.Concat((await modules.Records.Compartments.ActedForAsync(Patients.ActorOf(person), cancel)).Select(static patient => $"Patient/{patient}")).Distinct()];

    /// <summary>Check-ins that are asked again: the first time is told by the line that asked. Nobody is told who may not answer.</summary>
    private async Task<IEnumerable<Waiting>> AskedAgainAsync(Person person, TalkView view, DateTimeOffset now, CancellationToken cancel)
    {
        var again = Desk.CheckIns.WaitingFor(view).Select(running => (running.Seq, Time: running.WaitsAt(now)!.Value, running.Times)).Where(known => known.Time > 0 && ToldFrom(known.Times, known.Time) <= now).ToList();
        return again.Count > 0 && await Desk.CheckIns.MayAnswerAsync(view, Patients.ActorOf(person), cancel) ? again.Select(known => new Waiting(TopicOf(view), $"k{view.Id}.{known.Seq}", known.Time)) : [];
    }

    /// <summary>When each time of the check-ins of a patient is told.</summary>
    private static IEnumerable<DateTimeOffset?> Times(TalkView view) =>
        view.IsPatients ? CheckInDesk.Running(view).SelectMany(static running => Enumerable.Range(1, running.Times.Count - 1).Select(time => (DateTimeOffset?)ToldFrom(running.Times, time))) : [];

    /// <summary>In the morning of the day on which it is asked, and not in the middle of the night.</summary>
    private static DateTimeOffset ToldFrom(CheckInTimes times, int time) => times.BeginningOf(time) + Morning;

    private static NoticeTopic TopicOf(TalkView view) =>
        view.IsTeam ? NoticeTopic.OwnTeam : view.State.Seats.Any(static seat => seat.Member.IsTeam) ? NoticeTopic.Teams : NoticeTopic.Circle;

    /// <summary>The newest line that somebody is to be told of and has not read: what others said to them. Null for none.</summary>
    private async Task<long?> NewestOfOthersAsync(Talker talker, TalkView view, NoticeState state, CancellationToken cancel)
    {
        // What a colleague has in hand is theirs.
        if (!view.IsUnread || (view.IsTeam && view.State.Of(view.Capacity.Reference).Hands is { } hands && hands != talker.Person.Id))
        {
            return null;
        }

        var seen = Math.Max(view.Mark?.Seq ?? 0, view.From - 1);
        var known = state.Found.GetValueOrDefault($"c{view.Id}");
        var found = known > seen ? known : (long?)null;
        var from = Math.Max(seen, known) + 1;
        while (from <= view.State.Size && await Desk.LinesAsync(view, from, LinesAtOnce, cancel) is { Count: > 0 } lines)
        {
            found = lines.LastOrDefault(line => line.Line.By.Person != talker.Person.Id && IsToThem(line.Line, talker, view))?.Seq ?? found;
            from = lines[^1].Seq + 1;
        }

        return found;
    }

    /// <summary>What puts right or ends something that they may not see says nothing to them.</summary>
    private static bool IsToThem(ConversationLine line, Talker talker, TalkView view) => line switch
    {
        OpenedLine or SaidLine or CheckInAskedLine or ClosedLine { Summary: not null } => true,
        CorrectedLine corrected => corrected.Seq >= view.From,
        CheckInAnsweredLine answered => answered.Asked >= view.From,
        CheckInEndedLine ended => ended.Asked >= view.From,
        JoinedLine joined => talker.References.Contains(joined.Member.Reference),
        TakenLine taken => taken.Hands == talker.Person.Id,
        _ => false,
    };

    /// <summary>Of what is late the patient's side is told, and of the team who is told by its rule.</summary>
    private async Task<bool> IsToldOfLateAsync(Talker talker, TalkView view, Awaited waits, CancellationToken cancel)
    {
        if (view.IsPatients)
        {
            return true;
        }

        if (!view.IsTeam || !waits.IsPassedOn || waits.Promise.Who != view.Capacity.Reference)
        {
            return false;
        }

        var from = waits.Seq;
        while (from <= view.State.Size && await Desk.LinesAsync(view, from, LinesAtOnce, cancel) is { Count: > 0 } lines)
        {
            if (lines.Select(static line => line.Line).OfType<OverdueLine>().FirstOrDefault(late => late.Seq == waits.Seq && late.By.As == waits.Promise.Who) is { } found)
            {
                return found.Told.Contains(talker.Person.Id);
            }

            from = lines[^1].Seq + 1;
        }

        return false;
    }
}
