namespace Rapport.Fhir;

/// <summary>The limits of a query and what it is relative to.</summary>
public sealed record SearchOptions
{
    public static SearchOptions Default { get; } = new();

    /// <summary>How many parameters a query may have.</summary>
    public int MaxParameters { get; init; } = 64;

    /// <summary>How many alternatives, separated by commas, one parameter may have.</summary>
    public int MaxValues { get; init; } = 256;

    /// <summary>The longest value of a parameter, in characters.</summary>
    public int MaxValueLength { get; init; } = 4096;

    /// <summary>The largest page: a larger <c>_count</c> counts as this.</summary>
    public int MaxCount { get; init; } = 1000;

    /// <summary>The server's base URL: an absolute reference below it counts as the relative one. Null when there is none.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>The present moment, to which <c>ap</c> for dates is relative; without it, about a date is that date.</summary>
    public DateTimeOffset? Now { get; init; }
}
