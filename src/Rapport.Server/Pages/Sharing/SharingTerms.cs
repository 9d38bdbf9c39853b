using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>
/// What a patient agrees to on the share page, and how it stands in an R4 Consent: one root provision that permits. A consent of another shape
/// (made through the API) has no terms, and is shown as the resource it is.
/// </summary>
public sealed record SharingTerms
{
    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    private const string ActReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    private const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    private const string ParticipationType = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
    private const string ConsentScope = "http://terminology.hl7.org/CodeSystem/consentscope";
    private const string ResourceTypes = "http://hl7.org/fhir/resource-types";

    /// <summary>
    /// A provision with labels speaks only of entries that carry one of them. These levels of confidentiality stand for whatever is not
    /// sensitive, so that naming a sensitive label adds to it.
    /// </summary>
    private static readonly string[] OrdinaryLevels = ["U", "L", "M", "N"];

    private static readonly HashSet<string> Understood = ["id", "type", "period", "actor", "purpose", "class", "securityLabel"];

    /// <summary>How the consent names whom it is for.</summary>
    public required string Recipient { get; init; }

    /// <summary>Their name as the patient knew it then.</summary>
    public required string RecipientName { get; init; }

    /// <summary>HL7 purpose of use.</summary>
    public required string Purpose { get; init; }

    /// <summary>The FHIR types; null for all, those that come later among them.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>The sensitive labels whose entries go along.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The first day; null for at once.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day; null until the patient stops it.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>The kinds that the types amount to; null for everything.</summary>
    public IReadOnlyList<Kind>? Kinds => Types is null ? null : [.. Kind.All.Where(kind => kind.TypesAmong(Types).Any())];

    /// <summary>The terms as a Consent, ready to be written.</summary>
    /// <param name="patient">Who agrees, about their own record.</param>
    /// <param name="at">When.</param>
    public Resource ToConsent(PatientId patient, DateTimeOffset at)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Consent");
            json.WriteString("status", "active");
            WriteConcept(json, "scope", ConsentScope, "patient-privacy");
            json.WriteStartArray("category");
            WriteConcept(json, null, ActCode, "IDSCL");
            json.WriteEndArray();
            WriteReference(json, "patient", $"Patient/{patient}", null);
            json.WriteString("dateTime", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"));
            json.WriteStartArray("performer");
            WriteReference(json, null, $"Patient/{patient}", null);
            json.WriteEndArray();
            WriteConcept(json, "policyRule", ActCode, "OPTIN");
            WriteProvision(json);
            json.WriteEndObject();
        }

        return Checked(memory.ToArray());
    }

    /// <summary>The same consent, ended.</summary>
    public static Resource Ended(Resource consent)
    {
        var json = JsonNode.Parse(consent.Json.Span)!;
        json["status"] = "inactive";
        return Checked(JsonSerializer.SerializeToUtf8Bytes(json));
    }

    /// <summary>The terms of a consent; null when it says more than these terms can tell.</summary>
    public static SharingTerms? TryRead(Resource consent)
    {
        if (!consent.Root.TryGetChild("provision", out var provision) || provision.Text("type") != "permit")
        {
            return null;
        }

        foreach (var child in provision.Children)
        {
            if (!Understood.Contains(child.Name))
            {
                return null;
            }
        }

        if (provision.All("actor") is not [var actor] || !actor.TryGetChild("reference", out var reference)
            || reference.Text("reference") is not { } recipient || provision.All("purpose") is not [var purpose])
        {
            return null;
        }

        var types = provision.All("class").ConvertAll(coding => coding.Text("code") ?? "");
        var period = provision.TryGetChild("period", out var found) ? found : default(Element?);
        return new SharingTerms
        {
            Recipient = recipient,
            RecipientName = reference.Text("display") ?? recipient,
            Purpose = purpose.Text("code") ?? "",
            Types = types.Count == 0 ? null : types,
            Labels = [.. provision.All("securityLabel").Select(label => label.Text("code") ?? "").Except(OrdinaryLevels)],
            From = Day(period?.Text("start")),
            Until = Day(period?.Text("end")),
        };
    }

    private static DateOnly? Day(string? date) => date is { Length: >= 10 } && DateOnly.TryParseExact(date.AsSpan(0, 10), "yyyy-MM-dd", out var day) ? day : null;

    private static Resource Checked(byte[] json)
    {
        var result = Resource.Parse(json);
        return result.Resource ?? throw new InvalidOperationException($"a consent made here is not valid at `{result.Issues[0].Location}`");
    }

    private void WriteProvision(Utf8JsonWriter json)
    {
        json.WriteStartObject("provision");
        json.WriteString("type", "permit");
        if (From is not null || Until is not null)
        {
            json.WriteStartObject("period");
            WriteDay(json, "start", From);
            WriteDay(json, "end", Until);
            json.WriteEndObject();
        }

        json.WriteStartArray("actor");
        json.WriteStartObject();
        WriteConcept(json, "role", ParticipationType, "IRCP");
        WriteReference(json, "reference", Recipient, RecipientName);
        json.WriteEndObject();
        json.WriteEndArray();
        if (Labels.Count > 0)
        {
            var levels = OrdinaryLevels.Select(level => (Confidentiality, level));
            WriteCodings(json, "securityLabel", [.. levels, .. Labels.Select(label => (label is "R" or "V" ? Confidentiality : ActCode, label))]);
        }

        WriteCodings(json, "purpose", [(ActReason, Purpose)]);
        if (Types is not null)
        {
            WriteCodings(json, "class", [.. Types.Select(type => (ResourceTypes, type))]);
        }

        json.WriteEndObject();
    }

    private static void WriteDay(Utf8JsonWriter json, string name, DateOnly? day)
    {
        if (day is { } known)
        {
            json.WriteString(name, known.ToString("yyyy-MM-dd"));
        }
    }

    private static void WriteConcept(Utf8JsonWriter json, string? name, string system, string code)
    {
        Start(json, name);
        WriteCodings(json, "coding", [(system, code)]);
        json.WriteEndObject();
    }

    private static void WriteCodings(Utf8JsonWriter json, string name, IReadOnlyList<(string System, string Code)> codings)
    {
        json.WriteStartArray(name);
        foreach (var (system, code) in codings)
        {
            json.WriteStartObject();
            json.WriteString("system", system);
            json.WriteString("code", code);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteReference(Utf8JsonWriter json, string? name, string reference, string? display)
    {
        Start(json, name);
        json.WriteString("reference", reference);
        if (display is not null)
        {
            json.WriteString("display", display);
        }

        json.WriteEndObject();
    }

    private static void Start(Utf8JsonWriter json, string? name)
    {
        if (name is null)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartObject(name);
        }
    }
}
