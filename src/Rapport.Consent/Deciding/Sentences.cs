using System.Globalization;
using Rapport.Consent.Deciding;
using Rapport.Language;

namespace Rapport.Consent;

/// <summary>How reasons name a consent.</summary>
internal static class Sentences
{
    /// <summary>`your agreement of 3 May 2026`: by the day as it is written, in the time zone it was written in.</summary>
    public static string Title(string? dateTime) => dateTime is null ? ReasonText.Consent : Say.Fill(ReasonText.ConsentOf, Date(dateTime));

    /// <summary>`what Dr Lee passed on on 3 May 2026`.</summary>
    public static string Title(PassedOn passed, string? dateTime) => dateTime is null ? ReasonText.Consent : Say.Fill(ReasonText.PassedOnOf, passed.ByName ?? passed.By[0], Date(dateTime));

    /// <summary>`this agreement`: one that is looked at before it is made.</summary>
    public static string Proposed => ReasonText.Proposed;

    /// <summary>`your emergency door`: it is looked at what somebody would see who opened it.</summary>
    public static string Door => ReasonText.Door;

    private static string Date(string dateTime) =>
        Read(dateTime, 10, "yyyy-MM-dd") is { } day ? Say.Day(day)
        : Read(dateTime, 7, "yyyy-MM") is { } month ? Say.Month(month.Year, month.Month)
        : Read(dateTime, 4, "yyyy") is { } year ? year.ToString("yyyy", CultureInfo.InvariantCulture)
        : $"`{dateTime}`";

    private static DateOnly? Read(string dateTime, int length, string form) =>
        dateTime.Length >= length && DateOnly.TryParseExact(dateTime[..length], form, out var date) ? date : null;
}
