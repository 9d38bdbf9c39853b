using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Merging.Tests.Measured;

/// <summary>
/// How often what is shown as one is one (precision), and how much of what is one is found (recall): on sets that are made of records by what becomes of entries when another source tells them. The goal is
/// 99 % and 95 %; for names that who made the rules never saw, what was reached is held.
/// </summary>
public sealed class MergingIsMeasuredTests(ITestOutputHelper output)
{
    private const double Precision = 0.99;
    private const int Seeds = 10;

    [Theory]
    [InlineData(NamesUsed.All, 0.95)]
    [InlineData(NamesUsed.Unseen, 0.93)]
    public void On_the_demonstration_record(NamesUsed names, double recall) => Measure([Path.Combine(Repository.Root, "src/Rapport.Server/Demo/maya.json")], names, recall);

    [Theory]
    [InlineData(NamesUsed.All, 0.95)]
    [InlineData(NamesUsed.Unseen, 0.93)]
    public void On_real_records(NamesUsed names, double recall)
    {
        var folder = Repository.SharedData("synthea-r4");
        Assert.SkipUnless(Directory.Exists(folder), "the shared data are not here");
        Measure([.. Directory.GetFiles(folder, "*.json").Where(file => !file.EndsWith("MANIFEST.json", StringComparison.Ordinal)).Order()], names, recall);
    }

    private void Measure(IReadOnlyList<string> files, NamesUsed names, double least)
    {
        var (right, wrong, missed) = (0, new List<string>(), new List<string>());
        foreach (var file in files)
        {
            var bundle = (JsonObject)JsonNode.Parse(File.ReadAllText(file))!;
            for (var seed = 0; seed < Seeds; seed++)
            {
                var set = MeasuredSet.Of(bundle, seed, names);
                right += set.Right;
                wrong.AddRange(set.Wrong);
                missed.AddRange(set.Missed);
            }
        }

        var (precision, recall) = ((double)right / (right + wrong.Count), (double)right / (right + missed.Count));
        output.WriteLine($"{right} right, {wrong.Count} wrong, {missed.Count} missed: precision {precision:P2}, recall {recall:P2}");

        foreach (var (type, count) in missed.CountBy(what => what[..what.IndexOf(':', StringComparison.Ordinal)]).OrderByDescending(pair => pair.Value))
        {
            output.WriteLine($"{count} of {type} missed");
        }

        // Which names are missed is not told, for every second of them was never looked at: who mends the rules must not learn it.
        foreach (var (what, count) in names == NamesUsed.Unseen ? [] : wrong.CountBy(what => $"wrong {what}").OrderByDescending(pair => pair.Value).Take(50))
        {
            output.WriteLine($"{count} {what}");
        }

        Assert.True(precision >= Precision && recall >= least, $"precision {precision:P2}, recall {recall:P2}");
    }
}
