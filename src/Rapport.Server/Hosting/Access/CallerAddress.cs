using System.Net;

namespace Rapport.Server.Hosting;

/// <summary>Where a caller is, as limits count: an IPv4 address, or the first half of an IPv6 one, the rest of which each home and each attacker chooses freely.</summary>
internal static class CallerAddress
{
    public static IPAddress Of(HttpContext context) => Of(context.Connection.RemoteIpAddress ?? IPAddress.None);

    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        if (bytes.Length != 16)
        {
            return address;
        }

        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
