using System.Text;

namespace Rapport.Merging;

/// <summary>Signs in names that tell one thing from its contrary.</summary>
internal static class Signs
{
    /// <summary>Words behind which a dash joins: pre- and postoperative.</summary>
    private static readonly string[] Joining = ["and ", "or ", "to ", "y ", "o "];

    /// <summary>A name with its signs as words: HIV+, HER2-, under 37 weeks as <c>&lt;37 weeks</c>.</summary>
    internal static string InWords(string name)
    {
        var text = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            text.Append(name[i] switch
            {
                '<' or '≤' => " under ",
                '>' or '≥' => " over ",
                '+' when EndsWord(name, i) => " positive ",
                '-' or '−' when EndsWord(name, i) && !IsJoining(name.AsSpan(i + 1)) => " negative ",
                _ => $"{name[i]}",
            });
        }

        return text.ToString();
    }

    private static bool EndsWord(string name, int at) => at > 0 && char.IsLetterOrDigit(name[at - 1]) && (at + 1 == name.Length || !char.IsLetterOrDigit(name[at + 1]));

    private static bool IsJoining(ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart();
        foreach (var word in Joining)
        {
            if (rest.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
