using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Fhir;

namespace Rapport.Server.Api.CdsHooks;

/// <summary>Resources of no one, by which a general question is answered as one about content is: of each class one that nothing is marked on, and one for each sensitive label.</summary>
internal static class ConsultProbes
{
    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    /// <summary>What is asked about where no class is named.</summary>
    private static readonly string[] UsualTypes =
        ["Observation", "Condition", "AllergyIntolerance", "MedicationRequest", "MedicationStatement", "Immunization", "Procedure", "Encounter", "DiagnosticReport", "DocumentReference"];

    /// <summary>The sensitive kinds that an answer names.</summary>
    public static IReadOnlyList<(string System, string Code)> Labels { get; } =
    [
        .. new[] { "ETH", "SUD", "ETHUD", "OPIOIDUD", "PSY", "MH", "HIV", "SEX", "STD", "SDV", "GDIS", "ADOL", "SICKLE" }.Select(static code => (ActCode, code)),
        ("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R"),
    ];

    /// <summary>For each class the one without a mark, then one for each of <see cref="Labels"/>.</summary>
    public static List<Resource> Of(IReadOnlyList<(string System, string Code)> classes)
    {
        var plain = classes.Count == 0
            ? UsualTypes.Select(static type => Make(type, null))
            : classes.Select(static value => value.System == CdsEndpoints.Loinc ? Make("DocumentReference", value.Code) : Make(value.Code, null));
        return [.. plain.SelectMany(static probe => Labels.Select(label => With(probe, label)).Prepend(probe))];
    }

    private static Resource With(Resource probe, (string System, string Code) label)
    {
        var resource = JsonNode.Parse(probe.Json.Span)!.AsObject();
        resource["meta"] = new JsonObject { ["security"] = new JsonArray(new JsonObject { ["system"] = label.System, ["code"] = label.Code }) };
        return Resource.Read(JsonSerializer.SerializeToUtf8Bytes(resource));
    }

    private static Resource Make(string type, string? documentClass)
    {
        var resource = new JsonObject { ["resourceType"] = type, ["id"] = "probe" };
        if (documentClass is not null)
        {
            resource["type"] = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = CdsEndpoints.Loinc, ["code"] = documentClass }) };
        }

        return Resource.Read(JsonSerializer.SerializeToUtf8Bytes(resource));
    }
}
