using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace Rapport.Server.Pages.Stories;

/// <summary>How a form names a story: sealed, and different each time, so that no page shows under which key it is kept. Thread safe.</summary>
internal sealed class StoryMarks(IDataProtectionProvider protection)
{
    private const int MostLetters = 400;

    private readonly IDataProtector _protector = protection.CreateProtector("story-mark");

    public string Seal(byte[] key) => WebEncoders.Base64UrlEncode(_protector.Protect(key));

    /// <summary>The key of a mark; null when it is none.</summary>
    public byte[]? Open(string? mark)
    {
        if (mark is not { Length: > 0 and <= MostLetters })
        {
            return null;
        }

        try
        {
            return _protector.Unprotect(WebEncoders.Base64UrlDecode(mark));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
