using System.Net;

namespace Rapport.Server.Outbound;

/// <summary>What the server may ask: <c>https</c> at port 443 of public addresses, and what its operator opened. Pure, immutable.</summary>
/// <param name="openings">What the operator opened.</param>
internal sealed class OutboundRules(IReadOnlyList<OutboundOpening> openings)
{
    private const int HttpsPort = 443;

    /// <summary>Whether an address of the web may be asked at all, whatever its name leads to.</summary>
    public bool MayAsk(Uri address) =>
        address is { IsAbsoluteUri: true, UserInfo.Length: 0, IdnHost.Length: > 0 }
        && (address is { Scheme: "https", Port: HttpsPort } || openings.Any(opening => opening.Scheme == address.Scheme && opening.Port == address.Port));

    /// <summary>Whether the server may connect to this very address.</summary>
    public bool MayConnect(string scheme, IPAddress address, int port) =>
        (scheme == "https" && port == HttpsPort && PublicAddress.Is(address)) || openings.Any(opening => opening.Allows(scheme, address, port));
}
