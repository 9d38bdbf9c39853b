namespace Rapport.Gathering;

/// <summary>The bytes of a document as the parts of its entry. Stateless.</summary>
internal static class DocumentParts
{
    private const int Length = 512 * 1024;

    /// <summary>The bytes in pieces; one that is empty where there are none.</summary>
    internal static IReadOnlyList<ReadOnlyMemory<byte>> Of(ReadOnlyMemory<byte> bytes)
    {
        List<ReadOnlyMemory<byte>> parts = [];
        for (var at = 0; at == 0 || at < bytes.Length; at += Length)
        {
            parts.Add(bytes.Slice(at, Math.Min(Length, bytes.Length - at)));
        }

        return parts;
    }

    /// <summary>Whether both are the same bytes, however they are cut.</summary>
    internal static bool AreSame(IReadOnlyList<ReadOnlyMemory<byte>> left, IReadOnlyList<ReadOnlyMemory<byte>> right)
    {
        if (left.Sum(part => (long)part.Length) != right.Sum(part => (long)part.Length))
        {
            return false;
        }

        var (index, rest) = (0, ReadOnlyMemory<byte>.Empty);
        foreach (var part in left)
        {
            for (var open = part; !open.IsEmpty;)
            {
                rest = rest.IsEmpty ? right[index++] : rest;
                var length = Math.Min(open.Length, rest.Length);
                if (!open.Span[..length].SequenceEqual(rest.Span[..length]))
                {
                    return false;
                }

                (open, rest) = (open[length..], rest[length..]);
            }
        }

        return true;
    }
}
