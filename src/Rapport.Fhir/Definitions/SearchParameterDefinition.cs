namespace Rapport.Fhir;

/// <summary>One of R4's search parameters.</summary>
/// <param name="Type"><c>token</c>, <c>reference</c>, <c>date</c>, <c>string</c>, <c>quantity</c>, <c>number</c>, <c>uri</c>, <c>composite</c> or <c>special</c>.</param>
/// <param name="Expression">FHIRPath; empty for the few that have none.</param>
/// <param name="Bases">The types it belongs to; <c>Resource</c> and <c>DomainResource</c> stand for all that derive from them.</param>
/// <param name="Targets">For a reference, the types it may point to; empty when any.</param>
/// <param name="Components">For a composite: the URL of each component's parameter and the expression relative to the composite's.</param>
internal sealed record SearchParameterDefinition(
    string Url,
    string Code,
    string Type,
    string Expression,
    IReadOnlyList<TypeId> Bases,
    IReadOnlyList<TypeId> Targets,
    IReadOnlyList<(string Definition, string Expression)> Components);
