using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Rapport.Data;
using Rapport.Server.Notices.Mail;

namespace Rapport.Server.Notices.Push;

/// <summary>The key by which push services know this installation (VAPID, RFC 8292): a browser lets whoever has it send, and nobody else. Made once, by whichever node needs it first. Thread safe.</summary>
internal sealed class PushKey(Database database, Keyring keyring, TimeProvider clock, MailSettings mail) : IDisposable
{
    /// <summary>How long what is signed holds: RFC 8292 allows a day.</summary>
    private static readonly TimeSpan Lasts = TimeSpan.FromHours(12);

    private static readonly Place Place = new("push-key", 0, 1);

    private readonly SemaphoreSlim _one = new(1, 1);
    private ECDsa? _key;

    /// <inheritdoc/>
    public void Dispose()
    {
        _one.Dispose();
        _key?.Dispose();
    }

    /// <summary>The public half as browsers want it: a point of P-256, 65 bytes, in base64url.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<string> PublicAsync(CancellationToken cancel) => Base64Url.EncodeToString(PushCipher.PointOf((await KeyAsync(cancel)).ExportParameters(false)));

    /// <summary>What a push service is shown so that it takes something: who sends, for that service alone, and not for long. Nothing of for whom or why is in it.</summary>
    /// <param name="address">Where it is sent.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<string> SignAsync(Uri address, CancellationToken cancel)
    {
        var key = await KeyAsync(cancel);
        var claims = new JsonObject { ["aud"] = address.GetLeftPart(UriPartial.Authority), ["exp"] = (clock.GetUtcNow() + Lasts).ToUnixTimeSeconds() };
        if (mail.Contact is { } contact)
        {
            claims["sub"] = contact;
        }

        var text = Encode("""{"typ":"JWT","alg":"ES256"}""") + "." + Encode(claims.ToJsonString());
        byte[] signature;
        lock (key)
        {
            signature = key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        return $"vapid t={text}.{Base64Url.EncodeToString(signature)}, k={await PublicAsync(cancel)}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private async Task<ECDsa> KeyAsync(CancellationToken cancel)
    {
        if (Volatile.Read(ref _key) is { } known)
        {
            return known;
        }

        await _one.WaitAsync(cancel);
        try
        {
            return _key ??= await OpenAsync(cancel);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<ECDsa> OpenAsync(CancellationToken cancel)
    {
        var stored = await ReadAsync(cancel);
        if (stored is null)
        {
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var value = keyring.Installation.Seal(Place, made.ExportPkcs8PrivateKey());
            await database.WriteAsync(t => t.Connection!.ExecuteAsync("INSERT INTO push_key (id, sealed) VALUES (1, @value) ON CONFLICT (id) DO NOTHING", new { value }, t), cancel);

            // Another node may have been first.
            stored = await ReadAsync(cancel);
        }

        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(keyring.Installation.Open(Place, stored!), out _);
        return key;
    }

    private Task<byte[]?> ReadAsync(CancellationToken cancel) => database.ReadAsync(c => c.QuerySingleOrDefaultAsync<byte[]>("SELECT sealed FROM push_key WHERE id = 1"), cancel);
}
