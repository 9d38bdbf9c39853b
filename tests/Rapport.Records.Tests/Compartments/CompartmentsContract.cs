using System.Text;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

public abstract class CompartmentsContract(TestDatabase test) : RecordsContract(test)
{
    [Fact]
    public async Task A_new_record_is_a_Patient_without_a_name_and_a_ledger_that_begins()
    {
        var maya = await NewPatientAsync();
        var answer = await maya.Own.QueryAsync(new RecordQuery.Everything(), Cancel);
        var entry = Assert.Single(answer.Entries);
        Assert.Equal(("Patient", maya.Id.ToString(), 1, Clock.GetUtcNow()), (entry.ResourceType, entry.Id, entry.Version, entry.LastUpdated));
        Assert.Equal(
            $$$"""{"resourceType":"Patient","id":"{{{maya.Id}}}","meta":{"versionId":"1","lastUpdated":"{{{FhirTime.Instant(Clock.GetUtcNow())}}}"}}""",
            Encoding.UTF8.GetString(answer.ReadBody(0)));
        var row = Assert.Single(await maya.ReadLedgerAsync());
        Assert.Equal((0L, LedgerKind.Created, maya.Reference, "Maya Ortiz", 1), (row.Index, row.Details!.Kind, row.Details.Actor, row.Details.ActorName, row.Details.EntryCount));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task A_record_opens_for_its_owner_alone()
    {
        var maya = await NewPatientAsync();
        var mallory = NewDoctor("Mallory");
        Assert.Null(await Records.Compartments.OpenOwnAsync(maya.Id, mallory, Cancel));
        Assert.Null(await Records.Compartments.OpenOwnAsync(maya.Id, mallory with { Reference = maya.Owner.Reference, RecipientReferences = [maya.Reference] }, Cancel));
        Assert.Null(await Records.Compartments.OpenOwnAsync(PatientId.New(), maya.Owner, Cancel));
        Assert.NotNull(await Records.Compartments.OpenOwnAsync(maya.Id, maya.Owner, Cancel));
        Assert.NotNull(await OtherNode.Compartments.OpenOwnAsync(maya.Id, maya.Owner, Cancel));
    }

    [Fact]
    public async Task What_was_written_is_there_byte_for_byte_after_opening_the_records_anew()
    {
        var maya = await NewPatientAsync();
        var pulse = await maya.AddAsync(Make.Observation(maya, value: 1.00m));
        var written = await maya.Own.QueryAsync(new RecordQuery.ById("Observation", pulse), Cancel);
        var consent = await maya.ConsentAsync(Make.Permit(maya, NewDoctor().Reference));
        var again = await OpenAsync(maya, await OpenNodeAsync());
        var read = await again.Own.QueryAsync(new RecordQuery.ById("Observation", pulse), Cancel);
        Assert.Equal(written.ReadBody(0), read.ReadBody(0));
        Assert.Equal(written.Entries[0] with { Labels = [] }, read.Entries[0] with { Labels = [] });
        Assert.Equal(maya.IdOf(consent), Assert.Single(await again.Own.ConsentsAsync(Cancel)).Entry.Id);
        var source = Assert.Single(await again.Own.SourcesAsync(Cancel));
        Assert.Equal(("file", "lab results.json", maya.Reference, read.Entries[0].Source), (source.Description.Kind, source.Description.Name, source.GatheredBy, source.Number));
        Assert.Equal([LedgerKind.Consented, LedgerKind.Gathered, LedgerKind.Created], (await again.ReadLedgerAsync()).Select(static r => r.Details!.Kind));
        await again.VerifyAsync();
    }

    [Fact]
    public async Task Who_shares_with_me_is_known_by_any_of_my_references_while_it_lasts()
    {
        var maya = await NewPatientAsync();
        var noor = await NewPatientAsync("Noor Haddad");
        var lee = NewDoctor("Dr Lee", $"Organization/{OrganisationId.New()}");
        var permit = Make.Permit(maya, lee.Reference);
        var consent = await maya.ConsentAsync(permit);
        await noor.ConsentAsync(Make.Consent(noor, Make.Provision("permit", lee.RecipientReferences[1], from: Day(10), until: Day(15))));
        var shared = Assert.Single((await OtherNode.Compartments.SharedWithAsync(lee, null, 100, Cancel)).Records);
        Assert.Equal((maya.Id, "Maya Ortiz", (DateTimeOffset?)null, true), (shared.Patient, shared.PatientName, shared.Until, shared.TellsOfMore));
        Assert.Empty((await Records.Compartments.SharedWithAsync(NewDoctor("Dr Osei"), null, 100, Cancel)).Records);
        Clock.Advance(TimeSpan.FromDays(10));
        Assert.Equal(["Maya Ortiz", "Noor Haddad"], (await Records.Compartments.SharedWithAsync(lee, null, 100, Cancel)).Records.Select(static r => r.PatientName));
        Clock.Advance(TimeSpan.FromDays(10));
        await maya.RevokeAsync(consent, permit);
        Assert.Empty((await OtherNode.Compartments.SharedWithAsync(lee, null, 100, Cancel)).Records);
    }

    [Fact]
    public async Task However_many_share_with_me_all_of_them_are_found_page_by_page_and_each_by_itself()
    {
        var lee = NewDoctor("Dr Lee", $"Organization/{OrganisationId.New()}");
        List<PatientId> sharers = [];
        for (var i = 0; i < 11; i++)
        {
            var patient = await NewPatientAsync($"Patient {i % 3}");
            foreach (var reference in lee.RecipientReferences.Take(1 + (i % 2)))
            {
                await patient.ConsentAsync(Make.Permit(patient, reference));
            }

            sharers.Add(patient.Id);
        }

        var stranger = await NewPatientAsync();
        List<PatientId> found = [];
        List<int> pages = [];
        PatientId? after = null;
        do
        {
            var page = await OtherNode.Compartments.SharedWithAsync(lee, after, 4, Cancel);
            found.AddRange(page.Records.Select(static r => r.Patient));
            pages.Add(page.Records.Count);
            Assert.Equal(page.Records.Select(static r => r.PatientName).Order(), page.Records.Select(static r => r.PatientName));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal([4, 4, 3], pages);
        Assert.Equal(sharers.Select(static s => s.ToString()).Order(), found.Select(static f => f.ToString()).Order());
        var alone = await OtherNode.Compartments.FindSharedAsync(lee, sharers[4], Cancel);
        Assert.Equal((sharers[4], "Patient 1", (DateTimeOffset?)null), (alone!.Patient, alone.PatientName, alone.Until));
        Assert.Single(alone.Agreements);
        Assert.Null(await OtherNode.Compartments.FindSharedAsync(lee, stranger.Id, Cancel));
        Assert.Null(await OtherNode.Compartments.FindSharedAsync(lee, PatientId.New(), Cancel));
        Assert.Null(await OtherNode.Compartments.FindSharedAsync(NewDoctor(), sharers[4], Cancel));
    }

    [Fact]
    public async Task What_was_agreed_with_me_is_told_as_it_was_agreed_whatever_the_record_holds()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor("Dr Lee", $"Organization/{OrganisationId.New()}");
        var quiet = Make.Consent(maya, Make.Provision("permit", lee.Reference, types: ["Condition", "Observation"], until: Day(20)));
        quiet["extension"] = new JsonArray(new JsonObject { ["url"] = Rapport.Consent.PatientConsent.QuietAboutMore, ["valueBoolean"] = true });
        var consent = await maya.ConsentAsync(quiet);

        var alone = await OtherNode.Compartments.FindSharedAsync(lee, maya.Id, Cancel);
        Assert.False(alone!.TellsOfMore);
        Assert.Equal(["Condition", "Observation"], Assert.Single(alone.Agreements).Types);
        Assert.NotNull(alone.Since);

        // Two agreements, one of them by the organisation: the newest first, and one that tells is enough.
        Clock.Advance(TimeSpan.FromHours(1));
        await maya.ConsentAsync(Make.Permit(maya, lee.RecipientReferences[1]));
        var both = await OtherNode.Compartments.FindSharedAsync(lee, maya.Id, Cancel);
        Assert.True(both!.TellsOfMore);
        Assert.Equal([0, 2], both.Agreements.Select(static agreement => agreement.Types.Count));

        // What ended is not told any more.
        await maya.RevokeAsync(consent, quiet);
        Assert.Empty(Assert.Single((await OtherNode.Compartments.FindSharedAsync(lee, maya.Id, Cancel))!.Agreements).Types);
    }

    [Fact]
    public void A_label_of_a_name_alone_is_read_as_it_was_written()
    {
        Assert.Equal("Maya Ortiz", SharingLabel.Decode("Maya Ortiz"u8).Name);
        Assert.Equal("Maya Ortiz", SharingLabel.Decode(new SharingLabel("Maya Ortiz", []).Encode()).Name);
    }

    [Fact]
    public async Task A_damaged_sharing_row_does_not_hide_the_others()
    {
        var lee = NewDoctor();
        var maya = await NewPatientAsync();
        var noor = await NewPatientAsync("Noor Haddad");
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        await noor.ConsentAsync(Make.Permit(noor, lee.Reference));
        await Rows.ChangeAsync(Test.Database, "UPDATE sharing SET label = @bytes WHERE patient_id = @patient", new { patient = maya.Id.ToString(), bytes = new byte[40] });
        Assert.Equal([noor.Id], (await Records.Compartments.SharedWithAsync(lee, null, 100, Cancel)).Records.Select(static r => r.Patient));
        Assert.NotEmpty(await maya.Own.CheckAsync(Cancel));
        Assert.Empty(await noor.Own.CheckAsync(Cancel));
    }
}

public sealed class CompartmentsOnSqlite(SqliteTestDatabase test) : CompartmentsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class CompartmentsOnPostgres(PostgresTestDatabase test) : CompartmentsContract(test), IClassFixture<PostgresTestDatabase>;
