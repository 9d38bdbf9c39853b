namespace Rapport.Ledger.Tests.Checkpoints;

public sealed class LedgerKeyTests
{
    private static readonly byte[] _data = [1, 2, 3];

    [Fact]
    public void NoFlippedBitOfAKeyIsTheSameKey()
    {
        var spki = TestKeys.Server.PublicKey.Spki.ToArray();
        var signature = TestKeys.Server.SignData(_data);
        Assert.True(LedgerKey.TryParse(spki)!.Verify(_data, signature));
        for (var at = 0; at < spki.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                spki[at] ^= (byte)(1 << bit);
                Assert.False(LedgerKey.TryParse(spki)?.Verify(_data, signature) ?? false);
                spki[at] ^= (byte)(1 << bit);
            }
        }

        Assert.Null(LedgerKey.TryParse([.. spki, 0]));
        Assert.Null(LedgerKey.TryParse(spki.AsSpan(0, 90)));
        Assert.Null(LedgerKey.TryParse([]));
    }

    [Fact]
    public void NoFlippedBitOfASignatureOrOfWhatIsSignedVerifies()
    {
        // Signatures differ in length by the leading zeros of their numbers, so several are tried.
        for (var round = 0; round < 20; round++)
        {
            var signature = TestKeys.Server.SignData(_data);
            Assert.True(TestKeys.Server.PublicKey.Verify(_data, signature));
            Assert.False(TestKeys.Server.PublicKey.Verify([1, 2, 2], signature));
            for (var at = 0; at < signature.Length; at++)
            {
                var bit = (byte)(1 << (at % 8));
                signature[at] ^= bit;
                Assert.False(TestKeys.Server.PublicKey.Verify(_data, signature));
                signature[at] ^= bit;
            }

            Assert.False(TestKeys.Server.PublicKey.Verify(_data, [.. signature, 0]));
            Assert.False(TestKeys.Server.PublicKey.Verify(_data, signature.AsSpan(0, signature.Length - 1)));
        }
    }

    [Theory]
    [InlineData("3006020101020102", true)]
    [InlineData("300702020081020102", true)]
    [InlineData("", false)]
    [InlineData("30", false)]
    [InlineData("3000", false)]
    [InlineData("3003020101", false)] // one number
    [InlineData("3009020101020102020103", false)] // three
    [InlineData("3106020101020102", false)] // not a sequence
    [InlineData("3006030101020102", false)] // not an integer
    [InlineData("300602010102010200", false)] // something behind it
    [InlineData("308106020101020102", false)] // length in a longer form
    [InlineData("3006020181020102", false)] // negative
    [InlineData("300702020001020102", false)] // needless zero
    [InlineData("3006020100020102", false)] // zero is no number of a signature
    [InlineData("30050200020102", false)] // no bytes
    [InlineData("3006020501020102", false)] // more bytes than there are
    public void OnlyTheShortestFormOfASignatureIsRead(string hex, bool expected)
    {
        var numbers = new byte[64];
        var der = Convert.FromHexString(hex);
        Assert.Equal(expected, EcdsaSignature.TryReadDer(der, numbers));
    }

    [Fact]
    public void NumbersOfMoreThan32BytesAreRefused()
    {
        var numbers = new byte[64];
        byte[] field = [0x02, 33, 1, .. new byte[32]];
        Assert.False(EcdsaSignature.TryReadDer([0x30, (byte)(2 * field.Length), .. field, .. field], numbers));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("AA==", "00")]
    [InlineData("AAA=", "0000")]
    [InlineData("AAAA", "000000")]
    [InlineData("AB==", null)]
    [InlineData("AAB=", null)]
    [InlineData("AA", null)]
    [InlineData("AA=", null)]
    [InlineData("====", null)]
    [InlineData("A===", null)]
    [InlineData("AA==AAAA", null)]
    [InlineData("AAAA    ", null)]
    [InlineData("AA AA   ", null)]
    [InlineData("AAAA    AAAA", null)]
    [InlineData("    ", null)]
    [InlineData("AAA\n", null)]
    [InlineData("AA-_", null)]
    [InlineData("AA\u00E9A", null)]
    public void Base64HasOneFormForEachSequenceOfBytes(string text, string? expectedHex)
        => Assert.Equal(expectedHex, StrictBase64.TryDecode(text.AsSpan()) is { } bytes ? Convert.ToHexString(bytes) : null);
}
