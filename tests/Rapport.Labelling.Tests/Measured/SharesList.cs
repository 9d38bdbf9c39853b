using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Fhir;
using Rapport.TestKit;

namespace Rapport.Labelling.Tests.Measured;

/// <summary>A code that lists call sensitive.</summary>
/// <param name="System">Its code system.</param>
/// <param name="Code">The code.</param>
/// <param name="Name">What records call it, where that is known.</param>
/// <param name="Truth">The classes that the lists give it.</param>
/// <param name="Lists">The lists that have it.</param>
internal sealed record ListedCode(string System, string Code, string? Name, HashSet<string> Truth, HashSet<string> Lists)
{
    internal Resource Entry(string? name) => Entry(System, Code, name);

    /// <summary>An entry as such a code stands in.</summary>
    internal static Resource Entry(string system, string code, string? name)
    {
        var coding = new JsonObject { ["system"] = system, ["code"] = code };
        if (name is not null)
        {
            coding["display"] = name;
        }

        var concept = new JsonObject { ["coding"] = new JsonArray(coding) };
        var entry = system switch
        {
            "http://www.nlm.nih.gov/research/umls/rxnorm" => new JsonObject { ["resourceType"] = "MedicationRequest", ["status"] = "active", ["intent"] = "order", ["medicationCodeableConcept"] = concept },
            "http://loinc.org" => new JsonObject { ["resourceType"] = "Observation", ["status"] = "final", ["code"] = concept },
            "http://hl7.org/fhir/sid/cvx" => new JsonObject { ["resourceType"] = "Immunization", ["status"] = "completed", ["vaccineCode"] = concept },
            _ => new JsonObject { ["resourceType"] = "Condition", ["code"] = concept },
        };
        return Resource.Read(JsonSerializer.SerializeToUtf8Bytes(entry));
    }
}

/// <summary>The sensitivity rules of ASU's SHARES: codes by label.</summary>
internal static class SharesList
{
    /// <summary>Every code of the lists whose class is measured, once.</summary>
    internal static IEnumerable<ListedCode> Read(string folder)
    {
        Dictionary<(string, string), ListedCode> codes = [];
        var names = NamesInRecords();
        foreach (var file in Directory.GetFiles(folder, "*.json"))
        {
            foreach (var rule in JsonNode.Parse(File.ReadAllText(file))!["rules"]!.AsArray())
            {
                Add(rule!, names, codes);
            }
        }

        return codes.Values.Where(static code => code.Truth.Count > 0);
    }

    private static void Add(JsonNode rule, Dictionary<string, string> names, Dictionary<(string, string), ListedCode> codes)
    {
        var classes = rule["labels"]!.AsArray().Select(static label => Classes.Of((string)label!["code"]!)).OfType<string>().ToList();
        foreach (var group in rule["codeSets"]!.AsArray())
        {
            foreach (var code in group!["codes"]!.AsArray())
            {
                var key = ((string)code!["system"]!, (string)code["code"]!);
                if (!codes.TryGetValue(key, out var listed))
                {
                    codes.Add(key, listed = new(key.Item1, key.Item2, names.GetValueOrDefault(key.Item2) ?? Ingredient((string)group["groupID"]!), [], []));
                }

                listed.Truth.UnionWith(classes);
                listed.Lists.Add((string)rule["id"]!);
            }
        }
    }

    /// <summary>Medicines are grouped by ingredient, whose name every name of RxNorm contains; other groups are named after who made them.</summary>
    private static string? Ingredient(string group) => group.Length > 0 && char.IsAsciiLetterLower(group[0]) && group != "custom" ? group : null;

    /// <summary>What the records of Synthea call codes.</summary>
    private static Dictionary<string, string> NamesInRecords() => File
        .ReadLines(Path.Combine(Repository.Root, "tests/Rapport.Labelling.Tests/Measured/synthea-codes.tsv"), Encoding.UTF8)
        .Select(static line => line.Split('\t'))
        .ToDictionary(static parts => parts[1], static parts => parts[3]);
}
