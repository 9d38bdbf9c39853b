using System.Net;

namespace Rapport.Crash.Tests;

/// <summary>
/// Readers, importers and revokers at the same time, on one server or several of one installation, until somebody says stop. Bounded in the number of
/// requests.
/// </summary>
internal sealed class Storm(World world, IReadOnlyList<Api> nodes, int seed)
{
    private const int MaxRequests = 20_000;

    private volatile bool _stopped;
    private int _acknowledged;

    /// <summary>Called after each acknowledged request with their number so far.</summary>
    public Action<int> Acknowledged { get; set; } = static _ => { };

    /// <summary>Called by whoever revoked, before the next request of theirs.</summary>
    public Func<Sharing, Task> Revoked { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Ends every loop after the request it is in. From now on answers may stay away.</summary>
    public void Stop() => _stopped = true;

    public Task RunAsync() => Task.WhenAll(
    [
        .. world.Readers.Select((reader, i) => LoopAsync(i, random => ReadAsync(reader, random))),
        .. world.Patients.Select((patient, i) => LoopAsync(100 + i, random => ImportAsync(patient, random))),
        .. world.Patients.Select((patient, i) => LoopAsync(200 + i, random => ChangeAsync(patient, random))),
    ]);

    private async Task LoopAsync(int worker, Func<Random, Task<bool>> work)
    {
        var random = new Random((seed * 1000) + worker);
        for (var i = 0; i < MaxRequests && !_stopped; i++)
        {
            if (await work(random))
            {
                Acknowledged(Interlocked.Increment(ref _acknowledged));
            }
            else
            {
                Assert.True(_stopped, "a server that nobody stopped gave no answer: " + string.Join("; ", nodes.Select(static n => n.LastFailure)));
            }
        }
    }

    private async Task<bool> ReadAsync(Reader reader, Random random)
    {
        var status = await reader.AskAsync(Node(random), byId: random.Next(3) > 0);
        Assert.True(status is null or HttpStatusCode.OK or HttpStatusCode.NotFound, $"a read was answered with {status}");
        return status is not null;
    }

    private async Task<bool> ImportAsync(DemoPerson patient, Random random)
    {
        var batch = new Batch(patient, $"b{seed}-{random.Next():x}", random.Next(1, 40), IsAcknowledged: false);
        var (status, body) = await Node(random).ImportAsync(patient, Make.Batch(patient.Patient!, batch.Name, batch.Size));
        Assert.True(status is null or HttpStatusCode.OK, $"an import was answered with {status}: {body}");
        lock (world.Batches)
        {
            world.Batches.Add(batch with { IsAcknowledged = status is not null });
        }

        return status is not null;
    }

    private async Task<bool> ChangeAsync(DemoPerson patient, Random random)
    {
        var mine = world.Sharings.Where(s => s.Patient == patient).ToList();
        var sharing = mine[random.Next(mine.Count)];
        var open = sharing.IsOpen == false;
        if (!await sharing.SetAsync(Node(random), open))
        {
            return false;
        }

        if (!open)
        {
            await Revoked(sharing);
        }

        return true;
    }

    private Api Node(Random random) => nodes[random.Next(nodes.Count)];
}
