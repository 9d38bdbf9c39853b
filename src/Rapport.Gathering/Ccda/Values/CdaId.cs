using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Rapport.Gathering;

/// <summary>Instance identifiers: an OID or UUID, with or without an extension.</summary>
internal static class CdaId
{
    private const string Rfc3986 = "urn:ietf:rfc:3986";

    private static readonly Dictionary<string, string> Systems = new()
    {
        ["2.16.840.1.113883.4.1"] = "http://hl7.org/fhir/sid/us-ssn",
        ["2.16.840.1.113883.4.6"] = "http://hl7.org/fhir/sid/us-npi",
        ["2.16.840.1.113883.4.572"] = "http://hl7.org/fhir/sid/us-medicare",
        ["2.16.840.1.113883.4.927"] = "http://hl7.org/fhir/sid/us-mbi",
        ["2.16.840.1.113883.4.873"] = Rfc3986,
    };

    /// <summary>All identifiers among the element's children of that name.</summary>
    internal static JsonArray Identifiers(XElement? element, string name = "id")
    {
        var list = new JsonArray();
        HashSet<string> there = [];
        foreach (var id in element.Cdas(name))
        {
            if (Identifier(id) is { } identifier && there.Add(identifier.ToJsonString()))
            {
                list.Add((JsonNode)identifier);
            }
        }

        return list;
    }

    internal static JsonObject? Identifier(XElement? id)
    {
        if (id is null || id.NullFlavor() is not null && id.At("extension") is null)
        {
            return null;
        }

        var (root, extension) = (id.At("root"), Words.Tidy(id.At("extension")));
        if (extension is null)
        {
            // The bare OID of social security numbers or providers names nobody.
            return root is not null && !Systems.ContainsKey(root) && CodeSystems.Urn(root) is { } urn ? R4.Identifier(Rfc3986, urn) : null;
        }

        var identifier = R4.Identifier(root is null ? null : Systems.GetValueOrDefault(root) ?? CodeSystems.Urn(root), extension.Shorten(500));
        return Words.Tidy(id.At("assigningAuthorityName")) is { } authority ? identifier.With("assigner", new JsonObject { ["display"] = authority }) : identifier;
    }

    /// <summary>The ids as one text that is the same each time; null when there are none that tell anything apart.</summary>
    internal static string? Key(XElement? element)
    {
        string[] ids = [.. element.Cdas("id").Select(Text).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        return ids.Length == 0 ? null : string.Join(' ', ids);
    }

    /// <summary>The first id as text; null when there is none.</summary>
    internal static string? First(XElement? element) => element.Cdas("id").Select(Text).FirstOrDefault(text => text is not null);

    /// <summary>One id as text; null when it is no id. Roots are compared without case.</summary>
    internal static string? Text(XElement id)
    {
        if (id.NullFlavor() is not null)
        {
            return null;
        }

        var (root, extension) = (id.At("root")?.ToLowerInvariant(), id.At("extension"));
        return extension is not null ? $"{root}|{extension}" : root is null || Systems.ContainsKey(root) ? null : root;
    }
}
