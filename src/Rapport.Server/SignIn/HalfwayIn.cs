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

    /// <summary>What the form carries.</summary>
    public string Seal(PersonId person) => _protector.Protect($"{person} {(clock.GetUtcNow() + For).ToUnixTimeMilliseconds()}");

    /// <summary>Who it is; null when that took too long or is not ours.</summary>
    public PersonId? Open(string text)
    {
        try
        {
            var parts = text.Length > 1024 ? [] : _protector.Unprotect(text).Split(' ');
            return parts.Length == 2 && PersonId.TryParse(parts[0], out var person) && long.Parse(parts[1]) > clock.GetUtcNow().ToUnixTimeMilliseconds() ? person : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
