using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>JSON with line breaks for people to read; numbers stay digit for digit as they came.</summary>
internal static class PrettyJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory, Indented))
        {
            document.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(memory.ToArray());
    }
}
