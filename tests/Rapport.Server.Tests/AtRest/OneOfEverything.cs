using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Jobs;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Jobs;
using Rapport.Server.Tests.LinksGiven;
using Rapport.Server.Tests.Pages;
using Rapport.Server.Tests.Pages.Talks;
using Rapport.TestKit;

namespace Rapport.Server.Tests.AtRest;

/// <summary>Does one of everything that people do, beside what the demo does: so that every table has rows.</summary>
internal static class OneOfEverything
{
    /// <summary>Stands in each text that somebody types.</summary>
    public const string Typed = "zqtypedbysomebody";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task DoAsync(RunningServer server)
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: true);
        await world.PromiseAsync(4, Typed);
        await TieAsync(server, world);
        await SignInAsync(server, world.Home.Patient.Person);
        await TalkAsync(server, world);
        await ShareAsync(server, world);
        await GatherAsync(server, world.Home.Patient);

        // Whose record is erased leaves the numbers of their cards.
        var gone = (await Household.MoveInAsync(server, withRecord: false)).Patient;
        await IssueAsync(server, await gone.OpenAsync(server));
        await (await gone.OpenAsync(server)).EraseAsync(Cancel);
    }

    /// <summary>Circles, requests, refusals, blocks, invitations, emergencies and notices.</summary>
    private static async Task TieAsync(RunningServer server, TalkHome world)
    {
        var (people, home) = (server.Modules.People, world.Home);
        var (patient, stranger) = (home.Patient.Person, home.Stranger.Person);
        var terms = new RequestTerms("treat", ["results"], 3, Typed);
        Assert.True((await people.Requests.AskAsync(home.Carer.Person, patient.SignInName, terms, Cancel)).IsOk);
        Assert.True((await people.Requests.AskAsync(stranger, patient.SignInName, terms, Cancel)).IsOk);
        Assert.True((await people.Requests.AskAsync(stranger, "nobody-of-this-name", terms, Cancel)).IsOk);
        var theirs = (await people.Requests.ListReceivedAsync(patient, Cancel)).Single(request => request.Asker.Id == stranger.Id);
        await people.Requests.RefuseAsync(patient, theirs, tell: false, forGood: true, Cancel);
        Assert.True((await people.Blocks.AddAsync(patient, stranger, Cancel)).IsOk);
        Assert.True((await people.Invitations.MakeAsync(patient, Typed, 7, Cancel)).IsOk);
        var kept = (await people.Invitations.MakeAsync(patient, Typed, 7, Cancel)).Value!;
        Assert.True((await people.Accounts.SignUpAsync("Wilhelmina Newcomer", "seven purple kettles", kept.Secret, Cancel)).IsOk);
        var doctor = (await people.Accounts.FindAsync(home.Doctor.Person.Id, Cancel))!;
        Assert.True((await people.Emergencies.AnnounceAsync(patient, doctor, Typed, [home.Carer.Person.Id], Cancel)).IsOk);
        Assert.NotNull(await people.Notices.ChangeAsync(
            patient.Id, static choices => choices with { Mail = new NoticeMail(Typed + "@mail.example", DateTimeOffset.UnixEpoch, IsConfirmed: true) }, new NoticeState(), server.Clock.GetUtcNow(), Cancel));
    }

    /// <summary>What an account has beside its password and tokens.</summary>
    private static async Task SignInAsync(RunningServer server, Person person)
    {
        await server.Modules.People.SecondStep.BeginAppAsync(person, Cancel);
        Assert.NotEmpty(await server.Modules.People.SecondStep.NewRecoveryCodesAsync(person.Id, Cancel));
    }

    /// <summary>A conversation with a team: a message with a file, a draft, a report, and that it goes some day.</summary>
    private static async Task TalkAsync(RunningServer server, TalkHome world)
    {
        var (modules, home) = (server.Modules, world.Home);
        string place;
        using (var patient = await home.Patient.SignInAsync(server))
        using (var doctor = await home.Doctor.SignInAsync(server))
        {
            place = await TalkHome.BeginAsync(patient, Typed, [("with", $"CareTeam/{world.Team.Id}")]);
            await TalkHome.SaidAsync(patient, place, Typed);
            await doctor.ReadAsync(place);
            await TalkHome.SaidAsync(doctor, place, Typed);
            using var drafted = await doctor.PostAsync("/account", place, ("text", Typed), ("draft", "0"), ("step", "draft"));
            using var reported = await patient.PostAsync("/account", place + "/report/3", ("reason", "Insult"), ("words", Typed));
            Assert.Equal(HttpStatusCode.SeeOther, reported.StatusCode);
        }

        var talker = await Talker.OfAsync(home.Patient.Person, Household.ActorOf(home.Patient.Person), modules.Records, Cancel);
        var view = (await modules.Conversations.FindAsync(talker, ConversationId.Parse(place.Split('/')[^1]), Cancel))!;
        var file = (await modules.Conversations.Files.TakeAsync(talker, view, new MemoryStream(Encoding.UTF8.GetBytes(Typed)), Typed + ".txt", LocalId.New().ToString(), Cancel)).File!;
        Assert.Equal(SaidStatus.Said, (await modules.Conversations.SayAsync(talker, view, new NewMessage(Typed, LocalId.New().ToString(), []) { Files = [new SentFile(file.Id, Typed)] }, null, Cancel)).Status);
        var keeping = new TalkKeeping(modules.Database, modules.Keyring, modules.Records.Keys, new ManualClock(server.Clock.GetUtcNow().AddYears(11)));
        Assert.Equal(0, await keeping.SweepAsync(new KeepingRule(120), static (_, _) => Task.FromResult(false), static (_, _, _) => Task.CompletedTask, Cancel));
    }

    /// <summary>An agreement by which a doctor looks, a link that is answered, and a card.</summary>
    private static async Task ShareAsync(RunningServer server, TalkHome world)
    {
        var (patient, doctor) = (world.Home.Patient.Person, world.Home.Doctor.Person);
        var own = await world.Home.Patient.OpenAsync(server);
        var terms = new SharingTerms { Recipient = doctor.Reference, RecipientName = doctor.DisplayName, Purpose = PurposeOfUse.Treatment };
        Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, terms.ToConsent(own.Patient, server.Clock.GetUtcNow()), null, Cancel)).Status);
        using (var reading = await CallerAsync(server, doctor))
        {
            Assert.Equal(HttpStatusCode.OK, (await reading.ReadAsync($"/fhir/Observation?patient={own.Patient}", ("X-Purpose-Of-Use", "TREAT"))).Status);
        }

        using var caller = await CallerAsync(server, patient);
        var link = await caller.AskAsync(HttpMethod.Post, "/api/links", new StringContent($$"""{"label":"{{Typed}}","what":"summary"}""", new MediaTypeHeaderValue("application/json")));
        using var holder = new LinkHolder(server, (string)link.Json["shlink"]!);
        var secret = holder.Url.Split('/')[^1];
        var opening = await server.App.Services.GetRequiredService<LinkDoor>().OpenAsync(secret, new LinkKnock("Dr Meyer of " + Typed), Cancel);
        var reply = new LinkReply(Typed, new LinkReplyFile("letter.pdf", "paper", "%PDF-1"u8.ToArray()));
        Assert.Equal(LinkReplyOutcome.Waits, await server.Modules.Records.Links.ReceiveAsync(secret, opening.ReplyTo!, reply, Cancel));
        await IssueAsync(server, own);
    }

    private static async Task IssueAsync(RunningServer server, OwnAccess own) => Assert.NotNull(await server.Modules.Records.Cards.IssueAsync(
        own, new CardWish(Typed, Typed, "PATRQT", null), id => new LinkTerms { Purpose = "PATRQT" }.ToConsent(own.Patient, id, Typed, server.Clock.GetUtcNow()), new RecordQuery.Everything(1),
        static (_, _, _) => Task.FromResult<UnsignedCard?>(new UnsignedCard("a.card", [Typed])), Cancel));

    /// <summary>A device with what it sent, a file that waits, and what its columns mean.</summary>
    private static async Task GatherAsync(RunningServer server, Resident patient)
    {
        var own = await patient.OpenAsync(server);
        using (var page = await patient.SignInAsync(server))
        {
            using var connected = await page.PostAsync("/gather/devices", "/gather/devices", ("name", Typed), ("measure", "weight"), ("lasting", "month"));
            Assert.Equal(HttpStatusCode.SeeOther, connected.StatusCode);
        }

        var device = (await own.Devices.ListAsync(Cancel))[0];
        Assert.True(await own.Devices.ChangeAsync(device, device.Body, new LiveBlock(0, Encoding.UTF8.GetBytes(Typed)), server.Clock.GetUtcNow().AddYears(1), Cancel));
        await own.Shapes.TellAsync(own.Shapes.IdOf(Typed), Encoding.UTF8.GetBytes(Typed), Cancel);
        var jobs = server.App.Services.GetRequiredService<ImportJobs>();
        var job = await jobs.BeginAsync(own, new ImportJobNotes { FileName = Typed + ".csv", OwnName = patient.Person.DisplayName }, new MemoryStream("when,what\n2026-05-01,81\n2026-05-02,82\n"u8.ToArray()), Cancel);
        await jobs.AsksAsync(own, job.Id);
    }

    private static async Task<HttpClient> CallerAsync(RunningServer server, Person person) =>
        server.Client((await server.Modules.People.AccessTokens.CreateAsync(person.Id, Typed, TokenScopes.All, null, Cancel)).Value!.Secret);
}
