namespace Rapport.Gathering;

/// <summary>Text of an export as it may stand in a record.</summary>
internal static class AppleText
{
    /// <summary>Without control characters and space at the ends.</summary>
    internal static string Clean(ReadOnlySpan<char> text)
    {
        var trimmed = text.Trim();
        return HasControl(trimmed) ? new string([.. trimmed.ToString().Select(c => char.IsControl(c) ? ' ' : c)]).Trim() : trimmed.ToString();
    }

    private static bool HasControl(ReadOnlySpan<char> text) => text.ContainsAnyInRange('\0', '\u001F') || text.ContainsAnyInRange('\u007F', '\u009F');

    /// <summary>The words of a name of HealthKit: <c>TraditionalStrengthTraining</c> is <c>traditional strength training</c>.</summary>
    internal static string Words(ReadOnlySpan<char> name)
    {
        var words = new System.Text.StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            words.Append(i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]) ? " " : "").Append(char.ToLowerInvariant(name[i]));
        }

        return words.ToString();
    }

    /// <summary>The same, with a capital letter first.</summary>
    internal static string Title(ReadOnlySpan<char> name)
    {
        var words = Words(name);
        return words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>What follows a start, if it does.</summary>
    internal static string After(string text, string start) => text.StartsWith(start, StringComparison.Ordinal) ? text[start.Length..] : text;
}
