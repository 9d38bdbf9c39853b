using System.Text;

namespace Rapport.Fhir;

/// <summary>
/// FHIRPath's <c>resolve()</c> as far as one document allows: contained resources and those of the same bundle are found, of any other only
/// the type is known, from the reference's own text or its <c>type</c>.
/// </summary>
internal static class PathResolver
{
    /// <summary>Appends what a Reference, canonical or URI means.</summary>
    /// <param name="item">The reference; anything else means nothing.</param>
    /// <param name="resource">The resource that it stands in.</param>
    /// <param name="output">Where the resource goes, or its type alone.</param>
    public static void Resolve(PathValue item, Element resource, List<PathValue> output)
    {
        if (!item.IsElement)
        {
            return;
        }

        var element = item.Element;
        var text = element.TryGetChild(FhirNames.Reference, out var reference) ? reference.GetString() : element.GetString();
        if (text is not null && Find(resource, text) is { } found)
        {
            output.Add(PathValue.Of(found));
        }
        else if (TargetType(element, text) is { } type)
        {
            output.Add(PathValue.Of(new PathTarget(type)));
        }
    }

    /// <summary>
    /// What a reference standing in a resource means: a resource contained in it, or in an entry of the bundle around it.
    /// </summary>
    public static Element? Find(Element resource, string reference) =>
        reference.StartsWith('#') ? FindContained(resource, reference[1..]) : FindEntry(new Element(resource.Owning, 0), reference);

    /// <summary>
    /// The type of the resource that a Reference means, as far as it can be told from the Reference alone; null when not.
    /// </summary>
    private static TypeId? TargetType(Element element, string? text)
    {
        if (text is not null && ReferenceText.TryGetType(Encoding.UTF8.GetBytes(text), out var fromText) && fromText.Value != 0)
        {
            return fromText;
        }

        return element.TryGetChild(FhirNames.Type, out var type) && type.GetString() is { } name && Definitions.FindType(name) is { Value: not 0 } named
            ? named
            : null;
    }

    private static Element? FindContained(Element resource, string id)
    {
        foreach (var child in resource.Children)
        {
            if (child.NameId == FhirNames.Contained && child.TryGetChild(FhirNames.Id, out var childId) && childId.GetString() == id)
            {
                return child;
            }
        }

        return null;
    }

    private static Element? FindEntry(Element document, string reference)
    {
        foreach (var child in document.Children)
        {
            if (child.NameId == FhirNames.Entry
                && child.TryGetChild(FhirNames.FullUrl, out var fullUrl) && fullUrl.GetString() is { } url
                && (url == reference || (url.EndsWith(reference, StringComparison.Ordinal) && url[..^reference.Length].EndsWith('/')))
                && child.TryGetChild(FhirNames.Resource, out var found))
            {
                return found;
            }
        }

        return null;
    }
}
