using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rapport.Server.Notices.Push;

/// <summary>Encrypts what is sent by push so that nobody but the browser reads it: RFC 8291, in one record of <c>aes128gcm</c> (RFC 8188). Pure.</summary>
internal static class PushCipher
{
    /// <summary>Bytes of a browser's key, and of what it shares.</summary>
    public const int KeyLength = 65, SecretLength = 16;

    private const int SaltLength = 16, TagLength = 16, RecordSize = 4096;

    /// <summary>Whether these are what a browser gives: a point of P-256, and 16 bytes.</summary>
    public static bool IsKey(ReadOnlySpan<byte> key, ReadOnlySpan<byte> secret)
    {
        if (key.Length != KeyLength || key[0] != 4 || secret.Length != SecretLength)
        {
            return false;
        }

        try
        {
            using var point = ECDiffieHellman.Create(ParametersOf(key));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Encrypts for a browser.</summary>
    /// <param name="plain">What it is to read.</param>
    /// <param name="length">To how many bytes it is filled up, so that its length tells nothing; at most 3993.</param>
    /// <param name="key">The browser's public key.</param>
    /// <param name="secret">What the browser shares.</param>
    public static byte[] Encrypt(ReadOnlySpan<byte> plain, int length, ReadOnlySpan<byte> key, ReadOnlySpan<byte> secret)
    {
        using var once = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Encrypt(plain, length, key, secret, once, RandomNumberGenerator.GetBytes(SaltLength));
    }

    /// <summary>The same with a key and a salt that are known: they MUST be used once.</summary>
    internal static byte[] Encrypt(ReadOnlySpan<byte> plain, int length, ReadOnlySpan<byte> key, ReadOnlySpan<byte> secret, ECDiffieHellman once, ReadOnlySpan<byte> salt)
    {
        using var browser = ECDiffieHellman.Create(ParametersOf(key));
        var own = PointOf(once.ExportParameters(false));
        Span<byte> info = [.. "WebPush: info\0"u8, .. key, .. own];
        var shared = once.DeriveRawSecretAgreement(browser.PublicKey);
        var material = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, secret.ToArray(), info.ToArray());
        var content = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 16, salt.ToArray(), "Content-Encoding: aes128gcm\0"u8.ToArray());
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 12, salt.ToArray(), "Content-Encoding: nonce\0"u8.ToArray());

        // A 2 ends what is said, of the last record; zeros fill it up.
        var padded = new byte[Math.Max(plain.Length, length) + 1];
        plain.CopyTo(padded);
        padded[plain.Length] = 2;
        var message = new byte[SaltLength + 4 + 1 + own.Length + padded.Length + TagLength];
        salt.CopyTo(message);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(SaltLength), RecordSize);
        message[SaltLength + 4] = (byte)own.Length;
        own.CopyTo(message, SaltLength + 5);
        var body = message.AsSpan(SaltLength + 5 + own.Length);
        using var aes = new AesGcm(content, TagLength);
        aes.Encrypt(nonce, padded, body[..padded.Length], body[padded.Length..]);
        CryptographicOperations.ZeroMemory(shared);
        return message;
    }

    /// <summary>A point as it is written: 4, then both coordinates.</summary>
    public static byte[] PointOf(ECParameters parameters) => [4, .. parameters.Q.X!, .. parameters.Q.Y!];

    private static ECParameters ParametersOf(ReadOnlySpan<byte> point) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = point[1..33].ToArray(), Y = point[33..].ToArray() },
    };
}
