using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>An input is about one patient, whether or not it brings their Patient resource.</summary>
public sealed class OnePatient(SqliteTestDatabase test) : GatheringTest(test)
{
    [Fact]
    public async Task Two_patients_are_refused()
    {
        var record = await NewRecordAsync();
        var issue = Assert.Single(await record.RefuseAsync(Make.Collection(Make.Patient(), Make.Patient("p2"))));
        Assert.Equal("Bundle.entry[1].resource", issue.Location);
        Assert.Contains("2 patients", issue.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Patient/p2")]
    [InlineData("https://north.example/fhir/Patient/p2")]
    [InlineData("Patient?identifier=https://north.example/mrn|18")]
    [InlineData("Patient?identifier=18")]
    public async Task A_resource_about_another_patient_is_refused(string other)
    {
        var record = await NewRecordAsync();
        var bundle = Make.Collection(Make.Patient(identifiers: (Make.Mrn, "17")), Make.Observation("1"), Make.Observation("2", other));
        var issue = Assert.Single(await record.RefuseAsync(bundle));
        Assert.Equal("Bundle.entry[2].resource", issue.Location);
        Assert.Contains($"`{other}`", issue.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_Patient_resource_the_one_patient_named_is_the_records_own()
    {
        var record = await NewRecordAsync();
        await record.TakeAsync(Make.Collection(Make.Observation("1", "Patient/9"), Make.Encounter("2", "Patient/9")));
        Assert.All(await record.ReadAsync("Observation"), o => Assert.Equal(record.Reference, Text(o, "subject")));
        Assert.All(await record.ReadAsync("Encounter"), o => Assert.Equal(record.Reference, Text(o, "subject")));
        Assert.Single(await record.ReadAsync("Patient"));
    }

    [Theory]
    [InlineData("Patient/{0}")]
    [InlineData("https://rapport.example/fhir/Patient/{0}")]
    public async Task A_subject_that_is_another_record_of_this_server_is_refused(string subject)
    {
        var record = await NewRecordAsync();
        var other = string.Format(null, subject, (await NewRecordAsync()).Patient);
        var issue = Assert.Single(await record.RefuseAsync(Make.Collection(Make.Observation("1", other))));
        Assert.Contains($"`{other}`", issue.Text, StringComparison.Ordinal);
        Assert.Single(await record.RefuseAsync(Make.Observation("1", other)));
    }

    [Fact]
    public async Task Without_a_Patient_resource_two_patients_named_are_refused()
    {
        var record = await NewRecordAsync();
        var issue = Assert.Single(await record.RefuseAsync(Make.Collection(Make.Observation("1", "Patient/9"), Make.Observation("2", "Patient/10"))));
        Assert.Equal("Bundle.entry[1].resource", issue.Location);
    }

    [Fact]
    public async Task Without_a_Patient_resource_others_who_are_named_stay_others()
    {
        var record = await NewRecordAsync();
        var observation = Make.Observation("1", "Patient/9");
        observation["performer"] = new JsonArray(Make.Reference("Patient/10"));
        observation["identifier"] = new JsonArray(new JsonObject { ["system"] = "https://north.example/Patient/results", ["value"] = "7" });
        await record.TakeAsync(Make.Collection(observation));
        var stored = Assert.Single(await record.ReadAsync("Observation"));
        Assert.Equal(record.Reference, Text(stored, "subject"));
        Assert.Equal("Patient/10", stored.GetProperty("performer")[0].GetProperty("reference").GetString());
        Assert.Equal("https://north.example/Patient/results", stored.GetProperty("identifier")[0].GetProperty("system").GetString());
    }

    [Fact]
    public async Task A_single_resource_is_taken_and_a_single_Patient_too()
    {
        var record = await NewRecordAsync();
        await record.TakeAsync(Make.Patient());
        await record.TakeAsync(Make.Observation("1", record.Reference));
        await record.TakeAsync(Make.Observation("2", "Patient/p1"));
        Assert.All(await record.ReadAsync("Observation"), o => Assert.Equal(record.Reference, Text(o, "subject")));
        Assert.Equal("1980-02-01", Assert.Single(await record.ReadAsync("Patient")).GetProperty("birthDate").GetString());
        Assert.Equal((3, 4L, 3), await record.StateAsync());
        await record.VerifyAsync();
    }

    private static string? Text(System.Text.Json.JsonElement resource, string name) => resource.GetProperty(name).GetProperty("reference").GetString();
}
