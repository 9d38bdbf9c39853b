namespace Rapport.Ledger.Tests.Tree;

public sealed class TreeHashTests
{
    [Fact]
    public void BytesAndTextReadBack()
    {
        var bytes = new Dice(7).Bytes(32);
        var hash = TreeHash.FromBytes(bytes);
        Assert.Equal(bytes, hash.ToArray());
        Assert.Equal(Convert.ToHexStringLower(bytes), hash.ToString());
        Assert.Equal(Convert.ToBase64String(bytes), hash.ToBase64());
        Assert.True(TreeHash.TryParseHex(hash.ToString().ToUpperInvariant(), out var read));
        Assert.Equal(hash, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("zz00000000000000000000000000000000000000000000000000000000000000")]
    public void OtherTextIsRefused(string? text) => Assert.False(TreeHash.TryParseHex(text, out _));

    [Fact]
    public void EveryByteMattersToEquality()
    {
        for (var i = 0; i < 32; i++)
        {
            var bytes = new byte[32];
            bytes[i] = 1;
            Assert.NotEqual(default, TreeHash.FromBytes(bytes));
        }
    }
}
