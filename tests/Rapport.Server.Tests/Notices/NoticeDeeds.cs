using System.Net;
using Rapport.Consent;
using Rapport.People;
using Rapport.Server.Pages.Acting.Carers;
using Rapport.Server.Tests.Api.Conversations;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Notices;

/// <summary>What others do that somebody is told of: each made ready, and then done as people do it, by pages and programs.</summary>
/// <param name="Patient">Who is told.</param>
/// <param name="DoAsync">Does it.</param>
internal sealed record NoticeDeed(Person Patient, Func<Task> DoAsync)
{
    private const string Secret = "zqsecret";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static IReadOnlyDictionary<string, (NoticeTopic Topic, Func<NoticeWorld, Task<NoticeDeed>> ReadyAsync)> All { get; } = new Dictionary<string, (NoticeTopic, Func<NoticeWorld, Task<NoticeDeed>>)>
    {
        ["a comment"] = (NoticeTopic.Requests, CommentAsync),
        ["an opinion"] = (NoticeTopic.Requests, OpinionAsync),
        ["a reply by a link"] = (NoticeTopic.Requests, ReplyAsync),
        ["a request"] = (NoticeTopic.Requests, RequestAsync),
        ["asked to look after a child"] = (NoticeTopic.Requests, CareAskedAsync),
        ["taken out of who looks after a child"] = (NoticeTopic.Requests, TakenOutAsync),
        ["a request of a child"] = (NoticeTopic.Requests, ChildsRequestAsync),
        ["an emergency opening"] = (NoticeTopic.Emergency, EmergencyAsync),
        ["somebody who was named asks"] = (NoticeTopic.Requests, AskedForAccessAsync),
        ["a contact is told that somebody who was named asks"] = (NoticeTopic.Requests, ContactOfAskedAsync),
        ["who acts looks"] = (NoticeTopic.Acting, LookAsync),
        ["a check-in"] = (NoticeTopic.Circle, CheckInAsync),
    };

    private static async Task<NoticeDeed> CommentAsync(NoticeWorld world)
    {
        var home = await Household.MoveInAsync(world.Server);
        var (patient, doctor) = (await home.Patient.SignInAsync(world.Server), await home.Doctor.SignInAsync(world.Server));
        await patient.ShareAsync(home.Doctor, [("kind", "results")], [("lasting", "open"), ("more", "on"), ("may", "comment")]);
        var entry = await CommentPagesTests.EntryAsync(await home.Patient.OpenAsync(world.Server), "Observation");
        return new(home.Patient.Person, async () =>
        {
            using var written = await CommentPagesTests.WriteAsync(doctor, $"/shared/{home.Patient.Person.Record}", entry, Secret);
            Assert.Equal(HttpStatusCode.SeeOther, written.StatusCode);
        });
    }

    private static async Task<NoticeDeed> OpinionAsync(NoticeWorld world)
    {
        var home = await Household.MoveInAsync(world.Server);
        var pages = new OpinionPagesTests(world.Server);
        var lee = await pages.VerifyAsync(home.Doctor);
        var (patient, doctor) = (await home.Patient.SignInAsync(world.Server), await home.Doctor.SignInAsync(world.Server));
        await pages.AskAsync(patient, await pages.ProblemAsync(home, "diabetes"), lee);
        return new(home.Patient.Person, async () => await OpinionPagesTests.AnswerAsync(doctor, await OpinionPagesTests.InvitationAsync(doctor), "agree", Secret, "done=answered"));
    }

    private static async Task<NoticeDeed> ReplyAsync(NoticeWorld world)
    {
        var home = await Household.MoveInAsync(world.Server);
        var patient = await home.Patient.SignInAsync(world.Server);
        var link = await patient.GiveAndOpenLinkAsync(world.Server);
        return new(home.Patient.Person, async () => Assert.Equal(HttpStatusCode.OK, (await link.ReplyAsync(Secret, null, [])).Status));
    }

    private static async Task<NoticeDeed> RequestAsync(NoticeWorld world)
    {
        var home = await Household.MoveInAsync(world.Server, withRecord: false);
        var terms = new RequestTerms("treat", ["conditions"], 3, Secret);
        return new(home.Patient.Person, () => world.Server.Modules.People.Requests.AskAsync(home.Doctor.Person, home.Patient.SignInName, terms, Cancel));
    }

    private static async Task<NoticeDeed> CareAskedAsync(NoticeWorld world)
    {
        var family = await CareDeeds.MoveInAsync(world.Server);
        return new(family.Home.Patient.Person, () => family.AskAsync(world.Server, family.Home.Patient));
    }

    private static async Task<NoticeDeed> TakenOutAsync(NoticeWorld world)
    {
        var family = await CareDeeds.MoveInAsync(world.Server);
        await family.AskAsync(world.Server, family.Home.Patient);
        await family.Home.Patient.AnswerAsync(world.Server, CarePlaces.Accept);
        return new(family.Home.Patient.Person, () => family.TakeOutAsync(world.Server, family.Home.Patient));
    }

    private static async Task<NoticeDeed> ChildsRequestAsync(NoticeWorld world)
    {
        var family = await Family.MoveInAsync(world.Server);
        var terms = new RequestTerms("treat", ["conditions"], 3, Secret);
        return new(family.Parent.Person, () => world.Server.Modules.People.Requests.AskAsync(family.Home.Doctor.Person, family.Child.SignInName, terms, Cancel));
    }

    private static async Task<NoticeDeed> EmergencyAsync(NoticeWorld world)
    {
        var (home, _, _) = await new EmergencyPagesTests(world.Server).ScenarioAsync();
        var doctor = await home.Doctor.SignInAsync(world.Server);
        return new(home.Patient.Person, async () =>
        {
            using var opened = await EmergencyPagesTests.OpenAsync(doctor, home.Patient.SignInName);
            Assert.Equal(HttpStatusCode.SeeOther, opened.StatusCode);
            await doctor.ReadAsync(opened.Headers.Location!.ToString());
        });
    }

    private static async Task<NoticeDeed> AskedForAccessAsync(NoticeWorld world)
    {
        var (home, carer) = await NamedAsync(world);
        return new(home.Patient.Person, () => AskForAccessAsync(home, carer));
    }

    private static async Task<NoticeDeed> ContactOfAskedAsync(NoticeWorld world)
    {
        var (home, carer) = await NamedAsync(world);
        await world.Server.Modules.People.Circle.SetEmergencyContactAsync(home.Patient.Person.Record!.Value, home.Stranger.Person, true, "sister", Cancel);
        return new(home.Stranger.Person, () => AskForAccessAsync(home, carer));
    }

    public static async Task<(Household Home, FormVisitor Carer)> NamedAsync(NoticeWorld world)
    {
        var home = await Household.MoveInAsync(world.Server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(world.Server);
        await SuccessionPagesTests.SetAsync(home, patient, ("waits", "14"));
        return (home, await home.Carer.SignInAsync(world.Server));
    }

    public static async Task AskForAccessAsync(Household home, FormVisitor carer)
    {
        using var asked = await carer.PostAsync(SuccessionPagesTests.PlaceOf(home), SuccessionPagesTests.PlaceOf(home), ("why", Secret));
        Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
    }

    private static async Task<NoticeDeed> LookAsync(NoticeWorld world)
    {
        var home = await Household.MoveInAsync(world.Server);
        var (patient, carer) = (await home.Patient.SignInAsync(world.Server), await home.Carer.SignInAsync(world.Server));
        await ActingPagesTests.GiveAsync(home, patient, ("action", ConsentAction.Collect), ("kind", "results"));
        return new(home.Patient.Person, async () =>
        {
            foreach (var page in new[] { "?for=PWATRNY", "?for=PWATRNY&kind=results" })
            {
                Assert.Contains("Observation/", await carer.ReadAsync($"/shared/{home.Patient.Person.Record}{page}"));
            }
        });
    }

    private static Task<NoticeDeed> CheckInAsync(NoticeWorld world) => Task.FromResult(new NoticeDeed(world.People.Ada.Person, async () =>
    {
        var asked = await TalkWorld.PostAsync(
            world.People.Doctor.Client, $"/api/conversations/{world.Talk}/check-ins",
            $$$"""{"questionnaire":{"resourceType":"Questionnaire","title":"{{{Secret}}}","status":"active","item":[{"linkId":"a","text":"Well?","type":"boolean"}]},"every":"once"}""");
        Assert.Equal(HttpStatusCode.Created, asked.Status);
    }));
}
