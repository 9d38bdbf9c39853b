using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Rapport.Data;

namespace Rapport.Server.Pages;

/// <summary>
/// How a form names something of a record by its number there: sealed for one person alone, and of one length. The number itself would tell how much else there is. Thread safe.
/// </summary>
/// <param name="protection">What seals.</param>
/// <param name="kind">What is numbered.</param>
internal abstract class NumberMarks(IDataProtectionProvider protection, string kind)
{
    /// <summary>The longest mark that is looked at.</summary>
    private const int MostLetters = 400;

    /// <summary>The mark of a number.</summary>
    public string Seal(PersonId person, PatientId patient, long number) =>
        WebEncoders.Base64UrlEncode(For(person).Protect(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{patient}/{number:D19}"))));

    /// <summary>The number of a mark; null when it is none, or somebody else's.</summary>
    public (PatientId Patient, long Number)? Open(PersonId person, string? mark)
    {
        if (mark is not { Length: > 0 and <= MostLetters })
        {
            return null;
        }

        try
        {
            return Encoding.ASCII.GetString(For(person).Unprotect(WebEncoders.Base64UrlDecode(mark))).Split('/') is [var patient, var number]
                ? (PatientId.Parse(patient), long.Parse(number, CultureInfo.InvariantCulture))
                : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private IDataProtector For(PersonId person) => protection.CreateProtector(kind, person.ToString());
}
