using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Record.Summary;

namespace Rapport.Server.Pages.Record;

/// <summary>One page of a timeline, ready to be shown.</summary>
public sealed record Timeline
{
    /// <summary>Entries on a page.</summary>
    public const int PageSize = 50;

    public required RecordPlace Place { get; init; }

    /// <summary>What it is limited to.</summary>
    public required TimelineFilter Filter { get; init; }

    /// <summary>The kind it is limited to; null for all.</summary>
    public Kind? Kind => Filter.Kind;

    /// <summary>The years on this page, newest first.</summary>
    public required IReadOnlyList<TimelineYear> Years { get; init; }

    /// <summary>Entries over all pages.</summary>
    public required int Total { get; init; }

    /// <summary>How many there are of each type within the limits, whichever kind is chosen.</summary>
    public required IReadOnlyDictionary<string, int> CountByType { get; init; }

    /// <summary>Entries of this page that are left out as sensitive.</summary>
    public int LeftOut { get; init; }

    /// <summary>Whether there is an earlier page.</summary>
    public required bool IsFirst { get; init; }

    /// <summary>Where the next page is; null on the last.</summary>
    public required string? NextHref { get; init; }

    /// <summary>Reads a page out of an answer.</summary>
    public static Timeline Of(RecordAnswer answer, RecordPlace place, Kind? kind, bool isFirst) => Of(answer, place, new TimelineFilter { Kind = kind }, isFirst);

    /// <summary>Reads a page out of an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="place">Whose record.</param>
    /// <param name="filter">What it is limited to.</param>
    /// <param name="isFirst">Whether there is no page before.</param>
    /// <param name="sensitive">Whether what is marked as sensitive is told; without, it is left out and counted.</param>
    public static Timeline Of(RecordAnswer answer, RecordPlace place, TimelineFilter filter, bool isFirst, bool sensitive = true)
    {
        var years = new List<TimelineYear>();
        var leftOut = 0;
        for (var i = 0; i < answer.MatchCount; i++)
        {
            var entry = answer.Entries[i];
            var same = answer.SameAs(i);

            // What is marked in one of several that are shown as one is marked.
            List<string> labels = [.. entry.Labels.Concat(same.SelectMany(other => answer.Entries[other.Index].Labels)).Distinct()];
            if (!sensitive && RecordSummary.IsSensitive(labels))
            {
                leftOut++;
                continue;
            }

            var row = new TimelineRow(EntryReader.Line(answer.ReadResource(i)), entry.Reference, labels, same.Count);
            var month = (row.Line.DateText is { } date ? FhirDate.Month(date) : null) ?? RecordText.WithoutDate;
            var year = (row.Line.DateText is { } day ? FhirDate.Year(day) : null) ?? RecordText.WithoutDate;
            if (years is not [.., var lastYear] || lastYear.Name != year)
            {
                years.Add(lastYear = new TimelineYear(year, []));
            }

            if (lastYear.Months is not [.., var lastMonth] || lastMonth.Name != month)
            {
                lastYear.Months.Add(lastMonth = new TimelineMonth(month, []));
            }

            lastMonth.Rows.Add(row);
        }

        return new Timeline
        {
            Place = place,
            Filter = filter,
            Years = years,
            Total = answer.Total - leftOut,
            CountByType = answer.CountByType ?? new Dictionary<string, int>(),
            LeftOut = leftOut,
            IsFirst = isFirst,
            NextHref = answer.NextCursor is { } cursor ? place.Timeline(filter, cursor) : null,
        };
    }
}

/// <summary>The entries of a year.</summary>
public sealed record TimelineYear(string Name, List<TimelineMonth> Months);

/// <summary>The entries of a month, of a year known no closer, or of no date.</summary>
public sealed record TimelineMonth(string Name, List<TimelineRow> Rows);

/// <summary>One entry of a timeline.</summary>
/// <param name="Line">What it says in short.</param>
/// <param name="Reference">Its FHIR reference.</param>
/// <param name="Labels">The sensitive security labels it carries.</param>
/// <param name="Others">How many other sources tell of the same thing.</param>
public sealed record TimelineRow(EntryLine Line, string Reference, IReadOnlyList<string> Labels, int Others = 0);
