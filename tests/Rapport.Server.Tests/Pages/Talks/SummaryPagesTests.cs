using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Rapport.Consent;
using Rapport.Records;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Talks;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>What a team wrote when it closed a conversation, and the patient's record, over plain HTTP.</summary>
public sealed partial class SummaryPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_patient_takes_a_summary_into_their_record_once_with_its_true_author_and_nobody_else_does_or_is_told()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: true);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        using var stranger = await world.Home.Stranger.SignInAsync(server);
        var place = await BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]);
        await SaidAsync(patient, place, "May I run?");
        await SaidAsync(doctor, place, "Yes.");
        using var closed = await doctor.PostAsync("/account", place + "/close", ("summary", "Rest for two weeks, then run slowly."));
        Assert.EndsWith("?done=closed", closed.Headers.Location?.OriginalString);

        var keep = place + "/keep/4";
        Assert.Contains("Rest for two weeks", await patient.ReadAsync(place));
        var before = await doctor.ReadAsync(place);
        Assert.Contains("Rest for two weeks", before);
        Assert.DoesNotContain("/keep/", before);
        foreach (var visitor in new[] { doctor, stranger })
        {
            using var refused = await visitor.PostAsync("/account", keep);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        foreach (var line in new[] { 2, 3, 5, 99 })
        {
            using var none = await patient.PostAsync("/account", $"{place}/keep/{line}");
            Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        }

        Assert.Contains($"action=\"{keep}\"", await patient.ReadAsync(place));
        var own = await world.Home.Patient.OpenAsync(server);
        for (var i = 0; i < 2; i++)
        {
            using var kept = await patient.PostAsync("/account", keep);
            Assert.EndsWith("?done=kept#m4", kept.Headers.Location?.OriginalString);
            var source = Assert.Single(await own.SourcesAsync(Cancel), static source => source.Description.Kind == ConversationSummary.Kind);
            Assert.Contains("Dr Lee, physician, Heart team", source.Description.Name);
        }

        var seen = await patient.ReadAsync(place);
        Assert.Contains(Html(TeamText.SummaryKept), seen);
        Assert.DoesNotContain("/keep/", seen);
        var messages = await patient.ReadAsync("/record/timeline");
        Assert.Contains("Rest for two weeks, then run slowly.", messages);
        Assert.Equal(await BareReadAsync(doctor, place), WithoutTokens(before));
    }

    [Fact]
    public async Task A_summary_of_what_the_patient_says_in_private_is_not_for_who_acts_for_them_in_the_record_either()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        await world.ActAsync(world.Home.Carer, [], ConsentAction.Converse, ConsentAction.Collect, ConsentAction.ShareOn);
        foreach (var (words, more) in new (string, (string, string)[])[] { ("xyzzyopen", []), ("plughalone", [("private", "on")]) })
        {
            var place = await BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}"), .. more]);
            await SaidAsync(patient, place, "May I run?");
            using var closed = await doctor.PostAsync("/account", place + "/close", ("summary", words));
            using var kept = await patient.PostAsync("/account", place + "/keep/3");
            Assert.EndsWith("?done=kept#m3", kept.Headers.Location?.OriginalString);
        }

        var own = await world.Home.Patient.OpenAsync(server);
        Assert.Equal(2, (await own.QueryAsync(new RecordQuery.Everything { Types = ["Communication"] }, Cancel)).Count);
        var carer = world.Home.Carer.Person;
        var seen = await server.Modules.Records.Gate.DiscloseAsync(
            new DisclosureAsk(
                new Actor(carer.Id, carer.Reference, carer.DisplayName, carer.RecipientReferences), own.Patient, PurposeOfUse.ActingForPatient, new RecordQuery.Everything { Types = ["Communication"] }),
            Cancel);
        Assert.Equal(1, seen!.Count);
        Assert.Contains("xyzzyopen", Encoding.UTF8.GetString(seen.ReadResource(0).Json.Span));
    }

    private static async Task<string> BareReadAsync(FormVisitor visitor, string place)
    {
        using var answer = await visitor.GetAsync(place);
        return WithoutTokens(await BareAsync(answer));
    }

    private static string WithoutTokens(string page) => Tokens().Replace(page, "");

    [GeneratedRegex("name=\"(__RequestVerificationToken|once)\" value=\"[^\"]+\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Tokens();
}
