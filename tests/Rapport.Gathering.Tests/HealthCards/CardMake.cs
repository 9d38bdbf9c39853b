using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Rapport.Gathering.Tests;

/// <summary>An issuer of health cards that does not exist, with a key of its own and a folder as an operator keeps it.</summary>
internal sealed class CardMake : IDisposable
{
    internal const string Issuer = "https://cards.example/north";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("card-issuers-");

    internal CardMake()
    {
        var point = _key.ExportParameters(false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        Kid = CardTrust.Thumbprint(x, y);
        Write("jwks.json", new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["kty"] = "EC", ["kid"] = Kid, ["crv"] = "P-256", ["x"] = x, ["y"] = y }) });
    }

    internal string Kid { get; }

    internal CardChecks Checks(int year = 2026) => new(CardTrust.Load(_folder.FullName), new DateTimeOffset(year, 7, 1, 0, 0, 0, TimeSpan.Zero));

    internal void TakeBack(params string[] rids) =>
        Write("crl/" + Kid + ".json", new JsonObject { ["kid"] = Kid, ["method"] = "rid", ["ctr"] = 1, ["rids"] = new JsonArray([.. rids.Select(static rid => JsonValue.Create(rid))]) });

    /// <summary>A signed card: a person, and an immunization for each lot number.</summary>
    internal string Card(string name = "Maya Ortiz", string? rid = null, long? expires = null, long notBefore = 1_700_000_000, string birthDate = "1980-02-01", params string[] lots)
    {
        var entries = new JsonArray(Entry(0, Make.Patient(null, name, birthDate)));
        foreach (var (index, lot) in lots.DefaultIfEmpty("A1").Index())
        {
            entries.Add((JsonNode)Entry(index + 1, new JsonObject
            {
                ["resourceType"] = "Immunization",
                ["status"] = "completed",
                ["vaccineCode"] = Make.Concept("http://hl7.org/fhir/sid/cvx", "207"),
                ["patient"] = Make.Reference("resource:0"),
                ["occurrenceDateTime"] = "2021-01-01",
                ["lotNumber"] = lot,
            }));
        }

        var credential = new JsonObject
        {
            ["type"] = new JsonArray("https://smarthealth.cards#health-card", "https://smarthealth.cards#immunization"),
            ["credentialSubject"] = new JsonObject { ["fhirVersion"] = "4.0.1", ["fhirBundle"] = new JsonObject { ["resourceType"] = "Bundle", ["type"] = "collection", ["entry"] = entries } },
        };
        if (rid is not null)
        {
            credential["rid"] = rid;
        }

        var payload = new JsonObject { ["iss"] = Issuer, ["nbf"] = notBefore, ["vc"] = credential };
        if (expires is not null)
        {
            payload["exp"] = expires;
        }

        return Sign(Pack(Encoding.UTF8.GetBytes(payload.ToJsonString())));
    }

    internal string Sign(byte[] packed)
    {
        var text = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"zip":"DEF","alg":"ES256","kid":"{{Kid}}"}""")) + "." + Base64Url.EncodeToString(packed);
        return text + "." + Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256));
    }

    internal static byte[] File(params string[] cards) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["verifiableCredential"] = new JsonArray([.. cards.Select(static card => JsonValue.Create(card))]) }.ToJsonString());

    /// <summary>What QR codes say.</summary>
    internal static string Digits(string text) => string.Concat(text.Select(static c => (c - '-').ToString("00")));

    internal static byte[] Pack(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var deflate = new DeflateStream(memory, CompressionLevel.Optimal))
        {
            deflate.Write(bytes);
        }

        return memory.ToArray();
    }

    public void Dispose()
    {
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    private static JsonObject Entry(int index, JsonObject resource) => new() { ["fullUrl"] = $"resource:{index}", ["resource"] = resource };

    private void Write(string name, JsonObject content)
    {
        var file = Path.Combine(_folder.FullName, "cards.example/north/.well-known", name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        System.IO.File.WriteAllText(file, content.ToJsonString());
    }
}
