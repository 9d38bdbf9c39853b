using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>An input that is plainly about somebody else waits for the patient's word.</summary>
public sealed class Identity(SqliteTestDatabase test) : GatheringTest(test)
{
    [Theory]
    [InlineData("Maya Ortiz", "1980-02-01", "Maya Ortiz", "1981-02-01", true)]
    [InlineData("Maya Ortiz", "1980-02-01", "Maya Haddad", "1980-02-01", false)]
    [InlineData("Maya Ortiz", "1980-02-01", "M Elena Haddad", "1980-02-01", false)]
    [InlineData("Maya Elena Ortiz", "1980-02-01", "Elena Haddad", "1980-02-01", false)]
    [InlineData("Maya Ortiz", "1980-02-01", "Noor Ortiz", "1980-02-01", true)]
    [InlineData("Maya Ortiz", "1980-02-01", "Noor Haddad", "1980-02-01", true)]
    [InlineData("Maya Ortiz", "1980-02-01", "Noor Haddad", null, true)]
    [InlineData("Maya Ortiz", null, "Noor Haddad", "1980-02-01", true)]
    [InlineData("Maya Ortiz", null, "Maya Haddad", null, false)]
    [InlineData("José Muñoz", null, "JOSE MUNOZ", null, false)]
    [InlineData("Łukasz Wałęsa", null, "Lukasz Walesa", null, false)]
    [InlineData("Antonina123 Steuber698", null, "Antonina Steuber", null, false)]
    [InlineData("Maya Ortiz", null, "Noor Ortiz", null, true)]
    [InlineData("Maya Ortiz", "1980", "Maya Haddad", "1980-02-01", false)]
    [InlineData("Maya Ortiz", "1980", "Noor Haddad", "1980-02-01", true)]
    [InlineData("Maya Ortiz", "1980", "Maya Ortiz", "1981-02", true)]
    [InlineData("Maya Ortiz", "1980-02-01", null, null, false)]
    public async Task Birth_dates_and_given_names_decide(string name, string? birthDate, string? otherName, string? otherBirthDate, bool doubt)
    {
        var record = await NewRecordAsync();
        await record.TakeAsync(Make.Patient("p1", name, birthDate));
        var state = await record.StateAsync();
        var other = Make.Collection(Make.Patient("p2", otherName, otherBirthDate), Make.Observation("1", "Patient/p2"));
        var result = await record.ImportAsync(other);
        Assert.Equal(doubt ? ImportStatus.IdentityInDoubt : ImportStatus.Taken, result.Status);
        if (doubt)
        {
            Assert.Equal(new IdentityDoubt(otherName, otherBirthDate, name, birthDate), result.Identity);
            Assert.Equal(state, await record.StateAsync());
            Assert.Empty(result.Entries);
            await record.TakeAsync(other, confirmed: true);
        }

        Assert.Single(await record.ReadAsync("Observation"));
    }

    [Fact]
    public async Task A_Patient_that_does_not_say_who_it_is_does_not_replace_one_that_does()
    {
        var record = await NewRecordAsync();
        await record.TakeAsync(Make.Patient());
        var anonymous = Make.Collection(Make.Patient("p2", null, null), Make.Observation("1", "Patient/p2"));
        var result = await record.TakeAsync(anonymous);
        Assert.Equal([ImportedAs.Unchanged, ImportedAs.Added], result.Entries.Select(static e => e.As));
        Assert.Equal("Bundle.entry[0].resource", Assert.Single(result.Issues).Location);
        Assert.Equal("1980-02-01", Assert.Single(await record.ReadAsync("Patient")).GetProperty("birthDate").GetString());
        Assert.Equal(record.Reference, Assert.Single(await record.ReadAsync("Observation")).GetProperty("subject").GetProperty("reference").GetString());
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(anonymous)).Status);
        Assert.Equal(ImportStatus.IdentityInDoubt, (await record.ImportAsync(Make.Patient("p3", "Noor Haddad", "1991-07-07"))).Status);
    }

    [Theory]
    [InlineData("Maya Ortiz", null)]
    [InlineData(null, "1980-02-01")]
    public async Task A_Patient_that_lacks_a_name_or_birth_date_that_is_known_does_not_take_it_away(string? name, string? birthDate)
    {
        var record = await NewRecordAsync();
        await record.TakeAsync(Make.Patient("p1", "Maya Ortiz", "1980-02-01"));
        await record.TakeAsync(Make.Collection(Make.Patient("p2", name, birthDate), Make.Observation("1", "Patient/p2")));
        var patient = Assert.Single(await record.ReadAsync("Patient"));
        Assert.Equal(("Ortiz", "1980-02-01"), (patient.GetProperty("name")[0].GetProperty("family").GetString(), patient.GetProperty("birthDate").GetString()));
        Assert.Equal(record.Reference, Assert.Single(await record.ReadAsync("Observation")).GetProperty("subject").GetProperty("reference").GetString());
    }

    /// <summary>Who shares a family name is somebody else more often than not: a mother's file in her daughter's new record.</summary>
    [Theory]
    [InlineData("Noor Ortiz", "Maya Ortiz", true, true)]
    [InlineData("Noor Haddad", "Maya Ortiz", true, true)]
    [InlineData("Maya Haddad", "Maya Ortiz", false, true)]
    [InlineData("Dr Maya Ortiz", "Maya Elena Ortiz", false, true)]
    [InlineData("Dr Maya Ortiz", "Maya Ortiz", false, false)]
    [InlineData("maya", "Maya Ortiz", false, false)]
    [InlineData("Ortiz", "Maya Ortiz", true, false)]
    public async Task The_first_file_of_a_record_that_names_nobody_is_asked_about_unless_its_name_may_be_the_own(string ownName, string name, bool asks, bool asksOfText)
    {
        foreach (var (isText, asked) in new[] { (false, asks), (true, asksOfText) })
        {
            var record = await NewRecordAsync();
            var patient = Make.Patient("p1", name, "1980-02-01");
            if (isText)
            {
                patient["name"] = new JsonArray(new JsonObject { ["text"] = name });
            }

            var content = SourceContent.Of("record.json", System.Text.Encoding.UTF8.GetBytes(Make.Collection(patient, Make.Observation("1", "Patient/p1")).ToJsonString()));
            var result = await Importer.ImportAsync(record.Own, content, new ImportOptions { SourceName = "record.json", OwnName = ownName }, Cancel);
            Assert.Equal((isText, asked ? ImportStatus.IdentityInDoubt : ImportStatus.Taken), (isText, result.Status));
        }
    }

    [Fact]
    public async Task Names_given_as_text_alone_are_compared_too()
    {
        var record = await NewRecordAsync();
        var patient = Make.Patient(name: null, birthDate: null);
        patient["name"] = new JsonArray(new JsonObject { ["text"] = "Ms Maya Ortiz" });
        await record.TakeAsync(patient);
        Assert.Equal(ImportStatus.IdentityInDoubt, (await record.ImportAsync(Make.Patient("p2", "Noor Haddad", null))).Status);
        Assert.Equal(ImportStatus.Taken, (await record.ImportAsync(Make.Patient("p2", "Maya Lopez", null))).Status);
    }
}
