using System.Security.Cryptography;

namespace Rapport.Data;

/// <summary>
/// Random bytes from the system's generator, fetched by the kilobyte: nonces and salts are short, and asking for each by itself costs more than
/// sealing with it. Every byte is handed out once and wiped. Thread safe: each thread has its own supply.
/// </summary>
public static class RandomBytes
{
    private const int SupplyLength = 1024;

    [ThreadStatic]
    private static byte[]? _supply;

    [ThreadStatic]
    private static int _used;

    /// <summary>Fills <paramref name="target"/> with random bytes.</summary>
    public static void Fill(Span<byte> target)
    {
        if (target.Length > SupplyLength / 4)
        {
            RandomNumberGenerator.Fill(target);
            return;
        }

        _supply ??= NewSupply();
        if (_used + target.Length > SupplyLength)
        {
            RandomNumberGenerator.Fill(_supply);
            _used = 0;
        }

        var taken = _supply.AsSpan(_used, target.Length);
        taken.CopyTo(target);
        CryptographicOperations.ZeroMemory(taken);
        _used += target.Length;
    }

    private static byte[] NewSupply()
    {
        _used = SupplyLength;
        return new byte[SupplyLength];
    }
}
