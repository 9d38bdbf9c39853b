using System.Numerics;

namespace Rapport.Ledger;

/// <summary>
/// Makes proofs from the hashes of all leaves: RFC 9162 sections 2.1.3.1 (inclusion) and 2.1.4.1 (consistency), which RFC 6962 defines
/// alike. A proof costs as many hashes as the tree has leaves. Pure, thread safe. <see cref="MerkleVerification"/> checks them
/// by other means.
/// </summary>
public static class MerkleProofs
{
    /// <summary>The hashes that lead from a leaf to the root, nearest the leaf first.</summary>
    /// <param name="leafHashes">The hashes of all leaves of the tree.</param>
    /// <param name="index">Which leaf, counted from 0.</param>
    public static TreeHash[] Inclusion(ReadOnlySpan<TreeHash> leafHashes, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leafHashes.Length);
        var proof = new List<TreeHash>();
        var subtree = leafHashes;
        while (subtree.Length > 1)
        {
            var split = SplitOf(subtree.Length);
            if (index < split)
            {
                proof.Add(MerkleTree.Root(subtree[split..]));
                subtree = subtree[..split];
            }
            else
            {
                proof.Add(MerkleTree.Root(subtree[..split]));
                subtree = subtree[split..];
                index -= split;
            }
        }

        proof.Reverse();
        return [.. proof];
    }

    /// <summary>The hashes that show the tree to be an extension of the tree over its first leaves.</summary>
    /// <param name="leafHashes">The hashes of all leaves of the newer tree.</param>
    /// <param name="oldSize">How many leaves the older tree had. For 0 there is nothing to show and the proof is empty.</param>
    public static TreeHash[] Consistency(ReadOnlySpan<TreeHash> leafHashes, int oldSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, leafHashes.Length);
        if (oldSize == 0)
            return [];
        var proof = new List<TreeHash>();
        var subtree = leafHashes;
        var leftmost = true;
        while (oldSize < subtree.Length)
        {
            var split = SplitOf(subtree.Length);
            if (oldSize <= split)
            {
                proof.Add(MerkleTree.Root(subtree[split..]));
                subtree = subtree[..split];
            }
            else
            {
                proof.Add(MerkleTree.Root(subtree[..split]));
                subtree = subtree[split..];
                oldSize -= split;
                leftmost = false;
            }
        }

        // The subtree where the older tree ends; when it is the whole older tree, the verifier has its hash already.
        if (!leftmost)
            proof.Add(MerkleTree.Root(subtree));
        proof.Reverse();
        return [.. proof];
    }

    /// <summary>The largest power of two below <paramref name="size"/>: where a tree splits.</summary>
    private static int SplitOf(int size) => 1 << BitOperations.Log2((uint)(size - 1));
}
