namespace Rapport.Records;

/// <summary>Where an entry stood in the original of its source, and what the importer made of it.</summary>
public sealed record Provenance
{
    /// <summary>The file within the source, when it has several, such as <c>apple_health_export/export.xml</c>.</summary>
    public string? File { get; init; }

    /// <summary>The part of a document, by its own title, such as <c>Allergies and Adverse Reactions</c>.</summary>
    public string? Section { get; init; }

    /// <summary>The place by the format's own path, such as <c>Bundle.entry[3].resource</c>.</summary>
    public string? Path { get; init; }

    /// <summary>The line in the file, from 1.</summary>
    public long? Line { get; init; }

    /// <summary>The original itself, as text, as far as it is short.</summary>
    public string? Excerpt { get; init; }

    /// <summary>What was converted, one sentence each, such as <c>`181 lb` became `82.1 kg`</c>; empty when all was taken as it stood.</summary>
    public IReadOnlyList<string> Converted { get; init; } = [];
}
