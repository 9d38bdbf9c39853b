using System.Text;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>The consent that stands for what somebody passed on: it says to whom, what for and until when. What of the record, the agreement says that it comes from.</summary>
internal static class PassedOnConsent
{
    private const string Terminology = "http://terminology.hl7.org/CodeSystem/";

    internal static Resource Write(PassOnAsk ask, PatientConsent from, string patientName, DateTimeOffset? until, DateTimeOffset now)
    {
        IReadOnlyList<string> purposes = from.Delegation is null ? from.Purposes : [ask.Purpose ?? throw new ArgumentException("whoever acts for the patient says what for", nameof(ask))];
        var provision = new JsonObject
        {
            ["type"] = "permit",
            ["period"] = new JsonObject { ["start"] = FhirTime.Instant(now) },
            ["actor"] = new JsonArray(new JsonObject { ["role"] = Concept(Terminology + "v3-ParticipationType", "IRCP"), ["reference"] = Reference(ask.To, ask.ToName) }),
            ["action"] = new JsonArray(Concept(Terminology + "consentaction", ConsentAction.Access)),
        };
        if (until is { } end)
        {
            // The end of a FHIR period is in it.
            provision["period"]!["end"] = FhirTime.Instant(end.AddMilliseconds(-1));
        }

        Add(provision, "purpose", purposes.Where(PurposeOfUse.IsKnown), static code => Coding(Terminology + "v3-ActReason", code));
        Add(provision, "class", from.Types, static type => Coding("http://hl7.org/fhir/resource-types", type));
        var consent = new JsonObject
        {
            ["resourceType"] = "Consent",
            ["modifierExtension"] = new JsonArray(new JsonObject { ["url"] = PatientConsent.PassingOn, ["extension"] = Parts(ask.Giver, from) }),
            ["status"] = "active",
            ["scope"] = Concept(Terminology + "consentscope", "patient-privacy"),
            ["category"] = new JsonArray(Concept(Terminology + "v3-ActCode", "IDSCL")),
            ["patient"] = Reference($"Patient/{ask.Patient}", patientName.Length == 0 ? null : patientName),
            ["dateTime"] = FhirTime.Instant(now),
            ["performer"] = new JsonArray(Reference(ask.Giver.Reference, ask.Giver.Name)),
            ["policyRule"] = Concept(Terminology + "v3-ActCode", "OPTIN"),
            ["provision"] = provision,
        };
        if (!from.TellsOfMore)
        {
            consent["extension"] = new JsonArray(new JsonObject { ["url"] = PatientConsent.QuietAboutMore, ["valueBoolean"] = true });
        }

        return Resource.Read(Encoding.UTF8.GetBytes(consent.ToJsonString()));
    }

    /// <summary>The name of whom it was passed on to.</summary>
    internal static string NameIn(Resource consent) =>
        JsonNode.Parse(consent.Json.Span)?["provision"]?["actor"]?[0]?["reference"] is { } to ? (string?)to["display"] ?? (string?)to["reference"] ?? "" : "";

    private static JsonArray Parts(Actor giver, PatientConsent from)
    {
        JsonArray parts = [new JsonObject { ["url"] = "from", ["valueReference"] = Reference($"Consent/{from.Id}/_history/{from.Version}", null) }];
        foreach (var reference in giver.RecipientReferences.Prepend(giver.Reference).Distinct())
        {
            parts.Add((JsonNode)new JsonObject { ["url"] = "by", ["valueReference"] = Reference(reference, reference == giver.Reference ? giver.Name : null) });
        }

        return parts;
    }

    private static void Add(JsonObject provision, string name, IEnumerable<string> values, Func<string, JsonNode> write)
    {
        if (values.Select(write).ToArray() is { Length: > 0 } written)
        {
            provision[name] = new JsonArray(written);
        }
    }

    private static JsonObject Reference(string reference, string? name) => name is null ? new() { ["reference"] = reference } : new() { ["reference"] = reference, ["display"] = name };

    private static JsonObject Concept(string system, string code) => new() { ["coding"] = new JsonArray(Coding(system, code)) };

    private static JsonObject Coding(string system, string code) => new() { ["system"] = system, ["code"] = code };
}
