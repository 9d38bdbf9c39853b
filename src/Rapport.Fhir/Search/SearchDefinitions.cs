using System.Collections.Frozen;

namespace Rapport.Fhir;

/// <summary>Compiles the definitions of R4's search parameters.</summary>
internal static class SearchDefinitions
{
    /// <summary>The base of the parameters that every resource has.</summary>
    public const string EveryResource = "Resource";

    private const string UrlStart = "http://hl7.org/fhir/SearchParameter/";

    public static SearchParameter[] Load() =>
        [.. Definitions.SearchParameters.OrderBy(d => d.Url, StringComparer.Ordinal).Select((definition, id) => Parameter((ushort)id, definition))];

    private static SearchParameter Parameter(ushort id, SearchParameterDefinition definition) => new(
        id,
        definition.Url.StartsWith(UrlStart, StringComparison.Ordinal) ? definition.Url[UrlStart.Length..] : definition.Url,
        definition.Code,
        Enum.Parse<SearchParameterType>(definition.Type, ignoreCase: true),
        definition.Url,
        [.. definition.Targets.Select(Definitions.TypeNameOf)],
        Paths(definition));

    /// <summary>
    /// The alternatives that apply to each base: an expression for several types names each at the start of its alternatives.
    /// </summary>
    private static FrozenDictionary<string, PathNode[]> Paths(SearchParameterDefinition definition)
    {
        var nodes = definition.Expression.Length == 0 ? [] : PathExpression.Compile(definition.Expression).Alternatives().ToArray();
        return definition.Bases.Select(Definitions.TypeNameOf).ToFrozenDictionary(
            type => type == "DomainResource" ? EveryResource : type,
            type => nodes.Where(node => RootOf(node) is not { } root || root == type).ToArray());
    }

    private static string? RootOf(PathNode node) => node switch
    {
        PathRootType root => root.Type.Name,
        PathMember member => RootOf(member.Source),
        PathOfType cast => RootOf(cast.Source),
        PathWhere where => RootOf(where.Source),
        PathIndexer indexer => RootOf(indexer.Source),
        _ => null,
    };
}
