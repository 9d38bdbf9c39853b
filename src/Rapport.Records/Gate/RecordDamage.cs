using Rapport.Data;

namespace Rapport.Records;

/// <summary>What others are told of a record that is damaged, or over: one rule for every door.</summary>
internal static class RecordDamage
{
    /// <summary>Whether an exception tells that something stored is not what was written.</summary>
    internal static bool IsShownBy(Exception e) => e is SealBrokenException or InvalidDataException or FormatException or LedgerBrokenException;

    /// <summary>Reads of a record before it is known whether whoever asks may have anything of it: to them damage looks like nothing at all, and the operator is told.</summary>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    internal static async ValueTask<T> HideAsync<T>(ValueTask<T> reading)
    {
        try
        {
            return await reading;
        }
        catch (Exception e) when (IsShownBy(e))
        {
            throw new RecordUnreadableException(e);
        }
    }

    /// <summary>Works with a record for somebody else than its patient; what there is <paramref name="otherwise"/>, when it was erased meanwhile.</summary>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    internal static async Task<T> HideAsync<T>(T otherwise, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (RecordErasedException)
        {
            return otherwise;
        }
        catch (Exception e) when (IsShownBy(e))
        {
            throw new RecordUnreadableException(e);
        }
    }
}
