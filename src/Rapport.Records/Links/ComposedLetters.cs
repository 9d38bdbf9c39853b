using System.Collections.Frozen;
using System.Text;

namespace Rapport.Records;

/// <summary>Letters and the accents after them as one sign each, as most keyboards send them: the Latin part of Unicode's composition, which the framework does not have without its culture data.</summary>
internal static class ComposedLetters
{
    /// <summary>For each accent the letters that there are without it, and with it in the same order.</summary>
    private static readonly (char Accent, string Letters, string Composed)[] All =
    [
        ('\u0300', "AEIOUNaeioun", "ÀÈÌÒÙǸàèìòùǹ"),
        ('\u0301', "AEIOUYCLNRSZaeiouyclnrsz", "ÁÉÍÓÚÝĆĹŃŔŚŹáéíóúýćĺńŕśź"),
        ('\u0302', "AEIOUCGHJSWYaeioucghjswy", "ÂÊÎÔÛĈĜĤĴŜŴŶâêîôûĉĝĥĵŝŵŷ"),
        ('\u0303', "AINOUainou", "ÃĨÑÕŨãĩñõũ"),
        ('\u0304', "AEIOUaeiou", "ĀĒĪŌŪāēīōū"),
        ('\u0306', "AEGIOUaegiou", "ĂĔĞĬŎŬăĕğĭŏŭ"),
        ('\u0307', "CEGIZcegz", "ĊĖĠİŻċėġż"),
        ('\u0308', "AEIOUYaeiouy", "ÄËÏÖÜŸäëïöüÿ"),
        ('\u030A', "AUau", "ÅŮåů"),
        ('\u030B', "OUou", "ŐŰőű"),
        ('\u030C', "CDENRSTZcdenrstz", "ČĎĚŇŘŠŤŽčďěňřšťž"),
        ('\u0327', "CGKLNRSTcklnrst", "ÇĢĶĻŅŖŞŢçķļņŗşţ"),
        ('\u0328', "AEIUaeiu", "ĄĘĮŲąęįų"),
    ];

    private static readonly FrozenDictionary<(char Letter, char Accent), char> Known =
        All.SelectMany(static row => row.Letters.Select((letter, i) => (Pair: (letter, row.Accent), Composed: row.Composed[i]))).ToFrozenDictionary(static known => known.Pair, static known => known.Composed);

    /// <summary>The text with each letter and accent that can be one sign as one sign.</summary>
    internal static string Of(string text)
    {
        var composed = new StringBuilder(text.Length);
        foreach (var sign in text)
        {
            if (composed.Length > 0 && Known.TryGetValue((composed[^1], sign), out var one))
            {
                composed[^1] = one;
            }
            else
            {
                composed.Append(sign);
            }
        }

        return composed.ToString();
    }
}
