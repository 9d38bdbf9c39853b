using Rapport.Conversations;
using Rapport.Server.Hosting;

namespace Rapport.Server.Jobs;

/// <summary>Tells people of care teams of what is not answered in time, whether or not anybody opens a page. Each node does it; of two at once one finds that it is done. Thread safe.</summary>
internal sealed class LateWatch(ConversationDesk desk, TimeProvider clock, ILogger<LateWatch> log) : RepeatedWork(TimeSpan.FromMinutes(1), clock, log)
{
    protected override async Task PassAsync(CancellationToken cancel)
    {
        if (await desk.Late.TellAsync(cancel) is > 0 and var damaged)
        {
            Log.LateDamaged(log, damaged);
        }
    }
}
