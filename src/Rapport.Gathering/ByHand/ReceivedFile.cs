using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>What may be sent to a patient by somebody without an account: a paper as PDF or photo, FHIR, or a health card. Told by the content, never by the name.</summary>
public static class ReceivedFile
{
    /// <summary>The most bytes of one.</summary>
    public const int MostBytes = 10 * 1024 * 1024;

    /// <summary>How deep JSON may be before nobody looks where it ends: reading it refuses less.</summary>
    private const int MostDepth = 1000;

    /// <summary>The short name of what a file is, as reports have it; null for what is not taken.</summary>
    public static string? KindOf(ReadOnlyMemory<byte> file) =>
        SourceFormats.Recognise(SourceContent.Of("file", file)) is { } format and (FhirFormat or HealthCardFormat or PaperFormat) ? format.Name : null;

    /// <summary>Whether it is there to its end, so that whoever sends it learns at once that it was cut off. The rest is looked at when the patient takes it.</summary>
    public static bool IsWhole(ReadOnlyMemory<byte> file) =>
        PaperFormat.TypeOf(file.Span) is { } type ? WholePaper.Is(type, file.Span)
        : SourceFormats.Recognise(SourceContent.Of("file", file)) is not FhirFormat || EndsAsJson(file.Span);

    private static bool EndsAsJson(ReadOnlySpan<byte> file)
    {
        var reader = new Utf8JsonReader(file.StartsWith("\uFEFF"u8) ? file[3..] : file, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = MostDepth });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
