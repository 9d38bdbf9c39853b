using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Fhir;

namespace Rapport.Consent;

/// <summary>How the agreements that are made here stand in R4 Consents: the one place that knows their shape, which <see cref="PatientConsent"/> reads.</summary>
public static class ConsentJson
{
    /// <summary>
    /// A provision with labels speaks only of entries that carry one of them. These levels of confidentiality stand for whatever is not sensitive, so that naming a sensitive label adds to it.
    /// </summary>
    public static IReadOnlyList<string> OrdinaryLevels { get; } = ["U", "L", "M", SecurityLabels.Normal];

    /// <summary>An active consent of a patient about their own record.</summary>
    /// <param name="patient">The reference of whose record it is.</param>
    /// <param name="at">When it was agreed, as FHIR writes it.</param>
    /// <param name="provision">What is agreed.</param>
    /// <param name="extensions">What R4 has no element for: <see cref="Extension(string, string, JsonNode)"/>.</param>
    public static JsonObject Of(string patient, string at, JsonObject provision, params IReadOnlyList<JsonObject> extensions)
    {
        var consent = new JsonObject { ["resourceType"] = "Consent" };
        if (extensions.Count > 0)
        {
            consent["extension"] = new JsonArray([.. extensions]);
        }

        consent["status"] = "active";
        consent["scope"] = Concept(CodeSystems.ConsentScope, "patient-privacy");
        consent["category"] = new JsonArray(Concept(CodeSystems.ActCode, "IDSCL"));
        consent["patient"] = Reference(patient);
        consent["dateTime"] = at;
        consent["performer"] = new JsonArray(Reference(patient));

        // Under a policy of sharing, a denial would share all the rest; under one of not sharing, a denial that stands alone would be for nobody.
        consent["policyRule"] = Concept(CodeSystems.ActCode, provision["type"]?.GetValue<string>() == "deny" ? "OPTOUT" : "OPTIN");
        consent["provision"] = provision;
        return consent;
    }

    /// <summary>A provision that permits, and of what is sensitive only what carries one of these labels.</summary>
    /// <param name="labels">HL7 codes; none where the levels do not matter.</param>
    public static JsonObject Permit(params IReadOnlyList<string> labels)
    {
        var permit = new JsonObject { ["type"] = "permit" };
        if (labels.Count > 0)
        {
            permit["securityLabel"] = new JsonArray([.. OrdinaryLevels.Concat(labels).Select(static code => Coding(code.Length == 1 ? CodeSystems.Confidentiality : CodeSystems.ActCode, code))]);
        }

        return permit;
    }

    /// <summary>Has a consent say that somebody else than the patient agreed to it, who may.</summary>
    /// <param name="consent">The consent.</param>
    /// <param name="who">Their reference.</param>
    /// <param name="name">Their name.</param>
    public static void AgreedBy(JsonObject consent, string who, string name) => consent["performer"] = new JsonArray(Reference(who, name));

    /// <summary>Names whom a provision is for, and what for.</summary>
    /// <param name="provision">The provision.</param>
    /// <param name="recipient">Their reference.</param>
    /// <param name="name">Their name as it is known now; null for none.</param>
    /// <param name="purpose">HL7 purpose of use.</param>
    public static void Name(JsonObject provision, string recipient, string? name, string purpose) => Name(provision, recipient, name, [purpose]);

    /// <param name="provision">The provision.</param>
    /// <param name="recipient">Their reference.</param>
    /// <param name="name">Their name as it is known now; null for none.</param>
    /// <param name="purposes">HL7 purposes of use; none for any.</param>
    /// <inheritdoc cref="Name(JsonObject, string, string?, string)"/>
    public static void Name(JsonObject provision, string recipient, string? name, IReadOnlyList<string> purposes)
    {
        provision["actor"] = new JsonArray(new JsonObject { ["role"] = Concept(CodeSystems.ParticipationType, "IRCP"), ["reference"] = Reference(recipient, name) });
        if (purposes.Count > 0)
        {
            provision["purpose"] = new JsonArray([.. purposes.Select(static purpose => Coding(CodeSystems.ActReason, purpose))]);
        }
    }

    /// <summary>Has a provision speak of FHIR types only.</summary>
    public static void OfTypes(JsonObject provision, IEnumerable<string> types) => OfClasses(provision, CodeSystems.ResourceTypes, types);

    /// <summary>Has a provision speak of one class of content only, of any system.</summary>
    public static void OfClasses(JsonObject provision, string system, IEnumerable<string> codes) => provision["class"] = new JsonArray([.. codes.Select(code => Coding(system, code))]);

    /// <summary>Has a provision speak of what has one of the codes of some concepts only.</summary>
    public static void OfCodes(JsonObject provision, IEnumerable<JsonObject> concepts) => provision["code"] = new JsonArray([.. concepts]);

    /// <summary>Has a provision speak of single entries.</summary>
    public static void OfEntries(JsonObject provision, IEnumerable<string> references) =>
        provision["data"] = new JsonArray([.. references.Select(static reference => Data("instance", reference, null))]);

    /// <summary>Has a provision speak of single entries, each with its name where there is one.</summary>
    public static void OfEntries(JsonObject provision, IEnumerable<(string Reference, string? Name)> entries) =>
        provision["data"] = new JsonArray([.. entries.Select(static entry => Data("instance", entry.Reference, entry.Name))]);

    /// <summary>Has a provision speak of what is dated within some days only; nothing where no day bounds it.</summary>
    /// <param name="provision">The provision.</param>
    /// <param name="first">The first of them; null for any before.</param>
    /// <param name="last">The last of them; null for any after.</param>
    public static void OfDays(JsonObject provision, DateOnly? first, DateOnly? last)
    {
        if ((first ?? last) is null)
        {
            return;
        }

        var days = new JsonObject();
        if (first is { } from)
        {
            days["start"] = from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        if (last is { } to)
        {
            days["end"] = to.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        provision["dataPeriod"] = days;
    }

    /// <summary>Has a provision speak of one entry, with its name where there is one.</summary>
    public static void OfEntry(JsonObject provision, string reference, string? name) => provision["data"] = new JsonArray(Data("instance", reference, name));

    /// <summary>Has a provision speak of whatever is related to one of some entries, and of these.</summary>
    public static void OfRelated(JsonObject provision, IEnumerable<string> references) =>
        provision["data"] = new JsonArray([.. references.Select(static reference => Data("related", reference, null))]);

    /// <summary>Has a provision speak of some actions only.</summary>
    /// <param name="provision">The provision.</param>
    /// <param name="actions">Of <see cref="ConsentAction"/>: HL7's codes, and others with their system before them.</param>
    public static void OfActions(JsonObject provision, IEnumerable<string> actions) => provision["action"] = new JsonArray([.. actions.Select(OfAction)]);

    /// <summary>Has a provision hold from one instant on until before another.</summary>
    /// <param name="provision">The provision.</param>
    /// <param name="from">From when on; null for always.</param>
    /// <param name="until">From when on it holds no more; null for no end.</param>
    public static void Between(JsonObject provision, DateTimeOffset? from, DateTimeOffset? until)
    {
        var period = new JsonObject();
        if (from is { } start)
        {
            period["start"] = FhirTime.Instant(start);
        }

        if (until is { } end)
        {
            // The end of a FHIR period is in it.
            period["end"] = FhirTime.Instant(end.AddMilliseconds(-1));
        }

        provision["period"] = period;
    }

    /// <summary>An extension with its value.</summary>
    /// <param name="address">Its address, or the name of a part.</param>
    /// <param name="type">How FHIR names the value: <c>valueString</c> and the like.</param>
    /// <param name="value">The value.</param>
    public static JsonObject Extension(string address, string type, JsonNode value) => new() { ["url"] = address, [type] = value };

    /// <summary>An extension with its parts.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="parts">Each an <see cref="Extension(string, string, JsonNode)"/>.</param>
    public static JsonObject Extension(string address, IEnumerable<JsonObject> parts) => new() { ["url"] = address, ["extension"] = new JsonArray([.. parts]) };

    /// <summary>Adds an extension to a consent.</summary>
    public static void Extend(JsonObject consent, JsonObject extension) => Add(consent, "extension", extension);

    /// <summary>Adds an extension to a consent without which nobody understands what it permits.</summary>
    public static void Modify(JsonObject consent, JsonObject extension) => Add(consent, "modifierExtension", extension);

    /// <summary>A reference, with a name where there is one.</summary>
    public static JsonObject Reference(string reference, string? name = null) => name is null ? new() { ["reference"] = reference } : new() { ["reference"] = reference, ["display"] = name };

    /// <summary>A concept of one code.</summary>
    public static JsonObject Concept(string system, string code) => new() { ["coding"] = new JsonArray(Coding(system, code)) };

    /// <summary>A concept of some codes, with what it is called where that is known.</summary>
    public static JsonObject Concept(IEnumerable<JsonObject> codings, string? text)
    {
        var concept = new JsonObject { ["coding"] = new JsonArray([.. codings]) };
        if (text is not null)
        {
            concept["text"] = text;
        }

        return concept;
    }

    /// <summary>A code of a system, with what it is called there where that is known.</summary>
    public static JsonObject Coding(string system, string code, string? display = null) =>
        display is null ? new() { ["system"] = system, ["code"] = code } : new() { ["system"] = system, ["code"] = code, ["display"] = display };

    /// <summary>The consent as a resource that was looked at as whatever comes from outside is.</summary>
    /// <exception cref="InvalidOperationException">What was built is no valid Consent: a mistake in the program.</exception>
    public static Resource Checked(JsonObject consent)
    {
        var result = Resource.Parse(JsonSerializer.SerializeToUtf8Bytes(consent));
        return result.Resource ?? throw new InvalidOperationException($"a consent made here is not valid at `{result.Issues[0].Location}`");
    }

    /// <summary>Ends a consent.</summary>
    public static void End(JsonObject consent) => consent["status"] = "inactive";

    /// <summary>Ends a consent by which somebody looks after a small child, for them.</summary>
    /// <param name="consent">The consent.</param>
    /// <param name="by">The reference of who does.</param>
    public static void TakenOut(JsonObject consent, string by)
    {
        End(consent);
        Extend(consent, Extension(PatientConsent.TakenOut, "valueString", by));
    }

    /// <summary>The same consent, ended: whatever else it says, and by whatever rules it was looked at when it came.</summary>
    public static Resource Ended(Resource consent)
    {
        var json = JsonNode.Parse(consent.Json.Span)!.AsObject();
        End(json);
        return Resource.Read(JsonSerializer.SerializeToUtf8Bytes(json));
    }

    private static void Add(JsonObject consent, string element, JsonObject extension)
    {
        consent[element] ??= new JsonArray();
        consent[element]!.AsArray().Add((JsonNode)extension);
    }

    private static JsonObject Data(string meaning, string reference, string? name) => new() { ["meaning"] = meaning, ["reference"] = Reference(reference, name) };

    private static JsonObject OfAction(string action) =>
        action.LastIndexOf('|') is >= 0 and var end ? Concept(action[..end], action[(end + 1)..]) : Concept(CodeSystems.ConsentAction, action);
}
