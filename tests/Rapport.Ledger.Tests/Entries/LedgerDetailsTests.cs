using System.Text;

namespace Rapport.Ledger.Tests.Entries;

public sealed class LedgerDetailsTests
{
    [Fact]
    public void WhatIsEncodedReadsBackEqualAndEncodesTheSame()
    {
        var dice = new Dice(11);
        for (var round = 0; round < 2000; round++)
        {
            var details = dice.Details();
            var encoded = details.Encode();
            var decoded = LedgerDetails.Decode(encoded);
            Assert.Equal(details, decoded);
            Assert.Equal(details.GetHashCode(), decoded.GetHashCode());
            Assert.Equal(encoded, decoded.Encode());
            Assert.Equal(encoded.Length, details.GetEncodedLength());

            var buffer = new byte[encoded.Length + 5];
            Assert.Equal(encoded.Length, details.Encode(buffer.AsSpan()));
            Assert.Equal(encoded, buffer[..encoded.Length]);
        }
    }

    /// <summary>So no two encodings stand for the same details, and a commitment to one is a commitment to what people read.</summary>
    [Fact]
    public void WhateverIsAcceptedEncodesToExactlyItself()
    {
        var dice = new Dice(12);
        var accepted = 0;
        for (var round = 0; round < 200; round++)
        {
            var encoded = (dice.Details() with { Note = "n", Entries = dice.Bytes(5) }).Encode();
            for (var edit = 0; edit < 100; edit++)
            {
                var changed = Edit(encoded, dice);
                if (LedgerDetails.TryDecode(changed) is not { } decoded)
                    continue;
                accepted++;
                Assert.Equal(changed, decoded.Encode());
            }
        }

        Assert.InRange(accepted, 1000, 19_000);
    }

    [Fact]
    public void DifferentDetailsAreNotEqualAndEncodeDifferently()
    {
        var details = new Dice(13).Details() with { ActorName = null, Purpose = "TREAT", Consents = ["a", "b"], Entries = new byte[] { 1 } };
        LedgerDetails[] others =
        [
            details with { Kind = details.Kind == LedgerKind.Erased ? LedgerKind.Created : LedgerKind.Erased },
            details with { Actor = "Patient/x" },
            details with { ActorName = "" },
            details with { OnBehalfOf = "Patient/q" },
            details with { OnBehalfOfName = "Q" },
            details with { Purpose = null },
            details with { Note = "another note" },
            details with { Consents = ["b", "a"] },
            details with { Consents = ["ab"] },
            details with { EntryCount = 301 },
            details with { Digest = new byte[32] },
            details with { Entries = new byte[] { 2 } },
            details with { Salt = new byte[16] },
        ];
        var encodings = others.Append(details).Select(each => Convert.ToHexString(each.Encode())).ToList();
        Assert.Equal(encodings.Count, encodings.Distinct().Count());
        Assert.All(others, other => Assert.NotEqual(details, other));
    }

    [Fact]
    public void EveryTruncationAndAnyAdditionIsRefused()
    {
        var encoded = new Dice(14).Details().Encode();
        for (var length = 0; length < encoded.Length; length++)
            Assert.Null(LedgerDetails.TryDecode(encoded.AsMemory(0, length)));
        Assert.Null(LedgerDetails.TryDecode((byte[])[.. encoded, 0]));
        Assert.Throws<InvalidDataException>(() => LedgerDetails.Decode(encoded.AsMemory(1)));
    }

    [Theory]
    [InlineData("format", 0, 0xD2)]
    [InlineData("kind 0", 17, 0)]
    [InlineData("kind 11", 17, 11)]
    [InlineData("unknown flag", 18, 0x20)]
    [InlineData("empty actor", 51, 0)]
    public void BytesOutsideTheFormatAreRefused(string what, int position, byte value)
    {
        var encoded = Minimal().Encode();
        encoded[position] = value;
        Assert.True(LedgerDetails.TryDecode(encoded) is null, what);
    }

    [Theory]
    [InlineData("8100")] // one, with a zero group behind it
    [InlineData("818000")]
    [InlineData("8180808000")]
    [InlineData("8180808010")] // beyond 32 bits
    [InlineData("818080808000")]
    [InlineData("FFFFFFFF0F")] // beyond what is allowed
    [InlineData("80")]
    public void LengthsInALongerFormOrTooLargeAreRefused(string varint)
    {
        // The actor of the minimal details is one character, so its length is the one byte at 51.
        var encoded = Minimal().Encode();
        Assert.Equal(1, encoded[51]);
        Assert.Null(LedgerDetails.TryDecode((byte[])[.. encoded[..51], .. Convert.FromHexString(varint), .. encoded[52..]]));
    }

    [Theory]
    [InlineData("FF")]
    [InlineData("C0")]
    [InlineData("80")]
    public void InvalidUtf8IsRefused(string actor)
    {
        var encoded = Minimal().Encode();
        encoded[52] = Convert.FromHexString(actor)[0];
        Assert.Null(LedgerDetails.TryDecode(encoded));
    }

    [Fact]
    public void OverlongAndSurrogateUtf8IsRefused()
    {
        foreach (var invalid in new[] { "C080", "E08080", "EDA080", "F4908080", "F0808080" })
        {
            var text = Convert.FromHexString(invalid);
            var encoded = (Minimal() with { Actor = new string('x', text.Length) }).Encode();
            text.CopyTo(encoded, 52);
            Assert.Null(LedgerDetails.TryDecode(encoded));
        }
    }

    [Fact]
    public void WhatCannotBeRecordedThrows()
    {
        var details = Minimal();
        LedgerDetails[] impossible =
        [
            details with { Kind = 0 },
            details with { Kind = (LedgerKind)11 },
            details with { Actor = "" },
            details with { Actor = "\uD800" },
            details with { Note = "x\uDC00" },
            details with { Note = new string('x', LedgerDetails.MaxTextLength + 1) },
            details with { ActorName = new string('é', LedgerDetails.MaxTextLength / 2 + 1) },
            details with { Consents = [new string('c', LedgerDetails.MaxConsentLength + 1)] },
            details with { Consents = [.. Enumerable.Repeat("c", LedgerDetails.MaxConsents + 1)] },
            details with { EntryCount = -1 },
            details with { Digest = new byte[31] },
            details with { Salt = new byte[17] },
            details with { Entries = new byte[LedgerDetails.MaxEntriesLength + 1] },
        ];
        Assert.All(impossible, each => Assert.ThrowsAny<ArgumentException>(each.Encode));
    }

    [Fact]
    public void EverythingUpToTheLimitsIsRecorded()
    {
        var details = Minimal() with
        {
            Note = new string('\u0001', LedgerDetails.MaxTextLength),
            Consents = [.. Enumerable.Repeat(new string('c', LedgerDetails.MaxConsentLength), LedgerDetails.MaxConsents)],
            EntryCount = int.MaxValue,
            Entries = new byte[LedgerDetails.MaxEntriesLength],
        };
        Assert.Equal(details, LedgerDetails.Decode(details.Encode()));
    }

    private static LedgerDetails Minimal() => new()
    {
        Kind = LedgerKind.Created,
        Actor = "a",
        Digest = Encoding.ASCII.GetBytes("the digest has exactly 32 bytes."),
        Salt = Encoding.ASCII.GetBytes("the salt has 16."),
    };

    private static byte[] Edit(byte[] bytes, Dice dice)
    {
        var at = dice.Below(bytes.Length);
        return dice.Below(4) switch
        {
            0 => [.. bytes[..at], .. bytes[(at + 1)..]],
            1 => [.. bytes[..at], (byte)dice.Below(256), .. bytes[at..]],
            2 => [.. bytes[..at], (byte)(bytes[at] ^ (1 << dice.Below(8))), .. bytes[(at + 1)..]],
            _ => [.. bytes[..at], (byte)dice.Below(256), .. bytes[(at + 1)..]],
        };
    }
}
