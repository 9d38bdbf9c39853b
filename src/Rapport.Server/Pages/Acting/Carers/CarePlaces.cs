using Rapport.Data;

namespace Rapport.Server.Pages.Acting.Carers;

/// <summary>Where the pages are on which people see who looks after a child, ask others to, and answer that.</summary>
internal static class CarePlaces
{
    /// <summary>Who looks after a child.</summary>
    public const string Home = "/acting/{patient}/care";

    /// <summary>Asking somebody.</summary>
    public const string New = Home + "/new";

    /// <summary>The link that was just made.</summary>
    public const string Made = Home + "/made";

    /// <summary>Taking somebody out.</summary>
    public const string Out = Home + "/out";

    /// <summary>What was asked is taken back.</summary>
    public const string TakeBack = Home + "/take-back";

    /// <summary>What whoever looks is asked by name.</summary>
    public const string Asked = "/circle/care";

    public const string Accept = Asked + "/accept";

    public const string Decline = Asked + "/decline";

    /// <summary>Whoever was taken out knows.</summary>
    public const string Seen = Asked + "/seen";

    /// <summary>One of the pages about a child.</summary>
    public static string Of(string place, PatientId child) => place.Replace("{patient}", child.ToString(), StringComparison.Ordinal);
}
