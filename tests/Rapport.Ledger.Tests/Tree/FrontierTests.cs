namespace Rapport.Ledger.Tests.Tree;

public sealed class FrontierTests
{
    [Fact]
    public void AtEverySizeTheRootIsThatOfTheDefinitionAndTheBytesReadBack()
    {
        var leaves = Enumerable.Range(0, 130).Select(i => new[] { (byte)i }).ToArray();
        var frontier = new Frontier();
        for (var size = 0; size < leaves.Length; size++)
        {
            Assert.Equal(size, frontier.Size);
            Assert.Equal(NaiveTree.Root(leaves[..size]), frontier.Root.ToArray());

            var bytes = frontier.ToBytes();
            Assert.Equal(8 + 32 * System.Numerics.BitOperations.PopCount((uint)size), bytes.Length);
            frontier = Frontier.FromBytes(bytes);
            Assert.Equal(bytes, frontier.ToBytes());
            frontier.Append(MerkleTree.HashLeaf(leaves[size]));
        }
    }

    [Fact]
    public void ACloneGrowsOnItsOwn()
    {
        var frontier = new Frontier();
        frontier.Append(new Dice(1).Hash());
        var before = frontier.ToBytes();
        var clone = frontier.Clone();
        for (var i = 0; i < 20; i++)
            clone.Append(new Dice(i).Hash());
        Assert.Equal(before, frontier.ToBytes());
        Assert.Equal(21, clone.Size);
    }

    [Fact]
    public void BytesOfAnotherLengthAreRefused()
    {
        for (var size = 0L; size < 20; size++)
        {
            for (var length = 0; length < 8 + 32 * 5; length++)
            {
                var bytes = new byte[length];
                if (length >= 8)
                    bytes[7] = (byte)size;
                else
                    bytes.AsSpan().Fill((byte)size);
                var fits = length == 8 + 32 * System.Numerics.BitOperations.PopCount((ulong)size);
                Assert.Equal(fits, Frontier.TryFromBytes(bytes) is not null);
            }
        }
    }

    [Fact]
    public void ANegativeSizeIsRefused()
    {
        var bytes = new byte[8 + 32];
        bytes[0] = 0x80;
        Assert.Null(Frontier.TryFromBytes(bytes));
        Assert.Throws<InvalidDataException>(() => Frontier.FromBytes(bytes));
    }
}
