namespace Rapport.Data;

/// <summary>
/// The text form of ids: lower-case base32 without the letters i, l, o and u, so that an id read aloud or copied by hand is hard to get wrong.
/// Fixed width, most significant digit first, so the order of the texts is the order of the numbers.
/// </summary>
internal static class Base32
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";

    private static ReadOnlySpan<sbyte> Values =>
    [
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -1, -1, -1, -1, -1,
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
        -1, 10, 11, 12, 13, 14, 15, 16, 17, -1, 18, 19, -1, 20, 21, -1, 22, 23, 24, 25, 26, -1, 27, 28, 29, 30, 31, -1, -1, -1, -1, -1,
    ];

    /// <summary>Writes <paramref name="value"/> over the whole of <paramref name="target"/>, five bits a character.</summary>
    internal static void Write(UInt128 value, Span<char> target)
    {
        for (var i = target.Length - 1; i >= 0; i--)
        {
            target[i] = Digits[(int)((uint)value & 31)];
            value >>= 5;
        }
    }

    /// <summary>Reads a text that <see cref="Write"/> made; false for any other length, character or a number above <paramref name="bits"/> bits.</summary>
    internal static bool TryRead(ReadOnlySpan<char> text, int bits, out UInt128 value)
    {
        value = default;
        if (text.Length != (bits + 4) / 5)
        {
            return false;
        }

        foreach (var c in text)
        {
            var digit = c < 128 ? Values[c] : (sbyte)-1;
            if (digit < 0)
            {
                return false;
            }

            value = (value << 5) | (uint)digit;
        }

        // The first digit of a fixed-width text has spare bits; an id with any of them set was not made here.
        var spare = (text.Length * 5) - bits;
        return spare == 0 || Values[text[0]] >> (5 - spare) == 0;
    }
}
