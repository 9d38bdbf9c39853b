using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Whole lives from Synthea: everything is taken as it is, and taken once.</summary>
public sealed class SyntheaBundles(SqliteTestDatabase test) : GatheringTest(test)
{
    [Fact]
    public async Task All_of_it_is_in_the_record_as_it_came_and_coming_again_changes_nothing()
    {
        var files = Files();
        Assert.Equal(16, files.Length);
        foreach (var file in files)
        {
            var record = await NewRecordAsync();
            var content = await File.ReadAllBytesAsync(file, Cancel);
            var result = await record.ImportAsync(content);
            Assert.Equal((ImportStatus.Taken, ""), (result.Status, TestRecord.Text(result.Issues)));
            await CheckContentAsync(record, result, JsonElement.Parse(content).GetProperty("entry"));

            Tick();
            var state = await record.StateAsync();
            var again = await record.ImportAsync(content);
            Assert.Equal(ImportStatus.NothingNew, again.Status);
            Assert.All(again.Entries, static e => Assert.Equal((ImportedAs.Unchanged, 1), (e.As, e.ResourceType == "Patient" ? e.Version - 1 : e.Version)));
            Assert.Equal(result.Entries.Select(static e => e.Id), again.Entries.Select(static e => e.Id));
            Assert.Equal(state, await record.StateAsync());
        }
    }

    [Fact]
    public async Task The_records_own_export_brings_nothing_new()
    {
        foreach (var file in Files().Take(2))
        {
            var record = await NewRecordAsync();
            await record.ImportAsync(await File.ReadAllBytesAsync(file, Cancel));
            var state = await record.StateAsync();
            Tick();
            foreach (var server in new[] { null, "https://rapport.example/fhir" })
            {
                var result = await record.ImportAsync(await record.ExportAsync(server));
                Assert.Equal((ImportStatus.NothingNew, ""), (result.Status, TestRecord.Text(result.Issues)));
                Assert.Equal(state, await record.StateAsync());
            }

            await record.VerifyAsync();
        }
    }

    [Fact]
    public async Task What_changed_becomes_a_second_version_and_the_rest_stays()
    {
        var record = await NewRecordAsync();
        var content = await File.ReadAllBytesAsync(Files()[^1], Cancel);
        await record.ImportAsync(content);
        var before = await record.ReadAsync();
        var bundle = JsonNode.Parse(content)!.AsObject();
        var index = bundle["entry"]!.AsArray().Select(static e => e!["resource"]!).ToList().FindIndex(static r => r["resourceType"]!.GetValue<string>() == "Observation");
        bundle["entry"]![index]!["resource"]!["status"] = "amended";
        Tick();
        var result = await record.TakeAsync(bundle);
        var updated = Assert.Single(result.Entries, static e => e.As != ImportedAs.Unchanged);
        Assert.Equal((index, ImportedAs.Updated, 2), (updated.Index, updated.As, updated.Version));
        var after = await record.ReadAsync();
        Assert.Equal("amended", after[$"Observation/{updated.Id}"].GetProperty("status").GetString());
        Assert.Equal([$"Observation/{updated.Id}"], after.Where(e => e.Value.GetRawText() != before[e.Key].GetRawText()).Select(static e => e.Key));
        await record.VerifyAsync();
    }

    private static string[] Files() => [.. Directory.GetFiles(Repository.SharedData("synthea-r4"), "*_*.json").Order(StringComparer.Ordinal)];

    private static async Task CheckContentAsync(TestRecord record, ImportResult result, JsonElement entries)
    {
        var stored = await record.ReadAsync();
        Assert.Equal(entries.GetArrayLength(), stored.Count);
        Assert.Equal(
            entries.EnumerateArray().CountBy(static e => e.GetProperty("resource").GetProperty("resourceType").GetString()!).OrderBy(static c => c.Key),
            result.Count(ImportedAs.Added).OrderBy(static c => c.Key));
        var moved = result.Entries.ToDictionary(e => entries[e.Index].GetProperty("fullUrl").GetString()!, static e => $"{e.ResourceType}/{e.Id}");
        var same = new SameContent(moved);
        foreach (var entry in result.Entries)
        {
            var came = entries[entry.Index];
            var now = stored[$"{entry.ResourceType}/{entry.Id}"];
            var difference = same.FindDifference(came.GetProperty("resource"), now);
            Assert.True(difference is null, $"{entry.ResourceType} {entry.Index} differs at {difference}");
            Assert.Equal(entry.Id, now.GetProperty("id").GetString());
            Assert.True(SameContent.Keeps(now, came.GetProperty("fullUrl").GetString()!));
            foreach (var reference in SameContent.References(now).Where(static r => !r.StartsWith('#')))
            {
                Assert.True(stored.ContainsKey(reference), $"`{reference}` of {entry.ResourceType} {entry.Index} is not in the record");
                Assert.True(!reference.StartsWith("Patient/", StringComparison.Ordinal) || reference == record.Reference);
            }
        }
    }
}
