using System.Collections.Frozen;
using Rapport.Consent.Vocabulary;

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

    /// <summary>What somebody asks for who acts for the patient.</summary>
    public const string ActingForPatient = "PWATRNY";

    private const string Any = "PurposeOfUse";

    private static readonly FrozenDictionary<string, Purpose> Purposes = new Dictionary<string, Purpose>
    {
        [Any] = new(null, static () => PurposeText.AnyPurpose),
        ["HMARKT"] = new(Any, static () => PurposeText.HMARKT),
        ["HOPERAT"] = new(Any, static () => PurposeText.HOPERAT),
        ["CAREMGT"] = new("HOPERAT", static () => PurposeText.CAREMGT),
        ["DONAT"] = new("HOPERAT", static () => PurposeText.DONAT),
        ["FRAUD"] = new("HOPERAT", static () => PurposeText.FRAUD),
        ["GOV"] = new("HOPERAT", static () => PurposeText.GOV),
        ["HACCRED"] = new("HOPERAT", static () => PurposeText.HACCRED),
        ["HCOMPL"] = new("HOPERAT", static () => PurposeText.HCOMPL),
        ["HDECD"] = new("HOPERAT", static () => PurposeText.HDECD),
        ["HDIRECT"] = new("HOPERAT", static () => PurposeText.HDIRECT),
        ["HDM"] = new("HOPERAT", static () => PurposeText.HDM),
        ["HLEGAL"] = new("HOPERAT", static () => PurposeText.HLEGAL),
        ["HOUTCOMS"] = new("HOPERAT", static () => PurposeText.HOUTCOMS),
        ["HPRGRP"] = new("HOPERAT", static () => PurposeText.HPRGRP),
        ["HQUALIMP"] = new("HOPERAT", static () => PurposeText.HQUALIMP),
        ["HSYSADMIN"] = new("HOPERAT", static () => PurposeText.HSYSADMIN),
        ["LABELING"] = new("HSYSADMIN", static () => PurposeText.LABELING),
        ["METAMGT"] = new("HSYSADMIN", static () => PurposeText.METAMGT),
        ["MEMADMIN"] = new("HOPERAT", static () => PurposeText.MEMADMIN),
        ["MILCDM"] = new("HOPERAT", static () => PurposeText.MILCDM),
        ["PATADMIN"] = new("HOPERAT", static () => PurposeText.PATADMIN),
        ["PATSFTY"] = new("HOPERAT", static () => PurposeText.PATSFTY),
        ["PERFMSR"] = new("HOPERAT", static () => PurposeText.PERFMSR),
        ["RECORDMGT"] = new("HOPERAT", static () => PurposeText.RECORDMGT),
        ["SYSDEV"] = new("HOPERAT", static () => PurposeText.SYSDEV),
        ["HTEST"] = new("SYSDEV", static () => PurposeText.HTEST),
        ["TRAIN"] = new("HOPERAT", static () => PurposeText.TRAIN),
        ["HPAYMT"] = new(Any, static () => PurposeText.HPAYMT),
        ["CLMATTCH"] = new("HPAYMT", static () => PurposeText.CLMATTCH),
        ["COVAUTH"] = new("HPAYMT", static () => PurposeText.COVAUTH),
        ["COVERAGE"] = new("HPAYMT", static () => PurposeText.COVERAGE),
        ["ELIGDTRM"] = new("COVERAGE", static () => PurposeText.ELIGDTRM),
        ["ELIGVER"] = new("COVERAGE", static () => PurposeText.ELIGVER),
        ["ENROLLM"] = new("COVERAGE", static () => PurposeText.ENROLLM),
        ["MILDCRG"] = new("COVERAGE", static () => PurposeText.MILDCRG),
        ["REMITADV"] = new("HPAYMT", static () => PurposeText.REMITADV),
        ["HRESCH"] = new(Any, static () => PurposeText.HRESCH),
        ["BIORCH"] = new("HRESCH", static () => PurposeText.BIORCH),
        ["CLINTRCH"] = new("HRESCH", static () => PurposeText.CLINTRCH),
        ["CLINTRCHNPC"] = new("CLINTRCH", static () => PurposeText.CLINTRCHNPC),
        ["CLINTRCHPC"] = new("CLINTRCH", static () => PurposeText.CLINTRCHPC),
        ["PRECLINTRCH"] = new("CLINTRCH", static () => PurposeText.PRECLINTRCH),
        ["DSRCH"] = new("HRESCH", static () => PurposeText.DSRCH),
        ["POARCH"] = new("HRESCH", static () => PurposeText.POARCH),
        ["TRANSRCH"] = new("HRESCH", static () => PurposeText.TRANSRCH),
        ["PATRQT"] = new(Any, static () => PurposeText.PATRQT),
        ["FAMRQT"] = new("PATRQT", static () => PurposeText.FAMRQT),
        ["PWATRNY"] = new("PATRQT", static () => PurposeText.PWATRNY),
        ["SUPNWK"] = new("PATRQT", static () => PurposeText.SUPNWK),
        ["PUBHLTH"] = new(Any, static () => PurposeText.PUBHLTH),
        ["DISASTER"] = new("PUBHLTH", static () => PurposeText.DISASTER),
        ["THREAT"] = new("PUBHLTH", static () => PurposeText.THREAT),
        ["TREAT"] = new(Any, static () => PurposeText.TREAT),
        ["CLINTRL"] = new("TREAT", static () => PurposeText.CLINTRL),
        ["COC"] = new("TREAT", static () => PurposeText.COC),
        ["ETREAT"] = new("TREAT", static () => PurposeText.ETREAT),
        ["BTG"] = new("ETREAT", static () => PurposeText.BTG),
        ["ERTREAT"] = new("ETREAT", static () => PurposeText.ERTREAT),
        ["POPHLTH"] = new("TREAT", static () => PurposeText.POPHLTH),
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
    public static string Describe(string code) => Purposes.TryGetValue(code, out var purpose) ? purpose.Text() : $"`{code}`";

    /// <summary>HL7 purposes as their bare code, all others as <c>system|code</c>.</summary>
    internal static string Normalize(string token)
    {
        var bar = token.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? token : Normalize(token[..bar], token[(bar + 1)..]);
    }

    internal static string Normalize(string system, string code) =>
        CodeSystems.Normalize(system) == CodeSystems.ActReason ? code : $"{system}|{code}";

    private readonly record struct Purpose(string? PartOf, Func<string> Text);
}
