using System.Globalization;

namespace Rapport.Language;

/// <summary>
/// The languages Rapport speaks. What is said is in the language of <see cref="CultureInfo.CurrentUICulture"/>, which the server sets for each request; <see cref="CultureInfo.CurrentCulture"/>
/// stays invariant, so that no file, log or protocol changes with who asks.
/// </summary>
public static class Languages
{
    /// <summary>English, which is complete, and which anything else falls back to.</summary>
    public static readonly SpokenLanguage English = new("en", "English");

    /// <summary>Spanish.</summary>
    public static readonly SpokenLanguage Spanish = new("es", "Español");

    /// <summary>All of them, the fallback first.</summary>
    public static IReadOnlyList<SpokenLanguage> All { get; } = [English, Spanish];

    /// <summary>The language of what is said now.</summary>
    public static SpokenLanguage Current => Find(CultureInfo.CurrentUICulture.Name) ?? English;

    /// <summary>The language of a code such as <c>es</c>; null when Rapport does not speak it.</summary>
    public static SpokenLanguage? Find(string? code) => All.FirstOrDefault(language => language.Code == code);
}

/// <summary>A language Rapport speaks.</summary>
/// <param name="Code">Its code, as in HTML's <c>lang</c> (BCP 47).</param>
/// <param name="Name">What those who speak it call it.</param>
public sealed record SpokenLanguage(string Code, string Name)
{
    /// <summary>The culture whose texts are in this language.</summary>
    public CultureInfo Culture { get; } = CultureInfo.GetCultureInfo(Code);
}
