using Rapport.Fhir;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>
/// Who wrote an entry, measured what it says or ordered it, by the names that stand in the entry itself: whoever may see the entry may see these, and no other entry is opened for them.
/// </summary>
internal static class Authors
{
    /// <summary>What the types call them, who wrote it first.</summary>
    private static readonly string[] Elements = ["author", "recorder", "asserter", "performer", "requester", "informationSource", "prescriber", "provider", "sender"];

    /// <summary>Their names, each once; none when the entry names nobody.</summary>
    public static IReadOnlyList<string> Of(Element root)
    {
        var named =
            from name in Elements
            from element in root.All(name)
            select NameOf(root, element.TypeName == "Reference" ? element : element.TryGetChild("actor", out var actor) ? actor : null);
        return [.. named.OfType<string>().Distinct()];
    }

    private static string? NameOf(Element root, Element? reference)
    {
        if (reference is not { TypeName: "Reference" } known)
        {
            return null;
        }

        if (known.Text("display") is { Length: > 0 } display)
        {
            return display;
        }

        // Whom the entry holds itself.
        return known.Text("reference") is ['#', .. var id] && root.All("contained").Where(contained => contained.Text("id") == id).ToList() is [var held]
            ? EntryReader.Line(held.ToResource()).Title
            : null;
    }
}
