using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Rapport.Server.LinksGiven;

/// <summary>
/// Encrypts the files of links: JSON Web Encryption (RFC 7516) in its compact form, with <c>dir</c> and <c>A256GCM</c> (RFC 7518), packed (<c>DEF</c>, RFC 1951) where that makes them shorter. Each has a nonce
/// of its own.
/// </summary>
internal static class LinkSealing
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>The sealed file: five parts with dots between.</summary>
    /// <param name="key">The link's 32 bytes.</param>
    /// <param name="contentType">What the file is; ASCII.</param>
    /// <param name="file">In clear.</param>
    public static string Seal(byte[] key, string contentType, ReadOnlySpan<byte> file)
    {
        var packed = Pack(file);
        var isPacked = packed.Length < file.Length;
        var head = Base64Url.EncodeToString(Encoding.ASCII.GetBytes($$"""{"alg":"dir","enc":"A256GCM","cty":"{{contentType}}"{{(isPacked ? ",\"zip\":\"DEF\"" : "")}}}"""));
        var plain = isPacked ? packed : file;
        Span<byte> nonce = stackalloc byte[NonceLength];
        Span<byte> tag = stackalloc byte[TagLength];
        RandomNumberGenerator.Fill(nonce);
        var bytes = new byte[plain.Length];
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, bytes, tag, Encoding.ASCII.GetBytes(head));
        return $"{head}..{Base64Url.EncodeToString(nonce)}.{Base64Url.EncodeToString(bytes)}.{Base64Url.EncodeToString(tag)}";
    }

    private static ReadOnlySpan<byte> Pack(ReadOnlySpan<byte> file)
    {
        using var memory = new MemoryStream();
        using (var packing = new DeflateStream(memory, CompressionLevel.Optimal, leaveOpen: true))
        {
            packing.Write(file);
        }

        return memory.GetBuffer().AsSpan(0, (int)memory.Length);
    }
}
