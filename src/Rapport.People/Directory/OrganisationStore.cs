using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>Reads and writes the rows of organisations. Used within a transaction of the caller. Thread safe.</summary>
internal sealed class OrganisationStore(Keyring keyring)
{
    internal async Task<bool> AddAsync(DbTransaction transaction, OrganisationId id, OrganisationProfile profile)
    {
        var listed = await DirectoryVersion.NextAsync(transaction);
        return await transaction.Connection!.ExecuteAsync(
            "INSERT INTO organisation (organisation_id, profile, listed) VALUES (@id, @profile, @listed)", new { id = id.ToString(), profile = Seal(id, profile), listed }, transaction) > 0;
    }

    /// <summary>What is known of an organisation; null for none.</summary>
    internal async Task<OrganisationProfile?> ReadAsync(DbTransaction transaction, OrganisationId id) =>
        await transaction.Connection!.QuerySingleOrDefaultAsync<byte[]>("SELECT profile FROM organisation WHERE organisation_id = @id", new { id = id.ToString() }, transaction) is { } profile
            ? keyring.Installation.Open(ListingReader.PlaceOf(id), profile, PeopleJson.Default.OrganisationProfile)
            : null;

    /// <summary>Changes what is known of an organisation; false when there is none, or <paramref name="change"/> gives null.</summary>
    internal async Task<bool> ChangeAsync(DbTransaction transaction, OrganisationId id, Func<DbTransaction, OrganisationProfile, Task<OrganisationProfile?>> change)
    {
        // Taken first: whoever changes the same organisation or its people on another node waits for it.
        var listed = await DirectoryVersion.NextAsync(transaction);
        return await ReadAsync(transaction, id) is { } known && await change(transaction, known) is { } changed
            && await transaction.Connection!.ExecuteAsync(
                "UPDATE organisation SET profile = @profile, listed = @listed WHERE organisation_id = @id", new { id = id.ToString(), profile = Seal(id, changed), listed }, transaction) > 0;
    }

    private byte[] Seal(OrganisationId id, OrganisationProfile profile) => keyring.Installation.Seal(ListingReader.PlaceOf(id), profile, PeopleJson.Default.OrganisationProfile);
}
