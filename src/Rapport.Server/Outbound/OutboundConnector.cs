using System.Net;
using System.Net.Sockets;
using Rapport.Server.Hosting;

namespace Rapport.Server.Outbound;

/// <summary>Finds the addresses of a name.</summary>
internal delegate Task<IPAddress[]> ResolveName(string name, CancellationToken cancel);

/// <summary>
/// Connects: the name is resolved here, once, every address is checked, and the connection goes to that very address. A name that leads anywhere it should not is refused as a whole, and between the check and
/// the connection nobody can change what it means. Thread safe.
/// </summary>
internal sealed class OutboundConnector(OutboundRules rules, ResolveName resolve, ILogger<OutboundClient> log)
{
    /// <summary>Addresses of one name that are tried.</summary>
    private const int MostTried = 4;

    /// <exception cref="SocketException">Nothing answers, or nothing that may be asked.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (name, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(name, out var literal) ? [literal] : await resolve(name, cancel);
        if (addresses.Any(address => !rules.MayConnect(context.InitialRequestMessage.RequestUri!.Scheme, address, port)))
        {
            Log.OutboundRefused(log);
            addresses = [];
        }

        var failure = new SocketException((int)SocketError.HostUnreachable);
        foreach (var address in addresses.Take(MostTried))
        {
            try
            {
                return await ConnectAsync(new IPEndPoint(address, port), cancel);
            }
            catch (SocketException e)
            {
                failure = e;
            }
        }

        throw failure;
    }

    private static async Task<Stream> ConnectAsync(IPEndPoint end, CancellationToken cancel)
    {
        var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(end, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
