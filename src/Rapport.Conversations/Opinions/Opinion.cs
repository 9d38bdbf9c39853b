using System.Text;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Conversations;

/// <summary>How an opinion stands to the present view of a problem.</summary>
public enum OpinionStance
{
    /// <summary>It agrees.</summary>
    Agrees,

    /// <summary>It agrees in the main, and adds or changes something.</summary>
    Refines,

    /// <summary>It differs.</summary>
    Differs,
}

/// <summary>How sure whoever gives an opinion is of it.</summary>
public enum OpinionConfidence
{
    /// <summary>Not very sure: more would have to be known.</summary>
    Low,

    /// <summary>Fairly sure.</summary>
    Medium,

    /// <summary>Very sure.</summary>
    High,
}

/// <summary>
/// A professional's opinion, in the structure in which all give theirs so that they can be laid side by side. In the record it is a FHIR ClinicalImpression (R4) whose assessor is the professional,
/// marked as restricted: other professionals see it only where the patient names it for them. Immutable.
/// </summary>
/// <param name="Stance">How it stands to the present view.</param>
/// <param name="View">What they think, in their words.</param>
/// <param name="Confidence">How sure they are.</param>
/// <param name="Next">What else to do; null for nothing.</param>
/// <param name="Evidence">What speaks for it; null when they name nothing.</param>
/// <param name="Links">Addresses where that stands: shown as text, and asked for by nobody here.</param>
public sealed record Opinion(OpinionStance Stance, string View, OpinionConfidence Confidence, string? Next, string? Evidence, IReadOnlyList<string> Links)
{
    /// <summary>The most letters of each text.</summary>
    public const int MostText = 2000;

    /// <summary>The most addresses, and the most letters of one.</summary>
    public const int MostLinks = 5, MostLink = 300;

    private const string CodeSystem = "urn:rapport:opinion";
    private const string Part = "urn:rapport:opinion-part";
    private const string ConfidenceUrl = "urn:rapport:opinion-confidence";

    /// <summary>The names of the stances and degrees, as they are stored.</summary>
    private static readonly string[] _stances = ["agree", "refine", "differ"], _confidences = ["low", "medium", "high"];

    /// <summary>The name of a stance, in forms too.</summary>
    public static string Code(OpinionStance stance) => _stances[(int)stance];

    /// <summary>The name of a degree of confidence, in forms too.</summary>
    public static string Code(OpinionConfidence confidence) => _confidences[(int)confidence];

    /// <summary>The stance of a name; null for none.</summary>
    public static OpinionStance? FindStance(string? code) => Array.IndexOf(_stances, code) is >= 0 and var at ? (OpinionStance)at : null;

    /// <summary>The degree of a name; null for none.</summary>
    public static OpinionConfidence? FindConfidence(string? code) => Array.IndexOf(_confidences, code) is >= 0 and var at ? (OpinionConfidence)at : null;

    /// <summary>An address that may stand in an opinion: of the web, without a word that hides another one.</summary>
    public static bool IsLink(string text) =>
        text.Length <= MostLink && !text.Any(static letter => char.IsWhiteSpace(letter) || char.IsControl(letter))
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0;

    /// <summary>The opinion as a resource.</summary>
    internal Resource ToResource(PatientId patient, OpinionQuestion question, string title, (string Reference, string Name) by, DateTimeOffset at)
    {
        var about = new JsonObject { ["reference"] = question.About, ["display"] = question.AboutName };
        var json = new JsonObject
        {
            ["resourceType"] = "ClinicalImpression",
            ["id"] = $"{patient}.{question.Id}",
            ["meta"] = OpinionQuestion.Restricted(at),
            ["extension"] = new JsonArray(new JsonObject { ["url"] = ConfidenceUrl, ["valueCode"] = Code(Confidence) }),
            ["status"] = "completed",
            ["code"] = new JsonObject { ["text"] = title },
            ["subject"] = new JsonObject { ["reference"] = $"Patient/{patient}" },
            ["effectiveDateTime"] = OpinionQuestion.Written(at),
            ["date"] = OpinionQuestion.Written(at),
            ["assessor"] = new JsonObject { ["reference"] = by.Reference, ["display"] = by.Name },
            ["summary"] = View,
            ["finding"] = new JsonArray(new JsonObject { ["itemCodeableConcept"] = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = CodeSystem, ["code"] = Code(Stance) }) } }),
        };
        json[question.About.StartsWith("Condition/", StringComparison.Ordinal) ? "problem" : "supportingInfo"] = new JsonArray(about);
        JsonNode[] notes = [.. Notes().Select(static note => NoteOf(note.Part, note.Text))];
        if (notes.Length > 0)
        {
            json["note"] = new JsonArray(notes);
        }

        return Parse(json);
    }

    /// <summary>Reads the opinion of a ClinicalImpression; null when it is another one.</summary>
    public static Opinion? Read(Resource resource)
    {
        var root = resource.Root;
        if (resource.TypeName != "ClinicalImpression" || root.Text("summary") is not { } view || root.All("finding") is not [var finding, ..] || !finding.TryGetChild("itemCodeableConcept", out var item)
            || FindStance(item.All("coding").Where(static coding => coding.Text("system") == CodeSystem).Select(static coding => coding.Text("code")).FirstOrDefault()) is not { } stance
            || FindConfidence(ExtensionOf(root, ConfidenceUrl)) is not { } confidence)
        {
            return null;
        }

        var notes = root.All("note").Select(static note => (Part: ExtensionOf(note, Part), Text: note.Text("text") ?? "")).ToList();
        string? one(string part) => notes.FirstOrDefault(note => note.Part == part).Text;
        return new Opinion(stance, view, confidence, one("next"), one("evidence"), [.. notes.Where(static note => note.Part == "link").Select(static note => note.Text)]);
    }

    internal static Resource Parse(JsonObject json)
    {
        var parsed = Resource.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
        return parsed.Resource ?? throw new InvalidOperationException($"a resource made here is not valid at `{parsed.Issues[0].Location}`");
    }

    private IEnumerable<(string Part, string Text)> Notes()
    {
        if (Next is not null)
        {
            yield return ("next", Next);
        }

        if (Evidence is not null)
        {
            yield return ("evidence", Evidence);
        }

        foreach (var link in Links)
        {
            yield return ("link", link);
        }
    }

    private static JsonObject NoteOf(string part, string text) => new()
    {
        ["extension"] = new JsonArray(new JsonObject { ["url"] = Part, ["valueCode"] = part }),
        ["text"] = text,
    };

    private static string? ExtensionOf(Element element, string url) =>
        element.All("extension").Where(extension => extension.Text("url") == url).Select(static extension => extension.Text("value")).FirstOrDefault();
}
