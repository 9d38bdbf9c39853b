using System.Globalization;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Conversations;

/// <summary>
/// What a patient asks professionals for an opinion on. In the record it is a FHIR ServiceRequest (R4) of the patient's own, marked as restricted: nobody sees it but whom an invitation names. It
/// does not say who was invited. Immutable.
/// </summary>
/// <param name="Id">The local id of the ServiceRequest.</param>
/// <param name="Text">The question, in the patient's words.</param>
/// <param name="About">The FHIR reference of the problem or document that it is about.</param>
/// <param name="AboutName">What that is, as the patient knew it then.</param>
/// <param name="Until">Until when an answer is asked for, exclusive.</param>
/// <param name="Sent">The FHIR references of all that goes along, what it is about among it.</param>
public sealed record OpinionQuestion(LocalId Id, string Text, string About, string AboutName, DateTimeOffset Until, IReadOnlyList<string> Sent)
{
    /// <summary>The version that the author of a question, and of an opinion, wrote: what came after it stands in the record as somebody else's.</summary>
    public const int AsWritten = 1;

    /// <summary>The fewest and most letters of a question.</summary>
    public const int LeastText = 10, MostText = 1000;

    /// <summary>The most entries that go along.</summary>
    public const int MostSent = 120;

    /// <summary>The most days until the answer.</summary>
    public const int MostDays = 45;

    /// <summary>What may be asked about.</summary>
    public static IReadOnlyList<string> AboutTypes { get; } = ["Condition", "DocumentReference", "DiagnosticReport"];

    /// <summary>The name of the kind of a request, in the language of who writes it, stands in the resource as its code.</summary>
    internal JsonObject ToResource(PatientId patient, string title, DateTimeOffset at) => new()
    {
        ["resourceType"] = "ServiceRequest",
        ["id"] = $"{patient}.{Id}",
        ["meta"] = Restricted(at),
        ["status"] = "active",
        ["intent"] = "proposal",
        ["code"] = new JsonObject { ["text"] = title },
        ["subject"] = new JsonObject { ["reference"] = $"Patient/{patient}" },

        // FHIR's ends are inclusive.
        ["occurrencePeriod"] = new JsonObject { ["end"] = Written(Until.AddMilliseconds(-1)) },
        ["authoredOn"] = Written(at),
        ["requester"] = new JsonObject { ["reference"] = $"Patient/{patient}" },
        ["reasonReference"] = new JsonArray(new JsonObject { ["reference"] = About, ["display"] = AboutName }),
        ["supportingInfo"] = new JsonArray([.. Sent.Select(static reference => new JsonObject { ["reference"] = reference })]),
        ["note"] = new JsonArray(new JsonObject { ["text"] = Text }),
    };

    /// <summary>Reads the question of a ServiceRequest; null when it is another one.</summary>
    public static OpinionQuestion? Read(LocalId id, Resource resource)
    {
        var root = resource.Root;
        return resource.TypeName == "ServiceRequest"
            && root.All("note") is [var note, ..] && note.Text("text") is { } text
            && root.All("reasonReference") is [var reason, ..] && reason.Text("reference") is { } about
            && root.TryGetChild("occurrence", out var occurrence) && occurrence.Text("end") is { } end && DateTimeOffset.TryParse(end, CultureInfo.InvariantCulture, out var until)
            ? new OpinionQuestion(id, text, about, reason.Text("display") ?? about, until.AddMilliseconds(1), [.. root.All("supportingInfo").Select(static info => info.Text("reference")).OfType<string>()])
            : null;
    }

    /// <summary>What is restricted goes only to whom a consent names it for.</summary>
    internal static JsonObject Restricted(DateTimeOffset at) => new()
    {
        ["versionId"] = "1",
        ["lastUpdated"] = Written(at),
        ["security"] = new JsonArray(new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", ["code"] = "R" }),
    };

    internal static string Written(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
