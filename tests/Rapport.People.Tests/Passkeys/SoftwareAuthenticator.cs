using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rapport.People.Tests;

/// <summary>
/// An authenticator with one passkey, as the WebAuthn standard has it: ES256, no attestation. What it says can be bent, to see that it is refused.
/// </summary>
internal sealed class SoftwareAuthenticator : IDisposable
{
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;
    private const byte HasCredential = 0x40;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _credentialId = RandomNumberGenerator.GetBytes(32);
    private string? _userHandle;

    /// <summary>Where the browser is.</summary>
    public string Origin { get; set; } = "https://rapport.example";

    /// <summary>The domain that the passkey belongs to.</summary>
    public string Domain { get; set; } = "rapport.example";

    /// <summary>Whether its person unlocks it.</summary>
    public bool IsVerified { get; set; } = true;

    /// <summary>Whether a page of another origin embeds the one that asks.</summary>
    public bool IsCrossOrigin { get; set; }

    /// <summary>How often it has signed.</summary>
    public uint Counter { get; set; }

    /// <summary>Answers creation options with a new credential.</summary>
    public string Create(string options)
    {
        var asked = JsonNode.Parse(options)!;
        _userHandle = (string)asked["user"]!["id"]!;
        var parameters = _key.ExportParameters(false);
        byte[] publicKey =
        [
            0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. parameters.Q.X!, 0x22, 0x58, 0x20, .. parameters.Q.Y!,
        ];
        byte[] data = [.. Data(HasCredential), .. new byte[16], 0x00, 0x20, .. _credentialId, .. publicKey];
        byte[] attestation = [0xA3, .. Text("fmt"), .. Text("none"), .. Text("attStmt"), 0xA0, .. Text("authData"), 0x59, (byte)(data.Length >> 8), (byte)data.Length, .. data];
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Encode(ClientData("webauthn.create", (string)asked["challenge"]!)),
            ["attestationObject"] = Encode(attestation),
            ["transports"] = new JsonArray("internal"),
        });
    }

    /// <summary>Answers request options with a signature.</summary>
    public string Sign(string options, string? userHandle = null)
    {
        var asked = JsonNode.Parse(options)!;
        byte[] data = Data(0);
        byte[] client = ClientData("webauthn.get", (string)asked["challenge"]!);
        byte[] signature = _key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Encode(client),
            ["authenticatorData"] = Encode(data),
            ["signature"] = Encode(signature),
            ["userHandle"] = userHandle ?? _userHandle,
        });
    }

    public void Dispose() => _key.Dispose();

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private static byte[] Text(string text) => [(byte)(0x60 + text.Length), .. Encoding.ASCII.GetBytes(text)];

    private string Credential(JsonObject response) => new JsonObject
    {
        ["id"] = Encode(_credentialId),
        ["rawId"] = Encode(_credentialId),
        ["type"] = "public-key",
        ["clientExtensionResults"] = new JsonObject(),
        ["authenticatorAttachment"] = "platform",
        ["response"] = response,
    }.ToJsonString();

    private byte[] ClientData(string type, string challenge) =>
        JsonSerializer.SerializeToUtf8Bytes(new { type, challenge, origin = Origin, crossOrigin = IsCrossOrigin });

    private byte[] Data(byte flags)
    {
        var counter = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, Counter);
        return [.. SHA256.HashData(Encoding.ASCII.GetBytes(Domain)), (byte)(flags | UserPresent | (IsVerified ? UserVerified : 0)), .. counter];
    }
}
