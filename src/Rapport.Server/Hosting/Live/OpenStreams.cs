using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>One who waits for something to happen.</summary>
internal interface IOpenStream
{
    /// <summary>Who waits.</summary>
    PersonId Person { get; }

    /// <summary>What wakes them.</summary>
    StreamSignal Signal { get; }
}

/// <summary>
/// The streams of one kind that this node has open: they have room among all others, the database is asked for them as long as there is one, whatever fails meanwhile, and all end when the server stops. Thread safe.
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
internal sealed class OpenStreams<T> : IAsyncDisposable
    where T : class, IOpenStream
{
    private readonly StreamRoom _room;
    private readonly TimeSpan _every;
    private readonly Func<Func<CancellationToken, Task>> _begin;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping;
    private readonly CancellationTokenRegistration _onStop;
    private readonly Lock _lock = new();
    private readonly HashSet<T> _streams = [];
    private Task _asking = Task.CompletedTask;
    private bool _isAsking;

    /// <param name="room">How many there may be.</param>
    /// <param name="every">How often it is asked: by the time that passes, not by the clock of the records. How soon a page shows something is no fact of a record.</param>
    /// <param name="begin">Called when the first stream is there and none was: gives what is asked from then on, one question after the other.</param>
    /// <param name="lifetime">When the server stops.</param>
    /// <param name="log">Where failures are told.</param>
    public OpenStreams(StreamRoom room, TimeSpan every, Func<Func<CancellationToken, Task>> begin, IHostApplicationLifetime lifetime, ILogger log)
    {
        (_room, _every, _begin, _log) = (room, every, begin, log);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        _onStop = _stopping.Token.Register(EndAll);
    }

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _streams.Count;
            }
        }
    }

    /// <summary>Takes one in; false when there is no room for it, or the server stops.</summary>
    public bool TryAdd(T stream)
    {
        if (!_room.TryTake(stream.Person))
        {
            return false;
        }

        lock (_lock)
        {
            if (!_stopping.IsCancellationRequested)
            {
                _streams.Add(stream);
                if (!_isAsking)
                {
                    _isAsking = true;
                    _asking = Task.Run(AskAsync, CancellationToken.None);
                }

                return true;
            }
        }

        _room.Give(stream.Person);
        return false;
    }

    /// <summary>Lets one go; false when it is not there any more.</summary>
    public bool Remove(T stream)
    {
        stream.Signal.End();
        lock (_lock)
        {
            if (!_streams.Remove(stream))
            {
                return false;
            }
        }

        _room.Give(stream.Person);
        return true;
    }

    /// <summary>Those that there are now.</summary>
    public T[] Copy()
    {
        lock (_lock)
        {
            return [.. _streams];
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _asking;
        await _onStop.DisposeAsync();
        _stopping.Dispose();
    }

    private void EndAll()
    {
        foreach (var stream in Copy())
        {
            stream.Signal.End();
        }
    }

    private bool HasStreams()
    {
        lock (_lock)
        {
            return _isAsking = _streams.Count > 0 && !_stopping.IsCancellationRequested;
        }
    }

    private async Task AskAsync()
    {
        using var timer = new PeriodicTimer(_every);
        var ask = _begin();
        while (HasStreams())
        {
            try
            {
                await ask(_stopping.Token);
                await timer.WaitForNextTickAsync(_stopping.Token);
            }
            catch (StorageException e)
            {
                // Whoever waits goes on waiting: what happened meanwhile is told when the database is back.
                Log.LiveFailed(_log, e.Failure);
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // The streams have been ended.
            }
#pragma warning disable CA1031 // whatever it was: whoever waits must not wait for ever
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.LiveBroken(_log, e.GetType().Name);
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }
}
