using System.Collections.Frozen;

namespace Rapport.Gathering;

/// <summary>
/// Code systems by the OIDs that CDA names them with, as the URIs that FHIR names them with (hl7.org/fhir/R4/terminologies-systems.html and
/// terminology.hl7.org). One that is not known is <c>urn:oid:…</c>.
/// </summary>
internal static class CodeSystems
{
    internal const string V3 = "http://terminology.hl7.org/CodeSystem/v3-";
    internal const string ActCode = V3 + "ActCode";
    internal const string NullFlavor = V3 + "NullFlavor";
    internal const string Race = "urn:oid:2.16.840.1.113883.6.238";
    internal const string Language = "urn:ietf:bcp:47";
    internal const string LoincOid = "2.16.840.1.113883.6.1";
    internal const string SnomedOid = "2.16.840.1.113883.6.96";
    internal const string UcumOid = "2.16.840.1.113883.6.8";

    internal const string V2Category = V2 + "0074";

    private const string V2 = "http://terminology.hl7.org/CodeSystem/v2-";

    private static readonly FrozenDictionary<string, string> ByOid = new Dictionary<string, string>
    {
        [LoincOid] = R4.Loinc,
        [SnomedOid] = R4.Snomed,
        ["2.16.840.1.113883.6.88"] = R4.RxNorm,
        [UcumOid] = R4.Ucum,
        ["2.16.840.1.113883.6.3"] = "http://hl7.org/fhir/sid/icd-10",
        ["2.16.840.1.113883.6.4"] = "http://www.cms.gov/Medicare/Coding/ICD10",
        ["2.16.840.1.113883.6.90"] = "http://hl7.org/fhir/sid/icd-10-cm",
        ["2.16.840.1.113883.6.42"] = "http://terminology.hl7.org/CodeSystem/icd9",
        ["2.16.840.1.113883.6.103"] = "http://hl7.org/fhir/sid/icd-9-cm",
        ["2.16.840.1.113883.6.104"] = "http://hl7.org/fhir/sid/icd-9-cm",
        ["2.16.840.1.113883.6.12"] = "http://www.ama-assn.org/go/cpt",
        ["2.16.840.1.113883.6.13"] = "http://www.ada.org/cdt",
        ["2.16.840.1.113883.6.14"] = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        ["2.16.840.1.113883.6.285"] = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        ["2.16.840.1.113883.12.292"] = "http://hl7.org/fhir/sid/cvx",
        ["2.16.840.1.113883.6.59"] = "http://hl7.org/fhir/sid/cvx",
        ["2.16.840.1.113883.12.227"] = "http://hl7.org/fhir/sid/mvx",
        ["2.16.840.1.113883.6.69"] = "http://hl7.org/fhir/sid/ndc",
        ["2.16.840.1.113883.4.9"] = "http://fdasis.nlm.nih.gov",
        ["2.16.840.1.113883.3.26.1.1"] = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
        ["2.16.840.1.113883.3.26.1.5"] = "http://hl7.org/fhir/ndfrt",
        ["2.16.840.1.113883.6.209"] = "http://hl7.org/fhir/ndfrt",
        ["2.16.840.1.113883.6.345"] = "http://va.gov/terminology/medrt",
        ["2.16.840.1.113883.6.73"] = "http://www.whocc.no/atc",
        ["2.16.840.1.113883.6.24"] = "urn:iso:std:iso:11073:10101",
        ["2.16.840.1.113883.6.101"] = "http://nucc.org/provider-taxonomy",
        ["2.16.840.1.113883.6.238"] = Race,
        ["2.16.840.1.113883.6.121"] = Language,
        ["2.16.840.1.113883.6.259"] = "https://www.cdc.gov/nhsn/cdaportal/terminology/codesystem/hsloc.html",
        ["2.16.840.1.113883.6.301.3"] = "https://www.nubc.org/CodeSystem/RevenueCodes",
        ["2.16.840.1.113883.6.301.5"] = "https://www.nubc.org/CodeSystem/PatDischargeStatus",
        ["2.16.840.1.113883.6.50"] = "https://www.cms.gov/Medicare/Coding/place-of-service-codes",
        ["2.16.840.1.113883.3.221.5"] = "https://nahdo.org/sopt",
        ["1.2.840.10008.2.16.4"] = "http://dicom.nema.org/resources/ontology/DCM",
        ["1.2.840.10008.2.6.1"] = "http://dicom.nema.org/resources/ontology/DCM",
        ["1.0.3166.1"] = "urn:iso:std:iso:3166",
        ["1.0.3166.1.2.2"] = "urn:iso:std:iso:3166",
        ["2.16.840.1.113883.1.11.78"] = V3 + "ObservationInterpretation",
        ["2.16.840.1.113883.5.1"] = V3 + "AdministrativeGender",
        ["2.16.840.1.113883.5.2"] = V3 + "MaritalStatus",
        ["2.16.840.1.113883.5.4"] = ActCode,
        ["2.16.840.1.113883.5.5"] = V3 + "ActClass",
        ["2.16.840.1.113883.5.6"] = V3 + "ActClass",
        ["2.16.840.1.113883.5.7"] = V3 + "ActPriority",
        ["2.16.840.1.113883.5.8"] = V3 + "ActReason",
        ["2.16.840.1.113883.5.14"] = V3 + "ActStatus",
        ["2.16.840.1.113883.5.25"] = V3 + "Confidentiality",
        ["2.16.840.1.113883.5.43"] = V3 + "EntityNamePartQualifier",
        ["2.16.840.1.113883.5.45"] = V3 + "EntityNameUse",
        ["2.16.840.1.113883.5.60"] = V3 + "LanguageAbilityMode",
        ["2.16.840.1.113883.5.61"] = V3 + "LanguageAbilityProficiency",
        ["2.16.840.1.113883.5.83"] = V3 + "ObservationInterpretation",
        ["2.16.840.1.113883.5.84"] = V3 + "ObservationMethod",
        ["2.16.840.1.113883.5.85"] = V3 + "orderableDrugForm",
        ["2.16.840.1.113883.5.88"] = V3 + "ParticipationFunction",
        ["2.16.840.1.113883.5.90"] = V3 + "ParticipationType",
        ["2.16.840.1.113883.5.110"] = V3 + "RoleClass",
        ["2.16.840.1.113883.5.111"] = V3 + "RoleCode",
        ["2.16.840.1.113883.5.112"] = V3 + "RouteOfAdministration",
        ["2.16.840.1.113883.5.129"] = V3 + "SpecimenType",
        ["2.16.840.1.113883.5.139"] = V3 + "TimingEvent",
        ["2.16.840.1.113883.5.1008"] = NullFlavor,
        ["2.16.840.1.113883.5.1052"] = V3 + "ActSite",
        ["2.16.840.1.113883.5.1063"] = V3 + "ObservationValue",
        ["2.16.840.1.113883.5.1076"] = V3 + "ReligiousAffiliation",
        ["2.16.840.1.113883.5.1119"] = V3 + "AddressUse",
        ["2.16.840.1.113883.5.1150.1"] = V3 + "VaccineManufacturer",
        ["2.16.840.1.113883.12.1"] = V2 + "0001",
        ["2.16.840.1.113883.12.112"] = V2 + "0112",
        ["2.16.840.1.113883.12.162"] = V2 + "0162",
        ["2.16.840.1.113883.12.163"] = V2 + "0163",
        ["2.16.840.1.113883.12.203"] = V2 + "0203",
        ["2.16.840.1.113883.18.108"] = V2 + "0203",
        ["2.16.840.1.113883.12.443"] = V2 + "0443",
        ["2.16.840.1.113883.12.487"] = V2 + "0487",
        ["2.16.840.1.114222.4.5.327"] = "http://terminology.hl7.org/CodeSystem/PHOccupationalDataForHealthODH",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> ByName = new Dictionary<string, string>
    {
        ["loinc"] = R4.Loinc,
        ["snomedct"] = R4.Snomed,
        ["snomed"] = R4.Snomed,
        ["rxnorm"] = R4.RxNorm,
        ["icd10"] = "http://hl7.org/fhir/sid/icd-10-cm",
        ["icd10cm"] = "http://hl7.org/fhir/sid/icd-10-cm",
        ["icd9"] = "http://hl7.org/fhir/sid/icd-9-cm",
        ["icd9cm"] = "http://hl7.org/fhir/sid/icd-9-cm",
        ["cpt"] = "http://www.ama-assn.org/go/cpt",
        ["cpt4"] = "http://www.ama-assn.org/go/cpt",
        ["cvx"] = "http://hl7.org/fhir/sid/cvx",
        ["ndc"] = "http://hl7.org/fhir/sid/ndc",
        ["unii"] = "http://fdasis.nlm.nih.gov",
        ["ucum"] = R4.Ucum,
    }.ToFrozenDictionary();

    /// <summary>The URI for an OID or UUID; null when it is neither.</summary>
    internal static string? Uri(string? root) => root is null ? null : ByOid.GetValueOrDefault(root) ?? Urn(root);

    /// <summary>The URI for a code system that is only named.</summary>
    internal static string? UriOfName(string? name) =>
        name is null || name.Length > 40 ? null : ByName.GetValueOrDefault(string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant());

    /// <summary><c>urn:oid:…</c> or <c>urn:uuid:…</c>; null when it is neither.</summary>
    internal static string? Urn(string root) =>
        IsOid(root) ? "urn:oid:" + root
        : Guid.TryParseExact(root, "D", out var uuid) ? "urn:uuid:" + uuid.ToString("D")
        : null;

    internal static bool IsOid(string text) =>
        text.Length is > 2 and <= 200 && text[0] is '0' or '1' or '2' && text[1] == '.' && text[^1] != '.'
        && !text.Contains("..", StringComparison.Ordinal) && text.All(c => char.IsAsciiDigit(c) || c == '.')
        && !text.Split('.').Any(arc => arc.Length > 1 && arc[0] == '0');
}
