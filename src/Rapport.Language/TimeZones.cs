namespace Rapport.Language;

/// <summary>
/// In which time zone times are told. Like the language it is a property of who reads: the server sets it for each request, and it flows with it. Where nobody chose one, and where the machine
/// knows no zones, it is UTC, and said so.
/// </summary>
public static class TimeZones
{
    private const int LongestName = 40;

    private static readonly string[] Regions = ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

    private static readonly AsyncLocal<TimeZoneInfo?> OfReader = new();

    private static readonly Lazy<IReadOnlyList<TimeZoneInfo>> Known = new(static () =>
        [.. TimeZoneInfo.GetSystemTimeZones().Where(static zone => IsName(zone.Id)).OrderBy(static zone => zone.Id, StringComparer.Ordinal)]);

    /// <summary>The zone of who reads what is said now.</summary>
    public static TimeZoneInfo Current
    {
        get => OfReader.Value ?? TimeZoneInfo.Utc;
        set => OfReader.Value = value;
    }

    /// <summary>Whether times are told in UTC.</summary>
    public static bool IsUtc => Current.Equals(TimeZoneInfo.Utc);

    /// <summary>The zones that can be chosen, by their names: one for each region that has had a time of its own. Empty where the machine knows none.</summary>
    public static IReadOnlyList<TimeZoneInfo> All => Known.Value;

    /// <summary>The zone of an IANA name such as <c>Europe/Madrid</c>, older names such as <c>Asia/Calcutta</c> among them, or <c>UTC</c>; null when there is none here.</summary>
    public static TimeZoneInfo? Find(string? name) => name == TimeZoneInfo.Utc.Id ? TimeZoneInfo.Utc
        : name is { Length: <= LongestName } && IsName(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    /// <summary>The place by which a zone is called: <c>Buenos Aires</c>; <c>UTC</c> itself.</summary>
    public static string PlaceOf(TimeZoneInfo zone) => zone.Id[(zone.Id.LastIndexOf('/') + 1)..].Replace('_', ' ');

    /// <summary>An instant on the clock of who reads.</summary>
    public static DateTimeOffset Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Current);

    /// <summary>The day it is for who reads.</summary>
    public static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(Local(instant).DateTime);

    /// <summary>
    /// When a time of the reader's clock is. One that the clock passes twice is the later; one that it leaps over is the moment of the leap.
    /// </summary>
    public static DateTimeOffset At(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        return new DateTimeOffset(local, Current.GetUtcOffset(local));
    }

    /// <summary>Whether it is a name of a place in one of the regions, and not of some other file of the machine's.</summary>
    private static bool IsName(string name) =>
        Regions.Any(region => name.StartsWith(region + "/", StringComparison.Ordinal)) && name.All(static c => char.IsAsciiLetter(c) || c is '/' or '_' or '-');
}
