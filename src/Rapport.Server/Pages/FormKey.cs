using System.Security.Cryptography;

namespace Rapport.Server.Pages;

/// <summary>Tells a form that is sent again from another one: a hidden field of it, another each time the form is shown empty.</summary>
internal static class FormKey
{
    private const int Length = 32;

    /// <summary>Another key than any before.</summary>
    public static string New() => RandomNumberGenerator.GetHexString(Length, lowercase: true);

    /// <summary>What a form carries; another one where that is none.</summary>
    public static string Of(string carried) => carried.Length == Length && carried.All(char.IsAsciiHexDigitLower) ? carried : New();
}
