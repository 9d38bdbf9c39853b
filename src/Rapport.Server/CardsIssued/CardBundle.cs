using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Rapport.Fhir;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.CardsIssued;

/// <summary>
/// What stands on a card: as little as says it, in the form that the SMART Health Cards framework wants for codes to scan (no ids, no narratives, no names beside codes, short references). Of each type only the elements
/// named here go along. Pure.
/// </summary>
internal static class CardBundle
{
    private const string Person = "resource:0";

    /// <summary>The types that a card can hold, and what of each goes on it as it is.</summary>
    private static readonly FrozenDictionary<string, string[]> Kept = new Dictionary<string, string[]>
    {
        ["Immunization"] = ["status", "vaccineCode", "occurrenceDateTime", "occurrenceString", "lotNumber"],
        ["AllergyIntolerance"] = ["clinicalStatus", "verificationStatus", "criticality", "code", "onsetDateTime"],
        ["Condition"] = ["clinicalStatus", "verificationStatus", "code", "onsetDateTime"],
        ["MedicationStatement"] = ["status", "medicationCodeableConcept", "effectiveDateTime", "effectivePeriod"],
        ["MedicationRequest"] = ["status", "intent", "medicationCodeableConcept", "authoredOn"],
    }.ToFrozenDictionary();

    /// <summary>Whether entries of a type can stand on a card.</summary>
    public static bool Holds(string type) => Kept.ContainsKey(type);

    /// <summary>The bundle; null when it is not said whom it is about, or nothing is left of what should stand on it.</summary>
    /// <param name="entries">What was disclosed: the patient, what is to stand on the card, and the medicines that it names.</param>
    public static JsonObject? Of(IReadOnlyList<Resource> entries)
    {
        if (entries.FirstOrDefault(static entry => entry.TypeName == "Patient") is not { } patient || PersonOf(Json(patient)) is not { } person)
        {
            return null;
        }

        var medicines = entries.Where(static entry => entry.TypeName == "Medication").ToDictionary(static entry => "Medication/" + entry.Root.Text("id"), static entry => Json(entry)["code"]);
        var rest = entries.Where(static entry => Holds(entry.TypeName)).Select(entry => Minimal(entry.TypeName, Json(entry), medicines)).ToList();
        return rest.Count == 0 ? null : new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["type"] = "collection",
            ["entry"] = new JsonArray([.. rest.Prepend(person).Select((resource, i) => new JsonObject { ["fullUrl"] = $"resource:{i}", ["resource"] = resource })]),
        };
    }

    /// <summary>Name and day of birth: by which whoever is shown the card knows whose it is. Nothing more of a person goes along.</summary>
    private static JsonObject? PersonOf(JsonObject patient)
    {
        var names = (patient["name"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        if ((names.Find(static name => Text(name["use"]) == "official") ?? names.FirstOrDefault()) is not { } name || Text(patient["birthDate"]) is not { } born)
        {
            return null;
        }

        var said = name["family"] is null && name["given"] is null ? Picked(name, ["text"]) : Picked(name, ["family", "given"]);
        return said.Count == 0 ? null : new JsonObject { ["resourceType"] = "Patient", ["name"] = new JsonArray(said), ["birthDate"] = born };
    }

    private static JsonObject Minimal(string type, JsonObject entry, Dictionary<string, JsonNode?> medicines)
    {
        var minimal = new JsonObject { ["resourceType"] = type };
        foreach (var name in Kept[type])
        {
            if (Minimal(entry[name]) is { } value)
            {
                minimal[name] = value;
            }
        }

        // A medicine that is an entry of its own is named here: the card has no place to look it up.
        if (entry["medicationReference"] is JsonObject to && (Minimal(medicines.GetValueOrDefault(Text(to["reference"]) ?? "")) ?? (Text(to["display"]) is { } called ? new JsonObject { ["text"] = called } : null)) is { } medicine)
        {
            minimal["medicationCodeableConcept"] = medicine;
        }

        if ((entry["dosage"] ?? entry["dosageInstruction"]) is JsonArray doses && doses.OfType<JsonObject>().Select(static dose => Text(dose["text"])).FirstOrDefault(static text => text is not null) is { } dose)
        {
            minimal[type == "MedicationRequest" ? "dosageInstruction" : "dosage"] = new JsonArray(new JsonObject { ["text"] = dose });
        }

        if (type == "Immunization" && (entry["performer"] as JsonArray)?.OfType<JsonObject>().Select(static by => Text(by["actor"]?["display"])).FirstOrDefault(static by => by is not null) is { } by)
        {
            minimal["performer"] = new JsonArray(new JsonObject { ["actor"] = new JsonObject { ["display"] = by } });
        }

        minimal[type is "Immunization" or "AllergyIntolerance" ? "patient" : "subject"] = new JsonObject { ["reference"] = Person };
        return minimal;
    }

    /// <summary>A value without what is for people to read or for other programs alone. A concept without a code keeps its words: it has nothing else.</summary>
    private static JsonNode? Minimal(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject concept when concept["coding"] is JsonArray codings && codings.OfType<JsonObject>().Where(static coding => coding["system"] is not null && coding["code"] is not null).ToList() is { Count: > 0 } coded:
                return new JsonObject { ["coding"] = new JsonArray([.. coded.Select(static coding => Picked(coding, ["system", "code"]))]) };
            case JsonObject concept when (Text(concept["text"]) ?? FirstOf(concept["coding"], "display") ?? FirstOf(concept["coding"], "code")) is { } words:
                return new JsonObject { ["text"] = words };
            case JsonObject period when period["start"] is not null || period["end"] is not null:
                return Picked(period, ["start", "end"]);
            case JsonValue:
                return value.DeepClone();
            default:
                return null;
        }
    }

    private static string? FirstOf(JsonNode? codings, string name) => (codings as JsonArray)?.OfType<JsonObject>().Select(coding => Text(coding[name])).FirstOrDefault(static text => text is not null);

    private static JsonObject Picked(JsonObject from, string[] names) =>
        new(names.Where(name => from[name] is not null).Select(name => KeyValuePair.Create(name, (JsonNode?)from[name]!.DeepClone())));

    private static JsonObject Json(Resource resource) => JsonNode.Parse(resource.Json.Span)!.AsObject();

    private static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : null;
}
