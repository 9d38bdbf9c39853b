using System.Security.Cryptography;
using System.Text;

namespace Rapport.Ledger.Tests.Checkpoints;

public sealed class CheckpointTests
{
    private const string Origin = "rapport/ledger/0123456789abcdefghjkmnpqrs";

    private static readonly TreeHash _root = new Dice(21).Hash();

    [Fact]
    public void ASignedCheckpointHasTheTextFormAndVerifies()
    {
        var checkpoint = TestKeys.Server.Sign(Origin, 12, _root);
        Assert.StartsWith($"{Origin}\n12\n{_root.ToBase64()}\n\n\u2014 {Origin} ", checkpoint.Text);
        Assert.EndsWith("\n", checkpoint.Text);

        var read = Read(checkpoint.Text);
        Assert.Equal((Origin, 12, _root), (read.Origin, read.Size, read.Root));
        Assert.Empty(read.Extensions);
        Assert.True(read.IsSignedBy(TestKeys.Server.PublicKey));
        Assert.False(read.IsSignedBy(TestKeys.Other.PublicKey));
        Assert.True(checkpoint.IsSignedBy(TestKeys.Server.PublicKey));
        Assert.Equal(TestKeys.Server.PublicKey.Fingerprint[..8], read.Signatures[0].KeyId.ToString("x8"));
    }

    [Fact]
    public void TheEmptyLedgerHasACheckpointToo()
        => Assert.True(Read(TestKeys.Server.Sign(Origin, 0, MerkleTree.EmptyRoot).Text).IsSignedBy(TestKeys.Server.PublicKey));

    /// <summary>Published by the Sigstore Rekor and the Pixel binary transparency logs: other programs' ECDSA checkpoints.</summary>
    [Theory]
    [InlineData(
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2G2Y+2tabdTV5BcGiBIx0a9fAFwrkBbmLSGtks4L3qX6yYY0zufBnhC8Ur/iy55GhWP/9A/bY2LhC30M9+RYtw==",
        "rekor.sigstore.dev", 798034,
        "Rekor\n798034\nf+7CoKgXKE/tNys9TTXcr/ad6U/K3xvznmzew9y6SP0=\n\n\u2014 rekor.sigstore.dev wNI9ajBEAiARInWIWyCdyG27CO6LPnPekyw20qO0YJfoaPaowGp/XgIgc+qEHS3+GKVClgqq20uDLet7MCoTURUCRdxwWBHHufk=\n")]
    [InlineData(
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2G2Y+2tabdTV5BcGiBIx0a9fAFwrkBbmLSGtks4L3qX6yYY0zufBnhC8Ur/iy55GhWP/9A/bY2LhC30M9+RYtw==",
        "rekor.sigstore.dev", 90244708,
        "rekor.sigstore.dev - 2605736670972794746\n90244708\nCOSIc1jqxpbuuTChPdiTqtZBBve7GAVJqTYjqAaM940=\n\n\u2014 rekor.sigstore.dev wNI9ajBEAiAkKWVCpp/N5yF/GlQkAyKQxUsjc3Vpu04YyALJvrBsvAIgcZfXJsJdwLdgUAWwnekWg8YXS4gfz/DM1wVhhcouJBE=\n")]
    [InlineData(
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2G2Y+2tabdTV5BcGiBIx0a9fAFwrkBbmLSGtks4L3qX6yYY0zufBnhC8Ur/iy55GhWP/9A/bY2LhC30M9+RYtw==",
        "rekor.sigstore.dev", 21428036,
        "rekor.sigstore.dev - 2605736670972794746\n21428036\nrxnoKyFZlJ7/R6bMh/d3lcqwKqAy5CL1LcNBJP17kgQ=\nTimestamp: 1688058656037355364\n\n\u2014 rekor.sigstore.dev wNI9ajBFAiEAuDk7uu5Ae8Own/MjhSZNuVzbLuYH2jBMxbSA0WaNDNACIDV4reKpYiOpkwtvazCClnpUuduF2o/th2xR3gRZAUU4\n")]
    [InlineData(
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE37jHQmTXJPC8sUj0Dg0N0ZlxfRqJZV1YzlclXLQzhVYPcC/JblDoez0DSZwOSlShiCf4oo83MULQfec3erolDw==",
        "pixel6_transparency_log", 10,
        "DEFAULT\n10\nbsWRucJU5xJPHb5eBdOm6+DM+VelCZBuvtI3sHERJ9Y=\n\n\u2014 pixel6_transparency_log kcFuMDBFAiEAhqMAP8P6qf6QxtUJhzMhbN+MbZ9dwfUHzGQJmffJHtoCIGD0cNe47dHWBoPwYdgBCepB06/+g5O1FmYjXl06owL4\n")]
    public void CheckpointsOfOtherLogsVerify(string spki, string keyName, long size, string text)
    {
        var key = LedgerKey.TryParse(Convert.FromBase64String(spki));
        Assert.NotNull(key);
        var checkpoint = Read(text);
        Assert.Equal(size, checkpoint.Size);
        Assert.True(checkpoint.IsSignedBy(key, keyName));
        Assert.False(checkpoint.IsSignedBy(key, "bananas.sigstore.dev"));
        Assert.False(Read(text.Replace($"\n{size}\n", $"\n{size + 1}\n")).IsSignedBy(key, keyName));
    }

    [Fact]
    public void WitnessesCosignAndUnknownKeysAreIgnored()
    {
        var checkpoint = TestKeys.Other.Cosign(TestKeys.Server.Sign(Origin, 3, _root), "witness.example");
        var withUnknown = Read(checkpoint.Text + "\u2014 unknown.example " + Convert.ToBase64String(new byte[68]) + "\n");

        Assert.Equal(3, withUnknown.Signatures.Count);
        Assert.True(withUnknown.IsSignedBy(TestKeys.Server.PublicKey));
        Assert.True(withUnknown.IsSignedBy(TestKeys.Other.PublicKey, "witness.example"));
        Assert.False(withUnknown.IsSignedBy(TestKeys.Other.PublicKey));
        Assert.False(withUnknown.IsSignedBy(TestKeys.Server.PublicKey, "witness.example"));
    }

    [Fact]
    public void AFalseSignatureOfAKnownKeySpoilsATrueOne()
    {
        var good = TestKeys.Server.Sign(Origin, 3, _root);
        var ofAnotherSize = TestKeys.Server.Sign(Origin, 4, _root).Text.Split('\n')[^2];
        Assert.False(Read(good.Text + ofAnotherSize + "\n").IsSignedBy(TestKeys.Server.PublicKey));
    }

    [Fact]
    public void NoFlippedBitOfTheTextIsAccepted()
    {
        var bytes = Encoding.UTF8.GetBytes(TestKeys.Server.Sign(Origin, 12, _root).Text);
        for (var at = 0; at < bytes.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                bytes[at] ^= (byte)(1 << bit);
                var read = Checkpoint.TryParse(Encoding.UTF8.GetString(bytes), out var problem);
                Assert.NotEqual(read is null, problem is null);
                Assert.False(read?.IsSignedBy(TestKeys.Server.PublicKey) ?? false);
                bytes[at] ^= (byte)(1 << bit);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\n\n")]
    [InlineData("{0}\n1\n{1}\n")] // no signatures
    [InlineData("{0}\n1\n{1}\n\n")]
    [InlineData("{0}\n1\n{1}\n{2}")] // no empty line
    [InlineData("{0}\n1\n\n{2}")] // no root
    [InlineData("{0}\n{1}\n1\n\n{2}")]
    [InlineData("\n1\n{1}\n\n{2}")] // no origin
    [InlineData("{0}\n01\n{1}\n\n{2}")]
    [InlineData("{0}\n+1\n{1}\n\n{2}")]
    [InlineData("{0}\n-1\n{1}\n\n{2}")]
    [InlineData("{0}\n 1\n{1}\n\n{2}")]
    [InlineData("{0}\n1e3\n{1}\n\n{2}")]
    [InlineData("{0}\n9223372036854775808\n{1}\n\n{2}")]
    [InlineData("{0}\n\u0661\n{1}\n\n{2}")] // a digit, but not an ASCII one
    [InlineData("{0}\n1\n{1} \n\n{2}")]
    [InlineData("{0}\n1\nAAAA\n\n{2}")]
    [InlineData("{0}\n1\n{1}\n\n\n{2}")]
    [InlineData("{0}\n1\n{1}\n\n{2}\n")]
    [InlineData("{0}\n1\n{1}\n\n{2}{2}x")]
    [InlineData("{0}\r\n1\r\n{1}\r\n\r\n{2}")]
    [InlineData("{0}\n1\n{1}\nextension\u0007\n\n{2}")]
    [InlineData("{0}\n1\n{1}\n\n- name AAAAAAA=\n")]
    [InlineData("{0}\n1\n{1}\n\n\u2014 name\n")]
    [InlineData("{0}\n1\n{1}\n\n\u2014  AAAAAAA=\n")]
    [InlineData("{0}\n1\n{1}\n\n\u2014 na+me AAAAAAA=\n")]
    [InlineData("{0}\n1\n{1}\n\n\u2014 na\u00A0me AAAAAAA=\n")]
    [InlineData("{0}\n1\n{1}\n\n\u2014 name AAAAAA==\n")] // a key id and no signature
    [InlineData("{0}\n1\n{1}\n\n\u2014 name AAAAAAB=\n")] // bits set that decode to nothing
    [InlineData("{0}\n1\n{1}\n\n\u2014 name AAAAAAA= \n")]
    public void TextOutsideTheFormIsRefusedWithAReason(string form)
    {
        var text = string.Format(form, Origin, _root.ToBase64(), "\u2014 name AAAAAAA=\n");
        Assert.Null(Checkpoint.TryParse(text, out var problem));
        Assert.NotNull(problem);
    }

    [Fact]
    public void TextThatIsNotUnicodeIsNeitherReadNorSigned()
    {
        Assert.Null(Checkpoint.TryParse($"{Origin}\n1\n{_root.ToBase64()}\nextension\uD800\n\n\u2014 name AAAAAAA=\n", out var problem));
        Assert.Equal("the checkpoint is not valid Unicode", problem);
        Assert.Throws<ArgumentException>(() => TestKeys.Server.Sign("a\uD800", 1, _root));
    }

    [Fact]
    public void ExtensionLinesAreReadAndKept()
    {
        var read = Read($"{Origin}\n1\n{_root.ToBase64()}\none\ntwo\n\n\u2014 name AAAAAAA=\n");
        Assert.Equal(["one", "two"], read.Extensions);
    }

    [Fact]
    public void TooManySignaturesOrTooMuchTextIsRefused()
    {
        var start = $"{Origin}\n1\n{_root.ToBase64()}\n\n";
        Assert.NotNull(Checkpoint.TryParse(start + Repeat("\u2014 name AAAAAAA=\n", 64), out _));
        Assert.Null(Checkpoint.TryParse(start + Repeat("\u2014 name AAAAAAA=\n", 65), out _));
        Assert.Null(Checkpoint.TryParse(new string('x', 300_000), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("a\nb")]
    public void NamesThatWouldBreakTheTextAreNotSigned(string name)
    {
        Assert.Throws<ArgumentException>(() => TestKeys.Server.Sign(name, 1, _root));
        Assert.Throws<ArgumentException>(() => TestKeys.Server.Cosign(TestKeys.Server.Sign(Origin, 1, _root), name));
    }

    [Fact]
    public void OnlyKeysOnP256Sign()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => new CheckpointSigner(key));
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static Checkpoint Read(string text)
    {
        var checkpoint = Checkpoint.TryParse(text, out var problem);
        Assert.Null(problem);
        Assert.NotNull(checkpoint);
        Assert.Equal(text, checkpoint.Text);
        return checkpoint;
    }
}
