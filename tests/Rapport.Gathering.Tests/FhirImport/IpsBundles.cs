using Rapport.Fhir;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Patient summaries from many countries' implementations: taken whole, or refused with a place.</summary>
public sealed class IpsBundles(SqliteTestDatabase test) : GatheringTest(test)
{
    /// <summary>The refused ones and the place of the first error, as it stands in the file.</summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
    };

    [Fact]
    public async Task Each_is_taken_or_refused_with_its_place()
    {
        var root = Repository.SharedData("ips");
        Dictionary<string, string> refused = [];
        foreach (var file in Directory.GetFiles(root, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(root, file);
            var record = await NewRecordAsync();
            var content = await File.ReadAllBytesAsync(file, Cancel);
            var result = await record.ImportAsync(content);
            if (result.Status == ImportStatus.Refused)
            {
                Assert.All(result.Issues.Where(static i => i.Severity == IssueSeverity.Error), i => Assert.True(i.Location.Length > 0, $"{name}: {i.Text}"));
                Assert.Equal((1, 1L, 0), await record.StateAsync());
                var first = result.Issues.First(static i => i.Severity is IssueSeverity.Error or IssueSeverity.Fatal);
                refused.Add(name, $"{first.Location}: {first.Text}");
                continue;
            }

            Assert.True(result.Status == ImportStatus.Taken, name);
            var state = await record.StateAsync();
            Assert.True((await record.ImportAsync(content)).Status == ImportStatus.NothingNew, $"{name} again");
            Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(await record.ExportAsync())).Status);
            Assert.Equal(state, await record.StateAsync());
        }

        Assert.Equal(Show(Refused), Show(refused));
    }

    private static string Show(Dictionary<string, string> refused) =>
        string.Join('\n', refused.OrderBy(static r => r.Key, StringComparer.Ordinal).Select(static r => $"[\"{r.Key}\"] = \"{r.Value}\","));
}
