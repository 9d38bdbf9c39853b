using Rapport.Language;

namespace Rapport.People;

/// <summary>Checks the short texts that people type: names, roles, labels.</summary>
internal static class PlainText
{
    /// <summary>The text without space around it; null with the reason when it is not 1 to <paramref name="max"/> characters on one line.</summary>
    /// <param name="text">As typed.</param>
    /// <param name="what">How the message calls it, such as <c>a name</c>.</param>
    /// <param name="max">Characters at most.</param>
    /// <param name="problem">Why not.</param>
    internal static string? Check(string text, string what, int max, out string? problem)
    {
        var trimmed = text.Trim();
        problem = trimmed.Length == 0 || trimmed.Length > max ? Say.Fill(PeopleText.Length, what, Say.Number(max))
            : InvisibleCharacters.AreIn(trimmed) || InvisibleCharacters.AreAllOf(trimmed) ? Say.Fill(PeopleText.Unseen, what)
            : HasLoneSurrogate(trimmed) ? Say.Fill(PeopleText.Broken, what)
            : null;
        return problem is null ? trimmed : null;
    }

    /// <summary>Whether half of a character stands alone, so that the text is none.</summary>
    internal static bool HasLoneSurrogate(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == 0xFFFD && !text.Contains('\uFFFD'))
            {
                return true;
            }
        }

        return false;
    }
}
