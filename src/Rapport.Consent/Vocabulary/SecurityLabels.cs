using System.Collections.Frozen;

namespace Rapport.Consent;

/// <summary>
/// What HL7 security labels mean here. A label is either a level of confidentiality (<c>U L M N R V</c>), or a sensitive kind of
/// content (<c>PSY</c>, <c>HIV</c>, ...), or says nothing about sensitivity (handling instructions, labels of other systems).
/// </summary>
public static class SecurityLabels
{
    public const string Normal = "N";
    public const string Restricted = "R";
    public const string VeryRestricted = "V";

    /// <summary>The sensitive kinds of R4's ActCode. ETH covers SUD as IHE's Privacy Consent on FHIR has it; the rest is HL7's own hierarchy.</summary>
    private static readonly FrozenDictionary<string, Kind> Kinds = new Dictionary<string, Kind>
    {
        ["ETH"] = new(null, "substance use"),
        ["GDIS"] = new(null, "genetics"),
        ["HIV"] = new(null, "HIV"),
        ["MST"] = new(null, "military sexual trauma"),
        ["SCA"] = new(null, "sickle cell"),
        ["SICKLE"] = new(null, "sickle cell"),
        ["SDV"] = new(null, "sexual assault, abuse or domestic violence"),
        ["SEX"] = new(null, "sexual and reproductive health"),
        ["STD"] = new(null, "sexually transmitted disease"),
        ["SPI"] = new(null, "specially protected"),
        ["BH"] = new("SPI", "behavioural health"),
        ["COGN"] = new("BH", "cognitive disability"),
        ["DVD"] = new("BH", "developmental disability"),
        ["EMOTDIS"] = new("BH", "emotional disturbance"),
        ["MH"] = new("SPI", "mental health"),
        ["PSY"] = new("SPI", "mental health"),
        ["PSYTHPN"] = new("SPI", "psychotherapy notes"),
        ["SUD"] = new("SPI", "substance use", "ETH"),
        ["ETHUD"] = new("SUD", "alcohol use"),
        ["OPIOIDUD"] = new("SUD", "opioid use"),
        ["TBOO"] = new(null, "taboo"),
        ["VIO"] = new(null, "violence"),
        ["DEMO"] = new(null, "personal details"),
        ["DOB"] = new(null, "date of birth"),
        ["GENDER"] = new(null, "gender and sexual orientation"),
        ["LIVARG"] = new(null, "living arrangements"),
        ["MARST"] = new(null, "marital status"),
        ["RACE"] = new(null, "race"),
        ["REL"] = new(null, "religion"),
        ["B"] = new(null, "business"),
        ["EMPL"] = new(null, "employer"),
        ["LOCIS"] = new(null, "location"),
        ["SSP"] = new(null, "a sensitive service"),
        ["ADOL"] = new(null, "adolescent health"),
        ["CEL"] = new(null, "celebrity"),
        ["DIA"] = new(null, "a sensitive diagnosis"),
        ["DRGIS"] = new(null, "a sensitive medicine"),
        ["EMP"] = new(null, "employee health"),
        ["PDS"] = new(null, "private by your default"),
        ["PHY"] = new(null, "private at your physician's request"),
        ["PRS"] = new(null, "private at your request"),
    }.ToFrozenDictionary();

    /// <summary>ActCode labels that tell how to handle data, not what it is about: R4's obligation and refrain policies.</summary>
    private static readonly FrozenSet<string> Handling = FrozenSet.Create(
        "ANONY", "AOD", "AUDIT", "AUDTR", "CPLYCC", "CPLYCD", "CPLYJPP", "CPLYOPP", "CPLYOSP", "CPLYPOL", "DECLASSIFYLABEL", "DEID",
        "DELAU", "DOWNGRDLABEL", "DRIVLABEL", "ENCRYPT", "ENCRYPTR", "ENCRYPTT", "ENCRYPTU", "HUAPRV", "LABEL", "MASK", "MINEC",
        "PERSISTLABEL", "PRIVMARK", "PSEUD", "REDACT", "UPGRDLABEL",
        "NOAUTH", "NOCOLLECT", "NODSCLCD", "NODSCLCDS", "NOINTEGRATE", "NOLIST", "NOMOU", "NOORGPOL", "NOPAT", "NOPERSISTP",
        "NORDSCLCD", "NORDSCLCDS", "NORDSCLW", "NORELINK", "NOREUSE", "NOVIP", "ORCON");

    /// <summary>Whether an entry with this label stays home unless a consent names it: restricted, very restricted, a sensitive kind, or
    /// a code of HL7's sensitivity or confidentiality system that is not known here.</summary>
    /// <param name="system">The label's system; empty when it has none, which is read as HL7's.</param>
    /// <param name="code">The label's code.</param>
    public static bool IsSensitive(string system, string code) =>
        Normalize(system, code) is var label && (IsKind(label) || (label.System == CodeSystems.Confidentiality && code is Restricted or VeryRestricted));

    /// <summary>What an entry with this label is marked as, in plain words; an unknown label as its code in backticks.</summary>
    public static string Describe(string system, string code)
    {
        var label = Normalize(system, code);
        return label.System switch
        {
            CodeSystems.Confidentiality => code switch
            {
                "U" => "unrestricted",
                "L" => "low confidentiality",
                "M" => "moderate confidentiality",
                Normal => "normal",
                Restricted => "restricted",
                VeryRestricted => "very restricted",
                _ => $"`{code}`",
            },
            CodeSystems.ActCode when Kinds.TryGetValue(code, out var kind) => kind.Text,
            _ => $"`{code}`",
        };
    }

    /// <summary>The label under the R4 name of its system. A code without system is a level if it is one, else a code of ActCode.</summary>
    internal static SystemCode Normalize(string system, string code) =>
        system.Length == 0
            ? new(IsLevel(code) ? CodeSystems.Confidentiality : CodeSystems.ActCode, code)
            : new(CodeSystems.Normalize(system), code);

    /// <summary>Whether a normalized label marks a sensitive kind of content.</summary>
    internal static bool IsKind(SystemCode label) => label.System switch
    {
        CodeSystems.ActCode => !Handling.Contains(label.Code),
        CodeSystems.Confidentiality => !IsLevel(label.Code),
        _ => false,
    };

    /// <summary>Whether naming one label names the other: the same, or a sensitive kind that is part of it.</summary>
    internal static bool Covers(SystemCode label, SystemCode other)
    {
        if (label == other)
        {
            return true;
        }

        if (label.System != CodeSystems.ActCode || other.System != CodeSystems.ActCode || !Kinds.TryGetValue(other.Code, out var kind))
        {
            return false;
        }

        return (kind.PartOf is not null && Covers(label, new(CodeSystems.ActCode, kind.PartOf)))
            || (kind.AlsoPartOf is not null && Covers(label, new(CodeSystems.ActCode, kind.AlsoPartOf)));
    }

    private static bool IsLevel(string code) => code is "U" or "L" or "M" or Normal or Restricted or VeryRestricted;

    private readonly record struct Kind(string? PartOf, string Text, string? AlsoPartOf = null);
}
