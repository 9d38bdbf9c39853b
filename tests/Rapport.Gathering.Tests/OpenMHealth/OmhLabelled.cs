using System.Text;
using System.Text.Json;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>The data points that Open mHealth labels as good and bad.</summary>
public sealed class OmhLabelled(SqliteTestDatabase test) : GatheringTest(test)
{
    // Lists of ways to give a medicine, of which Rapport takes none.
    private static readonly string[] NotChecked = ["omh/intervention-administration-route"];

    [Fact]
    public void All_that_should_pass_pass_and_all_that_should_fail_fail()
    {
        var (passed, failed) = (0, 0);
        List<string> wrong = [];
        foreach (var (file, schema, version, isGood) in Files())
        {
            if (NotChecked.Contains(schema))
            {
                continue;
            }

            if (OmhSchemas.Find(schema, version) is not { } shape)
            {
                wrong.Add($"{file}: no schema");
                continue;
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var problem = shape.Check(document.RootElement, "");
            (passed, failed) = problem is null ? (passed + 1, failed) : (passed, failed + 1);
            if (problem is null != isGood)
            {
                wrong.Add($"{file}: {problem}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(passed > 150 && failed > 150, $"{passed} pass, {failed} fail");
    }

    [Fact]
    public async Task Measurements_that_are_good_are_taken_as_data_points_and_bad_ones_are_refused_with_the_reason()
    {
        var record = await NewRecordAsync();
        var (taken, untimed, refused) = (0, 0, 0);
        foreach (var (file, schema, version, isGood) in Files().Where(f => OmhKind.Find(f.Schema) is not null))
        {
            var json = File.ReadAllText(file);
            var point = $$"""{"header":{"id":"{{Path.GetFileName(Path.GetDirectoryName(file))}}-{{taken + untimed + refused}}","creation_date_time":"2020-01-01T00:00:00Z","schema_id":{"namespace":"{{schema.Split('/')[0]}}","name":"{{schema.Split('/')[1]}}","version":"{{version}}" },"acquisition_provenance":{"source_name":"a set"} },"body":{{json}} }""";
            var result = await record.ImportAsync(SourceContent.Of("point.json", Encoding.UTF8.GetBytes(point)));
            if (!isGood)
            {
                refused++;
                Assert.True(result.Status == ImportStatus.Refused && result.Issues[0].Code == "invalid" && result.Issues[0].Location.StartsWith("body", StringComparison.Ordinal), $"{file}: {result.Status} {TestRecord.Text(result.Issues)}");
            }
            else if (result.Report!.NotTaken.Count == 0)
            {
                taken++;
                Assert.True(result.Status is ImportStatus.Taken or ImportStatus.NothingNew, $"{file}: {result.Status} {TestRecord.Text(result.Issues)}");
            }
            else
            {
                untimed++;
                Assert.True(result.Report.NotTaken.All(n => n.Why is NotTakenReason.NoTime), $"{file}: {string.Join("; ", result.Report.NotTaken)}");
            }
        }

        Assert.True(taken > 60 && refused > 60 && untimed < 25, $"{taken} taken, {untimed} without time, {refused} refused");
        await record.VerifyAsync();
    }

    private static IEnumerable<(string File, string Schema, string Version, bool IsGood)> Files()
    {
        var folder = Repository.SharedData("wearables/openmhealth-ieee1752");
        return Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file =>
        {
            var parts = Path.GetRelativePath(folder, file).Replace('\\', '/').Split('/');
            return (file, $"{parts[0]}/{parts[1]}", parts[2], parts[3] == "shouldPass");
        });
    }
}
