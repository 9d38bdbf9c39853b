using System.Net;
using System.Net.Sockets;

namespace Rapport.Server.Tests.Outbound;

/// <summary>An address that neither answers nor refuses: whoever waits there already fills its queue.</summary>
internal sealed class DeafListener : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _waiting = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <param name="address">Where, on this machine.</param>
    /// <param name="port">At which port.</param>
    internal DeafListener(IPAddress address, int port)
    {
        Address = address;
        _listener.Bind(new IPEndPoint(address, port));
        _listener.Listen(0);
        _waiting.Connect(address, port);
    }

    /// <summary>Where it is.</summary>
    internal IPAddress Address { get; }

    public void Dispose()
    {
        _waiting.Dispose();
        _listener.Dispose();
    }
}
