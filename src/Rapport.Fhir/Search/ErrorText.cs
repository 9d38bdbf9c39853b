using System.Text;

namespace Rapport.Fhir;

/// <summary>Input as it is repeated in error texts.</summary>
internal static class ErrorText
{
    private const int Longest = 80;

    /// <summary>
    /// The input cut short, without control characters and backticks, so that it stays within its own backticks and on one line.
    /// </summary>
    public static string Shorten(string input)
    {
        if (input.Length <= Longest && !input.AsSpan().ContainsAny('`', '\uFFFD') && !input.Any(char.IsControl))
        {
            return input;
        }

        var text = new StringBuilder(Longest + 1);
        foreach (var rune in input.EnumerateRunes())
        {
            if (text.Length >= Longest)
            {
                return text.Append('…').ToString();
            }

            text.Append(Rune.IsControl(rune) ? " " : rune.Value == '`' ? "'" : rune.ToString());
        }

        return text.ToString();
    }
}
