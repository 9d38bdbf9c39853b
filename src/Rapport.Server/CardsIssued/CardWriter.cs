using System.Buffers.Text;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Server.CardsIssued;

/// <summary>Writes SMART Health Cards (HL7 SMART Health Cards and Links, "cards specification"): a packed JSON Web Signature, before it is signed. Pure.</summary>
internal static class CardWriter
{
    private const string Kind = "https://smarthealth.cards#health-card";
    private const string FhirVersion = "4.0.1";

    private static readonly JsonSerializerOptions Short = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Header and payload, with a dot between.</summary>
    /// <param name="issuer">Where the keys are published: an address without a slash at its end.</param>
    /// <param name="number">By what it is taken back.</param>
    /// <param name="from">From when on it is good.</param>
    /// <param name="until">Until when; null for no end.</param>
    /// <param name="bundle">What stands on it.</param>
    public static string Write(string issuer, CardNumber number, DateTimeOffset from, DateTimeOffset? until, JsonObject bundle)
    {
        var payload = new JsonObject { ["iss"] = issuer, ["nbf"] = from.ToUnixTimeSeconds() };
        if (until is { } end)
        {
            payload["exp"] = end.ToUnixTimeSeconds();
        }

        payload["vc"] = new JsonObject
        {
            ["type"] = new JsonArray(Kind),
            ["credentialSubject"] = new JsonObject { ["fhirVersion"] = FhirVersion, ["fhirBundle"] = bundle },
            ["rid"] = number.Rid,
        };
        var header = $$"""{"zip":"DEF","alg":"ES256","kid":"{{number.Kid}}"}""";
        return $"{Base64Url.EncodeToString(System.Text.Encoding.ASCII.GetBytes(header))}.{Base64Url.EncodeToString(Pack(JsonSerializer.SerializeToUtf8Bytes(payload, Short)))}";
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var packing = new DeflateStream(memory, CompressionLevel.SmallestSize))
        {
            packing.Write(bytes);
        }

        return memory.ToArray();
    }
}
