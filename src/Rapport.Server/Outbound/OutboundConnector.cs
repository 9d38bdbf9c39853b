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
internal sealed class OutboundConnector(OutboundRules rules, ResolveName resolve, TimeProvider clock, ILogger<OutboundClient> log)
{
    /// <summary>Addresses of one name that are tried.</summary>
    private const int MostTried = 4;

    /// <summary>How long an address may say nothing before the next is tried; the last has what is left of the time to connect.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <exception cref="SocketException">Nothing answers, or nothing that may be asked.</exception>
    public ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel) =>
        ConnectAsync(context.InitialRequestMessage.RequestUri!.Scheme, context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancel);

    /// <inheritdoc cref="ConnectAsync(SocketsHttpConnectionContext, CancellationToken)"/>
    public async ValueTask<Stream> ConnectAsync(string scheme, string name, int port, CancellationToken cancel)
    {
        var addresses = IPAddress.TryParse(name, out var literal) ? [literal] : await resolve(name, cancel);
        if (addresses.Any(address => !rules.MayConnect(scheme, address, port)))
        {
            Log.OutboundRefused(log);
            addresses = [];
        }

        var failure = new SocketException((int)SocketError.HostUnreachable);
        var tried = addresses.Take(MostTried).ToList();
        foreach (var (i, address) in tried.Index())
        {
            using var patience = new CancellationTokenSource(i < tried.Count - 1 ? Patience : Timeout.InfiniteTimeSpan, clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
            try
            {
                return await ConnectAsync(new IPEndPoint(address, port), both.Token);
            }
            catch (SocketException e)
            {
                failure = e;
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                failure = new SocketException((int)SocketError.TimedOut);
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
