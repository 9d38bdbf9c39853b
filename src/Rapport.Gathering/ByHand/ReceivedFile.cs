namespace Rapport.Gathering;

/// <summary>What may be sent to a patient by somebody without an account: a paper as PDF or photo, FHIR, or a health card. Told by the content, never by the name.</summary>
public static class ReceivedFile
{
    /// <summary>The most bytes of one.</summary>
    public const int MostBytes = 10 * 1024 * 1024;

    /// <summary>The short name of what a file is, as reports have it; null for what is not taken.</summary>
    public static string? KindOf(ReadOnlyMemory<byte> file) =>
        SourceFormats.Recognise(SourceContent.Of("file", file)) is { } format and (FhirFormat or HealthCardFormat or PaperFormat) ? format.Name : null;
}
