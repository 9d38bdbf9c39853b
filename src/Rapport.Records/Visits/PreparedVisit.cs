using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>A question that a patient wants to ask at a visit.</summary>
/// <param name="Text">The question, in the patient's words.</param>
public sealed record VisitQuestion(string Text)
{
    /// <summary>Why it was offered, in a sentence; null for a question of the patient's own.</summary>
    public string? Why { get; init; }

    /// <summary>What it is about, so that the same is not offered again; null for a question of the patient's own.</summary>
    public string? Key { get; init; }

    /// <summary>The FHIR reference of the entry that it comes from; null where it comes from none.</summary>
    public string? Entry { get; init; }

    /// <summary>The conversation and the line in it that it comes from, with a slash between; null where it comes from none.</summary>
    public string? Message { get; init; }
}

/// <summary>What a patient wrote down for a visit.</summary>
public sealed record VisitPlan
{
    /// <summary>The most questions of a list.</summary>
    public const int MostQuestions = 25;

    /// <summary>The most letters of a question: all of them fit into one message.</summary>
    public const int MostText = 350;

    /// <summary>The most letters of <see cref="With"/>.</summary>
    public const int MostWith = 120;

    /// <summary>With whom, by name or in the patient's words; null where they did not say.</summary>
    public string? With { get; init; }

    /// <summary>How consents name them; null for whom nobody here knows.</summary>
    public string? WithReference { get; init; }

    /// <summary>The day; null where they did not say.</summary>
    public DateOnly? On { get; init; }

    /// <summary>What to ask, in the patient's order.</summary>
    public required IReadOnlyList<VisitQuestion> Questions { get; init; }
}

/// <summary>A list of questions for a visit, as it is kept.</summary>
/// <param name="Id">Its id within the record.</param>
/// <param name="Version">Counts its changes, from 1.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="ChangedAt">When it was changed last.</param>
/// <param name="Plan">What it says.</param>
public sealed record PreparedVisit(LocalId Id, long Version, DateTimeOffset MadeAt, DateTimeOffset ChangedAt, VisitPlan Plan)
{
    internal const string Url = "urn:x-rapport:visit-questions";

    /// <summary>Whether a resource is such a list, as it stands in a file that a patient took along: no file brings one into a record.</summary>
    public static bool Is(Element resource) => resource.TypeName == "Basic" && resource.TryGetChild("code", out var code)
        && code.TryGetChild("coding", out var coding) && coding.TryGetChild("system", out var system) && system.GetString() == Url;

    internal byte[] Seal(PatientId patient, Sealer sealer) =>
        sealer.Seal(Places.Visit(patient, Id, Version), JsonSerializer.SerializeToUtf8Bytes(new StoredVisit(MadeAt, ChangedAt, Plan), VisitJson.Default.StoredVisit));

    /// <exception cref="SealBrokenException">What is stored was changed or moved.</exception>
    internal static PreparedVisit Open(PatientId patient, Sealer sealer, string visitId, long version, byte[] body)
    {
        var id = LocalId.Parse(visitId);
        var stored = JsonSerializer.Deserialize(sealer.Open(Places.Visit(patient, id, version), body), VisitJson.Default.StoredVisit)!;
        return new PreparedVisit(id, version, stored.MadeAt, stored.ChangedAt, stored.Plan);
    }

    /// <summary>It as a FHIR <c>Basic</c>, for the file that a patient takes along.</summary>
    internal byte[] Write(string patient)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Basic");
            json.WriteString("id", $"{patient}.{Id}");
            json.WriteStartObject("meta");
            json.WriteString("versionId", Version.ToString());
            json.WriteString("lastUpdated", FhirTime.Instant(ChangedAt));
            json.WriteStartArray("security");
            WriteCoding(json, SecurityLabel.Restricted.System, SecurityLabel.Restricted.Code);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartArray("extension");
            if (Plan.With is { } with)
            {
                WriteExtension(json, "with", "valueString", with);
            }

            if (Plan.On is { } day)
            {
                WriteExtension(json, "on", "valueDate", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            }

            foreach (var question in Plan.Questions)
            {
                WriteExtension(json, "question", "valueString", question.Text);
            }

            WriteExtension(json, "made", "valueInstant", FhirTime.Instant(MadeAt));
            json.WriteEndArray();
            json.WriteStartObject("code");
            json.WriteStartArray("coding");
            WriteCoding(json, Url, "questions");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject("subject");
            json.WriteString("reference", $"Patient/{patient}");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteCoding(Utf8JsonWriter json, string system, string code)
    {
        json.WriteStartObject();
        json.WriteString("system", system);
        json.WriteString("code", code);
        json.WriteEndObject();
    }

    private static void WriteExtension(Utf8JsonWriter json, string name, string type, string value)
    {
        json.WriteStartObject();
        json.WriteString("url", $"{Url}:{name}");
        json.WriteString(type, value);
        json.WriteEndObject();
    }
}

/// <summary>What is sealed of a list.</summary>
internal sealed record StoredVisit(DateTimeOffset MadeAt, DateTimeOffset ChangedAt, VisitPlan Plan);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StoredVisit))]
internal sealed partial class VisitJson : JsonSerializerContext;
