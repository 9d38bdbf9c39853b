namespace Rapport.Fhir;

/// <summary>A bundle, opened: its type and entries. A view over the resource; immutable, thread safe.</summary>
public sealed class BundleReader
{
    private BundleReader(Resource bundle, BundleType type, IReadOnlyList<BundleEntry> entries, IReadOnlyList<CheckIssue> issues)
    {
        Bundle = bundle;
        Type = type;
        Entries = entries;
        Issues = issues;
    }

    public Resource Bundle { get; }

    public BundleType Type { get; }

    public IReadOnlyList<BundleEntry> Entries { get; }

    /// <summary>What breaks the rules of its type: a transaction entry without a request, a document that does not start with its Composition …</summary>
    public IReadOnlyList<CheckIssue> Issues { get; }

    /// <summary>Opens a checked resource.</summary>
    /// <exception cref="ArgumentException">It is not a Bundle.</exception>
    public static BundleReader Open(Resource bundle) => new(bundle, BundleType.Collection, [], []);
}

/// <summary>One entry of a bundle.</summary>
/// <param name="Index">Its position in the bundle, from 0.</param>
/// <param name="FullUrl">Its fullUrl; null when it has none.</param>
/// <param name="Resource">Its resource; null when it has none.</param>
/// <param name="Request">What to do with it; null when it does not say.</param>
public sealed record BundleEntry(int Index, string? FullUrl, Element? Resource, BundleRequest? Request)
{
    /// <summary>Where the entry stands, for messages: <c>Bundle.entry[3]</c>.</summary>
    public string Location => $"Bundle.entry[{Index}]";
}

/// <summary>What a transaction or batch asks for one entry.</summary>
public sealed record BundleRequest(string Method, string Url, string? IfNoneExist, string? IfMatch, string? IfNoneMatch, string? IfModifiedSince);
