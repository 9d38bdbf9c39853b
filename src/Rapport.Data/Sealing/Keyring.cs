using System.Security.Cryptography;
using System.Text;

namespace Rapport.Data;

/// <summary>
/// What the modules may do with the master key: wrap the data keys of patients and people, seal what belongs to the installation itself,
/// and turn what must be looked up (sign-in names, tokens) into keyed hashes. Thread safe.
/// </summary>
public sealed class Keyring : IDisposable
{
    private readonly Sealer _wrap;
    private readonly byte[] _lookup;

    /// <param name="master">The installation's key.</param>
    public Keyring(MasterKey master)
    {
        _wrap = new Sealer(master.Derive("wrap"));
        _lookup = master.Derive("lookup");
        Installation = new Sealer(master.Derive("installation"));
        CheckValue = HMACSHA256.HashData(master.Derive("check"), "rapport key check"u8);
    }

    /// <summary>Seals what belongs to the installation: its signing key, the keys of its cookies.</summary>
    public Sealer Installation { get; }

    /// <summary>Tells whether a database belongs to this key, without telling anything about the key.</summary>
    internal byte[] CheckValue { get; }

    /// <summary>A new random data key, wrapped for its place; what is stored is only the wrapped form.</summary>
    public (Sealer Sealer, byte[] Wrapped) NewDataKey(in Place place)
    {
        Span<byte> key = stackalloc byte[32];
        RandomNumberGenerator.Fill(key);
        var wrapped = _wrap.Seal(place, key);
        var sealer = new Sealer(key);
        CryptographicOperations.ZeroMemory(key);
        return (sealer, wrapped);
    }

    /// <summary>The sealer of a wrapped data key.</summary>
    /// <exception cref="SealBrokenException">The wrapped key was changed, moved, or wrapped by another master key.</exception>
    public Sealer OpenDataKey(in Place place, ReadOnlySpan<byte> wrapped)
    {
        Span<byte> key = stackalloc byte[32];
        if (wrapped.Length != key.Length + Sealer.Overhead)
        {
            throw new SealBrokenException(place);
        }

        _wrap.Open(place, wrapped, key);
        var sealer = new Sealer(key);
        CryptographicOperations.ZeroMemory(key);
        return sealer;
    }

    /// <summary>
    /// The 32-byte keyed hash (HMAC-SHA256) by which a secret or a name is found again. <paramref name="kind"/> keeps the hashes of
    /// different kinds of value apart.
    /// </summary>
    public byte[] LookupHash(string kind, string value)
    {
        var length = Encoding.UTF8.GetByteCount(kind) + 1 + Encoding.UTF8.GetByteCount(value);
        var buffer = length <= 512 ? stackalloc byte[length] : new byte[length];
        var split = Encoding.UTF8.GetBytes(kind, buffer);
        buffer[split] = 0;
        Encoding.UTF8.GetBytes(value, buffer[(split + 1)..]);
        return HMACSHA256.HashData(_lookup, buffer);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _wrap.Dispose();
        Installation.Dispose();
    }
}
