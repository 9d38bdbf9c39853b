using System.Numerics;

namespace Rapport.Conversations;

/// <summary>How long files are where they are stored: of a few lengths, so that nobody who reads the database knows a file by how long it is. From the least on at most half as much again, a fifth on average.</summary>
internal static class StoredLength
{
    private const long Least = 16 * 1024;

    /// <summary>The next of 16 KiB, 24, 32, 48, 64, 96 and so on: each power of two, and what is halfway to the next.</summary>
    internal static long Of(long length)
    {
        if (length <= Least)
        {
            return Least;
        }

        var power = (long)BitOperations.RoundUpToPowerOf2((ulong)length);
        return length <= power / 4 * 3 ? power / 4 * 3 : power;
    }
}
