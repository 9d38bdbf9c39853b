using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Rapport.Data;

/// <summary>Sorts database errors by what a caller can do about them: by code (SQLite result codes, SQLSTATE), never by text.</summary>
internal static class StorageErrors
{
    /// <summary>The failure behind an exception, or null for what is not the database's doing.</summary>
    internal static StorageFailure? Classify(Exception error) => error switch
    {
        SqliteException e => Classify(e),
        PostgresException e => Classify(e),
        NpgsqlException => StorageFailure.Unavailable,
        SocketException => StorageFailure.Unavailable,
        TimeoutException => StorageFailure.Unavailable,
        _ => null,
    };

    /// <summary>Whether an error at commit still tells for certain that nothing was written.</summary>
    internal static bool IsCertain(Exception error) => error switch
    {
        // SQLITE_BUSY, SQLITE_FULL: refused before the commit record. An I/O error may come from syncing what is already written.
        SqliteException e => e.SqliteErrorCode is 5 or 6 or 13,

        // The server refused the commit and rolled back: serialisation and deadlock (40001, 40P01), a broken constraint (23), no space or memory (53).
        PostgresException e => e.SqlState is "40001" or "40P01" || e.SqlState[..2] is "23" or "53",
        _ => false,
    };

    private static StorageFailure? Classify(SqliteException e) => e.SqliteErrorCode switch
    {
        13 => StorageFailure.Full,
        11 or 26 => StorageFailure.Broken,
        5 or 6 or 10 or 14 or 8 => StorageFailure.Unavailable,
        _ => null,
    };

    private static StorageFailure? Classify(PostgresException e) => e.SqlState switch
    {
        "53100" => StorageFailure.Full,
        // 55000: the database accepts no connections at the moment.
        "40001" or "40P01" or "55P03" or "55000" => StorageFailure.Unavailable,
        _ => e.SqlState[..2] switch
        {
            "08" or "53" or "57" => StorageFailure.Unavailable,
            "XX" or "58" => StorageFailure.Broken,
            "28" or "3D" => StorageFailure.Refused,
            _ => null,
        },
    };
}
