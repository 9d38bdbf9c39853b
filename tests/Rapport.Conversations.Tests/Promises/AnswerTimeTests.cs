using FsCheck;
using FsCheck.Fluent;

namespace Rapport.Conversations.Tests.Promises;

/// <summary>By when a team promises to answer, by its own clock: over nights, weekends, days away, and where clocks leap.</summary>
public sealed class AnswerTimeTests
{
    private static readonly TimeZoneInfo[] Zones =
    [
        .. new[] { "Europe/Madrid", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns" }.Select(TimeZoneInfo.FindSystemTimeZoneById), TimeZoneInfo.Utc,
    ];

    private static readonly TimeZoneInfo Madrid = Zones[0];

    /// <summary>Monday to Friday, 8 to 12 and 14 to 17.</summary>
    private static readonly OpenTime[] Week =
    [
        .. Enumerable.Range(1, 5).SelectMany(static day => new[] { new OpenTime((DayOfWeek)day, 8 * 60, 12 * 60), new OpenTime((DayOfWeek)day, 14 * 60, 17 * 60) }),
    ];

    // 2026-06-01 is a Monday; Madrid is two hours ahead of UTC in summer.
    [Theory]
    [InlineData("2026-06-01T09:00+02:00", 2, AnswerUnit.OpenHours, "2026-06-01T11:00+02:00")]
    [InlineData("2026-06-01T11:00+02:00", 2, AnswerUnit.OpenHours, "2026-06-01T15:00+02:00")]
    [InlineData("2026-06-01T11:00+02:00", 1, AnswerUnit.OpenHours, "2026-06-01T12:00+02:00")]
    [InlineData("2026-06-05T16:30+02:00", 1, AnswerUnit.OpenHours, "2026-06-08T08:30+02:00")]
    [InlineData("2026-06-06T03:00+02:00", 7, AnswerUnit.OpenHours, "2026-06-08T17:00+02:00")]
    [InlineData("2026-06-01T09:00+02:00", 1, AnswerUnit.OpenDays, "2026-06-02T17:00+02:00")]
    [InlineData("2026-06-01T23:59+02:00", 1, AnswerUnit.OpenDays, "2026-06-02T17:00+02:00")]
    [InlineData("2026-06-05T07:00+02:00", 1, AnswerUnit.OpenDays, "2026-06-08T17:00+02:00")]
    [InlineData("2026-06-06T10:00+02:00", 2, AnswerUnit.OpenDays, "2026-06-09T17:00+02:00")]
    [InlineData("2026-06-01T22:30+00:00", 1, AnswerUnit.OpenDays, "2026-06-03T17:00+02:00")]
    public void Time_in_which_nobody_reads_does_not_count(string sent, int amount, AnswerUnit unit, string by)
    {
        var hours = new TeamHours(Madrid, Week, []);
        Assert.Equal(At(by), new AnswerTime(amount, unit).After(At(sent), hours));
    }

    // A quarter of the time in which the team reads, and half an hour at least.
    [Theory]
    [InlineData("2026-06-01T08:00+02:00", "2026-06-01T12:00+02:00", "2026-06-01T11:00+02:00")]
    [InlineData("2026-06-01T08:00+02:00", "2026-06-01T09:00+02:00", "2026-06-01T08:30+02:00")]
    [InlineData("2026-06-05T16:00+02:00", "2026-06-08T11:00+02:00", "2026-06-08T10:00+02:00")]
    [InlineData("2026-06-05T22:00+02:00", "2026-06-09T17:00+02:00", "2026-06-09T11:30+02:00")]
    [InlineData("2026-06-01T11:40+02:00", "2026-06-01T12:00+02:00", null)]
    public void A_team_is_reminded_when_a_quarter_of_its_time_is_left(string sent, string by, string? expected)
    {
        var promise = new TeamPromise { Hours = new TeamHours(Madrid, Week, []), Usual = new AnswerTime(4, AnswerUnit.OpenHours) };
        Assert.Equal(expected is null ? null : At(expected), promise.RemindsAt(At(sent), At(by)));
    }

    // An hour of opening before: over noon, a night, a weekend; not before it was sent.
    [Theory]
    [InlineData("2026-06-01T08:00+02:00", "2026-06-01T16:00+02:00", "2026-06-01T15:00+02:00")]
    [InlineData("2026-06-01T08:00+02:00", "2026-06-01T14:30+02:00", "2026-06-01T11:30+02:00")]
    [InlineData("2026-06-01T08:00+02:00", "2026-06-02T08:00+02:00", "2026-06-01T16:00+02:00")]
    [InlineData("2026-06-01T08:00+02:00", "2026-06-08T08:15+02:00", "2026-06-05T16:15+02:00")]
    [InlineData("2026-06-01T11:00+02:00", "2026-06-01T12:00+02:00", null)]
    [InlineData("2026-06-01T11:30+02:00", "2026-06-01T12:00+02:00", null)]
    [InlineData("2026-05-30T11:30+02:00", "2026-06-01T09:00+02:00", "2026-06-01T08:00+02:00")]
    public void An_hour_of_opening_before_is_found_where_there_is_one(string sent, string by, string? expected) =>
        Assert.Equal(expected is null ? null : At(expected), new TeamHours(Madrid, Week, []).Before(At(by), TimeSpan.FromHours(1), At(sent)));

    [Fact]
    public void Days_away_do_not_count()
    {
        var hours = new TeamHours(Madrid, Week, [new DateOnly(2026, 6, 1), new DateOnly(2026, 6, 3)]);
        Assert.Equal(At("2026-06-02T09:00+02:00"), new AnswerTime(1, AnswerUnit.OpenHours).After(At("2026-05-30T10:00+02:00"), hours));
        Assert.Equal(At("2026-06-04T17:00+02:00"), new AnswerTime(2, AnswerUnit.OpenDays).After(At("2026-05-30T10:00+02:00"), hours));
    }

    [Fact]
    public void Who_never_reads_promises_nothing()
    {
        var never = new TeamHours(Madrid, [], []);
        var away = new TeamHours(Madrid, Week, [.. Enumerable.Range(0, TeamHours.MostDaysAway).Select(static ahead => new DateOnly(2026, 6, 1).AddDays(ahead))]);
        foreach (var hours in new[] { never, away })
        {
            Assert.Null(new AnswerTime(1, AnswerUnit.OpenHours).After(At("2026-06-01T00:00+02:00"), hours));
            Assert.Null(new AnswerTime(60, AnswerUnit.OpenDays).After(At("2026-06-01T00:00+02:00"), hours));
        }
    }

    [Theory]
    [InlineData(DayOfWeek.Monday, -1, 60)]
    [InlineData(DayOfWeek.Monday, 60, 60)]
    [InlineData(DayOfWeek.Monday, 60, 1441)]
    [InlineData((DayOfWeek)7, 0, 60)]
    public void A_time_is_within_a_day(DayOfWeek day, int from, int to) => Assert.Throws<ArgumentException>(() => new TeamHours(Madrid, [new OpenTime(day, from, to)], []));

    [Theory]
    [InlineData(0)]
    [InlineData(AnswerTime.Most + 1)]
    public void Nothing_is_promised_within_no_time_or_ever(int amount) =>
        Assert.Throws<InvalidOperationException>(() => new AnswerTime(amount, AnswerUnit.OpenHours).After(At("2026-06-01T00:00+02:00"), new TeamHours(Madrid, Week, [])));

    [Fact]
    public void The_clock_that_is_put_forward_or_back_takes_no_hour_from_anybody()
    {
        // Open all night of the change: 23 hours in spring, 25 in autumn.
        var hours = new TeamHours(Madrid, [new OpenTime(DayOfWeek.Sunday, 0, 1440)], []);
        Assert.Equal(At("2026-03-29T12:00+02:00"), new AnswerTime(11, AnswerUnit.OpenHours).After(At("2026-03-28T12:00+01:00"), hours));
        Assert.Equal(At("2026-10-25T12:00+01:00"), new AnswerTime(13, AnswerUnit.OpenHours).After(At("2026-10-24T12:00+02:00"), hours));
    }

    /// <summary>Against a model that goes minute by minute, with a clock that never goes back: what it shows is the least that it will show from now on.</summary>
    [Fact]
    public void Hours_are_those_of_a_clock_that_never_goes_back() => Prop.ForAll(Cases.ToArbitrary(), static one =>
    {
        var hours = new TeamHours(one.Zone, one.Week, one.Away);
        var by = new AnswerTime(one.Amount, AnswerUnit.OpenHours).After(one.Sent, hours);
        var (left, at) = (one.Amount * 60, one.Sent);
        for (; left > 0 && at < one.Sent.AddDays(12); at = at.AddMinutes(1))
        {
            left -= IsOpen(one, at) ? 1 : 0;
        }

        if (left == 0)
        {
            Assert.Equal(at, by);
        }
        else
        {
            Assert.True(by is null || by > at);
        }

        Assert.Equal(IsOpen(one, one.Sent), hours.IsOpen(one.Sent));
    }).QuickCheckThrowOnFailure();

    /// <summary>The day's own: a promise by days ends where the last counted day's last time ends, and there are as many days with times between.</summary>
    [Fact]
    public void Days_are_those_on_which_somebody_reads() => Prop.ForAll(Cases.ToArbitrary(), static one =>
    {
        var hours = new TeamHours(one.Zone, one.Week, one.Away);
        if (new AnswerTime(one.Amount, AnswerUnit.OpenDays).After(one.Sent, hours) is not { } by)
        {
            Assert.DoesNotContain(one.Week, static _ => true);
            return;
        }

        HashSet<DateTime> days = [];
        var today = TimeZoneInfo.ConvertTime(one.Sent, one.Zone).Date;
        for (var at = one.Sent; at < by; at = at.AddMinutes(1))
        {
            if (IsOpen(one, at) && Shown(one.Zone, at).Date > today)
            {
                days.Add(Shown(one.Zone, at).Date);
            }
        }

        Assert.Equal(one.Amount, days.Count);
        Assert.True(IsOpen(one, by.AddMinutes(-1)));
        var midnight = Shown(one.Zone, by.AddMinutes(-1)).Date.AddDays(1);
        for (var at = by; Shown(one.Zone, at) < midnight; at = at.AddMinutes(1))
        {
            Assert.False(IsOpen(one, at));
        }
    }).QuickCheckThrowOnFailure();

    private static Gen<Case> Cases =>
        from zone in Gen.Elements(Zones)
        from change in Gen.Elements(new DateTime(2026, 3, 8), new DateTime(2026, 3, 29), new DateTime(2026, 4, 5), new DateTime(2026, 10, 4), new DateTime(2026, 10, 25), new DateTime(2026, 11, 1))
        from minutes in Gen.Choose(-3 * 1440, 1440)
        from times in Gen.NonEmptyListOf(from day in Gen.Choose(0, 6) from a in Gen.Choose(0, 96) from b in Gen.Choose(0, 96) where a != b select new OpenTime((DayOfWeek)day, Math.Min(a, b) * 15, Math.Max(a, b) * 15))
        from away in Gen.ListOf(from ahead in Gen.Choose(-2, 8) select DateOnly.FromDateTime(change).AddDays(ahead))
        from amount in Gen.Choose(1, 5)
        select new Case(zone, [.. times.Take(8)], [.. away.Take(3)], new DateTimeOffset(change, TimeSpan.Zero).AddMinutes(minutes), amount);

    private static bool IsOpen(Case one, DateTimeOffset at)
    {
        var shown = Shown(one.Zone, at);
        var minute = (int)shown.TimeOfDay.TotalMinutes;
        return !one.Away.Contains(DateOnly.FromDateTime(shown)) && one.Week.Any(time => time.Day == shown.DayOfWeek && time.From <= minute && minute < time.To);
    }

    /// <summary>What the clock shows; the minute before the least that it shows again, where it is put back within the next two hours: what it passes twice counts the second time.</summary>
    private static DateTime Shown(TimeZoneInfo zone, DateTimeOffset at)
    {
        var shown = TimeZoneInfo.ConvertTime(at, zone).DateTime;
        if (zone.GetUtcOffset(at.AddHours(2)) >= zone.GetUtcOffset(at))
        {
            return shown;
        }

        var least = Enumerable.Range(1, 120).Min(minutes => TimeZoneInfo.ConvertTime(at.AddMinutes(minutes), zone).DateTime);
        return least <= shown ? least.AddMinutes(-1) : shown;
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text);

    private sealed record Case(TimeZoneInfo Zone, OpenTime[] Week, DateOnly[] Away, DateTimeOffset Sent, int Amount);
}
