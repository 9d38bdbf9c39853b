using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Rapport.TestKit;

/// <summary>Makes a SMART Health Link as who shares does: its text, and its files, sealed under its key.</summary>
public sealed class HealthLinkMake
{
    /// <summary>The link's key.</summary>
    public byte[] Key { get; init; } = [.. Enumerable.Range(1, 32).Select(static i => (byte)i)];

    /// <summary>The key as the link says it.</summary>
    public string KeyText => Base64Url.EncodeToString(Key);

    /// <summary>A link; properties that are null are left out.</summary>
    public string Link(string url, string? flag = null, string? label = null, JsonNode? exp = null, JsonNode? v = null, string? key = null)
    {
        var payload = new JsonObject { ["url"] = url, ["key"] = key ?? KeyText };
        foreach (var (name, value) in new (string, JsonNode?)[] { ("flag", flag), ("label", label), ("exp", exp), ("v", v) })
        {
            if (value is not null)
            {
                payload[name] = value;
            }
        }

        return Link(payload.ToJsonString());
    }

    /// <summary>A link of whatever is given.</summary>
    public static string Link(string payload) => "shlink:/" + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload));

    /// <summary>A file, sealed.</summary>
    public string Seal(ReadOnlySpan<byte> content, string? contentType = "application/fhir+json", bool pack = false) =>
        Seal(pack ? Pack(content) : content, new JsonObject { ["alg"] = "dir", ["enc"] = "A256GCM" }, contentType, pack);

    /// <summary>A file, sealed under this header.</summary>
    public string Seal(ReadOnlySpan<byte> content, JsonObject header, string? contentType = null, bool isPacked = false)
    {
        if (contentType is not null)
        {
            header["cty"] = contentType;
        }

        if (isPacked)
        {
            header["zip"] = "DEF";
        }

        var head = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()));
        var (nonce, bytes, tag) = (new byte[12], new byte[content.Length], new byte[16]);
        using var aes = new AesGcm(Key, tag.Length);
        aes.Encrypt(nonce, content, bytes, tag, Encoding.ASCII.GetBytes(head));
        return $"{head}..{Base64Url.EncodeToString(nonce)}.{Base64Url.EncodeToString(bytes)}.{Base64Url.EncodeToString(tag)}";
    }

    /// <summary>Packed as cards and links are.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> bytes)
    {
        using var memory = new MemoryStream();
        using (var deflate = new DeflateStream(memory, CompressionLevel.Optimal))
        {
            deflate.Write(bytes);
        }

        return memory.ToArray();
    }

    /// <summary>A manifest of these files.</summary>
    public static string Manifest(string? status, params IEnumerable<(string Type, string? Embedded, string? Location)> files)
    {
        var list = new JsonArray([.. files.Select(static file =>
        {
            var item = new JsonObject { ["contentType"] = file.Type };
            if (file.Embedded is not null)
            {
                item["embedded"] = file.Embedded;
            }

            if (file.Location is not null)
            {
                item["location"] = file.Location;
            }

            return (JsonNode)item;
        })]);
        var manifest = new JsonObject { ["files"] = list };
        if (status is not null)
        {
            manifest["status"] = status;
        }

        return manifest.ToJsonString();
    }
}
