using System.Text;
using Rapport.Fhir;
using Rapport.Language;
using Rapport.Server.Notices;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Visits;
using Rapport.Server.Visits.Rules;

namespace Rapport.Server.Tests.Visits;

/// <summary>What the rules make of entries: a table for each. It is 1 June 2026, and the last visit was on 3 March 2026.</summary>
public sealed class VisitRuleTests
{
    private static readonly DateTime _now = new(2026, 6, 1, 12, 0, 0, DateTimeKind.Unspecified);

    private static readonly DateTime _visit = new(2026, 3, 3, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>Medicines as <c>status|name|day|dosage</c>, with semicolons between; the question and why it is asked.</summary>
    [Theory]
    [InlineData("active|Lisinopril 10 MG Oral Tablet|2026-03-03", "What is Lisinopril 10 MG Oral Tablet for, and how long do I need it?", "New, since 3 March 2026.")]
    [InlineData("active|Lisinopril 10 MG Oral Tablet|2026-05", "What is Lisinopril 10 MG Oral Tablet for, and how long do I need it?", "New, since May 2026.")]
    [InlineData("active|Lisinopril 10 MG Oral Tablet|2026-03-02", null, null)]
    [InlineData("active|Lisinopril 10 MG Oral Tablet|2019-05-04", "Do I still need Lisinopril 10 MG Oral Tablet?", "On your list since 4 May 2019.")]
    [InlineData("active|Lisinopril 10 MG Oral Tablet|2026-04-01;active|lisinopril 10 MG oral tablet|2019-05-04", "Do I still need Lisinopril 10 MG Oral Tablet?", "On your list since 4 May 2019.")]
    [InlineData(
        "active|Lisinopril 20 MG Oral Tablet|2026-04-01;stopped|Lisinopril 10 MG Oral Tablet|2019-05-04", "Lisinopril 20 MG Oral Tablet is not as it was before. What is different for me now?",
        "Before: Lisinopril 10 MG Oral Tablet. Now: Lisinopril 20 MG Oral Tablet, since 1 April 2026.")]
    [InlineData("active|Metformin 500 MG|2026-04-01|twice a day;active|Metformin 500 MG|2025-04-01|once a day", "Metformin 500 MG is not as it was before. What is different for me now?", "Before: Metformin 500 MG, once a day. Now: Metformin 500 MG, twice a day, since 1 April 2026.")]
    [InlineData("active|Metformin 500 MG|2026-04-01;active|Metformin 500 MG|2026-03-09|once a day", "What is Metformin 500 MG for, and how long do I need it?", "New, since 1 April 2026.")]
    [InlineData("active|Metformin|2026-04-01;active|Metformin 500 MG|2019-03-09", "Do I still need Metformin?", "On your list since 9 March 2019.")]
    [InlineData("stopped|Warfarin 5 MG|2026-04-01", "My record says that I no longer take Warfarin 5 MG. Is that right?", "It is marked as stopped.")]
    [InlineData("stopped|Warfarin 5 MG|2026-02-01", null, null)]
    [InlineData("stopped|Warfarin 5 MG|2026-04-01;active|Warfarin 5 MG|2026-03-20", "What is Warfarin 5 MG for, and how long do I need it?", "New, since 20 March 2026.")]
    [InlineData("active|120 ACTUAT Fluticasone 0.044 MG/ACTUAT Inhaler|2019-05-04", "Do I still need Fluticasone 0.044 MG/ACTUAT Inhaler?", "On your list since 4 May 2019.")]
    [InlineData("active|Lisinopril 10 MG Oral Tablet|2026-12-10", null, null)]
    [InlineData("active|Lisinopril 10 MG Oral Tablet|", null, null)]
    [InlineData("active||2026-04-01", null, null)]
    public void AMedicineHasOneQuestion(string medicines, string? question, string? why) =>
        AssertOne(MedicineRule.Of(Facts() with { Medicines = [.. medicines.Split(';').Select(static (row, i) => Medicine(row.Split('|'), i))] }), question, why);

    [Theory]
    [InlineData("24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet", "metformin hydrochloride extended release")]
    [InlineData("Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet", "acetaminophen oxycodone hydrochloride")]
    [InlineData("Lisinopril 20 mg", "lisinopril")]
    [InlineData("lisinopril, 10 MG Oral Tablet", "lisinopril")]
    public void AMedicineIsTheSameInWhateverStrength(string title, string key) => Assert.Equal(key, MedicineRule.KeyOf(title));

    /// <summary>Results as <c>LOINC code|name|value|unit|day|low|high|flag</c>, with semicolons between.</summary>
    [Theory]
    [InlineData("2823-3|Potassium|5.9|mmol/L|2026-03-03|3.5|5.1", "My result for potassium was 5.9 mmol/L, above the usual range, 3.5 to 5.1 mmol/L. What does it mean for me?", "Measured on 3 March 2026.")]
    [InlineData("2823-3|Potassium|3.1|mmol/L|2025-08-01|3.5|5.1", "My result for potassium was 3.1 mmol/L, below the usual range, 3.5 to 5.1 mmol/L. What does it mean for me?", "Measured on 1 August 2025.")]
    [InlineData("2823-3|Potassium|5.9|mmol/L|2024-03-03|3.5|5.1", "My result for potassium was outside the usual range on 3 March 2024. Should it be measured again?", "It was 5.9 mmol/L, and was not measured again since.")]
    [InlineData("2823-3|Potassium|5.9|mmol/L|2014-03-03|3.5|5.1", null, null)]
    [InlineData("2823-3|Potassium|4.5|mmol/L|2026-03-03|3.5|5.1;2823-3|Potassium|5.9|mmol/L|2025-12-03|3.5|5.1", null, null)]
    [InlineData("2823-3|Potassium|3.6|mmol/L|2026-03-03|3.5|5.1;2823-3|Potassium|5.0|mmol/L|2025-12-03|3.5|5.1", "My result for potassium went from 5.0 mmol/L to 3.6 mmol/L. What does it mean for me?", "Measured on 3 March 2026, and before that on 3 December 2025.")]
    [InlineData("2823-3|Potassium|3.6|mmol/L|2026-03-03;2823-3|Potassium|5.0|mmol/L|2019-12-03", null, null)]
    [InlineData("2823-3|Potassium|3.6|mmol/L|2026-03-03;2823-3|Potassium|5000|umol/L|2025-12-03", null, null)]
    [InlineData("2823-3|Potassium|3.6|mmol/L|2026-02-03;2823-3|Potassium|5.0|mmol/L|2025-12-03", null, null)]
    [InlineData("29463-7|Body Weight|84|kg|2026-04-03;29463-7|Body Weight|79|kg|2025-12-03", "My result for weight went from 79 kg to 84 kg. What does it mean for me?", "Measured on 3 April 2026, and before that on 3 December 2025.")]
    [InlineData("29463-7|Body Weight|81|kg|2026-04-03;29463-7|Body Weight|79|kg|2025-12-03", null, null)]
    [InlineData("8867-4|Heart rate|110|/min|2026-04-03;8867-4|Heart rate|60|/min|2025-12-03", null, null)]
    [InlineData("4548-4|Hemoglobin A1c|8.1|%|2026-04-03|||H", "My result for long-term blood sugar (HbA1c) was 8.1%, which was marked as “high”. What does it mean for me?", "Measured on 3 April 2026.")]
    [InlineData("2823-3|Potassium|5.9|mmol/L|2027-03-03|3.5|5.1", null, null)]
    public void AResultHasOneQuestion(string results, string? question, string? why) =>
        AssertOne(ResultRule.Of(Facts() with { Results = [.. results.Split(';').Select(static (row, i) => Result(row.Split('|'), i))] }), question, why);

    [Theory]
    [InlineData("2019-05-04", null, "“Gout” is still on my list. Is that right, and is there anything to be done about it?", "On your list since 4 May 2019, and nothing about it in the last year.")]
    [InlineData("2025-09-04", null, null, null)]
    [InlineData("2019-05-04", """{"resourceType":"Encounter","status":"finished","period":{"start":"2026-03-03"},"reasonCode":[{"coding":[{"system":"http://snomed.info/sct","code":"90560007"}]}]}""", null, null)]
    [InlineData("2019-05-04", """{"resourceType":"Encounter","status":"finished","period":{"start":"2020-03-03"},"reasonCode":[{"coding":[{"system":"http://snomed.info/sct","code":"90560007"}]}]}""", "“Gout” is still on my list. Is that right, and is there anything to be done about it?", null)]
    [InlineData("2019-05-04", """{"resourceType":"CarePlan","status":"active","intent":"plan","period":{"start":"2020-03-03"},"addresses":[{"reference":"Condition/p.0"}]}""", null, null)]
    [InlineData("2019-05-04", """{"resourceType":"Procedure","status":"completed","performedDateTime":"2025-12-03","reasonReference":[{"reference":"Condition/p.0"}]}""", null, null)]
    public void AProblemIsAskedAboutOfWhichNothingWasDone(string onset, string? doing, string? question, string? why) => AssertOne(
        ProblemRule.Of(Facts() with
        {
            Problems = [Entry($$"""{"resourceType":"Condition","code":{"coding":[{"system":"http://snomed.info/sct","code":"90560007"}],"text":"Gout"},"onsetDateTime":"{{onset}}"}""", 0)],
            Doings = doing is null ? [] : [Entry(doing, 1)],
        }),
        question, why);

    [Fact]
    public void WhatSomebodyHadOnceIsNotAskedAbout() => Assert.Empty(ProblemRule.Of(Facts() with { Problems = [Entry("""{"resourceType":"Condition","code":{"text":"History of appendectomy"},"onsetDateTime":"2007-04-10"}""", 0)] }));

    /// <summary>What was put on the list in one language is not offered again in the other.</summary>
    [Fact]
    public void TheSameResultIsTheSameQuestionInEachLanguage()
    {
        var facts = Facts() with { Results = [Result(["4548-4", "Hemoglobin A1c", "8.1", "%", "2026-04-03", "4", "5.6"], 0)] };
        var keys = Languages.All.Select(language => NoticeWords.In(language, () => Assert.Single(ResultRule.Of(facts)))).ToList();
        Assert.Equal(2, keys.Select(static question => question.Text).Distinct().Count());
        Assert.Single(keys.Select(static question => question.Key).Distinct());
    }

    [Fact]
    public void AChildGrows()
    {
        var facts = Facts() with { Results = [Result(["29463-7", "Body Weight", "28", "kg", "2026-04-03"], 0), Result(["29463-7", "Body Weight", "25", "kg", "2025-04-03"], 1)] };
        Assert.Single(ResultRule.Of(facts));
        Assert.Empty(ResultRule.Of(facts with { IsChild = true }));
    }

    [Fact]
    public void ABloodPressureIsToldInWholeNumbers()
    {
        static VisitEntry pressure(string upper, string day, int number) => Entry(
            $$"""
            {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}],"text":"Blood pressure"},"effectiveDateTime":"{{day}}","component":[
             {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":82.41,"unit":"mm[Hg]"} },{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":{{upper}},"unit":"mm[Hg]"} }]}
            """,
            number);
        var asked = Assert.Single(ResultRule.Of(Facts() with { Results = [pressure("173.65", "2026-04-03", 0), pressure("120.95", "2025-04-03", 1)] }));
        Assert.Equal("My result for blood pressure went from 121 / 82 mmHg to 174 / 82 mmHg. What does it mean for me?", asked.Text);
    }

    [Theory]
    [InlineData("due", "2026-07-01", "When do I get the vaccine “Tetanus”?", "Your record says that it is due on 1 July 2026.")]
    [InlineData("overdue", "2025-07-01", "When do I get the vaccine “Tetanus”?", null)]
    [InlineData("due", "2027-07-01", null, null)]
    [InlineData("immune", "2026-07-01", null, null)]
    public void AVaccineIsAskedAboutThatASourceSaysIsDue(string status, string day, string? question, string? why) => AssertOne(
        DueRule.Of(Facts() with
        {
            Due = [Entry($$"""{"resourceType":"ImmunizationRecommendation","date":"2026-01-01","recommendation":[{"vaccineCode":[{"text":"Tetanus"}],"forecastStatus":{"coding":[{"code":"{{status}}"}]},"dateCriterion":[{"code":{"text":"due"},"value":"{{day}}"}]}]}""", 0)],
        }),
        question, why);

    [Theory]
    [InlineData("2026-06-09T10:00:00Z", "What do I need to know or bring for my appointment on 9 June 2026?", "In your record: Colonoscopy.")]
    [InlineData("2026-05-09T10:00:00Z", null, null)]
    [InlineData("2027-05-09T10:00:00Z", null, null)]
    public void AnAppointmentToComeIsAskedAbout(string start, string? question, string? why) =>
        AssertOne(DueRule.Of(Facts() with { Due = [Entry($$"""{"resourceType":"Appointment","status":"booked","description":"Colonoscopy","start":"{{start}}"}""", 0)] }), question, why);

    [Fact]
    public void WhomElseThePatientSharesWithIsPrivateWhereSomebodyIsVisited()
    {
        var ends = new DateTimeOffset(2026, 6, 10, 0, 0, 0, TimeSpan.Zero);
        var offered = AgreementRule.Of(Facts() with { Agreements = [new("Consent/p.1", "Dr Lee", ends, true), new("Consent/p.2", "Sam", ends, false)] }).ToList();
        Assert.Equal(["Do you still need to see my record after 9 June 2026?", "Is it good that Sam sees my record until 9 June 2026 and no longer?"], offered.Select(static question => question.Text));
        Assert.Equal([false, true], offered.Select(static question => question.IsPrivate));
    }

    [Theory]
    [InlineData("Hello. Can I swim again? Thank you.", false, "Can I swim again?")]
    [InlineData("Can I swim again?\nAnd when may I drive? I feel fine!", false, "Can I swim again? And when may I drive?")]
    [InlineData("It costs 3.50 at the shop? Really.", false, "It costs 3.50 at the shop?")]
    [InlineData("I would like a new appointment.", false, null)]
    [InlineData("I would like a new appointment.", true, "I would like a new appointment.")]
    [InlineData("", true, null)]
    public void OfAMessageTheQuestionsAreKept(string text, bool isOwed, string? words) => Assert.Equal(words, Unanswered.Words(text, isOwed));

    [Fact]
    public void TheMostUsefulComeFirstNothingTwiceAndNotOneKindAlone()
    {
        var facts = Facts() with
        {
            Results = [.. Enumerable.Range(0, 20).Select(static i => Result([$"{i}-0", $"Thing {i}", "9", "mmol/L", "2026-03-03", "1", "2"], i))],
            Medicines = [.. Enumerable.Range(0, 20).Select(static i => Medicine(["active", $"Drug{(char)('a' + i)} 10 MG", "2026-04-01"], 100 + i)), .. Enumerable.Range(0, 20).Select(static i => Medicine(["active", $"Old{(char)('a' + i)} 10 MG", "2020-04-01"], 200 + i))],
            Asked = [new("c/1", "May I swim?", DateTimeOffset.UnixEpoch, "Swimming", false), new("c/2", "May I swim?", DateTimeOffset.UnixEpoch, "Swimming", false)],
        };
        var draft = VisitDraft.Of(facts);
        Assert.Equal([QuestionKind.Asked, QuestionKind.ResultOutside, QuestionKind.MedicineNews, QuestionKind.MedicineLong], draft.Offered.Select(static question => question.Kind).Distinct());
        Assert.Equal(10, draft.Offered.Count);
        Assert.Empty(draft.Private);
        Assert.Equal(draft.Offered.Count, draft.Offered.Select(static question => question.Key).Distinct().Count());
    }

    [Fact]
    public void WhatIsSensitiveIsOfferedApartAlsoWhereOneOfSeveralTellsIt()
    {
        var facts = Facts() with
        {
            Medicines = [Medicine(["active", "Sertraline 50 MG", "2026-04-01"], 0), Medicine(["active", "Sertraline 25 MG", "2025-04-01"], 1) with { IsPrivate = true }, Medicine(["active", "Lisinopril 10 MG", "2026-04-01"], 2)],
        };
        var draft = VisitDraft.Of(facts);
        Assert.Contains("Lisinopril", Assert.Single(draft.Offered).Text);
        Assert.Contains("Sertraline", Assert.Single(draft.Private).Text);
    }

    [Theory]
    [InlineData("Blood pressure", "blood pressure")]
    [InlineData("HbA1c", "HbA1c")]
    [InlineData("LDL cholesterol", "LDL cholesterol")]
    [InlineData("C reactive protein", "C reactive protein")]
    [InlineData("Carbon Dioxide", "Carbon Dioxide")]
    [InlineData("Long-term blood sugar (HbA1c)", "long-term blood sugar (HbA1c)")]
    public void ANameInsideASentenceKeepsTheCapitalsThatBelongToIt(string name, string inside) => Assert.Equal(inside, VisitNames.Inside(name));

    private static void AssertOne(IEnumerable<OfferedQuestion> offered, string? question, string? why)
    {
        var one = offered.ToList();
        Assert.Equal(question is null ? 0 : 1, one.Count);
        if (question is not null)
        {
            Assert.Equal(question, one[0].Text);
            Assert.NotNull(one[0].Entry);
        }

        if (why is not null)
        {
            Assert.Equal(why, one[0].Why);
        }
    }

    private static VisitFacts Facts() => new() { Now = _now, Since = _visit };

    private static VisitEntry Medicine(string[] row, int number) => Entry(
        $$"""
        {"resourceType":"MedicationRequest","status":"{{row[0]}}","intent":"order"{{(row[1].Length == 0 ? "" : $",\"medicationCodeableConcept\":{{\"text\":\"{row[1]}\"}}")}}
         {{(row[2].Length == 0 ? "" : $",\"authoredOn\":\"{row[2]}\"")}}{{(row.Length > 3 ? $",\"dosageInstruction\":[{{\"text\":\"{row[3]}\"}}]" : "")}}}
        """,
        number);

    private static VisitEntry Result(string[] row, int number)
    {
        string at(int column) => row.Length > column ? row[column] : "";
        var range = at(5).Length == 0 ? "" : $",\"referenceRange\":[{{\"low\":{{\"value\":{at(5)},\"unit\":\"{row[3]}\"}},\"high\":{{\"value\":{at(6)},\"unit\":\"{row[3]}\"}}}}]";
        var flag = at(7).Length == 0 ? "" : $",\"interpretation\":[{{\"coding\":[{{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation\",\"code\":\"{row[7]}\"}}]}}]";
        return Entry(
            $$"""
            {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"{{row[0]}}","display":"{{row[1]}}"}]},
             "valueQuantity":{"value":{{row[2]}},"unit":"{{row[3]}}"},"effectiveDateTime":"{{row[4]}}"{{range}}{{flag}}}
            """,
            number);
    }

    private static VisitEntry Entry(string json, int number)
    {
        var resource = Resource.Read(Encoding.UTF8.GetBytes(json));
        return new VisitEntry(resource, EntryReader.Line(resource), $"{resource.TypeName}/p.{number}", false);
    }
}
