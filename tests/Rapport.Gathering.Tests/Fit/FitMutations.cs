using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Good files, damaged at random, with and without a checksum that fits: taken whole or refused, never with an exception, and what is taken is FHIR.</summary>
public sealed class FitMutations(SqliteTestDatabase test) : GatheringTest(test)
{
    private const int ThroughRecord = 200;

    private static readonly int Cases = Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1" ? 100_000 : 5_000;

    private static readonly string[] Pieces = [".FIT", "\u0040\u0000\u0000\u0014\u0000\u0001\u0003\u0001\u0002", "\u0060\u0000\u0001\u0000\u0012\u0000", "\u00ff\u00ff", "\u0000\u0000\u0000\u0000"];

    [Fact]
    public void Whatever_comes_is_read_or_refused()
    {
        var random = new Random(20260701);
        byte[][] good = [FitWriter.Ride(), FitWriter.Ride(bigEndian: true, points: 5)];
        var refused = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Cases; i++)
        {
            var read = Read(Damage(random, good[i % 2]));
            refused += read.Refusal is null ? 0 : 1;
            Assert.True(read.Report.NotTaken.All(n => n.Why != NotTakenReason.NotValid), $"case {i}: {string.Join("; ", read.Report.NotTaken)}");
        }

        Assert.InRange(refused, 1, Cases - 1);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Cases, 0, 2 * 1024 * 1024);
    }

    [Fact]
    public async Task Whatever_comes_is_taken_whole_or_changes_nothing()
    {
        var random = new Random(20260702);
        var record = await NewRecordAsync();
        var good = FitWriter.Ride();
        Assert.Equal(ImportStatus.Taken, (await record.ImportAsync(SourceContent.Of("ride.fit", good))).Status);
        var (_, ledger, sources) = await record.StateAsync();
        for (var i = 0; i < ThroughRecord; i++)
        {
            var result = await record.ImportAsync(SourceContent.Of("x.fit", Damage(random, good)), new ImportOptions { SourceName = "x", TakeGoodPart = i % 3 == 0 });
            var written = result.Status == ImportStatus.Taken ? 1 : 0;
            var state = await record.StateAsync();
            Assert.Equal((ledger + written, sources + written), (state.Ledger, state.Sources));
            Assert.Equal(written == 1, result.Source is not null);
            (ledger, sources) = (state.Ledger, state.Sources);
        }

        await record.VerifyAsync();
    }

    /// <summary>Damage that the checksum tells, or, mostly, none that it could: a file that was written so.</summary>
    private static byte[] Damage(Random random, byte[] good)
    {
        var bytes = Mutator.Mutate(random, good, Pieces);
        if (random.Next(4) > 0 && bytes.Length > 20)
        {
            bytes[0] = 14;
            ".FIT"u8.CopyTo(bytes.AsSpan(8));
            BitConverter.TryWriteBytes(bytes.AsSpan(4), bytes.Length - 16);
            BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 2), FitCrc.Of(bytes.AsSpan(0, bytes.Length - 2)));
        }

        return bytes;
    }

    private static HarvestedSource Read(byte[] bytes) => Importer.Read(new FitFormat(), SourceContent.Of("x.fit", bytes), new ImportOptions { SourceName = "x", TakeGoodPart = bytes.Length % 2 == 0 }, null, Cancel);
}
