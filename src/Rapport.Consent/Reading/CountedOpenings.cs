using Rapport.Fhir;

namespace Rapport.Consent;

/// <summary>
/// A consent for a number of openings: a visit to the record counts as one, however much is looked at in it. It stands in a modifier extension (<see cref="PatientConsent.Openings"/>) of
/// three parts, <c>allowed</c> and <c>used</c> (integers) and <c>open-until</c> (an instant; absent before the first).
/// </summary>
/// <param name="Allowed">How many there may be: 1 to <see cref="Most"/>.</param>
/// <param name="Used">How many there were.</param>
/// <param name="OpenUntil">Until when the last of them goes on, exclusive; null when there was none.</param>
public sealed record CountedOpenings(int Allowed, int Used, DateTimeOffset? OpenUntil)
{
    /// <summary>The most openings that a consent can be for.</summary>
    public const int Most = 1000;

    /// <summary>How long an opening goes on: what is looked at within it is one visit.</summary>
    public static TimeSpan Lasts { get; } = TimeSpan.FromHours(1);

    /// <summary>Whether no further one may begin.</summary>
    public bool IsUsedUp => Used >= Allowed;

    /// <summary>Whether one goes on at an instant.</summary>
    public bool IsOpen(DateTimeOffset at) => OpenUntil > at;

    /// <summary>With one more, which begins at an instant.</summary>
    /// <exception cref="InvalidOperationException">All are used.</exception>
    public CountedOpenings Open(DateTimeOffset at) =>
        IsUsedUp ? throw new InvalidOperationException("all openings of this consent are used") : this with { Used = Used + 1, OpenUntil = at + Lasts };

    /// <summary>When a consent for these is over; null while a further one may begin.</summary>
    internal long? EndsAtUnixMs => !IsUsedUp ? null : OpenUntil?.ToUnixTimeMilliseconds() ?? long.MinValue;

    /// <summary>Reads the extension; null when it is not one of these.</summary>
    internal static CountedOpenings? Read(Element extension)
    {
        int? allowed = null, used = null;
        DateTimeOffset? openUntil = null;
        foreach (var child in extension.Children)
        {
            if (child.Name is "id" or "url")
            {
                continue;
            }

            // Whatever else it says could change what it means.
            switch (child.Name == "extension" ? child.Text("url") : null)
            {
                case "allowed" when allowed is null && Number(child) is { } number:
                    allowed = number;
                    break;
                case "used" when used is null && Number(child) is { } number:
                    used = number;
                    break;
                case "open-until" when openUntil is null && child.Text("value") is { } text && DateRange.TryParse(text, out var instant):
                    openUntil = Instants.FromUnixMs(instant.Low);
                    break;
                default:
                    return null;
            }
        }

        return allowed is > 0 and <= Most && used is >= 0 and <= Most ? new(allowed.Value, used.Value, openUntil) : null;
    }

    private static int? Number(Element part) =>
        int.TryParse(part.Text("value"), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
