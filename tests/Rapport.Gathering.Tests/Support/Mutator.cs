using System.Text;

namespace Rapport.Gathering.Tests;

/// <summary>Damages a good input at random, in small ways that often leave it nearly good.</summary>
internal static class Mutator
{
    /// <param name="random">The chance, seeded by the test.</param>
    /// <param name="good">What is damaged.</param>
    /// <param name="pieces">What such inputs are made of, put in at random places.</param>
    internal static byte[] Mutate(Random random, byte[] good, IReadOnlyList<string> pieces)
    {
        List<byte> bytes = [.. good];
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            var length = random.Next(1, Math.Min(40, bytes.Count - at + 1));
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    // A letter or digit for another: often still FHIR, but another id or value.
                    if (char.IsAsciiLetterOrDigit((char)bytes[at]))
                    {
                        bytes[at] = (byte)"12peAx"[random.Next(6)];
                    }

                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Count)]));
                    break;
                case 5:
                    CopyString(random, bytes);
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(10) == 0 ? bytes.Count - at : 0);
                    break;
            }

            if (bytes.Count == 0)
            {
                break;
            }
        }

        return [.. bytes];
    }

    /// <summary>One string of the text in the place of another.</summary>
    private static void CopyString(Random random, List<byte> bytes)
    {
        int[] quotes = [.. Enumerable.Range(0, bytes.Count).Where(i => bytes[i] == '"')];
        if (quotes.Length < 6)
        {
            return;
        }

        var (from, to) = (random.Next(quotes.Length / 2) * 2, random.Next(quotes.Length / 2) * 2);
        var text = bytes.GetRange(quotes[from], quotes[from + 1] - quotes[from]);
        bytes.RemoveRange(quotes[to], quotes[to + 1] - quotes[to]);
        bytes.InsertRange(quotes[to], text);
    }
}
