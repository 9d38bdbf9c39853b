using Rapport.People;

namespace Rapport.Server.Tests.Notices;

/// <summary>Whatever others do that a patient is told of leads to one notice by each way that they chose for it, at their hours, and to nothing that says what it was.</summary>
public sealed class NoticeDeedTests
{
    private const string Address = "patient@mail.example";

    public static TheoryData<string> Deeds => [.. NoticeDeed.All.Keys];

    [Theory]
    [MemberData(nameof(Deeds))]
    public async Task It_is_told_once_by_the_ways_chosen_and_says_nothing(string name)
    {
        await using var world = await NoticeWorld.BeginAsync();
        var deed = await NoticeDeed.All[name].ReadyAsync(world);
        var browser = await world.TurnOnAsync(deed.Patient, "/patient", choices => choices with
        {
            Mail = new NoticeMail(Address, world.Clock.GetUtcNow(), IsConfirmed: true),
            Rules = [new NoticeRule(NoticeDeed.All[name].Topic, NoticeWay.Push, NoticeTempo.AtOnce), new NoticeRule(NoticeDeed.All[name].Topic, NoticeWay.Mail, NoticeTempo.AtOnce)],
        });
        await world.PassAsync();
        Assert.Empty(world.Push.Got);

        await deed.DoAsync();
        await world.PassAsync();
        await world.PassAsync(TimeSpan.FromDays(1));
        await world.PassAsync(TimeSpan.FromDays(1));
        var got = Assert.Single(world.Push.Got);
        Assert.Equal("Something waits for you in Rapport", browser.Read(got.Body));
        var mail = Assert.Single(world.Mail.Got);
        Assert.Equal(Address, mail.To);
        foreach (var text in new[] { mail.Text, string.Join('\n', got.Headers.Values), world.Logged })
        {
            Assert.All((string[])["zqsecret", "Lee", "Sam", "Meyer", "Lena", deed.Patient.DisplayName, deed.Patient.Id.ToString()], known => Assert.DoesNotContain(known, text));
        }
    }

    [Theory]
    [MemberData(nameof(Deeds))]
    public async Task Who_does_not_want_to_know_of_its_topic_is_not_told(string name)
    {
        await using var world = await NoticeWorld.BeginAsync();
        var (topic, readyAsync) = NoticeDeed.All[name];
        var deed = await readyAsync(world);
        await world.TurnOnAsync(deed.Patient, "/patient", choices => choices with { Rules = [.. choices.Rules.Where(rule => rule.Topic != topic)] });
        await world.PassAsync();
        await deed.DoAsync();
        await world.PassAsync();
        await world.PassAsync(TimeSpan.FromDays(1));
        Assert.Empty(world.Push.Got);
    }

    [Theory]
    [MemberData(nameof(Deeds))]
    public async Task Quiet_hours_hold_it_until_they_end_unless_it_is_an_emergency(string name)
    {
        await using var world = await NoticeWorld.BeginAsync();
        var (topic, readyAsync) = NoticeDeed.All[name];
        var deed = await readyAsync(world);
        await world.TurnOnAsync(deed.Patient, "/patient", static choices => choices with { Quiet = new QuietHours(11 * 60, 15 * 60), Zone = TimeZoneInfo.Utc.Id });
        await world.PassAsync();
        await deed.DoAsync();
        await world.PassAsync();
        await world.PassAsync(TimeSpan.FromHours(2));
        Assert.Equal(topic == NoticeTopic.Emergency ? 1 : 0, world.Push.Got.Count);
        await world.PassAsync(TimeSpan.FromHours(1));
        Assert.Single(world.Push.Got);
    }

    /// <summary>The next round may be a minute away, and takes longer the more people there are.</summary>
    [Fact]
    public async Task An_emergency_door_is_told_of_with_the_next_pass_and_not_with_the_next_round()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var deed = await NoticeDeed.All["an emergency opening"].ReadyAsync(world);
        await world.TurnOnAsync(deed.Patient, "/patient");
        await world.PassAsync();
        await world.WorkAsync();
        await deed.DoAsync();
        await world.WorkAsync();
        Assert.Single(world.Push.Got);
    }

    /// <summary>Whoever did not come while it waited has access of somebody else to learn of: so have those whom they trust, unless it was answered.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task That_what_was_asked_for_opened_unanswered_is_told_anew(bool isAnswered)
    {
        await using var world = await NoticeWorld.BeginAsync();
        var (home, carer) = await NoticeDeed.NamedAsync(world);
        await world.Server.Modules.People.Circle.SetEmergencyContactAsync(home.Patient.Person.Record!.Value, home.Stranger.Person, true, "sister", TestContext.Current.CancellationToken);
        await world.TurnOnAsync(home.Patient.Person, "/patient");
        await world.TurnOnAsync(home.Stranger.Person, "/contact");
        await world.TurnOnAsync(home.Carer.Person, "/carer");
        await world.PassAsync();
        await NoticeDeed.AskForAccessAsync(home, carer);
        await world.PassAsync();
        string[] both = ["/contact", "/patient"];
        Assert.Equal(both, Got());
        if (isAnswered)
        {
            using var patient = await home.Patient.SignInAsync(world.Server);
            var ask = Assert.Single(await (await home.Patient.OpenAsync(world.Server)).Succession.AskedAsync(TestContext.Current.CancellationToken));
            (await patient.PostAsync("/share", "/share/succession/object", ("id", ask.Id.ToString()))).Dispose();
        }

        await world.PassAsync(TimeSpan.FromDays(13));
        Assert.Equal(both, Got());
        await world.PassAsync(TimeSpan.FromDays(2));
        await world.PassAsync();
        Assert.Equal(isAnswered ? both : [.. both, .. both], Got());
        await world.PassAsync(TimeSpan.FromDays(20));
        Assert.Equal(isAnswered ? both : [.. both, .. both], Got());

        string[] Got() => [.. world.Push.Got.Select(static got => got.Path).Chunk(2).SelectMany(static sent => sent.Order(StringComparer.Ordinal))];
    }

    [Fact]
    public async Task Who_acts_without_a_pause_is_told_of_once_and_after_one_again()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var deed = await NoticeDeed.All["who acts looks"].ReadyAsync(world);
        await world.TurnOnAsync(deed.Patient, "/patient");
        await world.PassAsync();
        foreach (var (pause, told) in new[] { (TimeSpan.FromHours(3), 1), (TimeSpan.FromHours(3), 1), (TimeSpan.FromHours(5), 1), (TimeSpan.Zero, 2) })
        {
            await deed.DoAsync();
            await world.PassAsync();
            Assert.Equal(told, world.Push.Got.Count);
            await world.PassAsync(pause);
        }
    }
}
