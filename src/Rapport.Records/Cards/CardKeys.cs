using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>A key that this installation signs SMART Health Cards with, or has signed with: its public half.</summary>
/// <param name="Kid">Its name: the thumbprint of RFC 7638.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="Point">The point of the curve P-256 that it is.</param>
/// <param name="Signs">Whether new cards are signed with it; the private half of the others is gone.</param>
public sealed record CardKey(string Kid, DateTimeOffset MadeAt, ECPoint Point, bool Signs);

/// <summary>
/// The keys that cards are signed with (ECDSA over P-256), the same on all nodes. Private halves are sealed under the master key. Thread safe.
/// </summary>
public sealed class CardKeys
{
    private const int CoordinateLength = 32;

    private readonly Database _database;
    private readonly Sealer _sealer;
    private readonly TimeProvider _clock;

    internal CardKeys(Database database, Keyring keyring, TimeProvider clock) => (_database, _sealer, _clock) = (database, keyring.Installation, clock);

    /// <summary>All that cards can be checked with, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<CardKey>> ListAsync(CancellationToken cancel)
    {
        var rows = await _database.ReadAsync(
            c => c.QueryAsync<(string Kid, long MadeAt, byte[] PublicKey, long Signs)>(
                "SELECT kid, made_at, public_key, CAST(CASE WHEN private_key IS NULL THEN 0 ELSE 1 END AS BIGINT) FROM card_key ORDER BY made_at DESC, kid"), cancel);
        return [.. rows.Select(row => new CardKey(row.Kid, DateTimeOffset.FromUnixTimeMilliseconds(row.MadeAt), PointOf(row.PublicKey), row.Signs == 1))];
    }

    /// <summary>The numbers of the cards signed with a key that were taken back, in no order that tells anything.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<string>> RevokedAsync(string kid, CancellationToken cancel) =>
        (await _database.ReadAsync(c => c.QueryAsync<string>("SELECT rid FROM revoked_card WHERE kid = @kid ORDER BY rid", new { kid }), cancel)).AsList();

    /// <summary>Makes a key that signs from now on. The private half of the one before is destroyed; what it signed can be checked as before.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<CardKey> RenewAsync(CancellationToken cancel)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pkcs8 = key.ExportPkcs8PrivateKey();
        try
        {
            var point = key.ExportParameters(includePrivateParameters: false).Q;
            var kid = ThumbprintOf(point);
            var now = _clock.GetUtcNow();
            await _database.WriteAsync(
                async t =>
                {
                    await t.Connection!.ExecuteAsync("UPDATE card_key SET private_key = NULL", transaction: t);
                    return await t.Connection!.ExecuteAsync(
                        "INSERT INTO card_key (kid, made_at, public_key, private_key) VALUES (@kid, @madeAt, @publicKey, @privateKey)",
                        new { kid, madeAt = now.ToUnixTimeMilliseconds(), publicKey = (byte[])[.. point.X!, .. point.Y!], privateKey = _sealer.Seal(PlaceOf(kid), pkcs8) },
                        t);
                },
                cancel);
            return new CardKey(kid, DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()), point, Signs: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>Takes a key away altogether, because somebody else may have it: nobody accepts any more what was signed with it. False when there is none of this name.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> RemoveAsync(string kid, CancellationToken cancel) =>
        await _database.WriteAsync(t => t.Connection!.ExecuteAsync("DELETE FROM card_key WHERE kid = @kid", new { kid }, t), cancel) == 1;

    /// <summary>The key that signs, which is made when there is none. Dispose it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="SealBrokenException">What is stored of it was changed or moved.</exception>
    internal async Task<SigningCardKey> OpenAsync(CancellationToken cancel)
    {
        while (true)
        {
            var found = await _database.ReadAsync(
                c => c.QueryFirstOrDefaultAsync<(string Kid, byte[] PrivateKey)?>("SELECT kid, private_key FROM card_key WHERE private_key IS NOT NULL ORDER BY made_at DESC, kid"), cancel);
            if (found is var (kid, sealedKey))
            {
                var pkcs8 = _sealer.Open(PlaceOf(kid), sealedKey);
                try
                {
                    var key = ECDsa.Create();
                    key.ImportPkcs8PrivateKey(pkcs8, out _);
                    return new SigningCardKey(kid, key);
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(pkcs8);
                }
            }

            await RenewAsync(cancel);
        }
    }

    /// <summary>The digest that is the name, as far as a place holds it.</summary>
    private static Place PlaceOf(string kid) => new("card_key", BinaryPrimitives.ReadUInt128BigEndian(Base64Url.DecodeFromChars(kid)), 0);

    private static ECPoint PointOf(byte[] bytes) => new() { X = bytes[..CoordinateLength], Y = bytes[CoordinateLength..] };

    private static string ThumbprintOf(ECPoint point) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(
        $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""")));
}

/// <summary>A key that signs cards at this moment.</summary>
internal sealed class SigningCardKey(string kid, ECDsa key) : IDisposable
{
    internal string Kid => kid;

    /// <summary>64 bytes, as RFC 7518 has them.</summary>
    internal byte[] Sign(ReadOnlySpan<byte> text) => key.SignData(text, HashAlgorithmName.SHA256);

    public void Dispose() => key.Dispose();
}
