using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>What <c>_include</c> and <c>_revinclude</c> add to a page, out of what is permitted.</summary>
internal static class Includes
{
    // R4 leaves the depth of `:iterate` to the server.
    private const int MaxRounds = 8;

    internal static int[] Of(CompartmentIndex index, EntrySet available, ReadOnlySpan<int> page, SearchQuery query)
    {
        var there = new HashSet<int>();
        foreach (var row in page)
        {
            there.Add(row);
        }

        List<int> added = [];
        var round = page.ToArray();
        for (var depth = 0; depth < MaxRounds && round.Length > 0; depth++)
        {
            List<int> next = [];
            Array.Sort(round);
            foreach (var include in query.Includes.Where(include => depth == 0 || include.Iterate))
            {
                Follow(index, available, include, round, there, next);
            }

            foreach (var include in query.RevIncludes.Where(include => depth == 0 || include.Iterate))
            {
                FollowBack(index, available, include, round, there, next);
            }

            added.AddRange(next);
            round = [.. next];
        }

        return [.. added];
    }

    /// <param name="index">The index.</param>
    /// <param name="available">What may be added.</param>
    /// <param name="include">Which links.</param>
    /// <param name="from">Current rows, ascending.</param>
    /// <param name="there">What is there already.</param>
    /// <param name="next">What is added.</param>
    private static void Follow(CompartmentIndex index, EntrySet available, SearchInclude include, int[] from, HashSet<int> there, List<int> next)
    {
        var data = index.Data;
        List<LocalId> targets = [];
        var at = 0;
        foreach (var row in from.Where(row => index.TypeOf(row) == include.SourceType))
        {
            for (at = RowColumn.Seek(data.LinkRow, at, row); at < data.LinkRow.Length && data.LinkRow[at] == row; at++)
            {
                if (data.LinkParameter[at] == include.Parameter.Id)
                {
                    targets.Add(data.LinkTarget[at]);
                }
            }
        }

        foreach (var row in index.RowsOf(targets))
        {
            Add(index, available, row, include.TargetType, there, next);
        }

        var ofPatient = ReferringToPatient(index, include.Parameter.Id);
        foreach (var row in from)
        {
            if (index.TypeOf(row) == include.SourceType && ofPatient.BinarySearch(row) >= 0)
            {
                Add(index, available, index.PatientRow, include.TargetType, there, next);
            }
        }
    }

    /// <inheritdoc cref="Follow"/>
    private static void FollowBack(CompartmentIndex index, EntrySet available, SearchInclude include, int[] from, HashSet<int> there, List<int> next)
    {
        // All of them are current, so their ids are enough to know what leads to them.
        var data = index.Data;
        var ids = from.Select(index.LocalOf).ToHashSet();
        for (var i = 0; i < data.LinkRow.Length; i++)
        {
            if (data.LinkParameter[i] == include.Parameter.Id && ids.Contains(data.LinkTarget[i]))
            {
                Add(index, available, data.LinkRow[i], include.SourceType, there, next);
            }
        }

        if (index.PatientRow >= 0 && Array.BinarySearch(from, index.PatientRow) >= 0)
        {
            foreach (var row in ReferringToPatient(index, include.Parameter.Id))
            {
                Add(index, available, row, include.SourceType, there, next);
            }
        }
    }

    /// <summary>References to the own Patient are kept as terms, not as links; the rows are ascending.</summary>
    private static ReadOnlySpan<int> ReferringToPatient(CompartmentIndex index, ushort parameter)
    {
        var (first, end) = index.Terms.Range(parameter, index.PatientText);
        return first < end ? index.Terms.Rows(first) : [];
    }

    private static void Add(CompartmentIndex index, EntrySet available, int row, string? type, HashSet<int> there, List<int> next)
    {
        if (row >= 0 && available.Contains(row) && (type is null || index.TypeOf(row) == type) && there.Add(row))
        {
            next.Add(row);
        }
    }
}
