using Rapport.Language;

namespace Rapport.People;

/// <summary>
/// Who is told of what when: what is found becomes due once for each way that its topic goes by, and one notice is for all that is due. Pure.
/// </summary>
public static class NoticePlan
{
    /// <summary>How long what is told at once waits for what comes at the same moment, and for its person to see it where they are at work.</summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromSeconds(30);

    /// <summary>How long after one notice the next by the same way goes out, but for an emergency.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    /// <summary>How long a page in sight holds a notice back.</summary>
    public static readonly TimeSpan HeldBack = TimeSpan.FromMinutes(10);

    /// <summary>How often delivering is tried; with the longest pauses over some days.</summary>
    public const int MostTries = 12;

    private const int MostThings = 200;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1), LongestPause = TimeSpan.FromHours(12);

    /// <summary>What was found, taken up: what is new in it becomes due, what waits no more is due no more.</summary>
    /// <param name="state">What was known.</param>
    /// <param name="choices">What their person chose.</param>
    /// <param name="look">What was found now.</param>
    /// <param name="now">Now.</param>
    public static NoticeState Take(NoticeState state, NoticeChoices choices, NoticeLook look, DateTimeOffset now)
    {
        var found = state.Found.Where(known => !look.Kinds.Contains(known.Key[0])).ToDictionary();
        foreach (var thing in look.Things)
        {
            found[thing.Key] = thing.Number;
        }

        var fresh = look.Things.Where(thing => thing.Number > state.Found.GetValueOrDefault(thing.Key)).ToList();
        var next = state with { Found = found };
        foreach (var way in Enum.GetValues<NoticeWay>())
        {
            var before = state.Of(way);
            var waiting = before.Things.Where(known => !known.Thing.IsGoneWhenSeen || !look.Kinds.Contains(known.Thing.Key[0]) || found.GetValueOrDefault(known.Thing.Key) >= known.Thing.Number);
            var added = fresh.Where(thing => choices.HasWay(way) && choices.TempoOf(thing.Topic, way) != NoticeTempo.Never).Select(thing => new ToTell(thing, now));
            next = next.With(way, before with { Things = [.. waiting.Where(known => choices.TempoOf(known.Thing.Topic, way) != NoticeTempo.Never).Concat(added)
                .OrderByDescending(static known => known.Thing.Topic == NoticeTopic.Emergency).Take(MostThings)] });
        }

        return next;
    }

    /// <summary>When a notice by a way is due; null when nothing is to be told by it.</summary>
    /// <param name="state">What is known.</param>
    /// <param name="choices">What their person chose.</param>
    /// <param name="way">The way.</param>
    public static DateTimeOffset? DueAt(NoticeState state, NoticeChoices choices, NoticeWay way)
    {
        var known = state.Of(way);
        var due = choices.HasWay(way) ? known.Things.Min(told => At(told, known, choices, way)) : null;
        return due is { } at && known.NotBefore is { } later && later > at ? later : due;
    }

    /// <summary>When something is due by any way; null when nothing is to be told.</summary>
    /// <param name="state">What is known.</param>
    /// <param name="choices">What their person chose.</param>
    public static DateTimeOffset? DueAt(NoticeState state, NoticeChoices choices) => Enum.GetValues<NoticeWay>().Min(way => DueAt(state, choices, way));

    /// <summary>Until when a page in sight may hold back what is due by a way: no emergency is held back, and nothing for long.</summary>
    /// <param name="state">What is known.</param>
    /// <param name="choices">What their person chose.</param>
    /// <param name="way">The way.</param>
    public static DateTimeOffset HeldUntil(NoticeState state, NoticeChoices choices, NoticeWay way) =>
        state.Of(way).Things.Min(told => told.Thing.Topic == NoticeTopic.Emergency ? told.Since : At(told, state.Of(way), choices, way) + HeldBack) ?? DateTimeOffset.MinValue;

    /// <summary>After a notice went out, for all that was to be told by its way.</summary>
    /// <param name="state">What was known.</param>
    /// <param name="way">By which way.</param>
    /// <param name="now">Now.</param>
    public static NoticeState Sent(NoticeState state, NoticeWay way, DateTimeOffset now) => state.With(way, new WayState([], now));

    /// <summary>After one could not be delivered: it is tried again, later each time, and after many times given up until something else is new.</summary>
    /// <param name="state">What was known.</param>
    /// <param name="way">By which way.</param>
    /// <param name="now">Now.</param>
    /// <param name="askedFor">After how long the service wants to be asked again; null where it did not say.</param>
    public static NoticeState NotSent(NoticeState state, NoticeWay way, DateTimeOffset now, TimeSpan? askedFor)
    {
        var known = state.Of(way);
        var pause = FirstPause * Math.Pow(2, Math.Min(known.Tries, 12));
        pause = askedFor is { } asked && asked > pause ? asked : pause;
        return state.With(way, known.Tries + 1 >= MostTries
            ? new WayState([], known.SentAt)
            : known with { NotBefore = now + (pause < LongestPause ? pause : LongestPause), Tries = known.Tries + 1 });
    }

    private static DateTimeOffset? At(ToTell told, WayState known, NoticeChoices choices, NoticeWay way)
    {
        if (told.Thing.Topic == NoticeTopic.Emergency)
        {
            return told.Since;
        }

        var zone = TimeZones.Find(choices.Zone) ?? TimeZoneInfo.Utc;
        var at = choices.TempoOf(told.Thing.Topic, way) == NoticeTempo.Daily ? NextDaily(told.Since, choices.DailyAt, zone) : told.Since + Gathering;
        at = known.SentAt + Pause is { } rested && rested > at ? rested : at;
        return choices.Quiet is { IsSound: true } quiet ? quiet.After(at, zone) : at;
    }

    private static DateTimeOffset NextDaily(DateTimeOffset since, int minute, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(since, zone).DateTime);
        return Enumerable.Range(0, 3).Select(ahead => WallTime.InstantOf(zone, today.AddDays(ahead), minute)).First(at => at > since);
    }
}
