using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Notes, pictures and messages: documents of their own within the document.</summary>
internal static class Notes
{
    private const string ClinicalNote = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category";

    internal static void Map(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "DocumentReference");
        var (json, values) = (entry.Json, entry.Values);
        var text = statement.Node.First("text");
        if (Content(text, values, reading, statement) is not { } attachment)
        {
            reading.Leave(statement, NotTakenReason.NoValue);
            return;
        }

        json["status"] = "current";
        json.With("type", values.Concept(statement.Code)).With("category", R4.List(R4.Concept(ClinicalNote, "clinical-note", null))).With("subject", reading.Subject())
            .With("date", CdaTime.Instant(statement.Node.First("author", "time").At("value"))).With("author", reading.People.Authors(statement.Node))
            .With("description", statement.Section.Title)
            .With("content", R4.List(new JsonObject { ["attachment"] = attachment.With("title", Words.Tidy(text.At("displayName"))) }));
        var encounters = statement.Children.Where(child => child.Kind == "encounter").ToArray();
        foreach (var encounter in encounters)
        {
            reading.Map(encounter);
        }

        var visit = encounters.Where(encounter => encounter.ResourceType == "Encounter")
            .Select(encounter => encounter.Reference).FirstOrDefault(reference => reference is not null) ?? reading.Encounter;
        json.With("context", new JsonObject().With("encounter", visit is null ? null : R4.List(R4.Reference(visit))).With("period", values.Period(statement.Time)));
        reading.Add(entry);
    }

    /// <summary>A picture or another thing that is not words.</summary>
    internal static void MapMedia(Statement statement, CcdaReading reading)
    {
        var value = statement.Value;
        var entry = reading.Begin(statement, "DocumentReference");
        if (KeptDocument.MediaType(value.At("mediaType")) is not { } type || Bytes(value) is not { } bytes
            || KeptDocument.Kept(bytes, type, reading, reading.ProvenanceOf(statement, [])) is not { } attachment)
        {
            reading.Leave(statement, value is null || value.First("reference") is not null ? NotTakenReason.NoValue : NotTakenReason.Damaged);
            return;
        }

        entry.Json["status"] = "current";
        entry.Json.With("type", entry.Values.Concept(statement.Code)).With("subject", reading.Subject()).With("author", reading.People.Authors(statement.Node))
            .With("description", statement.Section.Title)
            .With("content", R4.List(new JsonObject { ["attachment"] = attachment }));
        reading.Add(entry);
    }

    /// <summary>That something was told to another clinician.</summary>
    internal static void MapHandoff(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "Communication");
        if (entry.Values.Concept(statement.Code) is not { } code)
        {
            reading.Leave(statement, NotTakenReason.NoMeaning);
            return;
        }

        var recipients = statement.Node.Cdas("participant").Where(participant => participant.At("typeCode") == "IRCP")
            .Select(participant => reading.People.Who(participant.First("participantRole"))).OfType<JsonObject>();
        entry.Json["status"] = statement.Status == "completed" ? "completed" : "unknown";
        entry.Json.With("subject", reading.Subject()).With("topic", code).With("sent", entry.Values.Moment(statement.Time))
            .With("recipient", new JsonArray([.. recipients]))
            .With("sender", Shared.Author(reading, statement)).With("note", Shared.Notes(entry, Shared.Words(entry)));
        reading.Add(entry);
    }

    /// <summary>The note: bytes of its own, or the words of the narrative that it refers to.</summary>
    private static JsonObject? Content(XElement? text, CdaValues values, CcdaReading reading, Statement statement)
    {
        if (text.At("representation") == "B64")
        {
            return Bytes(text) is { } bytes
                ? KeptDocument.Kept(bytes, KeptDocument.MediaType(text.At("mediaType"))
                    ?? "application/octet-stream", reading, reading.ProvenanceOf(statement, [])) : null;
        }

        return values.Text(text) is { } words ? KeptDocument.Kept(Encoding.UTF8.GetBytes(words), "text/plain", reading, reading.ProvenanceOf(statement, [])) : null;
    }

    private static byte[]? Bytes(XElement? data) => data is null || data.First("reference") is not null && Words.Own(data) is null ? null : KeptDocument.BytesOf(data);
}
