using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Rapport.Data;

namespace Rapport.Server.Pages.Outcomes;

/// <summary>
/// How a form names one of the looks of whoever looked: sealed for them alone, and of one length. The position in a patient's ledger would tell how much happened to the record
/// meanwhile. Thread safe.
/// </summary>
internal sealed class LookMarks(IDataProtectionProvider protection)
{
    /// <summary>The longest mark that is looked at.</summary>
    private const int MostLetters = 400;

    /// <summary>The mark of a look.</summary>
    public string Seal(PersonId looker, PatientId patient, long look) =>
        WebEncoders.Base64UrlEncode(For(looker).Protect(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{patient}/{look:D19}"))));

    /// <summary>The look of a mark; null when it is none, or somebody else's.</summary>
    public (PatientId Patient, long Look)? Open(PersonId looker, string? mark)
    {
        if (mark is not { Length: > 0 and <= MostLetters })
        {
            return null;
        }

        try
        {
            return Encoding.ASCII.GetString(For(looker).Unprotect(WebEncoders.Base64UrlDecode(mark))).Split('/') is [var patient, var look]
                ? (PatientId.Parse(patient), long.Parse(look, CultureInfo.InvariantCulture))
                : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private IDataProtector For(PersonId looker) => protection.CreateProtector("look", looker.ToString());
}
