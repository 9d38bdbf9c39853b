using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// The security labels that an entry has by what it holds: those of contained resources and of resources inside a Bundle or Parameters. An entry is as
/// sensitive as the most sensitive thing in it. A label without a code says that something is sensitive but not what: it counts as one that no consent names.
/// </summary>
internal static class NestedLabels
{
    /// <summary>Stands for a label without a code.</summary>
    private static ReadOnlySpan<byte> Unspecified => "unspecified"u8;

    /// <summary>Gives <paramref name="sink"/> the labels that the search parameter for labels does not see.</summary>
    /// <param name="resource">The entry.</param>
    /// <param name="isWhole">Whether the labels of what it holds were put on the whole when it was written, but for those that the patient took away.</param>
    /// <param name="sink">Takes them.</param>
    internal static void Extract(Resource resource, bool isWhole, SearchSink sink)
    {
        Incomplete(resource.Root, sink);
        if (isWhole)
        {
            return;
        }

        if (resource.TypeName is "Bundle" or "Parameters")
        {
            Descend(resource.Root, sink);
        }
        else
        {
            foreach (var child in resource.Root.Children)
            {
                if (child.IsResource)
                {
                    Nested(child, sink);
                }
            }
        }
    }

    /// <summary>Every label of a resource and of what it holds.</summary>
    internal static List<Element> All(Element resource)
    {
        List<Element> labels = [];
        Collect(resource, labels);
        return labels;
    }

    /// <summary>The labels of what a resource holds, without its own.</summary>
    internal static List<Element> Inner(Element resource)
    {
        List<Element> labels = [];
        if (resource.TypeName is "Bundle" or "Parameters")
        {
            foreach (var child in resource.Children)
            {
                Collect(child, labels);
            }

            return labels;
        }

        foreach (var child in resource.Children)
        {
            if (child.IsResource)
            {
                Collect(child, labels);
            }
        }

        return labels;
    }

    private static void Collect(Element element, List<Element> labels)
    {
        if (element.IsResource)
        {
            labels.AddRange(LabelsOf(element));
        }

        foreach (var child in element.Children)
        {
            Collect(child, labels);
        }
    }

    private static void Descend(Element element, SearchSink sink)
    {
        foreach (var child in element.Children)
        {
            if (child.IsResource)
            {
                Nested(child, sink);
            }
            else
            {
                Descend(child, sink);
            }
        }
    }

    private static void Nested(Element resource, SearchSink sink)
    {
        foreach (var label in LabelsOf(resource))
        {
            var system = label.TryGetChild("system", out var s) ? s.GetString() ?? "" : "";
            if (label.TryGetChild("code", out var code) && code.GetString() is { } text)
            {
                sink.Token(ParameterRoles.Security, System.Text.Encoding.UTF8.GetBytes(system), System.Text.Encoding.UTF8.GetBytes(text));
            }
        }

        Incomplete(resource, sink);
        Descend(resource, sink);
    }

    private static void Incomplete(Element resource, SearchSink sink)
    {
        foreach (var label in LabelsOf(resource))
        {
            if (!label.TryGetChild("code", out _))
            {
                sink.Token(ParameterRoles.Security, [], Unspecified);
            }
        }
    }

    private static List<Element> LabelsOf(Element resource)
    {
        List<Element> labels = [];
        if (resource.TryGetChild("meta", out var meta))
        {
            foreach (var child in meta.Children)
            {
                if (child.Name == "security")
                {
                    labels.Add(child);
                }
            }
        }

        return labels;
    }
}
