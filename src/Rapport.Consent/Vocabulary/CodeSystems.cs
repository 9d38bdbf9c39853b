namespace Rapport.Consent;

/// <summary>The code systems that consents and labels use, each under one name whatever name it came by.</summary>
internal static class CodeSystems
{
    public const string ActReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    public const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    public const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    public const string ParticipationType = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
    public const string RoleCode = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
    public const string RoleClass = "http://terminology.hl7.org/CodeSystem/v3-RoleClass";
    public const string ConsentAction = "http://terminology.hl7.org/CodeSystem/consentaction";
    public const string ConsentScope = "http://terminology.hl7.org/CodeSystem/consentscope";
    public const string ResourceTypes = "http://hl7.org/fhir/resource-types";
    public const string Loinc = "http://loinc.org";

    /// <summary>
    /// The R4 name of a system that is also known by its OID or by the address that earlier FHIR versions gave it: a label must not
    /// slip through because its system is written the old way, with a version, with <c>https</c> or with a slash too many.
    /// </summary>
    public static string Normalize(string system) => Known(Plain(system));

    private static string Plain(string system)
    {
        var version = system.IndexOf('|', StringComparison.Ordinal);
        var plain = (version < 0 ? system : system[..version]).TrimEnd('/');
        return plain.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "http://" + plain["https://".Length..] : plain;
    }

    private static string Known(string system) => system switch
    {
        "urn:oid:2.16.840.1.113883.5.8" or "http://hl7.org/fhir/v3/ActReason" => ActReason,
        "urn:oid:2.16.840.1.113883.5.4" or "http://hl7.org/fhir/v3/ActCode" => ActCode,
        "urn:oid:2.16.840.1.113883.5.25" or "http://hl7.org/fhir/v3/Confidentiality" => Confidentiality,
        "urn:oid:2.16.840.1.113883.5.90" or "http://hl7.org/fhir/v3/ParticipationType" => ParticipationType,
        "urn:oid:2.16.840.1.113883.5.111" or "http://hl7.org/fhir/v3/RoleCode" => RoleCode,
        "urn:oid:2.16.840.1.113883.5.110" or "http://hl7.org/fhir/v3/RoleClass" => RoleClass,
        "http://hl7.org/fhir/consentaction" => ConsentAction,
        "http://hl7.org/fhir/consentscope" => ConsentScope,
        "urn:oid:2.16.840.1.113883.6.1" => Loinc,
        _ => system,
    };
}

/// <summary>A code within its code system. A code of no stated system has the empty string.</summary>
internal readonly record struct SystemCode(string System, string Code)
{
    public override string ToString() => System.Length == 0 ? Code : $"{System}|{Code}";
}
