using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Acting;

namespace Rapport.Server.Pages.Succession;

/// <summary>What somebody may ask for when the patient cannot decide any more, and how it stands in an R4 Consent: what they may do, with how it is asked for.</summary>
/// <param name="Acts">What they get.</param>
/// <param name="Set">How it is asked for.</param>
public sealed record SuccessionTerms(ActingTerms Acts, Rapport.Consent.Succession Set)
{
    /// <summary>The terms as a Consent that permits nothing until it is asked for.</summary>
    /// <inheritdoc cref="ActingTerms.ToConsent"/>
    public Resource ToConsent(PatientId patient, string patientName, DateTimeOffset at)
    {
        var consent = Acts.ToJson(patient, patientName, at);
        SuccessionConsent.Set(consent, Set);
        return ConsentJson.Checked(consent);
    }

    /// <summary>The terms of a consent; null when it sets nothing, or says more than these terms can tell.</summary>
    public static SuccessionTerms? TryRead(StoredConsent consent) =>
        consent.Consent.Succession is { } set && ActingTerms.TryRead(consent) is { } acts ? new SuccessionTerms(acts, set) : null;
}
