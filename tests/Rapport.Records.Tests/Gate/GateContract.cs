using System.Text;
using Rapport.Data;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

public abstract class GateContract(TestDatabase test) : RecordsContract(test)
{
    [Fact]
    public async Task Without_a_consent_nothing_leaves_and_nothing_is_recorded()
    {
        var maya = await NewPatientAsync();
        var pulse = await maya.AddAsync(Make.Observation(maya));
        var before = (await maya.ReadLedgerAsync()).Count;
        foreach (var query in EveryQuery(pulse))
        {
            Assert.Null(await AskAsync(NewDoctor(), maya, query));
        }

        Assert.Equal(before, (await maya.ReadLedgerAsync()).Count);
    }

    [Fact]
    public async Task What_is_not_permitted_looks_like_what_does_not_exist()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var ids = await maya.AddAsync([Make.Observation(maya), Make.Condition(maya)]);
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", lee.Reference, types: ["Observation"])));
        var before = (await maya.ReadLedgerAsync()).Count;
        RecordQuery[] queries =
        [
            new RecordQuery.ById("Condition", ids[1]), new RecordQuery.ById("Condition", LocalId.New()), new RecordQuery.ById("Condition", ids[1], 1),
            new RecordQuery.ById("Condition", ids[0]), new RecordQuery.ById("Observation", ids[0], 2), new RecordQuery.ById("Patient", null),
            new RecordQuery.History("Condition", ids[1]), new RecordQuery.History("Condition", LocalId.New()),
            Search("Condition"), Search("Condition", "_summary=count"), Search("Condition", $"_id={maya.IdOf(ids[1])}"), Search("Observation", "code=no-such"),
        ];
        foreach (var query in queries)
        {
            Assert.Null(await AskAsync(lee, maya, query));
        }

        Assert.Null(await Records.Gate.DiscloseAsync(new DisclosureAsk(lee, PatientId.New(), "TREAT", Search("Observation")), Cancel));
        Assert.Equal(before, (await maya.ReadLedgerAsync()).Count);
    }

    [Fact]
    public async Task A_consent_permits_exactly_its_types()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var ids = await maya.AddAsync([Make.Observation(maya), Make.Condition(maya), Make.Encounter(maya), Make.Observation(maya, code: "8480-6")]);
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", lee.Reference, types: ["Observation", "Encounter"])));
        Assert.Equal(Sorted(maya, ids[0], ids[2], ids[3]), Ids(await AskAsync(lee, maya, new RecordQuery.Everything())).Order());
        Assert.Equal([maya.IdOf(ids[0]), maya.IdOf(ids[3])], Ids(await AskAsync(lee, maya, Search("Observation"))));
    }

    [Fact]
    public async Task Sensitive_entries_stay_home_unless_a_consent_names_their_label()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var osei = NewDoctor("Dr Osei");
        var ids = await maya.AddAsync([Make.Observation(maya), Make.Condition(maya, labels: ["PSY"]), Make.Condition(maya, labels: ["HIV"]), Make.Condition(maya, labels: ["PSY", "HIV"])]);
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", osei.Reference, labels: ["PSY"])));
        var forLee = Ids(await AskAsync(lee, maya, new RecordQuery.Everything()));
        Assert.Equal(Sorted(maya, ids[0], null), forLee.Order());
        Assert.Equal([maya.IdOf(ids[1])], Ids(await AskAsync(osei, maya, new RecordQuery.Everything())));
    }

    [Fact]
    public async Task An_entry_is_as_sensitive_as_what_it_holds()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var container = Make.Observation(maya);
        var contained = Make.Observation(maya, labels: ["PSY"]);
        contained["id"] = "inner";
        container["contained"] = new System.Text.Json.Nodes.JsonArray(contained);
        var bundle = new System.Text.Json.Nodes.JsonObject
        {
            ["resourceType"] = "Bundle",
            ["type"] = "collection",
            ["entry"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["resource"] = Make.Condition(maya, labels: ["HIV"]) }),
        };
        await maya.AddAsync([container, bundle]);
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        Assert.Equal([maya.Id.ToString()], Ids(await AskAsync(lee, maya, new RecordQuery.Everything())));
    }

    [Theory]
    [InlineData("https://terminology.hl7.org/CodeSystem/v3-ActCode", "PSY")]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-ActCode/", "PSY")]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-ActCode|2.0", "PSY")]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-ActCode", null)]
    public async Task A_label_written_carelessly_still_keeps_an_entry_home(string system, string? code)
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var observation = Make.Observation(maya);
        var label = new System.Text.Json.Nodes.JsonObject { ["system"] = system, ["display"] = "psychiatry" };
        if (code is not null)
        {
            label["code"] = code;
        }

        observation["meta"] = new System.Text.Json.Nodes.JsonObject { ["security"] = new System.Text.Json.Nodes.JsonArray(label) };
        await maya.AddAsync(observation);
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        Assert.Null(await AskAsync(lee, maya, Search("Observation")));
    }

    [Fact]
    public async Task A_search_by_reference_does_not_tell_whether_what_stays_home_is_there()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var encounter = await maya.AddAsync(Make.Encounter(maya));
        var here = Make.Observation(maya);
        here["encounter"] = Make.Reference($"Encounter/{maya.IdOf(encounter)}");
        var nowhere = LocalId.New();
        var dangling = Make.Observation(maya);
        dangling["encounter"] = Make.Reference($"Encounter/{maya.IdOf(nowhere)}");
        await maya.AddAsync([here, dangling]);
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", lee.Reference, types: ["Observation"])));
        Assert.Single(Ids(await AskAsync(lee, maya, Search("Observation", $"encounter=Encounter/{maya.IdOf(encounter)}"))));
        Assert.Single(Ids(await AskAsync(lee, maya, Search("Observation", $"encounter=Encounter/{maya.IdOf(nowhere)}"))));
    }

    [Fact]
    public async Task A_period_of_the_data_permits_exactly_what_happened_in_it()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var ids = await maya.AddAsync([Make.Observation(maya, date: "2024-12-31"), Make.Observation(maya, date: "2025-06"), Make.Observation(maya, date: null), Make.Condition(maya, onset: "2026-01-01")]);
        var provision = Make.Provision("permit", lee.Reference);
        provision["dataPeriod"] = new System.Text.Json.Nodes.JsonObject { ["start"] = "2025-01-01", ["end"] = "2025-12-31" };
        await maya.ConsentAsync(Make.Consent(maya, provision));
        Assert.Equal([maya.IdOf(ids[1])], Ids(await AskAsync(lee, maya, new RecordQuery.Everything())));
    }

    [Fact]
    public async Task A_disclosure_is_in_the_database_before_it_is_there()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var ids = await maya.AddAsync([Make.Observation(maya), Make.Observation(maya, code: "8480-6"), Make.Condition(maya)]);
        var consent = await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", lee.Reference, types: ["Observation"])));
        var disclosure = await AskAsync(lee, maya, Search("Observation"), "CAREMGT");
        Assert.NotNull(disclosure);

        // Another node, with connections of its own, reads what is committed.
        var row = (await (await OpenAsync(maya, OtherNode)).ReadLedgerAsync())[0];
        var details = row.Details!;
        Assert.Equal(disclosure.LedgerIndex, row.Index);
        Assert.Equal(Clock.GetUtcNow(), row.Leaf.Time);
        Assert.Equal((LedgerKind.Disclosed, lee.Reference, "Dr Lee", "CAREMGT", 2, "search"), (details.Kind, details.Actor, details.ActorName, details.Purpose, details.EntryCount, details.Note));
        Assert.Equal([maya.IdOf(consent)], details.Consents);
        Assert.Equal(ids.Take(2).Select(maya.IdOf), maya.Own.EntriesOf(details).Select(static e => e.Id));
        Assert.Equal(ids.Take(2).Select(maya.IdOf), maya.Own.ReadEntriesOf(details, 10).Select(static e => e.Resource.Id));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task The_digest_is_over_the_salt_and_each_entry_with_its_number()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var ids = await maya.AddAsync([Make.Observation(maya), Make.Condition(maya), Make.Observation(maya, code: "8480-6")]);
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        foreach (RecordQuery query in new RecordQuery[] { new RecordQuery.ById("Observation", ids[0]), Search("Observation", "_sort=-date"), new RecordQuery.Timeline() })
        {
            var disclosure = (await AskAsync(lee, maya, query))!;
            var details = (await maya.ReadLedgerAsync())[0].Details!;

            // Entry numbers count from 1 in the order of writing, which is that of lastUpdated, ties by the order in their gathering: Patient 1, then 2 to 4.
            var numbers = disclosure.Entries.Select(e => e.ResourceType == "Patient" ? 1 : 2 + ids.ToList().FindIndex(id => maya.IdOf(id) == e.Id)).ToList();
            using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
            hash.AppendData(details.Salt.Span);
            foreach (var (number, index) in numbers.Select((n, i) => (n, i)).OrderBy(static p => p.n))
            {
                hash.AppendData([0, 0, 0, 0, 0, 0, 0, (byte)number]);
                hash.AppendData(System.Security.Cryptography.SHA256.HashData(disclosure.ReadBody(index)));
            }

            Assert.Equal(hash.GetHashAndReset(), details.Digest.ToArray());
        }
    }

    [Fact]
    public async Task The_ledger_never_tells_what_was_searched_for()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync(Make.Observation(maya, code: "55277-8"));
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", lee.Reference, labels: ["HIV"])));
        Assert.NotNull(await AskAsync(lee, maya, Search("Observation", "code=55277-8")));
        Assert.DoesNotContain("55277-8", Encoding.UTF8.GetString((await maya.ReadLedgerAsync())[0].Details!.Encode()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_count_is_recorded_and_counts_only_what_is_permitted()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync([Make.Observation(maya), Make.Observation(maya), Make.Observation(maya, labels: "PSY")]);
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var disclosure = (await AskAsync(lee, maya, Search("Observation", "_summary=count")))!;
        Assert.Equal((2, 0), (disclosure.Total, disclosure.Count));
        var details = (await maya.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Disclosed, 0, "count"), (details.Kind, details.EntryCount, details.Note));
        Assert.Single(details.Consents);
    }

    [Fact]
    public async Task A_revoked_consent_permits_nothing_any_more()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var pulse = await maya.AddAsync(Make.Observation(maya));
        var permit = Make.Permit(maya, lee.Reference);
        var consent = await maya.ConsentAsync(permit);
        Assert.NotNull(await AskAsync(lee, maya, new RecordQuery.ById("Observation", pulse)));
        await maya.RevokeAsync(consent, permit);
        foreach (var query in EveryQuery(pulse))
        {
            Assert.Null(await AskAsync(lee, maya, query));
        }

        var last = (await maya.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Revoked, maya.Reference, "inactive"), (last.Kind, last.Actor, last.Note));
        Assert.Equal([maya.IdOf(consent)], last.Consents);
        Assert.Equal(ConsentWriteStatus.Updated, (await maya.ReplaceConsentAsync(consent, permit)).Status);
        Assert.NotNull(await AskAsync(lee, maya, new RecordQuery.ById("Observation", pulse)));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Time_alone_begins_and_ends_what_is_shared()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var read = new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya)));
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", lee.Reference, from: Day(1), until: Day(2))));
        Assert.Null(await AskAsync(lee, maya, read));
        Clock.Advance(Clock.GetUtcNow().Date.AddDays(1) - Clock.GetUtcNow().UtcDateTime - TimeSpan.FromMilliseconds(1));
        Assert.Null(await AskAsync(lee, maya, read));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await AskAsync(lee, maya, read));
        Clock.Advance(TimeSpan.FromDays(2) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await AskAsync(lee, maya, read));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await AskAsync(lee, maya, read));
    }

    [Fact]
    public async Task Who_leaves_an_organisation_sees_nothing_of_what_it_was_given()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor("Dr Lee", "Organization/clinic");
        var left = lee with { RecipientReferences = [lee.Reference] };
        var moved = lee with { RecipientReferences = [lee.Reference, "Organization/elsewhere"] };
        var read = new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya)));
        await maya.ConsentAsync(Make.Permit(maya, "Organization/clinic"));
        Assert.NotNull(await AskAsync(lee, maya, read));
        Assert.Null(await AskAsync(left, maya, read));
        Assert.Null(await AskAsync(moved, maya, read));
        Assert.NotNull(await AskAsync(lee with { RecipientReferences = [.. lee.RecipientReferences] }, maya, read));
    }

    [Fact]
    public async Task A_purpose_that_no_consent_permits_gets_nothing()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var read = new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya)));
        var provision = Make.Provision("permit", lee.Reference);
        provision["purpose"] = new System.Text.Json.Nodes.JsonArray(Make.Coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", "TREAT"));
        await maya.ConsentAsync(Make.Consent(maya, provision));
        Assert.NotNull(await AskAsync(lee, maya, read));
        Assert.Null(await AskAsync(lee, maya, read, "HMARKT"));
    }

    [Fact]
    public async Task A_deny_beats_a_permit_and_the_reason_tells_the_consent()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var ids = await maya.AddAsync([Make.Observation(maya), Make.Condition(maya)]);
        var permit = await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("deny", lee.Reference, types: ["Condition"])));
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.ById("Condition", ids[1])));
        var disclosure = (await AskAsync(lee, maya, new RecordQuery.ById("Observation", ids[0])))!;
        Assert.Equal([maya.IdOf(permit)], disclosure.ReasonFor(0).Consents);
        Assert.True(disclosure.ReasonFor(0).Permitted);
    }

    [Fact]
    public async Task Withholding_what_somebody_wrote_finds_authors_that_no_search_parameter_knows()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var recorded = Make.Condition(maya);
        recorded["recorder"] = Make.Reference("Practitioner/ex");
        var kept = await maya.AddAsync(recorded);
        var told = await maya.AddAsync(Make.Observation(maya));
        var free = await maya.AddAsync(Make.Observation(maya));
        await maya.AddAsync(new System.Text.Json.Nodes.JsonObject
        {
            ["resourceType"] = "Provenance",
            ["target"] = new System.Text.Json.Nodes.JsonArray(Make.Reference($"Observation/{maya.IdOf(told)}")),
            ["recorded"] = "2026-02-03T04:05:06Z",
            ["agent"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["who"] = Make.Reference("Practitioner/ex") }),
        });
        var deny = Make.Provision("deny", lee.Reference);
        deny["data"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["meaning"] = "authoredby", ["reference"] = Make.Reference("Practitioner/ex") });
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        await maya.ConsentAsync(Make.Consent(maya, deny));
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.ById("Condition", kept)));
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.ById("Observation", told)));
        Assert.NotNull(await AskAsync(lee, maya, new RecordQuery.ById("Observation", free)));
    }

    [Fact]
    public async Task A_consent_in_a_gathering_decides_nothing()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var ids = await maya.AddAsync([Make.Observation(maya), Make.Permit(maya, lee.Reference)]);
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.ById("Observation", ids[0])));
        Assert.Empty(await maya.Own.ConsentsAsync(Cancel));
        Assert.Empty((await Records.Compartments.SharedWithAsync(lee, null, 100, Cancel)).Records);
    }

    [Fact]
    public async Task Everyone_asks_at_once_and_each_answer_has_its_own_place_in_the_ledger()
    {
        var patients = new[] { await NewPatientAsync(), await NewPatientAsync("Noor Haddad"), await NewPatientAsync("Ada Quist") };
        var lee = NewDoctor();
        List<RecordQuery> reads = [];
        foreach (var patient in patients)
        {
            reads.Add(new RecordQuery.ById("Observation", await patient.AddAsync(Make.Observation(patient))));
            await patient.ConsentAsync(Make.Permit(patient, lee.Reference));
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(
            async () => (Patient: i % 3, Index: (await AskAsync(lee, patients[i % 3], reads[i % 3], node: i % 2 == 0 ? Records : OtherNode))!.LedgerIndex))));
        for (var p = 0; p < patients.Length; p++)
        {
            // Created, gathered and consented come first; a hundred disclosures follow without a gap.
            Assert.Equal(Enumerable.Range(3, 100).Select(static i => (long)i), answers.Where(a => a.Patient == p).Select(static a => a.Index).Order());
            await patients[p].VerifyAsync();
        }
    }

    [Fact]
    public async Task A_damaged_ledger_refuses_its_own_patient_alone()
    {
        var maya = await NewPatientAsync();
        var noor = await NewPatientAsync("Noor Haddad");
        var lee = NewDoctor();
        RecordQuery[] reads = [new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya))), new RecordQuery.ById("Observation", await noor.AddAsync(Make.Observation(noor)))];
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        await noor.ConsentAsync(Make.Permit(noor, lee.Reference));

        // Both are in this node's memory, so that they meet in one batch; then the other node moves both heads, so that they are read again.
        Assert.NotNull(await AskAsync(lee, maya, reads[0]));
        Assert.NotNull(await AskAsync(lee, noor, reads[1]));
        Assert.NotNull(await AskAsync(lee, maya, reads[0], node: OtherNode));
        Assert.NotNull(await AskAsync(lee, noor, reads[1], node: OtherNode));
        await Rows.ChangeAsync(Test.Database, "UPDATE compartment SET ledger_frontier = @bytes WHERE patient_id = @patient", new { patient = maya.Id.ToString(), bytes = new byte[60] });
        var asks = Enumerable.Range(0, 40).Select(i => Task.Run(() => AskAsync(lee, i % 2 == 0 ? maya : noor, reads[i % 2]))).ToList();
        for (var i = 0; i < asks.Count; i++)
        {
            if (i % 2 == 0)
            {
                await Assert.ThrowsAsync<SealBrokenException>(() => asks[i]);
            }
            else
            {
                Assert.NotNull(await asks[i]);
            }
        }

        await noor.VerifyAsync();
    }

    [Fact]
    public async Task A_consent_whose_row_was_dropped_refuses_and_does_not_hang()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var read = new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya)));
        var permit = Make.Permit(maya, lee.Reference);
        var consent = await maya.ConsentAsync(permit);
        Assert.NotNull(await AskAsync(lee, maya, read));
        await (await OpenAsync(maya, OtherNode)).RevokeAsync(consent, permit);
        await Rows.ChangeAsync(Test.Database, "DELETE FROM entry WHERE patient_id = @patient AND seq = 4", new { patient = maya.Id.ToString() });
        await Assert.ThrowsAsync<InvalidDataException>(() => AskAsync(lee, maya, read));
        await Assert.ThrowsAsync<InvalidDataException>(() => maya.Own.QueryAsync(read, Cancel));
    }

    [Fact]
    public async Task A_record_whose_head_row_was_dropped_refuses_and_does_not_hang()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var read = new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya)));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        Assert.NotNull(await AskAsync(lee, maya, read));
        Assert.NotNull(await AskAsync(lee, maya, read, node: OtherNode));
        await Rows.ChangeAsync(Test.Database, "DELETE FROM compartment WHERE patient_id = @patient", new { patient = maya.Id.ToString() });
        await Assert.ThrowsAsync<InvalidDataException>(() => AskAsync(lee, maya, read));
        Assert.Null(await AskAsync(lee, maya, read));
        await Assert.ThrowsAsync<InvalidDataException>(() => AskAsync(lee, maya, read, node: OtherNode));
    }

    private static RecordQuery[] EveryQuery(LocalId local) =>
    [
        new RecordQuery.ById("Observation", local), new RecordQuery.ById("Observation", local, 1), new RecordQuery.ById("Patient", null), new RecordQuery.History("Observation", local),
        Search("Observation"), Search("Observation", "_summary=count"), new RecordQuery.Everything(), new RecordQuery.Timeline(),
    ];

    /// <summary>Whole ids in order; null is the Patient.</summary>
    private static IEnumerable<string> Sorted(TestPatient patient, params LocalId?[] ids) => ids.Select(id => id is { } local ? patient.IdOf(local) : patient.Id.ToString()).Order();
}

public sealed class GateOnSqlite(SqliteTestDatabase test) : GateContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class GateOnPostgres(PostgresTestDatabase test) : GateContract(test), IClassFixture<PostgresTestDatabase>;
