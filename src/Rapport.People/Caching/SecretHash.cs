using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Rapport.People;

/// <summary>The SHA-256 of a secret: what memory holds in its place.</summary>
internal readonly record struct SecretHash(UInt128 High, UInt128 Low)
{
    internal static SecretHash Of(ReadOnlySpan<char> secret)
    {
        var size = Encoding.UTF8.GetMaxByteCount(secret.Length);
        var utf8 = size <= 512 ? stackalloc byte[size] : new byte[size];
        utf8 = utf8[..Encoding.UTF8.GetBytes(secret, utf8)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8, hash);
        CryptographicOperations.ZeroMemory(utf8);
        return new SecretHash(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }

    // Any part of a hash is as good as another.
    public override int GetHashCode() => (int)(uint)Low;
}
