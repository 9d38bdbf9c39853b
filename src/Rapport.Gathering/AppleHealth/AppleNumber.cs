using System.Globalization;

namespace Rapport.Gathering;

/// <summary>Numbers as exports write them: with a point, whatever the language.</summary>
internal static class AppleNumber
{
    private const decimal Most = 1_000_000_000_000;

    // What both the digits and the power of ten of are exact as doubles, so that their quotient is the nearest double (Clinger 1990).
    private const int MostPlain = 15;

    private static readonly double[] PowersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>A number that keeps its digits, <c>1.00</c> with its zeros.</summary>
    internal static bool TryDecimal(ReadOnlySpan<char> text, out decimal value) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && Math.Abs(value) < Most;

    /// <summary>A finite number.</summary>
    internal static bool TryDouble(ReadOnlySpan<char> text, out double value) =>
        TryPlain(text, out value) || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value));

    /// <summary>Some digits with or without a point, which most are.</summary>
    private static bool TryPlain(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        if (text.Length is 0 or > MostPlain)
        {
            return false;
        }

        long digits = 0;
        var point = -1;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]))
            {
                digits = (digits * 10) + (text[i] - '0');
            }
            else if (text[i] == '.' && point < 0)
            {
                point = i;
            }
            else
            {
                return false;
            }
        }

        value = digits / PowersOfTen[point < 0 ? 0 : text.Length - 1 - point];
        return point < 0 || text.Length > 1;
    }
}
