using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rapport.Conversations;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;
using Rapport.Server.Tests.Api.Conversations;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Hosting;

/// <summary>Those who listen are woken by what is new, whatever went wrong before.</summary>
public sealed class TalkStreamsTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_fails_when_the_database_is_asked_those_who_listen_hear_of_what_comes_after()
    {
        var world = await TalkWorld.BeginAsync(server);
        await TalkWorld.TalkAsync(world.Ada, "", world.Doctor.Reference);
        var modules = server.Modules;
        var ear = new FailureEar();
        var live = new LiveSettings { TalkEvery = TimeSpan.FromMilliseconds(5), TalkEveryAlone = TimeSpan.FromMilliseconds(5), BeatEvery = TimeSpan.FromDays(1) };
        await using var streams = new TalkStreams(
            new ConversationDesk(modules.Database, modules.Keyring, modules.Records, modules.People, modules.Clock), new StreamRoom(live), live, server.App.Services.GetRequiredService<IHostApplicationLifetime>(), ear);
        await modules.Database.WriteAsync(static t => t.Connection!.ExecuteAsync("ALTER TABLE conversation_holder RENAME TO conversation_holder_away", transaction: t), Cancel);
        using var stream = streams.Open(world.Doctor.Person.Id, [world.Doctor.Reference], new Pass(null, ""), isPage: false)!;
        await ear.Failed.WaitAsync(Patience.Limit, Cancel);
        await modules.Database.WriteAsync(static t => t.Connection!.ExecuteAsync("ALTER TABLE conversation_holder_away RENAME TO conversation_holder", transaction: t), Cancel);
        Assert.True(await stream.WaitAsync(Cancel));
    }

    /// <summary>Hears that asking failed.</summary>
    private sealed class FailureEar : ILogger<TalkStreams>
    {
        private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Failed => _failed.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _failed.TrySetResult();
    }
}
