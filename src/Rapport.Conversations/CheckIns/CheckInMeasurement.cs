using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>What a question measures: a number with a unit of UCUM, or a scale, of which a LOINC code says what it is. Its answer stands among the results of the patient too. Immutable.</summary>
public sealed class CheckInMeasurement
{
    private const string Loinc = "http://loinc.org";

    /// <summary>What UCUM calls the points of a scale.</summary>
    private const string Points = "{score}";

    private readonly CheckInQuestion _question;
    private readonly JsonArray _codes;

    private CheckInMeasurement(CheckInQuestion question, JsonArray codes) => (_question, _codes) = (question, codes);

    /// <summary>What a question measures; null for nothing.</summary>
    public static CheckInMeasurement? Of(CheckInQuestion question) =>
        (question is { Kind: QuestionKind.Scale } or { Kind: QuestionKind.Number, UnitCode: not null }) && question.Code is { } code && JsonNode.Parse(code) is JsonArray codes
        && codes.Any(static coding => (string?)coding?["system"] == Loinc && (string?)coding["code"] is { Length: > 0 }) ? new CheckInMeasurement(question, codes) : null;

    /// <summary>The <c>Observation</c> that says it, checked.</summary>
    /// <param name="text">The answer, as <see cref="CheckInAnswers.Texts"/> has it.</param>
    /// <param name="patient">About whom.</param>
    /// <param name="by">Who measured: their reference and name.</param>
    /// <param name="at">When.</param>
    /// <param name="response">The reference of the <c>QuestionnaireResponse</c> that it is taken from.</param>
    /// <param name="isPrivate">Whether the patient holds in private where it was asked: it is restricted as the response is.</param>
    internal Resource Write(string text, PatientId patient, (string Reference, string Name) by, DateTimeOffset at, string response, bool isPrivate)
    {
        var isScale = _question.Kind == QuestionKind.Scale;
        var json = new JsonObject
        {
            ["resourceType"] = AnswerEntries.Measurement,
            ["status"] = "final",
            ["category"] = new JsonArray(new JsonObject
            {
                ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/observation-category", ["code"] = "survey", ["display"] = "Survey" }),
            }),
            ["code"] = new JsonObject { ["coding"] = _codes.DeepClone(), ["text"] = _question.Text },
            ["subject"] = new JsonObject { ["reference"] = $"Patient/{patient}" },
            ["effectiveDateTime"] = FhirTime.Instant(at),
            ["performer"] = new JsonArray(new JsonObject { ["reference"] = by.Reference, ["display"] = by.Name }),
            ["valueQuantity"] = new JsonObject
            {
                ["value"] = decimal.Parse(text, CultureInfo.InvariantCulture),
                ["unit"] = isScale ? Points : _question.Unit ?? _question.UnitCode,
                ["system"] = CheckInQuestionnaire.UcumSystem,
                ["code"] = isScale ? Points : _question.UnitCode,
            },
            ["derivedFrom"] = new JsonArray(new JsonObject { ["reference"] = response }),
        };
        if (isPrivate)
        {
            json["meta"] = new JsonObject { ["security"] = new JsonArray(new JsonObject { ["system"] = SecurityLabel.Confidentiality, ["code"] = SecurityLabels.Restricted }) };
        }

        var read = Resource.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
        return read.Resource ?? throw new InvalidOperationException($"a measurement is not valid at `{read.Issues[0].Location}`");
    }
}
