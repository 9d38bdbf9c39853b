using Rapport.TestKit;

namespace Rapport.Server.Tests.Hosting;

/// <summary>Two servers over one PostgreSQL database. Where there is none, tests that ask for them are skipped.</summary>
public sealed class TwoServers : IServers, IAsyncLifetime
{
    private readonly PostgresTestDatabase _database = new();
    private RunningServer? _one, _two;

    public RunningServer One
    {
        get
        {
            _ = _database.ConnectionString;
            return _one!;
        }
    }

    public RunningServer Two
    {
        get
        {
            _ = _database.ConnectionString;
            return _two!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        if (PostgresTestDatabase.IsAvailable)
        {
            _one = new RunningServer { Postgres = _database.ConnectionString };
            await _one.InitializeAsync();
            _two = new RunningServer { Postgres = _database.ConnectionString, KeyFile = _one.Settings.KeyPath };
            await _two.InitializeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_two is not null)
        {
            await _two.DisposeAsync();
            await _one!.DisposeAsync();
        }

        await _database.DisposeAsync();
    }
}
