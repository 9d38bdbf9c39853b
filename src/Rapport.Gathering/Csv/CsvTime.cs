using System.Collections.Frozen;
using System.Globalization;

namespace Rapport.Gathering;

/// <summary>How the dates of one file are written. Dates that begin with day or month mean one thing in the whole file, which all of them together tell.</summary>
internal sealed class CsvTime
{
    private const int LongestZone = 60;

    private static readonly string[] Hours = ["", " H:mm", " H:mm:ss", " H:mm:ss.FFF", " h:mm tt", " h:mm:ss tt"];

    // As programs write a moment in full, with the zones of RFC 5322.
    private static readonly string[] InFull = ["ddd MMM d H:mm:ss yyyy", "MMM d H:mm:ss yyyy"];

    private static readonly FrozenDictionary<string, int> NamedZones = new Dictionary<string, int>
    {
        ["UTC"] = 0, ["GMT"] = 0, ["UT"] = 0, ["EST"] = -5, ["EDT"] = -4, ["CST"] = -6, ["CDT"] = -5, ["MST"] = -7, ["MDT"] = -6, ["PST"] = -8, ["PDT"] = -7,
    }.ToFrozenDictionary();

    private readonly string[] _formats;
    private readonly TimeSpan? _offset;
    private readonly TimeZoneInfo? _zone;

    private CsvTime(string[] dates, CsvMapping? mapping)
    {
        _formats = [.. dates.SelectMany(date => Hours.Select(hour => date + hour)), .. InFull];
        _offset = mapping?.UtcOffset is { } offset ? Offset(offset) : null;
        _zone = mapping?.TimeZone is { } zone ? Zone(zone) : null;
        Note = _zone is not null ? $"the time has no time zone in the file; it was taken by the clock of {_zone.Id}, as the mapping says"
            : _offset is not null ? $"the time has no time zone in the file; it was taken with the offset {mapping!.UtcOffset}, as the mapping says"
            : "the time has no time zone in the file; it was taken with the offset +00:00";
    }

    /// <summary>What is to be said of a time that came without a zone.</summary>
    internal string Note { get; }

    /// <summary>The way they are written; null when they can be read both ways.</summary>
    internal static CsvTime? Of(IEnumerable<string> dates, CsvMapping? mapping)
    {
        bool day = false, month = false, isOpen = false;
        foreach (var date in dates)
        {
            var pieces = date.Split('/', '-');
            if (pieces.Length == 3 && pieces[0].Length <= 2 && int.TryParse(pieces[0], NumberStyles.None, null, out var first) && int.TryParse(pieces[1], NumberStyles.None, null, out var second) && first <= 31)
            {
                (isOpen, day, month) = (true, day || first > 12, month || second > 12);
            }
        }

        var order = mapping?.DateOrder ?? (day == month ? null : day ? "dmy" : "mdy");
        return isOpen && order is null ? null : new CsvTime(
            [
                "yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "d.M.yyyy", "d.M.yy",
                .. order == "dmy" ? ["d/M/yyyy", "d-M-yyyy", "d/M/yy", "d-M-yy"] : order == "mdy" ? ["M/d/yyyy", "M-d-yyyy", "M/d/yy", "M-d-yy"] : Array.Empty<string>(),
            ],
            mapping);
    }

    /// <summary>When, as FHIR writes it and as an instant; null when it cannot be read. A day alone has no instant.</summary>
    internal CsvMoment? Read(string text)
    {
        var (wall, zone) = SplitZone(WithoutT(text.Trim()));
        if (wall.Length > LongestZone || !DateTime.TryParseExact(wall, _formats, CultureInfo.InvariantCulture, DateTimeStyles.AllowInnerWhite, out var local) || local.Year is < 1900 or > 2100)
        {
            return null;
        }

        if (!wall.Contains(':', StringComparison.Ordinal))
        {
            return new CsvMoment(local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), null, null);
        }

        var at = new DateTimeOffset(local, zone ?? _zone?.GetUtcOffset(local) ?? _offset ?? TimeSpan.Zero);
        return new CsvMoment(R4.DateTime(at), at, zone is null ? Note : null);
    }

    /// <summary>The letter between date and time is no part of either; those in names stay.</summary>
    private static string WithoutT(string text) =>
        text.IndexOf('T', StringComparison.Ordinal) is > 0 and var at && at + 1 < text.Length && char.IsAsciiDigit(text[at - 1]) && char.IsAsciiDigit(text[at + 1]) ? $"{text[..at]} {text[(at + 1)..]}" : text;

    private static (string Wall, TimeSpan? Zone) SplitZone(string text)
    {
        if (text.EndsWith('Z'))
        {
            return (text[..^1], TimeSpan.Zero);
        }

        if (text.Length > 6 && text.Contains(':', StringComparison.Ordinal) && Offset(text[^6..]) is { } offset)
        {
            return (text[..^6].TrimEnd(), offset);
        }

        var words = text.Length > LongestZone ? [] : text.Split(' ');
        var named = Array.FindIndex(words, NamedZones.ContainsKey);
        return named < 0 ? (text, null) : (string.Join(' ', words.Where((_, i) => i != named)), TimeSpan.FromHours(NamedZones[words[named]]));
    }

    /// <summary><c>+01:00</c>; null when it is none.</summary>
    internal static TimeSpan? Offset(string text) =>
        text is ['+' or '-', _, _, ':', _, _] && int.TryParse(text.AsSpan(1, 2), NumberStyles.None, null, out var hours) && int.TryParse(text.AsSpan(4, 2), NumberStyles.None, null, out var minutes)
            && hours <= 14 && minutes < 60 && (hours * 60) + minutes <= 840 ? new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1) : null;

    /// <summary>The zone of an IANA name; null when there is none here.</summary>
    internal static TimeZoneInfo? Zone(string name) =>
        name.Length <= LongestZone && (name == "UTC" || (name.Contains('/', StringComparison.Ordinal) && char.IsAsciiLetterUpper(name[0]) && name.All(c => char.IsAsciiLetter(c) || c is '/' or '_' or '-')))
            && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
}

/// <summary>When something was measured.</summary>
/// <param name="Fhir">As FHIR writes it; a day alone stays one.</param>
/// <param name="At">The instant; null for a day.</param>
/// <param name="Note">How the clock was known when the file did not say it; null when it did.</param>
internal sealed record CsvMoment(string Fhir, DateTimeOffset? At, string? Note);
