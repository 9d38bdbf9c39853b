using System.Collections.Frozen;
using System.Text;

namespace Rapport.Labelling;

/// <summary>The code systems that rules speak of, by the short names of the rule files, and the names that records give them.</summary>
internal static class CodeSystems
{
    /// <summary>Each system: its short name, whether a code stands for all that begin with it (as classifications are built), and its names.</summary>
    private static readonly (string Short, bool IsClassification, string[] Names)[] All =
    [
        ("SCT", false, ["http://snomed.info/sct", "urn:oid:2.16.840.1.113883.6.96"]),
        ("LOINC", false, ["http://loinc.org", "urn:oid:2.16.840.1.113883.6.1"]),
        ("RXNORM", false, ["http://www.nlm.nih.gov/research/umls/rxnorm", "urn:oid:2.16.840.1.113883.6.88"]),
        ("CVX", false, ["http://hl7.org/fhir/sid/cvx", "urn:oid:2.16.840.1.113883.12.292"]),
        ("ICD10CM", true, ["http://hl7.org/fhir/sid/icd-10-cm", "http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-us", "urn:oid:2.16.840.1.113883.6.90", "urn:oid:2.16.840.1.113883.6.3"]),
        ("ICD9CM", true, ["http://hl7.org/fhir/sid/icd-9-cm", "http://terminology.hl7.org/CodeSystem/icd9cm", "http://hl7.org/fhir/sid/icd-9-cm/diagnosis", "urn:oid:2.16.840.1.113883.6.103"]),
        ("ICD9PROC", true, ["urn:oid:2.16.840.1.113883.6.104", "http://hl7.org/fhir/sid/icd-9-cm/procedure"]),
        ("ICD10PCS", true, ["http://www.cms.gov/Medicare/Coding/ICD10", "http://hl7.org/fhir/sid/icd-10-pcs", "urn:oid:2.16.840.1.113883.6.4"]),
        ("CPT", true, ["http://www.ama-assn.org/go/cpt", "urn:oid:2.16.840.1.113883.6.12"]),
        ("HCPCS", true, ["https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "http://terminology.hl7.org/CodeSystem/HCPCS-all-codes", "https://bluebutton.cms.gov/resources/codesystem/hcpcs", "urn:oid:2.16.840.1.113883.6.285"]),
        ("ATC", true, ["http://www.whocc.no/atc", "urn:oid:2.16.840.1.113883.6.73"]),
        ("NUCC", true, ["http://nucc.org/provider-taxonomy", "urn:oid:2.16.840.1.113883.6.101"]),
        ("V3ROLE", false, ["http://terminology.hl7.org/CodeSystem/v3-RoleCode", "urn:oid:2.16.840.1.113883.5.111"]),
        ("V3ACT", false, ["http://terminology.hl7.org/CodeSystem/v3-ActCode", "urn:oid:2.16.840.1.113883.5.4"]),
        ("SERVICE", false, ["http://terminology.hl7.org/CodeSystem/service-type"]),
        ("CATEGORY", false, ["http://terminology.hl7.org/CodeSystem/service-category"]),
        ("EPISODE", false, ["http://terminology.hl7.org/CodeSystem/episodeofcare-type"]),
        ("DISCHARGE", false, ["http://terminology.hl7.org/CodeSystem/discharge-disposition"]),
        ("ADMIT", false, ["http://terminology.hl7.org/CodeSystem/admit-source"]),
        ("PLAN", false, ["http://terminology.hl7.org/CodeSystem/insurance-plan-type"]),
        ("PROGRAM", false, ["http://terminology.hl7.org/CodeSystem/program"]),
    ];

    private static readonly FrozenDictionary<string, int> Shorts = All.Select(static (system, i) => (system.Short, i)).ToFrozenDictionary(static pair => pair.Short, static pair => pair.i);

    private static readonly FrozenDictionary<byte[], int> ByName = All
        .SelectMany(static (system, i) => system.Names.Select(name => (Name: Encoding.UTF8.GetBytes(name), i)))
        .ToFrozenDictionary(static pair => pair.Name, static pair => pair.i, Utf8Comparer.Instance);

    private static readonly FrozenDictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> Lookup = ByName.GetAlternateLookup<ReadOnlySpan<byte>>();

    internal static int Count => All.Length;

    internal static int OfShort(string name) => Shorts.TryGetValue(name, out var system) ? system : throw new FormatException($"there is no code system `{name}`");

    /// <summary>The system of a name in a record; null when no rule speaks of it.</summary>
    internal static int? OfName(ReadOnlySpan<byte> name) => Lookup.TryGetValue(name.EndsWith("/"u8) ? name[..^1] : name, out var system) ? system : null;

    internal static bool IsClassification(int system) => All[system].IsClassification;
}

/// <summary>Compares UTF-8 texts by their bytes, and finds them by spans.</summary>
internal sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    internal static readonly Utf8Comparer Instance = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    /// <summary>FNV-1a: the keys are short and are not chosen by strangers.</summary>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = 2166136261u;
        foreach (var b in alternate)
        {
            hash = (hash ^ b) * 16777619u;
        }

        return (int)hash;
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
