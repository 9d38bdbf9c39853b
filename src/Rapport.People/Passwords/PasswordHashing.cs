using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Rapport.Language;

namespace Rapport.People;

/// <summary>
/// Hashes passwords and checks them (PBKDF2-HMAC-SHA512 as ASP.NET Core Identity stores it). The work is dear on purpose, so only half of the
/// processors may do it at a time: a flood of attempts makes signing in wait, nothing else. Thread safe.
/// </summary>
internal sealed class PasswordHashing : IDisposable
{
    internal const int MinLength = 8;
    internal const int MaxLength = 1024;

    private static readonly object s_nobody = new();
    private readonly PasswordHasher<object> _hasher;
    private readonly SemaphoreSlim _slots = new(Math.Max(1, Environment.ProcessorCount / 2));

    internal PasswordHashing(int iterations) =>
        _hasher = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));

    /// <summary>What is wrong with a new password; null when it will do.</summary>
    /// <param name="password">As typed.</param>
    /// <param name="names">What others know of the person: no password is made of it.</param>
    internal static string? Problem(string password, params ReadOnlySpan<string> names) => password.Length switch
    {
        < MinLength => Say.Fill(PeopleText.PasswordShort, Say.Number(MinLength)),
        > MaxLength => Say.Fill(PeopleText.PasswordLong, Say.Number(MaxLength)),
        _ when PlainText.HasLoneSurrogate(password) => PeopleText.PasswordBroken,
        _ => CommonPasswords.Problem(password, names),
    };

    internal async Task<string> HashAsync(string password, CancellationToken cancel)
    {
        await _slots.WaitAsync(cancel);
        try
        {
            return _hasher.HashPassword(s_nobody, password);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Checks a password against a stored hash; without one it does the same work and fails.</summary>
    internal async Task<PasswordVerificationResult> VerifyAsync(string? hash, string password, CancellationToken cancel)
    {
        // No password was stored with a broken character, and the hasher does not take any.
        password = PlainText.HasLoneSurrogate(password) ? "\uFFFD" : password;
        await _slots.WaitAsync(cancel);
        try
        {
            if (hash is not null)
            {
                return _hasher.VerifyHashedPassword(s_nobody, hash, password);
            }

            // Making a hash takes what checking one takes.
            _hasher.HashPassword(s_nobody, password);
            return PasswordVerificationResult.Failed;
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();
}
