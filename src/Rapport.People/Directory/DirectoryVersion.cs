using System.Data.Common;
using Dapper;

namespace Rapport.People;

/// <summary>Counts the changes of what is listed in the directory, in the order in which they become visible.</summary>
internal static class DirectoryVersion
{
    /// <summary>Takes the next number, and holds all other changes back until the transaction ends.</summary>
    internal static Task<long> NextAsync(DbTransaction transaction) =>
        transaction.Connection!.ExecuteScalarAsync<long>("UPDATE directory_version SET version = version + 1 WHERE id = 1 RETURNING version", transaction: transaction);

    internal static Task<long> ReadAsync(DbConnection connection) =>
        connection.ExecuteScalarAsync<long>("SELECT version FROM directory_version WHERE id = 1");
}
