namespace Rapport.Merging;

/// <summary>
/// Which entries of a record are shown as one. Worked out of the entries that somebody may see and nothing else, so that it tells nothing of the others. Immutable.
/// </summary>
public sealed class MergedEntries
{
    private readonly Dictionary<int, Group> _groups;

    private MergedEntries(Dictionary<int, Group> groups) => _groups = groups;

    /// <summary>Nothing is merged.</summary>
    public static MergedEntries None { get; } = new([]);

    /// <summary>Entries that are one with another.</summary>
    public int Count => _groups.Count;

    /// <summary>The entries that are one, group by group.</summary>
    public IEnumerable<IReadOnlyList<int>> Groups => _groups.Values.Select(static group => group.Rows).Distinct();

    /// <summary>About how many bytes it takes in memory.</summary>
    public long Bytes => 100 + (_groups.Count * 150L);

    /// <summary>Works out what is one.</summary>
    /// <param name="table">What the entries tell.</param>
    /// <param name="seen">The rows that are current and may be seen, in ascending order.</param>
    /// <param name="decided">What the patient said of pairs, the newest last: true when they are one, false when not.</param>
    /// <param name="cameFirst">The row under which the entry of a row came first; null for where each stands. A newer version of an entry is no later comer.</param>
    /// <param name="cancel">Gives up.</param>
    public static MergedEntries Of(
        FactTable table, IReadOnlyList<int> seen, IReadOnlyList<(int First, int Second, bool IsSame)> decided, Func<int, int>? cameFirst = null, CancellationToken cancel = default)
    {
        var finder = new LikenessFinder(table);
        var edges = finder.Find(seen, cancel);
        var work = new Grouping(table);
        HashSet<int> known = [.. seen];
        foreach (var (first, second, isSame) in decided.Reverse().Where(pair => known.Contains(pair.First) && known.Contains(pair.Second)))
        {
            if (isSame)
            {
                work.JoinAsSaid(first, second);
            }
            else
            {
                work.Part(first, second);
            }
        }

        foreach (var edge in edges.Where(edge => edge.Certainty == MergeCertainty.Sure).OrderBy(edge => edge.Reason.When).ThenBy(edge => edge.Reason.By).ThenBy(edge => edge.First).ThenBy(edge => edge.Second))
        {
            work.Join(edge);
        }

        // What a rule leaves open is joined only where there is no choice.
        List<MergeEdge> open = [.. edges.Where(edge => edge.Certainty != MergeCertainty.Sure && work.MayJoin(edge.First, edge.Second))];
        Dictionary<(int Row, long Source), int> choices = [];
        foreach (var edge in open)
        {
            Count((edge.First, table.SourceOf(edge.Second)));
            Count((edge.Second, table.SourceOf(edge.First)));
        }

        foreach (var edge in open.Where(edge => choices[(edge.First, table.SourceOf(edge.Second))] == 1 && choices[(edge.Second, table.SourceOf(edge.First))] == 1))
        {
            if (edge.Certainty == MergeCertainty.IfOnly || !(finder.HasLikeAround(edge.First) || finder.HasLikeAround(edge.Second)))
            {
                work.Join(edge);
            }
        }

        return new MergedEntries(work.Groups(cameFirst ?? (static row => row)));

        void Count((int Row, long Source) choice) => choices[choice] = choices.GetValueOrDefault(choice) + 1;
    }

    /// <summary>The entries that are one with this one, the one that is shown first: what has a code before what has none, then what came first; null when it stands alone.</summary>
    public IReadOnlyList<int>? With(int row) => _groups.TryGetValue(row, out var group) ? group.Rows : null;

    /// <summary>The rule that shows two entries of one group to be one: the one between the two, else the one by which the second joined.</summary>
    public MergeReason ReasonBetween(int first, int second)
    {
        var reasons = _groups[second].Reasons;
        return reasons.TryGetValue((Math.Min(first, second), Math.Max(first, second)), out var between) ? between : reasons.First(pair => pair.Key.Item1 == second || pair.Key.Item2 == second).Value;
    }

    /// <summary>Entries that are one.</summary>
    /// <param name="Rows">The one that is shown first.</param>
    /// <param name="Reasons">The pairs that joined them, the smaller row first.</param>
    internal sealed record Group(int[] Rows, Dictionary<(int, int), MergeReason> Reasons);
}
