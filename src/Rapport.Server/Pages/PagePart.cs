namespace Rapport.Server.Pages;

/// <summary>What a script asks for of a page that a person sees already.</summary>
internal static class PagePart
{
    /// <summary>What was found, without the page around it.</summary>
    public const string Found = "found";

    /// <summary>The page anew, because something was added: whether it is seen depends on what its reader does there.</summary>
    public const string Follow = "follow";

    private const string Header = "Rapport-Part";

    /// <summary>Whether a request asks for that part.</summary>
    public static bool IsAsked(HttpContext http, string part) => http.Request.Headers[Header] == part;
}
