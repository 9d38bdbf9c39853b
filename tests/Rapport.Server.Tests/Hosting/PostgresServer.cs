using Rapport.TestKit;

namespace Rapport.Server.Tests.Hosting;

/// <summary>A server over a PostgreSQL database of its own. Where there is none, tests that ask for it are skipped.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly PostgresTestDatabase _database = new();
    private RunningServer? _server;

    /// <summary>The server.</summary>
    public RunningServer Server
    {
        get
        {
            _ = _database.ConnectionString;
            return _server!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        if (PostgresTestDatabase.IsAvailable)
        {
            _server = new RunningServer { Postgres = _database.ConnectionString };
            await _server.InitializeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await _database.DisposeAsync();
    }
}
