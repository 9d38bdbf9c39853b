using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Rapport.Conversations;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Notices;
using Rapport.Server.Pages.Notices;
using Rapport.Server.Talks;
using Rapport.Server.Tests.Api.Conversations;
using Rapport.Server.Tests.Hosting;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Notices;

/// <summary>Who is told that something waits, when, and with what: against a push service and a mail server of the test's own.</summary>
public sealed class NoticeSendingTests
{
    private static readonly RequestTerms Terms = new("treat", ["conditions"], 3, "You come to my clinic next week.");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_told_once_however_often_one_looks_and_what_one_said_oneself_is_not()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var (ada, doctor) = (world.People.Ada, world.People.Doctor);
        var browser = await world.TurnOnAsync(ada, "/ada");
        await world.SayAsync(ada, "of my own");
        await world.PassAsync();
        Assert.Empty(world.Push.Got);

        await world.SayAsync(doctor, "zqsecret");
        await world.PassAsync(NoticePlan.Gathering - TimeSpan.FromSeconds(10));
        Assert.Empty(world.Push.Got);
        await world.PassAsync();
        Assert.Equal("Something waits for you in Rapport", browser.Read(Assert.Single(world.Push.Got).Body));
        await world.PassAsync(TimeSpan.FromHours(1));
        Assert.Single(world.Push.Got);

        await world.SayAsync(doctor, "more");
        await world.PassAsync();
        Assert.Equal(2, world.Push.Got.Count);
    }

    [Fact]
    public async Task What_is_read_before_its_time_is_not_told_and_several_things_are_one_notice()
    {
        await using var world = await NoticeWorld.BeginAsync();
        await world.TurnOnAsync(world.People.Ada, "/ada");
        await world.SayAsync(world.People.Doctor, "one");
        await world.WorkAsync();
        await world.ReadAsync(world.People.Ada);
        await world.PassAsync();
        Assert.Empty(world.Push.Got);

        var other = await TalkWorld.TalkAsync(world.People.Ada, "", world.People.Sister.Reference);
        await world.SayAsync(world.People.Doctor, "two");
        await world.SayAsync(world.People.Sister, "three", other);
        await world.SayAsync(world.People.Sister, "four", other);
        await world.PassAsync();
        Assert.Single(world.Push.Got);
    }

    [Fact]
    public async Task Who_waits_while_one_pauses_is_told_after_the_pause_and_nobody_who_chose_nothing_is_told()
    {
        await using var world = await NoticeWorld.BeginAsync();
        await world.TurnOnAsync(world.People.Ada, "/ada");
        await world.SayAsync(world.People.Doctor, "one");
        await world.PassAsync();
        await world.SayAsync(world.People.Doctor, "two");
        await world.PassAsync();
        Assert.Single(world.Push.Got);
        await world.PassAsync(NoticePlan.Pause);
        Assert.Equal(2, world.Push.Got.Count);
        await world.SayAsync(world.People.Ada, "three");
        await world.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(2, world.Push.Got.Count);
    }

    /// <summary>The same bytes for everybody, whatever it is: what a push service sees of a message, a request, an opened door and a trial differs in nothing but keys, and what browsers read is the same.</summary>
    [Fact]
    public async Task Whatever_waits_for_whomever_it_is_the_same_to_the_push_service_and_to_who_reads_over_a_shoulder()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var (ada, doctor, nurse, sister) = (world.People.Ada, world.People.Doctor, world.People.Nurse, world.People.Sister);
        Dictionary<string, PushBrowser> browsers = new() { ["/1"] = await world.TurnOnAsync(ada, "/1"), ["/2"] = await world.TurnOnAsync(doctor, "/2"), ["/3"] = await world.TurnOnAsync(sister, "/3") };
        await world.SayAsync(doctor, "zqsecret message");
        await world.SayAsync(ada, "zqsecret answer");
        await world.PassAsync();
        await world.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(["/1", "/2"], world.Push.Got.Select(static got => got.Path).Order());

        await world.Server.Modules.People.Requests.AskAsync(nurse.Person, ada.Person.SignInName, Terms, Cancel);
        await world.PassAsync();
        Assert.Equal(3, world.Push.Got.Count);
        await world.PassAsync(TimeSpan.FromHours(1));
        await world.Server.Modules.People.Emergencies.AnnounceAsync(ada.Person, nurse.Person, "zqsecret reason", [sister.Person.Id], Cancel);
        await world.PassAsync();
        Assert.Equal("/3", world.Push.Got[^1].Path);
        using (var visitor = await world.SignInAsync(ada))
        {
            using var tried = await visitor.PostAsync("/account/notices", "/account/notices/trial");
            Assert.Equal("/account/notices?done=tried", tried.Headers.Location?.OriginalString);
        }

        Assert.Equal(5, world.Push.Got.Count);
        Assert.All(world.Push.Got, got => Assert.Equal("Something waits for you in Rapport", browsers[got.Path].Read(got.Body)));
        Assert.Single(world.Push.Got.Select(static got => got.Body.Length).Distinct());
        Assert.Single(world.Push.Got.Select(Seen).Distinct());
        foreach (var got in world.Push.Got)
        {
            var all = string.Join('\n', got.Headers.Select(static header => $"{header.Key}: {header.Value} {Claims(header.Value)}")) + Encoding.Latin1.GetString(got.Body);
            Assert.DoesNotContain("zqsecret", all);
            Assert.All((TestPerson[])[ada, doctor, nurse, sister], person => Assert.All((string[])[person.Person.Id.ToString(), person.Person.DisplayName, person.Reference], known => Assert.DoesNotContain(known, all)));
            Assert.DoesNotContain(world.Talk, all);
        }

        Assert.DoesNotContain("zqsecret", world.Logged);
        Assert.All((TestPerson[])[ada, doctor, nurse, sister], person => Assert.DoesNotContain(person.Person.Id.ToString(), world.Logged));
        Assert.DoesNotContain("127.0.0.1:" + world.Push.Address.Port, world.Logged);

        // What differs is for whom it is encrypted, and when it was signed.
        string Seen(Pushed got) => string.Join('\n', got.Headers.Where(static header => header.Key is not "Authorization" and not "Host").OrderBy(static header => header.Key, StringComparer.Ordinal)
            .Select(static header => $"{header.Key}: {header.Value}")) + string.Join(',', JsonNode.Parse(Claims(got.Headers["Authorization"]))!.AsObject().Select(static claim => claim.Key == "exp" ? "exp" : claim.ToString()));
    }

    [Fact]
    public async Task The_push_service_is_shown_who_sends_by_a_key_that_is_made_once()
    {
        await using var world = await NoticeWorld.BeginAsync();
        await world.TurnOnAsync(world.People.Ada, "/ada");
        await world.SayAsync(world.People.Doctor, "one");
        await world.PassAsync();
        var got = Assert.Single(world.Push.Got);
        Assert.Equal(("POST", "aes128gcm", "normal", "rapport"), (got.Method, got.Headers["Content-Encoding"], got.Headers["Urgency"], got.Headers["Topic"]));
        Assert.InRange(int.Parse(got.Headers["TTL"], System.Globalization.CultureInfo.InvariantCulture), 3600, 30 * 24 * 3600);

        var (token, key) = (got.Headers["Authorization"].Split("t=")[1].Split(',')[0], Base64Url.DecodeFromChars(got.Headers["Authorization"].Split("k=")[1]));
        var parts = token.Split('.');
        using var verify = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = key[1..33], Y = key[33..] } });
        Assert.True(verify.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        var claims = JsonNode.Parse(Claims(got.Headers["Authorization"]))!;
        Assert.Equal((world.Push.Address.GetLeftPart(UriPartial.Authority), "mailto:rapport@server.example"), ((string)claims["aud"]!, (string)claims["sub"]!));
        Assert.InRange((long)claims["exp"]!, world.Clock.GetUtcNow().ToUnixTimeSeconds(), world.Clock.GetUtcNow().AddDays(1).ToUnixTimeSeconds());

        using var other = new Server.Notices.Push.PushKey(world.Server.Modules.Database, world.Server.Modules.Keyring, world.Clock, world.Mail.Settings);
        Assert.Equal(Base64Url.EncodeToString(key), await other.PublicAsync(Cancel));
    }

    [Fact]
    public async Task An_address_that_is_no_more_is_forgotten_and_a_service_that_is_busy_is_asked_later()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var (ada, doctor) = (world.People.Ada, world.People.Doctor);
        await world.TurnOnAsync(ada, "/ada");
        world.Push.Answer = PushService.Status(429, retryAfter: "1800");
        await world.SayAsync(doctor, "one");
        await world.PassAsync();
        await world.PassAsync(TimeSpan.FromMinutes(20));
        Assert.Single(world.Push.Got);
        world.Push.Answer = PushService.Status(503);
        await world.PassAsync(TimeSpan.FromMinutes(12));
        Assert.Equal(2, world.Push.Got.Count);
        world.Push.Answer = PushService.Created;
        await world.PassAsync(TimeSpan.FromMinutes(5));
        await world.PassAsync(TimeSpan.FromHours(3));
        Assert.Equal(3, world.Push.Got.Count);

        world.Push.Answer = PushService.Status(410);
        await world.SayAsync(doctor, "two");
        await world.PassAsync();
        Assert.Empty((await world.ChoicesAsync(ada)).Devices);
        Assert.Null(await world.Server.Modules.People.Notices.FindAsync(ada.Person.Id, Cancel));
    }

    [Fact]
    public async Task Where_a_push_service_sends_on_to_nobody_follows()
    {
        await using var world = await NoticeWorld.BeginAsync();
        await world.TurnOnAsync(world.People.Ada, "/ada");
        world.Push.Answer = context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        };
        await world.SayAsync(world.People.Doctor, "one");
        await world.PassAsync();
        Assert.Equal(["/ada"], world.Push.Got.Select(static got => got.Path));
    }

    [Fact]
    public async Task Quiet_hours_hold_it_until_they_end_and_an_opened_door_is_told_in_them()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var (ada, sister) = (world.People.Ada, world.People.Sister);
        NoticeChoices Quiet(NoticeChoices choices) => choices with { Quiet = new QuietHours(13 * 60, 18 * 60), Zone = "Europe/Madrid" }; // It is 14:00 there.
        await world.TurnOnAsync(ada, "/ada", Quiet);
        await world.TurnOnAsync(sister, "/sister", Quiet);
        await world.SayAsync(world.People.Doctor, "one");
        await world.PassAsync(TimeSpan.FromHours(3));
        Assert.Empty(world.Push.Got);
        await world.Server.Modules.People.Emergencies.AnnounceAsync(ada.Person, world.People.Nurse.Person, "reason", [sister.Person.Id], Cancel);
        await world.PassAsync();
        Assert.Equal(["/sister"], world.Push.Got.Select(static got => got.Path));
        await world.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(["/sister", "/ada"], world.Push.Got.Select(static got => got.Path));
    }

    [Fact]
    public async Task A_page_in_sight_holds_a_notice_back_for_some_minutes_and_a_program_that_listens_does_not()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var (ada, doctor) = (world.People.Ada, world.People.Doctor);
        await world.TurnOnAsync(ada, "/ada");
        await using (await Listener.OpenAsync(world.Server, ada))
        {
            await world.SayAsync(doctor, "one");
            await world.PassAsync();
            Assert.Single(world.Push.Got);
        }

        await world.PassAsync(TimeSpan.FromHours(1));
        using var page = world.Server.App.Services.GetRequiredService<TalkStreams>().Open(ada.Person.Id, [$"Patient/{ada.Record}"], new Pass("", null), isPage: true);
        await world.SayAsync(doctor, "two");
        await world.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Single(world.Push.Got);
        await world.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(2, world.Push.Got.Count);
    }

    [Fact]
    public async Task Of_a_team_everybody_is_told_who_may_answer_and_of_what_is_late_whom_it_concerns()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var (ada, nurse, team) = (world.People.Ada, world.People.Nurse, world.People.Team);
        await world.TurnOnAsync(nurse, "/nurse");
        await world.TurnOnAsync(ada, "/ada");
        var week = Enum.GetValues<DayOfWeek>().Select(static day => new OpenTime(day, 0, 1440)).ToList();
        await world.Server.Modules.Conversations.Promises.SetAsync(
            team.Id, new TeamPromise { Hours = new TeamHours(TimeZoneInfo.Utc, week, []), Usual = new AnswerTime(2, AnswerUnit.OpenHours), ToldOfOverdue = nurse.Person.Id }, 0, Cancel);
        var talk = await TalkWorld.TalkAsync(ada, "", team.Reference);
        await world.SayAsync(ada, "please", talk);
        await world.PassAsync();
        Assert.Equal(["/nurse"], world.Push.Got.Select(static got => got.Path));
        await world.ReadAsync(nurse, talk);
        await world.PassAsync(TimeSpan.FromMinutes(80));
        Assert.Single(world.Push.Got);
        world.Clock.Advance(TimeSpan.FromMinutes(50));
        await world.Server.Modules.Conversations.Late.TellAsync(Cancel);
        await world.PassAsync();
        await world.PassAsync();
        Assert.Equal(["/ada", "/nurse", "/nurse"], world.Push.Got.Select(static got => got.Path).Order());
        await world.PassAsync(TimeSpan.FromDays(2));
        Assert.Equal(3, world.Push.Got.Count);

        // Who is not in the team any more is told nothing of what is written to it.
        await world.Server.Modules.People.CareTeams.SetMemberAsync(team.Id, nurse.Person.Id, false, Cancel);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.SayAsync(ada, "still there?", talk);
        await world.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(3, world.Push.Got.Count);
    }

    [Fact]
    public async Task What_others_ask_answer_and_do_in_the_record_is_told()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var (ada, nurse, people) = (world.People.Ada, world.People.Nurse, world.Server.Modules.People);
        await world.TurnOnAsync(ada, "/ada");
        await world.TurnOnAsync(nurse, "/nurse");
        await people.Requests.AskAsync(nurse.Person, ada.Person.SignInName, Terms, Cancel);
        await world.PassAsync();
        Assert.Equal(["/ada"], world.Push.Got.Select(static got => got.Path));

        var asked = Assert.Single(await people.Requests.ListReceivedAsync(ada.Person, Cancel));
        await people.Requests.RefuseAsync(ada.Person, asked, tell: true, forGood: false, Cancel);
        await world.PassAsync();
        Assert.Equal(["/ada", "/nurse"], world.Push.Got.Select(static got => got.Path));
        await world.PassAsync(TimeSpan.FromDays(1));
        Assert.Equal(2, world.Push.Got.Count);
    }

    [Fact]
    public async Task What_was_found_is_sent_by_the_server_itself_also_after_it_was_started_anew()
    {
        await using var files = new SqliteTestDatabase();
        await using var push = await PushService.StartAsync();
        using var browser = new PushBrowser();
        await using (var before = new RunningServer { Folder = files.Folder, Openings = [push.Opening] })
        {
            await before.InitializeAsync();
            var people = await TalkWorld.BeginAsync(before);
            var talk = await TalkWorld.TalkAsync(people.Ada, "", people.Doctor.Reference);
            var device = new NoticeDevice(Data.LocalId.New(), "a browser", new Uri(push.Address, "/ada").AbsoluteUri, browser.Key, browser.Secret, before.Clock.GetUtcNow());
            await before.App.Services.GetRequiredService<NoticeDesk>().ChangeAsync(people.Ada.Person, choices => NoticeForm.WithUsual(choices with { Devices = [device] }, NoticeWay.Push), Cancel);
            await TalkWorld.SayAsync(people.Doctor.Client, talk, "one");
            await before.App.Services.GetRequiredService<NoticeWork>().WorkAsync(Cancel);
        }

        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        push.Answer = context =>
        {
            came.TrySetResult();
            return PushService.Created(context);
        };
        await using var after = new RunningServer { Folder = files.Folder, Openings = [push.Opening] };
        await after.InitializeAsync();

        // It is due, and the server looks once more after that. Then the clock stands: sending has its own time limits.
        after.Clock.Advance(NoticePlan.Gathering);
        after.Clock.Advance(TimeSpan.FromSeconds(5));
        await came.Task.WaitAsync(Patience.Limit, Cancel);
        Assert.Equal("Something waits for you in Rapport", browser.Read(push.Got[0].Body));
    }

    [Fact]
    public async Task Two_nodes_send_it_once_and_who_dies_in_the_middle_leaves_it_to_others()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var browser = await world.TurnOnAsync(world.People.Ada, "/ada");
        using var other = Another(world);
        await world.SayAsync(world.People.Doctor, "one");
        await world.WorkAsync();
        world.Clock.Advance(NoticePlan.Gathering);
        await Task.WhenAll(world.WorkAsync(), other.WorkAsync(Cancel), world.WorkAsync(), other.WorkAsync(Cancel));
        Assert.Single(world.Push.Got);

        // One dies when the push service has it and before that is noted: as long as it may be at work, nobody else is.
        await world.PassAsync(TimeSpan.FromHours(1));
        world.Push.Forget();
        var isThere = new TaskCompletionSource();
        world.Push.Answer = async context =>
        {
            isThere.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        };
        await world.SayAsync(world.People.Doctor, "two");
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await other.WorkAsync(Cancel);
        world.Clock.Advance(NoticePlan.Gathering);
        using var dying = new CancellationTokenSource();
        var sends = other.WorkAsync(dying.Token);
        await isThere.Task;
        await dying.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sends);

        world.Push.Answer = PushService.Created;
        await world.WorkAsync();
        Assert.Single(world.Push.Got);
        await world.PassAsync(TimeSpan.FromMinutes(4));
        await world.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(2, world.Push.Got.Count);

        // The second takes the place of the first at the service, and on the screen.
        Assert.All(world.Push.Got, got => Assert.Equal(("rapport", "Something waits for you in Rapport"), (got.Headers["Topic"], browser.Read(got.Body))));
    }

    private static NoticeWork Another(NoticeWorld world) => new(
        world.Server.Modules, new NoticeLooking(world.Server.Modules), world.Server.App.Services.GetRequiredService<NoticeDesk>(), world.Server.App.Services.GetRequiredService<TalkStreams>(),
        world.Server.App.Services.GetRequiredService<LiveStreams>(), NullLogger<NoticeWork>.Instance);

    private static string Claims(string authorization) => authorization.StartsWith("vapid t=", StringComparison.Ordinal) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(authorization.Split('.')[1])) : "";
}
