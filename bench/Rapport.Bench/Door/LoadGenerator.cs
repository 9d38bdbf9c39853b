using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rapport.Bench.Door;

/// <summary>What a load run saw.</summary>
/// <param name="Count">Answers.</param>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="P50">Median latency in milliseconds.</param>
/// <param name="P99">99th percentile in milliseconds.</param>
internal readonly record struct LoadResult(int Count, double PerSecond, double P50, double P99);

/// <summary>Plain HTTP/1.1 over keep-alive connections, one request at a time on each, with as little work of its own as it can: it shares the cores.</summary>
internal static class LoadGenerator
{
    /// <summary>Sends the requests round robin on each connection for so long; every answer must be a 200.</summary>
    internal static async Task<LoadResult> RunAsync(int port, IReadOnlyList<byte[]> requests, int connections, TimeSpan time)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var started = Stopwatch.GetTimestamp();
        var runs = Enumerable.Range(0, connections).Select(i => Task.Run(() => ConnectionAsync(port, requests, i * requests.Count / connections, deadline)));
        var latencies = (await Task.WhenAll(runs)).SelectMany(l => l).ToArray();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Array.Sort(latencies);
        double At(double share) => latencies.Length == 0 ? 0 : latencies[(int)((latencies.Length - 1) * share)] * 1000.0 / Stopwatch.Frequency;
        return new LoadResult(latencies.Length, latencies.Length / seconds, At(0.5), At(0.99));
    }

    internal static byte[] Get(string path, string token) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nAccept: application/fhir+json\r\n\r\n");

    private static async Task<List<long>> ConnectionAsync(int port, IReadOnlyList<byte[]> requests, int first, long deadline)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var buffer = new byte[1 << 20];
        List<long> latencies = new(1 << 16);
        for (var next = first; Stopwatch.GetTimestamp() < deadline; next++)
        {
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(requests[next % requests.Count]);
            await ReceiveAsync(socket, buffer);
            latencies.Add(Stopwatch.GetTimestamp() - sent);
        }

        return latencies;
    }

    private static async ValueTask ReceiveAsync(Socket socket, byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length));
            if (received == 0)
            {
                throw new IOException("the server closed the connection");
            }

            length += received;
            var headers = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (headers < 0)
            {
                continue;
            }

            if (!buffer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8))
            {
                throw new IOException("the server answered: " + Encoding.ASCII.GetString(buffer, 0, Math.Min(length, 200)));
            }

            var rest = Rest(buffer.AsSpan(0, length), headers);
            if (rest >= 0)
            {
                while (rest > 0)
                {
                    rest -= await socket.ReceiveAsync(buffer.AsMemory(0, Math.Min(rest, buffer.Length)));
                }

                return;
            }

            // Chunked: the answer ends with an empty chunk.
            while (!buffer.AsSpan(0, length).EndsWith("0\r\n\r\n"u8))
            {
                if (length > buffer.Length / 2)
                {
                    buffer.AsSpan(length - 16, 16).CopyTo(buffer);
                    length = 16;
                }

                length += await socket.ReceiveAsync(buffer.AsMemory(length));
            }

            return;
        }
    }

    /// <summary>How many bytes of the body are still to come; -1 when the answer does not say how long it is.</summary>
    private static int Rest(ReadOnlySpan<byte> received, int headers)
    {
        var name = received[..headers].IndexOf("Content-Length: "u8);
        if (name < 0)
        {
            return -1;
        }

        return Utf8Parser.TryParse(received[(name + 16)..], out int body, out _) ? headers + 4 + body - received.Length : -1;
    }
}
