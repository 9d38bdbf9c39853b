using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Data;

namespace Rapport.Gathering;

/// <summary>One SMART Health Card, opened (spec.smarthealth.cards): what it says of itself and the bundle in it. Says nothing of whether it is genuine.</summary>
/// <param name="Jws">The signed text.</param>
/// <param name="Kid">The name of the key it says it is signed with.</param>
/// <param name="Issuer">The URL of who it says issued it.</param>
/// <param name="NotBefore">Seconds since 1970 from which it holds.</param>
/// <param name="Expires">Seconds since 1970 until which it holds; null for ever.</param>
/// <param name="Rid">The number by which it can be taken back.</param>
/// <param name="Kinds">What kinds of card it says it is, the general one aside.</param>
/// <param name="Bundle">FHIR R4.</param>
internal sealed record HealthCard(string Jws, string Kid, string Issuer, decimal NotBefore, decimal? Expires, string? Rid, IReadOnlyList<string> Kinds, JsonObject Bundle)
{
    private const string Kind = "https://smarthealth.cards#";
    private const int MostSigned = 4 * 1024 * 1024;
    private const int MostUnpacked = 16 * 1024 * 1024;

    // Seconds of the years 1 to 9999.
    private const decimal LeastTime = -62_135_596_800, MostTime = 253_402_300_799;

    private static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Opens a card.</summary>
    /// <exception cref="InvalidDataException">It is none; the message says why.</exception>
    internal static HealthCard Open(string jws)
    {
        try
        {
            return Read(jws);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            // The JSON library throws the second and third for text that is no Unicode.
            throw new InvalidDataException("what the card holds is no JSON: it is damaged", e);
        }
    }

    /// <summary>Whether it is signed with the key.</summary>
    internal bool IsSignedWith(ECParameters key)
    {
        var end = Jws.LastIndexOf('.');
        try
        {
            using var ecdsa = ECDsa.Create(key);
            return Base64Text.TryDecode(Jws.AsSpan(end + 1)) is { Length: 64 } signature && ecdsa.VerifyData(Encoding.ASCII.GetBytes(Jws[..end]), signature, HashAlgorithmName.SHA256);
        }
        catch (CryptographicException)
        {
            // A key whose numbers are no point of the curve.
            return false;
        }
    }

    private static HealthCard Read(string jws)
    {
        if (jws.Length > MostSigned || jws.Split('.') is not [var head, var body, { Length: > 0 }] || Base64Text.TryDecode(head) is not { } header || Base64Text.TryDecode(body) is not { } payload)
        {
            throw new InvalidDataException("this is no signed card: it has not three parts of letters and digits, or is too long");
        }

        var signed = Object(JsonNode.Parse(header, null, Once));
        if (Text(signed, "alg") != "ES256" || Text(signed, "kid") is not { Length: > 0 } kid)
        {
            throw new InvalidDataException("the card is not signed as SMART Health Cards are (ES256, with the name of the key)");
        }

        var zip = Text(signed, "zip");
        var card = Object(JsonNode.Parse(zip == "DEF" ? Unpack(payload) : zip is null ? payload : throw new InvalidDataException($"the card is packed as `{Short(zip)}`, which is not known"), null, Once));
        CheckText(card);
        var credential = Object(card["vc"]);
        var subject = Object(credential["credentialSubject"]);
        var kinds = (credential["type"] as JsonArray ?? []).Select(Text).OfType<string>().Take(20).ToList();
        if (!kinds.Remove(Kind + "health-card"))
        {
            throw new InvalidDataException("this is a signed text, but no SMART Health Card");
        }

        if (Text(subject, "fhirVersion") is not { } version || !version.StartsWith("4.0.", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"the card holds FHIR of version `{Short(Text(subject, "fhirVersion") ?? "unknown")}`; Rapport reads R4 (4.0.1)");
        }

        return new HealthCard(
            jws,
            kid,
            Text(card, "iss") is { Length: > 0 and < 500 } issuer ? issuer : throw new InvalidDataException("the card does not say who issued it"),
            Time(card, "nbf") ?? throw new InvalidDataException("the card does not say when it was issued"),
            card.ContainsKey("exp") ? Time(card, "exp") : null,
            Text(credential, "rid"),
            [.. kinds.Where(kind => kind.StartsWith(Kind, StringComparison.Ordinal)).Select(kind => Short(kind[Kind.Length..]))],
            Object(subject["fhirBundle"]));
    }

    /// <summary>JSON is read lazily: names and texts that are no Unicode are found here, and not when somebody asks for them. The parser has limited the depth.</summary>
    private static void CheckText(JsonNode? node)
    {
        foreach (var child in node is JsonObject of ? of.Select(property => property.Value) : node as IEnumerable<JsonNode?> ?? [])
        {
            CheckText(child);
        }

        _ = Text(node);
    }

    private static byte[] Unpack(byte[] payload)
    {
        using var packed = new LimitedStream(
            new DeflateStream(new MemoryStream(payload), CompressionMode.Decompress), MostUnpacked, $"the card unpacks to more than the {MostUnpacked} bytes that are read");
        using var memory = new MemoryStream();
        packed.CopyTo(memory);
        return memory.ToArray();
    }

    private static JsonObject Object(JsonNode? node) => node as JsonObject ?? throw new InvalidDataException("the card does not have the form of a SMART Health Card");

    private static string? Text(JsonObject of, string name) => Text(of[name]);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static decimal? Time(JsonObject of, string name) =>
        of[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<decimal>(out var seconds) && seconds is >= LeastTime and <= MostTime
            ? seconds
            : throw new InvalidDataException($"the card has no time that can be read as `{name}`");

    private static string Short(string text) => text.Length <= 60 ? text : text[..59] + "…";
}
