using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Rapport.TestKit;

/// <summary>Signs SMART Health Cards as an issuer that does not exist.</summary>
public sealed class HealthCardMake : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The name of the key: RFC 7638.</summary>
    public string Kid
    {
        get
        {
            var (x, y) = Point;
            return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
        }
    }

    /// <summary>The key as an issuer publishes it.</summary>
    public JsonObject Keys
    {
        get
        {
            var (x, y) = Point;
            return new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["kty"] = "EC", ["kid"] = Kid, ["crv"] = "P-256", ["x"] = x, ["y"] = y }) };
        }
    }

    private (string X, string Y) Point
    {
        get
        {
            var point = _key.ExportParameters(false).Q;
            return (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        }
    }

    /// <summary>A card of a bundle, signed.</summary>
    /// <param name="issuer">Who it says issued it.</param>
    /// <param name="bundle">FHIR R4.</param>
    /// <param name="notBefore">Seconds since 1970.</param>
    /// <param name="expires">Seconds since 1970; null for ever.</param>
    /// <param name="rid">By which it can be taken back.</param>
    public string Card(string issuer, JsonObject bundle, long notBefore = 1_700_000_000, long? expires = null, string? rid = null)
    {
        var credential = new JsonObject
        {
            ["type"] = new JsonArray("https://smarthealth.cards#health-card", "https://smarthealth.cards#immunization"),
            ["credentialSubject"] = new JsonObject { ["fhirVersion"] = "4.0.1", ["fhirBundle"] = bundle },
        };
        if (rid is not null)
        {
            credential["rid"] = rid;
        }

        var payload = new JsonObject { ["iss"] = issuer, ["nbf"] = notBefore, ["vc"] = credential };
        if (expires is not null)
        {
            payload["exp"] = expires;
        }

        return Sign(HealthLinkMake.Pack(Encoding.UTF8.GetBytes(payload.ToJsonString())));
    }

    /// <summary>Signs what is packed.</summary>
    public string Sign(byte[] packed)
    {
        var text = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"zip":"DEF","alg":"ES256","kid":"{{Kid}}"}""")) + "." + Base64Url.EncodeToString(packed);
        return text + "." + Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256));
    }

    /// <summary>What QR codes say.</summary>
    public static string Digits(string text) => string.Concat(text.Select(static c => (c - '-').ToString("00")));

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
