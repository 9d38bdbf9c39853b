using System.Runtime.CompilerServices;

namespace Rapport.Server.Tests.Hosting;

/// <summary>A process that has one server after the other, as tests do, does not keep all of them.</summary>
public sealed class DisposedServerTests
{
    [Fact]
    public async Task EveryServerButTheLastIsLetGoOf()
    {
        List<WeakReference> servers = [await RunAsync(), await RunAsync(), await RunAsync(), await RunAsync()];
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        // What the last of them did may still be ending on some thread.
        Assert.All(servers[..^1], static server => Assert.False(server.IsAlive));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> RunAsync()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        using var client = server.Client();
        using var answer = await client.GetAsync("/health", TestContext.Current.CancellationToken);
        return new WeakReference(server.App.Services);
    }
}
