using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>What is marked as sensitive stays marked, whatever comes after from the same place.</summary>
public sealed class Labels(SqliteTestDatabase test) : GatheringTest(test)
{
    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    private const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

    [Fact]
    public async Task A_second_version_without_its_sensitive_labels_keeps_them_and_the_answer_says_so()
    {
        var record = await NewRecordAsync();
        await record.TakeAsync(Make.Collection(Make.Patient(), Marked(Make.Observation(value: 70), (ActCode, "PSY"), (Confidentiality, "R"), (ActCode, "PERSISTLABEL"))));
        var second = await record.TakeAsync(Make.Collection(Make.Patient(), Marked(Make.Observation(value: 71), (Confidentiality, "N"))));
        Assert.Equal((ImportedAs.Updated, 2), (second.Entries[1].As, second.Entries[1].Version));
        var issue = Assert.Single(second.Issues);
        Assert.Equal("Bundle.entry[1].resource", issue.Location);
        Assert.Contains("`PSY`, `R`", issue.Text, StringComparison.Ordinal);
        var stored = Assert.Single(await record.ReadAsync("Observation"));
        Assert.Equal("71", stored.GetProperty("valueQuantity").GetProperty("value").GetRawText());
        Assert.Equal([$"{Confidentiality}|N", $"{ActCode}|PSY", $"{Confidentiality}|R"], LabelsOf(stored));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task The_same_without_its_sensitive_labels_is_no_change_and_the_answer_says_so()
    {
        var record = await NewRecordAsync();
        await record.TakeAsync(Make.Collection(Make.Patient(), Marked(Make.Observation(), (ActCode, "HIV"))));
        var second = await record.ImportAsync(Make.Collection(Make.Patient(), Make.Observation()));
        Assert.Equal(ImportStatus.NothingNew, second.Status);
        Assert.Contains("`HIV`", Assert.Single(second.Issues).Text, StringComparison.Ordinal);
        Assert.Equal([$"{ActCode}|HIV"], LabelsOf(Assert.Single(await record.ReadAsync("Observation"))));
    }

    [Fact]
    public async Task A_mark_inside_of_what_was_held_is_kept_on_the_whole()
    {
        var record = await NewRecordAsync();
        var holding = Make.Observation(value: 70);
        holding["contained"] = new JsonArray(Marked(Make.Observation("inner", null, 1), (ActCode, "SUD")));
        holding["hasMember"] = new JsonArray(Make.Reference("#inner"));
        await record.TakeAsync(Make.Collection(Make.Patient(), holding));
        await record.TakeAsync(Make.Collection(Make.Patient(), Make.Observation(value: 71)));
        Assert.Equal([$"{ActCode}|SUD"], LabelsOf(Assert.Single(await record.ReadAsync("Observation"))));
    }

    [Fact]
    public async Task Labels_that_come_again_or_are_not_sensitive_are_taken_as_they_come()
    {
        var record = await NewRecordAsync();
        await record.TakeAsync(Make.Collection(Make.Patient(), Marked(Make.Observation(value: 70), (ActCode, "PSY"), (Confidentiality, "N"))));
        var second = await record.TakeAsync(Make.Collection(Make.Patient(), Marked(Make.Observation(value: 71), (ActCode, "HIV"), (ActCode, "PSY"))));
        Assert.Empty(second.Issues);
        Assert.Equal([$"{ActCode}|HIV", $"{ActCode}|PSY"], LabelsOf(Assert.Single(await record.ReadAsync("Observation"))));
    }

    private static JsonObject Marked(JsonObject resource, params (string System, string Code)[] labels)
    {
        resource["meta"] = new JsonObject { ["security"] = new JsonArray([.. labels.Select(static l => new JsonObject { ["system"] = l.System, ["code"] = l.Code })]) };
        return resource;
    }

    private static IEnumerable<string> LabelsOf(JsonElement resource) =>
        resource.GetProperty("meta").GetProperty("security").EnumerateArray().Select(static l => $"{l.GetProperty("system").GetString()}|{l.GetProperty("code").GetString()}");
}
