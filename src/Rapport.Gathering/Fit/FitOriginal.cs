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
        var place = new Provenance { Path = "record.position_lat, record.position_long" };
        if (KeptBytes.Add(harvest, key + "\nbytes", KeptBytes.Pack(bytes), "application/gzip", place, R4.Restricted(), name) is not { } attachment)
        {
            return;
        }

        var document = R4.Resource("DocumentReference").With("meta", R4.Restricted());
        document["status"] = "current";
        document["type"] = FitCode.Of("Route of a workout", null, "record.position");
        document["subject"] = R4.Self();
        document.With("date", start);
        document["content"] = R4.List(new JsonObject { ["attachment"] = attachment });
        harvest.Add(key, document, place);
    }
}
