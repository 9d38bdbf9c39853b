namespace Rapport.Ledger;

/// <summary>
/// Checks proofs against roots, walking up from the leaf by the bits of the positions: RFC 9162 sections 2.1.3.2 (inclusion) and
/// 2.1.4.2 (consistency). Shares nothing with <see cref="MerkleProofs"/> but the hash of a node. Takes any input. Pure, thread safe.
/// </summary>
public static class MerkleVerification
{
    /// <summary>Whether the proof leads from the leaf at this position to the root of a tree of this size.</summary>
    public static bool Inclusion(TreeHash leafHash, long index, long size, ReadOnlySpan<TreeHash> proof, TreeHash root)
    {
        if (index < 0 || index >= size)
            return false;
        var (node, last) = (index, size - 1);
        var hash = leafHash;
        foreach (var sibling in proof)
        {
            if (last == 0)
                return false;
            if (IsRightChild(node) || node == last)
            {
                hash = MerkleTree.HashNode(sibling, hash);
                ClimbToRightChild(ref node, ref last);
            }
            else
            {
                hash = MerkleTree.HashNode(hash, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && hash == root;
    }

    /// <summary>Whether the proof shows the newer tree to hold the older one's leaves, unchanged and first.</summary>
    public static bool Consistency(long oldSize, TreeHash oldRoot, long newSize, TreeHash newRoot, ReadOnlySpan<TreeHash> proof)
    {
        if (oldSize < 0 || oldSize > newSize)
            return false;
        if (oldSize == 0)
            return proof.IsEmpty && oldRoot == MerkleTree.EmptyRoot && (newSize != 0 || newRoot == oldRoot);
        if (oldSize == newSize)
            return proof.IsEmpty && oldRoot == newRoot;

        var (node, last) = (oldSize - 1, newSize - 1);
        while (IsRightChild(node))
            (node, last) = (node >> 1, last >> 1);

        // An older tree whose size is a power of two is itself the subtree from which both roots are reached.
        TreeHash start;
        if (node == 0)
        {
            start = oldRoot;
        }
        else
        {
            if (proof.IsEmpty)
                return false;
            start = proof[0];
            proof = proof[1..];
        }

        var (oldHash, newHash) = (start, start);
        foreach (var sibling in proof)
        {
            if (last == 0)
                return false;
            if (IsRightChild(node) || node == last)
            {
                oldHash = MerkleTree.HashNode(sibling, oldHash);
                newHash = MerkleTree.HashNode(sibling, newHash);
                ClimbToRightChild(ref node, ref last);
            }
            else
            {
                newHash = MerkleTree.HashNode(newHash, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && oldHash == oldRoot && newHash == newRoot;
    }

    private static bool IsRightChild(long node) => (node & 1) != 0;

    /// <summary>Passes over the levels at which the last node has no sibling and moves up unhashed.</summary>
    private static void ClimbToRightChild(ref long node, ref long last)
    {
        while (!IsRightChild(node) && node != 0)
            (node, last) = (node >> 1, last >> 1);
    }
}
