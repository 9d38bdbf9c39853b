using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>A file decides nothing: only the patient's own consents are rules.</summary>
public sealed class Consents(SqliteTestDatabase test) : GatheringTest(test)
{
    private readonly Actor _doctor = NewDoctor();

    [Fact]
    public async Task A_consent_in_a_file_is_kept_and_has_no_effect()
    {
        var record = await NewRecordAsync();
        var result = await record.TakeAsync(Make.Collection(Make.Patient(), Make.Observation(), Make.Permit("Patient/p1", _doctor.Reference, "c1")));
        Assert.Equal(1, result.ConsentsKeptAsDocuments);
        Assert.Equal(record.Reference, Assert.Single(await record.ReadAsync("Consent")).GetProperty("patient").GetProperty("reference").GetString());
        Assert.Empty(await record.Own.ConsentsAsync(Cancel));
        Assert.False(await SeesAsync(record));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_does_not_change_a_consent_that_the_patient_made(bool narrow)
    {
        var record = await NewRecordAsync();
        await record.TakeAsync(Make.Collection(Make.Patient(), Make.Observation()));
        var made = Make.Permit(record.Reference, (narrow ? NewDoctor() : _doctor).Reference);
        var written = await record.Own.PutConsentAsync(null, Resource.Parse(System.Text.Encoding.UTF8.GetBytes(made.ToJsonString())).Resource!, null, Cancel);
        Assert.Equal(ConsentWriteStatus.Created, written.Status);
        var before = Assert.Single(await record.Own.ConsentsAsync(Cancel));
        var crafted = Make.Permit(record.Reference, _doctor.Reference, written.Entry!.Id);
        crafted["status"] = narrow ? "active" : "inactive";
        foreach (var fullUrl in new[] { null, $"https://rapport.example/fhir/Consent/{written.Entry.Id}", $"Consent/{written.Entry.Id}" })
        {
            var result = await record.ImportAsync(Make.Bundle("collection", Make.Entry(crafted, fullUrl)));
            Assert.Equal((ImportStatus.NothingNew, ImportedAs.LeftOut, 0), (result.Status, Assert.Single(result.Entries).As, result.ConsentsKeptAsDocuments));
        }

        // The same id on another type, and on the Patient.
        var other = await record.TakeAsync(Make.Collection(Make.Observation(written.Entry.Id, record.Reference)));
        Assert.NotEqual(written.Entry.Id, Assert.Single(other.Entries).Id);
        await record.ImportAsync(Make.Collection(Make.Patient(written.Entry.Id)));
        var after = Assert.Single(await record.Own.ConsentsAsync(Cancel));
        Assert.Equal((before.Entry.Id, 1), (after.Entry.Id, after.Entry.Version));
        Assert.Equal(before.Resource.Json.ToArray(), after.Resource.Json.ToArray());
        Assert.Equal(!narrow, await SeesAsync(record));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task What_a_server_says_about_the_exchange_is_left_out()
    {
        var record = await NewRecordAsync();
        var parameters = new System.Text.Json.Nodes.JsonObject { ["resourceType"] = "Parameters" };
        var result = await record.TakeAsync(Make.Collection(Make.Outcome(), Make.Patient(), parameters, Make.Observation()));
        Assert.Equal([ImportedAs.LeftOut, ImportedAs.Added, ImportedAs.LeftOut, ImportedAs.Added], result.Entries.Select(static e => e.As));
        Assert.Null(result.Entries[0].Id);
        Assert.Equal(["Observation", "Patient"], (await record.Own.OverviewAsync(Cancel)).ByType.Keys.Order());
        Assert.Equal(
            new Dictionary<string, int> { ["Added"] = 2, ["LeftOut"] = 2 },
            Assert.Single(await record.Own.SourcesAsync(Cancel)).Description.Tally);
    }

    private async Task<bool> SeesAsync(TestRecord record) =>
        await Records.Gate.DiscloseAsync(new DisclosureAsk(_doctor, record.Own.Patient, "TREAT", new RecordQuery.Everything()), Cancel) is { Total: > 0 };

    private static Actor NewDoctor()
    {
        var person = PersonId.New();
        return new Actor(person, $"Practitioner/{person}", "Dr Lee", [$"Practitioner/{person}"]);
    }
}
