using System.Globalization;
using System.Text;

namespace Rapport.Server.CardsIssued;

/// <summary>The texts of the codes to scan that a card fits into: two digits for each of its letters. Pure.</summary>
internal static class CardCodes
{
    /// <summary>Letters of a card in one code, and in one of several, so that none is larger than version 22, as the framework wants; it counts some letters more, which our codes do not hold.</summary>
    internal const int MostInOne = 1190, MostInEach = 1186;

    /// <summary>Codes of one card: more than these nobody scans.</summary>
    internal const int Most = 5;

    private const string Start = "shc:/";

    /// <summary>The texts, in their order, each about as long as the others; none when there would be more than <see cref="Most"/>.</summary>
    public static IReadOnlyList<string> Of(string jws)
    {
        if (jws.Length <= MostInOne)
        {
            return [Start + Digits(jws)];
        }

        var count = (jws.Length + MostInEach - 1) / MostInEach;
        var length = (jws.Length + count - 1) / count;
        return count > Most ? [] : [.. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{Start}{i + 1}/{count}/{Digits(jws.AsSpan(i * length, Math.Min(length, jws.Length - (i * length))))}"))];
    }

    private static string Digits(ReadOnlySpan<char> letters)
    {
        var digits = new StringBuilder(letters.Length * 2);
        foreach (var letter in letters)
        {
            digits.Append(CultureInfo.InvariantCulture, $"{letter - 45:00}");
        }

        return digits.ToString();
    }
}
