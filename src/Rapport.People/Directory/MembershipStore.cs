using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>Reads and writes the rows of who works for which organisation, sealed under the key of whose they are. Used within a connection or transaction of the caller. Thread safe.</summary>
internal sealed class MembershipStore(PersonStore people)
{
    /// <summary>Whoever works for an organisation or did.</summary>
    internal async Task<List<PersonId>> ListAsync(DbConnection connection, OrganisationId organisation, DbTransaction? transaction = null)
    {
        var rows = await connection.QueryAsync<MembershipRow>($"{MembershipRow.Select} WHERE organisation = @organisation", new { organisation = HashOf(organisation) }, transaction);
        return [.. rows.Select(row => PersonId.Parse(people.OpenNames(row)[0]))];
    }

    /// <summary>Changes what is stated of somebody who works for an organisation; false when nothing was changed.</summary>
    /// <param name="transaction">Where to.</param>
    /// <param name="organisation">Where they work.</param>
    /// <param name="person">Who.</param>
    /// <param name="change">Null for nothing to change.</param>
    /// <param name="profession">Makes the person a professional with this role; null leaves them what they are.</param>
    /// <param name="require">Asked within the transaction whether it may be; null for nothing.</param>
    internal async Task<bool> ChangeAsync(
        DbTransaction transaction, OrganisationId organisation, PersonId person, Func<MembershipDetails?, MembershipDetails?> change, string? profession, Func<DbTransaction, Task<bool>>? require)
    {
        var connection = transaction.Connection!;
        using var key = await people.ReadKeyAsync(connection, person, transaction);
        if (key is null)
        {
            return false;
        }

        // Taken first: it also makes those wait who change the same membership on another node.
        var listed = await DirectoryVersion.NextAsync(transaction);
        if (require is not null && !await require(transaction))
        {
            return false;
        }

        var row = new KeyedRow(people.MembershipHash(person), HashOf(organisation));
        var known = await connection.QuerySingleOrDefaultAsync<byte[]>(
            "SELECT details FROM membership WHERE person = @First AND organisation = @Second", row, transaction);
        var place = PersonStore.MembershipPlace(organisation);
        if (change(known is null ? null : key.Open(place, known, PeopleJson.Default.MembershipDetails)) is not { } changed)
        {
            return false;
        }

        await connection.ExecuteAsync(
            """
            INSERT INTO membership (person, organisation, names, details) VALUES (@First, @Second, @names, @details)
            ON CONFLICT (person, organisation) DO UPDATE SET details = @details
            """,
            new
            {
                row.First,
                row.Second,
                names = people.Tables.Membership.Seal(row, person.ToString(), organisation.ToString()),
                details = key.Seal(place, changed, PeopleJson.Default.MembershipDetails),
            },
            transaction);
        if (profession is not null)
        {
            await people.ChangeAsync(transaction, person, profile => profile with { IsProfessional = true, Role = profession });
        }

        await connection.ExecuteAsync(
            "UPDATE person SET listed = @listed WHERE person_id = @person AND (listed IS NOT NULL OR @isProfessional)",
            new { person = person.ToString(), listed, isProfessional = profession is not null },
            transaction);
        return true;
    }

    private byte[] HashOf(OrganisationId organisation) => people.Tables.Membership.Hash("organisation", organisation);
}
