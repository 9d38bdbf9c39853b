using System.Globalization;
using System.Text.Json.Nodes;

namespace Rapport.Server.Tests.Leaks;

/// <summary>One resource of a made record.</summary>
/// <param name="Name">Stands for its id in requests and answers.</param>
/// <param name="Type">Its FHIR type.</param>
/// <param name="Json">Itself; references say <c>Type/name</c>.</param>
/// <param name="Words">Values that a search may look for.</param>
/// <param name="Secrets">Texts in it that nothing else has.</param>
internal sealed record Planted(string Name, string Type, JsonObject Json, Words Words, IReadOnlyList<string> Secrets)
{
    /// <summary>Its version before, if it had one.</summary>
    public Planted? Before { get; init; }

    /// <summary>Which file brings it.</summary>
    public int File { get; init; } = 1;
}

/// <summary>Values of a resource, by how a search looks for them.</summary>
internal sealed record Words(string Text, string Code, string Identifier, string Date, string Number);

/// <summary>What a made resource is to be like.</summary>
/// <param name="Type">Its FHIR type.</param>
/// <param name="Text">What it is called.</param>
/// <param name="System">The code system of its code.</param>
/// <param name="Code">Its code.</param>
/// <param name="Date">Its day.</param>
/// <param name="Number">Its value, where the type has one.</param>
internal sealed record Sketch(string Type, string Text, string System, string Code, string Date, decimal Number)
{
    /// <summary>A security label, if any.</summary>
    public string? Label { get; init; }

    /// <summary>Makes it.</summary>
    public Planted Make(string name, bool isSecret)
    {
        var identifier = $"id-{Text}";
        var json = new JsonObject
        {
            ["resourceType"] = Type,
            ["id"] = name,
            ["identifier"] = new JsonArray(new JsonObject { ["system"] = "urn:example:ids", ["value"] = identifier }),
        };
        if (Label is not null)
        {
            json["meta"] = new JsonObject { ["security"] = new JsonArray(Coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", Label)) };
        }

        Fill(json);
        return new Planted(name, Type, json, new Words(Text, $"{System}|{Code}", identifier, Date, Number.ToString(CultureInfo.InvariantCulture)), isSecret ? [Text] : []);
    }

    /// <summary>The types that can be made.</summary>
    public static IReadOnlyList<string> Types { get; } =
        ["Observation", "Condition", "MedicationRequest", "Encounter", "AllergyIntolerance", "Immunization", "Procedure", "DiagnosticReport", "DocumentReference", "CarePlan"];

    private void Fill(JsonObject json)
    {
        var concept = new JsonObject { ["coding"] = new JsonArray(Coding(System, Code, Text)), ["text"] = Text };
        switch (Type)
        {
            case "Observation":
                Set(json, "final", "code", concept, "effectiveDateTime");
                json["category"] = new JsonArray(new JsonObject { ["coding"] = new JsonArray(Coding("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")) });
                json["valueQuantity"] = new JsonObject { ["value"] = Number, ["unit"] = "mg/dL", ["system"] = "http://unitsofmeasure.org", ["code"] = "mg/dL" };
                break;
            case "Condition":
                Set(json, null, "code", concept, "onsetDateTime");
                json["clinicalStatus"] = new JsonObject { ["coding"] = new JsonArray(Coding("http://terminology.hl7.org/CodeSystem/condition-clinical", "active")) };
                break;
            case "MedicationRequest":
                Set(json, "active", "medicationCodeableConcept", concept, "authoredOn");
                json["intent"] = "order";
                break;
            case "Encounter":
                Set(json, "finished", "type", new JsonArray(concept), null);
                json["class"] = Coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB");
                json["period"] = new JsonObject { ["start"] = Date, ["end"] = Date };
                break;
            case "AllergyIntolerance":
                Set(json, null, "code", concept, "recordedDate", "patient");
                json["clinicalStatus"] = new JsonObject { ["coding"] = new JsonArray(Coding("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active")) };
                break;
            case "Immunization":
                Set(json, "completed", "vaccineCode", concept, "occurrenceDateTime", "patient");
                break;
            case "Procedure":
                Set(json, "completed", "code", concept, "performedDateTime");
                break;
            case "DiagnosticReport":
                Set(json, "final", "code", concept, "effectiveDateTime");
                break;
            case "DocumentReference":
                Set(json, "current", "type", concept, "date");
                json["date"] = Date + "T10:00:00Z";
                json["content"] = new JsonArray(new JsonObject
                {
                    ["attachment"] = new JsonObject { ["contentType"] = "text/plain", ["title"] = Text, ["data"] = Convert.ToBase64String(global::System.Text.Encoding.UTF8.GetBytes($"A letter about {Text}, nothing else.")) },
                });
                break;
            case "EpisodeOfCare":
                Set(json, "active", "type", new JsonArray(concept), null, "patient");
                json["period"] = new JsonObject { ["start"] = Date };
                break;
            default:
                Set(json, "active", "category", new JsonArray(concept), null);
                json["intent"] = "plan";
                json["period"] = new JsonObject { ["start"] = Date, ["end"] = Date };
                break;
        }
    }

    private void Set(JsonObject json, string? status, string code, JsonNode concept, string? date, string subject = "subject")
    {
        if (status is not null)
        {
            json["status"] = status;
        }

        json[code] = concept;
        json[subject] = new JsonObject { ["reference"] = "Patient/p" };
        if (date is not null)
        {
            json[date] = Date;
        }
    }

    private static JsonObject Coding(string system, string code, string? display = null)
    {
        var coding = new JsonObject { ["system"] = system, ["code"] = code };
        if (display is not null)
        {
            coding["display"] = display;
        }

        return coding;
    }
}
