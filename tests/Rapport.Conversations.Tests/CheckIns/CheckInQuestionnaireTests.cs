using System.Text;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Language;

namespace Rapport.Conversations.Tests.CheckIns;

/// <summary>What a check-in asks and what is answered, as FHIR R4.</summary>
public sealed class CheckInQuestionnaireTests
{
    private static readonly CheckInForm Every = new("How are you?", [
        new("yes", "Did you sleep?", QuestionKind.YesNo) { IsRequired = true },
        new("one", "How?", QuestionKind.Choice) { Options = [new("Well"), new("Badly")] },
        new("scale", "How strong?", QuestionKind.Scale) { IsWhole = true, Least = 0, Most = 10 },
        new("weight", "Your weight", QuestionKind.Number) { Unit = "kg", UnitCode = "kg", Least = 20, Most = 300 },
        new("plain", "How many?", QuestionKind.Number),
        new("words", "What else?", QuestionKind.Words)]);

    [Fact]
    public void Every_kind_of_question_is_read_as_it_was_written()
    {
        var written = CheckInQuestionnaire.Write(Every);
        Assert.True(Resource.Parse(written.Json.ToArray()).IsValid);
        var (form, problem) = CheckInQuestionnaire.Read(written);
        Assert.Null(problem);
        Assert.Equal(Every.Title, form!.Title);
        Assert.StartsWith("urn:uuid:", form.Address, StringComparison.Ordinal);
        Assert.Equal(Every.Questions.Select(static question => question with { Options = [] }), form.Questions.Select(static question => question with { Options = [] }));
        Assert.Equal(["Well", "Badly"], form.Questions[1].Options.Select(static option => option.Text));
    }

    [Fact]
    public void Each_one_that_is_offered_is_valid_short_and_there_in_every_language()
    {
        Assert.Equal(4, OfferedCheckIns.All.Select(static offered => offered.Name).Distinct().Count());
        foreach (var one in OfferedCheckIns.All.GroupBy(static offered => offered.Name))
        {
            Assert.Equal(Languages.All.Select(static language => language.Code).Order(), one.Select(static offered => offered.Language).Order());
            Assert.Single(one.Select(static offered => string.Join(' ', offered.Form.Questions.Select(static question => $"{question.Id} {question.Kind} {question.Code} {question.UnitCode}"))).Distinct());
        }

        foreach (var offered in OfferedCheckIns.All)
        {
            var written = CheckInQuestionnaire.Write(offered.Form);
            Assert.DoesNotContain(Resource.Parse(written.Json.ToArray()).Issues, static issue => issue.Severity != IssueSeverity.Warning);
            Assert.InRange(offered.Form.Questions.Count, 3, CheckInForm.MostQuestions);
        }
    }

    [Theory]
    [InlineData("""{"linkId":"a","text":"A?","type":"group","item":[{"linkId":"b","text":"B?","type":"boolean"}]}""")]
    [InlineData("""{"linkId":"a","text":"A?","type":"date"}""")]
    [InlineData("""{"linkId":"a","text":"A?","type":"boolean","enableWhen":[{"question":"b","operator":"exists","answerBoolean":true}]}""")]
    [InlineData("""{"linkId":"a","text":"A?","type":"boolean","repeats":true}""")]
    [InlineData("""{"linkId":"a","text":"A?","type":"choice","answerOption":[{"valueString":"One"}]}""")]
    [InlineData("""{"linkId":"a","text":"A?","type":"choice","answerValueSet":"http://x.example"}""")]
    [InlineData("""{"linkId":"a b","text":"A?","type":"boolean"}""")]
    [InlineData("""{"linkId":"a","type":"boolean"}""")]
    [InlineData("""{"linkId":"a","text":"A?","type":"boolean"},{"linkId":"a","text":"B?","type":"boolean"}""")]
    [InlineData("""{"linkId":"a","text":"A?","type":"integer","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/maxValue","valueDecimal":99999999999}]}""")]
    [InlineData("""{"linkId":"a","text":"A?","type":"integer","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/minValue","valueDecimal":0.5}]}""")]
    [InlineData("""{"linkId":"a","text":"A?","type":"decimal","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/minValue","valueDecimal":-79228162514264337593543950335},{"url":"http://hl7.org/fhir/StructureDefinition/maxValue","valueDecimal":79228162514264337593543950335}]}""")]
    [InlineData("""{"linkId":"a","text":"A?","type":"decimal","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/maxValue","valueDecimal":1e2}]}""")]
    [InlineData("""{"linkId":"a","text":"A?","type":"decimal","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/maxValue","valueDate":"2026"}]}""")]
    public void What_cannot_be_asked_is_told(string items)
    {
        var read = Resource.Parse(Encoding.UTF8.GetBytes($$"""{"resourceType":"Questionnaire","title":"T","status":"active","item":[{{items}}]}"""));
        Assert.True(read.IsValid);
        var (form, problem) = CheckInQuestionnaire.Read(read.Resource);
        Assert.Null(form);
        Assert.NotNull(problem);
    }

    [Fact]
    public void Answers_become_a_valid_response_and_are_read_from_it_again()
    {
        var typed = new Dictionary<string, string> { ["yes"] = "false", ["one"] = "Badly", ["scale"] = "10", ["weight"] = "71,5", ["plain"] = "-3.25", ["words"] = " It hurts.\r\nA lot. " };
        var (answers, problems) = CheckInAnswers.Read(CheckInQuestionnaire.Read(CheckInQuestionnaire.Write(Every)).Form!, typed.GetValueOrDefault);
        Assert.Empty(problems);
        Assert.Equal(("71.5", "-3.25", "It hurts.\nA lot."), (answers.Texts["weight"], answers.Texts["plain"], answers.Texts["words"]));
        Assert.Equal("It hurts.\nA lot.", answers.Words);
        var patient = PatientId.New();
        var response = answers.Write(patient, ($"Patient/{patient}", "Maya"), DateTimeOffset.UnixEpoch);
        Assert.True(Resource.Parse(response.Json.ToArray()).IsValid);
        Assert.Contains("""{"linkId":"weight","text":"Your weight","answer":[{"valueQuantity":{"value":71.5,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}]}""", Encoding.UTF8.GetString(response.Json.Span), StringComparison.Ordinal);
        var (again, wrong, unknown) = CheckInAnswers.Read(answers.Form, response);
        Assert.Empty(wrong);
        Assert.Null(unknown);
        Assert.Equal(answers.Texts, again.Texts);
    }

    [Theory]
    [InlineData("7.0", "7")]
    [InlineData("7,00", "7")]
    [InlineData("-0.0", "0")]
    public void A_whole_number_with_a_point_is_written_as_one(string typed, string expected)
    {
        var form = new CheckInForm("T", [new("a", "A?", QuestionKind.Number) { IsWhole = true }]);
        var (answers, problems) = CheckInAnswers.Read(form, _ => typed);
        Assert.Empty(problems);
        Assert.Equal(expected, answers.Texts["a"]);
        var response = Encoding.UTF8.GetString(answers.Write(PatientId.New(), ("Patient/1", "Maya"), DateTimeOffset.UnixEpoch).Json.Span);
        Assert.Contains($"\"valueInteger\":{expected}}}", response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weight", """{"valueQuantity":{"value":150,"unit":"lb"}}""", true)]
    [InlineData("weight", """{"valueQuantity":{"value":150,"system":"http://unitsofmeasure.org","code":"[lb_av]"}}""", true)]
    [InlineData("weight", """{"valueQuantity":{"value":150,"unit":"kg","code":"[lb_av]"}}""", true)]
    [InlineData("weight", """{"valueQuantity":{"value":150,"comparator":"<","unit":"kg"}}""", true)]
    [InlineData("weight", """{"valueQuantity":{"value":150,"unit":"kg"}}""", false)]
    [InlineData("weight", """{"valueQuantity":{"value":150,"unit":"kilos","code":"kg"}}""", false)]
    [InlineData("weight", """{"valueDecimal":150}""", false)]
    [InlineData("plain", """{"valueQuantity":{"value":150,"unit":"kg"}}""", true)]
    [InlineData("mood", """{"valueCoding":{"system":"urn:x","code":"b","display":"Well"}}""", false)]
    [InlineData("mood", """{"valueCoding":{"system":"urn:x","code":"z","display":"Well"}}""", true)]
    [InlineData("mood", """{"valueCoding":{"system":"urn:y","code":"w"}}""", true)]
    [InlineData("mood", """{"valueCoding":{"display":"Well"}}""", false)]
    [InlineData("one", """{"valueCoding":{"code":"x","display":"Well"}}""", false)]
    public void What_a_program_answers_in_another_unit_or_by_another_code_is_not_taken_for_what_was_asked(string id, string answer, bool isWrong)
    {
        var form = Every with { Questions = [.. Every.Questions.Select(static question => question with { IsRequired = false }), new("mood", "How?", QuestionKind.Choice)
            { Options = [new("Well", """{"system":"urn:x","code":"w","display":"Well"}"""), new("Badly", """{"system":"urn:x","code":"b","display":"Badly"}""")] }] };
        var response = Resource.Parse(Encoding.UTF8.GetBytes($$"""{"resourceType":"QuestionnaireResponse","status":"completed","item":[{"linkId":"{{id}}","answer":[{{answer}}]}]}""")).Resource!;
        var (answers, problems, unknown) = CheckInAnswers.Read(form, response);
        Assert.Null(unknown);
        Assert.Equal(isWrong ? [id] : [], problems.Keys);
        Assert.Equal(isWrong ? [] : [id], answers.Texts.Keys);
        if (answer.Contains("\"code\":\"b\"", StringComparison.Ordinal))
        {
            // What was chosen is what the code says, whatever it is called.
            Assert.Equal("Badly", answers.Texts[id]);
        }
    }

    [Theory]
    [InlineData("yes", "", AnswerProblem.Missing)]
    [InlineData("yes", "maybe", AnswerProblem.NotOffered)]
    [InlineData("one", "So-so", AnswerProblem.NotOffered)]
    [InlineData("scale", "11", AnswerProblem.OutOfBounds)]
    [InlineData("scale", "4.5", AnswerProblem.NoNumber)]
    [InlineData("weight", "much", AnswerProblem.NoNumber)]
    [InlineData("weight", "1.23456", AnswerProblem.NoNumber)]
    [InlineData("weight", "19", AnswerProblem.OutOfBounds)]
    [InlineData("plain", "1e3", AnswerProblem.NoNumber)]
    [InlineData("plain", "1000000000", AnswerProblem.NoNumber)]
    [InlineData("words", "​", AnswerProblem.NotReadable)]
    public void What_is_no_answer_is_told(string id, string given, AnswerProblem expected)
    {
        var (_, problems) = CheckInAnswers.Read(Every, question => question == id ? given : question == "yes" ? "true" : null);
        Assert.Equal((id, expected), Assert.Single(problems.Select(static one => (one.Key, one.Value))));
    }

    [Theory]
    [InlineData(CheckInEvery.Once, "2026-06-01", "2026-06-30", 1)]
    [InlineData(CheckInEvery.Day, "2026-06-01", "2026-06-03", 3)]
    [InlineData(CheckInEvery.Week, "2026-06-01", "2026-06-15", 3)]
    [InlineData(CheckInEvery.Week, "2026-06-01", "2026-06-14", 2)]
    [InlineData(CheckInEvery.Month, "2026-01-31", "2026-03-30", 2)]
    [InlineData(CheckInEvery.Month, "2026-01-31", "2026-03-31", 3)]
    public void Times_are_whole_days_on_the_clock_of_who_asks_and_each_is_open_until_the_next(CheckInEvery every, string first, string last, int count)
    {
        var times = new CheckInTimes(every, DateOnly.Parse(first, null), DateOnly.Parse(last, null), "Europe/Madrid");
        Assert.Equal((true, count), (times.IsPossible, times.Count));
        Assert.Null(times.At(times.BeginningOf(0).AddTicks(-1)));
        for (var number = 0; number < count; number++)
        {
            Assert.Equal(number, times.At(times.BeginningOf(number)));
            Assert.Equal(number == 0 ? null : number - 1, times.At(times.BeginningOf(number).AddTicks(-1)));
        }

        Assert.Equal(count - 1, times.At(times.End.AddTicks(-1)));
        Assert.Null(times.At(times.End));
    }

    [Fact]
    public void What_goes_on_forever_or_never_is_not_possible()
    {
        var first = new DateOnly(2026, 6, 1);
        foreach (var every in Enum.GetValues<CheckInEvery>())
        {
            var latest = CheckInTimes.LatestEnd(every, first);
            Assert.True(new CheckInTimes(every, first, latest, "UTC").IsPossible);
            Assert.InRange(new CheckInTimes(every, first, latest, "UTC").Count, 1, CheckInTimes.Most);
            Assert.False(new CheckInTimes(every, first, latest.AddDays(1), "UTC").IsPossible);
            Assert.False(new CheckInTimes(every, first, first.AddDays(-1), "UTC").IsPossible);
        }

        Assert.False(new CheckInTimes(CheckInEvery.Day, first, first, "Mars/Olympus").IsPossible);
    }
}
