using System.Xml;
using System.Xml.Linq;

namespace Rapport.Gathering;

/// <summary>Reads XML that may be hostile: no entity is expanded, nothing is fetched, a document type is skipped, nesting and length have limits.</summary>
internal static class SafeXml
{
    private const int MostDepth = 100;
    private const int MostAttributes = 256;

    /// <summary>A reader for a stream of any length that is walked once; <see cref="XmlWalk"/> sets limits to what it holds.</summary>
    /// <param name="stream">The XML.</param>
    /// <param name="names">Keeps the names of elements and attributes; null for no limit.</param>
    /// <param name="isData">Whether white space between elements means nothing.</param>
    internal static XmlReader Walk(Stream stream, XmlNameTable? names = null, bool isData = false)
    {
        var settings = Settings(maxCharacters: 0);
        settings.NameTable = names;
        settings.IgnoreWhitespace = isData;
        return XmlReader.Create(stream, settings);
    }

    /// <summary>A whole document in memory, with the line of each element.</summary>
    /// <exception cref="XmlException">It is not well-formed, too long, or nested too deeply.</exception>
    internal static XDocument Load(Stream stream, int maxCharacters)
    {
        using (var check = XmlReader.Create(stream, Settings(maxCharacters)))
        {
            while (check.Read())
            {
                if (check.Depth > MostDepth || check.AttributeCount > MostAttributes)
                {
                    var place = (IXmlLineInfo)check;
                    throw new XmlException("elements stand inside each other too deeply, or one has too many attributes", null, place.LineNumber, place.LinePosition);
                }
            }
        }

        stream.Position = 0;
        using var reader = XmlReader.Create(stream, Settings(maxCharacters));
        return XDocument.Load(reader, LoadOptions.SetLineInfo | LoadOptions.PreserveWhitespace);
    }

    private static XmlReaderSettings Settings(long maxCharacters) => new()
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        MaxCharactersInDocument = maxCharacters,
        MaxCharactersFromEntities = 1,
        CloseInput = false,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };
}
