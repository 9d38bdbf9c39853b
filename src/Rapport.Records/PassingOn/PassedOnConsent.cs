using System.Text;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>The consent that stands for what somebody passed on: it says to whom, what for and until when. What of the record, the agreement says that it comes from.</summary>
internal static class PassedOnConsent
{
    /// <param name="ask">Who passes on what to whom.</param>
    /// <param name="from">The agreement that it comes from.</param>
    /// <param name="patientName">The name the patient is known by.</param>
    /// <param name="until">When it ends, exclusive.</param>
    /// <param name="now">Now.</param>
    /// <param name="only">The entries that it is about alone, and the mark under which they were attached; null for all that the agreement is about.</param>
    internal static Resource Write(PassOnAsk ask, PatientConsent from, string patientName, DateTimeOffset? until, DateTimeOffset now, (string Mark, IReadOnlyList<string> Entries)? only = null)
    {
        var provision = ConsentJson.Permit();
        ConsentJson.Between(provision, now, until);
        ConsentJson.Name(provision, ask.To, ask.ToName, PurposesOf(ask, from));
        ConsentJson.OfActions(provision, [ConsentAction.Access]);
        if (from.Types.Count > 0)
        {
            ConsentJson.OfTypes(provision, from.Types);
        }

        if (only is var (_, entries))
        {
            ConsentJson.OfEntries(provision, entries);
        }

        List<JsonObject> extensions = from.TellsOfMore ? [] : [ConsentJson.Extension(PatientConsent.QuietAboutMore, "valueBoolean", true)];
        if (only is var (mark, _))
        {
            extensions.Add(ConsentJson.Extension(PatientConsent.AttachesTo, "valueString", mark));
        }

        return Bind(ConsentJson.Of($"Patient/{ask.Patient}", FhirTime.Instant(now), provision, extensions), ask.Giver, from, patientName);
    }

    /// <summary>A consent, bound to what it comes from: it permits at most what that lets its giver see and share at each moment, and ends with it.</summary>
    /// <param name="consent">What it says of itself.</param>
    /// <param name="giver">Who passes on.</param>
    /// <param name="from">The agreement that it comes from.</param>
    /// <param name="patientName">The name the patient is known by.</param>
    internal static Resource Bind(Resource consent, Actor giver, PatientConsent from, string patientName) => Bind(JsonNode.Parse(consent.Json.Span)!.AsObject(), giver, from, patientName);

    private static Resource Bind(JsonObject consent, Actor giver, PatientConsent from, string patientName)
    {
        ConsentJson.Modify(consent, ConsentJson.Extension(PatientConsent.PassingOn, Parts(giver, from)));
        consent["performer"] = new JsonArray(ConsentJson.Reference(giver.Reference, giver.Name));
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

    private static IEnumerable<JsonObject> Parts(Actor giver, PatientConsent from) =>
        giver.RecipientReferences.Prepend(giver.Reference).Distinct()
            .Select(reference => ConsentJson.Extension("by", "valueReference", ConsentJson.Reference(reference, reference == giver.Reference ? giver.Name : null)))
            .Prepend(ConsentJson.Extension("from", "valueReference", ConsentJson.Reference($"Consent/{from.Id}/_history/{from.Version}")));
}
