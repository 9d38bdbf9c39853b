using System.Buffers;
using System.Text;

namespace Rapport.Fhir;

/// <summary>Changes to a JSON text, written out together with the rest of it, whose whitespace between tokens goes.</summary>
/// <param name="origin">Where the text starts in the document that positions count in.</param>
internal sealed class JsonEdits(int origin)
{
    private static readonly SearchValues<byte> _space = SearchValues.Create(" \n\r\t"u8);

    private readonly List<(int Start, int Length, string Text, int Order)> _edits = [];
    private int _added;

    public void Insert(int at, string json) => Replace(at, 0, json);

    /// <summary>Puts another text in the place of whole tokens. What is put at the same place stands in the order of the calls.</summary>
    public void Replace(int start, int length, string json)
    {
        _edits.Add((start - origin, length, json, _edits.Count));
        _added += Encoding.UTF8.GetMaxByteCount(json.Length);
    }

    public byte[] Write(ReadOnlySpan<byte> json)
    {
        _edits.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.Order.CompareTo(b.Order));
        var buffer = ArrayPool<byte>.Shared.Rent(json.Length + _added);
        try
        {
            var length = 0;
            var position = 0;
            foreach ((int start, int removed, string text, _) in _edits)
            {
                length += Minify(json[position..start], buffer.AsSpan(length));
                length += Encoding.UTF8.GetBytes(text, buffer.AsSpan(length));
                position = start + removed;
            }
            length += Minify(json[position..], buffer.AsSpan(length));
            return buffer.AsSpan(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Copies whole tokens without the whitespace between them.</summary>
    private static int Minify(ReadOnlySpan<byte> json, Span<byte> destination)
    {
        var length = 0;
        for (var at = 0; at < json.Length;)
        {
            var next = json[at];
            if (next == '"')
            {
                var text = json.Slice(at, JsonText.StringLength(json[at..]));
                text.CopyTo(destination[length..]);
                length += text.Length;
                at += text.Length;
            }
            else if (next > ' ')
            {
                destination[length++] = next;
                at++;
            }
            else
            {
                var rest = json[(at + 1)..].IndexOfAnyExcept(_space);
                at = rest < 0 ? json.Length : at + 1 + rest;
            }
        }
        return length;
    }
}
