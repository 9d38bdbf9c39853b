namespace Rapport.Fhir;

/// <summary>The limits within which <see cref="Resource.Parse"/> works.</summary>
public sealed record CheckOptions
{
    /// <summary>The limits used when none are given.</summary>
    public static CheckOptions Default { get; } = new();

    /// <summary>How many JSON objects and arrays may stand inside each other; values above 512 count as 512.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>The longest document accepted, in bytes.</summary>
    public int MaxBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>
    /// The most elements, repetitions counted one by one: each takes 20 bytes beside the document, whose densest has one in four.
    /// </summary>
    public int MaxElements { get; init; } = 4_000_000;

    /// <summary>After this many issues the check stops looking for more and says so.</summary>
    public int MaxIssues { get; init; } = 100;
}
