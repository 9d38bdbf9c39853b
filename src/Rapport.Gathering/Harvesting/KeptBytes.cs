using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Bytes that are kept as they came: a Binary with its parts, and the Attachment by which a DocumentReference leads there, with the hash by which the same bytes are known from elsewhere.</summary>
internal static class KeptBytes
{
    /// <summary>Keeps bytes; an Attachment that leads there, null when they are not taken.</summary>
    /// <param name="harvest">Where they go.</param>
    /// <param name="key">Names the Binary.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="contentType">Their media type.</param>
    /// <param name="place">Where they stood.</param>
    /// <param name="meta">The Binary's <c>meta</c>; null for none.</param>
    /// <param name="title">What the file is called; null when nobody knows.</param>
    internal static JsonObject? Add(Harvest harvest, string key, ReadOnlyMemory<byte> bytes, string contentType, Provenance place, JsonObject? meta, string? title = null)
    {
        var binary = R4.Resource("Binary").With("meta", meta).With("contentType", contentType);
        return harvest.Add(key, binary, place, DocumentParts.Of(bytes)) is { } url
            ? new JsonObject { ["contentType"] = contentType, ["url"] = url, ["size"] = bytes.Length, ["hash"] = HashOf(bytes.Span) }.With("title", title)
            : null;
    }

    /// <summary>Packs what compresses well with gzip.</summary>
    internal static byte[] Pack(ReadOnlySpan<byte> bytes)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return memory.ToArray();
    }

    /// <summary>FHIR's Attachment.hash is SHA-1, by which nothing is trusted here.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "FHIR says SHA-1")]
    private static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(SHA1.HashData(bytes));
}
