using System.Globalization;
using System.Text;

namespace Rapport.Fhir;

/// <summary>
/// Writes a resource anew with a few things set and everything else token for token as it came: the order of elements, the text
/// of numbers and the escapes of strings stay; only whitespace between tokens goes.
/// </summary>
public static class ResourceRewriter
{
    /// <summary>
    /// The extension on <c>meta</c> that keeps an added identifier of a resource whose type has no repeating <c>identifier</c>; its
    /// value is a <c>valueIdentifier</c>.
    /// </summary>
    public const string IdentifierExtensionUrl = "urn:x-rapport:original-identifier";

    private static readonly NameId _idName = Definitions.FindName("id");
    private static readonly NameId _metaName = Definitions.FindName("meta");
    private static readonly NameId _versionIdName = Definitions.FindName("versionId");
    private static readonly NameId _lastUpdatedName = Definitions.FindName("lastUpdated");
    private static readonly NameId _extensionName = Definitions.FindName("extension");
    private static readonly NameId _securityName = Definitions.FindName("security");
    private static readonly NameId _identifierName = Definitions.FindName("identifier");
    private static readonly NameId _systemName = Definitions.FindName("system");
    private static readonly NameId _valueName = Definitions.FindName("value");
    private static readonly NameId _urlName = Definitions.FindName("url");
    private static readonly NameId _referenceName = Definitions.FindName("reference");
    private static readonly TypeId _referenceType = Definitions.FindType("Reference");
    private static readonly ushort _referenceProperty = Find(_referenceType, _referenceName);
    private static readonly ushort _extensionUrlProperty = Find(Definitions.FindType("Extension"), _urlName);
    private static readonly ushort _profileProperty = Find(Definitions.FindType("Meta"), Definitions.FindName("profile"));

    /// <summary>Writes the resource with the changes asked for.</summary>
    /// <param name="resource">A resource: the root of a document, a bundle entry's, a contained one.</param>
    /// <param name="options">What to change.</param>
    /// <returns>Its UTF-8 JSON without whitespace between tokens.</returns>
    /// <remarks>
    /// An id or a meta that the resource lacks goes after <c>resourceType</c> when that comes first, otherwise to the start. An identifier
    /// that it has already is not added again. Safe to use from many threads.
    /// </remarks>
    /// <exception cref="ArgumentException">The element is not a resource.</exception>
    public static byte[] Rewrite(Element resource, in RewriteOptions options)
    {
        if (!resource.IsResource)
        {
            throw new ArgumentException("only a resource can be rewritten", nameof(resource));
        }
        var edits = new JsonEdits(resource.Node.Start);
        var front = Front(resource);
        if (options.Id is { } id)
        {
            if (resource.TryGetChild(_idName, out var element) && element.HasValue)
            {
                edits.Replace(element.Node.Start, element.Node.Length, JsonText.Quote(id));
            }
            else
            {
                front.Insert(edits, $"\"id\":{JsonText.Quote(id)}");
            }
        }
        var identifiers = Missing(resource, options.Identifiers);
        var asElements = TakesIdentifiers(resource.TypeId);
        SetMeta(edits, front, resource, options, asElements ? [] : identifiers);
        if (asElements && identifiers.Count > 0)
        {
            AddIdentifiers(edits, front, resource, identifiers);
        }
        if (options.MapReference is { } map)
        {
            MapReferences(edits, resource, map);
        }
        if (options.Without is { } without && resource.TryGetChild(without, out var left) && left.HasValue)
        {
            // After all others: what is put where it begins stands before it.
            Remove(edits, resource, left);
        }
        return edits.Write(resource.RawUtf8);
    }

    private static ushort Find(TypeId type, NameId name) => Definitions.Type(type).Table.Find(Definitions.Utf8Of(name));

    /// <summary>Where new properties go.</summary>
    private static Position Front(Element resource)
    {
        var json = resource.RawUtf8;
        var at = JsonText.SkipSpace(json, 1);
        if (!json[at..].StartsWith("\"resourceType\""u8))
        {
            return new Position(resource.Node.Start + 1, AfterAnother: false);
        }
        at = JsonText.SkipSpace(json, at + "\"resourceType\""u8.Length);
        at = JsonText.SkipSpace(json, at + 1);
        return new Position(resource.Node.Start + at + 2 + json[(at + 1)..].IndexOf((byte)'"'), AfterAnother: true);
    }

    private static void SetMeta(JsonEdits edits, Position front, Element resource, in RewriteOptions options, List<AddedIdentifier> identifiers)
    {
        var exists = resource.TryGetChild(_metaName, out var meta) && meta.Kind == NodeKind.Object;
        var added = new List<string>();
        if (options.VersionId is { } versionId)
        {
            Set(edits, exists ? meta : null, _versionIdName, versionId, added);
        }
        if (options.LastUpdated is { } time)
        {
            var text = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            Set(edits, exists ? meta : null, _lastUpdatedName, text, added);
        }
        if (identifiers.Count > 0)
        {
            var items = string.Join(',', identifiers.Select(i => $"{{\"url\":\"{IdentifierExtensionUrl}\",\"valueIdentifier\":{Json(i)}}}"));
            if (exists && Last(meta, _extensionName) is { } last)
            {
                edits.Insert(last.Node.Start + last.Node.Length, "," + items);
            }
            else
            {
                added.Add($"\"extension\":[{items}]");
            }
        }
        if (options.OnlySecurityLabels is { } only && exists && First(meta, _securityName) is { } first)
        {
            ReplaceAll(edits, resource, meta, first, Last(meta, _securityName)!.Value, string.Join(',', only));
        }
        else if (options.OnlySecurityLabels is { Count: > 0 } instead)
        {
            added.Add($"\"security\":[{string.Join(',', instead)}]");
        }
        else if (options.SecurityLabels is { Count: > 0 } labels)
        {
            var items = string.Join(',', labels.Select(label => Encoding.UTF8.GetString(label.RawUtf8)));
            if (exists && Last(meta, _securityName) is { } last)
            {
                edits.Insert(last.Node.Start + last.Node.Length, "," + items);
            }
            else
            {
                added.Add($"\"security\":[{items}]");
            }
        }
        if (added.Count == 0)
        {
            return;
        }
        var properties = string.Join(',', added);
        if (!exists)
        {
            var place = resource.TryGetChild(_idName, out var id) && id.HasValue ? Position.After(id) : front;
            place.Insert(edits, $"\"meta\":{{{properties}}}");
        }
        else
        {
            var isEmpty = meta.Node.End == meta.Index + 1;
            edits.Insert(meta.Node.Start + 1, isEmpty ? properties : properties + ",");
        }
    }

    private static void Set(JsonEdits edits, Element? parent, NameId name, string value, List<string> added)
    {
        if (parent is { } element && element.TryGetChild(name, out var old) && old.HasValue)
        {
            edits.Replace(old.Node.Start, old.Node.Length, JsonText.Quote(value));
        }
        else
        {
            added.Add($"\"{Definitions.NameOf(name)}\":{JsonText.Quote(value)}");
        }
    }

    /// <summary>Puts others in the place of all items of an array, or leaves the array out with its name.</summary>
    private static void ReplaceAll(JsonEdits edits, Element resource, Element parent, Element first, Element last, string items)
    {
        var end = last.Node.Start + last.Node.Length;
        if (items.Length > 0)
        {
            edits.Replace(first.Node.Start, end - first.Node.Start, items);
            return;
        }
        var json = resource.RawUtf8;
        var opening = json[..(first.Node.Start - resource.Node.Start)].LastIndexOf((byte)'[');
        var closing = JsonText.SkipSpace(json, end - resource.Node.Start);
        Remove(edits, resource, parent, opening, closing + 1);
    }

    /// <summary>Leaves a property out, with one of the commas beside it.</summary>
    private static void Remove(JsonEdits edits, Element resource, Element left)
    {
        var start = left.Node.Start - resource.Node.Start;
        Remove(edits, resource, resource, start, start + left.Node.Length);
    }

    /// <param name="edits">Takes the change.</param>
    /// <param name="resource">What is rewritten.</param>
    /// <param name="parent">The object that has the property.</param>
    /// <param name="start">Where its value begins in the resource.</param>
    /// <param name="end">Where it ends.</param>
    private static void Remove(JsonEdits edits, Element resource, Element parent, int start, int end)
    {
        var json = resource.RawUtf8;
        var colon = json[..start].LastIndexOf((byte)':');
        var name = json[..json[..colon].LastIndexOf((byte)'"')].LastIndexOf((byte)'"');
        var next = JsonText.SkipSpace(json, end);
        var comma = json[..name].LastIndexOf((byte)',');
        (start, end) = json[next] == ',' ? (name, next + 1)
            : comma > parent.Node.Start - resource.Node.Start ? (comma, end)
            : (name, end);
        edits.Replace(resource.Node.Start + start, end - start, "");
    }

    private static void AddIdentifiers(JsonEdits edits, Position front, Element resource, List<AddedIdentifier> identifiers)
    {
        var items = string.Join(',', identifiers.Select(Json));
        if (Last(resource, _identifierName) is { } last)
        {
            edits.Insert(last.Node.Start + last.Node.Length, "," + items);
            return;
        }
        var place = resource.TryGetChild(_metaName, out var meta) ? Position.After(meta)
            : resource.TryGetChild(_idName, out var id) && id.HasValue ? Position.After(id)
            : front;
        place.Insert(edits, $"\"identifier\":[{items}]");
    }

    private static bool TakesIdentifiers(TypeId type) =>
        Find(type, _identifierName) is not 0 and ushort property && (Definitions.Property(property).Flags & PropertyFlags.Array) != 0;

    private static List<AddedIdentifier> Missing(Element resource, IReadOnlyList<AddedIdentifier>? identifiers)
    {
        var missing = new List<AddedIdentifier>();
        foreach (var identifier in identifiers ?? [])
        {
            if (!Has(resource, identifier) && !missing.Contains(identifier))
            {
                missing.Add(identifier);
            }
        }
        return missing;
    }

    private static bool Has(Element resource, AddedIdentifier identifier)
    {
        foreach (var child in resource.Children)
        {
            if (child.NameId == _identifierName && Is(child, identifier))
            {
                return true;
            }
            if (child.NameId != _metaName)
            {
                continue;
            }
            foreach (var extension in child.Children)
            {
                if (extension.NameId == _extensionName
                    && extension.TryGetChild(_urlName, out var url) && url.GetString() == IdentifierExtensionUrl
                    && extension.TryGetChild(_valueName, out var value) && Is(value, identifier))
                {
                    return true;
                }
            }
        }
        return false;
    }

    private static bool Is(Element element, AddedIdentifier identifier) =>
        element.TryGetChild(_systemName, out var system) && system.GetString() == identifier.System
        && element.TryGetChild(_valueName, out var value) && value.GetString() == identifier.Value;

    private static string Json(AddedIdentifier identifier) =>
        $"{{\"system\":{JsonText.Quote(identifier.System)},\"value\":{JsonText.Quote(identifier.Value)}}}";

    private static Element? First(Element parent, NameId name) => parent.TryGetChild(name, out var first) ? first : null;

    private static Element? Last(Element parent, NameId name)
    {
        Element? last = null;
        foreach (var child in parent.Children)
        {
            if (child.NameId == name)
            {
                last = child;
            }
        }
        return last;
    }

    private static void MapReferences(JsonEdits edits, Element root, ReferenceMap map)
    {
        var resource = root.Owning;
        var end = root.Node.End;
        byte[] scratch = [];
        for (var i = root.Index + 1; i < end; i++)
        {
            ref readonly var node = ref resource.NodeAt(i);
            if (node.Kind != NodeKind.String)
            {
                continue;
            }
            var kind = Definitions.Property(node.Property).Kind;
            var isReference = node.Property == _referenceProperty
                || (kind is >= PrimitiveKind.Uri and <= PrimitiveKind.Uuid && !IsName(node));
            if (!isReference && kind != PrimitiveKind.Xhtml)
            {
                continue;
            }
            if ((node.Flags & NodeFlags.Escaped) != 0 && scratch.Length < node.Length)
            {
                scratch = new byte[node.Length];
            }
            var text = new Element(resource, i).GetUtf8(scratch);
            string? mapped = isReference ? map(text) : NarrativeLinks.Map(text, map);
            if (mapped is not null)
            {
                edits.Replace(node.Start, node.Length, JsonText.Quote(mapped));
            }
        }
    }

    /// <summary>
    /// Whether a URI names what something is (a code system, a profile, an extension) rather than where it is: an entry of a bundle that bears the same
    /// URL must not change what the codes and security labels of others mean.
    /// </summary>
    private static bool IsName(in Node node) =>
        node.Name == _systemName || node.Property == _extensionUrlProperty || node.Property == _profileProperty;

    /// <summary>A place for a property: after another one, or before all others.</summary>
    private readonly record struct Position(int At, bool AfterAnother)
    {
        public static Position After(Element element) => new(element.Node.Start + element.Node.Length, AfterAnother: true);

        public void Insert(JsonEdits edits, string property) => edits.Insert(At, AfterAnother ? "," + property : property + ",");
    }
}
