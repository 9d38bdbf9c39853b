using Rapport.Consent;
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
            var from = round.ToHashSet();
            List<int> next = [];
            foreach (var include in query.Includes)
            {
                Follow(index, available, include, from, depth, there, next);
            }

            foreach (var include in query.RevIncludes)
            {
                FollowBack(index, available, include, from, depth, there, next);
            }

            added.AddRange(next);
            round = [.. next];
        }

        return [.. added];
    }

    private static void Follow(CompartmentIndex index, EntrySet available, SearchInclude include, HashSet<int> from, int depth, HashSet<int> there, List<int> next)
    {
        if (depth > 0 && !include.Iterate)
        {
            return;
        }

        var data = index.Data;
        for (var i = 0; i < data.LinkRow.Length; i++)
        {
            if (data.LinkParameter[i] == include.Parameter.Id && from.Contains(data.LinkRow[i]) && index.TypeOf(data.LinkRow[i]) == include.SourceType)
            {
                Add(index, available, index.RowOf(data.LinkTarget[i]), include.TargetType, there, next);
            }
        }

        foreach (var row in ReferringToPatient(index, include.Parameter.Id))
        {
            if (from.Contains(row) && index.TypeOf(row) == include.SourceType)
            {
                Add(index, available, index.PatientRow, include.TargetType, there, next);
            }
        }
    }

    private static void FollowBack(CompartmentIndex index, EntrySet available, SearchInclude include, HashSet<int> from, int depth, HashSet<int> there, List<int> next)
    {
        if (depth > 0 && !include.Iterate)
        {
            return;
        }

        var data = index.Data;
        for (var i = 0; i < data.LinkRow.Length; i++)
        {
            if (data.LinkParameter[i] == include.Parameter.Id && from.Contains(index.RowOf(data.LinkTarget[i])))
            {
                Add(index, available, data.LinkRow[i], include.SourceType, there, next);
            }
        }

        if (index.PatientRow >= 0 && from.Contains(index.PatientRow))
        {
            foreach (var row in ReferringToPatient(index, include.Parameter.Id))
            {
                Add(index, available, row, include.SourceType, there, next);
            }
        }
    }

    /// <summary>References to the own Patient are kept as terms, not as links.</summary>
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
