using System.Globalization;
using System.Net;

namespace Rapport.Server.Outbound;

/// <summary>
/// Addresses that the server may ask although they are not public, or by another port, or without TLS, because its operator said so: <c>https://10.1.0.0/16</c>,
/// <c>http://10.1.2.3/32:8080</c>.
/// </summary>
/// <param name="Scheme"><c>https</c> or <c>http</c>.</param>
/// <param name="Network">The addresses.</param>
/// <param name="Port">The one port.</param>
internal sealed record OutboundOpening(string Scheme, AddressBlock Network, int Port)
{
    /// <summary>Reads openings with commas between them; null when one of them is none.</summary>
    public static IReadOnlyList<OutboundOpening>? Parse(string text)
    {
        var openings = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseOne).ToList();
        return openings.Count > 0 && !openings.Contains(null) ? [.. openings.OfType<OutboundOpening>()] : null;
    }

    /// <summary>Whether it lets the server connect so.</summary>
    public bool Allows(string scheme, IPAddress address, int port) => scheme == Scheme && port == Port && Network.Contains(address);

    private static OutboundOpening? ParseOne(string text)
    {
        if (text.Split("://") is not [("https" or "http") and var scheme, var rest] || rest.Split('/') is not [var start, var end] || end.Split(':') is not [var length, .. { Length: <= 1 } port])
        {
            return null;
        }

        var number = scheme == "https" ? 443 : 80;
        return AddressBlock.TryParse($"{start}/{length}") is { } network
            && (port.Length == 0 || (int.TryParse(port[0], NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and <= 65535))
            ? new OutboundOpening(scheme, network, number)
            : null;
    }
}
