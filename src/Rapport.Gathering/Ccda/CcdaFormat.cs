namespace Rapport.Gathering;

/// <summary>
/// HL7 Consolidated CDA 2.1 and what vendors write as CCD or C-CDA of any release: one <c>ClinicalDocument</c>. Its choice of resources, states and codes
/// follows the HL7 guide "C-CDA on FHIR". The document is kept byte for byte, each section's words as they are, each coded statement as an entry of its
/// own or named as not taken.
/// </summary>
internal sealed class CcdaFormat : ISourceFormat
{
    /// <summary>Documents are rarely half as long; as a tree of elements each takes some twenty times its length.</summary>
    private const int MostBytes = 12 * 1024 * 1024;

    public string Name => "ccda";

    public bool Recognises(SourceHead head) => !head.IsZip && !head.IsJson && CcdaXml.IsClinicalDocument(head.Bytes);

    public void Read(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        var most = Math.Min(MostBytes, harvest.Limits.MaxBytes);
        if (content.Length > most)
        {
            harvest.Refuse("too-long", "", $"the document has {content.Length} bytes, at most {most} are read of a C-CDA document: ask for it in parts, or for the papers that are in it as files of their own");
            return;
        }

        ReadDocument(content.ReadAll(most), harvest, cancel);
    }

    /// <summary>Reads a document that is in memory.</summary>
    /// <returns>What became of its statements; null when it is refused.</returns>
    internal static CcdaReading? ReadDocument(byte[] bytes, Harvest harvest, CancellationToken cancel)
    {
        var xml = CcdaXml.Load(bytes);
        harvest.Advance(bytes.Length);
        if (xml.Root.Name.LocalName != "ClinicalDocument")
        {
            harvest.Refuse("not-supported", "line 1", $"this is a `{xml.Root.Name.LocalName.Shorten(60)}`, not the ClinicalDocument that it begins as");
            return null;
        }

        if (xml.Root.Cdas("recordTarget").Skip(1).Any())
        {
            harvest.Refuse("business-rule", "ClinicalDocument/recordTarget[2]", "the document is about several patients; a record is about one: ask for one document for each");
            return null;
        }

        foreach (var sentence in xml.Mended)
        {
            harvest.Doubt("ClinicalDocument", sentence);
        }

        var reading = new CcdaReading(harvest, xml, bytes, cancel);
        DocumentMap.Read(reading);
        return reading;
    }
}
