using System.Net;
using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Language;
using Rapport.Ledger;
using Rapport.Records;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.States;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>Conversations over plain HTTP, as a browser without script has them.</summary>
public sealed class ConversationPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_patient_writes_to_a_doctor_who_sees_who_wrote_and_answers_and_each_is_told_who_read()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        Assert.Contains(Html(ConversationText.NothingYetAbout), await patient.ReadAsync("/conversations"));
        var asked = await patient.ReadAsync($"/conversations/new?with={world.Home.Doctor.Person.Reference}");
        Assert.Matches($"value=\"{world.Home.Doctor.Person.Reference}\" checked", asked);
        var place = await BeginAsync(patient, "My <knee>", [("with", world.Home.Doctor.Person.Reference)]);
        Assert.Contains("My &lt;knee&gt;", await patient.ReadAsync(place));
        await SaidAsync(patient, place, "It <b>hurts</b>.\nSee https://example.org/knee?a=1&b=2.");
        Assert.Contains(Html(ConversationText.SentNotRead), await patient.ReadAsync(place));

        var list = await doctor.ReadAsync("/conversations");
        Assert.Matches("<span class=\"unread\"[^>]*>1<", list);
        Assert.Contains(Html(Say.Fill(ConversationText.SaidBy, "Maya Castellanos", "It <b>hurts</b>. See https://example.org/knee?a=1&b=2.")), list);
        var read = await doctor.ReadAsync(place);
        Assert.Contains("It &lt;b&gt;hurts&lt;/b&gt;.", read);
        Assert.Contains("<a href=\"https://example.org/knee?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow\">https://example.org/knee?a=1&amp;b=2</a>.", read);
        Assert.Contains(ConversationText.ThePatient, read);
        Assert.DoesNotMatch("<span class=\"unread\"", await doctor.ReadAsync("/conversations"));
        Assert.Contains(Html(Say.Fill(ConversationText.ReadBy, "Dr Lee")), await patient.ReadAsync(place));

        await SaidAsync(doctor, place, "Come tomorrow.");
        var answered = await patient.ReadAsync(place);
        Assert.Contains("Come tomorrow.", answered);
        Assert.Contains("physician", answered);
        Assert.DoesNotContain("name=\"step\" value=\"attach\"", await doctor.ReadAsync(place));
    }

    [Fact]
    public async Task A_form_that_begins_a_conversation_and_is_sent_twice_begins_one()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        var place = $"/conversations/new?with={world.Home.Doctor.Person.Reference}";
        var once = (await patient.ReadAsync(place)).Split("name=\"once\" value=\"")[1][..32];
        using var first = await patient.PostAsync(place, "/conversations/new", ("once", once), ("subject", "knee"), ("with", world.Home.Doctor.Person.Reference), ("step", "on"));
        using var second = await patient.PostAsync(place, "/conversations/new", ("once", once), ("subject", "knee"), ("with", world.Home.Doctor.Person.Reference), ("step", "on"));
        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
    }

    [Fact]
    public async Task What_a_browser_fetches_beforehand_is_not_read()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var place = await BeginAsync(patient, "knee", [("with", world.Home.Doctor.Person.Reference)]);
        await SaidAsync(patient, place, "hello");
        using var before = new HttpRequestMessage(HttpMethod.Get, place);
        before.Headers.Add("Sec-Purpose", "prefetch;prerender");
        using var fetched = await doctor.SendAsync(before);
        Assert.Equal(HttpStatusCode.OK, fetched.StatusCode);
        Assert.Contains(Html(StateText.Delivered), await patient.ReadAsync(place));
        await doctor.ReadAsync(place);
        Assert.DoesNotContain(Html(StateText.Delivered), await patient.ReadAsync(place));
    }

    [Fact]
    public async Task Words_that_may_mean_an_emergency_are_asked_about_in_any_language_before_they_are_sent_and_the_text_is_kept()
    {
        await using var urgent = new RunningServer { Help = new("911", SelfHarm: "Call 988 at any hour") };
        await urgent.InitializeAsync();
        var world = await TalkHome.MoveInAsync(urgent);
        using var patient = await world.Home.Patient.SignInAsync(urgent);
        var place = await BeginAsync(patient, "how I am", [("with", world.Home.Doctor.Person.Reference)]);
        foreach (var text in new[] { "I have a crushing pain in my chest and cannot breathe", "tengo un dolor fuerte en el pecho y no puedo respirar" })
        {
            using var asked = await SayAsync(patient, place, text);
            var page = await asked.Content.ReadAsStringAsync(Cancel);
            Assert.Contains("href=\"tel:911\"", page);
            Assert.Contains(Html(Say.Fill(ConversationText.CallNumber, "911")), page);
            Assert.Contains(Html(ConversationText.NoEmergency), page);
            Assert.DoesNotContain("Call 988", page);
            Assert.Contains(text, page);
            Assert.DoesNotContain(text, await patient.ReadAsync(place));
            using var back = await StepAsync(patient, place, "edit", text);
            Assert.Matches($"<textarea id=\"text\"[^>]*>{text}<", await back.Content.ReadAsStringAsync(Cancel));
        }

        using var dark = await SayAsync(patient, place, "I want to kill myself tonight");
        Assert.Contains("Call 988 at any hour", await dark.Content.ReadAsStringAsync(Cancel));
        await SaidAsync(patient, place, "tengo un dolor fuerte en el pecho y no puedo respirar");
        Assert.Contains("tengo un dolor fuerte", await patient.ReadAsync(place));
    }

    [Fact]
    public async Task What_a_conversation_is_about_belongs_to_its_first_message()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        var place = await BeginAsync(patient, "crushing chest pain, cannot breathe", [("with", world.Home.Doctor.Person.Reference)]);
        Assert.Null(UrgentGuard.Look("what do you think of it?"));
        using var asked = await SayAsync(patient, place, "what do you think of it?");
        Assert.Contains("href=\"tel:112\"", await asked.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_form_that_is_sent_again_is_one_message_and_what_is_wrong_is_said_with_the_text_kept()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        var place = await BeginAsync(patient, "knee", [("with", world.Home.Doctor.Person.Reference)]);
        foreach (var (text, status) in new[] { ("once only", HttpStatusCode.SeeOther), ("once only", HttpStatusCode.SeeOther), ("other words", HttpStatusCode.UnprocessableEntity) })
        {
            using var sent = await patient.PostAsync("/account", place, ("text", text), ("once", "0123456789ABCDEF"), ("step", "send"));
            Assert.Equal(status, sent.StatusCode);
            Assert.Equal(status != HttpStatusCode.SeeOther, (await sent.Content.ReadAsStringAsync(Cancel)).Contains(Html(ConversationText.SentBefore), StringComparison.Ordinal));
        }

        Assert.Equal(2, (await patient.ReadAsync(place)).Split("once only").Length);
        using var nothing = await SayAsync(patient, place, " \n ");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nothing.StatusCode);
        using var much = await SayAsync(patient, place, new string('x', ConversationDesk.MostText + 1));
        Assert.Contains(new string('x', ConversationDesk.MostText + 1), await much.Content.ReadAsStringAsync(Cancel));
        foreach (var subject in new[] { "", "\u200b", new string('x', 121) })
        {
            using var unnamed = await patient.PostAsync("/account", "/conversations/new", ("subject", subject), ("with", world.Home.Doctor.Person.Reference), ("step", "on"));
            Assert.Contains("check=1", unnamed.Headers.Location?.OriginalString);
        }
    }

    [Fact]
    public async Task A_stranger_gets_the_same_for_a_conversation_of_others_as_for_one_that_is_not_there_and_so_does_who_left()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        using var carer = await world.Home.Carer.SignInAsync(server);
        using var stranger = await world.Home.Stranger.SignInAsync(server);
        var place = await BeginAsync(patient, "knee", [("with", world.Home.Doctor.Person.Reference), ("with", world.Home.Carer.Person.Reference)]);
        await SaidAsync(patient, place, "secret words");
        Assert.Contains("secret words", await carer.ReadAsync(place));
        var nowhere = $"/conversations/{ConversationId.New()}";
        foreach (var way in new[] { "", "/people", "/correct/2", "/attached/2/0" })
        {
            using var here = await stranger.GetAsync(place + way);
            using var nothing = await stranger.GetAsync(nowhere + way);
            Assert.Equal((HttpStatusCode.NotFound, await BareAsync(nothing)), (here.StatusCode, await BareAsync(here)));
        }

        foreach (var way in new[] { "", "/people", "/correct/2", "/remove", "/leave", "/end", "/clear", "/take", "/close" })
        {
            using var forged = await stranger.PostAsync("/account", place + way, ("text", "forged"), ("step", "send"), ("with", world.Home.Stranger.Person.Reference), ("member", world.Home.Doctor.Person.Reference));
            Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        }

        // A member who is not the patient neither ends it nor takes others out or in, nor corrects what somebody else said.
        foreach (var way in new[] { "/people", "/correct/2", "/remove", "/end", "/take", "/close" })
        {
            using var forged = await carer.PostAsync("/account", place + way, ("text", "forged"), ("step", "send"), ("with", world.Home.Stranger.Person.Reference), ("member", world.Home.Doctor.Person.Reference));
            Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        }

        using var left = await carer.PostAsync("/account", place + "/leave");
        Assert.Equal("/conversations?done=left", left.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(place)).StatusCode);
        Assert.DoesNotContain("secret", await carer.ReadAsync("/conversations"));
        Assert.DoesNotContain("knee", await carer.ReadAsync("/conversations?find=secret"));
        Assert.Contains(Html(Say.Fill(ConversationText.Left, "Sam")), await doctor.ReadAsync(place));
        using var removed = await patient.PostAsync("/account", place + "/remove", ("member", world.Home.Doctor.Person.Reference));
        Assert.EndsWith("?done=removed", removed.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(place)).StatusCode);
        Assert.DoesNotContain("forged", await patient.ReadAsync(place));
    }

    [Fact]
    public async Task Who_acts_within_a_topic_writes_there_for_the_patient_under_both_names_and_sees_no_other_and_nothing_private()
    {
        var world = await TalkHome.MoveInAsync(server);
        await world.ActAsync(world.Home.Carer, ["Observation", "DiagnosticReport"], ConsentAction.Converse);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var carer = await world.Home.Carer.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        Assert.Contains(Html(ConversationText.Private), await patient.ReadAsync("/conversations/new"));
        var who = ("with", world.Home.Doctor.Person.Reference);
        var results = await BeginOfAsync(patient, "Results", who);
        var general = await BeginOfAsync(patient, "General", who);
        var alone = await BeginOfAsync(patient, "Results", who, ("private", "on"));
        await SaidAsync(patient, alone, "nobody for me");
        await SaidAsync(carer, results, "We have a question");
        var read = await doctor.ReadAsync(results);
        Assert.Contains("Sam", read);
        Assert.Contains(Html(Say.Fill(ConversationText.ForWhom, "Maya Castellanos")), read);
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(general)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(alone)).StatusCode);
        Assert.Contains("nobody for me", await doctor.ReadAsync(alone));
        Assert.Contains(Html(ConversationText.OnlyYou), await patient.ReadAsync(alone));
        Assert.DoesNotContain("nobody for me", await carer.ReadAsync("/conversations?find=nobody"));

        // They begin one for the patient about what they may, and about nothing else.
        var about = ("about", world.Home.Patient.Person.Record!.Value.ToString());
        Assert.Contains(Html(Say.Fill(ConversationText.NewFor, "Maya Castellanos")), await carer.ReadAsync($"/conversations/new?about={about.Item2}"));
        Assert.DoesNotContain(Html(ConversationText.TopicPapers), await carer.ReadAsync($"/conversations/new?about={about.Item2}"));
        var begun = await BeginOfAsync(carer, "Results", who, about);
        Assert.Contains("Sam", await patient.ReadAsync(begun));
        using var refused = await carer.PostAsync("/account", "/conversations/new", ("subject", "x"), ("topic", "Papers"), ("step", "on"), who, about);
        Assert.Contains("check=who", refused.Headers.Location?.OriginalString);
        using var kept = await carer.PostAsync("/account", begun + "/end");
        Assert.Equal(HttpStatusCode.NotFound, kept.StatusCode);
    }

    /// <summary>Only the patient ends a conversation: nobody else is told that they did.</summary>
    [Fact]
    public async Task Who_acts_for_a_patient_is_not_told_that_they_ended_what_the_patient_ended()
    {
        var world = await TalkHome.MoveInAsync(server);
        await world.ActAsync(world.Home.Carer, ["Observation", "DiagnosticReport"], ConsentAction.Converse);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var carer = await world.Home.Carer.SignInAsync(server);
        var results = await BeginOfAsync(patient, "Results", ("with", world.Home.Doctor.Person.Reference));
        using var ended = await patient.PostAsync("/account", results + "/end");
        var theirs = Html(Say.Fill(ConversationText.EndedAboutOther, "Maya Castellanos"));
        Assert.Contains(theirs, await carer.ReadAsync(results));
        Assert.DoesNotContain(Html(ConversationText.EndedAbout), await carer.ReadAsync(results));
        Assert.Contains(Html(ConversationText.EndedAbout), await patient.ReadAsync(results));
    }

    [Fact]
    public async Task A_doctor_begins_with_a_patient_who_shares_with_them_as_themself_or_as_their_team_and_with_nobody_else()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var stranger = await world.Home.Stranger.SignInAsync(server);
        var about = world.Home.Patient.Person.Record!.Value;
        Assert.Contains(Html(Say.Fill(ConversationText.WriteTo, "Maya Castellanos")), await doctor.ReadAsync($"/conversations/new?about={about}"));
        var alone = await BeginAsync(doctor, "your next visit", [("about", about.ToString()), ("with", "")]);
        var team = await BeginAsync(doctor, "your next visit", [("about", about.ToString()), ("with", $"CareTeam/{world.Team.Id}")]);
        await SaidAsync(doctor, team, "Can you come on Monday?");
        Assert.Contains(Html(world.TeamTitle), await patient.ReadAsync(team));
        Assert.Contains(Html(Say.Fill(ConversationText.RoleInTeam, "physician", world.TeamTitle)), await patient.ReadAsync(team));
        Assert.DoesNotContain(Html(world.TeamTitle), await patient.ReadAsync(alone));
        using var here = await stranger.GetAsync($"/conversations/new?about={about}");
        using var nothing = await stranger.GetAsync($"/conversations/new?about={PatientId.New()}");
        Assert.Equal((HttpStatusCode.NotFound, await BareAsync(nothing)), (here.StatusCode, await BareAsync(here)));
        using var forged = await stranger.PostAsync("/account", "/conversations/new", ("subject", "x"), ("about", about.ToString()), ("step", "on"));
        Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        using var others = await doctor.PostAsync("/account", "/conversations/new", ("subject", "x"), ("about", about.ToString()), ("with", world.Home.Carer.Person.Reference), ("step", "on"));
        Assert.Contains("check=who", others.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task What_is_attached_is_shown_before_it_is_sent_read_through_the_gate_and_gone_with_the_conversation_without_a_word_of_what_it_was()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: true);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        using var carer = await world.Home.Carer.SignInAsync(server);
        var own = await world.Home.Patient.OpenAsync(server);
        var place = await BeginAsync(patient, "my results", [("with", world.Home.Doctor.Person.Reference), ("with", world.Home.Carer.Person.Reference)]);
        var all = (await own.QueryAsync(new RecordQuery.Timeline(200) { Types = ["Observation", "Condition"] }, Cancel)).Entries;
        var entry = all.First(static known => known.Labels.Count == 0).Reference;
        using var chooser = await StepAsync(patient, place, "attach", "look at this");
        var offered = await chooser.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("name=\"attach\"", offered);
        using var preview = await StepAsync(patient, place, "preview", "look at this", ("attach", entry));
        var told = await preview.Content.ReadAsStringAsync(Cancel);
        Assert.Contains($"name=\"attach\" value=\"{entry}\"", told);
        Assert.Contains("Dr Lee", told);
        Assert.Contains("look at this", told);

        Assert.Empty(await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel));
        await SaidAsync(patient, place, "look at this", ("attach", entry));
        Assert.Contains($"href=\"/record/{entry}\"", await patient.ReadAsync(place));
        var (read, id) = (await doctor.ReadAsync(place), entry.Split('/')[1]);
        Assert.DoesNotContain(id, read);
        Assert.Contains($"href=\"{place}/attached/2/0\"", read);
        var looks = await LooksAsync(own);
        Assert.Contains(Html("Maya Castellanos"), await doctor.ReadAsync($"{place}/attached/2/0"));
        Assert.Equal(looks + 1, await LooksAsync(own));
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync($"{place}/attached/2/1")).StatusCode);

        // Ended for everybody, and what it was is not told.
        using var ended = await patient.PostAsync("/account", place + "/end");
        Assert.EndsWith("?done=ended", ended.Headers.Location?.OriginalString);
        foreach (var way in new[] { "", "/attached/2/0" })
        {
            var gone = await doctor.ReadAsync(place + way);
            Assert.Contains(Html(ConversationText.NotSharedAnyMore), gone);
            Assert.DoesNotContain(id, gone);
            Assert.DoesNotContain(entry.Split('/')[0], gone);
        }

        Assert.Equal(looks + 1, await LooksAsync(own));
        using var late = await SayAsync(doctor, place, "hello again", ("sure", "yes"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.StatusCode);
        Assert.DoesNotContain("name=\"text\"", await doctor.ReadAsync(place));
    }

    [Fact]
    public async Task A_correction_stands_with_what_was_there_first_and_deleting_for_oneself_leaves_it_to_others()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var place = await BeginAsync(patient, "knee", [("with", world.Home.Doctor.Person.Reference)]);
        await SaidAsync(patient, place, "the left knee");
        Assert.Contains("the left knee", await patient.ReadAsync($"{place}/correct/2"));
        using var corrected = await patient.PostAsync("/account", $"{place}/correct/2", ("text", "the right knee"), ("step", "send"));
        Assert.EndsWith("?done=corrected#m2", corrected.Headers.Location?.OriginalString);
        var read = await doctor.ReadAsync(place);
        Assert.Matches("the right knee(.|\n)*<details(.|\n)*the left knee", read);
        Assert.Contains("the right knee", await patient.ReadAsync($"{place}/correct/2"));
        using var urgent = await patient.PostAsync("/account", $"{place}/correct/2", ("text", "crushing chest pain, I cannot breathe"), ("step", "send"));
        Assert.Contains("tel:112", await urgent.Content.ReadAsStringAsync(Cancel));
        using var cleared = await patient.PostAsync("/account", place + "/clear");
        Assert.Equal("/conversations?done=cleared", cleared.Headers.Location?.OriginalString);
        Assert.DoesNotContain(place, await patient.ReadAsync("/conversations"));
        Assert.Contains("the right knee", await doctor.ReadAsync(place));
        await SaidAsync(doctor, place, "which one?");
        Assert.DoesNotContain("the right knee", await patient.ReadAsync(place));
        Assert.Contains("which one?", await patient.ReadAsync(place));
    }

    [Fact]
    public async Task Who_is_added_reads_what_comes_and_words_are_found_in_what_one_may_see_alone()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var carer = await world.Home.Carer.SignInAsync(server);
        var place = await BeginAsync(patient, "knee", [("with", world.Home.Doctor.Person.Reference)]);
        await SaidAsync(patient, place, "before the árnica came");
        await server.Modules.People.Blocks.AddAsync(world.Home.Carer.Person, world.Home.Patient.Person, Cancel);
        using var blocked = await patient.PostAsync("/account", place + "/people", ("with", world.Home.Carer.Person.Reference), ("step", "add"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, blocked.StatusCode);
        await server.Modules.People.Blocks.RemoveAsync(world.Home.Carer.Person.Id, world.Home.Patient.Person.Id, Cancel);
        using var added = await patient.PostAsync("/account", place + "/people", ("with", world.Home.Carer.Person.Reference), ("step", "add"));
        Assert.EndsWith("?done=added", added.Headers.Location?.OriginalString);
        await SaidAsync(patient, place, "and after the ARNICA");
        var read = await carer.ReadAsync(place);
        Assert.DoesNotContain("before the", read);
        Assert.Contains("and after the ARNICA", read);
        Assert.Contains(Html("before the árnica came"), await patient.ReadAsync("/conversations?find=arnica"));
        var found = await carer.ReadAsync("/conversations?find=arnica");
        Assert.Contains("and after the ARNICA", found);
        Assert.DoesNotContain("before the", found);
        Assert.Contains($"{place}?from=1#m4", found);
        Assert.DoesNotContain("ARNICA", await carer.ReadAsync("/conversations?find=aspirin"));
        using var twice = await patient.PostAsync("/account", place + "/people", ("with", world.Home.Carer.Person.Reference), ("step", "add"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, twice.StatusCode);
    }

    [Fact]
    public async Task A_long_conversation_shows_its_newest_and_leads_to_the_rest()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        var place = await BeginAsync(patient, "knee", [("with", world.Home.Doctor.Person.Reference)]);
        var desk = server.Modules.Conversations;
        var talker = Talker.Themself(world.Home.Patient.Person);
        for (var i = 2; i <= 130; i++)
        {
            var view = (await desk.FindAsync(talker, ConversationId.Parse(place.AsSpan(place.LastIndexOf('/') + 1)), Cancel))!;
            Assert.Equal(SaidStatus.Said, (await desk.SayAsync(talker, view, new NewMessage($"words {i}.", $"k{i}", []), null, Cancel)).Status);
        }

        using var corrected = await patient.PostAsync("/account", $"{place}/correct/10", ("text", "put right late"), ("step", "send"));
        var newest = await patient.ReadAsync(place);
        Assert.DoesNotContain("words 31.", newest);
        Assert.Contains("words 32.", newest);
        Assert.Contains("words 130.", newest);
        Assert.Contains(Html(Say.Fill(ConversationText.CorrectedBefore, "Maya Castellanos")), newest);
        Assert.Contains($"{place}?from=1\"", newest);
        var first = await patient.ReadAsync($"{place}?from=1");
        Assert.Matches("put right late(.|\n)*words 10[.]", first);
        Assert.DoesNotContain("words 130.", first);
        Assert.Contains($"{place}#newest", first);
    }

    private static async Task<string> BeginOfAsync(FormVisitor visitor, string topic, params IEnumerable<(string, string)> fields)
    {
        using var begun = await visitor.PostAsync("/account", "/conversations/new", [("subject", "a matter"), ("topic", topic), ("step", "on"), .. fields]);
        Assert.Equal(HttpStatusCode.SeeOther, begun.StatusCode);
        return begun.Headers.Location!.OriginalString.Split('#')[0];
    }

    private static async Task<int> LooksAsync(OwnAccess own) => (await own.ReadLedgerAsync(null, 100, Cancel)).Count(static row => row.Details!.Kind == LedgerKind.Disclosed);
}
