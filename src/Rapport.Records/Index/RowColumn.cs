namespace Rapport.Records;

/// <summary>Walks a column that names for each value its row, sorted by row.</summary>
internal static class RowColumn
{
    /// <summary>
    /// The first place at or after <paramref name="at"/> that belongs to <paramref name="row"/> or one after it; the column's length where there is none. Found in steps that
    /// double: quick whether the rows that are asked for lie close or far apart.
    /// </summary>
    internal static int Seek(int[] rowOf, int at, int row)
    {
        int low = at, step = 1;
        while (low + step < rowOf.Length && rowOf[low + step] < row)
        {
            low += step;
            step *= 2;
        }

        var high = Math.Min(low + step, rowOf.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = rowOf[middle] < row ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
