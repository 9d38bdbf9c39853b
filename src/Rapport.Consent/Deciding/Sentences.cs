using System.Globalization;

namespace Rapport.Consent;

/// <summary>The words in which reasons are told.</summary>
internal static class Sentences
{
    /// <summary>`your consent of 3 May 2026`: by the day as it is written, in the time zone it was written in.</summary>
    public static string Title(string? dateTime) => dateTime is null ? "your consent" : $"your consent of {Date(dateTime)}";

    public static string Date(DateTimeOffset instant) => instant.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>`a, b and c`.</summary>
    public static string Join(IReadOnlyList<string> parts) =>
        parts.Count <= 1 ? string.Concat(parts) : $"{string.Join(", ", parts.Take(parts.Count - 1))} and {parts[^1]}";

    private static string Date(string dateTime)
    {
        ReadOnlySpan<(int Length, string From, string To)> forms = [(10, "yyyy-MM-dd", "d MMMM yyyy"), (7, "yyyy-MM", "MMMM yyyy"), (4, "yyyy", "yyyy")];
        foreach (var (length, from, to) in forms)
        {
            if (dateTime.Length >= length && DateOnly.TryParseExact(dateTime[..length], from, out var date))
            {
                return date.ToString(to, CultureInfo.InvariantCulture);
            }
        }

        return $"`{dateTime}`";
    }
}
