using System.Runtime.ExceptionServices;

namespace Rapport.Records;

/// <summary>Works out many drafts, on all processors where there are enough to be worth it. Stateless.</summary>
public static class ParallelDrafts
{
    private const int Fewest = 16;

    /// <summary>What is made for each number below a count.</summary>
    /// <param name="count">How many.</param>
    /// <param name="make">Makes one; may be called on several threads at once. The first thing that it throws comes out of here as it was thrown.</param>
    /// <param name="cancel">Gives up between two of them.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static T[] Make<T>(int count, Func<int, T> make, CancellationToken cancel)
    {
        var made = new T[count];
        if (count < Fewest)
        {
            for (var i = 0; i < count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                made[i] = make(i);
            }

            return made;
        }

        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancel }, i =>
            {
                cancel.ThrowIfCancellationRequested();
                made[i] = make(i);
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        return made;
    }
}
