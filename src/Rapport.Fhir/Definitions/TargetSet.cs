namespace Rapport.Fhir;

/// <summary>The resource types that a reference may point to.</summary>
internal sealed class TargetSet(TypeId[] types)
{
    /// <summary>Whether it may point to a resource of that type.</summary>
    public bool Allows(TypeId type) => Array.IndexOf(types, type) >= 0;

    public override string ToString() => string.Join(", ", types.Select(Definitions.TypeNameOf));
}
