using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>
/// JSON with line breaks for people to read; numbers stay digit for digit as they came. Of a string that is no reading matter (a curve, a picture) the
/// beginning is shown, and how much more there is.
/// </summary>
internal static class PrettyJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>No sentence is as long.</summary>
    private const int LongestString = 10_000;

    /// <summary>What is shown of a longer one.</summary>
    private const int Shown = 200;

    public static string Of(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory, Indented))
        {
            Write(document.RootElement, writer);
        }

        return Encoding.UTF8.GetString(memory.ToArray());
    }

    private static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    Write(property.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String when element.GetRawText().Length > LongestString && element.GetString() is { } text:
                writer.WriteStringValue(text[..Math.Min(text.Length, Shown)] + Say.Count(ReadingText.MoreCharacters, text.Length - Shown));
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
