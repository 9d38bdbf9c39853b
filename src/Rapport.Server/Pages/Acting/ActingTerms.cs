using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Acting;

/// <summary>
/// What somebody may do for a patient, and how it stands in an R4 Consent: what they see as in every agreement, with the actions that are more than seeing and the role by which they act.
/// </summary>
/// <param name="Sees">Who, what they see, and until when.</param>
/// <param name="Actions">What they may do: <see cref="ConsentAction"/>, reading among it.</param>
/// <param name="Role">By which role: <see cref="Delegation.Roles"/>.</param>
public sealed record ActingTerms(SharingTerms Sees, IReadOnlyList<string> Actions, string Role)
{
    private const string HL7Actions = "http://terminology.hl7.org/CodeSystem/consentaction";

    /// <summary>When the patient was born, where somebody acts because they are a child; null else.</summary>
    public DateOnly? Born { get; init; }

    /// <summary>What can be chosen beside reading, in the order in which pages show it.</summary>
    public static IReadOnlyList<string> Choices { get; } = [ConsentAction.Collect, ConsentAction.Correct, ConsentAction.ShareOn];

    /// <summary>The terms as a Consent, ready to be written.</summary>
    /// <param name="patient">Whose record.</param>
    /// <param name="patientName">The name the patient is known by.</param>
    /// <param name="at">When.</param>
    public Resource ToConsent(PatientId patient, string patientName, DateTimeOffset at)
    {
        var consent = JsonNode.Parse(Sees.ToConsent(patient, at).Json.Span)!.AsObject();
        consent["patient"]!["display"] = patientName;
        var provision = consent["provision"]!.AsObject();
        provision["action"] = new JsonArray([.. Actions.Select(Written)]);
        if (Born is { } born)
        {
            consent["extension"] = new JsonArray(new JsonObject { ["url"] = PatientConsent.BornOn, ["valueDate"] = born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) });
        }

        provision["actor"]![0]!["role"] = Concept(Delegation.SystemOf(Role), Role);
        var read = Resource.Parse(JsonSerializer.SerializeToUtf8Bytes(consent));
        return read.Resource ?? throw new InvalidOperationException($"a consent made here is not valid at `{read.Issues[0].Location}`");
    }

    /// <summary>The terms of a consent; null when it lets nobody act, or says more than these terms can tell.</summary>
    public static ActingTerms? TryRead(StoredConsent consent)
    {
        if (consent.Consent.Delegation is not { } delegation)
        {
            return null;
        }

        // Without its actions it is an agreement as any other.
        var seen = JsonNode.Parse(consent.Resource.Json.Span)!.AsObject();
        (seen["provision"] as JsonObject)?.Remove("action");
        return SharingTerms.TryRead(Resource.Read(JsonSerializer.SerializeToUtf8Bytes(seen))) is { } sees ? new ActingTerms(sees, delegation.Actions, delegation.Role) { Born = consent.Consent.Born } : null;
    }

    private static JsonObject Written(string action) => action == ConsentAction.ShareOn ? Concept(ConsentAction.OwnSystem, ConsentAction.ShareOnCode) : Concept(HL7Actions, action);

    private static JsonObject Concept(string system, string code) => new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };
}
