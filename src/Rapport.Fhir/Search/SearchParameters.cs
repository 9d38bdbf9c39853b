using System.Collections.Frozen;

namespace Rapport.Fhir;

/// <summary>The search parameters of FHIR R4, from the official definitions. Thread safe.</summary>
public static class SearchParameters
{
    private static readonly SearchParameter[] Everything = SearchDefinitions.Load();
    private static readonly FrozenDictionary<string, FrozenDictionary<string, SearchParameter>> ByType = Arrange(Everything);

    /// <summary>The resource types of R4, sorted.</summary>
    public static IReadOnlyList<string> ResourceTypes { get; } = [.. ByType.Keys.Order(StringComparer.Ordinal)];

    /// <summary>All parameters, in the order of their <see cref="SearchParameter.Id"/>.</summary>
    public static IReadOnlyList<SearchParameter> All() => Everything;

    /// <summary>
    /// The parameters that a query for the resource type may name, those of every resource (<c>_id</c>) among them, sorted by code;
    /// empty for an unknown type.
    /// </summary>
    public static IReadOnlyList<SearchParameter> All(string resourceType) =>
        ByType.TryGetValue(resourceType, out var parameters) ? [.. parameters.Values.OrderBy(p => p.Code, StringComparer.Ordinal)] : [];

    /// <summary>The parameter of that name, or null when the resource type has none.</summary>
    public static SearchParameter? Find(string resourceType, string code) =>
        ByType.TryGetValue(resourceType, out var parameters) ? parameters.GetValueOrDefault(code) : null;

    /// <summary>Finds a parameter by its <see cref="SearchParameter.Id"/>.</summary>
    public static SearchParameter ById(ushort id) => Everything[id];

    private static FrozenDictionary<string, FrozenDictionary<string, SearchParameter>> Arrange(SearchParameter[] all)
    {
        var common = all.Where(p => p.Paths.ContainsKey(SearchDefinitions.EveryResource)).ToList();
        var own = all
            .SelectMany(p => p.Paths.Keys, (parameter, type) => (type, parameter))
            .ToLookup(pair => pair.type, pair => pair.parameter);
        return Definitions.Types[1..].ToArray()
            .Where(type => type.Kind == TypeKind.Resource && !type.IsAbstract)
            .ToFrozenDictionary(type => type.Name, type => own[type.Name].Concat(common).ToFrozenDictionary(p => p.Code));
    }
}
