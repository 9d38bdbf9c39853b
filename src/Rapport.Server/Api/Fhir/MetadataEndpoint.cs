using System.Buffers;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rapport.Fhir;

namespace Rapport.Server.Api.Fhir;

/// <summary>The CapabilityStatement: what the server can do, generated from what it does.</summary>
internal static class MetadataEndpoint
{
    private const string PatientCompartment = "http://hl7.org/fhir/CompartmentDefinition/patient";

    public static void Metadata(HttpContext context)
    {
        var body = new ArrayBufferWriter<byte>(64 * 1024);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(json, FhirUrls.BaseOf(context.Request));
        }

        ResourceResponse.WriteBody(context.Response, StatusCodes.Status200OK, body.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, string baseUrl)
    {
        var version = typeof(MetadataEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        json.WriteStartObject();
        json.WriteString("resourceType", "CapabilityStatement");
        json.WriteString("status", "active");
        json.WriteString("date", "2026-01-01");
        json.WriteString("kind", "instance");
        json.WriteStartObject("software");
        json.WriteString("name", "Rapport");
        json.WriteString("version", version);
        json.WriteEndObject();
        json.WriteStartObject("implementation");
        json.WriteString("description", "Patients' own records, disclosed under their consents and recorded in their ledgers");
        json.WriteString("url", baseUrl);
        json.WriteEndObject();
        json.WriteString("fhirVersion", "4.0.1");
        WriteStrings(json, "format", ["application/fhir+json", "json"]);
        json.WriteStartArray("rest");
        json.WriteStartObject();
        json.WriteString("mode", "server");
        json.WriteString("documentation", "A bundle sent to the base goes into the caller's own record. Every search looks into one record, named by `patient`, `subject` or `_id`. "
            + "What the patient's consents do not permit looks as if it did not exist. The header `X-Purpose-Of-Use` names the purpose. "
            + "A read of a Binary is answered with the document itself unless `Accept` names JSON. Reads and `$everything` carry a document's bytes and the points of series "
            + "(extension `urn:x-rapport:points`, a packed table); searches and histories do not.");
        json.WriteStartObject("security");
        json.WriteString("description", "`Authorization: Bearer` with a personal access token");
        json.WriteEndObject();
        json.WriteStartArray("resource");
        foreach (var type in SearchParameters.ResourceTypes)
        {
            WriteResource(json, type);
        }

        json.WriteEndArray();
        json.WriteStartArray("interaction");
        WriteInteraction(json, "transaction");
        WriteInteraction(json, "batch");
        json.WriteEndArray();
        WriteStrings(json, "compartment", [PatientCompartment]);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteStartArray("interaction");
        foreach (var code in type == "Consent" ? ["read", "vread", "history-instance", "search-type", "create", "update"] : (string[])["read", "vread", "history-instance", "search-type"])
        {
            WriteInteraction(json, code);
        }

        json.WriteEndArray();
        json.WriteString("versioning", "versioned");
        json.WriteBoolean("readHistory", true);
        json.WriteStartArray("searchParam");
        foreach (var parameter in SearchParameters.All(type).Where(p => p.IsIndexed))
        {
            json.WriteStartObject();
            json.WriteString("name", parameter.Code);
            json.WriteString("definition", parameter.Url);
            json.WriteString("type", parameter.Type.ToString().ToLowerInvariant());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (type == "Patient")
        {
            json.WriteStartArray("operation");
            json.WriteStartObject();
            json.WriteString("name", "everything");
            json.WriteString("definition", "http://hl7.org/fhir/OperationDefinition/Patient-everything");
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteInteraction(Utf8JsonWriter json, string code)
    {
        json.WriteStartObject();
        json.WriteString("code", code);
        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
