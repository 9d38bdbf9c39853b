using System.Collections.Frozen;

namespace Rapport.Consent;

/// <summary>HL7's purposes of use (the PurposeOfUse branch of v3 ActReason, R4) with what each is part of. A consent for a purpose covers
/// the purposes that are part of it: treatment covers emergency treatment.</summary>
public static class PurposeOfUse
{
    public const string Treatment = "TREAT";
    public const string EmergencyTreatment = "ETREAT";
    public const string BreakTheGlass = "BTG";
    public const string CareManagement = "CAREMGT";
    public const string Payment = "HPAYMT";
    public const string Operations = "HOPERAT";
    public const string Research = "HRESCH";
    public const string PatientRequest = "PATRQT";
    public const string FamilyRequest = "FAMRQT";

    private const string Any = "PurposeOfUse";

    private static readonly FrozenDictionary<string, Purpose> Purposes = new Dictionary<string, Purpose>
    {
        [Any] = new(null, "any purpose"),
        ["HMARKT"] = new(Any, "marketing"),
        ["HOPERAT"] = new(Any, "running health services"),
        ["CAREMGT"] = new("HOPERAT", "care management"),
        ["DONAT"] = new("HOPERAT", "donation"),
        ["FRAUD"] = new("HOPERAT", "finding fraud"),
        ["GOV"] = new("HOPERAT", "government"),
        ["HACCRED"] = new("HOPERAT", "accreditation"),
        ["HCOMPL"] = new("HOPERAT", "checking compliance"),
        ["HDECD"] = new("HOPERAT", "matters after a death"),
        ["HDIRECT"] = new("HOPERAT", "a directory"),
        ["HDM"] = new("HOPERAT", "managing care delivery"),
        ["HLEGAL"] = new("HOPERAT", "legal matters"),
        ["HOUTCOMS"] = new("HOPERAT", "measuring outcomes"),
        ["HPRGRP"] = new("HOPERAT", "reporting on programmes"),
        ["HQUALIMP"] = new("HOPERAT", "improving quality"),
        ["HSYSADMIN"] = new("HOPERAT", "system administration"),
        ["LABELING"] = new("HSYSADMIN", "labelling"),
        ["METAMGT"] = new("HSYSADMIN", "managing metadata"),
        ["MEMADMIN"] = new("HOPERAT", "member administration"),
        ["MILCDM"] = new("HOPERAT", "military command"),
        ["PATADMIN"] = new("HOPERAT", "patient administration"),
        ["PATSFTY"] = new("HOPERAT", "patient safety"),
        ["PERFMSR"] = new("HOPERAT", "measuring performance"),
        ["RECORDMGT"] = new("HOPERAT", "records management"),
        ["SYSDEV"] = new("HOPERAT", "system development"),
        ["HTEST"] = new("SYSDEV", "testing"),
        ["TRAIN"] = new("HOPERAT", "training"),
        ["HPAYMT"] = new(Any, "payment"),
        ["CLMATTCH"] = new("HPAYMT", "supporting a claim"),
        ["COVAUTH"] = new("HPAYMT", "authorising coverage"),
        ["COVERAGE"] = new("HPAYMT", "coverage"),
        ["ELIGDTRM"] = new("COVERAGE", "determining eligibility"),
        ["ELIGVER"] = new("COVERAGE", "verifying eligibility"),
        ["ENROLLM"] = new("COVERAGE", "enrolment"),
        ["MILDCRG"] = new("COVERAGE", "military discharge"),
        ["REMITADV"] = new("HPAYMT", "remittance advice"),
        ["HRESCH"] = new(Any, "research"),
        ["BIORCH"] = new("HRESCH", "biomedical research"),
        ["CLINTRCH"] = new("HRESCH", "clinical trial research"),
        ["CLINTRCHNPC"] = new("CLINTRCH", "clinical trial research without care"),
        ["CLINTRCHPC"] = new("CLINTRCH", "clinical trial research with care"),
        ["PRECLINTRCH"] = new("CLINTRCH", "preparing a clinical trial"),
        ["DSRCH"] = new("HRESCH", "research on a disease"),
        ["POARCH"] = new("HRESCH", "research on ancestry"),
        ["TRANSRCH"] = new("HRESCH", "translational research"),
        ["PATRQT"] = new(Any, "what you asked for"),
        ["FAMRQT"] = new("PATRQT", "your family"),
        ["PWATRNY"] = new("PATRQT", "your power of attorney"),
        ["SUPNWK"] = new("PATRQT", "your support network"),
        ["PUBHLTH"] = new(Any, "public health"),
        ["DISASTER"] = new("PUBHLTH", "a disaster"),
        ["THREAT"] = new("PUBHLTH", "a threat to public health"),
        ["TREAT"] = new(Any, "treatment"),
        ["CLINTRL"] = new("TREAT", "treatment in a clinical trial"),
        ["COC"] = new("TREAT", "coordination of care"),
        ["ETREAT"] = new("TREAT", "emergency treatment"),
        ["BTG"] = new("ETREAT", "an emergency (break the glass)"),
        ["ERTREAT"] = new("ETREAT", "treatment in the emergency room"),
        ["POPHLTH"] = new("TREAT", "population health"),
    }.ToFrozenDictionary();

    /// <summary>Every code of the table, in no particular order.</summary>
    public static IReadOnlyCollection<string> Codes => Purposes.Keys;

    /// <summary>Whether the code is one of HL7's purposes of use.</summary>
    public static bool IsKnown(string code) => Purposes.ContainsKey(code);

    /// <summary>Whether agreeing to <paramref name="purpose"/> covers <paramref name="other"/>: the same code, or one that is part of it.</summary>
    public static bool Covers(string purpose, string other)
    {
        for (string? code = other; code is not null; code = Purposes.GetValueOrDefault(code).PartOf)
        {
            if (code == purpose)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The purpose in plain words, to stand after `for`; an unknown one as its code in backticks.</summary>
    public static string Describe(string code) => Purposes.TryGetValue(code, out var purpose) ? purpose.Text : $"`{code}`";

    /// <summary>HL7 purposes as their bare code, all others as <c>system|code</c>.</summary>
    internal static string Normalize(string token)
    {
        var bar = token.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? token : Normalize(token[..bar], token[(bar + 1)..]);
    }

    internal static string Normalize(string system, string code) =>
        CodeSystems.Normalize(system) == CodeSystems.ActReason ? code : $"{system}|{code}";

    private readonly record struct Purpose(string? PartOf, string Text);
}
