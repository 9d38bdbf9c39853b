using System.Net;
using System.Text.RegularExpressions;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Notices;

/// <summary>Mail: nothing goes to an address before whoever has it confirmed it, what goes there says nothing, and one click stops it.</summary>
public sealed partial class MailNoticeTests
{
    private const string Home = "/account/notices";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_gets_a_link_first_and_mail_only_once_it_is_confirmed()
    {
        await using var world = await NoticeWorld.BeginAsync();
        using var visitor = await world.SignInAsync(world.People.Ada);
        await AskAsync(visitor, "ada@mail.example");
        var (to, asked) = Assert.Single(world.Mail.Got);
        Assert.Equal("ada@mail.example", to);
        AssertSaysNothing(world, asked);
        await world.SayAsync(world.People.Doctor, "zqsecret one");
        await world.PassAsync(TimeSpan.FromDays(1) - TimeSpan.FromHours(1));
        Assert.Single(world.Mail.Got);

        // Opening the link changes nothing: programs do that.
        var link = LinkIn(asked, "confirm");
        using var somebody = new FormVisitor(world.Server);
        Assert.Equal(HttpStatusCode.OK, (await somebody.GetAsync(link)).StatusCode);
        Assert.False((await world.ChoicesAsync(world.People.Ada)).Mail!.IsConfirmed);
        Assert.Equal(HttpStatusCode.OK, (await somebody.PostAsync(link, link)).StatusCode);
        Assert.True((await world.ChoicesAsync(world.People.Ada)).Mail!.IsConfirmed);

        // What waited before is known; what is new is told once a day unless they choose otherwise.
        await world.PassAsync(TimeSpan.FromDays(1));
        Assert.Single(world.Mail.Got);
        await world.SayAsync(world.People.Doctor, "zqsecret two");
        await world.PassAsync(TimeSpan.FromDays(1));
        await world.PassAsync(TimeSpan.FromDays(1));
        var (told, text) = world.Mail.Got[1];
        Assert.Equal((2, "ada@mail.example"), (world.Mail.Got.Count, told));
        AssertSaysNothing(world, text);
        Assert.Contains("\nSubject: Something waits for you in Rapport\n", text);
        Assert.Contains("https://server.example/", text);
    }

    /// <summary>Links in mails open in whichever browser the mail program has, which may know nothing of whose address it is.</summary>
    [Fact]
    public async Task The_clock_and_the_language_are_of_who_asked_for_mail_and_not_of_the_browser_that_confirms()
    {
        await using var world = await NoticeWorld.BeginAsync();
        using var visitor = await world.SignInAsync(world.People.Ada);
        using var chosen = await visitor.PostAsync("/zone", "/zone", ("zone", "Europe/Madrid"), ("back", "/circle"));
        await AskAsync(visitor, "ada@mail.example");
        using var somebody = new FormVisitor(world.Server);
        somebody.Cookies.Add(world.Server.Address, new Cookie("rapport-zone", Uri.EscapeDataString("America/New_York")));
        somebody.Cookies.Add(world.Server.Address, new Cookie("rapport-language", "es"));
        var link = LinkIn(Assert.Single(world.Mail.Got).Text, "confirm");
        Assert.Equal(HttpStatusCode.OK, (await somebody.PostAsync(link, link)).StatusCode);
        var choices = await world.ChoicesAsync(world.People.Ada);
        Assert.True(choices.Mail!.IsConfirmed);
        Assert.Equal(("Europe/Madrid", "en"), (choices.Zone, choices.Language));
    }

    [Fact]
    public async Task One_click_in_the_mail_program_stops_it_and_opening_the_link_does_not()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var text = await TellAsync(world, world.People.Ada, "ada@mail.example");
        Assert.Contains("\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n", text);
        var stop = new Uri(ListUnsubscribe().Match(Unfolded(text)).Groups["link"].Value).PathAndQuery;
        using var program = world.Server.Client();
        using (var looked = await program.GetAsync(stop, Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, looked.StatusCode);
        }

        Assert.NotNull((await world.ChoicesAsync(world.People.Ada)).Mail);
        using var stopped = await program.PostAsync(stop, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]), Cancel);
        Assert.Equal(HttpStatusCode.OK, stopped.StatusCode);
        Assert.Null((await world.ChoicesAsync(world.People.Ada)).Mail);

        // A link of before says nothing of another address.
        await TellAsync(world, world.People.Ada, "other@mail.example");
        using var again = await program.PostAsync(stop, new FormUrlEncodedContent([]), Cancel);
        Assert.Equal("other@mail.example", (await world.ChoicesAsync(world.People.Ada)).Mail!.Address);
    }

    /// <summary>Who read that no more mail comes would close the page, and it would come.</summary>
    [Fact]
    public async Task Who_opens_the_link_that_stops_mail_reads_that_it_is_not_done_yet()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var text = await TellAsync(world, world.People.Ada, "ada@mail.example");
        using var somebody = new FormVisitor(world.Server);
        foreach (var (language, still) in new[] { ("en", "They still come."), ("es", "Todavía llegan.") })
        {
            somebody.Cookies.Add(world.Server.Address, new Cookie("rapport-language", language));
            var page = WebUtility.HtmlDecode(await somebody.ReadAsync(LinkIn(text, "stop")));
            Assert.Contains(still, page);
        }
    }

    [Fact]
    public async Task What_is_no_link_answers_as_one_that_is_over()
    {
        await using var world = await NoticeWorld.BeginAsync();
        using var visitor = await world.SignInAsync(world.People.Ada);
        await AskAsync(visitor, "first@mail.example");
        await AskAsync(visitor, "second@mail.example");
        var (first, second) = (LinkIn(world.Mail.Got[0].Text, "confirm"), LinkIn(world.Mail.Got[1].Text, "confirm"));
        using var somebody = new FormVisitor(world.Server);
        var nothing = await ConfirmAsync(somebody, "/notices/confirm/x");
        Assert.Equal(nothing, await ConfirmAsync(somebody, first));
        Assert.Equal(nothing, await ConfirmAsync(somebody, second[..^4] + "AAAA"));
        Assert.Equal(nothing, await ConfirmAsync(somebody, "/notices/confirm/" + new string('A', 3000)));
        Assert.Equal(nothing, await ConfirmAsync(somebody, second.Replace("confirm", "confirm/", StringComparison.Ordinal).Replace("//", "/", StringComparison.Ordinal)[..^1]));
        world.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(nothing, await ConfirmAsync(somebody, second));
        Assert.False((await world.ChoicesAsync(world.People.Ada)).Mail!.IsConfirmed);

        using var program = world.Server.Client();
        List<string> stopped = [];
        foreach (var path in (string[])["/notices/stop/x", "/notices/stop/" + second.Split('/')[^1]])
        {
            using var answer = await program.PostAsync(path, new FormUrlEncodedContent([]), Cancel);
            stopped.Add($"{answer.StatusCode} {Bare(await answer.Content.ReadAsStringAsync(Cancel))}");
        }

        Assert.Single(stopped.Distinct());
        Assert.NotNull((await world.ChoicesAsync(world.People.Ada)).Mail);
    }

    [Fact]
    public async Task The_mail_is_the_same_for_everybody_but_for_the_address_and_the_link()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var one = await TellAsync(world, world.People.Ada, "one@mail.example");
        await world.Server.Modules.People.Emergencies.AnnounceAsync(world.People.Ada.Person, world.People.Nurse.Person, "zqsecret", [world.People.Sister.Person.Id], Cancel);
        await world.ChangeAsync(world.People.Sister, Confirmed("two@mail.example"));
        await world.Server.Modules.People.Emergencies.AnnounceAsync(world.People.Ada.Person, world.People.Nurse.Person, "zqsecret", [world.People.Sister.Person.Id], Cancel);
        await world.PassAsync();
        var two = world.Mail.Got.Last(static got => got.To == "two@mail.example").Text;
        Assert.Equal(Same(one), Same(two));
        AssertSaysNothing(world, two);

        string Same(string text) => Varying().Replace(Unfolded(text).Replace("one@", "@", StringComparison.Ordinal).Replace("two@", "@", StringComparison.Ordinal), "");
    }

    [Fact]
    public async Task A_mail_server_that_takes_nothing_is_asked_again_later_and_the_log_holds_no_address()
    {
        await using var world = await NoticeWorld.BeginAsync();
        await world.ChangeAsync(world.People.Ada, Confirmed("ada@mail.example"));
        world.Mail.Takes = false;
        await world.SayAsync(world.People.Doctor, "one");
        await world.PassAsync();
        Assert.Empty(world.Mail.Got);
        Assert.Contains("the mail server did not take a message: 451", world.Logged);
        Assert.DoesNotContain("mail.example", world.Logged);
        world.Mail.Takes = true;
        await world.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Single(world.Mail.Got);
        await world.PassAsync(TimeSpan.FromHours(1));
        Assert.Single(world.Mail.Got);
    }

    [Fact]
    public async Task The_operator_sees_whether_the_mail_server_answers()
    {
        await using var world = await NoticeWorld.BeginAsync();
        await world.Server.Modules.People.Accounts.SetOperatorAsync(world.People.Stranger.Person.Id, true, Cancel);
        using var visitor = await world.SignInAsync(world.People.Stranger);
        Assert.Contains("answers", await visitor.ReadAsync("/operator"));
        await world.Mail.StopAsync();
        Assert.Contains("does not answer", await visitor.ReadAsync("/operator"));
    }

    [Fact]
    public async Task Nobody_fills_the_box_of_a_stranger_with_links()
    {
        await using var world = await NoticeWorld.BeginAsync();
        using var visitor = await world.SignInAsync(world.People.Ada);
        List<HttpStatusCode> answers = [];
        for (var i = 0; i < RateLimits.MailsAtOnce + 3; i++)
        {
            using var answer = await visitor.PostAsync(Home, Home + "/mail", ("address", "stranger@mail.example"));
            answers.Add(answer.StatusCode);
        }

        Assert.Equal(RateLimits.MailsAtOnce, world.Mail.Got.Count);
        Assert.Equal(3, answers.Count(static answer => answer == HttpStatusCode.TooManyRequests));
    }

    private static Func<NoticeChoices, NoticeChoices> Confirmed(string address) => choices => choices with
    {
        Mail = new NoticeMail(address, DateTimeOffset.UnixEpoch, IsConfirmed: true),
        Rules = [.. Enum.GetValues<NoticeTopic>().Select(static topic => new NoticeRule(topic, NoticeWay.Mail, NoticeTempo.AtOnce))],
    };

    /// <summary>Somebody is told at once by mail; gives the mail.</summary>
    private static async Task<string> TellAsync(NoticeWorld world, TestPerson person, string address)
    {
        await world.ChangeAsync(person, Confirmed(address));
        await world.SayAsync(world.People.Doctor, "zqsecret");
        await world.PassAsync();
        return world.Mail.Got.Last(got => got.To == address).Text;
    }

    private static async Task AskAsync(FormVisitor visitor, string address)
    {
        using var asked = await visitor.PostAsync(Home, Home + "/mail", ("address", address));
        Assert.Equal(Home + "?done=asked", asked.Headers.Location?.OriginalString);
    }

    private static async Task<string> ConfirmAsync(FormVisitor visitor, string link)
    {
        using var answer = await visitor.PostAsync("/notices/confirm/y", link);
        return $"{answer.StatusCode} {Bare(await answer.Content.ReadAsStringAsync(Cancel))}";
    }

    private static void AssertSaysNothing(NoticeWorld world, string text)
    {
        Assert.DoesNotContain("zqsecret", text);
        Assert.DoesNotContain(world.Talk, text);
        foreach (var person in (TestPerson[])[world.People.Ada, world.People.Doctor, world.People.Nurse, world.People.Sister])
        {
            Assert.DoesNotContain(person.Person.Id.ToString(), text);
            Assert.DoesNotContain(person.Person.DisplayName, text);
        }
    }

    /// <summary>A page without what is never the same: its forms' tokens, and where it is.</summary>
    private static string Bare(string page) => Never().Replace(page, "");

    private static string LinkIn(string mail, string kind) => new Uri(Link().Matches(mail.Replace("=\n", "", StringComparison.Ordinal)).First(match => match.Value.Contains(kind, StringComparison.Ordinal)).Value).AbsolutePath;

    private static string Unfolded(string mail) => mail.Replace("\n\t", " ", StringComparison.Ordinal).Replace("\n ", " ", StringComparison.Ordinal).Replace("=\n", "", StringComparison.Ordinal);

    [GeneratedRegex(@"https://server\.example/notices/\S+", RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex(@"List-Unsubscribe:\s+<(?<link>[^>]+)>", RegexOptions.NonBacktracking)]
    private static partial Regex ListUnsubscribe();

    [GeneratedRegex(@"/notices/stop/[\w-]+|Message-Id: .*|Date: .*", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Varying();

    [GeneratedRegex("name=\"(__RequestVerificationToken|back)\" value=\"[^\"]+\"|href=\"/zone[^\"]*\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Never();
}
