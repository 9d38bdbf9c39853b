using System.Collections.Frozen;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api;

/// <summary>
/// What the caller wants the record for: a code of HL7's value set PurposeOfUse, in the header <c>X-Purpose-Of-Use</c>. It decides which
/// consents count, and is recorded.
/// </summary>
internal static class PurposeOfUse
{
    public const string Header = "X-Purpose-Of-Use";

    private const string System = "http://terminology.hl7.org/CodeSystem/v3-ActReason|";

    /// <summary>The codes of <c>http://terminology.hl7.org/ValueSet/v3-PurposeOfUse</c>.</summary>
    private static readonly FrozenSet<string> Codes = new[]
    {
        "PurposeOfUse", "HMARKT", "HOPERAT", "CAREMGT", "DONAT", "FRAUD", "GOV", "HACCRED", "HCOMPL", "HDECD", "HDIRECT", "HDM", "HLEGAL", "HOUTCOMS",
        "HPRGRP", "HQUALIMP", "HSYSADMIN", "LABELING", "METAMGT", "MEMADMIN", "MILCDM", "PATADMIN", "PATSFTY", "PERFMSR", "RECORDMGT", "SYSDEV",
        "HTEST", "TRAIN", "HPAYMT", "CLMATTCH", "COVAUTH", "COVERAGE", "ELIGDTRM", "ELIGVER", "ENROLLM", "MILDCRG", "REMITADV", "HRESCH", "BIORCH",
        "CLINTRCH", "CLINTRCHNPC", "CLINTRCHPC", "PRECLINTRCH", "DSRCH", "POARCH", "TRANSRCH", "PATRQT", "FAMRQT", "PWATRNY", "SUPNWK", "PUBHLTH",
        "DISASTER", "THREAT", "TREAT", "CLINTRL", "COC", "ETREAT", "BTG", "ERTREAT", "POPHLTH",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The purpose of a request: what its header says, else what is usual for the person. False with the failure when the header says nothing known.</summary>
    public static bool TryRead(HttpContext context, out string purpose, out Failure failure)
    {
        failure = default;
        var header = context.Request.Headers[Header];
        if (header.Count == 0)
        {
            purpose = context.GetPerson().DefaultPurpose;
            return true;
        }

        var text = header.ToString().Trim();
        text = text.StartsWith(System, StringComparison.Ordinal) ? text[System.Length..] : text;
        if (Codes.TryGetValue(text, out var known))
        {
            purpose = known;
            return true;
        }

        purpose = "";
        failure = new(StatusCodes.Status400BadRequest, "code-invalid", $"`{Failure.Short(text)}` is no purpose of use: give one code of HL7, such as `TREAT` or `FAMRQT`, in `{Header}`");
        return false;
    }
}
