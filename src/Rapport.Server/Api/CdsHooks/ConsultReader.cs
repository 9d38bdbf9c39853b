using System.Text.Json;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.CdsHooks;

/// <summary>What another system asks: may this recipient have that, for these purposes?</summary>
/// <param name="Instance">Names the call.</param>
/// <param name="Actors">The references of the recipient.</param>
/// <param name="Patient">Whose consents; null for an id that none of this installation has.</param>
/// <param name="Purposes">HL7 purposes of use; none for the usual one.</param>
/// <param name="Classes">The FHIR types, or LOINC classes of documents, that are asked about where no content is given.</param>
/// <param name="Content">The resources that would be given, null in the place of one that is no FHIR R4; null as a whole when it is asked without.</param>
internal sealed record ConsultAsk(
    string Instance, IReadOnlyList<string> Actors, PatientId? Patient, IReadOnlyList<string> Purposes, IReadOnlyList<(string System, string Code)> Classes, IReadOnlyList<Resource?>? Content);

/// <summary>Reads the request of the hook <c>patient-consent-consult</c>, strictly: what is not understood is told, and permits nothing. For one body.</summary>
internal sealed class ConsultReader : StrictReader
{
    /// <summary>Resources that are decided about at once.</summary>
    public const int MostResources = 1000;

    private const int MostListed = 50;

    /// <summary>What is asked. What is wrong with it is told instead of it.</summary>
    public ConsultAsk? Read(JsonElement root)
    {
        Require(root.ValueKind == JsonValueKind.Object, "the body is a JSON object");
        var hook = TextIn(root, "hook");
        Require(hook == CdsEndpoints.Hook, $"`hook` is `{CdsEndpoints.Hook}`");
        var instance = TextIn(root, "hookInstance");
        Require(instance is { Length: > 0 and <= 200 }, "`hookInstance` names the call");
        Require(Child(root, "context") is { ValueKind: JsonValueKind.Object }, "`context` is a JSON object");
        if (Problem is not null || Child(root, "context") is not { } context)
        {
            return null;
        }

        // A consent that the caller brings would decide in the caller's favour, and one that is left out for its category may be a denial.
        Require(List(context, "consent").Count == 0, "`context.consent` is not taken: the consents that decide are those of the patient");
        Require(List(context, "category").Count == 0, "`context.category` is not taken: all consents of the patient decide");
        var actors = List(context, "actor").ConvertAll(static actor => TextIn(actor, "value"));
        Require(actors.Count > 0 && actors.TrueForAll(static actor => actor is { Length: > 0 and <= 200 }), "`context.actor` names the recipient by `value`, such as `Organization/…`");
        var patients = List(context, "patientId").ConvertAll(static patient => TextIn(patient, "value"));
        Require(patients is [{ Length: > 0 and <= 200 }], "`context.patientId` names one patient by `value`, such as `Patient/…`");
        var purposes = Purposes(context);
        var classes = List(context, "class").ConvertAll(static value => (System: TextIn(value, "system") ?? "", Code: TextIn(value, "code") ?? ""));
        Require(classes.TrueForAll(IsClass), "`context.class` lists FHIR types (`http://hl7.org/fhir/resource-types`) or LOINC classes of documents (`http://loinc.org`)");
        var content = Content(context);
        return Problem is not null ? null : new ConsultAsk(instance!, [.. actors.Select(static actor => actor!)], PatientOf(patients[0]!), purposes, classes, content);
    }

    private static bool IsClass((string System, string Code) value) => value.System switch
    {
        CdsEndpoints.ResourceTypes => SearchParameters.Find(value.Code, "_id") is not null,
        CdsEndpoints.Loinc => value.Code.Length is > 0 and <= 20,
        _ => false,
    };

    private static PatientId? PatientOf(string reference)
    {
        var id = reference.StartsWith("Patient/", StringComparison.Ordinal) ? reference.AsSpan("Patient/".Length) : reference;
        return PatientId.TryParse(id, out var patient) ? patient : null;
    }

    private List<string> Purposes(JsonElement context)
    {
        var given = Child(context, "purposeOfUse") switch
        {
            null => [],
            { ValueKind: JsonValueKind.String } one => [one.GetString()!],
            { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() <= MostListed && list.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String) =>
                list.EnumerateArray().Select(static item => item.GetString()!).Distinct().ToList(),
            _ => (List<string>)["?"],
        };
        foreach (var purpose in given)
        {
            Require(Consent.PurposeOfUse.IsKnown(purpose), $"`{Failure.Short(purpose)}` is no purpose of use: give codes of HL7, such as `TREAT`");
        }

        return given;
    }

    /// <summary>What cannot be read as FHIR R4 is not refused: nothing of it is permitted, which the answer says.</summary>
    private List<Resource?>? Content(JsonElement context)
    {
        if (Child(context, "content") is not { } bundle)
        {
            return null;
        }

        Require(TextIn(bundle, "resourceType") == "Bundle", "`context.content` is a FHIR Bundle");
        Require(Child(bundle, "entry") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() <= MostResources, $"`context.content.entry` lists at most {MostResources} resources");
        var resources = new List<Resource?>();
        if (Problem is not null)
        {
            return resources;
        }

        foreach (var entry in Child(bundle, "entry")!.Value.EnumerateArray())
        {
            var json = Child(entry, "resource");
            Require(json is { ValueKind: JsonValueKind.Object }, $"`context.content.entry[{resources.Count}].resource` is a resource");
            resources.Add(json is { ValueKind: JsonValueKind.Object } given ? Resource.Parse(JsonSerializer.SerializeToUtf8Bytes(given)).Resource : null);
        }

        return resources;
    }

    private List<JsonElement> List(JsonElement of, string name)
    {
        if (Child(of, name) is not { } list)
        {
            return [];
        }

        var isList = list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= MostListed && list.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.Object);
        Require(isList, $"`context.{name}` is a list of at most {MostListed} objects");
        return isList ? [.. list.EnumerateArray()] : [];
    }
}
