using System.Security.Cryptography;
using System.Text;

namespace Rapport.Records;

/// <summary>A passcode of a link as it is kept: PBKDF2-HMAC-SHA512, so that guessing is dear even for somebody who has the patient's key.</summary>
/// <param name="Salt">Random, of this passcode alone.</param>
/// <param name="Iterations">How often it is hashed.</param>
/// <param name="Hash">What comes of it; empty for one that nothing matches.</param>
internal sealed record HashedPasscode(byte[] Salt, int Iterations, byte[] Hash)
{
    private const int SaltLength = 16;
    private const int HashLength = 32;

    /// <summary>That there was one, and nothing else of it.</summary>
    internal static HashedPasscode Forgotten { get; } = new([], 0, []);

    internal static HashedPasscode Of(string passcode, int iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return new HashedPasscode(salt, iterations, Derive(passcode, salt, iterations));
    }

    /// <summary>Whether it is this one. How long that takes depends on what is tried, and on nothing of what is kept.</summary>
    internal bool Matches(string passcode)
    {
        // Some are kept as they were typed, from before letters and their accents were put together.
        var composed = ComposedLetters.Of(passcode);
        return Hash.Length == HashLength && (IsOf(composed) | (composed != passcode && IsOf(passcode)));
    }

    private bool IsOf(string passcode) => CryptographicOperations.FixedTimeEquals(Hashed(passcode, Salt, Iterations), Hash);

    private static byte[] Derive(string passcode, byte[] salt, int iterations) => Hashed(ComposedLetters.Of(passcode), salt, iterations);

    private static byte[] Hashed(string passcode, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(passcode), salt, iterations, HashAlgorithmName.SHA512, HashLength);
}
