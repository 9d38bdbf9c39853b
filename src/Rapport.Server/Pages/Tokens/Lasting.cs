namespace Rapport.Server.Pages.Tokens;

/// <summary>For how long a token is made, as its form says it.</summary>
internal static class Lasting
{
    public const string Month = "month", Year = "year", Open = "open";

    /// <summary>What was chosen; a year where nothing was that is offered.</summary>
    public static string Read(string? chosen) => chosen is Month or Open ? chosen : Year;

    /// <summary>When a token made now ends; null for one without an end.</summary>
    public static DateTimeOffset? Until(string lasting, DateTimeOffset now) => lasting switch
    {
        Month => now.AddMonths(1),
        Open => null,
        _ => now.AddYears(1),
    };
}
