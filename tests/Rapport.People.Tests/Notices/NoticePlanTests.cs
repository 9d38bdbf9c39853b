using Rapport.Data;

namespace Rapport.People.Tests;

public sealed class NoticePlanTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly NoticeChoices Choices = new()
    {
        Devices = [new NoticeDevice(LocalId.New(), "a browser", "https://push.example/1", [], [], Noon)],
        Mail = new NoticeMail("maya@mail.example", Noon, IsConfirmed: true),
        Rules =
        [
            .. Enum.GetValues<NoticeTopic>().Select(static topic => new NoticeRule(topic, NoticeWay.Push, NoticeTempo.AtOnce)),
            new NoticeRule(NoticeTopic.Circle, NoticeWay.Mail, NoticeTempo.Daily),
        ],
    };

    [Fact]
    public void What_is_found_becomes_due_once_by_each_way_that_was_chosen()
    {
        NoticeState state = Take(new NoticeState(), Noon, Message(3));
        Assert.Equal(Noon + NoticePlan.Gathering, NoticePlan.DueAt(state, Choices, NoticeWay.Push));
        Assert.Equal(Noon.AddHours(6), NoticePlan.DueAt(state, Choices, NoticeWay.Mail));
        state = NoticePlan.Sent(Take(state, Noon.AddSeconds(9), Message(3)), NoticeWay.Push, Noon.AddSeconds(30));
        Assert.Null(NoticePlan.DueAt(Take(state, Noon.AddMinutes(1), Message(3)), Choices, NoticeWay.Push));
        Assert.Equal(Noon.AddHours(6), NoticePlan.DueAt(state, Choices));

        // A later message in the same conversation is something new, and waits until the first has had its time.
        state = Take(state, Noon.AddMinutes(2), Message(4));
        Assert.Equal(Noon.AddSeconds(30) + NoticePlan.Pause, NoticePlan.DueAt(state, Choices, NoticeWay.Push));
    }

    [Fact]
    public void Several_things_are_one_notice()
    {
        NoticeState state = Take(Take(new NoticeState(), Noon, Message(3)), Noon.AddSeconds(10), Message(4), new Waiting(NoticeTopic.Requests, "r1", 1));
        Assert.Equal(3, state.Push.Things.Count);
        Assert.Equal(Noon + NoticePlan.Gathering, NoticePlan.DueAt(state, Choices, NoticeWay.Push));
        Assert.Empty(NoticePlan.Sent(state, NoticeWay.Push, Noon).Push.Things);
    }

    [Fact]
    public void What_was_seen_meanwhile_is_not_told_and_what_nobody_can_tell_of_is()
    {
        NoticeState state = Take(new NoticeState(), Noon, Message(3), new Waiting(NoticeTopic.Requests, "s1", 1, IsGoneWhenSeen: false));
        state = Take(state, Noon.AddSeconds(5));
        Assert.Equal(["s1"], state.Push.Things.Select(static told => told.Thing.Key));

        // Of kinds that nobody looked at nothing is known.
        state = NoticePlan.Take(Take(new NoticeState(), Noon, Message(3)), Choices, new NoticeLook("r", []), Noon.AddSeconds(5));
        Assert.Single(state.Push.Things);
        Assert.Equal(3, state.Found["c1"]);
    }

    [Fact]
    public void Quiet_hours_move_it_to_their_end_and_an_emergency_knows_none()
    {
        NoticeChoices quiet = Choices with { Quiet = new QuietHours(22 * 60, 7 * 60), Zone = "Europe/Madrid", DailyAt = 23 * 60 };
        DateTimeOffset night = new(2026, 6, 1, 21, 30, 0, TimeSpan.Zero); // 23:30 in Madrid.
        NoticeState state = NoticePlan.Take(new NoticeState(), quiet, new NoticeLook("c", [Message(1)]), night);
        Assert.Equal(new DateTimeOffset(2026, 6, 2, 5, 0, 0, TimeSpan.Zero), NoticePlan.DueAt(state, quiet, NoticeWay.Push));
        Assert.Equal(new DateTimeOffset(2026, 6, 3, 5, 0, 0, TimeSpan.Zero), NoticePlan.DueAt(state, quiet, NoticeWay.Mail));
        state = NoticePlan.Take(NoticePlan.Sent(state, NoticeWay.Push, night), quiet, new NoticeLook("e", [new Waiting(NoticeTopic.Emergency, "e1", 1)]), night);
        Assert.Equal(night, NoticePlan.DueAt(state, quiet, NoticeWay.Push));
    }

    [Theory]
    [InlineData("2026-03-28T23:30:00Z", "2026-03-29T05:00:00Z", 0, 420)] // The clock goes forward at 2, within them.
    [InlineData("2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z", 120, 210)] // They begin in the hour that is not there: at the leap.
    [InlineData("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", 60, 150)] // They end in the hour that comes twice: the second time.
    [InlineData("2026-10-24T22:30:00Z", "2026-10-25T06:00:00Z", 1320, 420)]
    [InlineData("2026-06-01T05:00:00Z", "2026-06-01T05:00:00Z", 1320, 420)] // The end is no part of them.
    public void Quiet_hours_go_by_the_clock_of_their_person(string at, string ends, int from, int to) => Assert.Equal(
        DateTimeOffset.Parse(ends, System.Globalization.CultureInfo.InvariantCulture),
        new QuietHours(from, to).After(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture), TimeZoneInfo.FindSystemTimeZoneById("Europe/Madrid")));

    [Fact]
    public void A_page_in_sight_holds_a_notice_back_for_a_while_and_no_emergency()
    {
        NoticeState state = Take(new NoticeState(), Noon, Message(1));
        Assert.Equal(Noon + NoticePlan.Gathering + NoticePlan.HeldBack, NoticePlan.HeldUntil(state, Choices, NoticeWay.Push));
        state = Take(state, Noon.AddMinutes(1), Message(1), new Waiting(NoticeTopic.Emergency, "c2", 1));
        Assert.Equal(Noon.AddMinutes(1), NoticePlan.HeldUntil(state, Choices, NoticeWay.Push));
    }

    [Fact]
    public void What_could_not_be_delivered_is_tried_again_later_each_time_and_given_up_at_last()
    {
        NoticeState state = Take(new NoticeState(), Noon, Message(1));
        DateTimeOffset now = Noon;
        List<TimeSpan> pauses = [];
        while (NoticePlan.DueAt(state, Choices, NoticeWay.Push) is { } due)
        {
            now = due > now ? due : now;
            state = NoticePlan.NotSent(state, NoticeWay.Push, now, pauses.Count == 1 ? TimeSpan.FromHours(1) : null);
            if (state.Push.NotBefore is { } again)
            {
                pauses.Add(again - now);
            }
        }

        Assert.Equal([TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromMinutes(4)], pauses.Take(3));
        Assert.Equal(NoticePlan.MostTries - 1, pauses.Count);
        Assert.All(pauses, static pause => Assert.True(pause <= TimeSpan.FromHours(12)));
        Assert.Equal(Noon.AddDays(30) + NoticePlan.Gathering, NoticePlan.DueAt(Take(state, Noon.AddDays(30), Message(2)), Choices, NoticeWay.Push));
    }

    [Fact]
    public void What_is_no_longer_chosen_is_not_told()
    {
        NoticeState state = Take(new NoticeState(), Noon, Message(1));
        NoticeChoices none = Choices with { Rules = [] };
        Assert.Null(NoticePlan.DueAt(NoticePlan.Take(state, none, new NoticeLook("", []), Noon), none));
        Assert.Null(NoticePlan.DueAt(state, Choices with { Devices = [], Mail = Choices.Mail! with { IsConfirmed = false } }));
    }

    [Fact]
    public void However_much_waits_an_emergency_is_among_what_is_told()
    {
        NoticeState state = Take(new NoticeState(), Noon, [.. Enumerable.Range(0, 500).Select(static i => new Waiting(NoticeTopic.Circle, $"c{i}", 1))]);
        state = Take(state, Noon, [.. Enumerable.Range(0, 500).Select(static i => new Waiting(NoticeTopic.Circle, $"c{i}", 1)), new Waiting(NoticeTopic.Emergency, "e", 1)]);
        Assert.Equal(Noon, NoticePlan.DueAt(state, Choices, NoticeWay.Push));
    }

    private static Waiting Message(long number) => new(NoticeTopic.Circle, "c1", number);

    private static NoticeState Take(NoticeState state, DateTimeOffset now, params Waiting[] things) => NoticePlan.Take(state, Choices, new NoticeLook("cers", things), now);
}
