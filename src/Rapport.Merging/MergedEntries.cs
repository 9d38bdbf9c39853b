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

    /// <summary>Works out what is one.</summary>
    /// <param name="table">The facts and their likenesses.</param>
    /// <param name="isSeen">Whether a row is current and may be seen.</param>
    /// <param name="decided">What the patient said of pairs: true when they are one, false when not.</param>
    public static MergedEntries Of(FactTable table, Func<int, bool> isSeen, IReadOnlyCollection<(int First, int Second, bool IsSame)> decided)
    {
        var work = new Grouping(table);
        foreach (var (first, second, isSame) in decided.Where(pair => isSeen(pair.First) && isSeen(pair.Second)))
        {
            if (isSame)
            {
                work.Join(first, second, new MergeReason(SameBy.Patient, SameWhen.Any), byPatient: true);
            }
            else
            {
                work.Part(first, second);
            }
        }

        List<MergeEdge> seen = [.. table.Edges.Where(edge => isSeen(edge.First) && isSeen(edge.Second))];
        foreach (var edge in seen.Where(edge => edge.Certainty == MergeCertainty.Sure).OrderBy(edge => edge.Reason.When).ThenBy(edge => edge.Reason.By).ThenBy(edge => edge.First).ThenBy(edge => edge.Second))
        {
            work.Join(edge.First, edge.Second, edge.Reason, byPatient: false);
        }

        // What a rule leaves open is joined only where there is no choice.
        List<MergeEdge> open = [.. seen.Where(edge => edge.Certainty != MergeCertainty.Sure && work.MayJoin(edge.First, edge.Second))];
        Dictionary<(int Row, long Source), int> choices = [];
        foreach (var edge in open)
        {
            Count((edge.First, table.SourceOf(edge.Second)));
            Count((edge.Second, table.SourceOf(edge.First)));
        }

        foreach (var edge in open.Where(edge => choices[(edge.First, table.SourceOf(edge.Second))] == 1 && choices[(edge.Second, table.SourceOf(edge.First))] == 1))
        {
            if (edge.Certainty == MergeCertainty.IfOnly || !table.Around(edge.First).Concat(table.Around(edge.Second)).Any(isSeen))
            {
                work.Join(edge.First, edge.Second, edge.Reason, byPatient: false);
            }
        }

        return new MergedEntries(work.Groups());

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
