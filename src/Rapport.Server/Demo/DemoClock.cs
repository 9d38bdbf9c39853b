namespace Rapport.Server.Demo;

/// <summary>A clock that the demo sets to weeks that have passed, so that what goes on over weeks is there from its first start.</summary>
/// <param name="now">The one clock.</param>
internal sealed class DemoClock(TimeProvider now) : TimeProvider
{
    /// <summary>How long the demo has gone on by then.</summary>
    public static readonly TimeSpan Weeks = TimeSpan.FromDays(63);

    /// <summary>What it shows.</summary>
    public DateTimeOffset At { get; set; } = now.GetUtcNow() - Weeks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => At;
}
