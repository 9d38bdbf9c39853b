using System.Text;
using Rapport.Fhir;

namespace Rapport.Labelling;

/// <summary>The text of a string in UTF-8, without what JSON escapes: some writers escape each slash, and <c>http:\/\/snomed.info\/sct</c> is the same system. In place where nothing is escaped.</summary>
internal static class PlainText
{
    /// <summary>The text; empty where there is none.</summary>
    internal static ReadOnlySpan<byte> Of(Element text)
    {
        var raw = text.RawUtf8;
        return raw.Length <= 2 ? [] : raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(text.GetString()!) : raw[1..^1];
    }
}
