using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Rapport.Ledger.Tests.Export;

public sealed class LedgerExportTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(300)]
    public void AnExportVerifiesAndIsReportedInFull(int size)
    {
        var ledger = TestLedger.Random(size, size);
        var report = TestLedger.Verify(ledger.Export());

        Assert.Empty(report.Problems);
        Assert.True(report.IsValid);
        Assert.Equal(ledger.Origin, report.Origin);
        Assert.Equal(size, report.Size);
        Assert.Equal(ledger.Root, report.Root);
        Assert.Equal(TestKeys.Server.PublicKey.Fingerprint, report.KeyFingerprint);
        Assert.False(report.KeyWasPinned);
        Assert.Equal(size, report.Checkpoint?.Size);
        Assert.Equal(size == 0 ? null : ledger.Entries.Min(entry => entry.Leaf.Time), report.Earliest);
        Assert.Equal(size == 0 ? null : ledger.Entries.Max(entry => entry.Leaf.Time), report.Latest);
        Assert.Equal(ledger.Entries.Count(entry => entry.Details is null), report.ErasedDetails);
        Assert.Equal(
            ledger.Entries.Where(entry => entry.Details is not null).CountBy(entry => entry.Details!.Kind).ToDictionary(pair => pair.Key, pair => (long)pair.Value),
            report.CountsByKind);
    }

    [Fact]
    public void EveryLineIsJsonThatOtherProgramsRead()
    {
        var ledger = TestLedger.Random(31, 200);
        var lines = TestLedger.Lines(ledger.Export());
        Assert.Equal(200 + 3, lines.Count);
        for (var i = 0; i < 200; i++)
        {
            using var json = JsonDocument.Parse(lines[i + 1]);
            var (leaf, details) = ledger.Entries[i];
            Assert.Equal(i, json.RootElement.GetProperty("index").GetInt64());
            Assert.Equal(leaf.Time, json.RootElement.GetProperty("time").GetDateTimeOffset());
            Assert.Equal(leaf.Encode(), json.RootElement.GetProperty("leaf").GetBytesFromBase64());
            if (details is null)
            {
                Assert.True(json.RootElement.GetProperty("erased").GetBoolean());
                continue;
            }

            var read = json.RootElement.GetProperty("details");
            Assert.Equal(details.Actor, read.GetProperty("actor").GetString());
            Assert.Equal(details.Note, read.TryGetProperty("note", out var note) ? note.GetString() : null);
            Assert.Equal(details.Consents, read.GetProperty("consents").EnumerateArray().Select(consent => consent.GetString()));
            Assert.Equal(details.Digest.ToArray(), Convert.FromHexString(read.GetProperty("digest").GetString()!));
            Assert.Equal(details.Entries.ToArray(), read.GetProperty("entries").GetBytesFromBase64());
        }

        using var checkpoint = JsonDocument.Parse(lines[^2]);
        Assert.StartsWith($"{ledger.Origin}\n200\n", checkpoint.RootElement.GetProperty("checkpoint").GetString());
    }

    /// <summary>The limits of the details and of a line are made for each other: what can be recorded can be exported and verified.</summary>
    [Fact]
    public void TheLargestEntryFitsIntoALine()
    {
        var text = new string('\u0001', LedgerDetails.MaxTextLength);
        var details = new LedgerDetails
        {
            Kind = LedgerKind.Disclosed,
            Actor = text,
            ActorName = text,
            OnBehalfOf = text,
            OnBehalfOfName = text,
            Purpose = text,
            Note = text,
            Consents = [.. Enumerable.Repeat(new string('\u0001', LedgerDetails.MaxConsentLength), LedgerDetails.MaxConsents)],
            EntryCount = int.MaxValue,
            Entries = new byte[LedgerDetails.MaxEntriesLength],
            Digest = new byte[32],
            Salt = new byte[16],
        };
        var leaf = LedgerLeaf.Create(DateTimeOffset.MaxValue, details.Encode());
        var export = new TestLedger("a", [(leaf, details), (leaf, details)]).Export();
        Assert.InRange(export.Length, 2 * 18_000_000, 2 * ExportFormat.MaxLineLength);
        Assert.Empty(TestLedger.Verify(export).Problems);
    }

    [Fact]
    public void WitnessesSignaturesTravelWithTheExport()
    {
        var ledger = TestLedger.Random(32, 5);
        var report = TestLedger.Verify(ledger.Export(checkpoint: TestKeys.Other.Cosign(ledger.Sign(), "witness.example")));
        Assert.True(report.IsValid);
        Assert.True(report.Checkpoint!.IsSignedBy(TestKeys.Other.PublicKey, "witness.example"));
    }

    [Fact]
    public void TheKeyIsHeldAgainstThePinnedOne()
    {
        var ledger = TestLedger.Random(33, 5);
        var pinned = new VerifyOptions { PinnedKey = TestKeys.Server.PublicKey.Fingerprint };
        var good = TestLedger.Verify(ledger.Export(), pinned with { PinnedKey = pinned.PinnedKey.ToUpperInvariant() });
        Assert.True(good.IsValid && good.KeyWasPinned);

        // Signed anew by another key, the file agrees with itself: only the pinned key tells.
        var forged = ledger.Export(TestKeys.Other);
        Assert.True(TestLedger.Verify(forged).IsValid);
        Assert.Contains("someone else signed this file", Assert.Single(TestLedger.Verify(forged, pinned).Problems).Text);
        Assert.False(TestLedger.Verify(ledger.Export(), new VerifyOptions { PinnedKey = "no fingerprint" }).IsValid);
    }

    [Fact]
    public void TheLedgerIsHeldAgainstTheExpectedOne()
    {
        var export = TestLedger.Random(34, 2).Export();
        Assert.True(TestLedger.Verify(export, new VerifyOptions { Origin = Checkpoint.OriginOf(TestLedger.Patient) }).IsValid);
        Assert.False(TestLedger.Verify(export, new VerifyOptions { Origin = Checkpoint.OriginOf("zzzzzzzzzzzzzzzzzzzzzzzzzz") }).IsValid);
    }

    [Fact]
    public void EveryEarlierCheckpointOfTheSameLedgerAgrees()
    {
        var ledger = TestLedger.Random(35, 20);
        var export = ledger.Export();
        for (var size = 0; size <= 20; size++)
            Assert.Empty(TestLedger.Verify(export, new VerifyOptions { EarlierCheckpoint = ledger.SignAt(size).Text }).Problems);
    }

    [Fact]
    public void EarlierCheckpointsThatDoNotFitAreProblems()
    {
        var ledger = TestLedger.Random(36, 9);
        var export = ledger.Export();
        AssertProblem("cannot be read", "no checkpoint");
        AssertProblem("covered 10 entries, the file has only 9", TestKeys.Server.Sign(ledger.Origin, 10, ledger.Root).Text);
        AssertProblem("not signed by the key in the file", ledger.SignAt(4, TestKeys.Other).Text);
        AssertProblem("the earlier checkpoint is of the ledger", TestKeys.Server.Sign("another", 4, ledger.RootOf(4)).Text);
        AssertProblem("the past was changed", TestKeys.Server.Sign(ledger.Origin, 4, ledger.RootOf(5)).Text);

        void AssertProblem(string expected, string earlier)
        {
            var report = TestLedger.Verify(export, new VerifyOptions { EarlierCheckpoint = earlier });
            Assert.Contains(expected, Assert.Single(report.Problems).Text);
        }
    }

    [Fact]
    public void AnExportThatDoesNotAddUpToItsCheckpointGetsNoEnd()
    {
        var ledger = TestLedger.Random(37, 3);
        Assert.Throws<InvalidDataException>(() => ledger.Export(checkpoint: ledger.SignAt(2)));
        Assert.Throws<InvalidDataException>(() => ledger.Export(checkpoint: TestKeys.Server.Sign(ledger.Origin, 3, ledger.RootOf(2))));
        Assert.Throws<InvalidDataException>(() => ledger.Export(checkpoint: TestKeys.Server.Sign("another", 3, ledger.Root)));
    }

    [Fact]
    public void NothingFollowsTheEnd()
    {
        using var writer = new LedgerExportWriter(new ArrayBufferWriter<byte>(), "a", TestKeys.Server);
        writer.Complete(TestKeys.Server.Sign("a", 0, MerkleTree.EmptyRoot));
        Assert.Throws<ObjectDisposedException>(() => writer.Complete(TestKeys.Server.Sign("a", 0, MerkleTree.EmptyRoot)));
        Assert.Throws<ObjectDisposedException>(() => writer.Add(default, null));
    }

    /// <summary>A stream may give as few bytes at a time as it likes.</summary>
    [Fact]
    public void TheVerifierReadsStreamsThatTrickle()
    {
        var export = TestLedger.Random(38, 10).Export();
        using var trickle = new TricklingStream(export);
        Assert.Empty(LedgerVerifier.Verify(trickle).Problems);
    }

    [Fact]
    public void ALineWithoutEndIsNotReadIntoMemory()
    {
        using var endless = new RepeatingStream((byte)'x');
        var report = LedgerVerifier.Verify(endless);
        Assert.Contains("nothing from here on was read", Assert.Single(report.Problems).Text);
        Assert.InRange(endless.Given, ExportFormat.MaxLineLength, 4L * ExportFormat.MaxLineLength);
    }

    [Fact]
    public void ProblemsAreListedUpToALimitAndCountedBeyondIt()
    {
        var lines = TestLedger.Lines(TestLedger.Random(39, 50).Export());
        var report = TestLedger.Verify(
            Encoding.UTF8.GetBytes(lines[0] + string.Concat(Enumerable.Repeat("x\n", 500))), new VerifyOptions { MaxProblems = 7 });
        Assert.Equal(7, report.Problems.Count);
        Assert.Equal(501, report.ProblemCount);
    }

    private sealed class TricklingStream(byte[] content) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(3, buffer.Length)]);
    }

    private sealed class RepeatingStream(byte value) : MemoryStream
    {
        public long Given { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill(value);
            Given += buffer.Length;
            return buffer.Length;
        }
    }
}
