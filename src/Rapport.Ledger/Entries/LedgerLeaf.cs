using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rapport.Ledger;

/// <summary>
/// One leaf of a ledger's tree: when something happened and a commitment (SHA-256) to the encoded details of it. The details carry
/// a random salt, so that without them the leaf tells nothing but the time. 41 bytes: the version 1, the time as milliseconds
/// since 1970-01-01 UTC (eight bytes, most significant first), the commitment. Immutable, thread safe.
/// </summary>
public readonly record struct LedgerLeaf
{
    /// <summary>How many bytes an encoded leaf has.</summary>
    public const int Length = 1 + sizeof(long) + TreeHash.Length;

    private const byte Version = 1;

    private static readonly long _lastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly long _unixMilliseconds;

    private LedgerLeaf(long unixMilliseconds, TreeHash commitment)
    {
        _unixMilliseconds = unixMilliseconds;
        Commitment = commitment;
    }

    /// <summary>When it happened, in UTC, to the millisecond.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(_unixMilliseconds);

    /// <summary>The SHA-256 of the encoded details.</summary>
    public TreeHash Commitment { get; }

    /// <summary>The hash by which the leaf enters the tree.</summary>
    public TreeHash Hash
    {
        get
        {
            Span<byte> bytes = stackalloc byte[Length];
            Encode(bytes);
            return MerkleTree.HashLeaf(bytes);
        }
    }

    /// <summary>The leaf for details as <see cref="LedgerDetails.Encode()"/> wrote them.</summary>
    /// <param name="time">From 1970 on; what is finer than a millisecond is dropped.</param>
    /// <param name="encodedDetails">The details' encoding, with its salt.</param>
    public static LedgerLeaf Create(DateTimeOffset time, ReadOnlySpan<byte> encodedDetails)
    {
        var milliseconds = time.ToUnixTimeMilliseconds();
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds, nameof(time));
        return new LedgerLeaf(milliseconds, Commit(encodedDetails));
    }

    /// <summary>Whether the leaf was made for details with exactly this encoding.</summary>
    public bool CommitsTo(ReadOnlySpan<byte> encodedDetails) => Commit(encodedDetails) == Commitment;

    /// <summary>The 41 bytes.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[Length];
        Encode(bytes);
        return bytes;
    }

    /// <summary>Writes the 41 bytes to the start of <paramref name="destination"/>.</summary>
    public void Encode(Span<byte> destination)
    {
        destination[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(destination[1..], _unixMilliseconds);
        Commitment.CopyTo(destination[(1 + sizeof(long))..]);
    }

    /// <summary>Reads an encoded leaf; throws <see cref="InvalidDataException"/> when the bytes are not one.</summary>
    public static LedgerLeaf Parse(ReadOnlySpan<byte> bytes) => TryParse(bytes, out var leaf)
        ? leaf
        : throw new InvalidDataException("a stored leaf of a ledger is broken");

    /// <summary>Reads an encoded leaf.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out LedgerLeaf leaf)
    {
        leaf = default;
        if (bytes.Length != Length || bytes[0] != Version)
            return false;
        var milliseconds = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        if (milliseconds < 0 || milliseconds > _lastMillisecond)
            return false;
        leaf = new LedgerLeaf(milliseconds, TreeHash.FromBytes(bytes[(1 + sizeof(long))..]));
        return true;
    }

    private static TreeHash Commit(ReadOnlySpan<byte> encodedDetails)
    {
        Span<byte> hash = stackalloc byte[TreeHash.Length];
        SHA256.HashData(encodedDetails, hash);
        return TreeHash.FromBytes(hash);
    }
}
