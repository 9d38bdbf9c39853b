using System.Text.Json;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// What the patient said of two entries: that they are one, or that they are not. Stored as a FHIR <c>Linkage</c> of two items, <c>active</c> when they are one, <c>active: false</c> when they are not.
/// It belongs to how the record is shown and is no part of it: no query finds it, nobody is given it.
/// </summary>
/// <param name="Local">Its own id.</param>
/// <param name="Version">Its version.</param>
/// <param name="First">One entry.</param>
/// <param name="Second">The other.</param>
/// <param name="IsSame">Whether they are one.</param>
internal sealed record EntryLink(LocalId Local, int Version, LocalId First, LocalId Second, bool IsSame)
{
    /// <summary>Whether it speaks of these two.</summary>
    internal bool Joins(LocalId a, LocalId b) => (First == a && Second == b) || (First == b && Second == a);

    internal static EntryLink Read(in EntryHeader header, Resource linkage)
    {
        List<LocalId> items = [];
        foreach (var child in linkage.Root.Children)
        {
            if (child.Name == "item" && child.TryGetChild("resource", out var resource) && resource.TryGetChild("reference", out var reference)
                && reference.GetString() is { } text && LocalId.TryParse(text.AsSpan(text.LastIndexOf('.') + 1), out var local))
            {
                items.Add(local);
            }
        }

        return items.Count == 2
            ? new EntryLink(header.Local, header.Version, items[0], items[1], linkage.Root.TryGetChild("active", out var active) && active.GetString() == "true")
            : throw new InvalidDataException("a stored link does not name two entries");
    }

    /// <summary>The JSON of it.</summary>
    /// <param name="patient">The patient's id.</param>
    /// <param name="first">FHIR reference of the one.</param>
    /// <param name="second">FHIR reference of the other.</param>
    /// <param name="now">When it was said.</param>
    internal byte[] Write(string patient, string first, string second, DateTimeOffset now)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Linkage");
            json.WriteString("id", $"{patient}.{Local}");
            json.WriteStartObject("meta");
            json.WriteString("versionId", Version.ToString());
            json.WriteString("lastUpdated", FhirTime.Instant(now));
            json.WriteEndObject();
            json.WriteBoolean("active", IsSame);
            json.WriteStartArray("item");
            WriteItem(json, "source", first);
            WriteItem(json, "alternate", second);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteItem(Utf8JsonWriter json, string type, string reference)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteStartObject("resource");
        json.WriteString("reference", reference);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
