namespace Rapport.Consent.Tests;

/// <summary>An entry as a case file or a generator describes it.</summary>
/// <param name="Reference">Its type and id: <c>Observation/bp</c>.</param>
public sealed record TestEntry(string Reference)
{
    public string Type => Reference[..Reference.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>When it is about: `2024-05-01`, `2024-05`, `2024`, or a span of days `2024-05-01/2024-05-03`, whose end may be open (`2024-05-01/`).</summary>
    public string? On { get; init; }

    /// <summary>For a treatment: the day from which it is over, <c>over</c> when that is not known; null while it goes on.</summary>
    public string? Ends { get; init; }

    /// <summary>Main codes as <c>system|code</c>.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>Document classes as <c>system|code</c>.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Security labels as <c>system|code</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>For a comment: what it is on.</summary>
    public string? CommentOn { get; init; }

    public IReadOnlyList<string> Refers { get; init; } = [];
}
