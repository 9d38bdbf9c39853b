using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Rapport.Server.Tests.Notices;

/// <summary>A browser as push knows it: it has keys of its own, and reads what is meant for it as RFC 8291 says.</summary>
internal sealed class PushBrowser : IDisposable
{
    private readonly ECDiffieHellman _key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    public byte[] Secret { get; } = RandomNumberGenerator.GetBytes(16);

    public byte[] Key => PointOf(_key.ExportParameters(false));

    public string KeyText => Base64Url.EncodeToString(Key);

    public string SecretText => Base64Url.EncodeToString(Secret);

    public void Dispose() => _key.Dispose();

    /// <summary>Reads a message; fails where it is not for this browser, or was changed.</summary>
    public string Read(byte[] message)
    {
        var (salt, length) = (message[..16], (int)message[20]);
        var sender = message[21..(21 + length)];
        using var other = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = sender[1..33], Y = sender[33..] } });
        var shared = _key.DeriveRawSecretAgreement(other.PublicKey);
        var first = HMACSHA256.HashData(Secret, shared);
        var material = HMACSHA256.HashData(first, (byte[])[.. "WebPush: info\0"u8, .. Key, .. sender, 1]);
        var second = HMACSHA256.HashData(salt, material);
        var content = HMACSHA256.HashData(second, (byte[])[.. "Content-Encoding: aes128gcm\0"u8, 1])[..16];
        var nonce = HMACSHA256.HashData(second, (byte[])[.. "Content-Encoding: nonce\0"u8, 1])[..12];
        var body = message[(21 + length)..];
        var plain = new byte[body.Length - 16];
        using var aes = new AesGcm(content, 16);
        aes.Decrypt(nonce, body.AsSpan(..^16), body.AsSpan(^16..), plain);
        var end = Array.FindLastIndex(plain, static value => value != 0);
        Assert.Equal(2, plain[end]);
        return Encoding.UTF8.GetString(plain.AsSpan(0, end));
    }

    private static byte[] PointOf(ECParameters parameters) => [4, .. parameters.Q.X!, .. parameters.Q.Y!];
}
