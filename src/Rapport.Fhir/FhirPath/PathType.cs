namespace Rapport.Fhir;

/// <summary>
/// A type named in an expression: one of FHIR's, or with <see cref="IsSystem"/> one of FHIRPath's own, such as <c>System.String</c>.
/// </summary>
internal sealed record PathType(string Name, TypeId Id, bool IsSystem)
{
    /// <summary>Whether an element is of this type or of one that specialises it.</summary>
    public bool Accepts(TypeId type) => !IsSystem && Definitions.IsA(type, Id);

    /// <summary>Whether an item is of this type.</summary>
    public bool Accepts(PathValue item) =>
        item.IsElement ? Accepts(item.Element.TypeId)
        : item.Target is { } target ? Accepts(target.Type)
        : IsSystem && Name == SystemNameOf(item.ToSystem());

    private static string SystemNameOf(object? value) => value switch
    {
        bool => "Boolean",
        long => "Integer",
        decimal => "Decimal",
        PathDate date => date.Text.StartsWith('T') ? "Time" : date.Text.Contains('T', StringComparison.Ordinal) ? "DateTime" : "Date",
        _ => "String",
    };
}
