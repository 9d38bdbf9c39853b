using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Visits.Rules;

/// <summary>
/// One question for each kind of result: by the newest of it, when that lies outside the range its laboratory gave or was flagged, or is clearly another than the one before. What is noticed is a matter of numbers; what it means is the question. Pure.
/// </summary>
internal static class ResultRule
{
    /// <summary>Years after which nobody asks any more about a result outside its range, nor compares with one before.</summary>
    private const int Years = 3;

    /// <summary>A change that is noticed, as a share of the value before.</summary>
    private const decimal Usual = 0.25m;

    /// <summary>Where less is noticed, by LOINC codes: weight, body mass index, long-term blood sugar, blood pressure, sodium, haemoglobin.</summary>
    private static readonly (string[] Codes, decimal Share)[] Sooner =
    [
        (["29463-7", "3141-9", "39156-5", "59576-9"], 0.05m),
        (["4548-4", "17856-6", "59261-8", "718-7", "20509-6", "59260-0"], 0.1m),
        (["85354-9", "55284-4", "8480-6", "8462-4"], 0.15m),
        (["2951-2", "2947-0"], 0.05m),
    ];

    /// <summary>What changes all day, or with a child's age: heart rate, breathing, temperature, height, head, percentiles; and what counts a life's quality.</summary>
    private static readonly string[] NotCompared =
        ["8867-4", "9279-1", "8310-5", "8331-1", "8302-2", "8306-3", "9843-4", "8289-1", "77606-2", "59576-9", "72514-3"];

    /// <summary>What grows with a child: weight, body mass index.</summary>
    private static readonly string[] Grows = ["29463-7", "3141-9", "39156-5"];

    /// <summary>Categories of what tells how somebody lives, or what a device counts all day.</summary>
    private static readonly string[] NotAsked = ["activity", "social-history"];

    public static IEnumerable<OfferedQuestion> Of(VisitFacts facts)
    {
        foreach (var kind in facts.Results.Where(entry => entry.At < facts.Tomorrow && entry.IsNamed && IsAsked(entry)).GroupBy(static entry => VisitNames.Named(entry.Line.Name).ToUpperInvariant()))
        {
            var all = kind.OrderByDescending(static entry => entry.At).ToList();
            if (Question(facts, all) is var (rank, text, why, before))
            {
                // What it is called as it came: the same in each language, so that what is on a list is not offered again.
                yield return new OfferedQuestion(rank, $"result:{all[0].Line.Title.ToUpperInvariant()}", text, why) { Entry = all[0].Reference, IsPrivate = all[0].IsPrivate || before?.IsPrivate == true };
            }
        }
    }

    private static (QuestionKind Kind, string Text, string Why, VisitEntry? Before)? Question(VisitFacts facts, List<VisitEntry> all)
    {
        var (newest, name) = (all[0], VisitNames.Inside(all[0].Line.Name));
        var measure = Measure.Of(newest.Resource);
        var said = newest.Line.Value ?? measure?.Said;
        if (said is not null && Outside(newest, measure) is { } outside)
        {
            return newest.At >= facts.YearAgo || newest.At >= facts.Since
                    ? (QuestionKind.ResultOutside, Say.Fill(VisitText.ResultOutside, name, VisitNames.Named(said), outside), Say.Fill(VisitText.WhyMeasured, Day(newest)), null)
                : newest.At >= facts.Now.AddYears(-Years)
                    ? (QuestionKind.ResultOld, Say.Fill(VisitText.ResultOld, name, Day(newest)), Say.Fill(VisitText.WhyOld, VisitNames.Named(said)), null)
                : null;
        }

        if (measure is null || newest.At < facts.Since || CodesOf(newest).Any(code => NotCompared.Contains(code) || (facts.IsChild && Grows.Contains(code))))
        {
            return null;
        }

        foreach (var before in all.Skip(1).Where(entry => entry.At >= facts.Now.AddYears(-Years) && entry.At < newest.At?.Date))
        {
            if (Measure.Of(before.Resource) is { } earlier && AreAlike(measure, earlier))
            {
                return IsClear(measure, earlier, ShareOf(newest))
                    ? (QuestionKind.ResultChanged, Say.Fill(VisitText.ResultChanged, name, before.Line.Value ?? earlier.Said, newest.Line.Value ?? measure.Said), Say.Fill(VisitText.WhyBoth, Day(newest), Day(before)), before) : null;
            }
        }

        return null;
    }

    /// <summary>Where it lies, in words; null when it is as usual, or nobody says.</summary>
    private static string? Outside(VisitEntry entry, Measure? measure) => measure?.Values.FirstOrDefault(static value => value.Place is not (null or 0)) switch
    {
        { Place: < 0 } low => Say.Fill(RecordText.BelowUsualRange, low.Range!.Said),
        { } high => Say.Fill(RecordText.AboveUsualRange, high.Range!.Said),
        null => (EntryReader.Flag(entry.Resource.Root) ?? measure?.Values.Select(static value => value.Flag).FirstOrDefault(static flag => flag is not null)) is { } flag ? Say.Fill(VisitText.Flagged, flag) : null,
    };

    /// <summary>Whether the values of two are of the same things in the same units.</summary>
    private static bool AreAlike(Measure one, Measure other) =>
        one.Values.Count == other.Values.Count && one.Values.Zip(other.Values).All(static pair => pair.First.Key == pair.Second.Key && pair.First.Unit == pair.Second.Unit);

    private static bool IsClear(Measure now, Measure before, decimal share) =>
        now.Values.Zip(before.Values).Any(pair => pair.Second.Number != 0 && Math.Abs(pair.First.Number - pair.Second.Number) >= Math.Abs(pair.Second.Number) * share);

    private static decimal ShareOf(VisitEntry entry)
    {
        var codes = CodesOf(entry).ToList();
        return Sooner.Where(row => codes.Exists(row.Codes.Contains)).Select(static row => row.Share).DefaultIfEmpty(Usual).First();
    }

    private static IEnumerable<string> CodesOf(VisitEntry entry) => Measure.CodesOf(entry.Resource).Select(static token => token[(token.LastIndexOf('|') + 1)..]);

    /// <summary>What was measured to find something out: no survey, and nothing that a device counts by the month.</summary>
    private static bool IsAsked(VisitEntry entry) => entry.Status is not ("entered-in-error" or "cancelled") && SeriesReading.MetricOf(entry.Resource.Root) is null
        && !entry.Resource.Root.All("category").Exists(static category => category.All("coding").Exists(static coding => NotAsked.Contains(coding.Text("code"))));

    private static string Day(VisitEntry entry) => FhirDate.Day(entry.Line.DateText!)!;
}
