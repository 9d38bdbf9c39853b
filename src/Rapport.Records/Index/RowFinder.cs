using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// Finds rows by id and origin for whoever asks about many. The first few times it looks through the columns, which needs nothing; then it makes tables,
/// so that a hundred thousand questions to a hundred thousand rows stay as many steps and not their product. Thread safe.
/// </summary>
internal sealed class RowFinder(CompartmentIndex index)
{
    private const int Few = 32;

    private readonly Lazy<Tables> _tables = new(() => Tables.Of(index));
    private int _asked;

    /// <inheritdoc cref="CompartmentIndex.LastRowOf(LocalId)"/>
    internal int LastRowOf(LocalId local) => IsOneOfFew() ? index.LastRowOf(local) : _tables.Value.Last.GetValueOrDefault(local, -1);

    /// <inheritdoc cref="CompartmentIndex.FirstRowOf(LocalId)"/>
    internal int FirstRowOf(LocalId local)
    {
        if (IsOneOfFew())
        {
            return index.FirstRowOf(local);
        }

        var row = LastRowOf(local);
        while (row >= 0 && _tables.Value.Before[row] is >= 0 and var before)
        {
            row = before;
        }

        return row;
    }

    /// <inheritdoc cref="CompartmentIndex.RowOf(LocalId)"/>
    internal int RowOf(LocalId local) => LastRowOf(local) is var row && index.IsWithdrawn(row) ? -1 : row;

    /// <inheritdoc cref="CompartmentIndex.LastRowOfOrigin(ulong)"/>
    internal int LastRowOfOrigin(ulong origin) =>
        IsOneOfFew() ? index.LastRowOfOrigin(origin) : origin == 0 ? -1 : _tables.Value.LastOfOrigin.GetValueOrDefault(origin, -1);

    /// <inheritdoc cref="CompartmentIndex.RowOfOrigin(ulong)"/>
    internal int RowOfOrigin(ulong origin) => LastRowOfOrigin(origin) is >= 0 and var row ? LastRowOf(index.LocalOf(row)) : -1;

    /// <inheritdoc cref="CompartmentIndex.RowOf(LocalId, int)"/>
    internal int RowOf(LocalId local, int version)
    {
        if (IsOneOfFew())
        {
            return index.RowOf(local, version);
        }

        var row = LastRowOf(local);
        while (row >= 0 && index.VersionOf(row) != version)
        {
            row = _tables.Value.Before[row];
        }

        return row;
    }

    private bool IsOneOfFew() => !_tables.IsValueCreated && Interlocked.Increment(ref _asked) <= Few;

    /// <param name="Last">The newest row of each resource.</param>
    /// <param name="LastOfOrigin">The newest row of each origin.</param>
    /// <param name="Before">For each row the one with the version before; -1 for none.</param>
    private sealed record Tables(Dictionary<LocalId, int> Last, Dictionary<ulong, int> LastOfOrigin, int[] Before)
    {
        internal static Tables Of(CompartmentIndex index)
        {
            var tables = new Tables(new(index.Count), new(index.Count), new int[index.Count]);
            for (var row = 0; row < index.Count; row++)
            {
                var local = index.LocalOf(row);
                tables.Before[row] = tables.Last.GetValueOrDefault(local, -1);
                tables.Last[local] = row;
                tables.LastOfOrigin[index.Data.Origin[row]] = row;
            }

            return tables;
        }
    }
}
