using Rapport.Data;

namespace Rapport.Server.Pages.Outcomes;

/// <summary>Where whoever says what came of a look goes back to: the page on which they said it.</summary>
internal static class OutcomeReturn
{
    /// <summary>What that page tells them in its address: what became of it.</summary>
    public const string Came = "came";

    private const int MostLetters = 2000;

    /// <summary>The page that is shown, without what was told on it.</summary>
    public static string Here(HttpContext http) => http.Request.Path.ToUriComponent() + QueryString.Create(http.Request.Query.Where(static field => field.Key != Came));

    /// <summary>The address of the page, and what it tells there; null for what is no page of that shared record.</summary>
    /// <param name="patient">Whose record.</param>
    /// <param name="page">The page, as the form sent it.</param>
    /// <param name="told">What became of it.</param>
    public static string? To(PatientId patient, string? page, string told)
    {
        var root = $"/shared/{patient}";
        return page is { Length: <= MostLetters } && page.StartsWith(root, StringComparison.Ordinal) && (page.Length == root.Length || page[root.Length] is '/' or '?')
            && !page.Contains("..", StringComparison.Ordinal) && !page.Any(static letter => letter is '\\' or '#' || char.IsControl(letter))
                ? $"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Came}={told}#{Came}"
                : null;
    }
}
