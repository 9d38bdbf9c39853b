using System.Collections.Concurrent;
using System.Data.Common;

namespace Rapport.Data;

/// <summary>
/// Short transactions of SQLite that share a commit: whoever gets to write takes along all that wait at that moment, each behind a savepoint of its own, so that what fails takes nothing of the others along. Nobody waits for others to
/// come. Each is answered once the commit they share is on disk. Thread safe.
/// </summary>
/// <param name="oneWriter">The lock of who writes.</param>
/// <param name="open">Opens a connection.</param>
internal sealed class SharedCommits(SemaphoreSlim oneWriter, Func<DbConnection> open)
{
    private const int MostTogether = 64;

    /// <summary>Rows that are written by one commit, about, unless one alone writes more: whoever else waits to write waits for no more.</summary>
    private const int MostRows = 256;

    private readonly ConcurrentQueue<Job> _waiting = [];

    /// <summary>Runs a short transaction, with others or alone.</summary>
    /// <exception cref="OperationCanceledException">It was given up before it began.</exception>
    /// <exception cref="StorageException">The commit failed.</exception>
    internal async Task<T> RunAsync<T>(Func<DbTransaction, Task<T>> work, int rows, CancellationToken cancel)
    {
        var job = new Job<T>(work, rows);
        _waiting.Enqueue(job);
        do
        {
            try
            {
                await oneWriter.WaitAsync(cancel);
            }
            catch (OperationCanceledException) when (job.TryTake())
            {
                throw;
            }
            catch (OperationCanceledException)
            {
                // Somebody took it along already: it is as it will be.
                break;
            }

            try
            {
                // Who was taken along by somebody before has nothing to do but to let the next one in.
                if (!job.IsTaken)
                {
                    await WriteAsync();
                }
            }
#pragma warning disable CA1031 // there was no transaction to fail in: it is told to who wanted one
            catch (Exception) when (job.TryTake())
#pragma warning restore CA1031
            {
                throw;
            }
            finally
            {
                oneWriter.Release();
            }
        }
        while (!job.IsTaken); // Each commit lets in who else waits to write.

        return await job.Result;
    }

    private async Task WriteAsync()
    {
        List<Job> done = [];
        try
        {
            await using var connection = open();
            await using var transaction = await connection.BeginTransactionAsync();
            var rows = 0;
            while (done.Count < MostTogether && _waiting.TryPeek(out var next) && (done.Count == 0 || rows + next.Rows <= MostRows) && _waiting.TryDequeue(out var job))
            {
                if (job.TryTake())
                {
                    rows += job.Rows;
                    done.Add(job);
                    await job.RunAsync(transaction);
                }
            }

            await Database.CommitAsync(transaction);
            done.ForEach(static job => job.Tell());
        }
#pragma warning disable CA1031 // whatever it is, each who waits is told of it
        catch (Exception e) when (done.Count > 0)
#pragma warning restore CA1031
        {
            done.ForEach(job => job.Fail(e));
        }
    }

    private abstract class Job(int rows)
    {
        private int _taken;

        internal int Rows => rows;

        internal bool IsTaken => Volatile.Read(ref _taken) == 1;

        /// <summary>Whether it is the caller's to run, or to give up.</summary>
        internal bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

        internal abstract Task RunAsync(DbTransaction transaction);

        /// <summary>Tells what became of it, now that it is on disk.</summary>
        internal abstract void Tell();

        internal abstract void Fail(Exception error);
    }

    private sealed class Job<T>(Func<DbTransaction, Task<T>> work, int rows) : Job(rows)
    {
        private const string Savepoint = "one";

        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _value;

        internal Task<T> Result => _result.Task;

        internal override async Task RunAsync(DbTransaction transaction)
        {
            await transaction.SaveAsync(Savepoint);
            try
            {
                _value = await work(transaction);
            }
#pragma warning disable CA1031 // whatever it is belongs to whoever sent the work
            catch (Exception e)
#pragma warning restore CA1031
            {
                // Where the database gave up the whole transaction, this fails too, and with it all of them.
                await transaction.RollbackAsync(Savepoint);
                _result.SetException(e);
            }

            await transaction.ReleaseAsync(Savepoint);
        }

        internal override void Tell() => _result.TrySetResult(_value!);

        internal override void Fail(Exception error) => _result.TrySetException(error);
    }
}
