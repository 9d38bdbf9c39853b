namespace Rapport.Merging;

/// <summary>
/// Finds the pairs of entries that may be one among those that a reader sees, without comparing each with each: entries that are one share a key, and lie within a day of each other where both tell their
/// day. All limits count what is seen alone. Not thread safe.
/// </summary>
/// <param name="table">What the entries tell.</param>
internal sealed class LikenessFinder(FactTable table)
{
    /// <summary>Entries of one key and day, or of one key that tell no day, that are compared with each other: nobody is measured more often but by a device, whose measurements are a series.</summary>
    private const int MostOfOneKey = 48;

    /// <summary>Entries of one kind and day whose names are compared word by word.</summary>
    private const int MostOfOneDay = 64;

    /// <summary>Entries that one may be the same as. There are no more sources in a record than that tell the like.</summary>
    private const int MostOfOneEntry = 24;

    /// <summary>Entries between two looks whether somebody still waits.</summary>
    private const int Stride = 512;

    private const int WithoutDay = int.MinValue;

    private readonly Dictionary<(ulong Key, int Day), List<int>> _byKey = [];
    private readonly Dictionary<(FactKind Kind, int Day), List<int>> _byDay = [];

    /// <summary>The pairs among these entries that a rule says may be one.</summary>
    /// <param name="rows">In ascending order.</param>
    /// <param name="cancel">Gives up.</param>
    internal List<MergeEdge> Find(IReadOnlyList<int> rows, CancellationToken cancel)
    {
        List<MergeEdge> edges = [];
        for (var i = 0; i < rows.Count; i++)
        {
            if (i % Stride == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }

            if (table.FactOf(rows[i]) is { } fact)
            {
                Compare(rows[i], fact, edges);
                Keep(rows[i], fact);
            }
        }

        return edges;
    }

    /// <summary>Whether the source of an entry tells the like on that day, the day before or the day after.</summary>
    internal bool HasLikeAround(int row) => table.FactOf(row) is { } fact
        && Near(fact).Any(other => other != row && table.SourceOf(other) == table.SourceOf(row) && Comparison.IsLike(table.FactOf(other)!, fact));

    private void Compare(int row, Fact fact, List<MergeEdge> edges)
    {
        var found = 0;
        foreach (var other in Near(fact))
        {
            if (table.SourceOf(other) != table.SourceOf(row) && Comparison.Of(table.FactOf(other)!, fact) is { } likeness)
            {
                edges.Add(new MergeEdge(other, row, likeness.Reason, likeness.Certainty));
                if (++found == MostOfOneEntry)
                {
                    return;
                }
            }
        }
    }

    private void Keep(int row, Fact fact)
    {
        var day = DayOf(fact);
        foreach (var key in fact.Keys)
        {
            Put(_byKey, (key, day), row, MostOfOneKey);
            if (day != WithoutDay && MayBeUndated(fact.Kind))
            {
                // What tells no day looks for it here.
                Put(_byKey, (~key, WithoutDay), row, MostOfOneKey);
            }
        }

        if (day != WithoutDay)
        {
            Put(_byDay, (fact.Kind, day), row, MostOfOneDay);
        }
    }

    /// <summary>The entries that share a key and are near enough in time, and those of the day whose names may be alike; each once, in the order they were written.</summary>
    private SortedSet<int> Near(Fact fact)
    {
        SortedSet<int> near = [];
        var day = DayOf(fact);
        foreach (var key in fact.Keys)
        {
            near.UnionWith(_byKey.GetValueOrDefault((key, WithoutDay)) ?? []);
            if (day == WithoutDay)
            {
                near.UnionWith(_byKey.GetValueOrDefault((~key, WithoutDay)) ?? []);
            }

            for (var at = day - 1; day != WithoutDay && at <= day + 1; at++)
            {
                near.UnionWith(_byKey.GetValueOrDefault((key, at)) ?? []);
            }
        }

        if (Comparison.ComparesWords(fact.Kind) && day != WithoutDay)
        {
            near.UnionWith(_byDay.GetValueOrDefault((fact.Kind, day)) ?? []);
        }

        return near;
    }

    /// <summary>The day where it is told and matters, else none.</summary>
    private static int DayOf(Fact fact) => fact.Time is { Days: 1 } time && !Comparison.IsTimeless(fact.Kind) ? time.Day : WithoutDay;

    /// <summary>Whether one of this kind that tells its day can be the same as one that does not.</summary>
    private static bool MayBeUndated(FactKind kind) => kind is not (FactKind.Measurement or FactKind.Dose or FactKind.Visit);

    private static void Put<TKey>(Dictionary<TKey, List<int>> lists, TKey key, int row, int most)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var rows))
        {
            lists.Add(key, rows = []);
        }

        if (rows.Count < most)
        {
            rows.Add(row);
        }
    }
}
