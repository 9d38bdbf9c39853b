using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Fhir;
using Rapport.TestKit;

namespace Rapport.Labelling.Tests.Measured;

/// <summary>
/// A record of Synthea whose truth is known: an entry is of the classes of its own codes and of the diagnoses, results and medicines that it refers to, and of what its visit was for unless it is taken at any visit
/// (vital signs, allergies, vaccines). Each code was reviewed by hand (<c>synthea-codes.tsv</c>).
/// </summary>
internal static class ReviewedRecord
{
    private static readonly Dictionary<string, string?> Reviewed = File
        .ReadLines(Path.Combine(Repository.Root, "tests/Rapport.Labelling.Tests/Measured/synthea-codes.tsv"))
        .Select(static line => line.Split('\t'))
        .ToDictionary(static parts => parts[1], static parts => parts[2] == "-" ? null : Classes.Of(parts[2]));

    /// <summary>What a code that occurs in the records was reviewed as: a class, or null for nothing sensitive.</summary>
    internal static bool TryFind(string code, out string? name) => Reviewed.TryGetValue(code, out name);

    /// <summary>Each entry: what it is, the classes that it is of, and those that were found.</summary>
    internal static IEnumerable<(string Told, HashSet<string> Truth, HashSet<string> Found)> Read(string file)
    {
        var bundle = JsonNode.Parse(File.ReadAllText(file))!["entry"]!.AsArray();
        Dictionary<string, JsonObject> byUrl = bundle.ToDictionary(static entry => (string)entry!["fullUrl"]!, static entry => (JsonObject)entry!["resource"]!);
        Dictionary<string, Resource> read = byUrl.ToDictionary(static pair => pair.Key, static pair => Resource.Read(JsonSerializer.SerializeToUtf8Bytes(pair.Value)));
        foreach (var (url, entry) in byUrl)
        {
            // A claim repeats what the entries say, in codes of its own.
            if ((string)entry["resourceType"]! is not ("Patient" or "Claim" or "ExplanationOfBenefit"))
            {
                yield return (Told(entry), TruthOf(entry, byUrl), Classes.Of(Labeller.Label(read[url], reference => read.GetValueOrDefault(reference))));
            }
        }
    }

    private static string Told(JsonObject entry)
    {
        var concept = entry["code"] ?? entry["vaccineCode"] ?? entry["medicationCodeableConcept"] ?? entry["type"]?.AsArray().FirstOrDefault();
        return $"{entry["resourceType"]} {concept?["text"] ?? concept?["coding"]?[0]?["display"]}";
    }

    private static HashSet<string> TruthOf(JsonObject entry, Dictionary<string, JsonObject> byUrl)
    {
        HashSet<string> classes = [];
        Walk(entry, classes);
        string[] followed = IsTakenAtAnyVisit(entry) ? ["reasonReference", "result", "medicationReference"] : ["reasonReference", "addresses", "result", "medicationReference", "encounter", "context"];
        foreach (var reference in followed.SelectMany(name => entry[name] is JsonArray many ? many.ToArray() : [entry[name]]))
        {
            if ((string?)reference?["reference"] is { } url && byUrl.TryGetValue(url, out var other))
            {
                Walk(other, classes);
            }
        }

        return classes;
    }

    private static bool IsTakenAtAnyVisit(JsonObject entry) =>
        (string)entry["resourceType"]! is "AllergyIntolerance" or "Immunization" || entry["category"]?.ToJsonString().Contains("vital-signs", StringComparison.Ordinal) == true;

    private static void Walk(JsonNode? node, HashSet<string> classes)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Walk(item, classes);
            }
        }
        else if (node is JsonObject properties)
        {
            if (properties["system"] is not null && properties["code"] is JsonValue code && Reviewed.GetValueOrDefault((string)code!) is { } name)
            {
                classes.Add(name);
            }

            foreach (var (_, value) in properties)
            {
                Walk(value, classes);
            }
        }
    }
}
