using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Rapport.Records;

namespace Rapport.Server.LinksGiven;

/// <summary>
/// What our own pages give whoever opened a link, so that they can save its documents and send something back for an hour: sealed, so that neither the link's address nor anything of it stands in an address or a page.
/// Thread safe.
/// </summary>
internal sealed class LinkPasses(IDataProtectionProvider protection)
{
    private const char Between = '/';

    /// <summary>A pass.</summary>
    /// <param name="secret">The secret part of the link's address.</param>
    /// <param name="token">What the opening gave for it.</param>
    public string Seal(string secret, string token) => WebEncoders.Base64UrlEncode(Protector.Protect(Encoding.ASCII.GetBytes($"{secret}{Between}{token}"), GivenLinks.FilesLast));

    /// <summary>The two parts of a pass; null when it is none, or too old.</summary>
    public (string Secret, string Token)? Open(string? pass)
    {
        try
        {
            return string.IsNullOrEmpty(pass) ? null
                : Encoding.ASCII.GetString(Protector.Unprotect(WebEncoders.Base64UrlDecode(pass))).Split(Between) is [var secret, var token] ? (secret, token)
                : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private ITimeLimitedDataProtector Protector => protection.CreateProtector("link-pass").ToTimeLimitedDataProtector();
}
