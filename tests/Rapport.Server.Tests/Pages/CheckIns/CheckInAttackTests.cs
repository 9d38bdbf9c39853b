using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Records;
using Rapport.Server.Pages.CheckIns;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages.Talks;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.CheckIns;

/// <summary>What went wrong with check-ins when somebody tried.</summary>
public sealed partial class CheckInAttackTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_an_answer_of_who_acts_that_came_after_the_patients_own_nothing_stays()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        await world.ActAsync(world.Home.Carer, [], ConsentAction.Converse, ConsentAction.Collect, ConsentAction.ShareOn);
        var place = await BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]);
        var asked = await AskAsync(doctor, place, "Scale");

        // Sam opened the conversation before the patient answered.
        var desk = server.Modules.Conversations;
        var sam = world.Home.Carer.Person;
        var actor = ActorOf(world.Home.Carer);
        var talker = await Talker.OfAsync(sam, actor, server.Modules.Records, Cancel);
        var open = Assert.Single(await desk.ListAsync(talker, Cancel));
        var checkIn = (await desk.CheckIns.FindAsync(open, 2, Cancel))!;
        using var sent = await patient.PostAsync("/account", $"{asked}/answer", ("a-0", "5"), ("step", "send"));
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        var (answers, _) = CheckInAnswers.Read(checkIn.Form, static _ => "8");
        Assert.Equal(AnsweredStatus.NotWaiting, await desk.CheckIns.AnswerAsync(talker, open, checkIn, answers, new Answering(null, actor, "Answers"), "k", Cancel));

        var own = await world.Home.Patient.OpenAsync(server);
        var there = await own.QueryAsync(new RecordQuery.Everything { Types = ["QuestionnaireResponse"] }, Cancel);
        Assert.Equal(1, there.Count);
        Assert.Contains("\"valueInteger\":5", Encoding.UTF8.GetString(there.ReadResource(0).Json.Span));
        Assert.Single(await own.ConsentsAsync(static consent => consent is { Attached: not null, Counts: true }, Cancel));
    }

    [Fact]
    public async Task What_is_answered_where_the_patient_is_alone_is_not_for_who_acts_for_them_in_the_record_either()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        using var carer = await world.Home.Carer.SignInAsync(server);
        await world.ActAsync(world.Home.Carer, [], ConsentAction.Converse, ConsentAction.Collect, ConsentAction.ShareOn);
        var open = await BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]);
        var alone = await BeginAsync(patient, "what I say to nobody", [("with", $"CareTeam/{world.Team.Id}"), ("private", "on")]);
        foreach (var (place, words, isPrivate) in new[] { (open, "xyzzyopen", false), (alone, "plughalone", true) })
        {
            var asked = await AskAsync(doctor, place, "Words");
            Assert.Equal(isPrivate, (await patient.ReadAsync($"{asked}/answer")).Contains(Html(CheckInText.WhoSeesPrivate), StringComparison.Ordinal));
            using var sent = await patient.PostAsync("/account", $"{asked}/answer", ("a-0", words), ("step", "send"));
            Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
            Assert.Contains(words, await doctor.ReadAsync(asked));
        }

        var own = await world.Home.Patient.OpenAsync(server);
        var answers = await own.QueryAsync(new RecordQuery.Everything { Types = ["QuestionnaireResponse"] }, Cancel);
        Assert.Equal(2, answers.Count);
        var seen = await server.Modules.Records.Gate.DiscloseAsync(
            new DisclosureAsk(ActorOf(world.Home.Carer), own.Patient, PurposeOfUse.ActingForPatient, new RecordQuery.Everything { Types = ["QuestionnaireResponse"] }), Cancel);
        Assert.Equal(1, seen!.Count);
        Assert.Contains("xyzzyopen", Encoding.UTF8.GetString(seen.ReadResource(0).Json.Span));
    }

    [Fact]
    public async Task A_whole_number_typed_with_a_point_is_taken()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var asked = await AskAsync(doctor, await BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]), "Scale");
        using var sent = await patient.PostAsync("/account", $"{asked}/answer", ("a-0", "7.0"), ("step", "send"));
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
    }

    [Fact]
    public async Task A_form_that_was_sent_before_with_other_answers_comes_back_and_is_sent_once_more()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var place = await BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]);
        var until = DateOnly.FromDateTime(server.Clock.GetUtcNow().UtcDateTime).AddDays(5);
        var asked = await AskAsync(doctor, place, "Scale", ("every", "Day"), ("until", $"{until:yyyy-MM-dd}"));
        (string, string)[] form = [("once", "abcdef0123456789"), ("step", "send")];
        using var sent = await patient.PostAsync("/account", $"{asked}/answer", [("a-0", "2"), .. form]);
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        using var changed = await patient.PostAsync("/account", $"{asked}/answer", [("a-0", "3"), .. form]);
        Assert.Contains(Html(CheckInText.NotWaiting), await changed.Content.ReadAsStringAsync(Cancel));

        // The next day the page of yesterday is still open somewhere.
        server.Clock.Advance(TimeSpan.FromDays(1));
        using var tomorrow = await world.Home.Patient.SignInAsync(server);
        using var late = await tomorrow.PostAsync("/account", $"{asked}/answer", [("a-0", "9"), .. form]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.StatusCode);
        var page = await late.Content.ReadAsStringAsync(Cancel);
        Assert.Contains(Html(CheckInText.AnsweredByThisForm), page);
        using var again = await tomorrow.PostAsync("/account", $"{asked}/answer", ("a-0", "9"), ("once", OnceOf().Match(page).Groups["once"].Value), ("step", "send"));
        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
        Assert.Equal(2, (await (await world.Home.Patient.OpenAsync(server)).QueryAsync(new RecordQuery.Everything { Types = ["QuestionnaireResponse"] }, Cancel)).Count);
    }

    private static Actor ActorOf(Resident resident) => new(resident.Person.Id, resident.Person.Reference, resident.Person.DisplayName, resident.Person.RecipientReferences);

    /// <summary>Asks one question; gives the check-in's address.</summary>
    private static async Task<string> AskAsync(FormVisitor visitor, string place, string kind, params IEnumerable<(string, string)> more)
    {
        (string, string)[] fields = [("title", "Your pain"), ("text-0", "How strong is it?"), ("kind-0", kind), ("required-0", "yes"), .. more];
        var once = OnceOf().Match(await visitor.ReadAsync($"{place}/check-ins/new")).Groups["once"].Value;
        using var asked = await visitor.PostAsync("/account", $"{place}/check-ins/new", [.. fields, .. more.Any() ? Array.Empty<(string, string)>() : [("every", "Once")], ("once", once), ("step", "ask")]);
        Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
        return $"{place}/check-ins/2";
    }

    [GeneratedRegex("name=\"once\" value=\"(?<once>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex OnceOf();
}
