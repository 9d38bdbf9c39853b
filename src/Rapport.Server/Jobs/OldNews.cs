using Rapport.Conversations;

namespace Rapport.Server.Jobs;

/// <summary>Deletes what has been new for so long that nobody comes back for it. Each node does it; what another deleted is not there to delete. Thread safe.</summary>
internal sealed class OldNews(ConversationDesk desk, TimeProvider clock, ILogger<OldNews> log) : RepeatedWork(TimeSpan.FromHours(6), clock, log)
{
    protected override Task PassAsync(CancellationToken cancel) => desk.News.ForgetAsync(Clock.GetUtcNow(), cancel);
}
