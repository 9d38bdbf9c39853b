using System.Buffers;
using System.Text;

namespace Rapport.Ledger;

/// <summary>The one escape that each character has which must be escaped in an export's strings (RFC 8785 section 3.2.2.2).</summary>
internal static class JsonEscapes
{
    private static readonly byte[]?[] _escapes = MakeEscapes();

    /// <summary>The bytes that never stand for themselves in a string.</summary>
    public static SearchValues<byte> Escaped { get; } =
        SearchValues.Create([.. Enumerable.Range(0, _escapes.Length).Where(b => _escapes[b] is not null).Select(b => (byte)b)]);

    /// <summary>The escape of one of <see cref="Escaped"/>.</summary>
    public static ReadOnlySpan<byte> Of(byte character) => _escapes[character];

    /// <summary>Reads the escape at the start of <paramref name="text"/>, if it is the one that its character has.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out byte character, out int length)
    {
        for (var candidate = 0; candidate < _escapes.Length; candidate++)
        {
            if (_escapes[candidate] is { } escape && text.StartsWith(escape))
            {
                (character, length) = ((byte)candidate, escape.Length);
                return true;
            }
        }

        (character, length) = (0, 0);
        return false;
    }

    private static byte[]?[] MakeEscapes()
    {
        var escapes = new byte[]?['\\' + 1];
        for (var control = 0; control < ' '; control++)
            escapes[control] = Encoding.ASCII.GetBytes($"\\u{control:x4}");
        escapes['\b'] = @"\b"u8.ToArray();
        escapes['\t'] = @"\t"u8.ToArray();
        escapes['\n'] = @"\n"u8.ToArray();
        escapes['\f'] = @"\f"u8.ToArray();
        escapes['\r'] = @"\r"u8.ToArray();
        escapes['"'] = @"\"""u8.ToArray();
        escapes['\\'] = @"\\"u8.ToArray();
        return escapes;
    }
}
