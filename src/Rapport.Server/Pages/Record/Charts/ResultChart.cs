using System.Globalization;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Record.Charts;

/// <summary>The results of one kind over time. Values in different units stand in pictures of their own; the two values of a blood pressure in one.</summary>
public sealed record ResultChart
{
    /// <summary>Results that are shown, the newest.</summary>
    public const int MostResults = 500;

    /// <summary>Pictures that are shown: a result may have any number of parts and units.</summary>
    private const int MostPictures = 12;

    public required RecordPlace Place { get; init; }

    /// <summary>The entry it was asked about.</summary>
    public required EntryLine Line { get; init; }

    public required string Reference { get; init; }

    /// <summary>The picture of the newest result first.</summary>
    public required IReadOnlyList<ChartPicture> Pictures { get; init; }

    /// <summary>Whether there are more results than are shown.</summary>
    public required bool IsCut { get; init; }

    /// <summary>Asks for the results of the same kind as this one; null when it is no result with a number and a code.</summary>
    public static RecordQuery? Query(Resource result)
    {
        var codes = Measure.Of(result) is null ? [] : Measure.CodesOf(result);
        return codes.Count == 0 ? null : SearchQuery.Parse("Observation",
        [
            new("code", string.Join(',', codes.Select(Escaped))),
            new("_sort", "-date"),
            new("_count", MostResults.ToString(CultureInfo.InvariantCulture)),
        ]).Query is { } query ? new RecordQuery.Search(query) { Merges = true } : null;

        // What divides codes, and values, is escaped in a code itself; the bar after the system is not.
        static string Escaped(string token)
        {
            var bar = token.IndexOf('|', StringComparison.Ordinal);
            return $"{Part(token[..bar])}|{Part(token[(bar + 1)..])}";
        }

        static string Part(string part) => part.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
            .Replace("|", "\\|", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal);
    }

    /// <summary>Reads the pictures out of the answer.</summary>
    /// <param name="asked">The result it was asked about.</param>
    /// <param name="reference">Its FHIR reference.</param>
    /// <param name="answer">What <see cref="Query"/> found.</param>
    /// <param name="place">Where the record stands.</param>
    public static ResultChart Of(Resource asked, string reference, RecordAnswer answer, RecordPlace place)
    {
        var results = new List<ChartedResult>();
        for (var i = 0; i < answer.MatchCount; i++)
        {
            var resource = answer.ReadResource(i);
            if (Measure.Of(resource) is { } measure)
            {
                results.Add(new ChartedResult(measure, EntryReader.Line(resource), answer.Entries[i].Reference));
            }
        }

        results.Sort((a, b) => a.Measure.At.CompareTo(b.Measure.At));
        var lines = results
            .SelectMany(result => result.Measure.Values.Select(value => (value.Key, value.Unit)))
            .Distinct()
            .OrderByDescending(line => results.FindLastIndex(result => result.Measure.Values.Any(value => (value.Key, value.Unit) == line)))
            .ToList();
        var pictures = new List<ChartPicture>();
        while (lines.Count > 0 && pictures.Count < MostPictures)
        {
            var line = lines[0];
            var group = lines.Where(other => other == line || (other.Unit == line.Unit && (Measure.AreOnePressure(line.Key, other.Key) || Measure.AreOnePressure(other.Key, line.Key)))).ToList();
            lines.RemoveAll(group.Contains);
            pictures.Add(ChartPicture.Of(results, [.. group.OrderBy(member => group.Exists(other => Measure.AreOnePressure(other.Key, member.Key)))]));
        }

        return new ResultChart
        {
            Place = place,
            Line = EntryReader.Line(asked),
            Reference = reference,
            Pictures = pictures,
            IsCut = answer.Total > answer.MatchCount || lines.Count > 0,
        };
    }
}

/// <summary>One result of a chart.</summary>
public sealed record ChartedResult(Measure Measure, EntryLine Line, string Reference);
