using System.Net;

namespace Rapport.Crash.Tests;

/// <summary>
/// Readers, importers and revokers at the same time, on one server or several of one installation, until somebody says stop. Bounded in the number of
/// requests.
/// </summary>
internal sealed class Storm(World world, IReadOnlyList<Api> nodes, int seed) : IDisposable
{
    private const int MaxRequests = 20_000;

    /// <summary>Reads for each import or change of a consent: who reads must come to read something before it changes again.</summary>
    private const int ReadsForEachChange = 4;

    private readonly SemaphoreSlim _changes = new(4);
    private volatile bool _stopped;
    private int _acknowledged;
    private int _reads;

    /// <summary>Called after each read given, import or change with their number so far.</summary>
    public Action<int> Acknowledged { get; set; } = static _ => { };

    /// <summary>Called by whoever revoked, before the next request of theirs.</summary>
    public Func<Sharing, Task> Revoked { get; set; } = static _ => Task.CompletedTask;

    public void Dispose() => _changes.Dispose();

    /// <summary>Ends every loop after the request it is in. From now on answers may stay away.</summary>
    public void Stop()
    {
        _stopped = true;
        _changes.Release(2 * world.Patients.Count);
    }

    public Task RunAsync() => Task.WhenAll(
    [
        .. world.Readers.Select((reader, i) => LoopAsync(i, isReader: true, random => ReadAsync(reader, random))),
        .. world.Patients.Select((patient, i) => LoopAsync(100 + i, isReader: false, random => ImportAsync(patient, random))),
        .. world.Patients.Select((patient, i) => LoopAsync(200 + i, isReader: false, random => ChangeAsync(patient, random))),
    ]);

    private async Task LoopAsync(int worker, bool isReader, Func<Random, Task<Outcome>> work)
    {
        try
        {
            var random = new Random((seed * 1000) + worker);
            for (var i = 0; i < MaxRequests && !_stopped; i++)
            {
                await LoopOnceAsync(isReader, random, work);
            }
        }
        catch
        {
            // What went wrong for one ends it for all.
            Stop();
            throw;
        }
    }

    private async Task LoopOnceAsync(bool isReader, Random random, Func<Random, Task<Outcome>> work)
    {
        if (!isReader)
        {
            await _changes.WaitAsync(TestContext.Current.CancellationToken);
        }
        else if (Interlocked.Increment(ref _reads) % ReadsForEachChange == 0)
        {
            _changes.Release();
        }

        if (_stopped)
        {
            return;
        }

        var outcome = await work(random);
        Assert.True(outcome != Outcome.NoAnswer || _stopped, "a server that nobody stopped gave no answer: " + string.Join("; ", nodes.Select(static n => n.LastFailure)));
        if (outcome == Outcome.Done)
        {
            Acknowledged(Interlocked.Increment(ref _acknowledged));
        }
    }

    private async Task<Outcome> ReadAsync(Reader reader, Random random)
    {
        var status = await reader.AskAsync(Node(random), byId: random.Next(3) > 0);
        Assert.True(status is null or HttpStatusCode.OK or HttpStatusCode.NotFound, $"a read was answered with {status}");
        return status switch { null => Outcome.NoAnswer, HttpStatusCode.OK => Outcome.Done, _ => Outcome.Refused };
    }

    private async Task<Outcome> ImportAsync(DemoPerson patient, Random random)
    {
        var batch = new Batch(patient, $"b{seed}-{random.Next():x}", random.Next(1, 40), IsAcknowledged: false);
        var (status, body) = await Node(random).ImportAsync(patient, Make.Batch(patient.Patient!, batch.Name, batch.Size));
        Assert.True(status is null or HttpStatusCode.OK, $"an import was answered with {status}: {body}");
        lock (world.Batches)
        {
            world.Batches.Add(batch with { IsAcknowledged = status is not null });
        }

        return status is null ? Outcome.NoAnswer : Outcome.Done;
    }

    /// <summary>Revokes, and mostly shares again: there must be something to read.</summary>
    private async Task<Outcome> ChangeAsync(DemoPerson patient, Random random)
    {
        var mine = world.Sharings.Where(s => s.Patient == patient).ToList();
        var sharing = mine[random.Next(mine.Count)];
        if (sharing.IsOpen != false)
        {
            if (!await sharing.SetAsync(Node(random), open: false))
            {
                return Outcome.NoAnswer;
            }

            await Revoked(sharing);
            if (random.Next(4) == 0)
            {
                return Outcome.Done;
            }
        }

        return await sharing.SetAsync(Node(random), open: true) ? Outcome.Done : Outcome.NoAnswer;
    }

    private Api Node(Random random) => nodes[random.Next(nodes.Count)];

    private enum Outcome
    {
        NoAnswer,
        Refused,
        Done,
    }
}
