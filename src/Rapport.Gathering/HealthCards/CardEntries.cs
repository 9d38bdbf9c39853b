using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// What a card says as entries, each with a tag that tells whether it is verified, and the card itself, so that it can be shown and given onwards. An entry that refers to
/// nothing but the patient is known again by issuer and content, also on a card that was issued anew; another by its card.
/// </summary>
internal sealed class CardEntries(HealthCard card, CardReport report, string where, Harvest harvest)
{
    private const string Tags = "urn:x-rapport:health-card";
    private const string ContentType = "application/smart-health-card";
    private const int MostEntries = 2_000;

    private static readonly string[] Subjects = ["Patient", "Group", "Device", "Location", "Practitioner", "Organization", "Substance", "Medication", "Procedure"];

    private readonly string _digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(card.Jws)));
    private readonly Dictionary<string, (string Key, JsonObject Resource, string Path)> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _urls = [];

    private string? PatientKey => _entries.Values.FirstOrDefault(entry => TypeOf(entry.Resource) == "Patient").Key;

    private string Standing => report.Standing switch
    {
        CardStanding.Verified => "verified",
        CardStanding.IssuerUnknown => "stated, not verified: the issuer is not known to this installation",
        CardStanding.KeyUnknown => "stated, not verified: it is signed with a key that is not among the issuer's",
        _ => throw new InvalidOperationException($"no words for {report.Standing}"),
    };

    /// <summary>Takes the card.</summary>
    /// <returns>Whether anything in it was taken.</returns>
    internal bool Add()
    {
        Read();
        foreach (var (url, (key, resource, path)) in _entries)
        {
            var type = TypeOf(resource);
            var mended = MendSubject(resource);
            Rewrite(resource);
            Mark(resource);
            if (harvest.Add(key, resource, Where(path) with { Converted = mended }) is { } added)
            {
                (type == "Patient" ? harvest.BriefPatients : (ICollection<string>)_urls).Add(added);
            }
        }

        return _urls.Count > 0 && KeepCard();
    }

    private void Read()
    {
        if (card.Bundle["resourceType"]?.ToString() != "Bundle" || card.Bundle["entry"] is not JsonArray { Count: > 0 and <= MostEntries } list)
        {
            throw new InvalidDataException($"the card holds no bundle of 1 to {MostEntries} entries");
        }

        foreach (var (index, item) in list.Index())
        {
            var path = $"{where} Bundle.entry[{index}].resource";
            if (item?["resource"] is not JsonObject resource || resource["resourceType"] is not JsonValue type || type.GetValueKind() != JsonValueKind.String)
            {
                throw new InvalidDataException($"{path}: there is no resource");
            }

            var url = item["fullUrl"] is JsonValue named && named.GetValueKind() == JsonValueKind.String ? named.GetValue<string>() : $"resource:{index}";
            var copy = (JsonObject)resource.DeepClone();
            if (!_entries.TryAdd(url, ("", copy, path)))
            {
                throw new InvalidDataException($"{path}: two entries have the address `{url}`");
            }
        }

        foreach (var (url, entry) in _entries.ToList())
        {
            _entries[url] = entry with { Key = KeyOf(url, entry.Resource) };
        }
    }

    private string KeyOf(string url, JsonObject resource)
    {
        if (TypeOf(resource) == "Patient")
        {
            // Two cards of one person are about one patient; two people stay two, which the import refuses.
            return $"Patient\n{resource["name"]?.ToJsonString()}\n{resource["birthDate"]?.ToJsonString()}";
        }

        var refers = References(resource).Any(reference => _entries.TryGetValue(reference.GetValue<string>(), out var other) && TypeOf(other.Resource) != "Patient");
        return refers ? $"{_digest}\n{url}" : $"{card.Issuer}\n{resource.ToJsonString()}";
    }

    /// <summary>Issuers number entries by hand, and some have the subject of results refer to the report: a card is about its one patient.</summary>
    private IReadOnlyList<string> MendSubject(JsonObject resource)
    {
        if (resource["subject"] is not JsonObject subject || subject["reference"] is not JsonValue reference || reference.GetValueKind() != JsonValueKind.String
            || !_entries.TryGetValue(reference.GetValue<string>(), out var target) || Subjects.Contains(TypeOf(target.Resource)))
        {
            return [];
        }

        subject["reference"] = PatientKey is { } patient ? harvest.ReferenceTo(patient) : Harvest.Patient;
        return [$"the subject, which referred to the {TypeOf(target.Resource)} `{reference}`, became the patient of the card"];
    }

    private void Rewrite(JsonObject resource)
    {
        foreach (var reference in References(resource).ToList())
        {
            if (_entries.TryGetValue(reference.GetValue<string>(), out var target))
            {
                reference.ReplaceWith(harvest.ReferenceTo(target.Key));
            }
        }
    }

    private static string TypeOf(JsonObject resource) => resource["resourceType"]!.GetValue<string>();

    /// <summary>The references anywhere in a resource, whose depth the parser has limited.</summary>
    private static IEnumerable<JsonValue> References(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(References),
        JsonObject of => of.SelectMany(property => property is { Key: "reference", Value: JsonValue value } && value.GetValueKind() == JsonValueKind.String ? [value] : References(property.Value)),
        _ => [],
    };

    private void Mark(JsonObject resource)
    {
        var meta = resource["meta"] as JsonObject ?? [];
        var tags = meta["tag"] as JsonArray ?? [];
        var isVerified = report.Standing == CardStanding.Verified;
        tags.Add((JsonNode)R4.Coding(Tags, isVerified ? "verified" : "stated", isVerified ? "On a health card whose signature is verified" : "Stated by a health card that is not verified"));
        meta["tag"] = tags.Parent is null ? tags : tags.DeepClone();
        resource["meta"] = meta.Parent is null ? meta : meta.DeepClone();
    }

    private bool KeepCard()
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"verifiableCredential":["{{card.Jws}}"]}""");
        if (KeptBytes.Add(harvest, $"{_digest}\nbytes", bytes, ContentType, Where(where), meta: null, "card.smart-health-card") is not { } attachment)
        {
            return false;
        }

        var document = R4.Resource("DocumentReference");
        document["status"] = "current";
        document["type"] = R4.Concept("SMART Health Card");
        document["subject"] = R4.Reference(PatientKey is { } patient ? harvest.ReferenceTo(patient) : Harvest.Patient);
        document["date"] = Instant(card.NotBefore);
        document["author"] = R4.List(new JsonObject().With("display", card.Issuer));
        document["description"] = $"SMART Health Card, {Standing}{(report.IsExpired ? "; it has expired" : "")}";
        document["content"] = R4.List(new JsonObject { ["attachment"] = attachment });
        document["context"] = new JsonObject { ["related"] = R4.List([.. _urls.Select(entry => R4.Reference(entry))]) };
        document.With("category", R4.List([.. card.Kinds.Select(kind => R4.Concept(kind))]));
        return harvest.Add(_digest, document, Where(where)) is not null;
    }

    private static string Instant(decimal seconds) => R4.DateTime(DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)));

    private Provenance Where(string path) => new() { Path = path, Section = $"SMART Health Card of {card.Issuer}, {Standing}" };
}
