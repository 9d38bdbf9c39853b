namespace Rapport.Fhir;

/// <summary>What a resource is about, in words that the patient it belongs to would recognise. For lists and timelines.</summary>
public sealed record ResourceSummary
{
    public required string ResourceType { get; init; }

    /// <summary>What it is: <c>Hemoglobin A1c</c>, <c>Influenza vaccine</c>. Never empty.</summary>
    public required string Title { get; init; }

    /// <summary>What kind of thing it is, in the singular: <c>Lab result</c>, <c>Vaccination</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>When it was so, clinically; null when it does not say.</summary>
    public DateRange? When { get; init; }

    /// <summary>The element that <see cref="When"/> came from: <c>effectiveDateTime</c>.</summary>
    public string? WhenElement { get; init; }

    /// <summary>The code of its status; null when it has none.</summary>
    public string? Status { get; init; }

    /// <summary>The value with its unit: <c>7.2 mmol/L</c>, <c>120/80 mmHg</c>; null when it has none.</summary>
    public string? Value { get; init; }

    /// <summary>How the value is to be taken: <c>High</c>; null when not said.</summary>
    public string? Interpretation { get; init; }

    /// <summary>The parts of a value that has several, such as both blood pressures.</summary>
    public IReadOnlyList<SummaryPart> Parts { get; init; } = [];

    /// <summary>Summarises a resource.</summary>
    /// <exception cref="ArgumentException">The element is not a resource.</exception>
    public static ResourceSummary Of(Element resource) => new() { ResourceType = resource.TypeName, Title = resource.TypeName, Kind = resource.TypeName };
}

/// <summary>One part of a value.</summary>
public sealed record SummaryPart(string Title, string? Value, string? Interpretation);
