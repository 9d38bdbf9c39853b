using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering.Tests;

/// <summary>What a clinician would expect of what a document says: states, denials, doses, values, times.</summary>
public sealed class CcdaContentTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Fish &amp; chips&nbsp;&eacute; R&D & more &#233; &lt;", "Fish & chips\u00a0é R&D & more é <")]
    [InlineData("<![CDATA[a &nbsp; b & c]]> &nbsp;x", "a &nbsp; b & c \u00a0x")]
    [InlineData("&unheardof; &xxe", "&unheardof; &xxe")]
    public void Names_of_characters_that_only_the_web_knows_are_read_and_told(string written, string read)
    {
        var bytes = Encoding.UTF8.GetBytes($"<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>{written}</title></ClinicalDocument>");
        var loaded = CcdaXml.Load(bytes);
        Assert.Equal(read, loaded.Root.Value);
        Assert.Contains(loaded.Mended, sentence => sentence.Contains("ampersands", StringComparison.Ordinal));
    }

    [Fact]
    public void An_allergy_says_what_it_does_and_how_bad_that_is()
    {
        var allergy = One("AllergyIntolerance", CcdaMake.Section("48765-2", "Allergies", "x", CcdaMake.Allergy(CcdaMake.Reaction("126485001", "24484000"))));
        Assert.Equal(("active", "confirmed", "allergy", "2006-05"), (Code(allergy, "clinicalStatus"), Code(allergy, "verificationStatus"), Text(allergy, "type"), Text(allergy, "onsetDateTime")));
        Assert.Equal(("medication", "7980"), (allergy["category"]![0]!.GetValue<string>(), Code(allergy, "code")));
        Assert.Equal(("126485001", "severe"), (Code(allergy["reaction"]![0]!["manifestation"]!), Text(allergy["reaction"]![0]!, "severity")));
    }

    [Theory]
    [InlineData("416098002", "<code nullFlavor=\"NA\"/>", "409137002", "confirmed")]
    [InlineData("419199007", "<code nullFlavor=\"NA\"/>", "716186003", "confirmed")]
    [InlineData("414285001", "<code nullFlavor=\"NA\"/>", "429625007", "confirmed")]
    [InlineData("416098002", "<code code=\"410942007\" codeSystem=\"2.16.840.1.113883.6.96\"/>", "409137002", "confirmed")]
    [InlineData("414285001", "<code code=\"762952008\" codeSystem=\"2.16.840.1.113883.6.96\"/>", "762952008", "refuted")]
    public void A_denied_allergy_is_no_known_allergy_or_refuted(string value, string participant, string code, string verification)
    {
        var allergy = One("AllergyIntolerance", CcdaMake.Section("48765-2", "Allergies", "x", CcdaMake.Allergy("", value, participant, "negationInd=\"true\"")));
        Assert.Equal((code, verification), (Code(allergy, "code"), Code(allergy, "verificationStatus")));
    }

    [Theory]
    [InlineData("<low value=\"2010\"/>", "", "active", "active")]
    [InlineData("<low value=\"2010\"/>", "", "completed", "inactive")]
    [InlineData("<low value=\"2010\"/><high value=\"20120304\"/>", "", "active", "resolved")]
    [InlineData("<low value=\"2010\"/><high value=\"20120304\"/>", "55561003", "active", "inactive")]
    [InlineData("<low value=\"2010\"/><high nullFlavor=\"UNK\"/>", "413322009", "completed", "resolved")]
    [InlineData("<low value=\"2010\"/>", "277022003", "active", "remission")]
    public void A_problem_is_as_its_status_its_end_or_its_concern_says(string effective, string status, string concern, string expected)
    {
        var problem = One("Condition", CcdaMake.Section("11450-4", "Problems", "<list><item ID=\"p1\">Asthma  since\n childhood</item></list>", CcdaMake.Problem(effective, status, concern: concern)));
        Assert.Equal((expected, "confirmed", "2010"), (Code(problem, "clinicalStatus"), Code(problem, "verificationStatus"), Text(problem, "onsetDateTime")));
        Assert.Equal(("Asthma since childhood", 2), (Text(problem["code"]!, "text"), problem["code"]!["coding"]!.AsArray().Count));
        Assert.Equal("http://hl7.org/fhir/sid/icd-10-cm", Text(problem["code"]!["coding"]![1]!, "system"));
    }

    [Fact]
    public void A_denied_problem_is_refuted_and_a_denied_problem_of_no_name_means_none()
    {
        var refuted = One("Condition", CcdaMake.Section("11450-4", "Problems", "x", CcdaMake.Problem("<low value=\"2010\"/>", negation: "negationInd=\"true\"")));
        Assert.Equal(("refuted", "195967001"), (Code(refuted, "verificationStatus"), Code(refuted, "code")));
        var none = One("Condition", CcdaMake.Section("11450-4", "Problems", "x", CcdaMake.Problem("<low nullFlavor=\"NI\"/>", negation: "negationInd=\"true\"", value: "<value xsi:type=\"CD\" code=\"55607006\" codeSystem=\"2.16.840.1.113883.6.96\"/>")));
        Assert.Equal("160245001", Code(none, "code"));
    }

    [Fact]
    public void A_medicine_says_how_much_how_often_how_long_and_what_for()
    {
        var times = "<effectiveTime xsi:type=\"IVL_TS\"><low value=\"20231201\"/><high value=\"20240101\"/></effectiveTime><effectiveTime xsi:type=\"PIVL_TS\" operator=\"A\"><period xsi:type=\"IVL_PQ\"><low value=\"4\" unit=\"h\"/><high value=\"6\" unit=\"h\"/></period></effectiveTime>";
        var rest = $"<entryRelationship typeCode=\"RSON\"><observation classCode=\"OBS\" moodCode=\"EVN\"><templateId root=\"{CcdaMake.T}19\"/><code code=\"x\"/><value xsi:type=\"CD\" code=\"57676002\" {CcdaMake.Snomed} displayName=\"Joint pain\"/></observation></entryRelationship>"
            + "<entryRelationship typeCode=\"COMP\"><substanceAdministration classCode=\"SBADM\" moodCode=\"EVN\"><code code=\"76662-6\" codeSystem=\"2.16.840.1.113883.6.1\"/><text>one tablet when it hurts</text></substanceAdministration></entryRelationship><precondition/>";
        var medicine = One("MedicationStatement", CcdaMake.Section("10160-0", "Medicines", "x", CcdaMake.Medicine(times, rest)));
        Assert.Equal(("active", "2023-12-01", "2024-01-01"), (Text(medicine, "status"), Text(medicine["effectivePeriod"]!, "start"), Text(medicine["effectivePeriod"]!, "end")));
        var dosage = medicine["dosage"]![0]!;
        Assert.Equal("""{"frequency":1,"period":4,"periodMax":6,"periodUnit":"h"}""", dosage["timing"]!["repeat"]!.ToJsonString());
        Assert.Equal("""{"value":1,"unit":"Tablet"}""", dosage["doseAndRate"]![0]!["doseQuantity"]!.ToJsonString());
        Assert.Equal(("one tablet when it hurts", true, "57676002"), (Text(dosage, "text"), dosage["asNeededBoolean"]!.GetValue<bool>(), Code(medicine["reasonCode"]!)));
    }

    [Theory]
    [InlineData("EVN", "", "MedicationStatement", "active")]
    [InlineData("EVN", "negationInd=\"true\"", "MedicationStatement", "not-taken")]
    [InlineData("INT", "", "MedicationRequest", "active")]
    [InlineData("RQO", "", "MedicationRequest", "active")]
    public void What_is_taken_is_a_statement_and_what_is_meant_a_request(string mood, string attributes, string type, string status)
    {
        var medicine = One(type, CcdaMake.Section("10160-0", "Medicines", "x", CcdaMake.Medicine("<effectiveTime value=\"20240101\"/>", "", mood, attributes)));
        Assert.Equal((status, "197806"), (Text(medicine, "status"), Code(medicine, "medicationCodeableConcept")));
        Assert.Equal(mood switch { "INT" => "plan", "RQO" => "order", _ => null }, medicine["intent"]?.GetValue<string>());
    }

    [Theory]
    [InlineData("<effectiveTime xsi:type=\"IVL_TS\"><low value=\"20240101\"/></effectiveTime>", "effectivePeriod", """{"start":"2024-01-01"}""")]
    [InlineData("<effectiveTime xsi:type=\"IVL_TS\"><low value=\"20240101\"/><high value=\"20240105\"/></effectiveTime>", "effectivePeriod", """{"start":"2024-01-01","end":"2024-01-05"}""")]
    [InlineData("<effectiveTime xsi:type=\"IVL_TS\"><low value=\"20240105\"/><high value=\"20240101\"/></effectiveTime>", "effectivePeriod", """{"start":"2024-01-05"}""")]
    [InlineData("<effectiveTime value=\"20240101\"/>", "effectiveDateTime", "\"2024-01-01\"")]
    public void A_medicine_without_an_end_goes_on(string time, string property, string expected) =>
        Assert.Equal(expected, One("MedicationStatement", CcdaMake.Section("10160-0", "Medicines", "x", CcdaMake.Medicine(time)))[property]?.ToJsonString());

    [Fact]
    public void No_medicines_is_said_as_such()
    {
        var none = One("MedicationStatement", CcdaMake.Section("10160-0", "Medicines", "x", CcdaMake.Medicine("", "", "EVN", "negationInd=\"true\"", product: "<code code=\"410942007\" codeSystem=\"2.16.840.1.113883.6.96\"/>")));
        Assert.Equal("787481004", Code(none, "medicationCodeableConcept"));
    }

    [Theory]
    [InlineData("<value xsi:type=\"PQ\" value=\"98.0\" unit=\"mg/dL\"/>", "valueQuantity", """{"value":98.0,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"}""")]
    [InlineData("<value xsi:type=\"PQ\" value=\"7\" unit=\"THOUS/MCL\"/>", "valueQuantity", """{"value":7,"unit":"THOUS/MCL","system":"http://unitsofmeasure.org","code":"10*3/uL"}""")]
    [InlineData("<value xsi:type=\"PQ\" value=\"3\" unit=\"strange unit\"/>", "valueQuantity", """{"value":3,"unit":"strange unit"}""")]
    [InlineData("<value xsi:type=\"PQ\" value=\"&lt;5\" unit=\"ng/mL\"/>", "valueQuantity", """{"comparator":"<","value":5,"unit":"ng/mL","system":"http://unitsofmeasure.org","code":"ng/mL"}""")]
    [InlineData("<value xsi:type=\"PQ\" value=\"trace\"/>", "valueString", "\"trace\"")]
    [InlineData("<value xsi:type=\"IVL_PQ\"><high value=\"5\" unit=\"mg/L\" inclusive=\"false\"/></value>", "valueQuantity", """{"comparator":"<","value":5,"unit":"mg/L","system":"http://unitsofmeasure.org","code":"mg/L"}""")]
    [InlineData("<value xsi:type=\"INT\" value=\"3\"/>", "valueInteger", "3")]
    [InlineData("<value xsi:type=\"REAL\" value=\"1.50\"/>", "valueQuantity", """{"value":1.50}""")]
    [InlineData("<value xsi:type=\"ST\">yellow</value>", "valueString", "\"yellow\"")]
    [InlineData("<value xsi:type=\"ED\">cloudy <br/> urine</value>", "valueString", "\"cloudy urine\"")]
    [InlineData("<value xsi:type=\"TS\" value=\"202401\"/>", "valueDateTime", "\"2024-01\"")]
    [InlineData("<value xsi:type=\"RTO\"><numerator value=\"1\"/><denominator value=\"64\"/></value>", "valueRatio", """{"numerator":{"value":1},"denominator":{"value":64}}""")]
    [InlineData("<value nullFlavor=\"NASK\" xsi:type=\"PQ\"/>", "dataAbsentReason", """{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/data-absent-reason","code":"not-asked"}]}""")]
    public void A_result_keeps_its_number_and_unit_as_they_are(string value, string property, string expected)
    {
        var observation = One("Observation", CcdaMake.Section("30954-2", "Results", "x", CcdaMake.Result(value)));
        Assert.Equal(expected, observation[property]?.ToJsonString(Relaxed));
        Assert.Equal(("final", "2024-01-10T08:30:00-05:00"), (Text(observation, "status"), Text(observation, "effectiveDateTime")));
    }

    [Fact]
    public void Both_pressures_of_one_moment_are_one_blood_pressure()
    {
        var found = Read(CcdaMake.Document(CcdaMake.Section("8716-3", "Vital signs", "x", CcdaMake.Vitals(CcdaMake.Vital("8480-6", "121", "mm[Hg]"), CcdaMake.Vital("8462-4", "79", "mmHg"), CcdaMake.Vital("8867-4", "64", "bpm"))))).Entries;
        var pressure = found.Single(e => Is(e, "85354-9"));
        Assert.Equal(["121", "79"], Json(pressure)["component"]!.AsArray().Select(c => c!["valueQuantity"]!["value"]!.ToJsonString()));
        Assert.Contains("the unit `mmHg` is `mm[Hg]` in UCUM", pressure.Provenance.Converted);
        var panel = found.Single(e => Is(e, "46680005"));
        Assert.Equivalent(new[] { found.Single(e => Is(e, "8867-4")).FullUrl, pressure.FullUrl }, Json(panel)["hasMember"]!.AsArray().Select(m => Text(m!, "reference")));
        var apart = Read(CcdaMake.Document(CcdaMake.Section("8716-3", "Vital signs", "x", CcdaMake.Vitals(CcdaMake.Vital("8480-6", "121", "mm[Hg]"), CcdaMake.Vital("8462-4", "79", "mm[Hg]", "20240111"))))).Entries;
        Assert.DoesNotContain(apart, e => Is(e, "85354-9"));
    }

    [Fact]
    public void The_patient_has_names_places_and_what_is_observed_of_sex_and_gender()
    {
        var sections = CcdaMake.Section("29762-2", "Social history", "x", CcdaMake.Social(CcdaMake.T + "200", "76689-9", "<value xsi:type=\"CD\" code=\"F\" codeSystem=\"2.16.840.1.113883.5.1\"/>"), CcdaMake.Social("2.16.840.1.113883.10.20.34.3.45", "76691-5", $"<value xsi:type=\"CD\" code=\"446141000124107\" {CcdaMake.Snomed} displayName=\"Female gender identity\"/>"));
        var harvest = Read(CcdaMake.Document(sections));
        var patient = Json(harvest.Entries.Single(e => e.ResourceType == "Patient"));
        Assert.Equal(("1980-02-01", "female", "urn:oid:2.999.1", "A-17"), (Text(patient, "birthDate"), Text(patient, "gender"), Text(patient["identifier"]![0]!, "system"), Text(patient["identifier"]![0]!, "value")));
        Assert.Equal(["us-core-race", "us-core-ethnicity", "us-core-birthsex", "us-core-genderIdentity"], patient["extension"]!.AsArray().Select(e => Text(e!, "url")!.Split('/')[^1]));
        Assert.Equal("es", Code(patient["communication"]![0]!, "language"));
        Assert.DoesNotContain(harvest.Entries, e => e.ResourceType == "Observation");
    }

    [Theory]
    [InlineData("20240110093015.250-0500", "2024-01-10T09:30:15.250-05:00", false)]
    [InlineData("202401100930-0500", "2024-01-10T09:30:00-05:00", false)]
    [InlineData("202401100930", "2024-01-10", true)]
    [InlineData("2024011009-0500", "2024-01-10", true)]
    [InlineData("20240110", "2024-01-10", false)]
    [InlineData("202401", "2024-01", false)]
    [InlineData("20240000", "2024", true)]
    [InlineData("2024", "2024", false)]
    [InlineData("20240230", null, true)]
    [InlineData("20241345", null, true)]
    [InlineData("00010101", null, true)]
    [InlineData("soon", null, true)]
    public void A_time_becomes_no_more_precise_than_it_is(string text, string? expected, bool isTold)
    {
        var read = CdaTime.DateTime(text);
        Assert.Equal((expected, isTold), (read.Value, read.Lost is not null));
    }

    [Theory]
    [InlineData("mg/dL", "mg/dL")]
    [InlineData("10*3/uL", "10*3/uL")]
    [InlineData("mm[Hg]", "mm[Hg]")]
    [InlineData("mL/min/{1.73_m2}", "mL/min/{1.73_m2}")]
    [InlineData("kg/m2", "kg/m2")]
    [InlineData("K/uL", "10*3/uL")]
    [InlineData("lbs", "[lb_av]")]
    [InlineData("F", "[degF]")]
    [InlineData("mcg", "ug")]
    [InlineData("TABLET(S)", null)]
    [InlineData("((((((", null)]
    [InlineData("puffs", null)]
    public void A_unit_is_UCUM_or_what_people_mean_by_it(string unit, string? code) => Assert.Equal(code, Ucum.CodeOf(unit));

    [Fact]
    public void Words_of_sections_are_kept_without_what_runs()
    {
        var text = "<paragraph onclick=\"x()\">Rest &amp; <content styleCode=\"Bold\">fluids</content></paragraph><list listType=\"ordered\"><caption>Plan</caption><item>one</item></list><table><tr><td colspan=\"2\">a</td></tr></table>"
            + "<linkHtml href=\"javascript:alert(1)\">bad</linkHtml><linkHtml href=\"https://lake.example/a?b=1&amp;c=2\">good</linkHtml><script>alert(1)</script><renderMultiMedia referencedObject=\"m\"><caption>scan</caption></renderMultiMedia>";
        var composition = Json(Read(CcdaMake.Document(CcdaMake.Section("8653-8", "Instructions", text))).Entries.Single(e => e.ResourceType == "Composition"));
        Assert.Equal(
            "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Rest &amp; <b>fluids</b></p><p>Plan</p><ol><li>one</li></ol><table><tr><td colspan=\"2\">a</td></tr></table>bad<a href=\"https://lake.example/a?b=1&amp;c=2\">good</a>alert(1)<p>[scan]</p></div>",
            Text(composition["section"]![0]!["text"]!, "div"));
    }

    [Theory]
    [InlineData("utf-8", "UTF-8", false)]
    [InlineData("utf-16", "UTF-16", false)]
    [InlineData("iso-8859-1", "ISO-8859-1", false)]
    [InlineData("windows-1252", "windows-1252", false)]
    [InlineData("utf-8", "UTF-16", false)]
    [InlineData("windows-1252", "UTF-8", true)]
    public void The_encoding_is_the_one_that_it_is_in(string real, string declared, bool isTold)
    {
        var text = CcdaMake.Document(CcdaMake.Section("8653-8", "Señora Müller", "x")).Replace("UTF-8", declared, StringComparison.Ordinal);
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(real) ?? Encoding.GetEncoding(real);
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
        var source = SourceContent.Of("e.xml", bytes);
        Assert.IsType<CcdaFormat>(SourceFormats.Recognise(source));
        var harvest = new Harvest("ccda", new HarvestLimits());
        CcdaFormat.ReadDocument(bytes, harvest, Cancel);
        Assert.Equal("Señora Müller", Text(Json(harvest.Entries.Single(e => e.ResourceType == "Composition"))["section"]![0]!, "title"));
        Assert.Equal(isTold, harvest.Warnings.Count > 0);
    }

    [Fact]
    public void Undeclared_prefixes_are_mended_and_told()
    {
        var text = CcdaMake.Full().Replace(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"", "", StringComparison.Ordinal);
        var harvest = Read(text);
        Assert.Contains("`xsi`", Assert.Single(harvest.Warnings).Text, StringComparison.Ordinal);
        Assert.Equal(Read(CcdaMake.Full()).Entries.Count, harvest.Entries.Count);
    }

    [Fact]
    public void What_is_confidential_says_so_on_every_entry()
    {
        var text = CcdaMake.Full().Replace("<confidentialityCode code=\"N\"", "<confidentialityCode code=\"R\"", StringComparison.Ordinal);
        foreach (var entry in Read(text).Entries.Where(e => e.ResourceType is not ("Patient" or "Practitioner" or "Organization")))
        {
            Assert.Equal("R", Text(Json(entry)["meta"]!["security"]![0]!, "code"));
        }
    }

    [Fact]
    public void One_id_for_several_things_does_not_make_them_one()
    {
        var two = CcdaMake.Section("10160-0", "Medicines", "x", CcdaMake.Medicine("<effectiveTime value=\"20240101\"/>"), CcdaMake.Medicine("<effectiveTime value=\"20240101\"/>", product: $"<code code=\"860975\" {CcdaMake.RxNorm} displayName=\"metformin\"/>"));
        var (first, again) = (Read(CcdaMake.Document(two)), Read(CcdaMake.Document(two)));
        Assert.Equal(2, first.Entries.Count(e => e.ResourceType == "MedicationStatement"));
        Assert.Equal(first.Entries.Select(e => e.FullUrl), again.Entries.Select(e => e.FullUrl));
    }

    [Fact]
    public void What_is_of_no_known_kind_or_about_somebody_else_is_named()
    {
        var unknown = "<regionOfInterest classCode=\"ROIOVL\" moodCode=\"EVN\"><id root=\"2.999.1\"/><code code=\"ELLIPSE\"/></regionOfInterest>";
        var other = "<observation classCode=\"OBS\" moodCode=\"EVN\"><code code=\"11778-8\" codeSystem=\"2.16.840.1.113883.6.1\" displayName=\"Due\"/><value xsi:type=\"TS\" value=\"2024\"/><subject><relatedSubject><code code=\"CHILD\"/></relatedSubject></subject></observation>";
        var harvest = Read(CcdaMake.Document(CcdaMake.Section("30954-2", "Results", "x", unknown, other)));
        Assert.Equal([NotTakenReason.UnknownKind, NotTakenReason.SomebodyElse], harvest.NotTaken.Select(n => n.Why));
        Assert.Contains("Results: structuredBody/component[1]/section/entry[1]/regionOfInterest", harvest.NotTaken[0].Where, StringComparison.Ordinal);
        Assert.Equal(["allergies", "encounters", "immunizations", "medications", "notes", "problems", "procedures", "vital-signs"], harvest.Lacks);
    }

    [Fact]
    public void A_document_about_two_patients_is_refused()
    {
        var harvest = new Harvest("ccda", new HarvestLimits());
        Assert.Null(CcdaFormat.ReadDocument(Encoding.UTF8.GetBytes(CcdaMake.Document("", patient: CcdaMake.Patient + CcdaMake.Patient)), harvest, Cancel));
        Assert.Contains("several patients", Assert.Single(harvest.Refusals).Text, StringComparison.Ordinal);
    }

    private static Harvest Read(string document)
    {
        var harvest = new Harvest("ccda", new HarvestLimits());
        CcdaFormat.ReadDocument(Encoding.UTF8.GetBytes(document), harvest, Cancel);
        Assert.DoesNotContain(harvest.NotTaken, n => n.Why == NotTakenReason.NotValid);
        return harvest;
    }

    private static JsonNode One(string type, string section) => Json(Read(CcdaMake.Document(section)).Entries.Single(e => e.ResourceType == type));

    private static JsonNode Json(HarvestedEntry entry) => JsonNode.Parse(entry.Json.Span)!;

    private static bool Is(HarvestedEntry entry, string code) => Json(entry)["code"] is { } concept && Code(concept) == code;

    private static string? Code(JsonNode concepts) => ((concepts is JsonArray list ? list[0] : concepts)!["coding"]?[0]?["code"])?.GetValue<string>();

    private static string? Code(JsonNode json, string property) => json[property] is { } concept ? Code(concept) : null;

    private static string? Text(JsonNode json, string property) => json[property]?.GetValue<string>();
}
