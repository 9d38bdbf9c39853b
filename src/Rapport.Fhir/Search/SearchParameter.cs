using System.Collections.Frozen;

namespace Rapport.Fhir;

/// <summary>How the values of a search parameter are compared (FHIR R4, Search, 3.1.1.4.4).</summary>
public enum SearchParameterType : byte
{
    Number,
    Date,
    String,
    Token,
    Reference,
    Composite,
    Quantity,
    Uri,
    Special,
}

/// <summary>
/// One search parameter of FHIR R4. A definition that covers several resource types (<c>clinical-code</c>) is one instance
/// with one <see cref="Id"/> for all of them. Immutable, thread safe, compared by reference.
/// </summary>
public sealed class SearchParameter
{
    internal SearchParameter(
        ushort id, string name, string code, SearchParameterType type, string url, IReadOnlyList<string> targets,
        FrozenDictionary<string, PathNode[]> paths)
    {
        Id = id;
        Name = name;
        Code = code;
        Type = type;
        Url = url;
        Targets = targets;
        Paths = paths;
        IsIndexed = paths.Values.Any(nodes => nodes.Length > 0) && type is not (SearchParameterType.Composite or SearchParameterType.Special);
    }

    /// <summary>
    /// A small number for use in indexes: the position in <see cref="SearchParameters.All()"/>. The R4 definitions are frozen, so it is
    /// stable.
    /// </summary>
    public ushort Id { get; }

    /// <summary>The definition's own id, unique among all parameters: <c>clinical-code</c>.</summary>
    public string Name { get; }

    /// <summary>The name used in a query: <c>code</c>.</summary>
    public string Code { get; }

    public SearchParameterType Type { get; }

    /// <summary>The canonical URL of the definition.</summary>
    public string Url { get; }

    /// <summary>The resource types a reference parameter may point to; empty for any, and for other types of parameter.</summary>
    public IReadOnlyList<string> Targets { get; }

    /// <summary>
    /// Whether values of this parameter are extracted, so that a query may use it. Composite and special parameters,
    /// <c>_text</c>, <c>_content</c> and <c>_query</c> are not.
    /// </summary>
    public bool IsIndexed { get; }

    /// <summary>The alternatives of the compiled expression by resource type; the key <c>Resource</c> stands for every type.</summary>
    internal FrozenDictionary<string, PathNode[]> Paths { get; }

    /// <summary>Whether this is a reference parameter that may point to the resource type.</summary>
    public bool MayTarget(string? resourceType) =>
        Type == SearchParameterType.Reference && resourceType is not null
        && (Targets.Count > 0 ? Targets.Contains(resourceType) : SearchParameters.Find(resourceType, "_id") is not null);

    public override string ToString() => Name;
}
