using System.Text;

namespace Rapport.Ledger.Tests.Export;

/// <summary>Whatever is done to an exported file, the verifier finds it, and it never throws.</summary>
public sealed class TamperingTests
{
    private static readonly VerifyOptions _pinned = new() { PinnedKey = TestKeys.Server.PublicKey.Fingerprint };

    [Fact]
    public void EveryFlippedBitOfASmallExportIsFound()
    {
        var export = Small().Export();
        Assert.True(TestLedger.Verify(export, _pinned).IsValid);
        for (var at = 0; at < export.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                export[at] ^= (byte)(1 << bit);
                AssertFound(export, $"bit {bit} of byte {at}");
                export[at] ^= (byte)(1 << bit);
            }
        }

        Assert.True(TestLedger.Verify(export, _pinned).IsValid);
    }

    [Fact]
    public void EveryDroppedDoubledOrAddedByteOfASmallExportIsFound()
    {
        var export = Small().Export();
        for (var at = 0; at < export.Length; at++)
        {
            AssertFound([.. export[..at], .. export[(at + 1)..]], $"byte {at} dropped", mayBeTheSame: true, export);
            AssertFound([.. export[..at], export[at], .. export[at..]], $"byte {at} doubled");
            AssertFound([.. export[..at], (byte)' ', .. export[at..]], $"space at {at}");
            AssertFound([.. export[..at], (byte)'\n', .. export[at..]], $"line feed at {at}");
        }

        AssertFound([.. export, (byte)'\n'], "line feed at the end");
        AssertFound([0xEF, 0xBB, 0xBF, .. export], "byte order mark");
        AssertFound([.. export, .. export], "twice");
    }

    [Fact]
    public void EveryTruncationOfASmallExportIsFound()
    {
        var export = Small().Export();
        for (var length = 0; length < export.Length; length++)
            AssertFound(export[..length], $"cut to {length}");
    }

    [Fact]
    public void RandomChangesToLargerExportsAreFound()
    {
        var dice = new Dice(41);
        for (var file = 0; file < 5; file++)
        {
            var export = TestLedger.Random(400 + file, dice.Between(20, 120)).Export();
            for (var round = 0; round < 200; round++)
            {
                var changed = export.ToArray();
                for (var edits = dice.Below(3); edits >= 0; edits--)
                {
                    var at = dice.Below(changed.Length);
                    changed[at] ^= (byte)dice.Between(1, 255);
                }

                AssertFound(changed, $"file {file}, round {round}", mayBeTheSame: true, export);
            }
        }
    }

    [Fact]
    public void DroppedDoubledMovedAndReplacedLinesAreFound()
    {
        var dice = new Dice(42);
        for (var size = 1; size < 12; size++)
        {
            var export = TestLedger.Random(420 + size, size).Export();
            var others = TestLedger.Lines(TestLedger.Random(440 + size, size, "zzzzzzzzzzzzzzzzzzzzzzzzzz").Export());
            var lines = TestLedger.Lines(export);
            for (var i = 0; i < lines.Count; i++)
            {
                AssertFound(Join([.. lines[..i], .. lines[(i + 1)..]]), $"line {i} dropped");
                AssertFound(Join([.. lines[..i], lines[i], .. lines[i..]]), $"line {i} doubled");
                AssertFound(Join([.. lines[..i], others[i], .. lines[(i + 1)..]]), $"line {i} of another patient");
                AssertFound(Join([.. lines[..i], others[i], .. lines[i..]]), $"line {i} of another patient added");
                for (var j = 0; j < i; j++)
                {
                    var swapped = lines.ToArray();
                    (swapped[i], swapped[j]) = (swapped[j], swapped[i]);
                    AssertFound(Join(swapped), $"lines {j} and {i} swapped");
                }
            }

            AssertFound(Join(dice.Shuffled(lines)), "shuffled", mayBeTheSame: true, export);
        }
    }

    /// <summary>
    /// Whoever holds the server's key can make the file as a whole look right again, so each check inside has to find its own.
    /// </summary>
    [Fact]
    public void EditsAreFoundEvenUnderATrueClosingLine()
    {
        var dice = new Dice(43);
        var found = 0;
        for (var round = 0; round < 1500; round++)
        {
            var ledger = TestLedger.Random(round, dice.Between(2, 6));
            var export = ledger.Export();
            var lines = TestLedger.Lines(export)[..^1];
            var line = dice.Below(lines.Count);
            var bytes = Encoding.UTF8.GetBytes(lines[line]);
            bytes[dice.Below(bytes.Length)] ^= (byte)(1 << dice.Below(8));
            lines[line] = Encoding.UTF8.GetString(bytes);

            // A closing line made for the changed header is true for it, so the header's own fields are left as they were.
            if (line == 0)
                continue;
            found++;
            var report = TestLedger.Verify(TestLedger.Close(lines, ledger.Origin));
            Assert.False(report.IsValid, $"round {round}");
            Assert.DoesNotContain(report.Problems, problem => problem.Text.Contains("SHA-256", StringComparison.Ordinal));
        }

        Assert.InRange(found, 1000, 1500);
    }

    /// <summary>Changes that the entries, the tree and the checkpoint allow are found by the closing line.</summary>
    [Fact]
    public void DetailsMadeToLookErasedAndWitnessesTakenOutAreFound()
    {
        var ledger = Small();
        var export = ledger.Export(checkpoint: TestKeys.Other.Cosign(ledger.Sign(), "witness.example"));
        var lines = TestLedger.Lines(export);
        var closing = lines[^1];
        string[][] changes =
        [
            [lines[0], lines[1][..lines[1].IndexOf(",\"details\"", StringComparison.Ordinal)] + ",\"erased\":true}\n", .. lines[2..]],
            [.. TestLedger.Lines(ledger.Export(checkpoint: ledger.Sign()))[..^1], closing],
        ];
        Assert.All(changes, changed => Assert.Contains("SHA-256", Assert.Single(TestLedger.Verify(Join(changed), _pinned).Problems).Text));
    }

    [Fact]
    public void ACheckpointOfAnotherSizeOrLedgerIsFoundEvenUnderATrueClosingLine()
    {
        var ledger = TestLedger.Random(47, 5);
        Checkpoint[] others =
        [
            TestKeys.Server.Sign(ledger.Origin, 4, ledger.Root),
            TestKeys.Server.Sign(ledger.Origin, 6, ledger.Root),
            TestKeys.Server.Sign(Checkpoint.OriginOf("zzzzzzzzzzzzzzzzzzzzzzzzzz"), 5, ledger.Root),
            ledger.SignAt(4),
            ledger.Sign(TestKeys.Other),
        ];
        Assert.All(others, other =>
        {
            var line = new CanonicalJsonWriter();
            ExportFormat.WriteCheckpoint(line, other.Text);
            string[] lines = [.. TestLedger.Lines(ledger.Export())[..^2], Encoding.UTF8.GetString(line.Written)];
            Assert.Equal(7, Assert.Single(TestLedger.Verify(TestLedger.Close(lines, ledger.Origin)).Problems).Line);
        });
    }

    [Fact]
    public void InvalidUtf8IsFoundWhereItWouldReadAsTheCommittedText()
    {
        var details = new Dice(48).Details() with { Actor = "a\uFFFD" };
        var ledger = new TestLedger("a", [(LedgerLeaf.Create(DateTimeOffset.UnixEpoch, details.Encode()), details)]);
        var body = Join(TestLedger.Lines(ledger.Export())[..^1]);
        var at = body.AsSpan().IndexOf("\uFFFD"u8);
        var report = TestLedger.Verify(TestLedger.Close((byte[])[.. body[..at], 0xFF, .. body[(at + 3)..]], ledger.Origin));
        Assert.Equal(2, report.Problems[0].Line);
    }

    /// <summary>
    /// A server that rewrites the past and signs everything anew makes a file in which all is right. A checkpoint that somebody kept tells.
    /// </summary>
    [Fact]
    public void APastRewrittenAndSignedAnewIsFoundByAnEarlierCheckpoint()
    {
        var dice = new Dice(44);
        for (var round = 0; round < 300; round++)
        {
            var ledger = TestLedger.Random(1000 + round, dice.Between(2, 40));
            var kept = ledger.SignAt(dice.Between(1, ledger.Entries.Count));
            var entries = ledger.Entries.ToList();
            var at = dice.Below((int)kept.Size);
            switch (dice.Below(4))
            {
                case 0: entries.RemoveAt(at); break;
                case 1: entries[at] = TestLedger.Entry(dice); break;
                case 2: entries.Insert(at, TestLedger.Entry(dice)); break;
                default:
                    var other = (at + 1) % entries.Count;
                    (entries[at], entries[other]) = (entries[other], entries[at]);
                    break;
            }

            var rewritten = (ledger with { Entries = entries }).Export();
            Assert.True(TestLedger.Verify(rewritten, _pinned).IsValid);
            Assert.False(TestLedger.Verify(rewritten, _pinned with { EarlierCheckpoint = kept.Text }).IsValid, $"round {round}");
        }
    }

    [Fact]
    public void DetailsOfAnotherEntryAreFound()
    {
        var ledger = TestLedger.Random(45, 20);
        var entries = ledger.Entries.ToList();
        (entries[3], entries[4]) = ((entries[3].Leaf, entries[4].Details), (entries[4].Leaf, entries[3].Details));
        Assert.True(entries[3].Details is not null && entries[4].Details is not null);

        var problems = TestLedger.Verify((ledger with { Entries = entries }).Export()).Problems;
        Assert.Equal([3, 4], problems.Select(problem => problem.Index!.Value));
        Assert.Equal([5, 6], problems.Select(problem => problem.Line!.Value));
    }

    [Fact]
    public void GarbageIsReportedAndNeverThrows()
    {
        var dice = new Dice(46);
        var lines = TestLedger.Lines(TestLedger.Random(46, 10).Export());
        for (var round = 0; round < 2000; round++)
        {
            var garbage = dice.Below(3) switch
            {
                0 => dice.Bytes(dice.Below(300)),
                1 => [.. Encoding.UTF8.GetBytes(lines[0]), .. dice.Bytes(dice.Below(300))],
                _ => Join(Enumerable.Range(0, dice.Below(8)).Select(_ => Fragment(lines[dice.Below(lines.Count)], dice)).Prepend(lines[0])),
            };
            AssertFound(garbage, $"round {round}");
        }
    }

    [Theory]
    [InlineData("""{"index":-1,"time":""")]
    [InlineData("""{"index":01,"time":""")]
    [InlineData("""{"index":+0,"time":""")]
    [InlineData("""{"index":0.0,"time":""")]
    [InlineData("""{"index":0e0,"time":""")]
    [InlineData("""{"index": 0,"time":""")]
    [InlineData("""{"index":9223372036854775808,"time":""")]
    [InlineData("""{"index":9223372036854775807,"time":""")]
    [InlineData("""{"index":"0","time":""")]
    [InlineData("""{"Index":0,"time":""")]
    [InlineData("""{"index":,"time":""")]
    [InlineData("""{"time":""")]
    public void OtherWaysToWriteAnIndexAreFound(string start)
        => AssertFoundUnderATrueClosingLine("""{"index":0,"time":""", start);

    [Theory]
    [InlineData("""actor":"a\u0001\nb\"\\""", """actor":"a\u0001\u000ab\"\\""")] // another escape of the same character
    [InlineData("""actor":"a\u0001\nb\"\\""", """actor":"\u0061\u0001\nb\"\\""")]
    [InlineData("""actor":"a\u0001\nb\"\\""", """actor":"a\u0001\nb\u0022\\""")]
    [InlineData("""actor":"a\u0001\nb\"\\""", """actor":"a\u0001\nb\"\x""")]
    [InlineData("""actor":"a\u0001\nb\"\\""", "actor\":\"a\u0001\\nb\\\"\\\\")]
    [InlineData("""\\","consents":[""", """\\","note":null,"consents":[""")]
    [InlineData("""\\","consents":[""", """\\", "consents":[""")]
    [InlineData("""["c/1","c2"]""", """["c\/1","c2"]""")]
    [InlineData("""["c/1","c2"]""", """["c/1","c2",]""")]
    [InlineData("""["c/1","c2"]""", """["c/1""c2"]""")]
    [InlineData("""["c/1","c2"]""", """["c2","c/1"]""")]
    [InlineData("""["c/1","c2"]""", """["c/1"]""")]
    [InlineData("""["c/1","c2"]""", """[]""")]
    [InlineData("entryCount\":7", "entryCount\":07")]
    [InlineData("entryCount\":7", "entryCount\":7.0")]
    [InlineData("entryCount\":7", "entryCount\":2147483648")]
    [InlineData("\"abababab", "\"ABABABAB")]
    [InlineData("entries\":\"AQ==\"", "entries\":\"AR==\"")]
    [InlineData("entries\":\"AQ==\"", "entries\":\"AQ\"")]
    [InlineData("entries\":\"AQ==\"", "entries\":\"AQ= =\"")]
    [InlineData("disclosed", "Disclosed")]
    [InlineData("disclosed", "read")]
    [InlineData("1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.001Z")]
    [InlineData("1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000z")]
    [InlineData("1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00Z")]
    [InlineData("{\"kind", "{ \"kind")]
    [InlineData("\"}}\n", "\"}}\r\n")]
    [InlineData("\"}}\n", "\"}} \n")]
    [InlineData("\"}}\n", "\"},\"x\":1}\n")]
    public void OtherWaysToWriteAnEntryAreFound(string original, string changed)
        => AssertFoundUnderATrueClosingLine(original, changed);

    private static void AssertFoundUnderATrueClosingLine(string original, string changed)
    {
        var ledger = Small();
        var lines = TestLedger.Lines(ledger.Export())[..^1];
        Assert.Contains(original, lines[1]);
        lines[1] = lines[1].Replace(original, changed, StringComparison.Ordinal);
        var report = TestLedger.Verify(TestLedger.Close(lines, ledger.Origin), _pinned);
        Assert.Equal(2, report.Problems[0].Line);
    }

    /// <summary>One entry with everything that has a canonical form, and one that was erased.</summary>
    private static TestLedger Small()
    {
        var details = new LedgerDetails
        {
            Kind = LedgerKind.Disclosed,
            Actor = "a\u0001\nb\"\\",
            Consents = ["c/1", "c2"],
            EntryCount = 7,
            Digest = Enumerable.Repeat((byte)0xAB, 32).ToArray(),
            Entries = new byte[] { 1 },
            Salt = Enumerable.Repeat((byte)0xCD, 16).ToArray(),
        };
        return new TestLedger(
            Checkpoint.OriginOf(TestLedger.Patient),
            [(LedgerLeaf.Create(DateTimeOffset.UnixEpoch, details.Encode()), details), (LedgerLeaf.Create(DateTimeOffset.UnixEpoch, [1]), null)]);
    }

    private static void AssertFound(byte[] changed, string what, bool mayBeTheSame = false, byte[]? original = null)
    {
        if (mayBeTheSame && changed.AsSpan().SequenceEqual(original))
            return;
        var report = TestLedger.Verify(changed, _pinned);
        Assert.False(report.IsValid, what);
        Assert.All(report.Problems, problem => Assert.NotEmpty(problem.ToString()));
    }

    private static byte[] Join(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines));

    private static string Fragment(string line, Dice dice)
        => dice.OneIn(2) ? line : line[..dice.Below(line.Length)] + line[dice.Below(line.Length)..];
}
