using Rapport.Fhir;

namespace Rapport.Conversations;

/// <summary>Short ways to what an element has.</summary>
internal static class Elements
{
    /// <summary>The text of a child; null when there is none.</summary>
    public static string? Text(this Element parent, string name) => parent.TryGetChild(name, out var child) ? child.GetString() : null;

    /// <summary>All children of a name.</summary>
    public static List<Element> All(this Element parent, string name)
    {
        List<Element> found = [];
        foreach (var child in parent.Children)
        {
            if (child.Name == name)
            {
                found.Add(child);
            }
        }

        return found;
    }
}
