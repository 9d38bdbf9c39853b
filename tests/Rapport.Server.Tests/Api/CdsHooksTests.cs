using System.Net;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Api.CdsHooks;
using Rapport.Server.Tests.Hosting;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Api;

/// <summary>The decision service: what a patient's consents say of data that another system holds, to who has standing.</summary>
public sealed class CdsHooksTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Consult = "/cds-services/patient-consent-consult";
    private const string Pressure = """{"resourceType":"Observation","id":"a","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]}}""";
    private const string Substance = """{"resourceType":"Observation","id":"f204","status":"final","code":{"coding":[{"system":"http://snomed.info/sct","code":"66214007","display":"Substance abuse (disorder)"}]}}""";
    private const string Asthma = """{"resourceType":"Condition","id":"c","code":{"coding":[{"system":"http://snomed.info/sct","code":"195967001"}]},"subject":{"reference":"Patient/x"}}""";
    private const string OfAnotherVersion = """{"resourceType":"Medication","id":"m","marketingAuthorizationHolder":{"reference":"Organization/x"}}""";

    [Fact]
    public async Task TheServicesAreListed()
    {
        var doctor = await server.AddDoctorAsync();
        var service = (await doctor.Client.ReadAsync("/cds-services")).Json["services"]![0]!;
        Assert.Equal(("patient-consent-consult", "patient-consent-consult"), ((string)service["hook"]!, (string)service["id"]!));
    }

    [Fact]
    public async Task OfContentEachResourceIsDecidedAsTheGateWould()
    {
        var ada = await server.AddPatientAsync();
        var doctor = await server.AddDoctorAsync();
        await ada.ShareAsync(doctor, "Observation", "Medication");
        var size = await ada.LedgerSizeAsync();
        var card = await CardAsync(doctor, doctor.Reference, ada.Record.ToString(), Pressure, Substance, Asthma, OfAnotherVersion);
        Assert.Equal("CONSENT_PERMIT", (string)card["summary"]!);
        Assert.Equal("CONSENT_PERMIT", (string)card["extension"]!["decision"]!);
        Assert.Equal(["CONSENT_PERMIT", "CONSENT_DENY", "CONSENT_DENY", "CONSENT_DENY"], card["extension"]!["content"]!.AsArray().Select(each => (string)each!));
        var obligation = Assert.Single(card["extension"]!["obligations"]!.AsArray())!;
        Assert.Equal("REDACT", (string)obligation["id"]!["code"]!);
        Assert.Contains("SUD", obligation["parameters"]!["codes"]!.AsArray().Select(code => (string)code!["code"]!));

        var denied = await CardAsync(doctor, doctor.Reference, ada.Record.ToString(), Asthma);
        Assert.Equal(("CONSENT_DENY", "warning"), ((string)denied["summary"]!, (string)denied["indicator"]!));
        Assert.Equal(size, await ada.LedgerSizeAsync());
    }

    [Fact]
    public async Task AGeneralQuestionIsAnsweredWithWhatToKeepBack()
    {
        var ada = await server.AddPatientAsync();
        var doctor = await server.AddDoctorAsync();
        await ada.ShareAsync(doctor, "Observation");
        var card = await CardAsync(doctor, Ask(doctor.Reference, ada.Record.ToString()));
        Assert.Equal("CONSENT_PERMIT", (string)card["summary"]!);
        Assert.Equal("may be given: Observation; keep back what carries one of the labels in `obligations`", (string)card["detail"]!);
        Assert.Equal(ConsultProbes.Labels.Select(label => label.Code), card["extension"]!["obligations"]![0]!["parameters"]!["codes"]!.AsArray().Select(code => (string)code!["code"]!));
        var types = """[{"system":"http://hl7.org/fhir/resource-types","code":"Condition"}]""";
        Assert.Equal("CONSENT_DENY", (string)(await CardAsync(doctor, Ask(doctor.Reference, ada.Record.ToString(), $$""","class":{{types}}""")))["summary"]!);
        Assert.Equal("CONSENT_DENY", (string)(await CardAsync(doctor, Ask(doctor.Reference, ada.Record.ToString(), ""","purposeOfUse":["TREAT","HRESCH"],"class":[{"system":"http://loinc.org","code":"34133-9"}]""")))["summary"]!);
    }

    [Fact]
    public async Task NoRecordAndNoConsentLookAlikeAndARevocationHoldsAtOnce()
    {
        var ada = await server.AddPatientAsync();
        var doctor = await server.AddDoctorAsync();
        var none = await CardAsync(doctor, doctor.Reference, ada.Record.ToString(), Pressure);
        foreach (var unknown in new[] { PatientId.New().ToString(), "4242424242", "cfsb1699034947598" })
        {
            Assert.Equal(none.ToJsonString(), (await CardAsync(doctor, doctor.Reference, unknown, Pressure)).ToJsonString());
        }

        Assert.Equal("NO_CONSENT", (string)none["summary"]!);
        var consent = (await ada.ShareAsync(doctor, "Observation")).Json;
        Assert.Equal("CONSENT_PERMIT", (string)(await CardAsync(doctor, doctor.Reference, ada.Record.ToString(), Pressure))["summary"]!);
        consent["status"] = "inactive";
        Assert.Equal(HttpStatusCode.OK, (await ada.Client.PutAsync($"/fhir/Consent/{consent["id"]}", consent.ToJsonString())).Status);
        Assert.Equal(none.ToJsonString(), (await CardAsync(doctor, doctor.Reference, ada.Record.ToString(), Pressure)).ToJsonString());
    }

    [Fact]
    public async Task AConsentThatOnlyDeniesTellsStrangersOfNoRecord()
    {
        var ada = await server.AddPatientAsync();
        var stranger = await server.AddDoctorAsync();
        var none = await CardAsync(stranger, stranger.Reference, PatientId.New().ToString(), Pressure);
        var own = (await server.Modules.Records.Compartments.OpenOwnAsync(ada.Record, new Actor(ada.Person.Id, ada.Reference, "Ada", [ada.Reference]), TestContext.Current.CancellationToken))!;
        var closed = Rapport.Fhir.Resource.Read(EmergencyConsent.Write(ada.Record, new EmergencyRule(IsClosed: true, []), server.Clock.GetUtcNow()));
        await own.PutConsentAsync(null, closed, null, TestContext.Current.CancellationToken);
        Assert.Equal(none.ToJsonString(), (await CardAsync(stranger, stranger.Reference, ada.Record.ToString(), Pressure)).ToJsonString());
    }

    /// <summary>What the patient says of a rule, and what others of the content say, hold for content as they do for the record.</summary>
    [Fact]
    public async Task ContentIsLabelledAsTheRecordIs()
    {
        const string visit = """{"resourceType":"Encounter","id":"v","status":"finished","class":{"code":"AMB"},"reasonCode":[{"coding":[{"system":"http://snomed.info/sct","code":"66214007"}]}]}""";
        const string seen = """{"resourceType":"Procedure","id":"p","status":"completed","subject":{"reference":"Patient/x"},"encounter":{"reference":"Encounter/v/_history/3"}}""";
        const string letter = """{"resourceType":"DocumentReference","id":"d","status":"current","content":[{"attachment":{"contentType":"text/plain","url":"Binary/b"}}]}""";
        var document = $$"""{"resourceType":"Binary","id":"b","contentType":"text/plain","data":"{{Convert.ToBase64String("Substance abuse."u8)}}"}""";
        var ada = await server.AddPatientAsync();
        var doctor = await server.AddDoctorAsync();
        await ada.ShareAsync(doctor, "Observation", "Encounter", "Procedure", "DocumentReference", "Binary");
        Assert.Equal("DENY DENY DENY DENY DENY", await EachAsync());

        var own = (await server.Modules.Records.Compartments.OpenOwnAsync(ada.Record, new Actor(ada.Person.Id, ada.Reference, "Ada", [ada.Reference]), TestContext.Current.CancellationToken))!;
        var rules = new[] { Substance, visit, document }.SelectMany(static json => Labelling.Labeller.Label(Rapport.Fhir.Resource.Read(System.Text.Encoding.UTF8.GetBytes(json)))).Select(static found => found.Rule).Distinct();
        await own.Labels.SayAsync([.. rules.Select(static rule => new LabelWord(new LabelScope.FoundBy(rule), null, LabelVerdict.TakenAway))], mayShareMore: true, TestContext.Current.CancellationToken);
        Assert.Equal("PERMIT PERMIT PERMIT PERMIT PERMIT", await EachAsync());

        async Task<string> EachAsync() => string.Join(' ', (await CardAsync(doctor, doctor.Reference, ada.Record.ToString(), Substance, visit, seen, letter, document))["extension"]!["content"]!
            .AsArray().Select(static each => ((string)each!)["CONSENT_".Length..]));
    }

    [Fact]
    public async Task WhoHasNoStandingIsRefused()
    {
        var ada = await server.AddPatientAsync();
        var doctor = await server.AddDoctorAsync();
        var other = await server.AddDoctorAsync();
        await ada.ShareAsync(doctor, "Observation");
        foreach (var (caller, status) in new[] { (other, HttpStatusCode.Forbidden), (await server.AddPatientAsync(), HttpStatusCode.Forbidden), (doctor, HttpStatusCode.OK), (ada, HttpStatusCode.OK) })
        {
            Assert.Equal(status, (await caller.Client.PostAsync(Consult, Ask(doctor.Reference, ada.Record.ToString()))).Status);
        }
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"hook":"order-sign","hookInstance":"x","context":{"actor":[{"value":"$ACTOR"}],"patientId":[{"value":"Patient/x"}]}}""")]
    [InlineData("""{"hook":"patient-consent-consult","hookInstance":"x","context":{"patientId":[{"value":"Patient/x"}]}}""")]
    [InlineData("""{"hook":"patient-consent-consult","hookInstance":"x","context":{"actor":[{"value":"$ACTOR"}]}}""")]
    [InlineData("""{"hook":"patient-consent-consult","hookInstance":"x","context":{"actor":[{"value":"$ACTOR"}],"patientId":[{"value":"a"},{"value":"b"}]}}""")]
    [InlineData("""{"hook":"patient-consent-consult","hookInstance":"x","context":{"actor":[{"value":"$ACTOR"}],"patientId":[{"value":"a"}],"purposeOfUse":["NOPE"]}}""")]
    [InlineData("""{"hook":"patient-consent-consult","hookInstance":"x","context":{"actor":[{"value":"$ACTOR"}],"patientId":[{"value":"a"}],"purposeOfUse":7}}""")]
    [InlineData("""{"hook":"patient-consent-consult","hookInstance":"x","context":{"actor":[{"value":"$ACTOR"}],"patientId":[{"value":"a"}],"consent":[{"resourceType":"Consent"}]}}""")]
    [InlineData("""{"hook":"patient-consent-consult","hookInstance":"x","context":{"actor":[{"value":"$ACTOR"}],"patientId":[{"value":"a"}],"category":[{"system":"a","code":"b"}]}}""")]
    [InlineData("""{"hook":"patient-consent-consult","hookInstance":"x","context":{"actor":[{"value":"$ACTOR"}],"patientId":[{"value":"a"}],"class":[{"system":"a","code":"b"}]}}""")]
    [InlineData("""{"hook":"patient-consent-consult","hookInstance":"x","context":{"actor":[{"value":"$ACTOR"}],"patientId":[{"value":"a"}],"content":{"resourceType":"Bundle"}}}""")]
    [InlineData("""{"hook":"patient-consent-consult","hookInstance":"x","context":{"actor":[{"value":"$ACTOR"}],"patientId":[{"value":"a"}],"content":{"resourceType":"Bundle","entry":[{}]}}}""")]
    [InlineData("""{"hook":"patient-consent-consult","hookInstance":"x\ud800","context":{"actor":[{"value":"$ACTOR"}],"patientId":[{"value":"a"}]}}""")]
    public async Task WhatIsNotUnderstoodIsRefused(string body)
    {
        var doctor = await server.AddDoctorAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await doctor.Client.PostAsync(Consult, body.Replace("$ACTOR", doctor.Reference))).Status);
    }

    [Fact]
    public async Task TheSharedExamplesAreAnsweredToWhoTheyAreAbout()
    {
        var folder = Repository.SharedData("consent/asu-shares-cds");
        var doctor = await server.AddDoctorAsync();
        foreach (var file in Directory.GetFiles(folder, "*.json"))
        {
            var request = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
            Assert.Equal(HttpStatusCode.Forbidden, (await doctor.Client.PostAsync(Consult, request.ToJsonString())).Status);
            request["context"]!["actor"]![0]!["value"] = doctor.Reference;
            var answer = await doctor.Client.PostAsync(Consult, request.ToJsonString());
            Assert.Equal((HttpStatusCode.OK, "NO_CONSENT"), (answer.Status, (string)answer.Json["cards"]![0]!["summary"]!));
        }
    }

    private static string Ask(string actor, string patient, string more = "") =>
        $$$"""{"hook":"patient-consent-consult","hookInstance":"d1577c69","context":{"actor":[{"value":"{{{actor}}}"}],"patientId":[{"value":"Patient/{{{patient}}}"}]{{{more}}}}}""";

    private static Task<JsonNode> CardAsync(TestPerson caller, string actor, string patient, params IEnumerable<string> content) =>
        CardAsync(caller, Ask(actor, patient, $$$""","content":{"resourceType":"Bundle","entry":[{{{string.Join(',', content.Select(each => $$$"""{"resource":{{{each}}}}"""))}}}]}"""));

    private static async Task<JsonNode> CardAsync(TestPerson caller, string body)
    {
        var answer = await caller.Client.PostAsync(Consult, body);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return Assert.Single(answer.Json["cards"]!.AsArray())!;
    }
}
