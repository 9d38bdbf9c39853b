using Rapport.Data;

namespace Rapport.Server.Api.Fhir;

/// <summary>
/// The id of a resource, which tells its compartment: <c>patient</c> for the Patient resource, <c>patient.local</c> for every other.
/// </summary>
/// <param name="Patient">The compartment.</param>
/// <param name="Local">The resource in it; null for the Patient resource.</param>
internal readonly record struct ResourceId(PatientId Patient, LocalId? Local)
{
    /// <summary>Reads the id of a resource of this type; false for whatever cannot be one of ours.</summary>
    public static bool TryParse(string type, string text, out ResourceId id)
    {
        id = default;
        var isPatient = type == "Patient";
        if (text.Length < PatientId.TextLength || !PatientId.TryParse(text.AsSpan(0, PatientId.TextLength), out var patient))
        {
            return false;
        }

        var rest = text.AsSpan(PatientId.TextLength);
        if (rest.Length == 0)
        {
            id = new ResourceId(patient, null);
            return isPatient;
        }

        if (isPatient || rest[0] != '.' || !LocalId.TryParse(rest[1..], out var local))
        {
            return false;
        }

        id = new ResourceId(patient, local);
        return true;
    }
}
