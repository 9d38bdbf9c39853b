namespace Rapport.Server.Hosting;

/// <summary>
/// What could hurt most (how one signs in, sharing what is sensitive, taking everything along) is done by somebody who has shown within the last minutes
/// who they are, so that a device left open gives nobody these things.
/// </summary>
internal static class Fresh
{
    /// <summary>How long showing it holds.</summary>
    public static readonly TimeSpan For = TimeSpan.FromMinutes(10);

    // A page that was opened while it held is sent back a little later.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>Whether a page may offer such things now.</summary>
    public static bool IsFresh(this HttpContext http) => Age(http) < For;

    /// <summary>Whether such a thing may be done now.</summary>
    public static bool IsFreshEnough(this HttpContext http) => Age(http) < For + Grace;

    /// <summary>Leads to the page that asks, and from there to <paramref name="then"/>.</summary>
    public static string ConfirmPath(string then) => "/confirm?then=" + Uri.EscapeDataString(then);

    private static TimeSpan Age(HttpContext http) =>
        http.FindSession() is { } session ? http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() - session.ConfirmedAt : TimeSpan.MaxValue;
}
