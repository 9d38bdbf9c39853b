namespace Rapport.Server.Pages.Circle;

/// <summary>Where the pages about circles are that are one's own alone; those of one circle stand in <see cref="CirclePlace"/>.</summary>
internal static class CirclePlaces
{
    /// <summary>The people around whoever looks.</summary>
    public const string All = "/circle";

    /// <summary>The circles that they are in.</summary>
    public const string Mine = All + "/mine";

    public const string Leave = All + "/leave";

    /// <summary>Where an invitation leads. It stands behind the # of the address, which browsers keep to themselves.</summary>
    public const string Join = "/join";

    /// <summary>The invitation that this browser brought.</summary>
    public const string Invitation = Join + "/invitation";

    public const string Accept = Join + "/accept";

    public const string Decline = Join + "/decline";

    /// <summary>The whole address of an invitation.</summary>
    public static string AddressOf(HttpContext http, string secret) => $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}{Join}#{secret}";
}
