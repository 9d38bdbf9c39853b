using System.Net;
using System.Net.Sockets;

namespace Rapport.Server.Tests.Hosting;

/// <summary>A port that leads to a socket, until a test breaks it: then every connection is cut and none is taken.</summary>
internal sealed class BreakableRoad : IAsyncDisposable
{
    private readonly UnixDomainSocketEndPoint _target;
    private readonly Lock _lock = new();
    private readonly List<Socket> _open = [];
    private Socket _listener;

    public BreakableRoad(UnixDomainSocketEndPoint target)
    {
        _target = target;
        _listener = Listen(0);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    /// <summary>Where it begins.</summary>
    public int Port { get; }

    public void Break()
    {
        lock (_lock)
        {
            _listener.Dispose();
            _open.ForEach(socket => socket.Dispose());
            _open.Clear();
        }
    }

    public void Mend() => _listener = Listen(Port);

    public ValueTask DisposeAsync()
    {
        Break();
        return ValueTask.CompletedTask;
    }

    private Socket Listen(int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen();
        _ = AcceptAsync(listener);
        return listener;
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptAsync();
                var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await far.ConnectAsync(_target);
                lock (_lock)
                {
                    _open.AddRange([near, far]);
                }

                _ = CarryAsync(near, far);
                _ = CarryAsync(far, near);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Broken.
        }
    }

    private static async Task CarryAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                await to.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Broken.
        }
        finally
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
