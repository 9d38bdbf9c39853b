using System.Globalization;
using System.Net;

namespace Rapport.Server.Outbound;

/// <summary>
/// Addresses that begin with the same bits: <c>10.0.0.0/8</c>, <c>fd00::/8</c>. An address of the other family is never among them, also where it holds one of theirs: the runtime's own
/// <see cref="IPNetwork"/> takes <c>::ffff:8.8.8.8</c> for one of <c>2000::/3</c>. Immutable.
/// </summary>
internal sealed class AddressBlock
{
    private readonly byte[] _first;
    private readonly int _length;

    private AddressBlock(byte[] first, int length) => (_first, _length) = (first, length);

    /// <summary>Reads a block that is known to be one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static AddressBlock Parse(string text) => TryParse(text) ?? throw new FormatException($"`{text}` is no block of addresses");

    /// <summary>Reads a block; null when it is none, or when its first address has bits beyond those that all share.</summary>
    public static AddressBlock? TryParse(string text)
    {
        if (text.Split('/') is not [var start, var bits] || !IPAddress.TryParse(start, out var first)
            || !int.TryParse(bits, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > first.GetAddressBytes().Length * 8)
        {
            return null;
        }

        var block = new AddressBlock(first.GetAddressBytes(), length);
        return block._first.Where((value, i) => (value & ~block.Mask(i)) != 0).Any() ? null : block;
    }

    /// <summary>Whether the address is one of them.</summary>
    public bool Contains(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        if (bytes.Length != _first.Length)
        {
            return false;
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            if ((bytes[i] & Mask(i)) != _first[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Which bits of a byte all share.</summary>
    private byte Mask(int at) => (byte)(0xFF00 >> Math.Clamp(_length - (at * 8), 0, 8));
}
