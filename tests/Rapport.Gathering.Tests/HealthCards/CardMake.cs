using System.Text;
using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>An issuer of health cards that does not exist, with a key of its own and a folder as an operator keeps it.</summary>
internal sealed class CardMake : IDisposable
{
    internal const string Issuer = "https://cards.example/north";

    private readonly HealthCardMake _signer = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("card-issuers-");

    internal CardMake() => Write("jwks.json", _signer.Keys);

    internal string Folder => _folder.FullName;

    internal string Kid => _signer.Kid;

    internal CardChecks Checks(int year = 2026) => new(CardTrust.Load(_folder.FullName), new DateTimeOffset(year, 7, 1, 0, 0, 0, TimeSpan.Zero));

    internal void TakeBack(params string[] rids) =>
        Write("crl/" + Kid + ".json", new JsonObject { ["kid"] = Kid, ["method"] = "rid", ["ctr"] = 1, ["rids"] = new JsonArray([.. rids.Select(static rid => JsonValue.Create(rid))]) });

    /// <summary>Another issuer's files as they stand in the operator's folder.</summary>
    internal void AddIssuer(string host, string keys, string takenBack)
    {
        var wellKnown = _folder.CreateSubdirectory($"{host}/.well-known");
        System.IO.File.WriteAllText(Path.Combine(wellKnown.FullName, "jwks.json"), keys);
        System.IO.File.WriteAllText(Path.Combine(wellKnown.CreateSubdirectory("crl").FullName, "b.json"), takenBack);
    }

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

        return _signer.Card(Issuer, new JsonObject { ["resourceType"] = "Bundle", ["type"] = "collection", ["entry"] = entries }, notBefore, expires, rid);
    }

    internal string Sign(byte[] packed) => _signer.Sign(packed);

    internal static byte[] File(params string[] cards) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["verifiableCredential"] = new JsonArray([.. cards.Select(static card => JsonValue.Create(card))]) }.ToJsonString());

    /// <summary>What QR codes say.</summary>
    internal static string Digits(string text) => HealthCardMake.Digits(text);

    internal static byte[] Pack(byte[] bytes) => HealthLinkMake.Pack(bytes);

    public void Dispose()
    {
        _signer.Dispose();
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
