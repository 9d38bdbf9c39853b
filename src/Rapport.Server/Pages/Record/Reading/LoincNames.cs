using System.Text;
using Rapport.Fhir;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>
/// Names of LOINC are English wherever nothing says otherwise, and stay so on pages in other languages: a screen reader has to be told, or it reads them out as if they were of the page.
/// </summary>
internal static class LoincNames
{
    public const string System = "http://loinc.org";

    /// <summary>The language of a code's name; null when it is that of the page or not known.</summary>
    /// <param name="system">The code system.</param>
    /// <param name="name">The name that came in with the code.</param>
    public static string? LanguageOf(string? system, string? name) =>
        system == System && !string.IsNullOrEmpty(name) && Ascii.IsValid(name) && Languages.Current != Languages.English ? Languages.English.Code : null;

    /// <summary>The language of the title of an entry that its source named after a code.</summary>
    public static string? LanguageOf(Element root, string title)
    {
        // What says its own language is believed, and was not named by LOINC.
        if (root.Text("language") is { } said && !said.StartsWith(Languages.English.Code, StringComparison.Ordinal))
        {
            return null;
        }

        return root.TryGetChild("code", out var code) && code.TypeName == "CodeableConcept"
            ? code.All("coding").Where(coding => string.Equals(coding.Text("display"), title, StringComparison.OrdinalIgnoreCase))
                .Select(coding => LanguageOf(coding.Text("system"), coding.Text("display"))).FirstOrDefault(language => language is not null)
            : null;
    }
}
