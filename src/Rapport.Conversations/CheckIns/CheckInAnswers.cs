using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>What is wrong with an answer.</summary>
public enum AnswerProblem
{
    /// <summary>It must be answered.</summary>
    Missing,

    /// <summary>It is nothing of what can be chosen, or in another unit than was asked for.</summary>
    NotOffered,

    /// <summary>It is no number, or has more figures than anybody measures.</summary>
    NoNumber,

    /// <summary>It is less or more than it can be.</summary>
    OutOfBounds,

    /// <summary>It is too long, or nobody can read it.</summary>
    NotReadable,
}

/// <summary>What was answered: for each question that was, the answer as a text (<c>true</c>, the words of a choice, a number with a point). Immutable.</summary>
/// <param name="Form">What was asked.</param>
/// <param name="Texts">The answers by the id of their question.</param>
public sealed record CheckInAnswers(CheckInForm Form, IReadOnlyDictionary<string, string> Texts)
{
    internal const int MostFigures = 9, MostDecimals = 4;

    /// <summary>Whether nothing is answered at all.</summary>
    public bool IsEmpty => Texts.Count == 0;

    /// <summary>All that was answered in one's own words.</summary>
    public string Words => string.Join('\n', Form.Questions.Where(static question => question.Kind == QuestionKind.Words).Select(question => Texts.GetValueOrDefault(question.Id)).OfType<string>());

    /// <summary>Reads what somebody typed or chose.</summary>
    /// <param name="form">What is asked.</param>
    /// <param name="typed">What was given for a question, by its id; null or empty for nothing.</param>
    /// <returns>The answers, and what is wrong with them by the id of the question.</returns>
    public static (CheckInAnswers Answers, IReadOnlyDictionary<string, AnswerProblem> Problems) Read(CheckInForm form, Func<string, string?> typed)
    {
        Dictionary<string, string> texts = [];
        Dictionary<string, AnswerProblem> problems = [];
        foreach (var question in form.Questions)
        {
            var given = typed(question.Id)?.Trim() ?? "";
            var (text, problem) = given.Length == 0 ? (null, question.IsRequired ? AnswerProblem.Missing : null) : One(question, given);
            if (problem is { } wrong)
            {
                problems.Add(question.Id, wrong);
            }
            else if (text is not null)
            {
                texts.Add(question.Id, text);
            }
        }

        return (new CheckInAnswers(form, texts), problems);
    }

    /// <summary>Reads a <c>QuestionnaireResponse</c>: what in it answers no question is left out, and named.</summary>
    public static (CheckInAnswers Answers, IReadOnlyDictionary<string, AnswerProblem> Problems, string? Unknown) Read(CheckInForm form, Resource response)
    {
        Dictionary<string, string> given = [];
        HashSet<string> others = [];
        string? unknown = null;
        foreach (var item in response.Root.All("item"))
        {
            var id = item.Text("linkId") ?? "";
            var answers = item.All("answer");
            if (form.Questions.FirstOrDefault(known => known.Id == id) is not { } question || answers.Count > 1 || given.ContainsKey(id) || item.All("item").Count > 0 || answers.Exists(static answer => answer.All("item").Count > 0))
            {
                unknown ??= id;
            }
            else if (answers.Count == 1 && answers[0].TryGetChild("value", out var value))
            {
                given.Add(id, "");
                if (Said(question, value) is { } said)
                {
                    given[id] = said;
                }
                else
                {
                    others.Add(id);
                }
            }
        }

        var (read, problems) = Read(form, id => given.GetValueOrDefault(id));
        return (read, others.Count == 0 ? problems : new Dictionary<string, AnswerProblem>([.. problems.Where(one => !others.Contains(one.Key)), .. others.Select(static id => KeyValuePair.Create(id, AnswerProblem.NotOffered))]), unknown);
    }

    /// <summary>The <c>QuestionnaireResponse</c> that says it, checked.</summary>
    /// <param name="patient">About whom.</param>
    /// <param name="by">Who answers: their reference and name.</param>
    /// <param name="at">When.</param>
    /// <param name="isPrivate">Whether the patient holds in private where it was asked: then it is restricted, and nobody sees it whom no agreement names it to.</param>
    internal Resource Write(PatientId patient, (string Reference, string Name) by, DateTimeOffset at, bool isPrivate = false)
    {
        var json = new JsonObject { ["resourceType"] = "QuestionnaireResponse" };
        if (isPrivate)
        {
            json["meta"] = new JsonObject { ["security"] = new JsonArray(new JsonObject { ["system"] = SecurityLabel.Confidentiality, ["code"] = SecurityLabels.Restricted }) };
        }

        if (Form.Address is { } address)
        {
            json["questionnaire"] = address;
        }

        json["status"] = "completed";
        json["subject"] = new JsonObject { ["reference"] = $"Patient/{patient}" };
        json["authored"] = FhirTime.Instant(at);
        json["author"] = new JsonObject { ["reference"] = by.Reference, ["display"] = by.Name };
        json["source"] = new JsonObject { ["reference"] = by.Reference, ["display"] = by.Name };
        json["item"] = new JsonArray([.. Form.Questions.Where(question => Texts.ContainsKey(question.Id)).Select(question => new JsonObject
        {
            ["linkId"] = question.Id,
            ["text"] = question.Text,
            ["answer"] = new JsonArray(Value(question, Texts[question.Id])),
        })]);
        var read = Resource.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
        return read.Resource ?? throw new InvalidOperationException($"an answer is not valid at `{read.Issues[0].Location}`");
    }

    /// <summary>Whether anybody measures so exactly.</summary>
    internal static bool CanBe(decimal number) => Math.Abs(number) < 1_000_000_000 && decimal.Round(number, MostDecimals) == number;

    /// <summary>An answer as it would be typed; null where it says something else than was asked for: another unit, more or less than a number, a code that was not offered.</summary>
    private static string? Said(CheckInQuestion question, Element value)
    {
        if (value.TypeName == "Quantity")
        {
            var (unit, code) = (value.Text("unit"), value.Text("code"));
            var isAsked = code is not null ? code == (question.UnitCode ?? question.Unit) : unit is null || unit == question.Unit || unit == question.UnitCode;
            return isAsked && value.Text("comparator") is null ? value.Text("value") ?? "" : null;
        }

        if (value.TypeName == "Coding")
        {
            var (system, code, display) = (value.Text("system"), value.Text("code"), value.Text("display"));
            return question.Options.FirstOrDefault(option => option.Value is not null && code is not null ? IsCoding(option.Value, system, code) : option.Text == (display ?? code))?.Text;
        }

        return value.GetString() ?? "";

        static bool IsCoding(string option, string? system, string code) => JsonNode.Parse(option) is { } coding && (string?)coding["code"] == code && (string?)coding["system"] == system;
    }

    private static (string? Text, AnswerProblem? Problem) One(CheckInQuestion question, string given)
    {
        switch (question.Kind)
        {
            case QuestionKind.YesNo:
                return given is "true" or "false" ? (given, null) : (null, AnswerProblem.NotOffered);
            case QuestionKind.Choice:
                return question.Options.Any(option => option.Text == given) ? (given, null) : (null, AnswerProblem.NotOffered);
            case QuestionKind.Words:
                return TypedText.Trimmed(given, CheckInForm.MostWords) is { } words ? (words, null) : (null, AnswerProblem.NotReadable);
            default:
                // A comma is a point where people write it so.
                var text = given.Replace(',', '.').Replace('−', '-');
                if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                    || text.Count(char.IsAsciiDigit) > MostFigures + MostDecimals || !CanBe(number) || (question.IsWhole && decimal.Truncate(number) != number))
                {
                    return (null, AnswerProblem.NoNumber);
                }

                return number < question.Least || number > question.Most ? (null, AnswerProblem.OutOfBounds) : ((question.IsWhole ? decimal.Truncate(number) : number).ToString(CultureInfo.InvariantCulture), null);
        }
    }

    private static JsonObject Value(CheckInQuestion question, string text) => question.Kind switch
    {
        QuestionKind.YesNo => new() { ["valueBoolean"] = text == "true" },
        QuestionKind.Choice when question.Options.First(option => option.Text == text).Value is { } coding => new() { ["valueCoding"] = JsonNode.Parse(coding) },
        QuestionKind.Choice or QuestionKind.Words => new() { ["valueString"] = text },
        _ when question.Unit is { } unit => new() { ["valueQuantity"] = Quantity(text, unit, question.UnitCode) },
        _ when question.IsWhole => new() { ["valueInteger"] = JsonNode.Parse(text) },
        _ => new() { ["valueDecimal"] = JsonNode.Parse(text) },
    };

    private static JsonObject Quantity(string number, string unit, string? code)
    {
        var quantity = new JsonObject { ["value"] = JsonNode.Parse(number), ["unit"] = unit };
        if (code is not null)
        {
            (quantity["system"], quantity["code"]) = (CheckInQuestionnaire.UcumSystem, code);
        }

        return quantity;
    }
}
