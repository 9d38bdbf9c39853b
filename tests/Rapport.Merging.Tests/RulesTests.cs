using System.Text;
using Rapport.Fhir;

namespace Rapport.Merging.Tests;

/// <summary>The rules, one pair of entries after the other, as two sources tell them.</summary>
public sealed class RulesTests
{
    [Theory]
    [InlineData("acetaminophen 325 MG Oral Tablet", "Tylenol 325 mg tab")]
    [InlineData("24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet", "Glucophage XR 500 mg")]
    [InlineData("Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet [Percocet]", "Percocet 5/325 mg")]
    [InlineData("amLODIPine 5 MG Oral Tablet", "Norvasc 5 mg")]
    [InlineData("Levothyroxine Sodium 0.1 MG Oral Tablet", "Synthroid 100 mcg")]
    [InlineData("Lisinopril 10", "Zestril 10 mg tablet")]
    [InlineData("Prednisolon 2,5 mg", "Prednisolon 2.5 MG Oral Tablet")]
    [InlineData("Salbutamol 100 micrograms inhaler", "albuterol 0.1 MG/ACTUAT Metered Dose Inhaler")]
    [InlineData("sodium valproate 200 mg", "Valproate sodium 200 MG Oral Tablet")]
    [InlineData("metoprolol 50 mg", "metoprolol tartrate 50 MG Oral Tablet")]
    [InlineData("omeprazole 20 MG Delayed Release Oral Capsule", "Prilosec 20 mg capsule")]
    [InlineData("hydrocodone bitartrate 5 MG / Acetaminophen 325 MG Oral Tablet", "acetaminophen 325 MG / hydrocodone 5 MG Oral Tablet")]
    [InlineData("Glucophage XR 500 mg", "24 HR metformin 500 MG Extended Release Oral Tablet")]
    public void One_medicine_by_two_names(string one, string other) => Assert.Equal(new MergeReason(SameBy.Ingredient, SameWhen.Day), Compare(Medicine(one), Medicine(other)));

    [Theory]
    [InlineData("lisinopril 10 MG Oral Tablet", "lisinopril 20 MG Oral Tablet")]
    [InlineData("metoprolol succinate 100 MG Extended Release Oral Tablet", "metoprolol tartrate 100 MG Oral Tablet")]
    [InlineData("hydrocortisone 10 MG Oral Tablet", "hydrocortisone 10 MG/ML Topical Cream")]
    [InlineData("Acetaminophen 325 MG Oral Tablet", "Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet")]
    [InlineData("Lisinopril 10", "Lisinopril 20")]
    [InlineData("Lisinopril 10", "Lisinopril 20 mg")]
    [InlineData("Percocet 5/325", "Percocet 10/325")]
    [InlineData("Hydrocortisone 1% cream", "Hydrocortisone 2.5% cream")]
    [InlineData("Prednisolon 2,5 mg", "Prednisolon 25 mg")]
    [InlineData("Vitamin D3 1,000 unt", "Vitamin D3 1 mg")]
    [InlineData("potassium chloride 10 MEQ Extended Release Oral Tablet", "sodium chloride 10 MEQ Oral Tablet")]
    [InlineData("sodium bicarbonate 650 MG Oral Tablet", "potassium bicarbonate 650 MG Oral Tablet")]
    [InlineData("calcium carbonate 500 MG Oral Tablet", "magnesium carbonate 500 MG Oral Tablet")]
    [InlineData("Calcium gluconate", "Potassium gluconate")]
    [InlineData("diclofenac sodium 50 MG Oral Tablet", "diclofenac potassium 50 MG Oral Tablet")]
    [InlineData("Fluticasone propionate 100 mcg inhaler", "Fluticasone furoate 100 mcg inhaler")]
    [InlineData("ferrous sulfate 325 MG Oral Tablet", "ferrous fumarate 325 MG Oral Tablet")]
    [InlineData("Penicillin G 500 mg", "Penicillin V 500 mg")]
    [InlineData("Penicillin G potassium 500 mg", "Penicillin 500 mg")]
    [InlineData("Insulin regular, human 100 UNT/ML", "Insulin human 100 UNT/ML")]
    [InlineData("12 HR bupropion hydrochloride 150 MG Extended Release Oral Tablet", "24 HR bupropion hydrochloride 150 MG Extended Release Oral Tablet")]
    [InlineData("Wellbutrin SR 150 mg", "Wellbutrin XL 150 mg")]
    public void Two_medicines_by_two_names(string one, string other) => Assert.Null(Compare(Medicine(one), Medicine(other)));

    [Theory]
    [InlineData("100", "mg/dL", "5.55", "mmol/L")]
    [InlineData("100", "mg/dL", "5.6", "mmol/L")]
    [InlineData("98.6", "[degF]", "37.0", "Cel")]
    [InlineData("70.0", "kg", "154.3", "[lb_av]")]
    [InlineData("6.54321", "mmol/L", "6.5", "mmol/L")]
    public void One_value_in_two_units(string one, string unit, string other, string otherUnit) =>
        Assert.Equal(SameBy.Code, Compare(Result(one, unit), Result(other, otherUnit))?.By);

    [Theory]
    [InlineData("100", "mg/dL", "5.9", "mmol/L")]
    [InlineData("100", "mg/dL", "100", "mmol/L")]
    [InlineData("70", "kg", "71", "kg")]
    [InlineData("70", "kg", "70", "[lb_av]")]
    public void Two_values_are_two_results(string one, string unit, string other, string otherUnit) => Assert.Null(Compare(Result(one, unit), Result(other, otherUnit)));

    [Theory]
    [InlineData("2026-01-10T08:00:00Z", "2026-01-10T08:00:20Z", SameWhen.Moment)]
    [InlineData("2026-01-10T08:00:00Z", "2026-01-10T09:00:00+01:00", SameWhen.Moment)]
    [InlineData("2026-01-10T08:00:00Z", "2026-01-10", SameWhen.Day)]
    [InlineData("2026-01-10T23:30:00-05:00", "2026-01-10", SameWhen.Day)]
    [InlineData("2026-01-10T08:00:00Z", "2026-01-10T13:00:00Z", SameWhen.ClockApart)]
    [InlineData("2026-01-10", "2026-01-11", SameWhen.DayApart)]
    [InlineData("2026-01-10", "2026-01-12", null)]
    [InlineData("2026-01-10T08:00:00Z", "2026-01-10T12:07:00Z", null)]
    [InlineData("2026-01-10T08:00:00Z", "2026-01-11T08:20:00Z", null)]
    [InlineData("2026-01", "2026-01-11", null)]
    public void Times_of_one_result(string one, string other, SameWhen? expected) =>
        Assert.Equal(expected, Compare(Result("100", "mg/dL", one), Result("100", "mg/dL", other))?.When);

    [Theory]
    [InlineData("""{"clinicalStatus":{"coding":[{"code":"active"}]}}""", """{"clinicalStatus":{"coding":[{"code":"resolved"}]}}""", false)]
    [InlineData("""{"clinicalStatus":{"coding":[{"code":"active"}]}}""", """{"clinicalStatus":{"coding":[{"code":"recurrence"}]}}""", true)]
    [InlineData("""{"clinicalStatus":{"coding":[{"code":"active"}]}}""", "{}", true)]
    [InlineData("""{"verificationStatus":{"coding":[{"code":"refuted"}]}}""", "{}", false)]
    [InlineData("""{"verificationStatus":{"coding":[{"code":"entered-in-error"}]}}""", "{}", false)]
    [InlineData("""{"bodySite":[{"text":"Left knee"}]}""", """{"bodySite":[{"text":"Right knee"}]}""", false)]
    [InlineData("""{"bodySite":[{"text":"Left knee"}]}""", "{}", true)]
    public void What_holds_is_not_what_does_not_hold(string one, string other, bool isSame) => Assert.Equal(isSame, Compare(Problem(one), Problem(other)) is not null);

    [Theory]
    [InlineData("\"valueString\":\"O+\"", "\"valueString\":\"O-\"", false)]
    [InlineData("\"valueString\":\"+\"", "\"valueString\":\"-\"", false)]
    [InlineData("\"valueString\":\"80/120\"", "\"valueString\":\"120/80\"", false)]
    [InlineData("\"valueString\":\"not  Seen\"", "\"valueString\":\"Not seen\"", true)]
    [InlineData("\"valueDateTime\":\"2024-03-04\"", "\"valueDateTime\":\"2024-04-03\"", false)]
    [InlineData("\"valueTime\":\"10:20:00\"", "\"valueTime\":\"20:10:00\"", false)]
    [InlineData("\"valueQuantity\":{\"value\":5,\"comparator\":\"<\"}", "\"valueQuantity\":{\"value\":5,\"comparator\":\">\"}", false)]
    [InlineData("\"valueQuantity\":{\"value\":5,\"comparator\":\"<\"}", "\"valueQuantity\":{\"value\":5}", false)]
    [InlineData("\"valueQuantity\":{\"value\":5,\"comparator\":\"<\"}", "\"valueQuantity\":{\"value\":5,\"comparator\":\"<\"}", true)]
    [InlineData("\"valueQuantity\":{\"unit\":\"mg\"}", "\"valueQuantity\":{\"unit\":\"mg\"}", false)]
    [InlineData("\"note\":[{\"text\":\"a\"}]", "\"note\":[{\"text\":\"b\"}]", false)]
    [InlineData("\"valueString\":\"Result [positive]\"", "\"valueString\":\"Result [negative]\"", false)]
    [InlineData("\"valueCodeableConcept\":{\"text\":\"Detected (finding)\"}", "\"valueCodeableConcept\":{\"text\":\"detected\"}", true)]
    public void What_was_found_is_compared_as_it_is_told(string one, string other, bool isSame) => Assert.Equal(isSame, Compare(
        $$$"""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"883-9"}]},"effectiveDateTime":"2026-01-10",{{{one}}}}""",
        $$$"""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"883-9"}]},"effectiveDateTime":"2026-01-10",{{{other}}}}""") is not null);

    [Theory]
    [InlineData("Condition", "code", "Hypertension", "Pulmonary hypertension")]
    [InlineData("Condition", "code", "Hemophilia A", "Hemophilia B")]
    [InlineData("Condition", "code", "Hepatitis A", "Hepatitis")]
    [InlineData("AllergyIntolerance", "code", "Milk", "Milk thistle")]
    [InlineData("Immunization", "vaccineCode", "Hep A, adult", "Hep B, adult")]
    [InlineData("Immunization", "vaccineCode", "Hep A vaccine", "Hep A and Hep B vaccine")]
    [InlineData("Immunization", "vaccineCode", "Tetanus immune globulin", "Tetanus toxoid vaccine")]
    [InlineData("Immunization", "vaccineCode", "Rabies immune globulin, human", "Rabies vaccine, intramuscular")]
    [InlineData("Immunization", "vaccineCode", "Novel influenza-H1N1-09", "Influenza, seasonal, injectable")]
    [InlineData("Condition", "code", "Opioid use", "Opioid allergy")]
    [InlineData("Condition", "code", "Other specified hypothyroidism", "Hypothyroidism, unspecified")]
    [InlineData("Condition", "code", "Allergic rhinitis", "Rhinitis")]
    [InlineData("Condition", "code", "HIV+", "HIV-")]
    [InlineData("Condition", "code", "HER2- breast cancer", "HER2+ breast cancer")]
    [InlineData("Condition", "code", "Gestation <37 weeks", "Gestation >37 weeks")]
    [InlineData("Condition", "code", "Pain [knee]", "Pain [hip]")]
    [InlineData("Procedure", "code", "Transfusion of blood", "Transfusion of plasma")]
    [InlineData("DiagnosticReport", "code", "hCG, qualitative", "hCG, quantitative")]
    [InlineData("DiagnosticReport", "code", "Hepatitis C virus RNA, qualitative", "Hepatitis C virus RNA, quantitative")]
    [InlineData("ServiceRequest", "code", "hCG [qualitative]", "hCG [quantitative]")]
    public void Names_that_look_alike_are_not_one(string type, string element, string one, string other) => Assert.Null(Compare(Named(type, element, one), Named(type, element, other)));

    [Fact]
    public void A_plan_is_not_known_by_its_category_and_a_house_is_not_the_organisation_in_it()
    {
        const string Plan = """ {"resourceType":"CarePlan","status":"active","intent":"plan","subject":{"reference":"Patient/x"},"category":[{"coding":[{"system":"http://hl7.org/fhir/us/core/CodeSystem/careplan-category","code":"assess-plan"}]}],"period":{"start":"2026-01-10"}""";
        Assert.Null(Compare(Plan + "}", Plan + "}"));
        Assert.Null(Compare(Plan + ",\"title\":\"Diet\"}", Plan + ",\"title\":\"Exercise\"}"));
        Assert.NotNull(Compare(Plan + ",\"title\":\"Diet\"}", Plan + ",\"title\":\"diet\"}"));
        Assert.Null(Compare("""{"resourceType":"Organization","name":"Mercy"}""", """{"resourceType":"Location","name":"Mercy"}"""));
    }

    [Theory]
    [InlineData("""{"given":["An"],"family":"Nguyen"}""", """{"given":["To"],"family":"Nguyen"}""", false)]
    [InlineData("""{"given":["John"],"family":"Smith","suffix":["Jr"]}""", """{"given":["John"],"family":"Smith","suffix":["Sr."]}""", false)]
    [InlineData("""{"given":["John"],"family":"Smith","suffix":["Jr"]}""", """{"given":["John"],"family":"Smith","suffix":["Jr.","MD"]}""", true)]
    [InlineData("""{"given":["John"],"family":"Smith","suffix":["MD"]}""", """{"given":["John"],"family":"SMITH"}""", true)]
    [InlineData("""{"given":["Robert"],"family":"Williams"}""", """{"given":["Robert"],"family":"William"}""", false)]
    [InlineData("""{"given":["José"],"family":"Pérez"}""", """{"text":"Jose Perez"}""", true)]
    public void People_by_their_names(string one, string other, bool isSame) => Assert.Equal(isSame, Compare(
        $$"""{"resourceType":"Practitioner","name":[{{one}}]}""", $$"""{"resourceType":"Practitioner","name":[{{other}}]}""") is not null);

    [Fact]
    public void Relatives_are_told_apart_by_what_they_had_also_where_only_codes_say_so()
    {
        Assert.Null(Compare(Father("44054006"), Father("38341003")));
        Assert.NotNull(Compare(Father("44054006"), Father("44054006")));
        Assert.Null(Compare(Father("44054006"), Father("44054006").Replace("\"FTH\"", "\"MTH\"", StringComparison.Ordinal)));

        static string Father(string had) =>
            $$$"""{"resourceType":"FamilyMemberHistory","relationship":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"FTH"}]},"condition":[{"code":{"coding":[{"system":"http://snomed.info/sct","code":"{{{had}}}"}]}}]}""";
    }

    [Fact]
    public void What_differs_only_far_into_a_long_text_differs()
    {
        var beginning = string.Concat(Enumerable.Repeat("walk a little further every day ", 20));
        Assert.Null(Compare(Goal(beginning + "uphill"), Goal(beginning + "downhill")));
        Assert.NotNull(Compare(Goal(beginning + "uphill"), Goal(beginning + "uphill")));
        Assert.Null(Compare(Note(beginning + "uphill"), Note(beginning + "downhill")));
        Assert.NotNull(Compare(Note(beginning + "uphill"), Note(beginning + "uphill")));

        static string Goal(string text) => $$$"""{"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"{{{text}}}"},"subject":{"reference":"Patient/x"},"startDate":"2026-01-10"}""";
        static string Note(string text) => $$$"""{"resourceType":"Observation","status":"final","code":{"text":"Progress"},"effectiveDateTime":"2026-01-10","valueString":"{{{text}}}"}""";
    }

    [Fact]
    public void A_text_of_many_megabytes_of_brackets_is_read_once()
    {
        foreach (var bracket in new[] { "(", "[", "( )", "[ ]" })
        {
            var text = string.Concat(Enumerable.Repeat(bracket, 2_000_000));
            Assert.NotNull(Fact.Of(Read($$$"""{"resourceType":"Observation","status":"final","code":{"text":"{{{text}}}"},"valueString":"{{{text}}}"}""")));
        }
    }

    [Fact]
    public void What_differs_only_in_a_late_part_differs()
    {
        Assert.Null(Compare(Answers(40, 1), Answers(40, 2)));
        Assert.NotNull(Compare(Answers(40, 1), Answers(40, 1)));

        static string Answers(int count, int last) =>
            $$$"""{"resourceType":"Observation","status":"final","code":{"text":"Questions"},"effectiveDateTime":"2026-01-10","component":[{{{string.Join(',', Enumerable.Range(1, count).Select(number => $$"""{"code":{"text":"question {{number}}"},"valueInteger":{{(number == count ? last : 3)}}}"""))}}}]}""";
    }

    [Fact]
    public void A_document_of_two_files_is_not_one_that_has_only_the_first_in_common()
    {
        Assert.Null(Compare(Document("a", "b"), Document("a", "c")));
        Assert.NotNull(Compare(Document("a", "b"), Document("a", "b")));

        static string Document(params string[] hashes) =>
            $$$"""{"resourceType":"DocumentReference","status":"current","content":[{{{string.Join(',', hashes.Select(hash => $$$"""{"attachment":{"contentType":"application/pdf","hash":"{{{hash}}}"}}"""))}}}]}""";
    }

    [Fact]
    public void A_goal_that_was_given_up_is_not_the_one_that_is_pursued()
    {
        Assert.Null(Compare(Goal("active"), Goal("cancelled")));
        Assert.Null(Compare(Goal("active"), Goal("entered-in-error")));
        Assert.NotNull(Compare(Goal("active"), Goal("accepted")));

        static string Goal(string state) => $$$"""{"resourceType":"Goal","lifecycleStatus":"{{{state}}}","description":{"text":"Walk daily"},"subject":{"reference":"Patient/x"},"startDate":"2026-01-10"}""";
    }

    [Fact]
    public void One_number_on_two_results_of_a_panel_does_not_make_them_one()
    {
        const string Number = """ "identifier":[{"system":"urn:oid:1.2.3","value":"A-1001"}], """;
        Assert.Null(Compare(
            $$$"""{"resourceType":"Observation","status":"final",{{{Number}}}"code":{"text":"Sodium"},"effectiveDateTime":"2026-01-10","valueQuantity":{"value":140,"code":"mmol/L"}}""",
            $$$"""{"resourceType":"Observation","status":"final",{{{Number}}}"code":{"text":"Potassium"},"effectiveDateTime":"2026-01-10","valueQuantity":{"value":4.1,"code":"mmol/L"}}"""));
        Assert.Equal(SameBy.Identifier, Compare(
            $$"""{"resourceType":"Organization",{{Number}}"name":"Harbour Hospital"}""", $$"""{"resourceType":"Organization",{{Number}}"name":"HARBOUR HOSP"}""")?.By);
    }

    [Fact]
    public void A_reading_that_is_taken_every_day_is_not_shifted_to_the_next()
    {
        var table = new FactTable();
        foreach (var (day, source) in new[] { (1, 1), (2, 1), (3, 2) })
        {
            table.Add(Read(Result("61", "/min", $"2026-01-0{day}")), source);
        }

        Assert.Equal(0, MergedEntries.Of(table, [0, 1, 2], []).Count);
    }

    private static string Named(string type, string element, string name) =>
        $$$"""{"resourceType":"{{{type}}}","{{{element}}}":{"text":"{{{name}}}"},"{{{DateOf(type)}}}":"2026-01-10"}""";

    private static string DateOf(string type) => type switch
    {
        "Immunization" => "occurrenceDateTime",
        "Procedure" => "performedDateTime",
        "DiagnosticReport" => "effectiveDateTime",
        "ServiceRequest" => "authoredOn",
        _ => "onsetDateTime",
    };

    private static string Medicine(string name) =>
        $$"""{"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"reference":"Patient/x"},"medicationCodeableConcept":{"text":"{{name}}"},"authoredOn":"2026-01-10"}""";

    private static string Result(string value, string unit, string date = "2026-01-10") =>
        $$$"""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2339-0"}]},"effectiveDateTime":"{{{date}}}","valueQuantity":{"value":{{{value}}},"unit":"{{{unit}}}","code":"{{{unit}}}"}}""";

    private static string Problem(string more) =>
        $$"""{"resourceType":"Condition","subject":{"reference":"Patient/x"},"code":{"text":"Knee pain"},"onsetDateTime":"2026-01-10"{{(more.Length > 2 ? "," + more[1..^1] : "")}}}""";

    private static MergeReason? Compare(string one, string other)
    {
        var table = new FactTable();
        table.Add(Read(one), 1);
        table.Add(Read(other), 2);
        var merged = MergedEntries.Of(table, [0, 1], []);
        return merged.With(0) is null ? null : merged.ReasonBetween(0, 1);
    }

    private static Resource Read(string json) => Resource.Read(Encoding.UTF8.GetBytes(json));
}
