using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// How the provenances of a source are stored: in the order of its entries, a block for so many of them, as JSON, compressed and sealed. A source's
/// number is that of its first entry, so an entry's place among them is known without looking. The source says how many blocks there are, so one that was taken
/// away is missed.
/// </summary>
internal static class ProvenanceBlocks
{
    private const int BlockLength = 256;

    /// <summary>How many blocks a source of these entries has: none when nobody knows where any of them stood, else as many as hold all of them.</summary>
    internal static int CountOf(IReadOnlyList<EntryDraft> drafts) => drafts.Any(draft => draft.Provenance is not null) ? ((drafts.Count - 1) / BlockLength) + 1 : 0;

    internal static IEnumerable<ProvenanceRow> Seal(PatientId patient, Sealer sealer, long source, IReadOnlyList<EntryDraft> drafts)
    {
        var count = CountOf(drafts);
        for (var block = 0; block < count; block++)
        {
            Provenance?[] places = [.. drafts.Skip(block * BlockLength).Take(BlockLength).Select(draft => draft.Provenance)];
            yield return new ProvenanceRow { Source = source, Block = block, Body = sealer.Seal(Places.Provenance(patient, source, block), Compress(places)) };
        }
    }

    /// <summary>A block with further entries in it.</summary>
    internal static ProvenanceRow Add(PatientId patient, Sealer sealer, long source, int block, Provenance?[] before, IReadOnlyList<(int Place, Provenance? Provenance)> more)
    {
        var places = new Provenance?[Math.Max(before.Length, more.Max(entry => entry.Place) + 1)];
        before.CopyTo(places, 0);
        foreach (var (place, provenance) in more)
        {
            places[place] = provenance;
        }

        return new ProvenanceRow { Source = source, Block = block, Body = sealer.Seal(Places.Provenance(patient, source, block), Compress(places)) };
    }

    /// <summary>Which block of its source an entry is in, and where there.</summary>
    internal static (int Block, int Place) PlaceOf(long source, long seq) => ((int)((seq - source) / BlockLength), (int)((seq - source) % BlockLength));

    /// <exception cref="SealBrokenException">The block was changed or moved.</exception>
    internal static Provenance?[] Open(PatientId patient, Sealer sealer, long source, int block, byte[] stored)
    {
        using var plain = new MemoryStream(sealer.Open(Places.Provenance(patient, source, block), stored));
        using var json = new BrotliStream(plain, CompressionMode.Decompress);
        return JsonSerializer.Deserialize(json, ProvenanceJson.Default.ProvenanceArray) ?? throw new InvalidDataException($"stored provenance of source {source} is empty");
    }

    private static byte[] Compress(Provenance?[] places)
    {
        using var plain = new MemoryStream();
        using (var brotli = new BrotliStream(plain, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(brotli, places, ProvenanceJson.Default.ProvenanceArray);
        }

        return plain.ToArray();
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Provenance?[]))]
internal sealed partial class ProvenanceJson : JsonSerializerContext;
