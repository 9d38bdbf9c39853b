using System.Diagnostics;

namespace Rapport.Server.Tests.Hosting;

/// <summary>Counts how often PostgreSQL is asked for something in one database, by whichever server of this process: several statements in one command are one.</summary>
internal sealed class CommandCounter : IDisposable
{
    private readonly ActivityListener _listener;
    private int _count, _countWithin;
    private volatile Activity? _within;

    public CommandCounter(string database)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Npgsql",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("db.namespace") as string == database && activity.GetTagItem("db.query.text") is not null)
                {
                    Interlocked.Increment(ref _count);
                    if (_within is { } within && activity.TraceId == within.TraceId)
                    {
                        Interlocked.Increment(ref _countWithin);
                    }
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>How often it was asked since the last time.</summary>
    public int Take() => Interlocked.Exchange(ref _count, 0);

    /// <summary>How often it is asked by what somebody does, whatever else the server is at. What they leave to a loop that was begun before, such as a writer for many, is not counted: it goes on outside of what they do.</summary>
    public async Task<int> WithinAsync(Func<Task> doAsync)
    {
        Interlocked.Exchange(ref _countWithin, 0);
        using var within = new Activity("counted").Start();
        _within = within;
        try
        {
            await doAsync();
        }
        finally
        {
            _within = null;
        }

        return Interlocked.Exchange(ref _countWithin, 0);
    }

    public void Dispose() => _listener.Dispose();
}
