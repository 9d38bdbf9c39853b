using System.Net;
using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Pages.Conversations.Lanes;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Api.Conversations;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>What a teenager says in confidence, and what whoever acts as their parent reads: before and after the birthday that the operator's policy names, at every door.</summary>
public sealed class TeenagerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_child_begins_is_read_by_their_parent_until_the_birthday_and_from_then_on_only_where_the_teenager_says_so()
    {
        await using var home = await TeenHome.BeginAsync();
        using (var child = await home.SignInAsync(home.Child))
        {
            Assert.DoesNotContain(Html(LaneText.OnlyYouAbout), await child.ReadAsync("/conversations/new"));
            var before = (await BeginAsync(child, "zqknee", [("with", home.Doctor.Reference)])).Split('/')[^1];
            Assert.True(await home.DoesParentSeeAsync(before, "zqknee"));
        }

        Assert.True(await home.DoesParentSeeAsync(await home.TalkAsync(home.Child, "zqfoot"), "zqfoot"));
        home.BecomeTeenager();
        using var teenager = await home.SignInAsync(home.Child);
        var form = await teenager.ReadAsync("/conversations/new");
        Assert.Contains(Html(LaneText.OnlyYouAbout), form);
        Assert.Matches("<input type=\"radio\" name=\"private\" value=\"on\" checked", form);

        // Whatever says nothing of it, by a form or a program, is the teenager's alone.
        var page = (await BeginAsync(teenager, "zqhand", [("with", home.Doctor.Reference)])).Split('/')[^1];
        Assert.False(await home.DoesParentSeeAsync(page, "zqhand"));
        Assert.False(await home.DoesParentSeeAsync(await home.TalkAsync(home.Child, "zqarm"), "zqarm"));
        var open = (await BeginAsync(teenager, "zqleg", [("with", home.Doctor.Reference), ("private", "off")])).Split('/')[^1];
        Assert.True(await home.DoesParentSeeAsync(open, "zqleg"));
        Assert.True(await home.DoesParentSeeAsync(await home.TalkAsync(home.Child, "zqtoe", ",\"private\":false"), "zqtoe"));

        // The teenager and whom they wrote to have all of it.
        Assert.Contains("zqhand", await teenager.ReadAsync("/conversations"));
        Assert.Contains("zqhand", (await home.Doctor.Client.ReadAsync("/api/conversations")).Json.ToJsonString());
    }

    [Fact]
    public async Task Events_and_numbers_of_what_is_a_teenagers_alone_are_told_to_no_parent()
    {
        await using var home = await TeenHome.BeginAsync();
        home.BecomeTeenager();
        var alone = await home.TalkAsync(home.Child, "alone");
        var turned = await home.TalkAsync(home.Child, "turned", ",\"private\":false");
        var open = await home.TalkAsync(home.Child, "open", ",\"private\":false");
        await using var parent = await Listener.OpenAsync(home.Server, home.Parent);
        await TalkWorld.SayAsync(home.Child.Client, turned, "about contraception");
        await TalkWorld.SayAsync(home.Doctor.Client, turned, "more of that");
        await TalkWorld.SayAsync(home.Child.Client, alone, "secret");
        await TalkWorld.SayAsync(home.Child.Client, open, "for all");
        Assert.Equal("for all", await parent.TextAsync());

        // From the beginning too, whatever was said before it turned.
        await using var late = await Listener.OpenAsync(home.Server, home.Parent, parent.LastId);
        await TalkWorld.SayAsync(home.Doctor.Client, turned, "still more");
        await TalkWorld.SayAsync(home.Doctor.Client, open, "answer");
        Assert.Equal("answer", await late.TextAsync());
    }

    [Fact]
    public async Task A_professional_and_a_team_write_to_a_teenager_alone_and_the_parent_finds_nothing_of_it()
    {
        await using var home = await TeenHome.BeginAsync();
        var team = $"CareTeam/{home.Talks.Team.Id}";
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await home.TryTalkAsync(home.Doctor, "zqearly", ",\"private\":true")).Status);
        home.BecomeTeenager();
        using var doctor = await home.SignInAsync(home.Doctor);
        Assert.Contains(Html(Say.Fill(LaneText.OnlyThem, "Lena Castellanos")), await doctor.ReadAsync($"/conversations/new?about={home.Child.Record}"));
        foreach (var (word, with) in new[] { ("zqalone", home.Doctor.Reference), ("zqteam", team) })
        {
            var id = await home.TalkAsync(home.Doctor, word, ",\"private\":true", with);
            await TalkWorld.SayAsync(home.Doctor.Client, id, "between us");
            Assert.Equal(["between us"], await TalkWorld.TextsAsync(home.Child.Client, id));
            Assert.False(await home.DoesParentSeeAsync(id, word));
            await TalkWorld.SayAsync(home.Child.Client, id, "thank you");
            Assert.Equal(["between us", "thank you"], await TalkWorld.TextsAsync(home.Doctor.Client, id));
            Assert.False(await home.DoesParentSeeAsync(id, word));
        }

        var page = (await BeginAsync(doctor, "zqpage", [("about", home.Child.Record.ToString()), ("private", "on")])).Split('/')[^1];
        Assert.False(await home.DoesParentSeeAsync(page, "zqpage"));
        var usual = await home.TalkAsync(home.Doctor, "zqusual");
        Assert.True(await home.DoesParentSeeAsync(usual, "zqusual"));

        // Nobody else begins one past the parent: not the parent themself, nor somebody of the circle.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await home.TryTalkAsync(home.Parent, "x", ",\"private\":true")).Status);
    }

    /// <summary>What nobody could read would be answered by nobody.</summary>
    [Fact]
    public async Task Nobody_writes_alone_to_a_teenager_who_cannot_sign_in()
    {
        await using var home = await TeenHome.BeginAsync(isSignedUp: false);
        home.BecomeTeenager();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await home.TryTalkAsync(home.Doctor, "x", ",\"private\":true")).Status);
        using var doctor = await home.SignInAsync(home.Doctor);
        Assert.DoesNotContain(Html(Say.Fill(LaneText.OnlyThem, "Lena Castellanos")), await doctor.ReadAsync($"/conversations/new?about={home.Child.Record}"));
    }

    /// <summary>What a parent could read stays theirs to read and goes on, until something in it is about what is confidential; then all of it leaves their sight, whoever said it and in whatever way.</summary>
    [Theory]
    [InlineData("message", true)]
    [InlineData("doctor", true)]
    [InlineData("correction", true)]
    [InlineData("summary", true)]
    [InlineData("check-in", true)]
    [InlineData("plain", false)]
    [InlineData("parent", false)]
    public async Task What_a_parent_could_read_leaves_their_sight_when_it_turns_confidential(string how, bool leaves)
    {
        await using var home = await TeenHome.BeginAsync();
        var id = await home.TalkAsync(home.Child, "zqhow are you", with: $"CareTeam/{home.Talks.Team.Id}");
        await TalkWorld.SayAsync(home.Child.Client, id, "fine");
        home.BecomeTeenager();
        Assert.True(await home.DoesParentSeeAsync(id, "zqhow"));
        await TurnAsync(home, id, how);
        Assert.Equal(!leaves, await home.DoesParentSeeAsync(id, "zqhow"));
        Assert.Contains("fine", await TalkWorld.TextsAsync(home.Child.Client, id));
    }

    private static async Task TurnAsync(TeenHome home, string id, string how)
    {
        const string Words = "this is about depression";
        var (desk, conversation) = (home.Server.Modules.Conversations, ConversationId.Parse(id));
        switch (how)
        {
            case "message":
                await TalkWorld.SayAsync(home.Child.Client, id, Words);
                break;
            case "doctor":
                await TalkWorld.SayAsync(home.Doctor.Client, id, Words);
                break;
            case "parent":
                await TalkWorld.SayAsync(home.Parent.Client, id, Words);
                break;
            case "correction":
                var child = await TalkerAsync(home, home.Child);
                Assert.True(await desk.CorrectAsync(child, (await desk.FindAsync(child, conversation, Cancel))!, 2, Words, Cancel));
                break;
            case "summary":
                var doctor = await TalkerAsync(home, home.Doctor);
                Assert.True(await desk.CloseAsync(doctor, (await desk.FindAsync(doctor, conversation, Cancel))!, Words, Cancel));
                break;
            case "check-in":
                var asked = await TalkWorld.PostAsync(
                    home.Doctor.Client, $"/api/conversations/{id}/check-ins", """{"questionnaire":{"resourceType":"Questionnaire","title":"How are you?","status":"active","item":[{"linkId":"a","text":"Feeling depressed?","type":"boolean"}]}}""");
                Assert.Equal(HttpStatusCode.Created, asked.Status);
                break;
            default:
                await TalkWorld.SayAsync(home.Child.Client, id, "about my knee");
                break;
        }
    }

    /// <summary>As with older entries of a confidential kind: what a conversation is about, or was said in it before, leaves the parent's sight on the birthday.</summary>
    [Fact]
    public async Task What_was_confidential_before_leaves_the_parents_sight_on_the_birthday()
    {
        await using var home = await TeenHome.BeginAsync();
        var (subject, said, own) = (await home.TalkAsync(home.Child, "zqone depression"), await home.TalkAsync(home.Child, "zqtwo"), await home.TalkAsync(home.Parent, "zqthree depression"));
        await TalkWorld.SayAsync(home.Doctor.Client, said, "is it depression?");
        Assert.True(await home.DoesParentSeeAsync(subject, "zqone"));
        Assert.True(await home.DoesParentSeeAsync(said, "zqtwo"));
        home.BecomeTeenager();
        Assert.False(await home.DoesParentSeeAsync(subject, "zqone"));
        Assert.False(await home.DoesParentSeeAsync(said, "zqtwo"));

        // What a parent wrote themself tells them nothing.
        Assert.True(await home.DoesParentSeeAsync(own, "zqthree"));
        Assert.Equal(HttpStatusCode.NotFound, (await TalkWorld.TrySayAsync(home.Parent.Client, said, "x")).Status);
    }

    /// <summary>What was answered, summed up or sent in a conversation that is not there for a parent stood in the record for them to read.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_goes_into_the_record_from_what_is_kept_from_parents_is_kept_from_them_there_too(bool isConfidential)
    {
        await using var home = await TeenHome.BeginAsync();
        home.BecomeTeenager();
        var team = $"CareTeam/{home.Talks.Team.Id}";
        var id = await home.TalkAsync(home.Child, isConfidential ? "depression" : "my knee", ",\"private\":false", team);
        var asked = await TalkWorld.PostAsync(
            home.Doctor.Client, $"/api/conversations/{id}/check-ins", """{"questionnaire":{"resourceType":"Questionnaire","title":"How are you?","status":"active","item":[{"linkId":"a","text":"How did you sleep?","type":"string"}]}}""");
        Assert.Equal(HttpStatusCode.Created, asked.Status);
        var answer = new StringContent("""{"resourceType":"QuestionnaireResponse","status":"completed","item":[{"linkId":"a","answer":[{"valueString":"zqslept"}]}]}""", System.Text.Encoding.UTF8, "application/fhir+json");
        var answered = await home.Child.Client.AskAsync(HttpMethod.Post, $"/api/conversations/{id}/check-ins/2/answers", answer);
        Assert.Equal(HttpStatusCode.NoContent, answered.Status);
        var file = await home.Doctor.Client.AskAsync(HttpMethod.Post, $"/api/conversations/{id}/files", new StringContent("Walk each day, and rest the knee in the evening.", System.Text.Encoding.UTF8, "text/plain"));
        await TalkWorld.PostAsync(home.Doctor.Client, $"/api/conversations/{id}/messages", $$"""{"text":"look","files":["{{(string)file.Json["id"]!}}"]}""");
        var kept = await home.Child.Client.AskAsync(HttpMethod.Post, $"/api/conversations/{id}/files/4/0/keep", new ByteArrayContent([]));
        Assert.Equal(HttpStatusCode.OK, kept.Status);
        Assert.Equal(HttpStatusCode.NoContent, (await TalkWorld.PostAsync(home.Doctor.Client, $"/api/conversations/{id}/close", """{"summary":"zqsummary"}""")).Status);
        using var child = await home.SignInAsync(home.Child);
        using var summed = await child.PostAsync("/account", $"/conversations/{id}/keep/5");
        Assert.EndsWith("?done=kept#m5", summed.Headers.Location?.OriginalString);

        var own = await Server.Hosting.Patients.OpenAsync(home.Server.Modules, home.Child.Record, Cancel);
        var query = new RecordQuery.Everything { Types = ["QuestionnaireResponse", "Communication", "DocumentReference"] };
        Assert.Equal(3, (await own.QueryAsync(query, Cancel)).Count);
        var seen = await home.Server.Modules.Records.Gate.DiscloseAsync(new DisclosureAsk(Household.ActorOf(home.Parent.Person), own.Patient, PurposeOfUse.ActingForPatient, query), Cancel);
        var types = Enumerable.Range(0, seen?.Count ?? 0).Select(row => seen!.ReadResource(row).TypeName).Order(StringComparer.Ordinal);
        Assert.Equal(isConfidential ? "" : "Communication DocumentReference QuestionnaireResponse", string.Join(' ', types));
    }

    /// <summary>Whoever acts because the teenager lets them, and for no other reason, reads what the teenager lets them read.</summary>
    [Fact]
    public async Task Whom_a_teenager_lets_act_for_them_is_no_parent()
    {
        await using var home = await TeenHome.BeginAsync();
        home.BecomeTeenager();
        var own = await Server.Hosting.Patients.OpenAsync(home.Server.Modules, home.Child.Record, Cancel);
        var terms = new Server.Pages.Acting.ActingTerms(
            new Server.Pages.Sharing.SharingTerms { Recipient = home.Parent.Reference, RecipientName = "Sam", Purpose = PurposeOfUse.ActingForPatient }, [ConsentAction.Access, ConsentAction.Converse], Delegation.Delegatee);
        var id = await home.TalkAsync(home.Child, "zqone depression", ",\"private\":false");
        Assert.False(await home.DoesParentSeeAsync(id, "zqone"));
        Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, terms.ToConsent(own.Patient, "Lena", home.Server.Clock.GetUtcNow()), null, Cancel)).Status);
        Assert.True(await home.DoesParentSeeAsync(id, "zqone"));
    }

    private static Task<Talker> TalkerAsync(TeenHome home, TestPerson person) => TalkerAsync(home, person.Person.Id);

    private static async Task<Talker> TalkerAsync(TeenHome home, PersonId id)
    {
        var person = (await home.Server.Modules.People.Accounts.FindAsync(id, Cancel))!;
        return await Talker.OfAsync(person, Household.ActorOf(person), home.Server.Modules.Records, Cancel);
    }
}
