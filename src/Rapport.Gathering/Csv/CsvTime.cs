using System.Globalization;

namespace Rapport.Gathering;

/// <summary>How the dates of one file are written. Slashed dates mean one thing in the whole file, which all of them together tell.</summary>
internal sealed class CsvTime
{
    private static readonly string[] Hours = ["", " H:mm", " H:mm:ss", " H:mm:ss.FFF", " h:mm tt", " h:mm:ss tt"];

    private readonly string[] _formats;
    private readonly TimeSpan? _offset;

    private CsvTime(string[] dates, TimeSpan? offset) => (_formats, _offset) = ([.. dates.SelectMany(date => Hours.Select(hour => date + hour))], offset);

    /// <summary>Whether a time was taken to be UTC because nothing said where the clock was.</summary>
    internal const string Assumed = "the time has no time zone in the file; it was taken with the offset +00:00";

    /// <summary>The way they are written; null when they can be read both ways.</summary>
    internal static CsvTime? Of(IEnumerable<string> dates, CsvMapping? mapping)
    {
        bool day = false, month = false, slashed = false;
        foreach (var date in dates)
        {
            var pieces = date.Split('/');
            if (pieces.Length == 3 && int.TryParse(pieces[0], NumberStyles.None, null, out var first) && int.TryParse(pieces[1], NumberStyles.None, null, out var second) && first <= 31)
            {
                (slashed, day, month) = (true, day || first > 12, month || second > 12);
            }
        }

        var order = mapping?.DateOrder ?? (day == month ? null : day ? "dmy" : "mdy");
        return slashed && order is null ? null : new CsvTime(
            ["yyyy-M-d", "yyyy/M/d", "d.M.yyyy", .. order == "dmy" ? ["d/M/yyyy"] : order == "mdy" ? ["M/d/yyyy"] : Array.Empty<string>()],
            mapping?.UtcOffset is { } offset ? Offset(offset) : null);
    }

    /// <summary>When, as FHIR writes it and as an instant; null when it cannot be read. A day alone has no instant.</summary>
    internal (string Fhir, DateTimeOffset? At, bool IsAssumed)? Read(string text)
    {
        text = text.Replace('T', ' ').Trim();
        var zone = text.EndsWith('Z') ? TimeSpan.Zero : text.Length > 6 && text.Contains(':', StringComparison.Ordinal) ? Offset(text[^6..]) : null;
        var wall = text.EndsWith('Z') ? text[..^1] : zone is null ? text : text[..^6].TrimEnd();
        if (!DateTime.TryParseExact(wall, _formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) || local.Year is < 1900 or > 2100)
        {
            return null;
        }

        if (!wall.Contains(':', StringComparison.Ordinal))
        {
            return (local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), null, false);
        }

        var at = new DateTimeOffset(local, zone ?? _offset ?? TimeSpan.Zero);
        return (R4.DateTime(at), at, zone is null && _offset is null);
    }

    /// <summary><c>+01:00</c>; null when it is none.</summary>
    internal static TimeSpan? Offset(string text) =>
        text is ['+' or '-', _, _, ':', _, _] && int.TryParse(text.AsSpan(1, 2), NumberStyles.None, null, out var hours) && int.TryParse(text.AsSpan(4, 2), NumberStyles.None, null, out var minutes)
            && hours <= 14 && minutes < 60 && (hours * 60) + minutes <= 840 ? new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1) : null;
}
