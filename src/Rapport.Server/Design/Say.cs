using System.Globalization;

namespace Rapport.Server.Design;

/// <summary>Dates, counts and lists as people say them.</summary>
internal static class Say
{
    /// <summary><c>3 May 2026</c>.</summary>
    public static string Day(DateTimeOffset instant) => instant.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary><c>3 May 2026</c>.</summary>
    public static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary><c>3 May 2026 at 14:05</c>, in the time zone of the server's clock, which is UTC.</summary>
    public static string Moment(DateTimeOffset instant) => instant.ToString("d MMMM yyyy 'at' HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary><c>14:05</c>, in the same time zone.</summary>
    public static string Time(DateTimeOffset instant) => instant.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The last day before an instant that is not part of it any more: what ends as 4 May begins is said to last until 3 May.</summary>
    public static string LastDay(DateTimeOffset end) => Day(end.AddTicks(-1));

    /// <summary>An instant as the <c>datetime</c> of a <c>time</c> element.</summary>
    public static string Iso(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture);

    /// <summary><c>1 entry</c>, <c>1,204 entries</c>.</summary>
    public static string Count(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    /// <summary><c>1,204</c>.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>64 MB</c>.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => Count(bytes, "byte", "bytes"),
        < 1024 * 1024 => $"{bytes / 1024} KB",
        _ => $"{bytes / (1024 * 1024)} MB",
    };

    /// <summary><c>a, b and c</c>.</summary>
    public static string List(IReadOnlyList<string> parts) => parts.Count <= 1
        ? string.Concat(parts)
        : $"{string.Join(", ", parts.Take(parts.Count - 1))} and {parts[^1]}";

    /// <summary>With a capital at the start; what is written in a way of its own, such as <c>eGFR</c>, stays so.</summary>
    public static string Sentence(string text) => text is [var first, ..] && !(text is [_, var second, ..] && char.IsUpper(second)) ? char.ToUpperInvariant(first) + text[1..] : text;
}
