using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Rapport.Data;

namespace Rapport.Server.SignIn;

/// <summary>
/// Somebody whose password was right and who is to give a code yet. The form carries it, sealed: the server keeps nothing of people who are halfway in.
/// </summary>
internal sealed class HalfwayIn(IDataProtectionProvider protection, TimeProvider clock)
{
    private static readonly TimeSpan For = TimeSpan.FromMinutes(5);
    private readonly IDataProtector _protector = protection.CreateProtector("halfway-in");

    /// <summary>What the form carries: for five minutes from the password on, however many codes are tried, and for this very password.</summary>
    public string Seal(PersonId person, long passwordVersion) => _protector.Protect($"{person} {passwordVersion} {(clock.GetUtcNow() + For).ToUnixTimeMilliseconds()}");

    /// <summary>Who it is, and with which of their passwords; null when that took too long or is not ours.</summary>
    public (PersonId Person, long PasswordVersion)? Open(string text)
    {
        try
        {
            var parts = text.Length > 1024 ? [] : _protector.Unprotect(text).Split(' ');
            return parts.Length == 3 && PersonId.TryParse(parts[0], out var person) && long.Parse(parts[2]) > clock.GetUtcNow().ToUnixTimeMilliseconds()
                ? (person, long.Parse(parts[1]))
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
