using System.Net;
using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Questions for a visit: whoever acts for a patient, and everybody else, learns nothing of the patient's own lists, nor by what is offered to them what else is in the record.</summary>
public sealed class VisitLeakTests
{
    private const string Mark = "zqforthevisit55", Other = "zqforanother566";

    /// <summary>What whoever acts may see, and are offered questions of.</summary>
    private static readonly string[] Kinds = ["Observation", "Condition"];

    /// <summary>What they see: a result outside its range, one that changed since a year, and an old problem.</summary>
    private static readonly string[] Seen =
    [
        """{"resourceType":"Observation","id":"v1","status":"final","code":{"text":"plain glucose"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2026-05-10","valueQuantity":{"value":250,"unit":"mg/dL"},"referenceRange":[{"high":{"value":100,"unit":"mg/dL"}}]}""",
        """{"resourceType":"Observation","id":"v2","status":"final","code":{"text":"plain ferritin"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2025-11-01","valueQuantity":{"value":50,"unit":"ng/mL"}}""",
        """{"resourceType":"Observation","id":"v3","status":"final","code":{"text":"plain ferritin"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2026-04-01","valueQuantity":{"value":100,"unit":"ng/mL"}}""",
        """{"resourceType":"Condition","id":"v4","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"code":{"coding":[{"system":"urn:example:codes","code":"T-1"}],"text":"plain trouble"},"subject":{"reference":"Patient/p"},"onsetDateTime":"2020-01-01"}""",
    ];

    /// <summary>What they do not see, by its mark or its kind, and what would change for them if it counted.</summary>
    private static readonly string[] Hidden =
    [
        // A question of its own; a newer result of a kind that they see; a visit, after which nothing is new any more; what was done about the problem, by its code and by its reference; a medicine, a vaccine and an appointment.
        """{"resourceType":"Observation","id":"h1","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"}]},"status":"final","code":{"text":"<mark>a"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2026-05-20","valueQuantity":{"value":300,"unit":"mg/dL"},"referenceRange":[{"high":{"value":100,"unit":"mg/dL"}}]}""",
        """{"resourceType":"Observation","id":"h2","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"HIV"}]},"status":"final","code":{"text":"plain glucose"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2026-05-21","valueQuantity":{"value":77,"unit":"mg/dL"},"note":[{"text":"<mark>b"}]}""",
        """{"resourceType":"Encounter","id":"h3","status":"finished","class":{"code":"AMB"},"type":[{"text":"<mark>c"}],"subject":{"reference":"Patient/p"},"period":{"start":"2026-05-28","end":"2026-05-28"}}""",
        """{"resourceType":"Procedure","id":"h4","status":"completed","code":{"text":"<mark>d"},"subject":{"reference":"Patient/p"},"performedDateTime":"2026-05-02","reasonCode":[{"coding":[{"system":"urn:example:codes","code":"T-1"}]}]}""",
        """{"resourceType":"MedicationRequest","id":"h5","status":"active","intent":"order","medicationCodeableConcept":{"text":"<mark>e"},"subject":{"reference":"Patient/p"},"authoredOn":"2026-05-22","reasonReference":[{"reference":"Condition/v4"}]}""",
        """{"resourceType":"ImmunizationRecommendation","id":"h6","patient":{"reference":"Patient/p"},"date":"2026-05-01","recommendation":[{"vaccineCode":[{"text":"<mark>f"}],"forecastStatus":{"text":"due"},"dateCriterion":[{"code":{"coding":[{"system":"http://loinc.org","code":"30980-7"}]},"value":"2026-06-10"}]}]}""",
        """{"resourceType":"Appointment","id":"h7","status":"booked","description":"<mark>g","start":"2026-06-12T10:00:00Z","end":"2026-06-12T10:30:00Z","participant":[{"actor":{"reference":"Patient/p"},"status":"accepted"}]}""",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task What_is_offered_to_who_acts_tells_nothing_of_what_stays_home(bool isAbsent) => InTwoWorldsAsync(async (battery, worlds) =>
    {
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            await BringAsync(side, Seen);
            await ActAsync(side);
        }

        worlds.Here.Secrets.UnionWith("abcdefg".Select(static letter => Mark + letter));
        worlds.There.Secrets.UnionWith("abcdefg".Select(static letter => Other + letter));
        await LookAsync(battery, worlds);
        foreach (var hidden in Hidden)
        {
            worlds.Here.Secrets.UnionWith(await BringAsync(worlds.Here, [hidden.Replace("<mark>", Mark, StringComparison.Ordinal)]));
            if (!isAbsent)
            {
                // Something else that stays home: marked, of the same kind, and dated so that it would be asked about otherwise.
                worlds.There.Secrets.UnionWith(await BringAsync(worlds.There, [hidden.Replace("<mark>", Other, StringComparison.Ordinal).Replace("2026-05", "2026-03", StringComparison.Ordinal).Replace("2026-06-1", "2026-07-1", StringComparison.Ordinal)]));
            }

            await LookAsync(battery, worlds);
        }
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task The_lists_of_a_patient_are_for_nobody_else(bool isAbsent) => InTwoWorldsAsync(async (battery, worlds) =>
    {
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            await BringAsync(side, Seen);
            await ActAsync(side);
            var own = await OwnAsync(side);
            var (words, isHere) = (side == worlds.Here ? Mark : Other, side == worlds.Here);
            side.Secrets.Add(words);
            var plan = new VisitPlan { With = words, WithReference = side.Text("doctor"), On = new DateOnly(2026, 6, isHere ? 9 : 19), Questions = [.. Enumerable.Range(0, isHere ? 7 : 2).Select(number => new VisitQuestion($"{words} {number}?") { Why = words, Key = words })] };
            var made = isHere || !isAbsent ? await own.Visits.MakeAsync("k", plan, Cancel) : null;
            side.Name("visit", (made?.Id ?? LocalId.New()).ToString());
            side.Secrets.Add(side.Text("visit"));
        }

        string[] pages =
        [
            "/visits", "/visits/<visit>", "/visits/<visit>?all=1", "/visits/<visit>/print", "/visits/<visit>/send", "/visits?with=<ada>", "/acting/<patient>", "/acting/<patient>/visit", "/acting/<patient>/visit?all=1", "/shared", "/shared/<patient>?for=PWATRNY",
            "/shared/<patient>/summary?for=PWATRNY", "/circle", "/looked", "/conversations/new?about=<patient>",
        ];
        string[] programs = ["/api/visits", "/api/visits/<visit>", "/api/visits/<visit>?private=true", "/fhir/Basic/<patient>.<visit>", "/fhir/Basic?patient=<patient>", "/fhir/Basic?patient=<patient>&code=visit-questions", "/fhir/Patient/<patient>/$everything", "/fhir/Patient/<patient>/$everything?_type=Basic"];
        foreach (var knock in Knocks())
        {
            await battery.KnockAsync(worlds, knock);
        }

        foreach (var (path, fields) in new (string, (string, string)[])[]
        {
            ("/visits/<visit>", [("version", "1"), ("step", "save"), ("text", "x"), ("key", "x")]), ("/visits/<visit>/remove", []),
        })
        {
            foreach (var who in new[] { "stranger-page", "doctor-page" })
            {
                await OtherDoorsLeakTests.BothAsync(battery, worlds, "visits", side => side.SendFormAsync(who, "/account", path, fields));
            }
        }

        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Delete })
        {
            await battery.KnockAsync(worlds, new Knock("visits", "stranger", "/api/visits/<visit>") { Method = method, Body = method == HttpMethod.Put ? """{"version":1,"questions":[{"text":"x"}]}""" : null });
        }

        // All of it is there still.
        Assert.Equal(7, Assert.Single(await (await OwnAsync(worlds.Here)).Visits.ListAsync(Cancel)).Plan.Questions.Count);

        IEnumerable<Knock> Knocks() =>
        [
            .. from path in pages from who in (string[])["stranger-page", "doctor-page", "doctor-page-es", "nobody"] select new Knock("visits", who, path),
            .. from path in programs from who in (string[])["stranger", "doctor", "narrow", "other-app", "nobody"] select new Knock("visits", who, path) { Headers = [("X-Purpose-Of-Use", who == "stranger" ? "PWATRNY" : "TREAT")] },
        ];
    });

    /// <summary>Whoever acts is offered what they see, in both worlds, and the same.</summary>
    private static async Task LookAsync(Battery battery, TwinWorlds worlds)
    {
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            var page = await side["stranger-page"].ReadAsync(side.Fill("/acting/<patient>/visit"));
            Assert.All(["plain glucose", "plain ferritin", "plain trouble"], question => Assert.Contains(question, page.Body, StringComparison.OrdinalIgnoreCase));
        }

        foreach (var path in new[] { "/acting/<patient>/visit", "/acting/<patient>/visit?all=1", "/acting/<patient>", "/shared/<patient>/summary?for=PWATRNY" })
        {
            foreach (var who in new[] { "stranger-page", "doctor-page", "nobody" })
            {
                await battery.KnockAsync(worlds, new Knock("visits", who, path));
            }
        }
    }

    /// <summary>Somebody else than the recipient of the plan acts for the patient, within some kinds.</summary>
    private static async Task ActAsync(Side side)
    {
        var own = await OwnAsync(side);
        var terms = new ActingTerms(
            new SharingTerms { Recipient = side.Text("stranger"), RecipientName = "Mallory", Purpose = PurposeOfUse.ActingForPatient, Types = Kinds }, [ConsentAction.Access, ConsentAction.Converse], Delegation.Delegatee);
        Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, terms.ToConsent(own.Patient, "Ada", side.Server.Clock.GetUtcNow()), null, Cancel)).Status);
    }

    /// <summary>Brings resources into the record, and names them; gives their ids.</summary>
    private static async Task<IReadOnlyList<string>> BringAsync(Side side, IEnumerable<string> resources)
    {
        List<string> brought = [];
        foreach (var resource in resources)
        {
            var json = resource.Replace("Patient/p\"", side.Fill("Patient/<patient>\""), StringComparison.Ordinal);
            json = side.Knows("v4") ? json.Replace("Condition/v4", side.Fill("Condition/<v4>"), StringComparison.Ordinal) : json;
            var taken = await side["ada"].PostAsync("/fhir", json);
            Assert.True(taken.Status == HttpStatusCode.OK, taken.Body);
            var id = ((string)taken.Entries[0]["response"]!["location"]!).Split('/')[^3];
            var name = json.Split("\"id\":\"")[1].Split('"')[0];
            TwinWorlds.NameEntry(side, name, id);
            brought.Add(id);
        }

        return brought;
    }

    private static async Task<OwnAccess> OwnAsync(Side side)
    {
        var ada = (await side.Server.Modules.People.Accounts.FindByReferenceAsync($"Patient/{side.Text("patient")}", Cancel))!;
        return (await side.Server.Modules.Records.Compartments.OpenOwnAsync(ada.Record!.Value, new Actor(ada.Id, ada.Reference, ada.DisplayName, ada.RecipientReferences), Cancel))!;
    }

    /// <summary>In the place of the patient of the plan stands another, whose record has nothing but what is brought here.</summary>
    private static Task InTwoWorldsAsync(Func<Battery, TwinWorlds, Task> doing) => OtherDoorsLeakTests.InTwoWorldsAsync(static plan => plan is { Sharing: Sharing.Stopped, IsPlain: true }, async (battery, worlds) =>
    {
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            var modules = side.Server.Modules;
            var eve = (await modules.People.Accounts.AddAsync(new NewPerson { SignInName = "eve-sample", DisplayName = "Eve Sample" }, Cancel)).Value!;
            var record = await modules.Records.Compartments.CreateAsync(new Actor(eve.Id, eve.Reference, eve.DisplayName, eve.RecipientReferences), Cancel);
            eve = (await modules.People.Accounts.SetRecordAsync(eve.Id, record, Cancel)).Value!;
            side.Name("patient", record.ToString());
            side.Name("ada", eve.Reference);
            side.Name("eveid", eve.Id.ToString());
            await side.AddCallerAsync("ada", eve, TokenScopes.All);
        }

        await doing(battery, worlds);
    });
}
