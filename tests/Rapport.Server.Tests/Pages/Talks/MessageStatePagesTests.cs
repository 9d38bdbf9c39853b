using Rapport.Language;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.States;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>What stands under one's own messages. Each test has a server of its own: it moves the clock.</summary>
public sealed class MessageStatePagesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly string Sent = Html(ConversationText.SentNotRead), Delivered = Html(StateText.Delivered), InTime = Html(StateText.InTime);

    [Fact]
    public async Task A_team_says_that_this_is_not_its_answer_yet_and_what_it_promised_stays_open_to_everybody()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var (world, patient, doctor, place) = await BeginAsync(server);
        Assert.DoesNotContain("name=\"not-yet\"", await doctor.ReadAsync(place));
        await SaidAsync(patient, place, "May I run?");
        Assert.DoesNotContain("name=\"not-yet\"", await patient.ReadAsync(place));
        Assert.Contains("name=\"not-yet\"", await doctor.ReadAsync(place));
        await SaidAsync(doctor, place, "We look at it.", ("not-yet", "yes"));
        var page = await patient.ReadAsync(place);
        Assert.Contains(Html(StateText.NotYet), Of(page, 3));
        Assert.Contains(Html(Say.Fill(StateText.Waits, world.TeamTitle)), Of(page, 2));
        Assert.Contains("name=\"not-yet\"", await doctor.ReadAsync(place));

        await SaidAsync(doctor, place, "Yes.");
        page = await patient.ReadAsync(place);
        Assert.DoesNotContain(Html(StateText.NotYet), Of(page, 4));
        Assert.Contains("href=\"#m4\"", Of(page, 2));
        Assert.DoesNotContain("name=\"not-yet\"", await doctor.ReadAsync(place));
    }

    [Fact]
    public async Task A_message_is_sent_then_delivered_then_read_then_answered_and_that_stays()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var (world, patient, doctor, place) = await BeginAsync(server);
        await SaidAsync(patient, place, "May I run?");
        await SaidAsync(patient, place, "And swim?");
        var page = await patient.ReadAsync(place);
        Assert.Single(Places(page, Sent));
        Assert.Contains(Html(Say.Fill(StateText.Waits, world.TeamTitle)), Of(page, 2));
        Assert.DoesNotContain(Html(Say.Fill(StateText.Waits, world.TeamTitle)), Of(page, 3));

        // The list shows that there is something new: it is not opened by that.
        Assert.Contains(ConversationText.Unread, await doctor.ReadAsync("/conversations/team"));
        page = await patient.ReadAsync(place);
        Assert.Contains(Delivered, Of(page, 3));
        Assert.Single(Places(page, Delivered));
        Assert.DoesNotContain(Sent, page);

        // What comes after it is sent, and what went before stays delivered.
        await SaidAsync(patient, place, "And climb?");
        page = await patient.ReadAsync(place);
        Assert.Contains(Delivered, Of(page, 3));
        Assert.Contains(Sent, Of(page, 4));

        using var taken = await doctor.PostAsync("/account", place + "/take", ("hands", world.Home.Doctor.Person.Id.ToString()));
        await doctor.ReadAsync(place);
        page = await patient.ReadAsync(place);
        Assert.Contains(Html(Say.Fill(ConversationText.ReadBy, "Dr Lee")), Of(page, 4));
        Assert.DoesNotContain(Delivered, page);
        Assert.DoesNotContain(Sent, page);
        Assert.Contains(Html(Say.Fill(StateText.WaitsWith, "Dr Lee")), Of(page, 2));

        server.Clock.Advance(TimeSpan.FromMinutes(10));
        await SaidAsync(doctor, place, "Yes, all of it.");
        var answered = Html(Say.Fill(StateText.Answered, "Dr Lee", world.TeamTitle, Say.MomentOfWeek(server.Clock.GetUtcNow())));
        page = await patient.ReadAsync(place);
        Assert.Contains("href=\"#m6\"", Of(page, 4));
        Assert.Contains($"{answered} {InTime}", Of(page, 4));
        Assert.Single(Places(page, answered));
        await SaidAsync(patient, place, "Thank you.");
        Assert.Contains(answered, Of(await patient.ReadAsync(place), 4));

        // Who did not send it is told nothing of it.
        Assert.DoesNotContain(answered, await doctor.ReadAsync(place));
    }

    [Fact]
    public async Task A_late_answer_says_by_how_much_and_one_of_an_older_page_leads_to_where_it_stands()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var (world, patient, doctor, place) = await BeginAsync(server);
        await SaidAsync(patient, place, "May I run?");
        var (desk, maya) = (server.Modules.Conversations, Conversations.Talker.Themself(world.Home.Patient.Person));
        var id = Data.ConversationId.Parse(place.Split('/')[^1]);
        for (var i = 0; i < 110; i++)
        {
            await desk.SayAsync(maya, (await desk.FindAsync(maya, id, Cancel))!, new Conversations.NewMessage($"words {i}.", $"k{i}", []), null, Cancel);
        }

        server.Clock.Advance(TimeSpan.FromHours(11));
        using var again = await world.Home.Patient.SignInAsync(server);
        using var doctorAgain = await world.Home.Doctor.SignInAsync(server);
        await desk.Late.TellAsync(Cancel);
        Assert.Contains(Html($"{Say.Fill(StateText.Waits, world.TeamTitle)} {Say.Fill(StateText.WaitsWith, "Dr Lee")} {StateText.TimePassed}"), Of(await again.ReadAsync(place + "?from=1"), 2));
        await SaidAsync(doctorAgain, place, "Yes.");
        var page = await again.ReadAsync(place + "?from=1");
        
        // One answer to all of them stands under the last that the page shows.
        Assert.Contains(Html(Say.Fill(StateText.Late, Say.Count(TeamText.Hours, 3))), Of(page, 100));
        Assert.Contains("#m114\"", Of(page, 100));
        Assert.Single(Places(page, "#m114"));
    }

    private static async Task<(TalkHome World, FormVisitor Patient, FormVisitor Doctor, string Place)> BeginAsync(RunningServer server)
    {
        var world = await MoveInAsync(server);
        await world.PromiseAsync(8);
        var (patient, doctor) = (await world.Home.Patient.SignInAsync(server), await world.Home.Doctor.SignInAsync(server));
        return (world, patient, doctor, await TalkHome.BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]));
    }

    private static IEnumerable<int> Places(string page, string text)
    {
        for (var at = page.IndexOf(text, StringComparison.Ordinal); at >= 0; at = page.IndexOf(text, at + 1, StringComparison.Ordinal))
        {
            yield return at;
        }
    }

    /// <summary>What a page says with one line.</summary>
    private static string Of(string page, long line)
    {
        var at = page.IndexOf($"id=\"m{line}\"", StringComparison.Ordinal);
        var end = page.IndexOf("</li>", at, StringComparison.Ordinal);
        return page[at..end];
    }
}
