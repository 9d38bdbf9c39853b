using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// A file that tells which way somebody went, kept byte for byte and packed, as a document of its own that is marked as restricted: ways tell where
/// somebody lives. No other entry has a place in it.
/// </summary>
internal static class FitOriginal
{
    internal static void Keep(Harvest harvest, ReadOnlySpan<byte> bytes, string name, string? start)
    {
        var key = "fit\nplaces\n" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        var packed = Pack(bytes);
        var place = new Provenance { Path = "record.position_lat, record.position_long" };
        var binary = R4.Resource("Binary").With("meta", R4.Restricted());
        binary["contentType"] = "application/gzip";
        if (harvest.Add(key + "\nbytes", binary, place, [packed]) is not { } url)
        {
            return;
        }

        var document = R4.Resource("DocumentReference").With("meta", R4.Restricted());
        document["status"] = "current";
        document["type"] = FitCode.Of("Route of a workout", null, "record.position");
        document["subject"] = R4.Self();
        document.With("date", start);
        document["content"] = R4.List(new JsonObject
        {
            ["attachment"] = new JsonObject { ["contentType"] = "application/gzip", ["url"] = url, ["size"] = packed.Length }.With("title", name),
        });
        harvest.Add(key, document, place);
    }

    private static byte[] Pack(ReadOnlySpan<byte> bytes)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return memory.ToArray();
    }
}
