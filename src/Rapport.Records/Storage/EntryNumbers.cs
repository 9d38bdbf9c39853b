namespace Rapport.Records;

/// <summary>
/// How a ledger entry lists the entries it speaks of: their numbers in ascending order, each as the difference to the one before, in LEB128.
/// </summary>
internal static class EntryNumbers
{
    internal static byte[] Encode(ReadOnlySpan<int> ascendingRows)
    {
        var buffer = new byte[ascendingRows.Length * 5];
        int length = 0, previous = -1;
        foreach (var row in ascendingRows)
        {
            var difference = (uint)(row - previous);
            previous = row;
            for (; difference >= 0x80; difference >>= 7)
            {
                buffer[length++] = (byte)(difference | 0x80);
            }

            buffer[length++] = (byte)difference;
        }

        return buffer.AsSpan(0, length).ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes were not written by <see cref="Encode"/>.</exception>
    internal static int[] Decode(ReadOnlySpan<byte> bytes)
    {
        List<int> rows = [];
        int previous = -1, shift = 0;
        uint difference = 0;
        foreach (var b in bytes)
        {
            difference |= (uint)(b & 0x7F) << shift;
            if ((b & 0x80) != 0)
            {
                shift += 7;
                if (shift > 28)
                {
                    throw new InvalidDataException("a ledger entry lists its entries in an unknown form");
                }

                continue;
            }

            previous += (int)difference;
            rows.Add(previous);
            (difference, shift) = (0, 0);
        }

        return shift == 0 ? [.. rows] : throw new InvalidDataException("a ledger entry lists its entries in an unknown form");
    }
}
