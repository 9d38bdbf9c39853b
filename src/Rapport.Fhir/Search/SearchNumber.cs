using System.Globalization;

namespace Rapport.Fhir;

/// <summary>Numbers of resources and queries.</summary>
internal static class SearchNumber
{
    private const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>
    /// Reads a FHIR decimal or integer. False for what is none, and for what is beyond ±7.9e28, which <see cref="decimal"/> cannot hold.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out decimal value) =>
        decimal.TryParse(utf8, Styles, CultureInfo.InvariantCulture, out value);

    /// <summary>Reads a FHIR decimal or integer: see <see cref="TryParse(ReadOnlySpan{byte}, out decimal)"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out decimal value) =>
        decimal.TryParse(text, Styles, CultureInfo.InvariantCulture, out value);
}
