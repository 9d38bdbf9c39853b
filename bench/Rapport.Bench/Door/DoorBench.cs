using System.Diagnostics;
using System.Net.Http.Headers;
using Rapport.Server.Hosting;

namespace Rapport.Bench.Door;

/// <summary>
/// A doctor reads over HTTP: every read decided by consents and durable in the patient's ledger before it is answered, against a bare Kestrel endpoint that
/// returns the same bytes. Server, bare server and load share this machine; each pair of runs is interleaved.
/// </summary>
internal static class DoorBench
{
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);

    // The two servers take turns in short slices, and the middle one counts: what else the machine does hits both alike.
    private const int Slices = 7;

    internal static async Task<int> RunAsync(string? database, int patients)
    {
        var folder = Directory.CreateTempSubdirectory("rapport-bench");
        try
        {
            var settings = new ServerSettings { DataFolder = folder.FullName, Database = database };
            var world = await DoorWorld.MakeAsync(settings, patients);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "body"), world.Patients[0].Body);
            var port = ServerProcess.FreePort();
            using var server = ServerProcess.Start("rapport.dll", ["serve", "--port", port.ToString(), "--data", folder.FullName, .. database is null ? Array.Empty<string>() : ["--database", database]]);
            try
            {
                await MeasureAsync(folder.FullName, world, server, port, database is null ? "SQLite" : "PostgreSQL");
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

    private static async Task MeasureAsync(string folder, DoorWorld world, Process server, int port, string database)
    {
        await ServerProcess.UntilItAnswersAsync(port, "/health");
        byte[] Request(string path) => LoadGenerator.Get(path, world.Token);
        var first = world.Patients[0].Id;
        (string Name, IReadOnlyList<byte[]> Requests)[] cases =
        [
            ("one Observation, one patient", [Request($"/fhir/Observation/{world.Patients[0].Observation}")]),
            ($"one Observation, {world.Patients.Count} patients", [.. world.Patients.Select(p => Request($"/fhir/Observation/{p.Observation}"))]),
            ("20 lab results, sorted", [Request($"/fhir/Observation?patient={first}&category=laboratory&_sort=-date&_count=20")]),
            ("$everything", [Request($"/fhir/Patient/{first}/$everything")]),
        ];
        Console.WriteLine($"{database}, {world.Patients.Count} patients; each figure the median of {Slices} slices of {Slice.TotalSeconds:0} s, taken in turns with the bare server after {Warm.TotalSeconds:0} s of warm-up");
        Console.WriteLine("| read | connections | bare/s | door/s | share | p50 ms | p99 ms | bare CPU µs | door CPU µs |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (name, requests) in cases)
        {
            var body = Path.Combine(folder, "body");
            await File.WriteAllBytesAsync(body, await FetchAsync(port, requests[0], world.Token));
            var barePort = ServerProcess.FreePort();
            using var bare = ServerProcess.Start("Rapport.Bench.dll", ["bare", barePort.ToString(), body]);
            try
            {
                await ServerProcess.UntilItAnswersAsync(barePort, "/");
                foreach (var connections in new[] { 8, 64, 256 })
                {
                    await LoadGenerator.RunAsync(barePort, requests, connections, Warm / 2);
                    await LoadGenerator.RunAsync(port, requests, connections, Warm);
                    var pairs = new List<(Sample Bare, Sample Door)>();
                    for (var slice = 0; slice < Slices; slice++)
                    {
                        pairs.Add((await TakeAsync(bare, barePort, requests, connections), await TakeAsync(server, port, requests, connections)));
                    }

                    double Middle(Func<(Sample Bare, Sample Door), double> of) => pairs.Select(of).Order().ElementAt(Slices / 2);
                    Console.WriteLine(
                        $"| {name} | {connections} | {Middle(p => p.Bare.Load.PerSecond):N0} | {Middle(p => p.Door.Load.PerSecond):N0} "
                        + $"| {Middle(p => p.Door.Load.PerSecond / p.Bare.Load.PerSecond):0.00} | {Middle(p => p.Door.Load.P50):0.0} | {Middle(p => p.Door.Load.P99):0.0} "
                        + $"| {Middle(p => p.Bare.Cpu):0.0} | {Middle(p => p.Door.Cpu):0.0} |");
                }
            }
            finally
            {
                bare.Kill(entireProcessTree: true);
                await bare.WaitForExitAsync();
            }
        }
    }

    /// <summary>A run, and the processor time the server took for each answer, in microseconds: unlike the share, it does not depend on what the load costs.</summary>
    private static async Task<Sample> TakeAsync(Process server, int port, IReadOnlyList<byte[]> requests, int connections)
    {
        server.Refresh();
        var before = server.TotalProcessorTime;
        var load = await LoadGenerator.RunAsync(port, requests, connections, Slice);
        server.Refresh();
        return new(load, (server.TotalProcessorTime - before).TotalMicroseconds / Math.Max(1, load.Count));
    }

    private static async Task<byte[]> FetchAsync(int port, byte[] request, string token)
    {
        using var client = new HttpClient();
        var path = System.Text.Encoding.ASCII.GetString(request).Split(' ')[1];
        using var message = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}{path}");
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(message);
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }

    private readonly record struct Sample(LoadResult Load, double Cpu);
}
