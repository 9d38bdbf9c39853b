using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rapport.Bench.Talks;

/// <summary>One who listens, as cheap as can be: a socket, and a look for the time of sending in what comes.</summary>
internal sealed class SseConnection : IDisposable
{
    private readonly Socket _socket;

    private SseConnection(Socket socket) => _socket = socket;

    internal static async Task<SseConnection> OpenAsync(int port, string token, ConcurrentQueue<double> seen, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, stop);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\nAuthorization: Bearer {token}\r\n\r\n"), stop);
        var buffer = new byte[4096];
        var read = await socket.ReceiveAsync(buffer, stop);
        if (!Encoding.ASCII.GetString(buffer, 0, read).StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("somebody who listens was refused: " + Encoding.ASCII.GetString(buffer, 0, read));
        }

        _ = ListenAsync(socket, buffer, seen, stop);
        return new SseConnection(socket);
    }

    public void Dispose() => _socket.Dispose();

    private static async Task ListenAsync(Socket socket, byte[] buffer, ConcurrentQueue<double> seen, CancellationToken stop)
    {
        var mark = "\"text\":\"t"u8.ToArray();
        var kept = 0;
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(kept), stop) is > 0 and var read)
            {
                var now = Stopwatch.GetTimestamp();
                var text = buffer.AsMemory(0, kept + read);
                while (text.Span.IndexOf(mark) is >= 0 and var at && text.Span[(at + mark.Length)..].IndexOf((byte)'t') is >= 0 and var length)
                {
                    seen.Enqueue(Stopwatch.GetElapsedTime(long.Parse(text.Span.Slice(at + mark.Length, length)), now).TotalMilliseconds);
                    text = text[(at + mark.Length + length)..];
                }

                // What may be the beginning of the next one is kept.
                kept = Math.Min(text.Length, 64);
                text[^kept..].CopyTo(buffer);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }
}
