namespace Rapport.Merging;

/// <summary>
/// Joins entries to groups: each of a group is one with each other by a rule, so that nothing vague connects two that contradict each other; of each source one at most. The patient's word stands above both, and what
/// the patient parted is never in one group. Not thread safe.
/// </summary>
internal sealed class Grouping(FactTable table)
{
    private readonly Dictionary<int, List<int>> _groupOf = [];
    private readonly Dictionary<(int, int), MergeReason> _reasons = [];
    private readonly HashSet<(int, int)> _parted = [];
    private readonly HashSet<(int, int)> _said = [];

    internal void Part(int a, int b) => _parted.Add(Pair(a, b));

    /// <summary>Joins two as the patient said; what the patient parted later stays apart.</summary>
    internal void JoinAsSaid(int a, int b)
    {
        _said.Add(Pair(a, b));
        if (!AreParted(MembersOf(a), MembersOf(b)))
        {
            Merge(a, b, new MergeReason(SameBy.Patient, SameWhen.Any));
        }
    }

    /// <summary>Whether nothing stands against the two being one.</summary>
    internal bool MayJoin(int a, int b)
    {
        var (left, right) = (MembersOf(a), MembersOf(b));
        return !ReferenceEquals(left, right) && !AreParted(left, right) && left.TrueForAll(one => right.TrueForAll(other => AreOne(one, other)));
    }

    internal void Join(in MergeEdge edge)
    {
        if (MayJoin(edge.First, edge.Second))
        {
            Merge(edge.First, edge.Second, edge.Reason);
        }
    }

    internal Dictionary<int, MergedEntries.Group> Groups(Func<int, int> cameFirst)
    {
        Dictionary<int, MergedEntries.Group> groups = [];
        var reasons = _reasons.ToLookup(pair => _groupOf[pair.Key.Item1]);
        foreach (var members in _groupOf.Values.Distinct())
        {
            int[] rows = [.. members.OrderByDescending(table.IsCoded).ThenBy(cameFirst)];
            var group = new MergedEntries.Group(rows, reasons[members].ToDictionary());
            foreach (var row in rows)
            {
                groups.Add(row, group);
            }
        }

        return groups;
    }

    private bool AreOne(int one, int other) => _said.Contains(Pair(one, other))
        || (table.SourceOf(one) != table.SourceOf(other) && Comparison.Of(table.FactOf(one)!, table.FactOf(other)!) is not null);

    private bool AreParted(List<int> left, List<int> right) => _parted.Count > 0 && left.Exists(one => right.Exists(other => _parted.Contains(Pair(one, other))));

    private void Merge(int a, int b, MergeReason reason)
    {
        var (left, right) = (MembersOf(a), MembersOf(b));
        if (ReferenceEquals(left, right))
        {
            return;
        }

        _reasons.TryAdd(Pair(a, b), reason);
        left.AddRange(right);
        foreach (var row in left)
        {
            _groupOf[row] = left;
        }
    }

    private static (int, int) Pair(int a, int b) => (Math.Min(a, b), Math.Max(a, b));

    private List<int> MembersOf(int row) => _groupOf.TryGetValue(row, out var members) ? members : [row];
}
