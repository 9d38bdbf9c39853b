using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Rapport.Consent;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Pages.CheckIns;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages.Talks;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.CheckIns;

/// <summary>A team asks, the patient answers, and each sees what is theirs, over plain HTTP.</summary>
public sealed partial class CheckInPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly (string, string)[] Pain =
        [("title", "Your pain"), ("text-0", "How strong is it?"), ("kind-0", "Scale"), ("required-0", "yes"), ("text-1", "Where?"), ("kind-1", "Choice"), ("options-1", "Back\nKnee"), ("text-2", "What else?"), ("kind-2", "Words"), ("every", "Once")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_team_asks_the_patient_answers_and_the_team_alone_sees_it_by_an_agreement_in_the_ledger()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        using var carer = await world.Home.Carer.SignInAsync(server);
        var place = await BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}"), ("with", world.Home.Carer.Person.Reference)]);
        Assert.Contains(Html(CheckInText.Ask), await doctor.ReadAsync(place));
        foreach (var other in new[] { patient, carer })
        {
            Assert.DoesNotContain(Html(CheckInText.Ask), await other.ReadAsync(place));
            using var refused = await other.PostAsync("/account", $"{place}/check-ins/new", [.. Pain, ("step", "ask")]);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        var asked = await AskAsync(doctor, place, Pain);
        var list = await patient.ReadAsync("/conversations");
        Assert.Contains(Html(Say.Fill(CheckInText.WaitsChip, "Your pain", CheckInWords.HowLong(3, 2))), list);
        Assert.Contains($"href=\"{asked}/answer\"", list);
        Assert.DoesNotContain("/answer\"", await carer.ReadAsync("/conversations"));
        var form = await patient.ReadAsync($"{asked}/answer");
        Assert.Contains(Html(Say.Fill(CheckInText.WhoSeesThis, world.TeamTitle)), form);
        Assert.Contains("How strong is it?", form);

        using var missing = await patient.PostAsync("/account", $"{asked}/answer", ("a-1", "1"), ("a-2", "xyzzy"), ("step", "send"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, missing.StatusCode);
        var again = await missing.Content.ReadAsStringAsync(Cancel);
        Assert.Contains(Html(CheckInText.ProblemMissing), again);
        Assert.Contains("xyzzy", again);

        Assert.Contains(Html(CheckInText.NoAnswers), await doctor.ReadAsync(asked));
        using var sent = await patient.PostAsync("/account", $"{asked}/answer", ("a-0", "7"), ("a-1", "1"), ("a-2", "xyzzy"), ("step", "send"));
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        Assert.Contains(Html(CheckInText.DoneAnswered), await patient.ReadAsync(sent.Headers.Location!.OriginalString));
        Assert.DoesNotContain("/answer\"", await patient.ReadAsync("/conversations"));
        using var twice = await patient.PostAsync("/account", $"{asked}/answer", ("a-0", "3"), ("step", "send"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, twice.StatusCode);

        var own = await world.Home.Patient.OpenAsync(server);
        var looks = (await own.HistoryAsync(Cancel)).Deeds.Count(static deed => deed.IsLook);
        var seen = await doctor.ReadAsync(asked);
        Assert.Contains("xyzzy", seen);
        Assert.Contains("Knee", seen);
        Assert.Equal(looks + 1, (await own.HistoryAsync(Cancel)).Deeds.Count(static deed => deed.IsLook));
        var kept = await carer.ReadAsync(asked);
        Assert.DoesNotContain("xyzzy", kept);
        Assert.Contains(Html(CheckInText.NotShared), kept);
        Assert.Equal(looks + 1, (await own.HistoryAsync(Cancel)).Deeds.Count(static deed => deed.IsLook));
        Assert.Contains("xyzzy", await patient.ReadAsync(asked));

        var consent = Assert.Single(await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel));
        await own.PutConsentAsync(Data.LocalId.Parse(consent.Entry.Id.AsSpan(Data.PatientId.TextLength + 1)), ConsentJson.Ended(consent.Resource), null, Cancel);
        Assert.DoesNotContain("xyzzy", await doctor.ReadAsync(asked));
    }

    [Fact]
    public async Task Saying_no_tells_that_and_nothing_else_and_whoever_is_not_in_it_finds_nothing()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        using var stranger = await world.Home.Stranger.SignInAsync(server);
        var place = await BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]);
        var asked = await AskAsync(doctor, place, Pain);
        var nowhere = $"/conversations/{Data.ConversationId.New()}/check-ins/2";
        foreach (var path in new[] { "", "/answer" })
        {
            using var here = await stranger.GetAsync(asked + path);
            using var there = await stranger.GetAsync(nowhere + path);
            Assert.Equal((HttpStatusCode.NotFound, await BareAsync(there)), (here.StatusCode, await BareAsync(here)));
        }

        foreach (var path in new[] { "/answer", "/end" })
        {
            using var refused = await stranger.PostAsync("/account", asked + path, ("a-0", "3"), ("step", "send"));
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        foreach (var line in new[] { 1, 3, 99 })
        {
            using var none = await patient.GetAsync($"{place}/check-ins/{line}");
            Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        }

        using var said = await patient.PostAsync("/account", asked + "/end");
        Assert.Equal(HttpStatusCode.SeeOther, said.StatusCode);
        Assert.Contains(Html(Say.Fill(CheckInText.Declined, "Maya Castellanos", "Your pain")), await doctor.ReadAsync(place));
        using var late = await patient.PostAsync("/account", $"{asked}/answer", ("a-0", "3"), ("step", "send"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.StatusCode);
        Assert.DoesNotContain("/answer\"", await patient.ReadAsync("/conversations"));
    }

    [Fact]
    public async Task What_is_wrong_with_a_check_in_is_told_and_what_is_offered_is_filled_in_to_be_changed()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var place = await BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]);
        using var offered = await doctor.PostAsync("/account", $"{place}/check-ins/new", ("step", "offered-blood-pressure.es"));
        var filled = await offered.Content.ReadAsStringAsync(Cancel);
        Assert.Contains(Html("Su presión arterial en casa"), filled);
        Assert.Contains("name=\"text-4\"", filled);
        Assert.DoesNotContain("name=\"text-5\"", filled);
        using var more = await doctor.PostAsync("/account", $"{place}/check-ins/new", [.. Pain, ("step", "add")]);
        Assert.Contains("name=\"text-3\"", await more.Content.ReadAsStringAsync(Cancel));
        using var fewer = await doctor.PostAsync("/account", $"{place}/check-ins/new", [.. Pain, ("step", "remove-0")]);
        var left = await fewer.Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotContain("How strong is it?", left);
        Assert.Contains("Where?", left);
        foreach (var (fields, problem) in new (IEnumerable<(string, string)>, string)[]
        {
            ([("title", ""), ("text-0", "Well?")], CheckInText.ProblemTitle),
            ([("title", "T"), ("text-0", "")], CheckInText.ProblemNone),
            ([("title", "T"), ("text-0", "Well?"), ("kind-0", "Choice"), ("options-0", "One\nOne")], CheckInText.ProblemOptions),
            ([("title", "T"), ("text-0", "Well?"), ("every", "Day"), ("until", "2031-01-01")], CheckInText.ProblemUntil),
            ([("title", "T"), ("text-0", "Well?"), ("every", "Week"), ("until", "")], CheckInText.ProblemUntil),
        })
        {
            using var wrong = await doctor.PostAsync("/account", $"{place}/check-ins/new", [.. fields, ("step", "ask")]);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
            Assert.Contains(Html(problem), await wrong.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task Words_that_may_mean_an_emergency_bring_the_number_first_and_wait_for_the_team_when_they_are_sent()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        await world.PromiseAsync(8);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var place = await BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]);
        var asked = await AskAsync(doctor, place, Pain);
        (string, string)[] answer = [("a-0", "9"), ("a-2", "I have a crushing pain in my chest and I cannot breathe"), ("once", "K1")];
        using var before = await patient.PostAsync("/account", $"{asked}/answer", [.. answer, ("step", "send")]);
        var page = await before.Content.ReadAsStringAsync(Cancel);
        Assert.Contains(Html(ConversationText.UrgentTitle), page);
        Assert.Contains("tel:112", page);
        Assert.Contains(Html(CheckInText.NoAnswers), await doctor.ReadAsync(asked));
        using var back = await patient.PostAsync("/account", $"{asked}/answer", [.. answer, ("step", "edit")]);
        Assert.Contains("crushing pain", await back.Content.ReadAsStringAsync(Cancel));
        using var sent = await patient.PostAsync("/account", $"{asked}/answer", [.. answer, ("sure", "yes"), ("step", "send")]);
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        Assert.Contains(Html(Rapport.Server.Pages.Conversations.Teams.TeamText.MayBeUrgent), await doctor.ReadAsync("/conversations/team"));
    }

    [Fact]
    public async Task Who_acts_is_shown_a_button_to_answer_only_where_they_may()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        using var carer = await world.Home.Carer.SignInAsync(server);
        await world.ActAsync(world.Home.Carer, [], ConsentAction.Converse);
        var place = await BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]);
        var asked = await AskAsync(doctor, place, Pain);
        foreach (var page in new[] { "/conversations", place, asked })
        {
            Assert.Contains($"href=\"{asked}/answer\"", await patient.ReadAsync(page));
            Assert.DoesNotContain("/answer\"", await carer.ReadAsync(page));
        }

        // Where somebody who opens it is led, however much was said since.
        var opened = await patient.ReadAsync(place);
        Assert.True(opened.IndexOf($"{asked}/answer", StringComparison.Ordinal) > opened.IndexOf("id=\"newest\"", StringComparison.Ordinal));

        // They see what is asked.
        Assert.Contains($"href=\"{asked}\"", await carer.ReadAsync(place));
        await world.ActAsync(world.Home.Carer, [], ConsentAction.Converse, ConsentAction.Collect, ConsentAction.ShareOn);
        foreach (var page in new[] { "/conversations", place, asked })
        {
            Assert.Contains($"href=\"{asked}/answer\"", await carer.ReadAsync(page));
        }
    }

    [Fact]
    public async Task Whoever_answered_and_is_asked_again_is_told_how_to_stop_that_and_who_sees_the_answers()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var place = await BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]);
        var until = server.Clock.GetUtcNow().AddDays(9).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var asked = await AskAsync(doctor, place, [.. Pain.Where(static field => field.Item1 != "every"), ("every", "Day"), ("until", until)]);
        Assert.Contains(Html(CheckInText.SayNo), await patient.ReadAsync(asked));
        using var sent = await patient.PostAsync("/account", $"{asked}/answer", ("a-0", "7"), ("step", "send"));
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);

        var page = await patient.ReadAsync(asked);
        Assert.DoesNotContain(Html(CheckInText.SayNo), page);
        Assert.Contains(Html(CheckInText.AskNoMore), page);
        Assert.Contains(Html(Say.Fill(CheckInText.SeesThese, world.TeamTitle)), page);
        var own = await world.Home.Patient.OpenAsync(server);
        var agreement = Assert.Single(await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel));
        Assert.Contains($"href=\"/share#agreement-{agreement.Entry.Id[(Data.PatientId.TextLength + 1)..]}\"", page);
        Assert.DoesNotContain("/share#", await doctor.ReadAsync(asked));

        // Of one time there is nothing to see over time.
        Assert.DoesNotContain(Html(Say.Count(CheckInText.AnsweredOf, 1)), page);
        Assert.Contains("<dd", page);

        await own.PutConsentAsync(Data.LocalId.Parse(agreement.Entry.Id.AsSpan(Data.PatientId.TextLength + 1)), ConsentJson.Ended(agreement.Resource), null, Cancel);
        page = await patient.ReadAsync(asked);
        Assert.DoesNotContain("/share#", page);
        Assert.Contains(Html(CheckInText.NobodySeesThese), page);
    }

    [Fact]
    public async Task Who_acts_answers_as_themself_for_the_patient_only_where_they_may_add_and_share_on()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        using var carer = await world.Home.Carer.SignInAsync(server);
        await world.ActAsync(world.Home.Carer, [], ConsentAction.Converse);
        var place = await BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]);
        var asked = await AskAsync(doctor, place, Pain);
        Assert.Contains(Html(CheckInText.NotPermitted), await carer.ReadAsync($"{asked}/answer"));
        using var refused = await carer.PostAsync("/account", $"{asked}/answer", ("a-0", "5"), ("step", "send"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var own = await world.Home.Patient.OpenAsync(server);
        Assert.Equal(0, (await own.QueryAsync(new RecordQuery.Everything { Types = ["QuestionnaireResponse"] }, Cancel)).Count);

        await world.ActAsync(world.Home.Carer, [], ConsentAction.Converse, ConsentAction.Collect, ConsentAction.ShareOn);
        Assert.Contains(Html(Say.Fill(CheckInText.AskedByFor, world.TeamTitle, "Maya Castellanos")), await carer.ReadAsync($"{asked}/answer"));
        using var sent = await carer.PostAsync("/account", $"{asked}/answer", ("a-0", "5"), ("a-2", "plugh"), ("step", "send"));
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        Assert.Contains(Html(Say.Fill(CheckInText.Answered, "Sam", "Your pain")), await doctor.ReadAsync(place));
        Assert.Contains("plugh", await doctor.ReadAsync(asked));
        var answers = await own.QueryAsync(new RecordQuery.Everything { Types = ["QuestionnaireResponse"] }, Cancel);
        Assert.Equal(1, answers.Count);
        Assert.Contains("\"display\":\"Sam\"", System.Text.Encoding.UTF8.GetString(answers.ReadResource(0).Json.Span));

        // It is bound to what lets them act: when that ends, so does what they shared.
        var acts = (await own.ConsentsAsync(static consent => consent.Delegation is not null && consent.Status == "active", Cancel)).ToList();
        foreach (var act in acts)
        {
            await own.PutConsentAsync(Data.LocalId.Parse(act.Entry.Id.AsSpan(Data.PatientId.TextLength + 1)), ConsentJson.Ended(act.Resource), null, Cancel);
        }

        Assert.DoesNotContain("plugh", await doctor.ReadAsync(asked));
    }

    [Fact]
    public async Task A_series_is_shown_over_time_with_the_times_that_nobody_answered_and_waits_again_each_day()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var first = await world.Home.Patient.SignInAsync(server);
        using var asker = await world.Home.Doctor.SignInAsync(server);
        var place = await BeginAsync(first, "my knee", [("with", $"CareTeam/{world.Team.Id}"), ("with", world.Home.Carer.Person.Reference)]);
        var today = DateOnly.FromDateTime(server.Clock.GetUtcNow().UtcDateTime);
        var asked = await AskAsync(asker, place, [.. Pain.Where(static field => field.Item1 != "every"), ("every", "Day"), ("until", today.AddDays(6).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))]);
        foreach (var (day, pain) in new[] { (0, "3"), (1, ""), (2, "5"), (3, "4") })
        {
            using var patient = await world.Home.Patient.SignInAsync(server);
            Assert.Contains($"href=\"{asked}/answer\"", await patient.ReadAsync("/conversations"));
            if (pain.Length > 0)
            {
                using var sent = await patient.PostAsync("/account", $"{asked}/answer", ("a-0", pain), ("a-1", "0"), ("step", "send"));
                Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
                Assert.DoesNotContain($"href=\"{asked}/answer\"", await patient.ReadAsync("/conversations"));
            }

            server.Clock.Advance(TimeSpan.FromDays(1));
        }

        var own = await world.Home.Patient.OpenAsync(server);
        var looks = (await own.HistoryAsync(Cancel)).Deeds.Count(static deed => deed.IsLook);
        using var later = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        using var carer = await world.Home.Carer.SignInAsync(server);
        foreach (var visitor in new[] { later, doctor })
        {
            var page = await visitor.ReadAsync(asked);
            Assert.Contains(Html(Say.Count(CheckInText.AnsweredOf, 4, "3")), page);
            Assert.Equal(3, Regex.Count(page, "class=\"chart-point\"", RegexOptions.NonBacktracking));

            // The day without an answer breaks the line, and stands in each table.
            Assert.Equal(2, Regex.Count(page, "<polyline", RegexOptions.NonBacktracking));
            Assert.Contains(Html(Say.Day(today.AddDays(1))), page);
            Assert.Equal(3 + 3, Regex.Count(page, $">{CheckInText.Unanswered}<", RegexOptions.NonBacktracking));
            Assert.Contains(">Back<", page);
        }

        Assert.Equal(looks + 1, (await own.HistoryAsync(Cancel)).Deeds.Count(static deed => deed.IsLook));
        var kept = await carer.ReadAsync(asked);
        Assert.DoesNotContain("chart-point", kept);
        Assert.DoesNotContain(">Back<", kept);
        Assert.Contains(Html(CheckInText.NotSharedOne), kept);
    }

    /// <summary>Asks by the form; gives the check-in's address.</summary>
    private static async Task<string> AskAsync(FormVisitor visitor, string place, IEnumerable<(string, string)> fields)
    {
        var once = Once().Match(await visitor.ReadAsync($"{place}/check-ins/new")).Groups["once"].Value;
        using var asked = await visitor.PostAsync("/account", $"{place}/check-ins/new", [.. fields, ("once", once), ("step", "ask")]);
        Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
        var location = asked.Headers.Location!.OriginalString;
        return $"{place}/check-ins/{int.Parse(location[(location.IndexOf("#m", StringComparison.Ordinal) + 2)..], CultureInfo.InvariantCulture)}";
    }

    [GeneratedRegex("name=\"once\" value=\"(?<once>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Once();
}
