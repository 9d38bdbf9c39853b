using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Rapport.Server.Outbound;

/// <summary>
/// Whether an address is one of the public internet, where servers are. Source: the IANA special-purpose address registries for IPv4 and IPv6, all of whose blocks are refused, also those that are globally
/// reachable: no server of files stands in them. Pure.
/// </summary>
internal static class PublicAddress
{
    private static readonly AddressBlock[] Special4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4",

            // Not in the registry: the address by which a cloud speaks to the machines in it, though it is a public one.
            "168.63.129.16/32",
        }.Select(AddressBlock.Parse),
    ];

    /// <summary>All that is given out for use lies in here; the other blocks of the registry outside of it.</summary>
    private static readonly AddressBlock GlobalUnicast6 = AddressBlock.Parse("2000::/3");

    private static readonly AddressBlock[] Special6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20" }.Select(AddressBlock.Parse)];

    /// <summary>A network with IPv6 alone reaches IPv4 by these (RFC 6052): as public as the address inside.</summary>
    private static readonly AddressBlock Translated = AddressBlock.Parse("64:ff9b::/96");

    /// <summary>Whether the address is public.</summary>
    public static bool Is(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !Special4.Any(block => block.Contains(address)),
        AddressFamily.InterNetworkV6 when Translated.Contains(address) => Is(Inside(address)),
        AddressFamily.InterNetworkV6 => address.ScopeId == 0 && GlobalUnicast6.Contains(address) && !Special6.Any(block => block.Contains(address)),
        _ => false,
    };

    private static IPAddress Inside(IPAddress translated)
    {
        Span<byte> bytes = stackalloc byte[16];
        translated.TryWriteBytes(bytes, out _);
        return new IPAddress(BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));
    }
}
