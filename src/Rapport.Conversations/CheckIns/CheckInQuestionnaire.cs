using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Fhir;

namespace Rapport.Conversations;

/// <summary>Reads and writes the FHIR R4 <c>Questionnaire</c> of a check-in. Stateless.</summary>
public static class CheckInQuestionnaire
{
    private const string Unit = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit";
    private const string Least = "http://hl7.org/fhir/StructureDefinition/minValue";
    private const string Most = "http://hl7.org/fhir/StructureDefinition/maxValue";
    private const string Control = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl";
    internal const string UcumSystem = "http://unitsofmeasure.org";

    /// <summary>The questionnaire of a form, checked.</summary>
    /// <exception cref="ArgumentException">The form is none that can be asked.</exception>
    public static Resource Write(CheckInForm form)
    {
        var json = new JsonObject
        {
            ["resourceType"] = "Questionnaire",
            ["url"] = form.Address ?? $"urn:uuid:{Guid.CreateVersion7()}",
            ["title"] = form.Title,
            ["status"] = "active",
            ["subjectType"] = new JsonArray("Patient"),
            ["item"] = new JsonArray([.. form.Questions.Select(Item)]),
        };
        var read = Resource.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
        return read.Resource is { } resource && Read(resource).Form is not null ? resource : throw new ArgumentException("a check-in is a few short questions", nameof(form));
    }

    /// <summary>What a questionnaire asks, or why it is none that can be asked here.</summary>
    public static (CheckInForm? Form, string? Problem) Read(Resource questionnaire)
    {
        var root = questionnaire.Root;
        if (questionnaire.TypeName != "Questionnaire")
        {
            return (null, "it is no `Questionnaire`");
        }

        if (TypedText.Trimmed(root.Text("title") ?? "", CheckInForm.MostTitle) is not { } title || title.Contains('\n', StringComparison.Ordinal))
        {
            return (null, $"`title` says what it is: 1 to {CheckInForm.MostTitle} letters on one line");
        }

        var items = root.All("item");
        if (items.Count is 0 or > CheckInForm.MostQuestions)
        {
            return (null, $"it has 1 to {CheckInForm.MostQuestions} questions, as `item`");
        }

        List<CheckInQuestion> questions = [];
        foreach (var item in items)
        {
            var (question, problem) = Question(item);
            if (question is null || questions.Exists(known => known.Id == question.Id))
            {
                return (null, problem ?? $"two questions have the `linkId` `{question!.Id}`");
            }

            questions.Add(question);
        }

        return (new CheckInForm(title, questions) { Address = root.Text("url") }, null);
    }

    private static (CheckInQuestion? Question, string? Problem) Question(Element item)
    {
        var id = item.Text("linkId") ?? "";
        if (id.Length is 0 or > 64 || !id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
        {
            return (null, "each `linkId` has 1 to 64 letters, digits, hyphens, points or underscores");
        }

        if (TypedText.Trimmed(item.Text("text") ?? "", CheckInForm.MostText) is not { } text)
        {
            return (null, $"the `text` of `{id}` is a question of 1 to {CheckInForm.MostText} letters");
        }

        // Whatever else an item says could change when or how it is asked.
        if (item.All("item").Count > 0 || item.All("enableWhen").Count > 0 || item.Text("repeats") == "true" || item.Text("readOnly") == "true" || item.Text("answerValueSet") is not null
            || item.All("initial").Count > 0 || item.All("modifierExtension").Count > 0)
        {
            return (null, $"`{id}` has questions in it, conditions, several answers, a value set or an answer already: a check-in has none of these");
        }

        var question = new CheckInQuestion(id, text, default)
        {
            IsRequired = item.Text("required") == "true",
            Code = item.All("code") is { Count: > 0 } codes ? $"[{string.Join(',', codes.Select(JsonOf))}]" : null,
        };
        return item.Text("type") switch
        {
            "boolean" => (question, null),
            "choice" => Choice(question, item),
            "integer" => Number(question with { IsWhole = true }, item, isQuantity: false),
            "decimal" => Number(question, item, isQuantity: false),
            "quantity" => Number(question, item, isQuantity: true),
            "string" or "text" => (question with { Kind = QuestionKind.Words }, null),
            var other => (null, $"`{id}` is of the type `{other}`: a check-in has `boolean`, `choice`, `integer`, `decimal`, `quantity`, `string` and `text`"),
        };
    }

    private static (CheckInQuestion? Question, string? Problem) Choice(CheckInQuestion question, Element item)
    {
        List<CheckInOption> options = [];
        foreach (var option in item.All("answerOption"))
        {
            var isText = option.TryGetChild("value", out var value) && value.TypeName == "string";
            if (!option.TryGetChild("value", out value) || TypedText.Trimmed((isText ? value.GetString() : value.TypeName == "Coding" ? value.Text("display") : null) ?? "", CheckInForm.MostOption) is not { } text
                || options.Exists(known => known.Text == text))
            {
                return (null, $"each `answerOption` of `{question.Id}` is another text of 1 to {CheckInForm.MostOption} letters, or a `Coding` with such a `display`");
            }

            options.Add(new CheckInOption(text, isText ? null : JsonOf(value)));
        }

        return options.Count is >= 2 and <= CheckInForm.MostOptions ? (question with { Kind = QuestionKind.Choice, Options = options }, null)
            : (null, $"`{question.Id}` has 2 to {CheckInForm.MostOptions} of `answerOption` to choose from");
    }

    private static (CheckInQuestion? Question, string? Problem) Number(CheckInQuestion question, Element item, bool isQuantity)
    {
        if (!TryBound(item, Least, question.IsWhole, out var least) || !TryBound(item, Most, question.IsWhole, out var most))
        {
            return (null, $"what `{question.Id}` is at least and at most is {(question.IsWhole ? "a whole number" : "a number")} of at most {CheckInAnswers.MostFigures} figures before the point and {CheckInAnswers.MostDecimals} after it");
        }

        if (least > most)
        {
            return (null, $"`{question.Id}` must be more at least than it may be at most");
        }

        var isScale = question.IsWhole && most - least is > 0 and <= CheckInForm.MostScale;
        var unit = isQuantity ? item.All("extension").FirstOrDefault(static known => known.Text("url") == Unit) : default;
        var coding = default(Element);
        var hasUnit = isQuantity && item.All("extension").Exists(static known => known.Text("url") == Unit) && unit.TryGetChild("value", out coding);
        var (shown, code) = hasUnit ? (coding.Text("display") ?? coding.Text("code"), coding.Text("system") == UcumSystem ? coding.Text("code") : null) : (null, null);
        return shown is not null && TypedText.Trimmed(shown, CheckInForm.MostUnit) is null ? (null, $"the unit of `{question.Id}` has 1 to {CheckInForm.MostUnit} letters")
            : (question with { Kind = isScale ? QuestionKind.Scale : QuestionKind.Number, Least = least, Most = most, Unit = shown, UnitCode = code }, null);
    }

    /// <summary>A bound as it can be answered; false for what is none, which would let in what it was meant to keep out.</summary>
    private static bool TryBound(Element item, string url, bool isWhole, out decimal? bound)
    {
        bound = null;
        if (item.All("extension").Where(known => known.Text("url") == url).ToList() is not { Count: > 0 } said)
        {
            return true;
        }

        if (said.Count > 1 || !said[0].TryGetChild("value", out var value) || value.TypeName is not ("integer" or "decimal")
            || !decimal.TryParse(value.GetString(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || !CheckInAnswers.CanBe(number) || (isWhole && decimal.Truncate(number) != number))
        {
            return false;
        }

        bound = number;
        return true;
    }

    private static string JsonOf(Element element) => JsonNode.Parse(element.RawUtf8)!.ToJsonString();

    private static JsonNode Item(CheckInQuestion question)
    {
        var item = new JsonObject { ["linkId"] = question.Id };
        List<JsonObject> extensions = [];
        if (question is { Kind: QuestionKind.Number, Unit: { } unit })
        {
            var coding = question.UnitCode is { } code ? new JsonObject { ["system"] = UcumSystem, ["code"] = code, ["display"] = unit } : new JsonObject { ["display"] = unit };
            extensions.Add(new() { ["url"] = Unit, ["valueCoding"] = coding });
        }

        foreach (var (url, bound) in new[] { (Least, question.Least), (Most, question.Most) })
        {
            if (bound is { } value)
            {
                extensions.Add(question.IsWhole ? new() { ["url"] = url, ["valueInteger"] = (int)value } : new() { ["url"] = url, ["valueDecimal"] = value });
            }
        }

        if (question.Kind == QuestionKind.Scale)
        {
            extensions.Add(new() { ["url"] = Control, ["valueCodeableConcept"] = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://hl7.org/fhir/questionnaire-item-control", ["code"] = "slider" }) } });
        }

        if (extensions.Count > 0)
        {
            item["extension"] = new JsonArray([.. extensions]);
        }

        if (question.Code is { } codes)
        {
            item["code"] = JsonNode.Parse(codes);
        }

        item["text"] = question.Text;
        item["type"] = question.Kind switch
        {
            QuestionKind.YesNo => "boolean",
            QuestionKind.Choice => "choice",
            QuestionKind.Scale => "integer",
            QuestionKind.Words => "text",
            _ when question.Unit is not null => "quantity",
            _ => question.IsWhole ? "integer" : "decimal",
        };
        item["required"] = question.IsRequired;
        if (question.Options.Count > 0)
        {
            item["answerOption"] = new JsonArray([.. question.Options.Select(static option => option.Value is { } value ? new JsonObject { ["valueCoding"] = JsonNode.Parse(value) } : new JsonObject { ["valueString"] = option.Text })]);
        }

        return item;
    }
}
