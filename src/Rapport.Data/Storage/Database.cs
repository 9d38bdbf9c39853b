using System.Data.Common;
using System.Runtime.CompilerServices;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace Rapport.Data;

/// <summary>Where the two databases differ, a store asks which one it speaks to.</summary>
public enum Dialect
{
    /// <summary>One file, one machine.</summary>
    Sqlite,

    /// <summary>PostgreSQL, or Citus.</summary>
    PostgreSql,
}

/// <summary>
/// The one database: a SQLite file (WAL, <c>synchronous=FULL</c>) or PostgreSQL. A committed transaction is on disk when the call returns.
/// Database errors come out as <see cref="StorageException"/>. Thread safe.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private const int MaxAttempts = 8;

    // SQLite takes one writer at a time. Waiting here is fair; waiting in SQLite is a busy loop that may give up.
    private readonly SemaphoreSlim? _oneWriter;
    private readonly SharedCommits? _together;
    private readonly NpgsqlDataSource? _postgres;
    private readonly string? _sqlite;
    private readonly ConditionalWeakTable<sqlite3, sqlite3> _settled = [];
    private volatile bool _isClosed;

    static Database() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    private Database(string? sqlite, NpgsqlDataSource? postgres)
    {
        _sqlite = sqlite;
        _postgres = postgres;
        _oneWriter = sqlite is null ? null : new SemaphoreSlim(1, 1);
        _together = _oneWriter is null ? null : new SharedCommits(_oneWriter, OpenSqliteConnection);
    }

    /// <summary>Which SQL it speaks where the two differ.</summary>
    public Dialect Dialect => _sqlite is null ? Dialect.PostgreSql : Dialect.Sqlite;

    /// <summary>Opens, or makes, a SQLite file.</summary>
    /// <exception cref="StorageException">The file cannot be opened or is no database.</exception>
    public static Database OpenSqlite(string path)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();
        var database = new Database(text, null);
        Translate(() =>
        {
            using var connection = new SqliteConnection(text);
            connection.Open();
            connection.Execute("PRAGMA journal_mode=WAL;");
        });
        return database;
    }

    /// <summary>Uses a PostgreSQL database. Nothing is opened before the first call.</summary>
    /// <param name="connection">An Npgsql connection string, or a <c>postgresql://</c> URI.</param>
    /// <exception cref="FormatException">The connection string cannot be read.</exception>
    public static Database OpenPostgreSql(string connection)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = PostgresUri.IsUri(connection) ? PostgresUri.Read(connection) : new NpgsqlConnectionStringBuilder(connection);
            if (string.IsNullOrWhiteSpace(builder.Host))
            {
                throw new UriFormatException();
            }
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException or UriFormatException)
        {
            // The text may hold a password: neither it nor the exception that quotes it goes on.
#pragma warning disable MA0054
            throw new FormatException("the database connection cannot be read: give `Host=…;Database=…;Username=…` or `postgresql://user@host/name`");
#pragma warning restore MA0054
        }

        builder.ApplicationName ??= "rapport";
        builder.IncludeErrorDetail = false;

        // A commit is only acknowledged once it is on disk, whatever the server's own default says.
        builder.Options = string.IsNullOrEmpty(builder.Options) ? "-c synchronous_commit=on" : builder.Options + " -c synchronous_commit=on";

        // The same few statements again and again: parsed and planned once for each connection. Behind a pooler that cannot bear that, the connection string says `Max Auto Prepare=0`.
        if (!builder.ShouldSerialize("Max Auto Prepare"))
        {
            builder.MaxAutoPrepare = 200;
        }

        return new Database(null, NpgsqlDataSource.Create(builder));
    }

    /// <summary>Runs reads on a pooled connection.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancel) =>
        TranslateAsync(async () =>
        {
            await using var connection = await OpenAsync(cancel);
            return await work(connection);
        });

    /// <summary>
    /// Runs one transaction and commits it; when the task completes, it is durable. PostgreSQL may ask for the transaction to be run again
    /// (serialisation, deadlock): <paramref name="work"/> must bear being run more than once.
    /// </summary>
    /// <exception cref="StorageException">The database failed. Nothing was written, but for <see cref="StorageFailure.OutcomeUnknown"/>.</exception>
    public async Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TranslateAsync(() => TransactAsync(work, cancel));
            }
            catch (StorageException e) when (attempt < MaxAttempts && e.InnerException is PostgresException { SqlState: "40001" or "40P01" })
            {
                // Lost against another node and rolled back whole; the next attempt sees what that one wrote.
            }
        }
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Func<DbTransaction, Task> work, CancellationToken cancel) => WriteAsync(
        async transaction =>
        {
            await work(transaction);
            return true;
        },
        cancel);

    /// <summary>
    /// Runs one short transaction that many may send at once: on SQLite those that wait for the disk at the same moment share a commit. What it reads, it MUST read by its transaction alone. Otherwise as
    /// <see cref="WriteAsync{T}"/>.
    /// </summary>
    /// <exception cref="StorageException">The database failed. Nothing was written, but for <see cref="StorageFailure.OutcomeUnknown"/>.</exception>
    public Task<T> WriteTogetherAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancel) => WriteTogetherAsync(work, rows: 1, cancel);

    /// <param name="work">What is to be done.</param>
    /// <param name="rows">How many rows it writes, about: whoever writes much shares a commit with fewer, so that nobody else waits long for it.</param>
    /// <param name="cancel">Gives up before it began.</param>
    /// <inheritdoc cref="WriteTogetherAsync{T}(Func{DbTransaction, Task{T}}, CancellationToken)"/>
    public Task<T> WriteTogetherAsync<T>(Func<DbTransaction, Task<T>> work, int rows, CancellationToken cancel) =>
        _together is null ? WriteAsync(work, cancel) : TranslateAsync(() => _together.RunAsync(work, rows, cancel));

    /// <summary>
    /// A connection of its own for a long-lived writer, and the lock it must hold around each transaction (null on PostgreSQL).
    /// </summary>
    public (DbConnection Connection, SemaphoreSlim? OneWriter) OpenWriter() => Translate(() =>
    {
        DbConnection connection = _sqlite is null ? _postgres!.OpenConnection() : OpenSqliteConnection();
        return (connection, _oneWriter);
    });

    /// <summary>Runs synchronous database work with errors translated as everywhere.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static T Translate<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (StorageErrors.Classify(e) is { } failure)
        {
            throw new StorageException(failure, e);
        }
    }

    /// <inheritdoc cref="Translate{T}"/>
    public static void Translate(Action work) => Translate(() =>
    {
        work();
        return true;
    });

    /// <summary>Closes it. Whoever still wants something of it meets an <see cref="ObjectDisposedException"/>: nothing makes the files of a closed database anew.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        _oneWriter?.Dispose();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
        else
        {
            using var connection = new SqliteConnection(_sqlite);
            SqliteConnection.ClearPool(connection);
        }
    }

    private async Task<T> TransactAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancel)
    {
        if (_oneWriter is not null)
        {
            await _oneWriter.WaitAsync(cancel);
        }

        try
        {
            await using var connection = await OpenAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var result = await work(transaction);
            await CommitAsync(transaction);
            return result;
        }
        finally
        {
            _oneWriter?.Release();
        }
    }

    /// <summary>Commits; when the task completes, it is durable.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal static async Task CommitAsync(DbTransaction transaction)
    {
        try
        {
            // Not cancellable: a caller that goes away must not leave the outcome open.
            await transaction.CommitAsync(CancellationToken.None);
        }
#pragma warning disable CA1031 // whatever breaks a commit leaves its outcome open unless the database said that it refused
        catch (Exception e) when (!StorageErrors.IsCertain(e) || StorageErrors.Classify(e) is not null)
#pragma warning restore CA1031
        {
            throw new StorageException(StorageErrors.IsCertain(e) ? StorageErrors.Classify(e)!.Value : StorageFailure.OutcomeUnknown, e);
        }
    }

    private static async Task<T> TranslateAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (StorageErrors.Classify(e) is { } failure)
        {
            throw new StorageException(failure, e);
        }
    }

    private async Task<DbConnection> OpenAsync(CancellationToken cancel) =>
        _sqlite is null ? await _postgres!.OpenConnectionAsync(cancel) : OpenSqliteConnection();

    /// <summary>
    /// Takes what was overwritten out of SQLite's write-ahead log too, as far as nobody reads at this moment; what is left goes with the next turn of the log.
    /// PostgreSQL recycles its log by itself.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task EmptyLogAsync(CancellationToken cancel) => _sqlite is null
        ? Task.CompletedTask
        : ReadAsync(static c => c.ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)"), cancel);

    /// <summary>A connection from the pool. What SQLite is told of it stays with it there: it is told once, not before each read, which cost as much as the read.</summary>
    private SqliteConnection OpenSqliteConnection()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        var connection = new SqliteConnection(_sqlite);
        try
        {
            connection.Open();
            if (!_settled.TryGetValue(connection.Handle!, out _))
            {
                connection.Execute("PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=1000; PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=OFF;");
                _settled.Add(connection.Handle!, connection.Handle!);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
