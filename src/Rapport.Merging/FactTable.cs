using Rapport.Fhir;

namespace Rapport.Merging;

/// <summary>
/// The facts of all entries of one record in the order they were written. It only grows: what an entry tells does not change. Which of them are one is worked out for each reader, see <see cref="MergedEntries"/>.
/// Not thread safe.
/// </summary>
public sealed class FactTable
{
    private readonly List<Fact?> _facts = [];
    private readonly List<long> _sources = [];

    /// <summary>Entries it knows.</summary>
    public int Count => _facts.Count;

    /// <summary>About how many bytes it takes in memory.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether entries of a FHIR type can be the same as others at all.</summary>
    public static bool Knows(string resourceType) => FactShape.Of(resourceType) is not null;

    /// <summary>Whether entries of two FHIR types can tell of one thing.</summary>
    public static bool AreComparable(string oneType, string otherType) => FactShape.Of(oneType) is { } one && FactShape.Of(otherType) is { } other && one.Kind == other.Kind;

    /// <summary>Adds the next entry.</summary>
    /// <param name="resource">The entry; null for one that is never the same as another.</param>
    /// <param name="source">Where it came from: entries of one source are never the same.</param>
    public void Add(Resource? resource, long source)
    {
        var fact = resource is null ? null : Fact.Of(resource);
        _facts.Add(fact);
        _sources.Add(source);
        Bytes += 24 + (fact?.Bytes ?? 0);
    }

    /// <summary>The same of the first entries alone, to which others may be added.</summary>
    /// <param name="count">How many.</param>
    public FactTable Copy(int count)
    {
        var copy = new FactTable();
        copy._facts.AddRange(_facts[..count]);
        copy._sources.AddRange(_sources[..count]);
        return copy;
    }

    /// <summary>Of rows, those that can be one with some of others at all: of a kind that one of those is of.</summary>
    public IReadOnlyList<int> OfKindsOf(IEnumerable<int> rows, IEnumerable<int> others)
    {
        var kinds = others.Select(other => _facts[other]?.Kind).OfType<FactKind>().ToHashSet();
        return [.. rows.Where(row => _facts[row] is { } fact && kinds.Contains(fact.Kind))];
    }

    /// <summary>What an entry tells; null for one that is never the same as another.</summary>
    internal Fact? FactOf(int row) => _facts[row];

    /// <summary>Where an entry came from.</summary>
    internal long SourceOf(int row) => _sources[row];

    /// <summary>Whether an entry says in a code what it is of.</summary>
    internal bool IsCoded(int row) => _facts[row] is { Codes.Length: > 0 };
}
