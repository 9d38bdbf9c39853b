using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rapport.Ledger;

/// <summary>
/// The public key by which a ledger's signatures are checked: ECDSA on P-256, as a DER SubjectPublicKeyInfo with an uncompressed
/// point. Immutable, thread safe.
/// </summary>
public sealed class LedgerKey
{
    // SubjectPublicKeyInfo of id-ecPublicKey on prime256v1 (RFC 5480) up to and with the mark of an uncompressed point.
    private static ReadOnlySpan<byte> SpkiPrefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03,
        0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    // What the runtime's key objects promise about threads differs by platform.
    private readonly Lock _lock = new();
    private readonly ECDsa _key;
    private readonly byte[] _spki;

    private LedgerKey(ECDsa key, byte[] spki)
    {
        _key = key;
        _spki = spki;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(spki, hash);
        Fingerprint = Convert.ToHexStringLower(hash);
        Id = BinaryPrimitives.ReadUInt32BigEndian(hash);
    }

    /// <summary>The DER SubjectPublicKeyInfo, 91 bytes.</summary>
    public ReadOnlyMemory<byte> Spki => _spki;

    /// <summary>The SHA-256 of <see cref="Spki"/> in 64 lower-case hexadecimal digits: what a person pins and compares.</summary>
    public string Fingerprint { get; }

    /// <summary>The key id in a checkpoint's signature lines: the first four bytes of the fingerprint (C2SP signed-note, type 0x02).</summary>
    public uint Id { get; }

    /// <summary>The public half of <paramref name="key"/>; throws <see cref="ArgumentException"/> when it is not on P-256.</summary>
    public static LedgerKey Of(ECDsa key) => TryParse(key.ExportSubjectPublicKeyInfo())
        ?? throw new ArgumentException("ledgers are signed with keys on P-256", nameof(key));

    /// <summary>Reads a SubjectPublicKeyInfo, or null when the bytes are not exactly that of a P-256 key.</summary>
    public static LedgerKey? TryParse(ReadOnlySpan<byte> spki)
    {
        if (spki.Length != SpkiPrefix.Length + 2 * EcdsaSignature.FieldLength || !spki.StartsWith(SpkiPrefix))
            return null;
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(spki, out _);
            return new LedgerKey(key, spki.ToArray());
        }
        catch (CryptographicException)
        {
            // The point is not on the curve.
            key.Dispose();
            return null;
        }
    }

    /// <summary>Whether this key made this signature (strict DER) over these bytes (hashed with SHA-256).</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> numbers = stackalloc byte[2 * EcdsaSignature.FieldLength];
        if (!EcdsaSignature.TryReadDer(signature, numbers))
            return false;
        lock (_lock)
            return _key.VerifyData(data, numbers, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
