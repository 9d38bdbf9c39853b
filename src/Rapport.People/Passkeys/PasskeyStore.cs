using System.Buffers.Binary;
using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Rapport.Data;

namespace Rapport.People;

/// <summary>Where ASP.NET Core Identity finds people and their passkeys. Thread safe.</summary>
internal sealed class PasskeyStore(Database database, Keyring keyring, Accounts accounts) : IUserPasskeyStore<Person>
{
    private const string SelectRows = "SELECT credential_hash, person_id, passkey_id, details FROM passkey";

    /// <summary>The passkeys of a person, oldest first.</summary>
    internal async Task<List<Stored>> ListAsync(PersonId person, CancellationToken cancel)
    {
        var found = await database.ReadAsync(
            async c =>
            {
                using var key = await accounts.Store.ReadKeyAsync(c, person);
                var rows = await c.QueryAsync<Row>($"{SelectRows} WHERE person_id = @person", new { person = person.ToString() });
                return key is null ? [] : rows.Select(row => Open(row, key)).ToList();
            },
            cancel);
        return [.. found.OrderBy(static p => p.Details.CreatedAt)];
    }

    /// <summary>Adds a passkey; false when that credential is here already.</summary>
    internal async Task<bool> AddAsync(DbTransaction transaction, PersonId person, PasskeyId id, string name, UserPasskeyInfo passkey)
    {
        var hash = HashOf(passkey.CredentialId);
        using var key = await accounts.Store.ReadKeyAsync(transaction.Connection!, person, transaction);
        return key is not null && await transaction.Connection!.ExecuteAsync(
            """
            INSERT INTO passkey (credential_hash, person_id, passkey_id, details) VALUES (@hash, @person, @id, @details)
            ON CONFLICT (credential_hash) DO NOTHING
            """,
            new
            {
                hash,
                person = person.ToString(),
                id = id.ToString(),
                details = key.Seal(PlaceOf(person, hash), PasskeyDetails.Of(passkey, name, null), PeopleJson.Default.PasskeyDetails),
            },
            transaction) > 0;
    }

    /// <summary>Changes what is kept of a passkey; false when the person has no such passkey.</summary>
    internal async Task<bool> ChangeAsync(DbTransaction transaction, PersonId person, PasskeyId id, Func<PasskeyDetails, PasskeyDetails> change)
    {
        var connection = transaction.Connection!;
        using var key = await accounts.Store.ReadKeyAsync(connection, person, transaction);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            $"{SelectRows} WHERE person_id = @person AND passkey_id = @id", new { person = person.ToString(), id = id.ToString() }, transaction);
        if (row is null || key is null)
        {
            return false;
        }

        var details = key.Seal(PlaceOf(person, row.CredentialHash), change(Open(row, key).Details), PeopleJson.Default.PasskeyDetails);
        return await connection.ExecuteAsync(
            "UPDATE passkey SET details = @details WHERE credential_hash = @hash", new { details, hash = row.CredentialHash }, transaction) > 0;
    }

    /// <inheritdoc/>
    public async Task<Person?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        var person = await database.ReadAsync(
            c => c.QuerySingleOrDefaultAsync<string>("SELECT person_id FROM passkey WHERE credential_hash = @hash", new { hash = HashOf(credentialId) }), cancellationToken);
        return person is null ? null : await accounts.FindAsync(PersonId.Parse(person), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<UserPasskeyInfo?> FindPasskeyAsync(Person user, byte[] credentialId, CancellationToken cancellationToken) =>
        (await ListAsync(user.Id, cancellationToken)).Find(p => p.Details.CredentialId.AsSpan().SequenceEqual(credentialId))?.Details.ToInfo();

    /// <inheritdoc/>
    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Person user, CancellationToken cancellationToken) =>
        [.. (await ListAsync(user.Id, cancellationToken)).Select(static p => p.Details.ToInfo())];

    /// <inheritdoc/>
    public async Task<Person?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        PersonId.TryParse(userId, out var id) ? await accounts.FindAsync(id, cancellationToken) : null;

    /// <inheritdoc/>
    public Task<Person?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        accounts.FindBySignInNameAsync(normalizedUserName, cancellationToken);

    /// <inheritdoc/>
    public Task<string> GetUserIdAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    /// <inheritdoc/>
    public Task<string?> GetUserNameAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SignInName);

    /// <inheritdoc/>
    public Task<string?> GetNormalizedUserNameAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SignInName);

    // People are added and changed by Accounts, passkeys by Passkeys: what follows is never asked of us.

    /// <inheritdoc/>
    public Task SetUserNameAsync(Person user, string? userName, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task SetNormalizedUserNameAsync(Person user, string? normalizedName, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<IdentityResult> CreateAsync(Person user, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<IdentityResult> UpdateAsync(Person user, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<IdentityResult> DeleteAsync(Person user, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task AddOrUpdatePasskeyAsync(Person user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task RemovePasskeyAsync(Person user, byte[] credentialId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing of its own.
    }

    private static Place PlaceOf(PersonId person, ReadOnlySpan<byte> hash) => Place.Of("passkey", person, BinaryPrimitives.ReadInt64BigEndian(hash));

    private static Stored Open(Row row, Sealer key)
    {
        var person = PersonId.Parse(row.PersonId);
        var details = key.Open(PlaceOf(person, row.CredentialHash), row.Details, PeopleJson.Default.PasskeyDetails);
        return PasskeyId.TryParse(row.PasskeyId, out var id) ? new Stored(id, details) : throw new FormatException("not a passkey id");
    }

    private byte[] HashOf(byte[] credentialId) => keyring.LookupHash("passkey", Convert.ToBase64String(credentialId));

    internal sealed record Stored(PasskeyId Id, PasskeyDetails Details);

    private sealed class Row
    {
        public required byte[] CredentialHash { get; init; }

        public required string PersonId { get; init; }

        public required string PasskeyId { get; init; }

        public required byte[] Details { get; init; }
    }
}

/// <summary>What is kept of a passkey. The attestation is not: nobody checks which make of device a patient uses.</summary>
internal sealed record PasskeyDetails(
    string Name, long CreatedAt, long? LastUsedAt, byte[] CredentialId, byte[] PublicKey, uint SignCount, string[]? Transports, bool IsUserVerified, bool IsBackupEligible, bool IsBackedUp)
{
    internal static PasskeyDetails Of(UserPasskeyInfo info, string name, long? lastUsedAt) => new(
        name, info.CreatedAt.ToUnixTimeMilliseconds(), lastUsedAt, info.CredentialId, info.PublicKey, info.SignCount, info.Transports, info.IsUserVerified, info.IsBackupEligible, info.IsBackedUp);

    internal UserPasskeyInfo ToInfo() => new(
        CredentialId, PublicKey, DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), SignCount, Transports, IsUserVerified, IsBackupEligible, IsBackedUp, [], []) { Name = Name };
}
