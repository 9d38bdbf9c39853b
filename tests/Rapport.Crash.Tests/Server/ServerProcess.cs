using System.Diagnostics;
using System.Text;

namespace Rapport.Crash.Tests;

/// <summary>A running <c>rapport serve</c> on a free loopback port, which can be killed like any process.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Ready = "rapport is ready: ";

    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => _process = process;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Everything it wrote so far.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>Starts a server and waits until it says that it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(ServerPlace place, bool demo = false)
    {
        string[] arguments = ["serve", "--port", "0", "--log", "error", .. place.Arguments];
        var server = new ServerProcess(RapportProgram.Create(demo ? [.. arguments, "--demo"] : arguments));
        server._process.OutputDataReceived += (_, line) => server.Hear(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Hear(line.Data);
        server._process.EnableRaisingEvents = true;
        server._process.Exited += (_, _) => server._address.TrySetException(new InvalidOperationException("the server ended before it was ready: " + server.Said));
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        server.Address = await server._address.Task.WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>How it is, for the message of a failed test.</summary>
    public string Describe() => (_process.HasExited ? $"the server ended with {_process.ExitCode}: " : "the server runs: ") + Said;

    /// <summary>SIGKILL: it gets no chance to finish anything.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_said)
        {
            _said.AppendLine(line);
        }

        if (line.StartsWith(Ready, StringComparison.Ordinal))
        {
            _address.TrySetResult(new UriBuilder(line[Ready.Length..]) { Host = "127.0.0.1" }.Uri);
        }
    }
}

/// <summary>Where a server keeps its things.</summary>
/// <param name="DataFolder">Its folder.</param>
/// <param name="Postgres">A PostgreSQL connection; null for a SQLite file in the folder.</param>
/// <param name="OtherKeyFile">The key file when it is not in the folder.</param>
internal sealed record ServerPlace(string DataFolder, string? Postgres = null, string? OtherKeyFile = null)
{
    public string KeyFile => OtherKeyFile ?? Path.Combine(DataFolder, "master.key");

    public string SqliteFile => Path.Combine(DataFolder, "rapport.db");

    public IEnumerable<string> Arguments =>
    [
        "--data", DataFolder,
        .. Postgres is null ? (string[])[] : ["--database", Postgres],
        .. OtherKeyFile is null ? (string[])[] : ["--key-file", OtherKeyFile],
    ];
}
