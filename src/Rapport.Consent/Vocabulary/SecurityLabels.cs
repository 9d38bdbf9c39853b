using System.Collections.Frozen;
using Rapport.Consent.Vocabulary;

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
        ["ETH"] = new(null, static () => LabelText.ETH),
        ["GDIS"] = new(null, static () => LabelText.GDIS),
        ["HIV"] = new(null, static () => LabelText.HIV),
        ["MST"] = new(null, static () => LabelText.MST),
        ["SCA"] = new(null, static () => LabelText.SCA),
        ["SICKLE"] = new(null, static () => LabelText.SICKLE),
        ["SDV"] = new(null, static () => LabelText.SDV),
        ["SEX"] = new(null, static () => LabelText.SEX),
        ["STD"] = new(null, static () => LabelText.STD),
        ["SPI"] = new(null, static () => LabelText.SPI),
        ["BH"] = new("SPI", static () => LabelText.BH),
        ["COGN"] = new("BH", static () => LabelText.COGN),
        ["DVD"] = new("BH", static () => LabelText.DVD),
        ["EMOTDIS"] = new("BH", static () => LabelText.EMOTDIS),
        ["MH"] = new("SPI", static () => LabelText.MH),
        ["PSY"] = new("SPI", static () => LabelText.PSY),
        ["PSYTHPN"] = new("SPI", static () => LabelText.PSYTHPN),
        ["SUD"] = new("SPI", static () => LabelText.SUD, "ETH"),
        ["ETHUD"] = new("SUD", static () => LabelText.ETHUD),
        ["OPIOIDUD"] = new("SUD", static () => LabelText.OPIOIDUD),
        ["TBOO"] = new(null, static () => LabelText.TBOO),
        ["VIO"] = new(null, static () => LabelText.VIO),
        ["DEMO"] = new(null, static () => LabelText.DEMO),
        ["DOB"] = new(null, static () => LabelText.DOB),
        ["GENDER"] = new(null, static () => LabelText.GENDER),
        ["LIVARG"] = new(null, static () => LabelText.LIVARG),
        ["MARST"] = new(null, static () => LabelText.MARST),
        ["RACE"] = new(null, static () => LabelText.RACE),
        ["REL"] = new(null, static () => LabelText.REL),
        ["B"] = new(null, static () => LabelText.B),
        ["EMPL"] = new(null, static () => LabelText.EMPL),
        ["LOCIS"] = new(null, static () => LabelText.LOCIS),
        ["SSP"] = new(null, static () => LabelText.SSP),
        ["ADOL"] = new(null, static () => LabelText.ADOL),
        ["CEL"] = new(null, static () => LabelText.CEL),
        ["DIA"] = new(null, static () => LabelText.DIA),
        ["DRGIS"] = new(null, static () => LabelText.DRGIS),
        ["EMP"] = new(null, static () => LabelText.EMP),
        ["PDS"] = new(null, static () => LabelText.PDS),
        ["PHY"] = new(null, static () => LabelText.PHY),
        ["PRS"] = new(null, static () => LabelText.PRS),
    }.ToFrozenDictionary();

    /// <summary>All sensitive kinds that are known.</summary>
    internal static IEnumerable<SystemCode> AllKinds => Kinds.Keys.Select(static code => new SystemCode(CodeSystems.ActCode, code));

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
                "U" => LabelText.LevelU,
                "L" => LabelText.LevelL,
                "M" => LabelText.LevelM,
                Normal => LabelText.LevelN,
                Restricted => LabelText.LevelR,
                VeryRestricted => LabelText.LevelV,
                _ => $"`{code}`",
            },
            CodeSystems.ActCode when Kinds.TryGetValue(code, out var kind) => kind.Text(),
            _ => $"`{code}`",
        };
    }

    /// <summary>A label under the R4 name of its system, so that the same label is known whatever name it came by. A code without system is a level if it is one, else a code of ActCode.</summary>
    public static (string System, string Code) Canonical(string system, string code)
    {
        var label = Normalize(system, code);
        return (label.System, label.Code);
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

    /// <summary>The codes of all levels of confidentiality, from unrestricted to very restricted.</summary>
    internal static IReadOnlyList<string> Levels { get; } = ["U", "L", "M", Normal, Restricted, VeryRestricted];

    private static bool IsLevel(string code) => Levels.Contains(code);

    private readonly record struct Kind(string? PartOf, Func<string> Text, string? AlsoPartOf = null);
}
