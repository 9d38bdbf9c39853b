using System.Security.Cryptography;

namespace Rapport.Ledger;

/// <summary>
/// The hashing of a ledger's tree, as RFC 6962 section 2.1 (and RFC 9162 section 2.1.1) defines it: SHA-256 over a leaf behind a
/// zero byte, over two children behind a one byte, and over nothing for the empty tree. Pure, thread safe.
/// </summary>
public static class MerkleTree
{
    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;

    // Longer leaves are hashed piecewise; a ledger's own leaves have 41 bytes.
    private const int ShortLeaf = 255;

    /// <summary>The root of a tree without leaves: the hash of no bytes.</summary>
    public static TreeHash EmptyRoot { get; } = TreeHash.FromBytes(SHA256.HashData(ReadOnlySpan<byte>.Empty));

    /// <summary>The hash of one leaf with these bytes.</summary>
    public static TreeHash HashLeaf(ReadOnlySpan<byte> leaf)
    {
        Span<byte> hash = stackalloc byte[TreeHash.Length];
        if (leaf.Length <= ShortLeaf)
        {
            Span<byte> input = stackalloc byte[1 + ShortLeaf];
            input[0] = LeafPrefix;
            leaf.CopyTo(input[1..]);
            SHA256.HashData(input[..(1 + leaf.Length)], hash);
        }
        else
        {
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            sha.AppendData([LeafPrefix]);
            sha.AppendData(leaf);
            sha.GetHashAndReset(hash);
        }

        return TreeHash.FromBytes(hash);
    }

    /// <summary>The hash of an inner node with these two children.</summary>
    public static TreeHash HashNode(TreeHash left, TreeHash right)
    {
        Span<byte> input = stackalloc byte[1 + 2 * TreeHash.Length];
        input[0] = NodePrefix;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + TreeHash.Length)..]);
        Span<byte> hash = stackalloc byte[TreeHash.Length];
        SHA256.HashData(input, hash);
        return TreeHash.FromBytes(hash);
    }

    /// <summary>The root of the tree over these leaf hashes, in order.</summary>
    public static TreeHash Root(ReadOnlySpan<TreeHash> leafHashes)
    {
        var frontier = new Frontier();
        foreach (var leaf in leafHashes)
            frontier.Append(leaf);
        return frontier.Root;
    }
}
