using System.Text.Json.Nodes;

namespace Rapport.Gathering;

/// <summary>Parts of R4 resources as JSON, for the formats that become FHIR. What is null is left out.</summary>
internal static class R4
{
    internal const string Loinc = "http://loinc.org";
    internal const string Snomed = "http://snomed.info/sct";
    internal const string Ucum = "http://unitsofmeasure.org";
    internal const string RxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";
    internal const string ObservationCategory = "http://terminology.hl7.org/CodeSystem/observation-category";
    internal const string ObservationStatistics = "http://terminology.hl7.org/CodeSystem/observation-statistics";

    private const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

    /// <summary><c>meta</c> of what is restricted, such as what tells where somebody lives.</summary>
    internal static JsonObject Restricted() => new() { ["security"] = List(Coding(Confidentiality, "R", "restricted")) };

    internal static JsonObject Resource(string type) => new() { ["resourceType"] = type };

    internal static JsonObject Coding(string? system, string? code, string? display = null) => new JsonObject().With("system", system).With("code", code).With("display", display);

    internal static JsonObject Concept(string? text, params ReadOnlySpan<JsonObject> codings)
    {
        var concept = new JsonObject();
        if (codings.Length > 0)
        {
            concept["coding"] = List(codings);
        }

        return concept.With("text", text);
    }

    internal static JsonObject Concept(string system, string code, string? display) => Concept(null, Coding(system, code, display));

    internal static JsonObject Reference(string reference, string? display = null) => new JsonObject().With("reference", reference).With("display", display);

    /// <summary>A reference to the patient that the source is about.</summary>
    internal static JsonObject Self() => Reference(Harvest.Patient);

    /// <param name="value">The number as its text, so that <c>1.00</c> stays so.</param>
    /// <param name="unit">For people.</param>
    /// <param name="ucum">UCUM code; null when the unit is not one.</param>
    internal static JsonObject Quantity(decimal value, string? unit, string? ucum) =>
        new JsonObject { ["value"] = value }.With("unit", unit).With("system", ucum is null ? null : Ucum).With("code", ucum);

    internal static JsonObject Period(string? start, string? end) => new JsonObject().With("start", start).With("end", end);

    internal static JsonObject Identifier(string? system, string? value) => new JsonObject().With("system", system).With("value", value);

    internal static JsonArray List(params ReadOnlySpan<JsonObject> items)
    {
        var list = new JsonArray();
        foreach (var item in items)
        {
            list.Add((JsonNode)item);
        }

        return list;
    }

    /// <summary>An instant as FHIR writes it, with the offset of the clock on the wall.</summary>
    internal static string DateTime(DateTimeOffset at) => at.ToString(at.Millisecond == 0 ? "yyyy-MM-ddTHH:mm:sszzz" : "yyyy-MM-ddTHH:mm:ss.fffzzz");

    /// <summary>Adds a property unless it is null or empty.</summary>
    internal static JsonObject With(this JsonObject target, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            target[name] = value;
        }

        return target;
    }

    /// <summary>Adds a property unless it is null or has nothing in it. What stands elsewhere already is copied.</summary>
    internal static JsonObject With(this JsonObject target, string name, JsonNode? value)
    {
        if (value is not (null or JsonObject { Count: 0 } or JsonArray { Count: 0 }))
        {
            target[name] = value.Parent is null ? value : value.DeepClone();
        }

        return target;
    }
}
