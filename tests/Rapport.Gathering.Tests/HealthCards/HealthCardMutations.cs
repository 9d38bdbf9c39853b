using System.Buffers.Text;
using System.Text;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Good cards damaged at random, outside and inside what is packed: read or refused, never with an exception, never half.</summary>
public sealed class HealthCardMutations(SqliteTestDatabase test) : GatheringTest(test)
{
    private const int ThroughRecord = 200;

    private static readonly int Cases = Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1" ? 100_000 : 5_000;
    private static readonly string[] Pieces = ["{", "}", "[", "]", "\"", "null", "resource:0", ".", "/", "shc:/", "1/2/", "\\ud83e", "\\u0000", "-1e9", "1e400", "Patient", "\"exp\":1,"];

    [Fact]
    public void Whatever_comes_is_read_or_refused()
    {
        using var issuer = new CardMake();
        var (random, checks, refused) = (new Random(20260711), issuer.Checks(), 0);
        var before = GC.GetTotalAllocatedBytes();
        for (var i = 0; i < Cases; i++)
        {
            var read = Importer.Read(new HealthCardFormat(), SourceContent.Of("c", Damage(random, issuer, i)), new ImportOptions { SourceName = "c", Cards = checks, TakeGoodPart = i % 2 == 0 }, null, Cancel);
            refused += read.Refusal is null ? 0 : 1;
        }

        Assert.InRange(refused, 1, Cases - 1);
        Assert.InRange((GC.GetTotalAllocatedBytes() - before) / Cases, 0, 2 * 1024 * 1024);
    }

    [Fact]
    public async Task Whatever_comes_is_taken_whole_or_changes_nothing()
    {
        using var issuer = new CardMake();
        var random = new Random(20260712);
        var record = await NewRecordAsync();
        var (_, ledger, sources) = await record.StateAsync();
        for (var i = 0; i < ThroughRecord; i++)
        {
            var result = await record.ImportAsync(SourceContent.Of("c", Damage(random, issuer, i)), new ImportOptions { SourceName = "c", Cards = issuer.Checks() });
            var written = result.Status == ImportStatus.Taken ? 1 : 0;
            var state = await record.StateAsync();
            Assert.Equal((ledger + written, sources + written), (state.Ledger, state.Sources));
            (ledger, sources) = (state.Ledger, state.Sources);
        }

        await record.VerifyAsync();
    }

    /// <summary>The file, the code, or, signed anew, what is inside.</summary>
    private static byte[] Damage(Random random, CardMake issuer, int i)
    {
        var card = issuer.Card(rid: "r", expires: 1_900_000_000, lots: ["A", "B"]);
        if (i % 4 == 0)
        {
            return Mutator.Mutate(random, CardMake.File(card, card), Pieces);
        }

        if (i % 4 == 1)
        {
            return Mutator.Mutate(random, Encoding.UTF8.GetBytes("shc:/" + CardMake.Digits(card)), Pieces);
        }

        using var unpacked = new MemoryStream();
        using (var inflate = new System.IO.Compression.DeflateStream(new MemoryStream(Base64Url.DecodeFromChars(card.Split('.')[1])), System.IO.Compression.CompressionMode.Decompress))
        {
            inflate.CopyTo(unpacked);
        }

        return Encoding.UTF8.GetBytes(issuer.Sign(CardMake.Pack(Mutator.Mutate(random, unpacked.ToArray(), Pieces))));
    }
}
