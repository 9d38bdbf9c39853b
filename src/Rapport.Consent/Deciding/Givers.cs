namespace Rapport.Consent;

/// <summary>
/// By which references those are known at an instant who passed something on: the organisations they work for then, their teams and roles. An input of decisions as the clock is; who is not among them is nobody, and by way
/// of them nothing is seen. Immutable and thread safe.
/// </summary>
public sealed class Givers : IEquatable<Givers>
{
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>>? _known;

    /// <param name="known">All references of each, the person's own among them, by the one under which they passed something on.</param>
    public Givers(IReadOnlyDictionary<string, IReadOnlyList<string>> known) => _known = known;

    private Givers()
    {
    }

    /// <summary>Nobody is known.</summary>
    public static Givers None { get; } = new(new Dictionary<string, IReadOnlyList<string>>());

    /// <summary>Everybody as they were when they passed something on: for telling what somebody might see, and for no decision by which anything is given.</summary>
    public static Givers AsWritten { get; } = new();

    /// <summary>By what who passed something on is known; none when they are nobody any more.</summary>
    internal IReadOnlyList<string> Of(PassedOn passed) =>
        _known is null ? passed.By : _known.TryGetValue(passed.By[0], out var references) && references.Contains(passed.By[0]) ? references : [];

    /// <inheritdoc/>
    public bool Equals(Givers? other) =>
        ReferenceEquals(this, other)
        || (_known is not null && other?._known is not null && _known.Count == other._known.Count
            && _known.All(one => other._known.TryGetValue(one.Key, out var references) && (ReferenceEquals(references, one.Value) || references.SequenceEqual(one.Value))));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Givers);

    /// <inheritdoc/>
    public override int GetHashCode() => _known?.Count ?? -1;
}
