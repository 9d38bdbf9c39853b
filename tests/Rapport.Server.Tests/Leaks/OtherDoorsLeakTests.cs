using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Asking somebody, an emergency door that is closed, and what open pages are told as it happens: none of it tells of a record that is not for whoever asks.</summary>
public sealed class OtherDoorsLeakTests
{
    /// <summary>Something that stays home: it is marked.</summary>
    private const string Nonsense = """{"resourceType":"Observation","id":"more","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"}]},"status":"final","code":{"text":"zqcamelater99"},"subject":{"reference":"Patient/<patient>"}}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AskingSomebodyTellsNotWhetherThereIsSuchAPerson() => await InTwoWorldsAsync(Sharing.Stopped, async (battery, worlds) =>
    {
        await BothAsync(battery, worlds, "request", side => side.SendFormAsync(
            "doctor-page", "/requests/new?for=treat", "/requests/new", ("for", "treat"), ("to", "<name>"), ("kind", "results"), ("months", "3"), ("why", "to look at your knee")));
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            var sent = await side["doctor-page"].ReadAsync("/requests");
            side.Name("request", sent.Body.Split("name=\"id\" value=\"")[1].Split('"')[0]);
        }

        foreach (var path in new[] { "/requests", "/requests?done=asked", "/shared", "/shared/<patient>" })
        {
            await BothAsync(battery, worlds, "request", side => side["doctor-page"].ReadAsync(side.Fill(path)));
        }
    });

    [Fact]
    public async Task AClosedDoorLooksLikeAWall() => await InTwoWorldsAsync(Sharing.Stopped, async (battery, worlds) =>
    {
        await worlds.Here.AddVisitorAsync("ada-page", (await worlds.Here.Server.Modules.People.Accounts.FindBySignInNameAsync(worlds.Here.Text("name"), Cancel))!);
        var closed = await worlds.Here.SendFormAsync("ada-page", "/share/emergency", "/share/emergency", ("door", "closed"), ("understood", "on"));
        Assert.Equal(HttpStatusCode.SeeOther, closed.Status);
        await BothAsync(battery, worlds, "emergency", side => side.SendFormAsync("doctor-page", "/emergency", "/emergency", ("who", "<name>"), ("why", "found unconscious after a fall")));
        await BothAsync(battery, worlds, "emergency", side => side.SendFormAsync("doctor-page", "/emergency", "/emergency", ("who", "<name>"), ("why", "")));
        await BothAsync(battery, worlds, "emergency", side => side.SendFormAsync("stranger-page", "/account", "/emergency", ("who", "<name>"), ("why", "curious")));
        foreach (var path in new[] { "/shared", "/shared/<patient>?for=BTG", "/shared/<patient>/summary?for=BTG", "/emergency?who=<name>", "/emergency/reviews" })
        {
            await BothAsync(battery, worlds, "emergency", side => side["doctor-page"].ReadAsync(side.Fill(path)));
        }

        // Nor does whoever knows the number of the record learn that there is one.
        const string ask = """{"hook":"patient-consent-consult","hookInstance":"x","context":{"actor":[{"value":"<stranger>"}],"patientId":[{"value":"Patient/<patient>"}]}}""";
        var told = await worlds.Here["stranger"].PostAsync("/cds-services/patient-consent-consult", worlds.Here.Fill(ask));
        var unknown = await worlds.Here["stranger"].PostAsync("/cds-services/patient-consent-consult", worlds.Here.Fill(ask.Replace("<patient>", "<nobody>", StringComparison.Ordinal)));
        Assert.Equal((HttpStatusCode.OK, unknown.Body), (told.Status, told.Body));
    });

    /// <summary>One's own looks, told to whoever looked: here the patient and somebody else are about in the record meanwhile, there nobody is.</summary>
    [Fact]
    public async Task WhatOneLookedAtTellsNothingOfOthers() => await InTwoWorldsAsync(Sharing.Kinds, async (battery, worlds) =>
    {
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            for (var look = 0; look < 3; look++)
            {
                await side.LookAroundAsync();
                side.Server.Clock.Advance(TimeSpan.FromHours(1));
                if (side == worlds.Here)
                {
                    Assert.Equal(HttpStatusCode.OK, (await side["ada"].PostAsync("/fhir", side.Fill(Nonsense.Replace("more", $"more{look}", StringComparison.Ordinal)))).Status);
                    Assert.Equal(HttpStatusCode.Created, (await side["ada"].PostAsync("/fhir/Consent", Samples.Consent(side.Text("stranger"), "Observation"))).Status);
                    await side["stranger"].ReadAsync(side.Fill("/fhir/Observation?patient=<patient>"));
                }
            }
        }

        await BothAsync(battery, worlds, "looks", side => side["doctor-page"].ReadAsync("/looked"));
        // Somebody else's look is none of one's own, and no look at all.
        var theirs = WebUtility.HtmlDecode((await worlds.Here["stranger-page"].ReadAsync("/looked")).Body.Split("name=\"look\" value=\"")[1].Split('"')[0]);
        await BothAsync(battery, worlds, "looks", side => side.SendFormAsync("doctor-page", "/looked", "/looked", ("look", side == worlds.Here ? theirs : "x"), ("came", "read-only")));
        await BothAsync(battery, worlds, "looks", side => side["doctor-page"].ReadAsync("/looked?done=told"));
        await BothAsync(battery, worlds, "looks", side => side["nobody"].ReadAsync("/looked"));
    });

    /// <summary>A question that is put to the doctor: here to somebody else too, who answers first, there to nobody else.</summary>
    [Fact]
    public async Task WhoIsAskedForAnOpinionLearnsNothingOfOthers() => await InTwoWorldsAsync(Sharing.Kinds, async (battery, worlds) =>
    {
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            var (modules, desk) = (side.Server.Modules, side.Server.App.Services.GetRequiredService<OpinionDesk>());
            var people = modules.People;
            var (doctor, patient) = ((await people.Accounts.FindByReferenceAsync(side.Text("doctor"), Cancel))!, (await people.Accounts.FindByReferenceAsync($"Patient/{side.Text("patient")}", Cancel))!);
            var own = (await modules.Records.Compartments.OpenOwnAsync(patient.Record!.Value, ActorOf(patient), Cancel))!;
            side.Server.Clock.Advance(TimeSpan.FromHours(1));
            List<Person> asked = [doctor];
            if (side == worlds.Here)
            {
                asked.Insert(0, await VouchAsync(side));
            }

            var about = $"Condition/{own.Patient}.{LocalId.New()}";
            var question = new OpinionQuestion(LocalId.New(), "Do I need this operation?", about, "my knee", side.Server.Clock.GetUtcNow().AddDays(9), [about, $"Patient/{own.Patient}"]);
            side.Name("about", about);
            await desk.AskAsync(own, question, "Second opinion", asked, Cancel);
            side.Name("question", question.Id.ToString());
            var invitations = (await desk.FindAsync(own, question.Id, Cancel))!.Invitations;
            side.Name("invitation", invitations.Single(known => known.Professional == doctor.VerifiedReference).Id.ToString());
            if (side == worlds.Here)
            {
                side.Secrets.Add("zqotheropinion88");
                var other = invitations.Single(known => known.Professional != doctor.VerifiedReference);
                var opinion = new Opinion(OpinionStance.Differs, "zqotheropinion88", OpinionConfidence.High, null, null, []);
                Assert.Equal(OpinionGiven.Done, await desk.GiveAsync(asked[0], ActorOf(asked[0]), own.Patient, other.Id, question, opinion, "Second opinion", Cancel));
            }
        }

        foreach (var path in new[]
        {
            "/opinions/asked", "/opinions/asked/<patient>/<invitation>", "/opinions/asked/<patient>/<invitation>?see=all", "/opinions/asked/<patient>/<nobody>", "/opinions/asked/<nobody>/<invitation>", "/opinions/<question>", "/shared", "/shared/<patient>",
            "/shared/<patient>?kind=conditions", "/shared/<patient>?kind=plans", "/shared/<patient>/summary", "/looked",
        })
        {
            await BothAsync(battery, worlds, "opinions", side => side["doctor-page"].ReadAsync(side.Fill(path)));
            await BothAsync(battery, worlds, "opinions", side => side["nobody"].ReadAsync(side.Fill(path)));
        }

        foreach (var path in new[] { "/fhir/ClinicalImpression?patient=<patient>", "/fhir/Consent?patient=<patient>", "/fhir/ServiceRequest?patient=<patient>", "/fhir/Patient/<patient>/$everything" })
        {
            await BothAsync(battery, worlds, "opinions", side => side["doctor"].ReadAsync(side.Fill(path)));
        }

        const string one = "/opinions/asked/<patient>/<invitation>";
        await BothAsync(battery, worlds, "opinions", side => side.SendFormAsync("doctor-page", side.Fill(one), one, ("stance", "x"), ("view", ""), ("step", "answer")));
        await BothAsync(battery, worlds, "opinions", side => side.SendFormAsync("doctor-page", side.Fill(one), one + "/more", ("kind", "results"), ("why", "to see your kidneys")));
        await BothAsync(battery, worlds, "opinions", side => side.SendFormAsync("stranger-page", "/account", one, ("step", "decline")));
        await BothAsync(battery, worlds, "opinions", side => side.SendFormAsync("doctor-page", side.Fill(one), one, ("stance", "agree"), ("view", "wait"), ("confidence", "high"), ("step", "answer")));
        await BothAsync(battery, worlds, "opinions", side => side.SendFormAsync("doctor-page", "/account", one, ("step", "decline")));
        await BothAsync(battery, worlds, "opinions", side => side["doctor-page"].ReadAsync(side.Fill(one)));
        await BothAsync(battery, worlds, "opinions", async side =>
        {
            var sent = await side["doctor-page"].ReadAsync("/requests");
            side.Name("request", sent.Body.Split("name=\"id\" value=\"")[1].Split('"')[0]);
            return sent;
        });
    });

    /// <summary>Whoever is a stranger becomes somebody whom a clinic vouches for.</summary>
    private static async Task<Person> VouchAsync(Side side)
    {
        var people = side.Server.Modules.People;
        var clinic = (await people.Directory.AddOrganisationAsync("Far Clinic", Cancel)).Value!;
        var stranger = (await people.Accounts.FindByReferenceAsync(side.Text("stranger"), Cancel))!;
        return (await people.Directory.VouchAsync(clinic.Id, stranger.Id, new Vouching { Role = "surgeon", Until = side.Server.Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel)).Value!;
    }

    private static Actor ActorOf(Person person) => new(person.Id, person.Reference, person.DisplayName, person.RecipientReferences);

    /// <summary>Here a lot happens in a record that is none of the listener's, there nothing: both hear of their own alone.</summary>
    [Fact]
    public async Task OpenPagesHearOfTheirOwnRecordAlone() => await InTwoWorldsAsync(Sharing.Kinds, async (battery, worlds) =>
    {
        foreach (var stream in new[] { "/record/events?from=0", "/ledger/events?from=0" })
        {
            await BothAsync(battery, worlds, "live", async side =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, stream) { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/event-stream") } } };
                using var answer = await side["stranger-page"].SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
                await ReadAsync(reader, "event: beat");
                if (side == worlds.Here)
                {
                    Assert.Equal(HttpStatusCode.OK, (await side["ada"].PostAsync("/fhir", side.Fill(Nonsense))).Status);
                    await side.LookAroundAsync();
                }

                var own = side.Fill(Nonsense.Replace("<patient>", "<strangers>", StringComparison.Ordinal).Replace("zqcamelater99", stream[1..5], StringComparison.Ordinal).Replace("more", stream[1..5], StringComparison.Ordinal));
                Assert.Equal(HttpStatusCode.OK, (await side["stranger"].PostAsync("/fhir", own)).Status);

                // However many events tell of it: the last of them, when all of it is written.
                var (compartments, record) = (side.Server.Modules.Records.Compartments, PatientId.Parse(side.Text("strangers")));
                var last = stream.StartsWith("/record", StringComparison.Ordinal) ? (await compartments.RecordSizesAsync([record], Cancel))[record] : (await compartments.LedgerSizesAsync([record], Cancel))[record] - 1;
                var heard = await ReadAsync(reader, $"id: {last}");
                Assert.DoesNotContain("zqcamelater99", heard);
                return new Answer(answer.StatusCode, [], heard);
            });
        }
    });

    /// <summary>Reads up to an event that has this line, and gives it.</summary>
    private static async Task<string> ReadAsync(StreamReader reader, string has)
    {
        var heard = new List<string>();
        while (true)
        {
            var line = await reader.ReadLineAsync(Cancel) ?? throw new IOException("the stream ended");
            heard.Add(line);
            if (line.Length == 0)
            {
                if (heard.Contains(has))
                {
                    return string.Join('\n', heard);
                }

                heard.Clear();
            }
        }
    }

    /// <param name="battery">Notes what could be told.</param>
    /// <param name="worlds">The worlds.</param>
    /// <param name="probe">Whose knock it is.</param>
    /// <param name="ask">Knocks in one of them.</param>
    /// <param name="said">What is said in it that stays home here.</param>
    internal static async Task BothAsync(Battery battery, TwinWorlds worlds, string probe, Func<Side, Task<Answer>> ask, string said = "")
    {
        var knock = new Knock(probe, "somebody", "as the test says");
        var (here, there) = (await ask(worlds.Here), await ask(worlds.There));
        battery.Look(worlds, knock, new Marks(worlds.Here.Secrets), here.ToString(), said);
        battery.Look(worlds, knock, new Marks(worlds.There.Secrets.Append("never said")), there.ToString(), said);
        battery.Compare(worlds, knock, here, there);
    }

    private static Task InTwoWorldsAsync(Sharing sharing, Func<Battery, TwinWorlds, Task> doing) => InTwoWorldsAsync(plan => plan.Sharing == sharing && plan.IsPlain, doing);

    /// <summary>Two worlds, where <c>name</c> is the patient's sign-in name here and nobody's there.</summary>
    internal static async Task InTwoWorldsAsync(Func<Plan, bool> which, Func<Battery, TwinWorlds, Task> doing)
    {
        var live = new LiveSettings { AskEvery = TimeSpan.FromMilliseconds(20), BeatEvery = TimeSpan.FromHours(1) };
        await using var here = new RunningServer { Live = live };
        await using var there = new RunningServer { Live = live };
        await here.InitializeAsync();
        await there.InitializeAsync();
        var plan = Enumerable.Range(0, 1000).Select(static seed => new Plan(seed)).First(which);
        using var worlds = await TwinWorlds.BuildAsync(plan, here, there);
        worlds.Here.Name("name", $"ada-{plan.Seed:x8}");
        worlds.There.Name("name", $"eda-{plan.Seed:x8}");
        var battery = new Battery();
        await doing(battery, worlds);
        Assert.True(battery.Findings.Count == 0, string.Join("\n\n", battery.Findings));
    }
}
