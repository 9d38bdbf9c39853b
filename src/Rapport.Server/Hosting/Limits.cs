using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Rapport.Server.Hosting;

/// <summary>Where the server listens, and how much it lets a connection ask of it.</summary>
internal static class Limits
{
    /// <summary>What a request may carry unless its endpoint allows more: 1 MiB.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    public static void Apply(KestrelServerOptions kestrel, ServerSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        if (settings.Listen is { } address)
        {
            kestrel.Listen(address, settings.Port);
        }
        else if (settings.Port == 0)
        {
            kestrel.Listen(IPAddress.Loopback, 0);
        }
        else
        {
            kestrel.ListenLocalhost(settings.Port);
        }
    }
}
