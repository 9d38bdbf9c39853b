using Rapport.Data;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>References between entries of records kept here: <c>Type/patient</c> or <c>Type/patient.local</c>.</summary>
internal static class LocalReference
{
    /// <summary>Whether a reference is of that form, and to which type.</summary>
    public static bool TryParse(string reference, out string type)
    {
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        type = slash > 0 ? reference[..slash] : "";
        return slash > 0 && TryParseId(reference.AsSpan(slash + 1), out _, out _);
    }

    /// <summary>Takes the id of a resource apart. The Patient resource has no local part.</summary>
    public static bool TryParseId(ReadOnlySpan<char> id, out PatientId patient, out LocalId? local)
    {
        local = null;
        var dot = id.IndexOf('.');
        if (dot < 0)
        {
            return PatientId.TryParse(id, out patient);
        }

        var ok = LocalId.TryParse(id[(dot + 1)..], out var value);
        local = value;
        return PatientId.TryParse(id[..dot], out patient) && ok;
    }
}
