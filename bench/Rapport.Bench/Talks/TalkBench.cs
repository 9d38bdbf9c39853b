using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Rapport.Bench.Door;
using Rapport.Server.Hosting;

namespace Rapport.Bench.Talks;

/// <summary>
/// Many who listen, and messages that are told to them: what a connection costs that waits, how many messages a second are stored and told, and how long it takes from sending one until it is seen; in turns
/// with a bare server that hands on the same from memory. Servers and load share this machine.
/// </summary>
internal static class TalkBench
{
    private const int Pairs = 1_250, Devices = 8, BarePairs = 250;

    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(20);

    internal static async Task<int> RunAsync(string? database)
    {
        var folder = Directory.CreateTempSubdirectory("rapport-bench");
        try
        {
            var settings = new ServerSettings { DataFolder = folder.FullName, Database = database };
            var world = await TalkWorld.MakeAsync(settings, Pairs);
            var port = ServerProcess.FreePort();
            using var server = ServerProcess.Start("rapport.dll", ["serve", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", folder.FullName, .. database is null ? Array.Empty<string>() : ["--database", database]]);
            try
            {
                await ServerProcess.UntilItAnswersAsync(port, "/health");
                var barePort = ServerProcess.FreePort();
                using var bare = ServerProcess.Start("Rapport.Bench.dll", ["bare-talk", barePort.ToString(CultureInfo.InvariantCulture)]);
                try
                {
                    await ServerProcess.UntilItAnswersAsync(barePort, "/");
                    await MeasureAsync(new Side(server, port, world), new Side(bare, barePort, new TalkWorld([.. world.Pairs.Take(BarePairs)])), database is null ? "SQLite" : "PostgreSQL");
                }
                finally
                {
                    bare.Kill(entireProcessTree: true);
                    await bare.WaitForExitAsync();
                }
            }
            finally
            {
                server.Kill(entireProcessTree: true);
                await server.WaitForExitAsync();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }

    private static async Task MeasureAsync(Side server, Side bare, string database)
    {
        using var stop = new CancellationTokenSource();
        List<SseConnection> listeners = [];
        await SayAsync(server, 0, 50, TimeSpan.FromSeconds(3)); // Warm, and nobody listens.
        var before = Resident(server.Process);
        await ListenAsync(server, listeners, stop.Token);
        var after = Resident(server.Process);
        var idle = server.Process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await Task.Delay(TimeSpan.FromSeconds(10));
        server.Process.Refresh();
        Console.WriteLine($"{database}: {listeners.Count:N0} connections that wait: {(after - before) / (double)listeners.Count / 1024:0.0} KB each, {(server.Process.TotalProcessorTime - idle) / watch.Elapsed:0.00} of a processor together (of {Environment.ProcessorCount})");
        await ListenAsync(bare, listeners, stop.Token);
        Console.WriteLine("| messages/s asked | server | stored/s | told/s | stored p50 ms | p99 ms | seen p50 ms | p99 ms | within 200 ms | not seen | server CPU ms a message |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");

        // Each message is told to the eight connections of its reader: 125 a second are 1,000 a second that are seen.
        foreach (var perSecond in new[] { 25, 125, 250, 500 })
        {
            Console.WriteLine($"| {perSecond} | bare {await RoundAsync(bare, perSecond)}");
            Console.WriteLine($"| {perSecond} | {database} {await RoundAsync(server, perSecond)}");
        }

        await stop.CancelAsync();
        listeners.ForEach(static listener => listener.Dispose());
    }

    private static async Task ListenAsync(Side side, List<SseConnection> listeners, CancellationToken stop)
    {
        for (var i = 0; i < side.World.Pairs.Count * Devices; i++)
        {
            listeners.Add(await SseConnection.OpenAsync(side.Port, side.World.Pairs[i % side.World.Pairs.Count].PatientToken, side.Seen, stop));
        }
    }

    private static async Task<string> RoundAsync(Side side, int perSecond)
    {
        side.Seen.Clear();
        side.Process.Refresh();
        var busy = side.Process.TotalProcessorTime;
        var (stored, latencies) = await SayAsync(side, perSecond, perSecond, Lasts);
        await Task.Delay(TimeSpan.FromSeconds(3));
        side.Process.Refresh();
        busy = side.Process.TotalProcessorTime - busy;
        var told = side.Seen.Order().ToArray();
        var answered = latencies.Order().ToArray();
        double Of(double[] values, double share) => values.Length == 0 ? double.NaN : values[Math.Min(values.Length - 1, (int)(values.Length * share))];
        return $"| {stored / Lasts.TotalSeconds:N0} | {told.Length / Lasts.TotalSeconds:N0} | {Of(answered, 0.5):0} | {Of(answered, 0.99):0} | {Of(told, 0.5):0} | {Of(told, 0.99):0} "
            + $"| {100.0 * told.Count(static ms => ms <= 200) / Math.Max(1, told.Length):0.0} % | {(stored * Devices) - told.Length} | {busy.TotalMilliseconds / Math.Max(1, stored):0.00} |";
    }

    /// <summary>Says so many messages a second, evenly, in one conversation after the other; each says when it was sent.</summary>
    private static async Task<(int Stored, ConcurrentQueue<double> Latencies)> SayAsync(Side side, int seed, int perSecond, TimeSpan lasts)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri($"http://127.0.0.1:{side.Port}") };
        ConcurrentQueue<double> latencies = [];
        var (stored, number) = (0, seed);
        var watch = Stopwatch.StartNew();
        List<Task> saying = [];
        for (var sent = 0; sent < perSecond * lasts.TotalSeconds; sent++)
        {
            var due = TimeSpan.FromSeconds(sent / (double)perSecond) - watch.Elapsed;
            if (due > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(due);
            }

            saying.Add(SayOneAsync(number++));
        }

        await Task.WhenAll(saying);
        return (stored, latencies);

        async Task SayOneAsync(int one)
        {
            var pair = side.World.Pairs[one % side.World.Pairs.Count];
            var began = Stopwatch.GetTimestamp();
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/conversations/{pair.Conversation}/messages")
            {
                Content = new StringContent($$"""{"text":"t{{began.ToString(CultureInfo.InvariantCulture)}}t"}""", System.Text.Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = new("Bearer", pair.PatientToken);
            using var answer = await client.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            latencies.Enqueue(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Interlocked.Increment(ref stored);
        }
    }

    private static long Resident(Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }

    /// <summary>A server, and what those who listen at it have seen: each time from sending to seeing, in milliseconds.</summary>
    private sealed record Side(Process Process, int Port, TalkWorld World)
    {
        internal ConcurrentQueue<double> Seen { get; } = [];
    }
}
