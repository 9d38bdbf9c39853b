using System.Net;

namespace Rapport.Server.Hosting;

/// <summary>
/// Refuses requests under names that are not this server's: its answers hold addresses made of the name it was called by, and another site must not reach it
/// under a name of its own that leads here. The names of the machine itself are always right.
/// </summary>
internal sealed class AllowedHosts(RequestDelegate next, ServerSettings settings)
{
    private static readonly Failure Unknown = new(
        StatusCodes.Status400BadRequest, "invalid", "this server does not go by the name in `Host`: its operator names it with `--hosts`");

    public Task InvokeAsync(HttpContext context) => IsAllowed(settings, context.Request.Host.Host) ? next(context) : context.WriteAsync(Unknown);

    /// <summary>Whether requests may call the server by this name, without port.</summary>
    internal static bool IsAllowed(ServerSettings settings, string host)
    {
        var name = host.TrimEnd('.');
        return settings.Hosts is { } hosts ? hosts.Any(known => known == "*" || known.Equals(name, StringComparison.OrdinalIgnoreCase)) || IsLoopback(name)
            : IsReachedFromElsewhere(settings) || IsLoopback(name);
    }

    /// <summary>Behind a proxy it is the proxy that knows the names.</summary>
    private static bool IsReachedFromElsewhere(ServerSettings settings) => settings.BehindProxy || (settings.Listen is { } listen && !IPAddress.IsLoopback(listen));

    private static bool IsLoopback(string name) =>
        name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
}
