namespace Rapport.Fhir;

/// <summary>The text of <c>Reference.reference</c> (https://hl7.org/fhir/R4/references.html).</summary>
internal static class ReferenceText
{
    /// <summary>The resource type that the text tells, none when it does not tell one (a <c>urn:</c>, a URL of another shape).</summary>
    /// <returns>Whether the text is a reference at all.</returns>
    public static bool TryGetType(ReadOnlySpan<byte> text, out TypeId type)
    {
        type = default;
        var question = text.IndexOf((byte)'?');
        if (question > 0)
        {
            // A conditional reference, to be resolved by a search: the type and then the search.
            type = Definitions.FindResourceType(LastSegment(text[..question], out _));
            return type.Value != 0 || IsAbsolute(text);
        }
        var id = LastSegment(text, out var before);
        var name = LastSegment(before, out var rest);
        if (name.SequenceEqual("_history"u8))
        {
            id = LastSegment(rest, out before);
            name = LastSegment(before, out rest);
        }
        if (IsAbsolute(text))
        {
            if (PrimitiveFormats.IsId(id) && rest.Contains((byte)'/'))
            {
                type = Definitions.FindResourceType(name);
            }
            return true;
        }
        type = Definitions.FindResourceType(name);
        return type.Value != 0 && name.Length == before.Length && PrimitiveFormats.IsId(id);
    }

    /// <summary>Whether it starts with a scheme, as URLs and URNs do.</summary>
    public static bool IsAbsolute(ReadOnlySpan<byte> text)
    {
        var colon = text.IndexOfAny((byte)':', (byte)'/');
        return colon > 0 && text[colon] == ':' && char.IsAsciiLetter((char)text[0]);
    }

    private static ReadOnlySpan<byte> LastSegment(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> before)
    {
        var slash = path.LastIndexOf((byte)'/');
        before = slash < 0 ? [] : path[..slash];
        return path[(slash + 1)..];
    }
}
