using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Rapport.Ledger;

namespace Rapport.Bench.Ledger;

/// <summary>What one disclosure costs in the ledger, and how fast an export is written and verified, beside bare SHA-256 over the same bytes.</summary>
internal static class LedgerBench
{
    private const int Rounds = 7;
    private const int Disclosures = 50_000;
    private const int ExportedEntries = 20_000;

    private static readonly DateTimeOffset _time = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);

    public static int Run()
    {
        Console.WriteLine($"ledger, best of {Rounds} rounds");
        Console.WriteLine($"{"",-58}{"a second",14}{"µs each",10}{"bytes each",12}{"of ceiling",12}");
        MeasureDisclosure();
        MeasureFrontier();
        MeasureExport();
        MeasureSignature();
        return 0;
    }

    private static void MeasureDisclosure()
    {
        var details = Example(0);
        var encoded = details.Encode();
        var leaf = LedgerLeaf.Create(_time, encoded).Encode();
        var hash = new byte[TreeHash.Length];
        var leafInput = new byte[1 + leaf.Length];
        var ceiling = Measure("SHA-256 of the details and of the leaf, bare", Disclosures, null, () =>
        {
            for (var i = 0; i < Disclosures; i++)
            {
                SHA256.HashData(encoded, hash);
                SHA256.HashData(leafInput, hash);
            }
        });
        Measure($"encode details ({encoded.Length} bytes)", Disclosures, null, () =>
        {
            for (var i = 0; i < Disclosures; i++)
                details.Encode();
        });
        Measure("encode details, commit, hash the leaf", Disclosures, ceiling, () =>
        {
            for (var i = 0; i < Disclosures; i++)
                Sink(LedgerLeaf.Create(_time, details.Encode()).Hash);
        });
        var frontier = new Frontier();
        Measure("the same, append to the frontier, write the frontier's bytes", Disclosures, ceiling, () =>
        {
            for (var i = 0; i < Disclosures; i++)
            {
                frontier.Append(LedgerLeaf.Create(_time, details.Encode()).Hash);
                frontier.ToBytes();
            }
        });
        Measure("decode details", Disclosures, null, () =>
        {
            for (var i = 0; i < Disclosures; i++)
                LedgerDetails.Decode(encoded);
        });
    }

    private static void MeasureFrontier()
    {
        var node = new byte[1 + 2 * TreeHash.Length];
        var hash = new byte[TreeHash.Length];
        var ceiling = Measure("SHA-256 of a node, bare (an append needs one on average)", Disclosures, null, () =>
        {
            for (var i = 0; i < Disclosures; i++)
                SHA256.HashData(node, hash);
        });
        Measure("append to the frontier", Disclosures, ceiling, () =>
        {
            var frontier = new Frontier();
            for (var i = 0; i < Disclosures; i++)
                frontier.Append(TreeHash.FromBytes(hash));
        });
        var large = new Frontier();
        for (var i = 0; i < Disclosures; i++)
            large.Append(TreeHash.FromBytes(hash));
        Measure($"root of {Disclosures:N0} leaves from the frontier", Disclosures, null, () =>
        {
            for (var i = 0; i < Disclosures; i++)
                Sink(large.Root);
        });
    }

    private static void MeasureExport()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signer = new CheckpointSigner(key);
        var entries = new (LedgerLeaf Leaf, LedgerDetails Details)[ExportedEntries];
        var frontier = new Frontier();
        for (var i = 0; i < entries.Length; i++)
        {
            var details = Example(i);
            entries[i] = (LedgerLeaf.Create(_time.AddSeconds(i), details.Encode()), details);
            frontier.Append(entries[i].Leaf.Hash);
        }

        var checkpoint = signer.Sign("rapport/ledger/bench", frontier.Size, frontier.Root);
        var output = new ArrayBufferWriter<byte>(32 * 1024 * 1024);
        Export(output, signer, entries, checkpoint);
        var export = output.WrittenSpan.ToArray();
        var megabytes = export.Length / 1e6;

        var ceiling = Measure($"SHA-256 of an export of {megabytes:F1} MB, bare, in entries", ExportedEntries, null, () => SHA256.HashData(export));
        var write = Measure("write the export", ExportedEntries, ceiling, () =>
        {
            output.ResetWrittenCount();
            Export(output, signer, entries, checkpoint);
        });
        var verify = Measure("verify the export", ExportedEntries, ceiling, () =>
        {
            using var stream = new MemoryStream(export);
            if (!LedgerVerifier.Verify(stream).IsValid)
                throw new InvalidOperationException("the export does not verify");
        });
        foreach (var (what, perSecond) in new[] { ("bare SHA-256", ceiling), ("write", write), ("verify", verify) })
            Console.WriteLine($"  {what,-56}{perSecond / ExportedEntries * megabytes,14:N0} MB/s");
    }

    private static void MeasureSignature()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signer = new CheckpointSigner(key);
        const int Signatures = 500;
        Measure("sign a checkpoint", Signatures, null, () =>
        {
            for (var i = 0; i < Signatures; i++)
                signer.Sign("rapport/ledger/bench", i, default);
        });
        var checkpoint = signer.Sign("rapport/ledger/bench", 1, default);
        Measure("verify a checkpoint", Signatures, null, () =>
        {
            for (var i = 0; i < Signatures; i++)
                checkpoint.IsSignedBy(signer.PublicKey);
        });
    }

    private static void Export(
        ArrayBufferWriter<byte> output, CheckpointSigner signer, (LedgerLeaf Leaf, LedgerDetails Details)[] entries, Checkpoint checkpoint)
    {
        using var writer = new LedgerExportWriter(output, checkpoint.Origin, signer);
        foreach (var (leaf, details) in entries)
            writer.Add(leaf, details);
        writer.Complete(checkpoint);
    }

    /// <summary>A disclosure of one entry to a doctor, as the gate records it.</summary>
    private static LedgerDetails Example(int number) => new()
    {
        Kind = LedgerKind.Disclosed,
        Actor = "Practitioner/0123456789abcdefghjkmnpqrs",
        ActorName = "Dr. Lee Example",
        Purpose = "TREAT",
        Consents = ["0123456789abcdefghjkmnpqrs.0123456789abc"],
        EntryCount = 1,
        Digest = SHA256.HashData(BitConverter.GetBytes(number)),
        Entries = new byte[] { (byte)number, 1 },
        Note = "Observation/0123456789abcdefghjkmnpqrs.0123456789abc",
        Salt = new byte[LedgerDetails.SaltLength],
    };

    /// <summary>Runs and prints; returns how many a second in the best round, which disturbs least on a shared machine.</summary>
    private static double Measure(string what, int count, double? ceiling, Action action)
    {
        action();
        var best = 0.0;
        var allocated = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            action();
            best = Math.Max(best, count / Stopwatch.GetElapsedTime(start).TotalSeconds);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        var share = ceiling is { } limit ? (best / limit).ToString("F2", CultureInfo.InvariantCulture) : "";
        Console.WriteLine($"{what,-58}{best,14:N0}{1e6 / best,10:F2}{allocated / count,12:N0}{share,12}");
        return best;
    }

    private static TreeHash _sink;

    private static void Sink(TreeHash hash) => _sink = hash;
}
