using System.Collections.Concurrent;
using System.Net;
using Npgsql;

namespace Rapport.Crash.Tests;

/// <summary>PostgreSQL goes away while people read, and comes back.</summary>
public sealed class DatabaseGoneTests(PostgresFiles files) : IClassFixture<PostgresFiles>
{
    [Fact]
    public async Task Without_the_database_nothing_is_disclosed_and_when_it_is_back_the_server_goes_on_by_itself()
    {
        var cancel = TestContext.Current.CancellationToken;
        var place = new ServerPlace(files.NewFolder(), files.Postgres);
        await using var server = await ServerProcess.StartAsync(place, demo: true);
        var world = await World.MakeAsync(place, server);
        using var api = new Api(server);
        var seen = new ConcurrentDictionary<HttpStatusCode, int>();
        var stopped = false;
        var readers = world.Readers.Select(reader => Task.Run(
            async () =>
            {
                while (!Volatile.Read(ref stopped))
                {
                    var status = await reader.AskAsync(api, byId: true);
                    Assert.True(status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"a read was answered with {status}");
                    seen.AddOrUpdate(status.Value, 1, static (_, n) => n + 1);
                }
            },
            cancel)).ToList();
        try
        {
            await UntilAsync(HttpStatusCode.OK, 100);
            await OnServerAsync("ALTER DATABASE {0} ALLOW_CONNECTIONS false; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{0}'");
            await UntilAsync(HttpStatusCode.ServiceUnavailable, 50);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await api.HealthAsync());
            var (status, body) = await api.ImportAsync(world.Patients[0], Make.Batch(world.Patients[0].Patient!, "away", 5));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.Contains("the database cannot be reached", body, StringComparison.Ordinal);
            world.Batches.Add(new(world.Patients[0], "away", 5, IsAcknowledged: false));
        }
        finally
        {
            await OnServerAsync("ALTER DATABASE {0} ALLOW_CONNECTIONS true");
        }

        await UntilAsync(HttpStatusCode.OK, seen[HttpStatusCode.OK] + 100);
        Volatile.Write(ref stopped, true);
        await Task.WhenAll(readers);
        Assert.Equal(HttpStatusCode.OK, await api.HealthAsync());
        Assert.Equal(HttpStatusCode.OK, (await api.ImportAsync(world.Patients[0], Make.Batch(world.Patients[0].Patient!, "back", 5))).Status);
        world.Batches.Add(new(world.Patients[0], "back", 5, IsAcknowledged: true));
        Assert.True(await world.CheckAsync(place, []) > 0);

        // Each look at the counts is a request to the server, so this waits by asking, for as long as the run may take.
        async Task UntilAsync(HttpStatusCode status, int count)
        {
            while (seen.GetValueOrDefault(status) < count)
            {
                Assert.All(readers.Where(static r => r.IsFaulted), static r => Assert.Fail(r.Exception!.Message));
                cancel.ThrowIfCancellationRequested();
                await api.HealthAsync();
            }
        }
    }

    private async Task OnServerAsync(string sql)
    {
        var builder = new NpgsqlConnectionStringBuilder(files.Postgres);
        var name = builder.Database!;
        builder.Database = "postgres";
        builder.Pooling = false;
        await using var connection = new NpgsqlConnection(builder.ToString());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var statement in string.Format(sql, name).Split("; "))
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }
}
