using System.Text;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

public abstract class EmergencyDoorContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly RecordQuery Everything = new RecordQuery.Everything();

    [Fact]
    public async Task Who_opens_it_sees_what_saves_a_life_and_nothing_else()
    {
        var maya = await NewPatientAsync();
        var (lee, other) = (NewDoctor(), NewDoctor("Dr Osei"));
        var ids = await maya.AddAsync([
            Make.Observation(maya), Make.Observation(maya, date: "2019-02-03"), Make.Condition(maya), Make.Condition(maya, labels: ["PSY"]), Make.Encounter(maya),
            Paper(maya, "42348-3", "R"), Paper(maya, "34133-9"), Paper(maya, "34133-9", "R"), Directive(maya)]);
        await maya.ConsentAsync(Make.Permit(maya, other.Reference));
        Assert.Null(await AskAsync(lee, maya, Everything, "BTG"));
        Assert.Equal(Clock.GetUtcNow().AddHours(4), await OpenAsync(lee, maya));

        var seen = Ids(await AskAsync(lee, maya, Everything, "BTG"));
        Assert.Equal(new[] { maya.Id.ToString(), maya.IdOf(ids[0]), maya.IdOf(ids[2]), maya.IdOf(ids[5]), maya.IdOf(ids[8]) }.Order(), seen.Order());
        Assert.Null(await AskAsync(lee, maya, Everything));
        Assert.Null(await AskAsync(NewDoctor("Dr No"), maya, Everything, "BTG"));
    }

    [Fact]
    public async Task The_ledger_tells_of_it_before_anything_is_seen()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync(Make.Condition(maya));
        await OpenAsync(lee, maya, "found without consciousness");
        var row = (await maya.ReadLedgerAsync())[0];
        Assert.Equal((LedgerKind.BrokeGlass, lee.Reference, "Dr Lee", "BTG", "found without consciousness"), (row.Details!.Kind, row.Details.Actor, row.Details.ActorName, row.Details.Purpose, row.Details.Note));
        var opened = Assert.Single(await maya.Own.ConsentsAsync(Cancel));
        Assert.Equal([opened.Entry.Id], row.Details.Consents);
        Assert.Equal("found without consciousness", opened.Consent.BrokeGlassFor);
        Assert.Equal(["Organization/hill"], opened.Consent.Organizations);
        Assert.Empty(opened.Consent.Problems);

        await AskAsync(lee, maya, Everything, "BTG");
        var look = (await maya.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Disclosed, "BTG"), (look.Kind, look.Purpose));
        Assert.Equal([opened.Entry.Id], look.Consents);
        var shared = await Records.Compartments.FindSharedAsync(lee, maya.Id, Cancel);
        Assert.Equal(("Maya Ortiz", Clock.GetUtcNow().AddHours(4)), (shared!.PatientName, shared.Until));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task It_closes_by_itself_and_when_the_patient_stops_it()
    {
        var maya = await NewPatientAsync();
        var (lee, osei) = (NewDoctor(), NewDoctor("Dr Osei"));
        await maya.AddAsync(Make.Condition(maya));
        await OpenAsync(lee, maya);
        Clock.Advance(TimeSpan.FromHours(4) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await AskAsync(lee, maya, Everything, "BTG"));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await AskAsync(lee, maya, Everything, "BTG"));

        var opening = await OpenAsync(osei, maya, node: OtherNode);
        Assert.NotNull(opening);
        Assert.NotNull(await AskAsync(osei, maya, Everything, "BTG"));
        var opened = (await maya.Own.ConsentsAsync(Cancel)).Single(consent => consent.Consent.Recipients.Contains(osei.Reference));
        var ended = JsonNode.Parse(opened.Resource.Json.Span)!.AsObject();
        ended["status"] = "inactive";
        Assert.Equal(ConsentWriteStatus.Updated, (await maya.ReplaceConsentAsync(LocalId.Parse(opened.Entry.Id.AsSpan(PatientId.TextLength + 1)), ended)).Status);
        Assert.Null(await AskAsync(osei, maya, Everything, "BTG", OtherNode));
    }

    [Fact]
    public async Task Whom_nobody_vouches_for_any_more_is_out()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor("Dr Lee", "PractitionerRole/lee");
        await maya.AddAsync(Make.Condition(maya));
        await OpenAsync(lee, maya);
        Assert.NotNull(await AskAsync(lee, maya, Everything, "BTG"));
        var left = lee with { RecipientReferences = [lee.Reference] };
        Assert.Null(await AskAsync(left, maya, Everything, "BTG"));
        Assert.Null(await AskAsync(left, maya, Everything, "BTG", OtherNode));
        Assert.Null(await Records.Compartments.FindSharedAsync(left, maya.Id, Cancel));
    }

    /// <summary>However it is closed: the consent that closes it may come from a program.</summary>
    [Fact]
    public async Task Closing_it_ends_who_is_inside()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync(Make.Condition(maya));
        await OpenAsync(lee, maya);
        Assert.NotNull(await AskAsync(lee, maya, Everything, "BTG"));
        await DecideAsync(maya, new EmergencyRule(true, []));
        Assert.Null(await AskAsync(lee, maya, Everything, "BTG"));
        Assert.Null(await AskAsync(lee, maya, Everything, "BTG", OtherNode));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task A_closed_door_looks_like_a_record_that_does_not_exist()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync(Make.Condition(maya));
        await DecideAsync(maya, new EmergencyRule(true, []));
        var before = (await maya.ReadLedgerAsync()).Count;
        Assert.Null(await OpenAsync(lee, maya, node: OtherNode));
        Assert.Null(await Records.EmergencyDoor.OpenAsync(Ask(lee, PatientId.New(), "a reason"), Cancel));
        Assert.Null(await AskAsync(lee, maya, Everything, "BTG"));
        Assert.Equal(before, (await maya.ReadLedgerAsync()).Count);
    }

    [Fact]
    public async Task What_the_patient_chose_beforehand_is_seen_too()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var ids = await maya.AddAsync([Make.Condition(maya), Make.Condition(maya, labels: ["PSY"]), Make.Condition(maya, labels: ["HIV"]), Make.Condition(maya, labels: ["HIV", "PSY"])]);
        var decided = await DecideAsync(maya, new EmergencyRule(false, ["PSY"]));
        Assert.Equal(["PSY"], decided.Consent.Emergency!.Labels);
        Assert.Empty(decided.Consent.Problems);
        Assert.Null(await AskAsync(lee, maya, Everything, "BTG"));
        await OpenAsync(lee, maya);
        Assert.Equal(new[] { maya.Id.ToString(), maya.IdOf(ids[0]), maya.IdOf(ids[1]) }.Order(), Ids(await AskAsync(lee, maya, Everything, "BTG")).Order());
    }

    [Fact]
    public async Task A_denial_of_the_patients_holds_in_an_emergency_too()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync(Make.Condition(maya));
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("deny", lee.Reference)));
        await OpenAsync(lee, maya);
        Assert.Null(await AskAsync(lee, maya, Everything, "BTG"));
    }

    [Fact]
    public async Task Opening_what_is_open_changes_nothing()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync(Make.Condition(maya));
        var until = await OpenAsync(lee, maya);
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(until, await OpenAsync(lee, maya, node: OtherNode));
        Assert.Single(await maya.Own.ConsentsAsync(Cancel));
        Clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(Clock.GetUtcNow().AddHours(4), await OpenAsync(lee, maya));
        Assert.Equal(2, (await maya.Own.ConsentsAsync(Cancel)).Count);
    }

    [Fact]
    public async Task One_does_not_break_ones_own_glass()
    {
        var maya = await NewPatientAsync();
        Assert.Null(await OpenAsync(maya.Owner, maya));
    }

    [Fact]
    public async Task An_erased_record_has_no_door()
    {
        var maya = await NewPatientAsync();
        await maya.Own.EraseAsync(Cancel);
        Assert.Null(await OpenAsync(NewDoctor(), maya));
        Assert.Null(await OpenAsync(NewDoctor(), maya, node: OtherNode));
    }

    [Fact]
    public async Task Whoever_comes_after_it_was_closed_stays_outside()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Condition(maya));
        var doctors = Enumerable.Range(0, 12).Select(i => NewDoctor($"Dr {i}")).ToList();
        var opening = doctors.Select((doctor, i) => Task.Run(() => OpenAsync(doctor, maya, node: i % 2 == 0 ? Records : OtherNode), Cancel)).ToList();
        await DecideAsync(maya, new EmergencyRule(true, []));
        var later = await Task.WhenAll(doctors.Select(async doctor => await OpenAsync(NewDoctor(doctor.Name), maya, node: OtherNode)));
        Assert.All(later, Assert.Null);
        var opened = (await Task.WhenAll(opening)).Count(until => until is not null);
        Assert.Equal(opened + 1, (await maya.Own.ConsentsAsync(Cancel)).Count);
        var kinds = (await maya.ReadLedgerAsync()).Select(row => row.Details!.Kind).TakeWhile(kind => kind != LedgerKind.Consented);
        Assert.DoesNotContain(LedgerKind.BrokeGlass, kinds);
    }

    private async Task<DateTimeOffset?> OpenAsync(Actor professional, TestPatient patient, string reason = "an accident", RecordsModule? node = null) =>
        (await (node ?? Records).EmergencyDoor.OpenAsync(Ask(professional, patient.Id, reason), Cancel))?.Until;

    private static EmergencyAsk Ask(Actor professional, PatientId patient, string reason) =>
        new(professional, professional.RecipientReferences[^1], patient, "Maya Ortiz", [("Organization/hill", "Hill Hospital")], reason, LocalId.New(), TimeSpan.FromHours(4));

    private async Task<StoredConsent> DecideAsync(TestPatient patient, EmergencyRule rule)
    {
        var written = await patient.Own.PutConsentAsync(null, Resource.Read(EmergencyConsent.Write(patient.Id, rule, Clock.GetUtcNow())), null, Cancel);
        Assert.Equal(ConsentWriteStatus.Created, written.Status);
        Assert.Empty(written.Warnings);
        return (await patient.Own.ConsentsAsync(Cancel)).Single(consent => consent.Entry.Id == written.Entry!.Id);
    }

    private static JsonObject Paper(TestPatient patient, string type, string? level = null)
    {
        var paper = new JsonObject
        {
            ["resourceType"] = "DocumentReference",
            ["status"] = "current",
            ["type"] = Make.Concept(Make.Loinc, type, null),
            ["subject"] = Make.Reference(patient.Reference),
            ["content"] = new JsonArray(new JsonObject { ["attachment"] = new JsonObject { ["contentType"] = "application/pdf", ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("paper")) } }),
        };
        if (level is not null)
        {
            paper["meta"] = new JsonObject { ["security"] = new JsonArray(Make.Coding("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", level)) };
        }

        return paper;
    }

    /// <summary>What a hospital wrote down of what the patient wants, which decides nothing here.</summary>
    private static JsonObject Directive(TestPatient patient) => new()
    {
        ["resourceType"] = "Consent",
        ["status"] = "active",
        ["scope"] = Make.Concept("http://terminology.hl7.org/CodeSystem/consentscope", "adr", null),
        ["category"] = new JsonArray(Make.Concept("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "dnr", null)),
        ["patient"] = Make.Reference(patient.Reference),
    };
}

public sealed class EmergencyDoorOnSqlite(SqliteTestDatabase test) : EmergencyDoorContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class EmergencyDoorOnPostgres(PostgresTestDatabase test) : EmergencyDoorContract(test), IClassFixture<PostgresTestDatabase>;
