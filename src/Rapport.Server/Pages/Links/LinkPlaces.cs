namespace Rapport.Server.Pages.Links;

/// <summary>Where the pages about links are.</summary>
internal static class LinkPlaces
{
    public const string All = "/share/links";

    public const string What = All + "/new";

    public const string Until = All + "/until";

    public const string Review = All + "/review";

    public const string Items = All + "/items";

    public const string End = All + "/end";

    public const string Received = All + "/received";

    /// <summary>The file of something that came by a link.</summary>
    /// <param name="id">What came.</param>
    public static string FileOf(string id) => $"{Received}/{id}/file";

    /// <summary>One link.</summary>
    /// <param name="localId">Its id within the record.</param>
    public static string Of(string localId) => $"{All}/{localId}";

    /// <summary>One link for paper.</summary>
    /// <param name="localId">Its id within the record.</param>
    public static string Paper(string localId) => $"{All}/{localId}/paper";
}
