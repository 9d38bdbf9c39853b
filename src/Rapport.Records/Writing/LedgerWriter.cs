using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// Puts disclosures into their patients' ledgers: one thread takes whatever is waiting and commits it in one transaction, however many patients it
/// concerns. No delay gathers more: while one transaction syncs, the next batch grows by itself.
/// </summary>
/// <remarks>
/// An append that completed MUST be durable. It MUST only complete when, in the same transaction, the head row still named the state of record and
/// consents that the disclosure was decided on: that is what makes a revocation on any node hold on all.
/// </remarks>
internal sealed class LedgerWriter : IDisposable
{
    // What one transaction carries at most; keeps a burst from making everyone wait for everyone.
    private const int MaxBatch = 2048;

    private readonly Lock _entering = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Thread _thread;
    private readonly ILedgerBatch _batch;
    private List<PendingAppend> _waiting = [];
    private bool _stopped;

    internal LedgerWriter(ILedgerBatch batch)
    {
        _batch = batch;
        _thread = new Thread(Run) { IsBackground = true, Name = "ledger" };
        _thread.Start();
    }

    /// <summary>
    /// Appends <paramref name="draft"/> to the compartment's ledger provided that its head still names <paramref name="state"/>. The position, or
    /// -1 when the record or its consents have changed: decide again.
    /// </summary>
    /// <exception cref="StorageException">The database failed: nothing may be released.</exception>
    internal Task<long> AppendAsync(Compartment compartment, CompartmentState state, LeafDraft draft)
    {
        var append = new PendingAppend(compartment, state.RecordSeq, state.ConsentSeq, draft);
        lock (_entering)
        {
            if (_stopped)
            {
                throw new StorageException(StorageFailure.Unavailable);
            }

            _waiting.Add(append);
            if (_waiting.Count == 1)
            {
                _arrived.Release();
            }
        }

        return append.Done.Task;
    }

    public void Dispose()
    {
        lock (_entering)
        {
            _stopped = true;
        }

        _arrived.Release();
        _thread.Join();
        _batch.Dispose();
        _arrived.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _arrived.Wait();
            List<PendingAppend> taken;
            lock (_entering)
            {
                (taken, _waiting) = (_waiting, []);
                if (taken.Count == 0 && _stopped)
                {
                    return;
                }
            }

            for (var start = 0; start < taken.Count; start += MaxBatch)
            {
                Commit(taken.GetRange(start, Math.Min(MaxBatch, taken.Count - start)));
            }
        }
    }

    private void Commit(List<PendingAppend> appends)
    {
        try
        {
            _batch.Commit(appends);
            foreach (var append in appends)
            {
                if (append.Failure is { } failure)
                {
                    append.Done.SetException(failure);
                }
                else
                {
                    append.Done.SetResult(append.Position);
                }
            }
        }
#pragma warning disable CA1031 // whatever went wrong is told to those who wait; the writer itself must go on
        catch (Exception e)
#pragma warning restore CA1031
        {
            foreach (var append in appends)
            {
                // The head may or may not have moved: it is read again before the next append.
                append.Compartment.Head = null;
                append.Done.TrySetException(e);
            }
        }
    }
}

/// <summary>A disclosure waiting for its place in the ledger.</summary>
internal sealed class PendingAppend(Compartment compartment, long recordSeq, long consentSeq, LeafDraft draft)
{
    internal const long Stale = -1;

    internal Compartment Compartment { get; } = compartment;

    internal long RecordSeq { get; } = recordSeq;

    internal long ConsentSeq { get; } = consentSeq;

    internal LeafDraft Draft { get; } = draft;

    /// <summary>Set by the batch: its position, or <see cref="Stale"/>.</summary>
    internal long Position { get; set; } = Stale;

    /// <summary>Set by the batch when this patient's ledger alone is broken: it must not stop everyone else's.</summary>
    internal Exception? Failure { get; set; }

    internal TaskCompletionSource<long> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal bool IsDecidedOn(LedgerHead head) => RecordSeq == head.RecordSeq && ConsentSeq == head.ConsentSeq;
}

/// <summary>One transaction of appends, written for each database. Called by one thread.</summary>
internal interface ILedgerBatch : IDisposable
{
    /// <summary>Sets <see cref="PendingAppend.Position"/> on each, and returns once they are durable.</summary>
    /// <exception cref="StorageException">Nothing of the batch may be taken as written.</exception>
    void Commit(List<PendingAppend> appends);
}
