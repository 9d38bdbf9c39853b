using System.Buffers.Text;
using Rapport.Server.Hosting;
using Rapport.Server.Outbound;

namespace Rapport.Server.Notices.Push;

/// <summary>What a browser gave so that notices reach it: an address that may be asked, and keys that are some.</summary>
internal sealed record GivenPush(string Address, byte[] Key, byte[] Secret)
{
    private const int MostKey = 200;

    /// <summary>Reads it; null where it is none.</summary>
    public static GivenPush? Of(string? address, string? key, string? secret, ServerSettings settings)
    {
        var (point, shared) = (Bytes(key), Bytes(secret));
        return PushSending.AddressOf(address ?? "", new OutboundRules(settings.Outbound)) is { } known && PushCipher.IsKey(point, shared) ? new GivenPush(known.AbsoluteUri, point, shared) : null;
    }

    private static byte[] Bytes(string? text) => text?.Length <= MostKey && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];
}
