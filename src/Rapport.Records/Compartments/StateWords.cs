using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// The words of the entries of one state. Whoever looks for some first has the index of them made, on the thread pool; everybody else waits for the same index, and nobody holds a thread.
/// Thread safe.
/// </summary>
/// <param name="index">The entries.</param>
/// <param name="read">Opens the entry of a row.</param>
/// <param name="earlier">The words of the state before; null to begin.</param>
internal sealed class StateWords(CompartmentIndex index, Func<int, Resource> read, StateWords? earlier)
{
    /// <summary>Making an index keeps a processor busy: however many records are searched first at once, half of the processors stay for everything else.</summary>
    private static readonly SemaphoreSlim Turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    private readonly Lock _asking = new();

    /// <summary>What a state before knows or is about to know, without keeping that state alive; null once it is not needed.</summary>
    private volatile Task<TextIndex>? _earlier = earlier?.Newest;
    private volatile TextIndex? _made;
    private Task<TextIndex>? _making;

    /// <summary>What is known without reading any entry; null when that is nothing.</summary>
#pragma warning disable RS0030 // completed: nothing is waited for
    internal TextIndex? Known => _earlier is { IsCompletedSuccessfully: true } known ? known.Result : _made;
#pragma warning restore RS0030

    private Task<TextIndex>? Newest
    {
        get
        {
            lock (_asking)
            {
                return IsLost(_making) ? _earlier : _making;
            }
        }
    }

    /// <summary>The index, made when it is not there. It belongs to all who ask, so no one's giving up may end it; when it fails, who asks next has it made again.</summary>
    /// <param name="made">Called when it was newly made: from then on it takes memory.</param>
    internal Task<TextIndex> IndexAsync(Action made)
    {
        lock (_asking)
        {
            if (IsLost(_making))
            {
                _making = Task.Run(() => MakeAsync(made));
            }

            return _making!;
        }
    }

    private static bool IsLost(Task? making) => making is null or { IsFaulted: true } or { IsCanceled: true };

    private async Task<TextIndex> MakeAsync(Action made)
    {
        var known = _earlier is { } from ? await OrNothingAsync(from) : null;
        await Turns.WaitAsync();
        try
        {
            _made = TextIndex.Build(index, read, known);
        }
        finally
        {
            Turns.Release();
        }

        _earlier = null;
        made();
        return _made;
    }

    private static async Task<TextIndex?> OrNothingAsync(Task<TextIndex> from)
    {
        try
        {
            return await from;
        }
        catch (Exception)
        {
            // Who asked for that one was told why; this one reads all entries itself.
            return null;
        }
    }
}
