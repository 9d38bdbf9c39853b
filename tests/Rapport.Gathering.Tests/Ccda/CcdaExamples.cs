using System.Text;
using System.Xml;
using System.Xml.Linq;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>HL7's examples of C-CDA: whole documents, and fragments put where they belong in a document.</summary>
internal static class CcdaExamples
{
    private const string Start =
        """<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="2.16.840.1.113883.19.5" extension="wrapped"/><code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/><title>Wrapped</title><effectiveTime value="20200101"/>""";

    private const string Patient =
        """<recordTarget><patientRole><id root="2.16.840.1.113883.19.5" extension="p1"/><patient><name><given>Test</given><family>Person</family></name><birthTime value="19700101"/></patient></patientRole></recordTarget>""";

    private static readonly System.Buffers.SearchValues<char> NameEnds = System.Buffers.SearchValues.Create(" \t\r\n/>");

    private static readonly string[] HeaderParts = ["recordTarget", "author", "dataEnterer", "informant", "custodian", "informationRecipient", "legalAuthenticator", "authenticator", "participant", "inFulfillmentOf", "documentationOf", "relatedDocument", "authorization", "componentOf"];

    /// <summary>All whole documents: name and content.</summary>
    internal static IEnumerable<(string Name, byte[] Content)> Documents() => Files().Where(file => IsDocument(file.Content));

    /// <summary>All fragments, each in a document of its own.</summary>
    internal static IEnumerable<(string Name, byte[] Content)> Fragments() =>
        Files().Where(file => !IsDocument(file.Content)).Select(file => (file.Name, Encoding.UTF8.GetBytes(Wrap(Encoding.UTF8.GetString(file.Content).TrimStart('\uFEFF')))));

    /// <summary>The clinical statements of a document, counted without the code that is tested.</summary>
    internal static int CountStatements(byte[] content)
    {
        var names = new XmlNamespaceManager(new NameTable());
        names.AddNamespace("xsi", "http://www.w3.org/2001/XMLSchema-instance");
        names.AddNamespace("sdtc", "urn:hl7-org:sdtc");
        names.AddNamespace("cda", "urn:hl7-org:v3");
        names.AddNamespace("voc", "urn:hl7-org:v3/voc");
        using var reader = XmlReader.Create(new StringReader(Encoding.UTF8.GetString(content).TrimStart('\uFEFF')), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore }, new XmlParserContext(names.NameTable, names, null, XmlSpace.None));
        string[] kinds = ["act", "encounter", "observation", "observationMedia", "organizer", "procedure", "regionOfInterest", "substanceAdministration", "supply"];
        var body = XDocument.Load(reader).Descendants().FirstOrDefault(e => e.Name.LocalName == "structuredBody");
        return body?.Descendants().Count(e => kinds.Contains(e.Name.LocalName)) ?? 0;
    }

    /// <summary>Puts a fragment into a document where its kind belongs.</summary>
    internal static string Wrap(string fragment)
    {
        var at = 0;
        while (at < fragment.Length && fragment.IndexOf('<', at) is >= 0 and var open && fragment[open + 1] is '?' or '!')
        {
            at = fragment.AsSpan(open).StartsWith("<!--") ? fragment.IndexOf("-->", open, StringComparison.Ordinal) + 3 : fragment.IndexOf('>', open) + 1;
        }

        var body = fragment[at..].Replace("...", "", StringComparison.Ordinal);
        var start = body.IndexOf('<', StringComparison.Ordinal) + 1;
        var root = body[start..(start + body.AsSpan(start).IndexOfAny(NameEnds))];
        return HeaderParts.Contains(root) ? $"{Start}{(root == "recordTarget" ? "" : Patient)}{body}</ClinicalDocument>"
            : $"{Start}{Patient}<component><structuredBody>{root switch
            {
                "component" when body.Contains("<section", StringComparison.Ordinal) => body,
                "section" => $"<component>{body}</component>",
                "entry" => Section(body),
                "act" or "observation" or "organizer" or "procedure" or "substanceAdministration" or "supply" or "encounter" => Section($"<entry>{body}</entry>"),
                _ => Section($"<entry><act classCode=\"ACT\" moodCode=\"EVN\"><code code=\"x\" codeSystem=\"1.2.3\"/>{body}</act></entry>"),
            }}</structuredBody></component></ClinicalDocument>";
    }

    private static string Section(string content) => $"<component><section><code code=\"00000-0\" codeSystem=\"2.16.840.1.113883.6.1\"/><title>Fragment</title><text>Fragment</text>{content}</section></component>";

    private static bool IsDocument(byte[] content) => Encoding.UTF8.GetString(content).Contains("<ClinicalDocument", StringComparison.Ordinal);

    private static IEnumerable<(string Name, byte[] Content)> Files()
    {
        var root = Repository.SharedData("ccda/hl7-examples");
        return Directory.GetFiles(root, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => (Path.GetRelativePath(root, file), File.ReadAllBytes(file)));
    }
}
