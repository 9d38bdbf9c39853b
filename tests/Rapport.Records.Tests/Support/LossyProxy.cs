using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Rapport.Records.Tests;

/// <summary>
/// Stands between a node and PostgreSQL. When told so, it lets one statement through, waits until PostgreSQL has answered it, and cuts the
/// connection instead of handing the answer on.
/// </summary>
internal sealed class LossyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly EndPoint _server;
    private readonly Task _accepting;
    private byte[]? _lose;

    public LossyProxy(string connection)
    {
        var builder = new NpgsqlConnectionStringBuilder(connection);
        _server = builder.Host!.StartsWith('/')
            ? new UnixDomainSocketEndPoint($"{builder.Host}/.s.PGSQL.{builder.Port}")
            : new DnsEndPoint(builder.Host, builder.Port);
        _listener.Start();
        builder.Host = IPAddress.Loopback.ToString();
        builder.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        builder.SslMode = SslMode.Disable;
        ConnectionString = builder.ToString();
        _accepting = AcceptAsync();
    }

    /// <summary>Leads to the same database through here.</summary>
    public string ConnectionString { get; }

    /// <summary>How many answers were lost.</summary>
    public int Lost { get; private set; }

    /// <summary>Loses the answer to the next statement that has this text in it.</summary>
    public void LoseAnswerTo(string text) => Volatile.Write(ref _lose, System.Text.Encoding.ASCII.GetBytes(text));

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptSocketAsync()));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        using (var server = new Socket(_server is UnixDomainSocketEndPoint ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified))
        {
            await server.ConnectAsync(_server);
            var losing = false;
            var toServer = PumpAsync(client, server, sent =>
            {
                if (Volatile.Read(ref _lose) is { } text && sent.IndexOf(text) >= 0)
                {
                    Volatile.Write(ref _lose, null);
                    Volatile.Write(ref losing, true);
                }

                return true;
            });
            var toClient = PumpAsync(server, client, _ =>
            {
                Lost += Volatile.Read(ref losing) ? 1 : 0;
                return !Volatile.Read(ref losing);
            });
            await Task.WhenAny(toServer, toClient);
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, PassOn passOn)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length && passOn(buffer.AsSpan(0, length)))
            {
                for (var sent = 0; sent < length;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, length - sent));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other direction ended.
        }
    }

    private delegate bool PassOn(ReadOnlySpan<byte> bytes);
}
