using System.Text;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>The consent that stands for what somebody passed on: it says to whom, what for and until when. What of the record, the agreement says that it comes from.</summary>
internal static class PassedOnConsent
{
    private const string Actions = "http://terminology.hl7.org/CodeSystem/consentaction";

    internal static Resource Write(PassOnAsk ask, PatientConsent from, string patientName, DateTimeOffset? until, DateTimeOffset now)
    {
        var provision = ConsentJson.Permit();
        var period = new JsonObject { ["start"] = FhirTime.Instant(now) };
        if (until is { } end)
        {
            // The end of a FHIR period is in it.
            period["end"] = FhirTime.Instant(end.AddMilliseconds(-1));
        }

        provision["period"] = period;
        ConsentJson.Name(provision, ask.To, ask.ToName, PurposesOf(ask, from));
        provision["action"] = new JsonArray(ConsentJson.Concept(Actions, ConsentAction.Access));
        if (from.Types.Count > 0)
        {
            ConsentJson.OfTypes(provision, from.Types);
        }

        var consent = ConsentJson.Of(
            $"Patient/{ask.Patient}", FhirTime.Instant(now), provision, from.TellsOfMore ? [] : [ConsentJson.Extension(PatientConsent.QuietAboutMore, "valueBoolean", true)]);
        consent["modifierExtension"] = new JsonArray(new JsonObject { ["url"] = PatientConsent.PassingOn, ["extension"] = Parts(ask.Giver, from) });
        consent["performer"] = new JsonArray(ConsentJson.Reference(ask.Giver.Reference, ask.Giver.Name));
        if (patientName.Length > 0)
        {
            consent["patient"]!["display"] = patientName;
        }

        return Resource.Read(Encoding.UTF8.GetBytes(consent.ToJsonString()));
    }

    /// <summary>What it is for. Who acts for the patient says so: without a purpose that is known it would be for any.</summary>
    private static IReadOnlyList<string> PurposesOf(PassOnAsk ask, PatientConsent from) =>
        from.Delegation is null ? [.. from.Purposes.Where(PurposeOfUse.IsKnown)]
        : ask.Purpose is { } purpose && PurposeOfUse.IsKnown(purpose) ? [purpose]
        : throw new ArgumentException("whoever acts for the patient says what for", nameof(ask));

    /// <summary>The name of whom it was passed on to.</summary>
    internal static string NameIn(Resource consent) =>
        JsonNode.Parse(consent.Json.Span)?["provision"]?["actor"]?[0]?["reference"] is { } to ? (string?)to["display"] ?? (string?)to["reference"] ?? "" : "";

    private static JsonArray Parts(Actor giver, PatientConsent from)
    {
        JsonArray parts = [new JsonObject { ["url"] = "from", ["valueReference"] = ConsentJson.Reference($"Consent/{from.Id}/_history/{from.Version}") }];
        foreach (var reference in giver.RecipientReferences.Prepend(giver.Reference).Distinct())
        {
            parts.Add((JsonNode)new JsonObject { ["url"] = "by", ["valueReference"] = ConsentJson.Reference(reference, reference == giver.Reference ? giver.Name : null) });
        }

        return parts;
    }
}
