using System.Globalization;
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
    /// <summary>When the patient was born, where somebody acts because they are a child; null else.</summary>
    public DateOnly? Born { get; init; }

    /// <summary>What can be chosen beside reading, in the order in which pages show it.</summary>
    public static IReadOnlyList<string> Choices { get; } = [ConsentAction.Collect, ConsentAction.Comment, ConsentAction.Converse, ConsentAction.Correct, ConsentAction.ShareOn];

    /// <summary>The terms as a Consent, ready to be written.</summary>
    /// <param name="patient">Whose record.</param>
    /// <param name="patientName">The name the patient is known by.</param>
    /// <param name="at">When.</param>
    public Resource ToConsent(PatientId patient, string patientName, DateTimeOffset at) => ConsentJson.Checked(ToJson(patient, patientName, at));

    /// <summary>The same, for terms that say more.</summary>
    /// <inheritdoc cref="ToConsent"/>
    internal JsonObject ToJson(PatientId patient, string patientName, DateTimeOffset at)
    {
        var consent = Sees.ToJson(patient, at);
        consent["patient"]!["display"] = patientName;
        var provision = consent["provision"]!.AsObject();
        provision["actor"]![0]!["role"] = ConsentJson.Concept(Delegation.SystemOf(Role), Role);
        ConsentJson.OfActions(provision, Actions);
        if (Born is { } born)
        {
            ConsentJson.Extend(consent, ConsentJson.Extension(PatientConsent.BornOn, "valueDate", born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        }

        return consent;
    }

    /// <summary>The terms of a consent; null when it lets nobody act, or says more than these terms can tell.</summary>
    public static ActingTerms? TryRead(StoredConsent consent) =>
        consent.Consent.Delegation is { } delegation && SharingTerms.TryReadSeen(consent.Resource) is { IsLimited: false } sees
            ? new ActingTerms(sees, delegation.Actions, delegation.Role) { Born = consent.Consent.Born }
            : null;
}
