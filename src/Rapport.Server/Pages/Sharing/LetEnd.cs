namespace Rapport.Server.Pages.Sharing;

/// <summary>Which agreements a patient lets end without being reminded again, by their local ids.</summary>
internal static class LetEnd
{
    private static readonly IdCookie Cookie = new("rapport-let-end", Agreement.Reminding * 2);

    /// <inheritdoc cref="IdCookie.Read"/>
    public static IReadOnlySet<string> Read(HttpContext http) => Cookie.Read(http);

    /// <summary>Adds one.</summary>
    public static void Add(HttpContext http, string localId) => Cookie.Add(http, localId);
}
