using System.Globalization;
using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>Values of JSON that may be hostile: what is not as expected is not there.</summary>
internal static class SafeJson
{
    private static readonly string[] Forms =
        ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>A document; null when the bytes are no JSON in UTF-8, are nested too deeply, or name a property twice.</summary>
    /// <param name="json">The bytes, which must not change while the document is used.</param>
    /// <param name="line">The line where it ends to be JSON, from 1; 0 when that is not known.</param>
    internal static JsonDocument? Parse(ReadOnlyMemory<byte> json, out long line)
    {
        line = 0;
        if (!System.Text.Unicode.Utf8.IsValid(json.Span))
        {
            return null;
        }

        try
        {
            return JsonDocument.Parse(json, Options);
        }
        catch (JsonException e)
        {
            line = e.LineNumber + 1 ?? 0;
            return null;
        }
        catch (InvalidOperationException)
        {
            // The reader says so of a property's name with half of a surrogate pair in it.
            return null;
        }
    }

    internal static JsonElement? Child(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var child) && child.ValueKind != JsonValueKind.Null ? child : null;

    /// <summary>Text; null where it is none, or no Unicode.</summary>
    internal static string? Text(JsonElement? value)
    {
        try
        {
            return value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped.
            return null;
        }
    }

    /// <summary>Text of a property, without control characters.</summary>
    internal static string? Text(this JsonElement value, string name, int most = 200) =>
        Text(value.Child(name)) is { } text && AppleText.Clean(text) is { Length: > 0 } clean ? clean[..Math.Min(clean.Length, most)] : null;

    /// <summary>A number digit for digit; null where there is none, or one beyond what measurements are.</summary>
    internal static decimal? Number(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Number } number && number.TryGetDecimal(out var exact) && Math.Abs(exact) < 1_000_000_000_000_000m ? exact : null;

    internal static decimal? Number(this JsonElement value, string name) => Number(value.Child(name));

    /// <summary>A moment with the offset of its clock; null for a time without one.</summary>
    internal static DateTimeOffset? Time(string? text)
    {
        if (text is not { Length: >= 17 and <= 40 } || !(text[^1] == 'Z' || (text[^3] == ':' && text[^6] is '+' or '-')))
        {
            return null;
        }

        return DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) && at.UtcDateTime.Year is > 1850 and < 2200 ? at : null;
    }
}
