using System.Collections.Frozen;
using System.Text;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>What FHIR's own names are called here: elements, types, code systems, units, statuses.</summary>
internal static class Wording
{
    private static readonly FrozenDictionary<string, string> ElementNames = new Dictionary<string, string>
    {
        ["abatement"] = "Ended",
        ["asserter"] = "Stated by",
        ["authoredOn"] = "Ordered on",
        ["basedOn"] = "Based on",
        ["birthDate"] = "Born",
        ["bodySite"] = "Where on the body",
        ["category"] = "Kind",
        ["clinicalStatus"] = "How it is now",
        ["code"] = "What",
        ["component"] = "Measured together",
        ["created"] = "Written on",
        ["dataAbsentReason"] = "Why there is no value",
        ["deceased"] = "Died",
        ["dosage"] = "How to take it",
        ["dosageInstruction"] = "How to take it",
        ["doseAndRate"] = "Dose",
        ["effective"] = "When",
        ["encounter"] = "Visit",
        ["hospitalization"] = "Stay",
        ["interpretation"] = "What it means",
        ["issued"] = "Published",
        ["managingOrganization"] = "Kept by",
        ["medication"] = "Medicine",
        ["note"] = "Note",
        ["occurrence"] = "When",
        ["onset"] = "Began",
        ["participant"] = "With",
        ["partOf"] = "Part of",
        ["performed"] = "When",
        ["performer"] = "Done by",
        ["period"] = "When",
        ["reasonCode"] = "Reason",
        ["reasonReference"] = "Reason",
        ["recordedDate"] = "Written down",
        ["recorder"] = "Written down by",
        ["referenceRange"] = "Usual range",
        ["requester"] = "Ordered by",
        ["result"] = "Results",
        ["serviceProvider"] = "Where",
        ["subject"] = "About",
        ["telecom"] = "Contact",
        ["vaccineCode"] = "Vaccine",
        ["value"] = "Result",
        ["verificationStatus"] = "How sure",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> TypeNames = new Dictionary<string, string>
    {
        ["AllergyIntolerance"] = "Allergy",
        ["Claim"] = "Claim",
        ["Consent"] = "Agreement",
        ["DiagnosticReport"] = "Report",
        ["DocumentReference"] = "Document",
        ["Encounter"] = "Visit",
        ["ExplanationOfBenefit"] = "Insurance statement",
        ["FamilyMemberHistory"] = "Illness in the family",
        ["Immunization"] = "Vaccination",
        ["MedicationAdministration"] = "Medicine given",
        ["MedicationDispense"] = "Medicine handed out",
        ["MedicationRequest"] = "Prescription",
        ["MedicationStatement"] = "Medicine taken",
        ["Observation"] = "Result",
        ["Patient"] = "Personal details",
        ["PractitionerRole"] = "Role of a professional",
        ["Practitioner"] = "Professional",
        ["RelatedPerson"] = "Relative or carer",
        ["ServiceRequest"] = "Referral or order",
    }.ToFrozenDictionary();

    private static readonly (string Prefix, string Name)[] Systems =
    [
        ("http://loinc.org", "LOINC"),
        ("http://snomed.info/sct", "SNOMED CT"),
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "RxNorm"),
        ("http://hl7.org/fhir/sid/cvx", "CVX"),
        ("http://hl7.org/fhir/sid/icd-10", "ICD-10"),
        ("http://hl7.org/fhir/sid/icd-9", "ICD-9"),
        ("http://hl7.org/fhir/sid/ndc", "NDC"),
        ("http://www.ama-assn.org/go/cpt", "CPT"),
        ("http://unitsofmeasure.org", "UCUM"),
        ("http://www.whocc.no/atc", "ATC"),
        ("http://hl7.org/fhir/sid/us-ssn", "US social security"),
        ("http://terminology.hl7.org/", "HL7"),
        ("http://hl7.org/fhir/", "HL7"),
        ("urn:oid:", "OID"),
        ("urn:ietf:bcp:47", "language"),
    ];

    private static readonly FrozenDictionary<string, string> Units = new Dictionary<string, string>
    {
        ["mm[Hg]"] = "mmHg",
        ["mmol/L"] = "mmol/L",
        ["Cel"] = "°C",
        ["[degF]"] = "°F",
        ["kg/m2"] = "kg/m²",
        ["mL/min/{1.73_m2}"] = "mL/min per 1.73 m²",
        ["mL/min/1.73m2"] = "mL/min per 1.73 m²",
        ["/min"] = "per minute",
        ["{score}"] = "",
        ["{nominal}"] = "",
        ["1"] = "",
        ["10*3/uL"] = "×10³/µL",
        ["10*6/uL"] = "×10⁶/µL",
        ["m[IU]/L"] = "mIU/L",
        ["ug/L"] = "µg/L",
    }.ToFrozenDictionary();

    /// <summary>Codes that systems send without their names.</summary>
    private static readonly FrozenDictionary<string, string> EncounterClasses = new Dictionary<string, string>
    {
        ["AMB"] = "outpatient",
        ["EMER"] = "emergency",
        ["HH"] = "at home",
        ["IMP"] = "stay in hospital",
        ["ACUTE"] = "stay in hospital",
        ["SS"] = "short stay",
        ["VR"] = "by phone or video",
    }.ToFrozenDictionary();

    /// <summary>The name of a code that came without one, where it is known here.</summary>
    public static string? Display(string? system, string? code) =>
        system == "http://terminology.hl7.org/CodeSystem/v3-ActCode" && code is not null ? EncounterClasses.GetValueOrDefault(code) : null;

    /// <summary>The name people know an element by.</summary>
    public static string Element(string name) => ElementNames.GetValueOrDefault(name) ?? Words(name);

    /// <summary>The name people know a FHIR type by.</summary>
    public static string Type(string name) => TypeNames.GetValueOrDefault(name) ?? Words(name);

    /// <summary>The name people know a code system by; the host of its address when it is known by no other.</summary>
    public static string System(string? uri)
    {
        if (string.IsNullOrEmpty(uri))
        {
            return "code";
        }

        foreach (var (prefix, name) in Systems)
        {
            if (uri.StartsWith(prefix, StringComparison.Ordinal))
            {
                return name;
            }
        }

        return Uri.TryCreate(uri, UriKind.Absolute, out var address) && address.Host.Length > 0 ? address.Host : uri;
    }

    /// <summary>A unit as people write it: UCUM's braces hold a remark, its brackets a unit of custom.</summary>
    public static string Unit(string unit)
    {
        if (Units.TryGetValue(unit, out var known) || unit.AsSpan().IndexOfAny("{[") < 0)
        {
            return known ?? unit;
        }

        var said = unit.Replace("/{1.73_m2}", " per 1.73 m²").Replace("{#}", "").Replace('_', ' ').Replace("{", "").Replace("}", "").Replace("[", "").Replace("]", "").Trim();
        return said.StartsWith('/') ? "per " + said[1..] : said;
    }

    /// <summary><c>entered-in-error</c> as <c>entered in error</c>.</summary>
    public static string Code(string code) => code.Replace('-', ' ').Replace('_', ' ');

    /// <summary><c>clinicalStatus</c> as <c>Clinical status</c>; the last part of an address the same way.</summary>
    public static string Words(string name)
    {
        var tail = name.AsSpan(name.LastIndexOfAny(['/', '#', ':']) + 1);
        var words = new StringBuilder(tail.Length + 8);
        for (var i = 0; i < tail.Length; i++)
        {
            var c = tail[i];
            if (c is '-' or '_' or '.')
            {
                words.Append(' ');
            }
            else if (char.IsUpper(c) && i > 0 && !char.IsUpper(tail[i - 1]))
            {
                words.Append(' ').Append(char.ToLowerInvariant(c));
            }
            else
            {
                words.Append(i == 0 ? char.ToUpperInvariant(c) : c);
            }
        }

        return words.Length == 0 ? name : words.ToString();
    }
}
