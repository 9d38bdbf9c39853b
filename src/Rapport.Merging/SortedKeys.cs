namespace Rapport.Merging;

/// <summary>Sets of hashes as sorted arrays.</summary>
internal static class SortedKeys
{
    internal static bool IntersectsSorted(this ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            if (a[i] == b[j])
            {
                return true;
            }

            if (a[i] < b[j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return false;
    }

    internal static bool IntersectsSorted(this Span<ulong> a, ReadOnlySpan<ulong> b) => ((ReadOnlySpan<ulong>)a).IntersectsSorted(b);

    internal static ulong[] ToSorted(this IEnumerable<ulong> keys) => [.. keys.Distinct().Order()];
}
