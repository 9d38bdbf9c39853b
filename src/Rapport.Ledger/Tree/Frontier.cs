using System.Buffers.Binary;
using System.Numerics;

namespace Rapport.Ledger;

/// <summary>
/// The right edge of a tree: the roots of the perfect subtrees that its size splits into, largest first (one for each bit set in
/// the size). It is all one needs to append a leaf and to know the root, in 32 bytes times log2 of the size. An append costs two
/// node hashes at most on average (amortised O(1)), the root O(log n). Not thread safe; <see cref="Clone"/> one to try an append.
/// </summary>
public sealed class Frontier
{
    private const int SizeLength = sizeof(long);

    private TreeHash[] _peaks;
    private int _peakCount;

    /// <summary>The edge of the empty tree.</summary>
    public Frontier() => _peaks = new TreeHash[8];

    private Frontier(long size, TreeHash[] peaks, int peakCount)
    {
        Size = size;
        _peaks = peaks;
        _peakCount = peakCount;
    }

    /// <summary>How many leaves the tree has.</summary>
    public long Size { get; private set; }

    /// <summary>The root of the tree over all leaves so far.</summary>
    public TreeHash Root
    {
        get
        {
            if (_peakCount == 0)
                return MerkleTree.EmptyRoot;
            var root = _peaks[_peakCount - 1];
            for (var i = _peakCount - 2; i >= 0; i--)
                root = MerkleTree.HashNode(_peaks[i], root);
            return root;
        }
    }

    /// <summary>Adds the hash of the next leaf at the right.</summary>
    public void Append(TreeHash leafHash)
    {
        // Every trailing one bit of the size is a perfect subtree that the new leaf completes into one of twice its size.
        var merges = BitOperations.TrailingZeroCount(~Size);
        for (var i = 0; i < merges; i++)
            leafHash = MerkleTree.HashNode(_peaks[--_peakCount], leafHash);
        if (_peakCount == _peaks.Length)
            Array.Resize(ref _peaks, 2 * _peaks.Length);
        _peaks[_peakCount++] = leafHash;
        Size++;
    }

    /// <summary>A frontier of its own with the same content.</summary>
    public Frontier Clone() => new(Size, [.. _peaks], _peakCount);

    /// <summary>The size in eight bytes, most significant first, then the subtree roots, largest subtree first.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[SizeLength + _peakCount * TreeHash.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Size);
        for (var i = 0; i < _peakCount; i++)
            _peaks[i].CopyTo(bytes.AsSpan(SizeLength + i * TreeHash.Length));
        return bytes;
    }

    /// <summary>
    /// Reads what <see cref="ToBytes"/> wrote; throws <see cref="InvalidDataException"/> when the bytes are anything else.
    /// </summary>
    public static Frontier FromBytes(ReadOnlySpan<byte> bytes) => TryFromBytes(bytes)
        ?? throw new InvalidDataException("the stored edge of a ledger's tree is broken");

    /// <summary>Reads what <see cref="ToBytes"/> wrote, or null when the bytes are anything else.</summary>
    public static Frontier? TryFromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < SizeLength)
            return null;
        var size = BinaryPrimitives.ReadInt64BigEndian(bytes);
        var peakCount = BitOperations.PopCount((ulong)size);
        if (size < 0 || bytes.Length != SizeLength + peakCount * TreeHash.Length)
            return null;
        // One more than there are, so that the next append rarely grows the array.
        var peaks = new TreeHash[peakCount + 1];
        for (var i = 0; i < peakCount; i++)
            peaks[i] = TreeHash.FromBytes(bytes.Slice(SizeLength + i * TreeHash.Length, TreeHash.Length));
        return new Frontier(size, peaks, peakCount);
    }
}
