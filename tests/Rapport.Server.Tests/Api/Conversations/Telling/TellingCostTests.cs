using Npgsql;
using Rapport.Server.Hosting;
using Rapport.Server.Tests.Hosting;
using Rapport.TestKit;
using static Rapport.Server.Tests.Api.Conversations.TalkWorld;

namespace Rapport.Server.Tests.Api.Conversations.Telling;

/// <summary>How often the database is asked until everybody who listens has heard a line.</summary>
public sealed class TellingCostTests : IAsyncLifetime
{
    private readonly PostgresTestDatabase _database = new();
    private RunningServer? _server;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        if (PostgresTestDatabase.IsAvailable)
        {
            // What this node writes wakes who listens at once; nothing else is asked meanwhile.
            _server = new RunningServer { Postgres = _database.ConnectionString, Live = new LiveSettings { TalkEvery = TimeSpan.FromDays(1), BeatEvery = TimeSpan.FromDays(2) } };
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

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task However_many_devices_of_a_person_listen_the_database_is_asked_for_all_of_them_together(int devices)
    {
        using var counter = new CommandCounter(new NpgsqlConnectionStringBuilder(_database.ConnectionString).Database!);
        var server = _server!;
        var world = await BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        await SayAsync(world.Ada.Client, id, "warm");
        counter.Take();
        await SayAsync(world.Ada.Client, id, "nobody listens");
        var saying = counter.Take();
        List<Listener> listeners = [];
        for (var i = 0; i < devices; i++)
        {
            listeners.Add(await Listener.OpenAsync(server, world.Doctor));
        }

        await SayAsync(world.Ada.Client, id, "warm");
        Assert.All(await Task.WhenAll(listeners.Select(static listener => listener.TextAsync())), static text => Assert.Equal("warm", text));
        counter.Take();
        const int times = 10;
        for (var i = 0; i < times; i++)
        {
            await SayAsync(world.Ada.Client, id, $"line {i}");
            Assert.All(await Task.WhenAll(listeners.Select(static listener => listener.TextAsync())), text => Assert.Equal($"line {i}", text));
        }

        var telling = (counter.Take() - (times * saying)) / (double)times;
        
        // What is new, for whom they act, the conversation, its record's key and whom they block; now and then a device asks by itself.
        Assert.InRange(telling, 1, 8);
        foreach (var listener in listeners)
        {
            await listener.DisposeAsync();
        }
    }
}
