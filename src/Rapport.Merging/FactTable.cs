using Rapport.Fhir;

namespace Rapport.Merging;

/// <summary>
/// The facts of all entries of one record in the order they were written, and which of them may be the same. It only grows: what two entries say of each other does not change. Not thread safe.
/// </summary>
public sealed class FactTable
{
    /// <summary>Facts of one kind and day that are compared with each other: nobody is measured more often but by a device, whose measurements are a series.</summary>
    private const int MostOfADay = 500;

    /// <summary>Facts of one key that are looked through for one that does not tell its day.</summary>
    private const int MostOfAKey = 200;

    private readonly List<Fact?> _facts = [];
    private readonly List<long> _sources = [];
    private readonly List<MergeEdge> _edges = [];
    private readonly Dictionary<(FactKind Kind, int Day), List<int>> _byDay = [];
    private readonly Dictionary<ulong, List<int>> _byKey = [];

    /// <summary>Entries it knows.</summary>
    public int Count => _facts.Count;

    /// <summary>About how many bytes it takes in memory.</summary>
    public long Bytes { get; private set; }

    /// <summary>The pairs that may be the same, in the order of their later entry.</summary>
    internal IReadOnlyList<MergeEdge> Edges => _edges;

    /// <summary>Whether entries of a FHIR type can be the same as others at all.</summary>
    public static bool Knows(string resourceType) => FactShape.Of(resourceType) is not null;

    /// <summary>Whether entries of two FHIR types can tell of one thing.</summary>
    public static bool AreComparable(string oneType, string otherType) => FactShape.Of(oneType) is { } one && FactShape.Of(otherType) is { } other && one.Kind == other.Kind;

    /// <summary>Whether an entry says in a code what it is of.</summary>
    internal bool IsCoded(int row) => _facts[row] is { Codes.Length: > 0 };

    /// <summary>Adds the next entry.</summary>
    /// <param name="resource">The entry; null for one that is never the same as another.</param>
    /// <param name="source">Where it came from: entries of one source are never the same.</param>
    public void Add(Resource? resource, long source)
    {
        var fact = resource is null ? null : Fact.Of(resource);
        var row = _facts.Count;
        _facts.Add(fact);
        _sources.Add(source);
        Bytes += 24 + (fact?.Bytes ?? 0);
        if (fact is null)
        {
            return;
        }

        foreach (var other in Near(fact))
        {
            if (_sources[other] != source && Comparison.Of(_facts[other]!, fact) is { } likeness)
            {
                _edges.Add(new MergeEdge(other, row, likeness.Reason, likeness.Certainty));
                Bytes += 24;
            }
        }

        if (HasDay(fact))
        {
            Keep(_byDay, (fact.Kind, fact.Time!.Value.Day), row, MostOfADay);
        }

        foreach (var key in IsKeyed(fact) ? fact.Keys : [])
        {
            Keep(_byKey, key, row, MostOfAKey);
            Bytes += 80;
        }
    }

    private static bool HasDay(Fact fact) => fact.Time is { Days: 1 } && fact.Kind is not (FactKind.Allergy or FactKind.Relative or FactKind.Document or FactKind.Party or FactKind.Numbered);

    /// <summary>Whether it can be the same as one that does not tell its day. What is measured, given or visited cannot, and of that there is much.</summary>
    private static bool IsKeyed(Fact fact) => fact.Kind is not (FactKind.Measurement or FactKind.Dose or FactKind.Visit or FactKind.Report);

    /// <summary>The entries that are near enough to be compared: of the days around, and where a day is not told, what has a key in common.</summary>
    private HashSet<int> Near(Fact fact)
    {
        HashSet<int> near = [];
        for (var day = fact.Time?.Day - 1 ?? 0; HasDay(fact) && day <= fact.Time!.Value.Day + 1; day++)
        {
            near.UnionWith(_byDay.GetValueOrDefault((fact.Kind, day)) ?? []);
        }

        foreach (var key in IsKeyed(fact) ? fact.Keys : [])
        {
            near.UnionWith(_byKey.GetValueOrDefault(key) ?? []);
        }

        return near;
    }

    private static void Keep<TKey>(Dictionary<TKey, List<int>> lists, TKey key, int row, int most)
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

    /// <summary>Where an entry came from.</summary>
    internal long SourceOf(int row) => _sources[row];

    /// <summary>The entries of the same source that tell the like on that day, the day before or the day after.</summary>
    internal IEnumerable<int> Around(int row) =>
        _facts[row] is not { } fact ? [] : Near(fact).Where(other => other != row && _sources[other] == _sources[row] && Comparison.IsLike(_facts[other]!, fact));
}
