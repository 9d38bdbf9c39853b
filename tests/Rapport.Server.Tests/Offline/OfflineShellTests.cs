using Microsoft.Extensions.DependencyInjection;
using Rapport.Server.Hosting;
using Rapport.Server.Offline;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Offline;

/// <summary>The page for no network as the server makes it.</summary>
public sealed class OfflineShellTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task What_could_not_be_made_once_is_made_when_it_is_asked_for_again()
    {
        var shell = new OfflineShell(new FailsOnce(server.App.Services), UrgentHelp.Usual);
        await Assert.ThrowsAsync<IOException>(shell.WorkerAsync);
        Assert.Equal(await server.App.Services.GetRequiredService<OfflineShell>().WorkerAsync(), await shell.WorkerAsync());
    }

    /// <summary>Services of which the first that is asked for does not come.</summary>
    private sealed class FailsOnce(IServiceProvider services) : IServiceProvider
    {
        private bool _hasFailed;

        public object? GetService(Type serviceType)
        {
            if (!_hasFailed)
            {
                _hasFailed = true;
                throw new IOException("no file can be opened at the moment");
            }

            return services.GetService(serviceType);
        }
    }
}
