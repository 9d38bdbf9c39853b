namespace Rapport.People;

/// <summary>
/// Times of sessions as the database may tell them, in Unix milliseconds: a moment would lead from an account to the record that was written to at that moment. They find what is surely open and what is surely over;
/// in between decides the moment, which is sealed with the session.
/// </summary>
internal static class CoarseTime
{
    internal const long Hour = 3_600_000;

    internal const long Day = 24 * Hour;

    /// <summary>The hour in which something was used: at most an hour too early.</summary>
    internal static long Used(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / Hour * Hour;

    /// <summary>The end of the day on which something ends: at most a day too late.</summary>
    internal static long Ends(DateTimeOffset at) => (at.ToUnixTimeMilliseconds() + Day - 1) / Day * Day;
}
