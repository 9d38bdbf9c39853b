namespace Rapport.Fhir;

/// <summary>
/// What a resource is about, in words that the patient it belongs to would recognise. For lists and timelines. Immutable.
/// </summary>
public sealed record ResourceSummary
{
    public required string ResourceType { get; init; }

    /// <summary>
    /// What it is: <c>Hemoglobin A1c</c>, <c>Influenza vaccine</c>. Never empty: where the resource does not say, it is <see cref="Kind"/>.
    /// </summary>
    public required string Title { get; init; }

    /// <summary>What kind of thing it is, in the singular: <c>Lab result</c>, <c>Vaccination</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>When it was so, clinically; null when it does not say. An end may be open.</summary>
    public DateRange? When { get; init; }

    /// <summary>
    /// The moment to sort by, in Unix milliseconds: the start of <see cref="When"/>, its end where it has no start; null when it does not
    /// say.
    /// </summary>
    public long? At => When is { } range ? range.Low > long.MinValue ? range.Low : range.High - 1 : null;

    /// <summary>The element that <see cref="When"/> came from: <c>effectiveDateTime</c>.</summary>
    public string? WhenElement { get; init; }

    /// <summary>The code of its status, a condition's or allergy's clinical status; null when it has none.</summary>
    public string? Status { get; init; }

    /// <summary>
    /// The value with its unit: <c>7.2 mmol/L</c>, <c>120/80 mmHg</c>; a prescription's dosage, a bill's total; null when it has none.
    /// </summary>
    public string? Value { get; init; }

    /// <summary>How the value is to be taken: <c>High</c>; null when not said.</summary>
    public string? Interpretation { get; init; }

    /// <summary>The parts of an observation that has several, such as both blood pressures.</summary>
    public IReadOnlyList<SummaryPart> Parts { get; init; } = [];

    /// <summary>Summarises a resource.</summary>
    /// <param name="resource">A resource of any type.</param>
    /// <param name="resolve">Finds what a reference means, so that a medication has its name even where the prescription has none; may be left out.</param>
    /// <exception cref="ArgumentException">The element is not a resource.</exception>
    public static ResourceSummary Of(Element resource, Func<string, Element?>? resolve = null) =>
        resource.IsResource
            ? new Summarizer(resource, resolve).Summarize()
            : throw new ArgumentException("only a resource can be summarised", nameof(resource));
}

/// <summary>One part of a value.</summary>
public sealed record SummaryPart(string Title, string? Value, string? Interpretation);
