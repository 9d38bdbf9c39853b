namespace Rapport.Fhir;

/// <summary>A bundle, opened: its type and entries. A view over the resource; immutable, thread safe.</summary>
public sealed class BundleReader
{
    private BundleReader(BundleType type, IReadOnlyList<BundleEntry> entries, IReadOnlyList<CheckIssue> issues)
    {
        Type = type;
        Entries = entries;
        Issues = issues;
    }

    public BundleType Type { get; }

    public IReadOnlyList<BundleEntry> Entries { get; }

    /// <summary>
    /// What breaks the rules of its type: a transaction entry without a request, a document that does not start with its Composition …
    /// </summary>
    public IReadOnlyList<CheckIssue> Issues { get; }

    /// <summary>Opens a bundle.</summary>
    /// <exception cref="ArgumentException">The resource is not a Bundle.</exception>
    public static BundleReader Open(Resource bundle)
    {
        if (bundle.TypeName != "Bundle")
        {
            throw new ArgumentException("only a Bundle can be opened as one", nameof(bundle));
        }

        BundleType? type = null;
        var entries = new List<BundleEntry>();
        foreach (var child in bundle.Root.Children)
        {
            if (child.NameId == FhirNames.Type)
            {
                type = BundleTypeCodes.Find(child.GetString());
            }
            else if (child.NameId == FhirNames.Entry)
            {
                entries.Add(Entry(entries.Count, child));
            }
        }

        var issues = new BundleIssues();
        if (type is null)
        {
            issues.Error("required", "Bundle.type", "the bundle does not say what type it is: add `type`");
        }

        BundleRules.Check(type ?? BundleType.Collection, entries, issues);
        return new(type ?? BundleType.Collection, entries, issues.All);
    }

    /// <summary>A bundle of entries that were read one by one, in the order of their indexes.</summary>
    public static BundleReader Of(BundleType type, List<BundleEntry> entries)
    {
        var issues = new BundleIssues();
        BundleRules.Check(type, entries, issues);
        return new(type, entries, issues.All);
    }

    private static BundleEntry Entry(int index, Element entry)
    {
        string? fullUrl = null;
        Element? resource = null;
        BundleRequest? request = null;
        foreach (var child in entry.Children)
        {
            switch (child.Name)
            {
                case "fullUrl":
                    fullUrl = child.GetString();
                    break;
                case "resource":
                    resource = child;
                    break;
                case "request":
                    request = Request(child);
                    break;
            }
        }

        return new(index, fullUrl, resource, request);
    }

    private static BundleRequest Request(Element request)
    {
        string? Text(string name) => request.TryGetChild(name, out var child) ? child.GetString() : null;

        return new(
            Text("method") ?? "", Text("url") ?? "", Text("ifNoneExist"), Text("ifMatch"), Text("ifNoneMatch"), Text("ifModifiedSince"));
    }
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

    /// <summary>Where an element of its resource stands in the bundle, be the resource read with it or alone.</summary>
    public string LocationOf(Element element) => Resource is { } root && root.Location is var alone && !alone.Contains('.', StringComparison.Ordinal) && alone != "Bundle"
        ? $"{Location}.resource{element.Location[alone.Length..]}"
        : element.Location;
}

/// <summary>What a transaction or batch asks for one entry. Method and URL are empty where they are missing.</summary>
public sealed record BundleRequest(
    string Method, string Url, string? IfNoneExist = null, string? IfMatch = null, string? IfNoneMatch = null, string? IfModifiedSince = null);
