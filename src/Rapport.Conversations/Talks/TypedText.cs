using Rapport.Language;

namespace Rapport.Conversations;

/// <summary>What somebody typed.</summary>
internal static class TypedText
{
    /// <summary>It, without what stands around it; null for what nobody can read, or is too long.</summary>
    internal static string? Trimmed(string text, int most)
    {
        var trimmed = text.Replace("\r\n", "\n", StringComparison.Ordinal).Trim();
        return trimmed.Length == 0 || trimmed.Length > most || InvisibleCharacters.AreAllOf(trimmed) || InvisibleCharacters.AreIn(trimmed.Replace('\n', ' ').Replace('\t', ' ')) ? null : trimmed;
    }
}
