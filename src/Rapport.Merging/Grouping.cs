namespace Rapport.Merging;

/// <summary>Joins entries to groups: of each source one at most, unless the patient says otherwise, and never two that the patient parted. Not thread safe.</summary>
internal sealed class Grouping(FactTable table)
{
    private readonly Dictionary<int, List<int>> _groupOf = [];
    private readonly Dictionary<(int, int), MergeReason> _reasons = [];
    private readonly HashSet<(int, int)> _parted = [];

    internal void Part(int a, int b) => _parted.Add((Math.Min(a, b), Math.Max(a, b)));

    /// <summary>Whether nothing stands against the two being one.</summary>
    internal bool MayJoin(int a, int b)
    {
        var (left, right) = (MembersOf(a), MembersOf(b));
        return !ReferenceEquals(left, right)
            && !left.Exists(one => right.Exists(other => table.SourceOf(one) == table.SourceOf(other) || _parted.Contains((Math.Min(one, other), Math.Max(one, other)))));
    }

    internal void Join(int a, int b, MergeReason reason, bool byPatient)
    {
        var (left, right) = (MembersOf(a), MembersOf(b));
        if (ReferenceEquals(left, right) || !(byPatient || MayJoin(a, b)))
        {
            return;
        }

        _reasons.TryAdd((Math.Min(a, b), Math.Max(a, b)), reason);
        left.AddRange(right);
        foreach (var row in left)
        {
            _groupOf[row] = left;
        }
    }

    internal Dictionary<int, MergedEntries.Group> Groups()
    {
        Dictionary<int, MergedEntries.Group> groups = [];
        var reasons = _reasons.ToLookup(pair => _groupOf[pair.Key.Item1]);
        foreach (var members in _groupOf.Values.Distinct())
        {
            int[] rows = [.. members.OrderByDescending(table.IsCoded).ThenBy(row => row)];
            var group = new MergedEntries.Group(rows, reasons[members].ToDictionary());
            foreach (var row in rows)
            {
                groups.Add(row, group);
            }
        }

        return groups;
    }

    private List<int> MembersOf(int row) => _groupOf.TryGetValue(row, out var members) ? members : [row];
}
