namespace Rapport.Ledger.Tests.Tree;

/// <summary>The tree and its proofs against the naive definitions, for every small size and some larger ones.</summary>
public sealed class MerklePropertiesTests
{
    private const int EverySizeTo = 33;

    public static TheoryData<int> LargerSizes => [64, 65, 127, 128, 255, 1000];

    [Fact]
    public void EverySmallTreeAgreesWithTheDefinition()
    {
        for (var size = 0; size <= EverySizeTo; size++)
        {
            var leaves = Leaves(size);
            var hashes = Hashes(leaves);
            Assert.Equal(NaiveTree.Root(leaves), MerkleTree.Root(hashes).ToArray());
            for (var index = 0; index < size; index++)
                Assert.Equal(NaiveTree.Path(index, leaves), MerkleProofs.Inclusion(hashes, index).Select(hash => hash.ToArray()));
            for (var oldSize = 1; oldSize <= size; oldSize++)
                Assert.Equal(NaiveTree.Proof(oldSize, leaves), MerkleProofs.Consistency(hashes, oldSize).Select(hash => hash.ToArray()));
        }
    }

    [Fact]
    public void EveryProofOfEverySmallTreeVerifiesAndNoChangedOneDoes()
    {
        var all = Hashes(Leaves(EverySizeTo));
        var dice = new Dice(1);
        for (var size = 1; size <= EverySizeTo; size++)
        {
            var hashes = all.AsSpan(0, size);
            var root = MerkleTree.Root(hashes);
            for (var index = 0; index < size; index++)
            {
                var leaf = hashes[index];
                AssertOnlyThis(
                    MerkleProofs.Inclusion(hashes, index), dice,
                    proof => MerkleVerification.Inclusion(leaf, index, size, proof, root));
                Assert.False(MerkleVerification.Inclusion(dice.Hash(), index, size, MerkleProofs.Inclusion(hashes, index), root));
                Assert.False(MerkleVerification.Inclusion(leaf, index, size, MerkleProofs.Inclusion(hashes, index), dice.Hash()));
                for (var other = -1; other <= size; other++)
                    Assert.Equal(other == index, MerkleVerification.Inclusion(leaf, other, size, MerkleProofs.Inclusion(hashes, index), root));
            }

            for (var oldSize = 0; oldSize <= size; oldSize++)
            {
                var oldRoot = MerkleTree.Root(hashes[..oldSize]);
                AssertOnlyThis(
                    MerkleProofs.Consistency(hashes, oldSize), dice,
                    proof => MerkleVerification.Consistency(oldSize, oldRoot, size, root, proof));
                Assert.False(MerkleVerification.Consistency(oldSize, dice.Hash(), size, root, MerkleProofs.Consistency(hashes, oldSize)));
                if (oldSize > 0)
                    Assert.False(MerkleVerification.Consistency(oldSize, oldRoot, size, dice.Hash(), MerkleProofs.Consistency(hashes, oldSize)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(LargerSizes))]
    public void LargerTreesAgreeWithTheDefinitionAndVerify(int size)
    {
        var leaves = Leaves(size);
        var hashes = Hashes(leaves);
        var root = MerkleTree.Root(hashes);
        Assert.Equal(NaiveTree.Root(leaves), root.ToArray());
        var dice = new Dice(size);
        for (var round = 0; round < 20; round++)
        {
            var index = dice.Below(size);
            var inclusion = MerkleProofs.Inclusion(hashes, index);
            Assert.Equal(NaiveTree.Path(index, leaves), inclusion.Select(hash => hash.ToArray()));
            Assert.True(MerkleVerification.Inclusion(hashes[index], index, size, inclusion, root));

            var oldSize = dice.Between(1, size);
            var consistency = MerkleProofs.Consistency(hashes, oldSize);
            Assert.Equal(NaiveTree.Proof(oldSize, leaves), consistency.Select(hash => hash.ToArray()));
            Assert.True(MerkleVerification.Consistency(oldSize, MerkleTree.Root(hashes.AsSpan(0, oldSize)), size, root, consistency));
        }
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(4, 3)]
    [InlineData(long.MinValue, long.MaxValue)]
    [InlineData(long.MaxValue, long.MaxValue - 1)]
    public void SizesThatCannotBeAreRefused(long oldSize, long newSize)
    {
        Assert.False(MerkleVerification.Consistency(oldSize, default, newSize, default, [default]));
        Assert.False(MerkleVerification.Inclusion(default, oldSize, newSize, [default], default));
    }

    [Fact]
    public void HugePositionsEndWithTheProof()
    {
        var proof = new TreeHash[200];
        Assert.False(MerkleVerification.Inclusion(default, long.MaxValue - 1, long.MaxValue, proof, default));
        Assert.False(MerkleVerification.Consistency(long.MaxValue - 1, default, long.MaxValue, default, proof));
    }

    /// <summary>The proof is accepted, and none with a hash changed, dropped, doubled, added or swapped.</summary>
    private static void AssertOnlyThis(TreeHash[] proof, Dice dice, Func<TreeHash[], bool> accepts)
    {
        Assert.True(accepts(proof));
        Assert.False(accepts([.. proof, dice.Hash()]));
        Assert.False(accepts([dice.Hash(), .. proof]));
        for (var i = 0; i < proof.Length; i++)
        {
            Assert.False(accepts([.. proof[..i], dice.Hash(), .. proof[(i + 1)..]]));
            Assert.False(accepts([.. proof[..i], .. proof[(i + 1)..]]));
            Assert.False(accepts([.. proof[..i], proof[i], .. proof[i..]]));
        }

        if (proof.Length > 1)
            Assert.False(accepts([proof[1], proof[0], .. proof[2..]]));
    }

    private static byte[][] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => new Dice(i).Bytes(i % 300))];

    private static TreeHash[] Hashes(byte[][] leaves) => [.. leaves.Select(leaf => MerkleTree.HashLeaf(leaf))];
}
