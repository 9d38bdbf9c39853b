using System.Buffers;
using System.Xml;
using System.Xml.Linq;
using Rapport.Data;

namespace Rapport.Gathering;

/// <summary>A document's XML, and what had to be mended so that it could be read.</summary>
/// <param name="Root">Its root element, with the line of each element.</param>
/// <param name="Mended">One sentence each.</param>
internal sealed record LoadedXml(XElement Root, IReadOnlyList<string> Mended);

/// <summary>
/// Loads CDA as vendors write it: in the encoding that it really has, whatever it declares, and with prefixes that it uses without declaring them. As safe
/// as <see cref="SafeXml"/>: no entity is expanded, nothing is fetched, nesting, attributes and elements have limits.
/// </summary>
internal static class CcdaXml
{
    private const int MostDepth = 100;
    private const int MostAttributes = 100;

    /// <summary>Elements and attributes together; real documents have one in thirty bytes, and each takes a hundred in memory.</summary>
    private const int MostNodes = 600_000;

    /// <summary>Characters of all texts that are not packed bytes: the words of a section are copied into its entry several times.</summary>
    private const int MostText = 8 * 1024 * 1024;

    private const int MostPrefixes = 50;

    private static readonly SearchValues<char> NameEnds = SearchValues.Create(" \t\r\n/>");

    private static readonly Dictionary<string, string> KnownPrefixes = new()
    {
        ["xsi"] = Cda.XsiNamespace,
        ["sdtc"] = Cda.SdtcNamespace,
        ["cda"] = Cda.Namespace,
        ["voc"] = "urn:hl7-org:v3/voc",
    };

    /// <summary>Whether what begins so is a clinical document, in whatever encoding.</summary>
    internal static bool IsClinicalDocument(ReadOnlyMemory<byte> head)
    {
        var text = CcdaEncoding.Decode(head.Span, isCut: true).Text;
        return RootTag(text) is { } tag && tag.Contains("ClinicalDocument", StringComparison.Ordinal) && LocalName(tag) == "ClinicalDocument"
            && (tag.Contains($"\"{Cda.Namespace}\"", StringComparison.Ordinal) || tag.Contains($"'{Cda.Namespace}'", StringComparison.Ordinal)
                || !tag.Contains("xmlns=", StringComparison.Ordinal));
    }

    /// <summary>Loads a whole document.</summary>
    /// <exception cref="XmlException">It is not well-formed, or nested too deeply.</exception>
    /// <exception cref="InvalidDataException">It is larger than what is read.</exception>
    internal static LoadedXml Load(byte[] bytes)
    {
        List<string> mended = [];
        var (text, sentence) = CcdaEncoding.Decode(bytes, isCut: false);
        if (sentence is not null)
        {
            mended.Add(sentence);
        }

        var (trimmed, unknown) = CcdaEntities.Mend(text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n', '\0'));
        if (unknown is not null)
        {
            mended.Add(unknown);
        }

        var (used, declared) = FindPrefixes(trimmed);
        var namespaces = new XmlNamespaceManager(new NameTable());
        foreach (var prefix in used)
        {
            if (!declared.ContainsKey(prefix))
            {
                mended.Add($"the prefix `{prefix.Shorten(40)}` is used but not declared: it was taken as usual in such documents");
            }

            namespaces.AddNamespace(prefix, declared.GetValueOrDefault(prefix) ?? KnownPrefixes.GetValueOrDefault(prefix)
                ?? "urn:x-undeclared:" + Uri.EscapeDataString(prefix));
        }

        var context = new XmlParserContext(namespaces.NameTable, namespaces, null, XmlSpace.None);
        using var reader = XmlReader.Create(new StringReader(trimmed), Settings(), context);
        var root = XDocument.Load(reader, LoadOptions.SetLineInfo).Root!;
        if (root.Name.NamespaceName.Length == 0)
        {
            mended.Add("the document does not say that it is HL7 version 3: it was taken as such");
        }

        return new LoadedXml(root, mended);
    }

    private static XmlReaderSettings Settings() => new()
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        MaxCharactersFromEntities = 1,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>A first walk that minds no prefixes: which are used, which are declared, and whether the document keeps to the limits.</summary>
    private static (HashSet<string> Used, Dictionary<string, string> Declared) FindPrefixes(string xml)
    {
        HashSet<string> used = [];
        Dictionary<string, string> declared = [];
        using var reader = new XmlTextReader(new StringReader(xml)) { Namespaces = false, DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, EntityHandling = EntityHandling.ExpandCharEntities };
        var (nodes, text) = (0, 0L);
        var isPacked = false;
        while (reader.Read())
        {
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA && !isPacked && (text += reader.Value.Length) > MostText)
            {
                throw TooMuch.Of($"the words in the document have more than the {MostText} characters that are read at once: ask for it in parts");
            }

            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            nodes += 1 + reader.AttributeCount;
            if (nodes > MostNodes)
            {
                throw TooMuch.Of($"the document has more than the {MostNodes} elements and attributes that are read at once: ask for it in parts");
            }

            isPacked = reader.GetAttribute("representation") == "B64";

            if (reader.Depth > MostDepth || reader.AttributeCount > MostAttributes)
            {
                throw new XmlException("elements stand inside each other too deeply, or one has too many attributes", null, reader.LineNumber, reader.LinePosition);
            }

            Note(reader.Name, used);
            while (reader.MoveToNextAttribute())
            {
                if (reader.Name.StartsWith("xmlns:", StringComparison.Ordinal))
                {
                    declared[reader.Name[6..]] = reader.Value;
                }
                else
                {
                    Note(reader.Name, used);
                }
            }
        }

        return (used, declared);
    }

    private static void Note(string name, HashSet<string> used)
    {
        var colon = name.IndexOf(':');
        if (colon > 0 && name[..colon] is not ("xml" or "xmlns") && used.Add(name[..colon]) && used.Count > MostPrefixes)
        {
            throw new InvalidDataException($"the document uses more than {MostPrefixes} namespace prefixes");
        }
    }

    /// <summary>The first start tag, after declarations, instructions and comments.</summary>
    private static string? RootTag(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var open = text.IndexOf('<', at);
            if (open < 0 || open + 1 >= text.Length)
            {
                return null;
            }

            var (start, end) = text[open + 1] switch
            {
                '?' => ("<?", "?>"),
                '!' when text.AsSpan(open).StartsWith("<!--") => ("<!--", "-->"),
                '!' => ("<!", ">"),
                _ => ("", ">"),
            };
            var close = text.IndexOf(end, open + start.Length, StringComparison.Ordinal);
            if (start.Length == 0)
            {
                return close < 0 ? text[open..] : text[open..(close + 1)];
            }

            if (close < 0)
            {
                return null;
            }

            at = close + end.Length;
        }

        return null;
    }

    private static string LocalName(string tag)
    {
        var name = tag.AsSpan(1);
        var end = name.IndexOfAny(NameEnds);
        name = end < 0 ? name : name[..end];
        return name[(name.IndexOf(':') + 1)..].ToString();
    }
}
