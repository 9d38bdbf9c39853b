using Rapport.People;

namespace Rapport.Server.Jobs;

/// <summary>Removes what is left of sessions that are over, every hour. Each node does it; of two at once one finds that it is done. Thread safe.</summary>
internal sealed class SessionSweeping(PeopleModule people, TimeProvider clock, ILogger<SessionSweeping> log) : RepeatedWork(TimeSpan.FromHours(1), clock, log)
{
    protected override Task PassAsync(CancellationToken cancel) => people.Sessions.SweepAsync(cancel);
}
