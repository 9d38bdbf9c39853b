using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rapport.Ledger.Tests.Entries;

public sealed class LedgerLeafTests
{
    [Fact]
    public void ALeafIsItsVersionItsTimeAndItsCommitment()
    {
        byte[] details = [1, 2, 3];
        var time = new DateTimeOffset(2026, 3, 1, 10, 30, 0, 123, TimeSpan.FromHours(1)).AddTicks(4567);
        var leaf = LedgerLeaf.Create(time, details);

        Assert.Equal("01" + "0000019ca8bbb63b" + Convert.ToHexStringLower(SHA256.HashData(details)), Convert.ToHexStringLower(leaf.Encode()));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 9, 30, 0, 123, TimeSpan.Zero), leaf.Time);
        Assert.Equal(MerkleTree.HashLeaf(leaf.Encode()), leaf.Hash);
        Assert.Equal(leaf, LedgerLeaf.Parse(leaf.Encode()));
        Assert.True(leaf.CommitsTo(details));
        Assert.False(leaf.CommitsTo([1, 2]));
    }

    [Fact]
    public void BytesOutsideTheFormatAreRefused()
    {
        var good = LedgerLeaf.Create(DateTimeOffset.MaxValue, []).Encode();
        Assert.True(LedgerLeaf.TryParse(good, out _));
        Assert.False(LedgerLeaf.TryParse(good.AsSpan(1), out _));
        Assert.False(LedgerLeaf.TryParse([.. good, 0], out _));
        Assert.False(LedgerLeaf.TryParse([2, .. good[1..]], out _));
        Assert.False(LedgerLeaf.TryParse([1, 0x80, .. good[2..]], out _));

        // One millisecond after the last that can be told.
        BinaryPrimitives.WriteInt64BigEndian(good.AsSpan(1), BinaryPrimitives.ReadInt64BigEndian(good.AsSpan(1)) + 1);
        Assert.False(LedgerLeaf.TryParse(good, out _));
        Assert.Throws<InvalidDataException>(() => LedgerLeaf.Parse(good));
    }

    [Fact]
    public void TimesBefore1970AreRefused()
        => Assert.Throws<ArgumentOutOfRangeException>(() => LedgerLeaf.Create(DateTimeOffset.UnixEpoch.AddMilliseconds(-1), []));

    [Fact]
    public void EveryKindHasACodeThatReadsBack()
    {
        Assert.All(Enum.GetValues<LedgerKind>(), kind =>
        {
            Assert.True(LedgerKinds.TryParse(kind.Code(), out var read));
            Assert.Equal(kind, read);
        });
        Assert.False(LedgerKinds.TryParse("Disclosed", out _));
    }
}
