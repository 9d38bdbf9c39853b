namespace Rapport.Server.Tests.Hosting;

/// <summary>Two servers of one database, or one that is both.</summary>
public interface IServers
{
    RunningServer One { get; }

    RunningServer Two { get; }
}

/// <summary>One server over SQLite that is both.</summary>
public sealed class OneServer : IServers, IAsyncLifetime
{
    public RunningServer One { get; } = new();

    public RunningServer Two => One;

    public ValueTask InitializeAsync() => One.InitializeAsync();

    public ValueTask DisposeAsync() => One.DisposeAsync();
}

/// <summary>What holds for one server holds for two.</summary>
public abstract class OneOrTwoServers(IServers servers)
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected RunningServer One => servers.One;

    protected RunningServer Two => servers.Two;
}
