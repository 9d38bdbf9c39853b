using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rapport.Server.Tests.Hosting;

/// <summary>What an authenticator app shows: RFC 6238 once more, in its own words.</summary>
internal static class AuthenticatorApp
{
    public static string CodeOf(string secret, DateTimeOffset now)
    {
        var bits = string.Concat(secret.Where(char.IsAsciiLetterOrDigit).Select(static c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        byte[] key = [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
        var counter = BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(now.ToUnixTimeSeconds() / 30));
#pragma warning disable CA5350 // the standard's hash
        var hash = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        var at = hash[19] & 15;
        var number = ((hash[at] & 0x7F) << 24) | (hash[at + 1] << 16) | (hash[at + 2] << 8) | hash[at + 3];
        return (number % 1_000_000).ToString("D6");
    }
}
