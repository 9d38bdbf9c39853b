using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Rapport.People;

/// <summary>
/// Time-based one-time passwords as authenticator apps make them: RFC 6238 with HMAC-SHA-1, 6 digits, steps of 30 seconds. Written here because
/// ASP.NET Core Identity does not tell which step a code was of, so it would accept the same code again.
/// </summary>
internal static class Totp
{
    internal const int SecretLength = 20;
    internal const int Digits = 6;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The step of an instant.</summary>
    internal static long StepOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / 30;

    /// <summary>The code of a step.</summary>
    internal static string Code(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // what authenticator apps speak; HMAC does not need a hash without collisions
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash[(hash[^1] & 0xF)..]) & 0x7FFF_FFFF;
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The step after <paramref name="last"/> of which this is the code: now, one before, or one after, for clocks that are a little off. Null for none. Takes as long
    /// for a wrong code as for a right one.
    /// </summary>
    internal static long? Match(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long last)
    {
        long? found = null;
        var current = StepOf(now);
        for (var step = current - 1; step <= current + 1; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(Code(secret, step)), System.Text.Encoding.UTF8.GetBytes(code)) && step > last)
            {
                found = step;
            }
        }

        return found;
    }

    /// <summary>A secret as people type it into an app: base 32 (RFC 4648) in groups of four.</summary>
    internal static string ToText(ReadOnlySpan<byte> secret)
    {
        var text = new System.Text.StringBuilder();
        var (buffer, bits) = (0, 0);
        foreach (var b in secret)
        {
            (buffer, bits) = ((buffer << 8) | b, bits + 8);
            while (bits >= 5)
            {
                bits -= 5;
                text.Append(Alphabet[(buffer >> bits) & 31]);
            }
        }

        return string.Join(' ', text.ToString().Chunk(4).Select(static c => new string(c)));
    }
}
