namespace Rapport.DefinitionsTool;

/// <summary>A resource type, a data type, or a nested part of one (then <paramref name="Name"/> is its path).</summary>
/// <param name="Name">Its name: <c>Patient</c>, <c>date</c>, <c>Observation.component</c>.</param>
/// <param name="FhirName">The type FHIR gives it: its own name, or <c>BackboneElement</c> or <c>Element</c> for a nested part.</param>
/// <param name="Base">The name of the type that it specialises; empty for a root of the hierarchy.</param>
internal sealed record TypeModel(string Name, string FhirName, string Base, TypeKind Kind, bool IsAbstract)
{
    public List<ElementModel> Elements { get; } = [];
}

internal enum TypeKind : byte
{
    Complex,
    Primitive,
    Resource,
}

/// <summary>One element of a type with the JSON properties it can come as: one, or one per type for a choice.</summary>
internal sealed record ElementModel(string Name, bool IsRequired, bool IsArray, IReadOnlyList<PropertyModel> Properties);

/// <summary>One JSON property.</summary>
/// <param name="CodeSet">The codes of its required binding; <see langword="null"/> when it has none or they cannot be listed.</param>
/// <param name="Targets">The types a reference may point to; empty when any.</param>
internal sealed record PropertyModel(string JsonName, string Type, CodeSetModel? CodeSet, IReadOnlyList<string> Targets);

/// <summary>The expansion of a value set: codes by system.</summary>
internal sealed record CodeSetModel(string Url, IReadOnlyList<(string System, IReadOnlyList<string> Codes)> Systems);

internal sealed record SearchParameterModel(
    string Url,
    string Code,
    string Type,
    string Expression,
    IReadOnlyList<string> Bases,
    IReadOnlyList<string> Targets,
    IReadOnlyList<(string Definition, string Expression)> Components);
