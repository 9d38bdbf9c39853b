using System.Diagnostics;

namespace Rapport.Crash.Tests;

/// <summary>Starts the <c>rapport</c> program that lies beside the tests.</summary>
internal static class RapportProgram
{
    /// <summary>The program with these arguments, not yet started, on the runtime that runs the tests.</summary>
    public static Process Create(params IEnumerable<string> arguments)
    {
        var runtime = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet"));
        var start = new ProcessStartInfo(runtime, [Path.Combine(AppContext.BaseDirectory, "rapport.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Where(static n => n.StartsWith("RAPPORT_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        return new Process { StartInfo = start };
    }

    /// <summary>Runs it to its end; exit code and all it said.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(params IEnumerable<string> arguments)
    {
        using var process = Create(arguments);
        process.Start();
        var cancel = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output + await errors);
    }
}
