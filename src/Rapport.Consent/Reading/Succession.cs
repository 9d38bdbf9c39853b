using System.Globalization;
using Rapport.Fhir;

namespace Rapport.Consent;

/// <summary>
/// What a patient set beforehand for the case that they cannot decide any more: whom the consent names may ask for what it says, and has it after a waiting time unless the patient objects. It
/// stands in an extension (<see cref="PatientConsent.SetForLater"/>) of two parts, <c>waits</c> and <c>lasts</c> (whole days), of a consent that is <c>proposed</c> and so permits nothing.
/// </summary>
/// <param name="WaitDays">Days between asking and opening: <see cref="Shortest"/> to <see cref="Longest"/>.</param>
/// <param name="LastDays">Days for which it stays open; null until the patient ends it.</param>
public sealed record Succession(int WaitDays, int? LastDays)
{
    /// <summary>The least days of waiting: enough that somebody who is well hears of it.</summary>
    public const int Shortest = 3;

    /// <summary>The days of waiting where the patient chose none.</summary>
    public const int Usual = 14;

    /// <summary>The most days of waiting.</summary>
    public const int Longest = 90;

    /// <summary>The most days that it may stay open by itself.</summary>
    public const int LongestOpen = 3660;

    /// <summary>How many people a patient may name.</summary>
    public const int MostNamed = 10;

    /// <summary>How often one may ask under what was set: after that only when the patient sets it anew.</summary>
    public const int MostAsks = 3;

    /// <summary>How long nobody asks again after the patient objected, or ended it.</summary>
    public static TimeSpan Rest { get; } = TimeSpan.FromDays(30);

    /// <summary>How it stands at an instant.</summary>
    /// <param name="asks">All that was asked under what is set now, each with when its newest version was written.</param>
    /// <param name="now">The instant.</param>
    public static SuccessionStanding Stand(IReadOnlyCollection<(PatientConsent Ask, DateTimeOffset WrittenAt)> asks, DateTimeOffset now)
    {
        foreach (var (ask, _) in asks)
        {
            if (ask.Counts && !(ask.ValidUntil <= now))
            {
                return ask.ValidFrom > now ? new(SuccessionStage.Waits, ask.ValidFrom, ask) : new(SuccessionStage.Open, ask.ValidUntil, ask);
            }
        }

        // What ended by itself as it was set is no objection.
        var ended = asks.Where(static ask => !ask.Ask.Counts).Select(static ask => ask.WrittenAt).ToList();
        return ended.Count >= MostAsks ? new(SuccessionStage.Spent, null, null)
            : ended.Count > 0 && ended.Max() + Rest > now ? new(SuccessionStage.Rests, ended.Max() + Rest, null)
            : new(SuccessionStage.MayAsk, null, null);
    }

    /// <summary>Reads the extension; null when it is not one of these.</summary>
    internal static Succession? Read(Element extension) =>
        Days(extension, "waits") is >= Shortest and <= Longest and { } waits && (Days(extension, "lasts") ?? 1) is >= 1 and <= LongestOpen ? new(waits, Days(extension, "lasts")) : null;

    /// <summary>What cannot be read is none of the days there may be.</summary>
    private static int? Days(Element extension, string part) =>
        Part(extension, part) is not { } text ? null : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? days : -1;

    internal static string? Part(Element extension, string part) =>
        extension.All("extension").Where(child => child.Text("url") == part).Select(static child => child.Text("value")).FirstOrDefault();
}

/// <summary>
/// That a consent is what somebody asked for under what a patient set beforehand: its period begins after the waiting time. It stands in an extension (<see cref="PatientConsent.AskedFor"/>) of
/// the parts <c>set-by</c> and <c>version</c> (which consent set it), <c>at</c>, <c>reason</c>, and <c>agreed</c> once the patient agreed.
/// </summary>
/// <param name="SetBy">The local id of the consent that set it.</param>
/// <param name="Version">Which version of that.</param>
/// <param name="At">When it was asked.</param>
/// <param name="Reason">Why, in the words of who asked.</param>
/// <param name="AgreedAt">When the patient agreed; null while they said nothing.</param>
public sealed record SuccessionAsk(string SetBy, int Version, DateTimeOffset At, string Reason, DateTimeOffset? AgreedAt)
{
    /// <summary>Reads the extension; null when it is not one of these.</summary>
    internal static SuccessionAsk? Read(Element extension) =>
        Succession.Part(extension, "set-by") is { } setBy && int.TryParse(Succession.Part(extension, "version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        && Instant(extension, "at") is { } at && Succession.Part(extension, "reason") is { } reason
            ? new(setBy, version, at, reason, Instant(extension, "agreed"))
            : null;

    private static DateTimeOffset? Instant(Element extension, string part) => Succession.Part(extension, part) is { } text && DateRange.TryParse(text, out var range) ? Instants.FromUnixMs(range.Low) : null;
}

/// <summary>How what a patient set beforehand stands.</summary>
public enum SuccessionStage
{
    /// <summary>Whom it names may ask.</summary>
    MayAsk,

    /// <summary>They asked and it was ended: they may ask again later.</summary>
    Rests,

    /// <summary>They asked as often as they may.</summary>
    Spent,

    /// <summary>They asked, and it opens after the waiting time.</summary>
    Waits,

    /// <summary>It is open.</summary>
    Open,
}

/// <summary>How it stands at an instant.</summary>
/// <param name="Stage">How.</param>
/// <param name="At">When it opens, until when it is open (null until the patient ends it), or from when they may ask again.</param>
/// <param name="Ask">What waits or is open; null for nothing.</param>
public sealed record SuccessionStanding(SuccessionStage Stage, DateTimeOffset? At, PatientConsent? Ask);
