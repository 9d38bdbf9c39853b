using Rapport.Language;

namespace Rapport.People;

/// <summary>Hours of each day in which somebody wants to hear nothing, by their own clock. They may go over midnight.</summary>
/// <param name="From">The minute of the day at which they begin: 0 to 1439.</param>
/// <param name="To">The minute of the day at which they end: 0 to 1439, another than <paramref name="From"/>.</param>
public sealed record QuietHours(int From, int To)
{
    /// <summary>Minutes of a day.</summary>
    public const int Day = 24 * 60;

    /// <summary>Whether it is a time of the day, and not none or all of it.</summary>
    public bool IsSound => From is >= 0 and < Day && To is >= 0 and < Day && From != To;

    /// <summary>The instant itself, or the end of the quiet hours that it lies in.</summary>
    /// <param name="at">The instant.</param>
    /// <param name="zone">The clock they go by.</param>
    public DateTimeOffset After(DateTimeOffset at, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
        for (var ago = 1; ago >= -1; ago--)
        {
            var day = today.AddDays(-ago);
            var (begins, ends) = (WallTime.InstantOf(zone, day, From), WallTime.InstantOf(zone, From < To ? day : day.AddDays(1), To));
            if (begins <= at && at < ends)
            {
                return ends;
            }
        }

        return at;
    }
}
