using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Leaks;

/// <summary>The probes there are, by the names that <c>doors.txt</c> and docs/leak-battery.md use.</summary>
internal static class Probes
{
    public static IReadOnlyList<string> Names { get; } = ["read", "version", "history", "search", "everything", "consult", "pages", "link", "open", "request", "emergency", "acting", "contributing", "commenting", "passing", "succession", "looks", "opinions", "live", "talks", "visits"];
}

/// <summary>
/// Knocks at both worlds and holds the answers against each other, and against what must not be in them. The first finding of each probe is kept. Thread safe.
/// </summary>
internal sealed class Battery
{
    private const int MostPages = 6;
    private const int Around = 160;

    private readonly ConcurrentDictionary<string, int> _knocks = [];
    private readonly ConcurrentDictionary<(string Probe, string Path), bool> _paths = [];
    private readonly ConcurrentDictionary<string, string> _findings = [];
    private readonly ConcurrentQueue<(bool IsHidden, long Ticks)> _times = [];

    /// <summary>How many requests were made of each probe, those of the second world not counted.</summary>
    public IReadOnlyDictionary<string, int> Knocks => _knocks;

    /// <summary>What could be told, the first of each probe.</summary>
    public IReadOnlyCollection<string> Findings => [.. _findings.Values];

    /// <summary>The doors that these probes are said to look behind, and did not.</summary>
    public IReadOnlyList<string> NotKnockedAt(params IReadOnlyList<string> probes) =>
    [
        .. from door in DoorList.Read()
           where door.Method == "GET"
           from probe in door.Probes.Intersect(probes)
           where !_paths.Keys.Any(knock => knock.Probe == probe && door.IsAt(knock.Path))
           select $"{door.Key} by {probe}",
    ];

    /// <summary>Knocks so often in a pair of worlds.</summary>
    public async Task RunAsync(TwinWorlds worlds, int fhir, int pages)
    {
        var random = new Random(worlds.Plan.Seed);
        var (fhirKnocks, pageKnocks) = (new FhirKnocks(worlds, random), new PageKnocks(worlds, random));
        var knocks = fhirKnocks.Plain().Concat(Enumerable.Range(0, fhir).Select(_ => fhirKnocks.Next())).Concat(pageKnocks.Plain()).Concat(Enumerable.Range(0, pages).Select(_ => pageKnocks.Next())).ToList();
        var (here, there) = (new Marks(worlds.Here.Secrets), new Marks(worlds.There.Secrets.Append("never said")));
        await Parallel.ForEachAsync(
            knocks,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
            async (knock, _) => await KnockAsync(worlds, knock, here, there));
    }

    /// <summary>Makes one request, and follows the pages of its answer.</summary>
    public Task KnockAsync(TwinWorlds worlds, Knock knock) => KnockAsync(worlds, knock, new Marks(worlds.Here.Secrets), new Marks(worlds.There.Secrets.Append("never said")));

    /// <summary>Holds two answers to one request against each other.</summary>
    public void Compare(TwinWorlds worlds, Knock knock, Answer here, Answer there)
    {
        var (one, other) = (worlds.Here.Normalise(here.ToString()), worlds.There.Normalise(there.ToString()));
        if (one != other)
        {
            Find(worlds, knock, "the worlds can be told apart", Difference(one, other));
        }
    }

    /// <summary>Looks for what must not be in a text.</summary>
    public void Look(TwinWorlds worlds, Knock knock, Marks marks, string text, string said)
    {
        if (marks.In(text, said).ToList() is { Count: > 0 } found)
        {
            Find(worlds, knock, $"it tells {string.Join(", ", found)}", text);
        }
    }

    /// <summary>Notes what could be told.</summary>
    public void Find(TwinWorlds worlds, Knock knock, string what, string where) => _findings.TryAdd(
        knock.Probe,
        $"{what}\n  seed {worlds.Plan.Seed}, {worlds.Plan.Sharing} with {worlds.Plan.Receiver}, {worlds.Plan.Ending}, {(worlds.Plan.IsAbsent ? "absent" : "other")}, of {string.Join(", ", worlds.Plan.Types)}\n  {knock}\n{where[..Math.Min(where.Length, 4000)]}");

    /// <summary>How long reads of what is hidden and of what is not there took, at the middle; to be told, not judged.</summary>
    public string Times()
    {
        var (hidden, nothing) = (Middle(_times.Where(static time => time.IsHidden)), Middle(_times.Where(static time => !time.IsHidden)));
        return $"a read of what is hidden {hidden:0} µs, of what is not there {nothing:0} µs";

        static double Middle(IEnumerable<(bool, long Ticks)> times) =>
            times.Select(static time => time.Ticks).Order().ToList() is { Count: > 0 } all ? all[all.Count / 2] * 1e6 / Stopwatch.Frequency : 0;
    }

    private async Task KnockAsync(TwinWorlds worlds, Knock knock, Marks marksHere, Marks marksThere)
    {
        if (knock.Method == HttpMethod.Get || knock.Method == HttpMethod.Head)
        {
            _paths.TryAdd((knock.Probe, knock.Path.Split('?')[0]), true);
        }

        var (pathHere, pathThere) = (worlds.Here.Fill(knock.Path), worlds.There.Fill(knock.Path));
        for (var page = 0; page < MostPages; page++)
        {
            _knocks.AddOrUpdate(knock.Probe, 1, static (_, count) => count + 1);
            var began = Stopwatch.GetTimestamp();
            var here = await worlds.Here.KnockAsync(knock, pathHere);
            Time(worlds, knock, Stopwatch.GetTimestamp() - began);
            var there = await worlds.There.KnockAsync(knock, pathThere);
            Look(worlds, knock, marksHere, here.ToString(), worlds.Here.Fill(knock.Said) + pathHere);
            Look(worlds, knock, marksThere, there.ToString(), worlds.There.Fill(knock.Said) + pathThere);
            Compare(worlds, knock, here, there);
            if (here.Status >= HttpStatusCode.InternalServerError)
            {
                Find(worlds, knock, "the server failed", here.ToString());
            }

            if (Next(here) is not { } nextHere || Next(there) is not { } nextThere)
            {
                return;
            }

            (pathHere, pathThere) = (nextHere, nextThere);
        }
    }

    private void Time(TwinWorlds worlds, Knock knock, long ticks)
    {
        if (knock is { Probe: "read", Who: "doctor" })
        {
            var id = knock.Path.Split('<', '>');
            if (id.Length > 1 && (id[1] == "nothing" || worlds.Plan.HiddenHere.Any(hidden => hidden.Name == id[1])))
            {
                _times.Enqueue((id[1] != "nothing", ticks));
            }
        }
    }

    /// <summary>Where the next page of an answer is: of a bundle, or of a page for people.</summary>
    private static string? Next(Answer answer)
    {
        if (answer.Status != HttpStatusCode.OK || answer.Header("Content-Type")?.StartsWith("application/fhir+json", StringComparison.Ordinal) != true || !answer.Body.Contains("\"next\"", StringComparison.Ordinal))
        {
            return null;
        }

        var link = answer.Json["link"]?.AsArray().FirstOrDefault(static link => (string?)link!["relation"] == "next");
        return (string?)link?["url"];
    }

    private static string Difference(string one, string other)
    {
        var at = one.AsSpan().CommonPrefixLength(other);
        return $"  here:  {Part(one)}\n  there: {Part(other)}";

        string Part(string text) => text[Math.Max(0, at - Around)..Math.Min(text.Length, at + Around)].ReplaceLineEndings(" ");
    }
}
