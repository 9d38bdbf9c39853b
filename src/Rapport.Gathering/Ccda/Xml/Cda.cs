using System.Xml;
using System.Xml.Linq;

namespace Rapport.Gathering;

/// <summary>Ways through the XML of a CDA document. Elements count by their local name, in the HL7 version 3 namespace or in none.</summary>
internal static class Cda
{
    internal const string Namespace = "urn:hl7-org:v3";
    internal const string SdtcNamespace = "urn:hl7-org:sdtc";
    internal const string XsiNamespace = "http://www.w3.org/2001/XMLSchema-instance";

    private static readonly XName XsiType = XName.Get("type", XsiNamespace);

    internal static bool IsCda(this XElement element) => element.Name.NamespaceName is Namespace or "";

    /// <summary>The children of that name.</summary>
    internal static IEnumerable<XElement> Cdas(this XElement? element, string name) =>
        element?.Elements().Where(child => child.Name.LocalName == name && child.IsCda()) ?? [];

    /// <summary>The first child by that path; null when there is none.</summary>
    internal static XElement? First(this XElement? element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            element = element.Cdas(name).FirstOrDefault();
        }

        return element;
    }

    /// <summary>The first child of HL7's extension namespace of that name.</summary>
    internal static XElement? Sdtc(this XElement? element, string name) => element.Sdtcs(name).FirstOrDefault();

    /// <inheritdoc cref="Sdtc"/>
    internal static IEnumerable<XElement> Sdtcs(this XElement? element, string name) =>
        element?.Elements(XName.Get(name, SdtcNamespace)) ?? [];

    /// <summary>An attribute, trimmed; null when it is missing or empty.</summary>
    internal static string? At(this XElement? element, string name) => element?.Attribute(name)?.Value.Trim() is { Length: > 0 } value ? value : null;

    /// <summary>The data type that the element says it has, without prefix.</summary>
    internal static string? Type(this XElement? element) => element?.Attribute(XsiType)?.Value.Trim() is { Length: > 0 } type ? type[(type.IndexOf(':') + 1)..] : null;

    /// <summary>Why there is no value; null when there may be one.</summary>
    internal static string? NullFlavor(this XElement? element) => element.At("nullFlavor");

    /// <summary>Whether the element is of that template, in whatever version of it.</summary>
    internal static bool HasTemplate(this XElement element, string root) => element.Cdas("templateId").Any(template => template.At("root") == root);

    internal static bool IsTrue(this XElement? element, string attribute) => element.At(attribute) is "true" or "1";

    internal static int Line(this XElement element) => ((IXmlLineInfo)element).LineNumber;
}
