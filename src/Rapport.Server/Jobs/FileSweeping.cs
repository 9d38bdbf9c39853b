using Rapport.Conversations;

namespace Rapport.Server.Jobs;

/// <summary>Removes files that somebody chose for a message and did not send within a day. Each node does it; of two at once one finds that it is done. Thread safe.</summary>
internal sealed class FileSweeping(ConversationDesk desk, TimeProvider clock, ILogger<FileSweeping> log) : RepeatedWork(TimeSpan.FromHours(1), clock, log)
{
    protected override Task PassAsync(CancellationToken cancel) => desk.Files.SweepAsync(cancel);
}
