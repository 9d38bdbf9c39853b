using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>The document itself: its bytes, what it is, and its words section by section.</summary>
internal sealed class KeptDocument(CcdaReading reading)
{
    private const string ContentType = "application/xml";
    private const string Formats = CodeSystems.V3 + "HL7DocumentFormatCodes";

    private static readonly Dictionary<string, string> EmptyReasons = new() { ["NASK"] = "notasked", ["MSK"] = "withheld", ["ASKU"] = "unavailable" };

    private readonly CdaValues _values = new(reading.Texts);

    private XElement Root => reading.Root;

    private string Id => CdaId.Key(Root) ?? Convert.ToHexStringLower(SHA256.HashData(reading.Bytes));

    private string Title => Words.Of(Root.First("title"))?.ReplaceLineEndings(" ") ?? Words.Tidy(Root.First("code").At("displayName")) ?? "Clinical document";

    internal void Add()
    {
        foreach (var sentence in reading.Mended)
        {
            _values.Convert(sentence);
        }

        var attachments = new JsonArray { (JsonNode)Kept(reading.Bytes, ContentType, reading, CcdaReading.HeaderProvenance(null, "ClinicalDocument"))! };
        if (Embedded() is { } embedded)
        {
            attachments.Add((JsonNode)embedded);
        }

        AddDocumentReference(attachments);
        if (reading.Sections.Count > 0)
        {
            AddComposition();
        }
    }

    /// <summary>Keeps bytes as a Binary with parts; an Attachment that leads there, null when it is not taken.</summary>
    internal static JsonObject? Kept(ReadOnlyMemory<byte> bytes, string contentType, CcdaReading reading, Provenance provenance)
    {
        // Known by its content: bytes that changed are other bytes.
        var key = "Binary\n" + Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        return KeptBytes.Add(reading.Harvest, key, bytes, contentType, provenance, reading.Security == "N" ? null : CcdaReading.Labelled(reading.Security));
    }

    /// <summary>The bytes of an ED that is not XML; null when there are none or they are damaged.</summary>
    internal static byte[]? BytesOf(XElement? data)
    {
        if (data is null || data.At("compression") is not null)
        {
            return null;
        }

        if (data.At("representation") != "B64")
        {
            return Words.Of(data) is { } words ? System.Text.Encoding.UTF8.GetBytes(words) : null;
        }

        var text = data.Value;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length > 0 ? bytes[..length] : null;
    }

    /// <summary>A media type as FHIR's code has it, parameters aside; null when it is none.</summary>
    internal static string? MediaType(string? text) =>
        text?.Split(';')[0].Trim().ToLowerInvariant() is { Length: > 2 and < 100 } type && type.Contains('/', StringComparison.Ordinal)
            && !type.Any(char.IsWhiteSpace) ? type : null;

    /// <summary>A document that is no CDA inside: a PDF, a scan, plain text.</summary>
    private JsonObject? Embedded()
    {
        if (Root.First("component", "nonXMLBody", "text") is not { } text)
        {
            return null;
        }

        var type = MediaType(text.At("mediaType")) ?? "text/plain";
        if (BytesOf(text) is { } bytes)
        {
            return Kept(bytes, type, reading, CcdaReading.HeaderProvenance(null, "component/nonXMLBody/text") with { Line = text.Line() });
        }

        reading.Harvest.Skip(type, text.First("reference") is null ? NotTakenReason.Damaged : NotTakenReason.NoValue, $"line {text.Line()}");
        return null;
    }

    private void AddDocumentReference(JsonArray attachments)
    {
        var time = Root.First("effectiveTime").At("value");
        var json = R4.Resource("DocumentReference").With("meta", CcdaReading.Labelled(reading.Security))
            .With("masterIdentifier", CdaId.Identifier(Root.First("id")))
            .With("identifier", CdaId.Identifiers(Root, "setId")).With("status", "current").With("type", _values.Concept(Root.First("code")))
            .With("subject", reading.Subject())
            .With("date", CdaTime.Instant(time)).With("author", reading.People.Authors(Root))
            .With("authenticator", reading.People.Only(reading.People.Who(Root.First("legalAuthenticator", "assignedEntity")), "Practitioner", "Organization"))
            .With("custodian", Custodian()).With("relatesTo", RelatesTo()).With("description", Title).With("securityLabel", Security());
        foreach (var attachment in attachments.OfType<JsonObject>())
        {
            attachment.With("language", PatientMap.Language(Root.First("languageCode").At("code"), _values)).With("title", Title).With("creation", _values.Time(time));
        }

        json["content"] = new JsonArray([.. attachments.Select(attachment => (JsonNode)new JsonObject { ["attachment"] = attachment!.DeepClone() }.With("format", FormatOf(attachment)))]);
        json.With("context", new JsonObject().With("encounter", reading.Encounter is { } encounter ? R4.List(R4.Reference(encounter)) : null)
            .With("period", _values.Period(Root.First("documentationOf", "serviceEvent", "effectiveTime"))));
        reading.Harvest.Add("DocumentReference\n" + Id, json, CcdaReading.HeaderProvenance(null, "ClinicalDocument", _values.Converted) with { Line = Root.Line() });
    }

    private JsonObject? FormatOf(JsonNode attachment)
    {
        if (attachment["contentType"]!.GetValue<string>() != ContentType || !Root.HasTemplate("2.16.840.1.113883.10.20.22.1.1"))
        {
            return null;
        }

        var body = reading.Sections.Count > 0 ? "structuredBody" : "nonXMLBody";
        var release = Root.Cdas("templateId").Any(template => template.At("extension") is "2015-08-01") ? "2.1" : "1.1";
        return R4.Coding(Formats, $"urn:hl7-org:sdwg:ccda-{body}:{release}");
    }

    private JsonObject? Custodian() => reading.People.Organization(Root.First("custodian", "assignedCustodian", "representedCustodianOrganization"));

    private JsonArray? Security() => Root.First("confidentialityCode") is null ? null
        : R4.List(R4.Concept(CodeSystems.V3 + "Confidentiality", reading.Security, null));

    private JsonArray RelatesTo()
    {
        var list = new JsonArray();
        foreach (var related in Root.Cdas("relatedDocument").Take(20))
        {
            var code = related.At("typeCode") switch { "RPLC" => "replaces", "APND" => "appends", "XFRM" => "transforms", _ => null };
            if (code is not null && CdaId.Identifier(related.First("parentDocument", "id")) is { } id)
            {
                list.Add((JsonNode)new JsonObject { ["code"] = code, ["target"] = new JsonObject { ["identifier"] = id } });
            }
        }

        return list;
    }

    private void AddComposition()
    {
        var values = new CdaValues(reading.Texts);
        var authors = reading.People.Authors(Root);
        var json = R4.Resource("Composition").With("meta", CcdaReading.Labelled(reading.Security)).With("identifier", CdaId.Identifier(Root.First("id")))
            .With("status", "final")
            .With("type", values.Concept(Root.First("code")) ?? R4.Concept("Clinical document")).With("subject", reading.Subject())
            .With("encounter", reading.Encounter is { } encounter ? R4.Reference(encounter) : null);
        if (values.Time(Root.First("effectiveTime")) is { } date)
        {
            json["date"] = date;
        }
        else
        {
            json["_date"] = CdaValues.Absent(Root.First("effectiveTime").NullFlavor());
        }

        json["author"] = authors.Count > 0 ? authors : R4.List(CdaValues.Absent(null));
        json.With("title", Title).With("attester", Attesters(values)).With("custodian", Custodian()).With("section", Sections(reading.Sections));
        if (reading.Security is "N" or "R" or "V" or "U" or "L" or "M")
        {
            json["confidentiality"] = reading.Security;
        }

        reading.Harvest.Add("Composition\n" + Id, json, CcdaReading.HeaderProvenance(null, "structuredBody", values.Converted) with { Line = Root.First("component")?.Line() });
    }

    private JsonArray Attesters(CdaValues values)
    {
        var list = new JsonArray();
        foreach (var signer in Root.Cdas("legalAuthenticator").Concat(Root.Cdas("authenticator")).Take(20))
        {
            if (reading.People.Who(signer.First("assignedEntity")) is { } who)
            {
                list.Add((JsonNode)new JsonObject { ["mode"] = signer.Name.LocalName == "authenticator" ? "professional" : "legal" }
                    .With("time", values.Time(signer.First("time"))).With("party", who));
            }
        }

        return list;
    }

    private JsonArray Sections(IReadOnlyList<Section> sections)
    {
        var list = new JsonArray();
        foreach (var section in sections)
        {
            var xhtml = CdaNarrative.Xhtml(section.Node.First("text"), reading.Texts);
            string[] entries = [.. section.Statements.Select(statement => statement.Reference).OfType<string>().Distinct()];
            var json = new JsonObject().With("title", section.Title).With("code", _values.Concept(section.Node.First("code")))
                .With("text", xhtml is null ? null : new JsonObject { ["status"] = "additional", ["div"] = xhtml })
                .With("entry", new JsonArray([.. entries.Select(entry => (JsonNode)R4.Reference(entry))]));
            if (entries.Length == 0 && section.Node.NullFlavor() is { } nullFlavor)
            {
                json["emptyReason"] = R4.Concept("http://terminology.hl7.org/CodeSystem/list-empty-reason", EmptyReasons.GetValueOrDefault(nullFlavor, "unavailable"), null);
            }

            json.With("section", Sections(section.Sections));
            if (json.ContainsKey("text") || json.ContainsKey("entry") || json.ContainsKey("section"))
            {
                list.Add((JsonNode)json);
            }
            else
            {
                reading.Harvest.Skip($"section {section.Code}", NotTakenReason.SaysNothing, section.Path);
            }
        }

        return list;
    }
}
