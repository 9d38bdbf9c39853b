namespace Rapport.Language;

/// <summary>Texts cut to a length. A character that takes two places (an emoji, a rare letter) is kept or left out, never halved.</summary>
public static class TextCut
{
    /// <summary>The beginning of a text.</summary>
    /// <param name="text">What is too long, perhaps.</param>
    /// <param name="most">The most UTF-16 units of what is returned; not negative.</param>
    public static string Cut(this string text, int most) =>
        text.Length <= most ? text : text[..(most > 0 && char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    /// <summary>The same, with an ellipsis in place of what is left out.</summary>
    /// <param name="text">What is too long, perhaps.</param>
    /// <param name="most">The most UTF-16 units of what is returned, the ellipsis among them; one or more.</param>
    public static string Shorten(this string text, int most) => text.Length <= most ? text : text.Cut(most - 1).TrimEnd() + "…";
}
