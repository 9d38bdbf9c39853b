using System.Text;
using Rapport.Fhir;
using Rapport.Language;
using Rapport.Server.Pages.Record.Reading;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Pages;

/// <summary>FHIR told to people.</summary>
public sealed class ReadingTests
{
    [Theory]
    [InlineData("2026", "2026", "2026")]
    [InlineData("2026-05", "May 2026", "May 2026")]
    [InlineData("2026-05-03", "3 May 2026", "May 2026")]
    [InlineData("2026-05-31T23:30:00-04:00", "31 May 2026 at 23:30", "May 2026")]
    [InlineData("2026-05-03T09:05:00.123Z", "3 May 2026 at 09:05 UTC", "May 2026")]
    [InlineData("soon", "soon", null)]
    [InlineData("2026-13-03", "2026-13-03", null)]
    public void ADateIsSaidAsItWasWritten(string text, string said, string? month)
    {
        Assert.Equal(said, FhirDate.Say(text));
        Assert.Equal(month, FhirDate.Month(text));
    }

    [Theory]
    [InlineData("2026-05-03", null, "since 3 May 2026")]
    [InlineData(null, "2026-05", "until May 2026")]
    [InlineData("2026-05-03", "2026-05-03", "3 May 2026")]
    [InlineData("2026-05-03", "2026-06", "3 May 2026 to June 2026")]
    [InlineData("2026-05-03T09:00:00Z", "2026-05-03T09:20:00Z", "3 May 2026 at 09:00 to 09:20 UTC")]
    [InlineData("2026-05-03T09:00:00-04:00", "2026-05-03T09:20:00-04:00", "3 May 2026 at 09:00 to 09:20")]
    [InlineData("2026-05-03T09:00:00-04:00", "2026-05-03T13:20:00Z", "3 May 2026 at 09:00 to 13:20 UTC")]
    [InlineData("2026-05-03T09:00:00Z", "2026-05-04T09:20:00Z", "3 May 2026 at 09:00 UTC to 4 May 2026 at 09:20 UTC")]
    public void APeriodDoesNotSayTheSameTwice(string? start, string? end, string said) => Assert.Equal(said, FhirDate.Period(start, end));

    [Theory]
    [InlineData("blood pressure", "Blood pressure")]
    [InlineData("eGFR", "eGFR")]
    [InlineData("é", "É")]
    [InlineData("", "")]
    public void ASentenceBeginsWithACapitalUnlessItsWordHasItsOwn(string text, string said) => Assert.Equal(said, Say.Sentence(text));

    [Theory]
    [InlineData("Condition", """ "recorder":{"display":"Dr Quill"},"asserter":{"display":"Dr Quill"},"code":{"text":"x"} """, "Dr Quill")]
    [InlineData("Procedure", """ "performer":[{"actor":{"display":"Dr Sharp"}},{"actor":{"reference":"#n"}}],"contained":[{"resourceType":"Practitioner","id":"n","name":[{"text":"Nurse Ng"}]}],"code":{"text":"x"} """, "Dr Sharp, Nurse Ng")]
    [InlineData("Observation", """ "performer":[{"reference":"Practitioner/elsewhere"},{"reference":"#nobody"}],"code":{"text":"x"} """, "")]
    [InlineData("Observation", """ "code":{"text":"x"} """, "")]
    public void WhoAnEntryIsFromIsReadOutOfTheEntryAlone(string type, string elements, string names) =>
        Assert.Equal(names, string.Join(", ", Authors.Of(Of(type, elements).Root)));

    /// <summary>Names of LOINC are English on every page, and a screen reader is told so where the page is not.</summary>
    [Theory]
    [InlineData("en", "", "http://loinc.org", "Body surface area", null)]
    [InlineData("es", "", "http://loinc.org", "Body surface area", "en")]
    [InlineData("es", "", "http://loinc.org", "Superficie corporal según fórmula", null)]
    [InlineData("es", "", "http://hospital.example/codes", "Body surface area", null)]
    [InlineData("es", "\"language\":\"es-AR\",", "http://loinc.org", "Superficie corporal", null)]
    public void ANameOfLoincIsMarkedAsEnglish(string page, string element, string system, string display, string? language)
    {
        System.Globalization.CultureInfo.CurrentUICulture = Languages.Find(page)!.Culture;
        var line = EntryReader.Line(Of("Observation", $$"""{{element}}"code":{"coding":[{"system":"{{system}}","code":"x","display":"{{display}}"}]}"""));

        Assert.Equal(display, line.Name);
        Assert.Equal(language, line.NameLanguage);
        Assert.Null(line.Official);
    }

    [Theory]
    [InlineData("en", "High blood pressure", "Essential hypertension", null)]
    [InlineData("es", "Presión alta", "Essential hypertension", null)]
    public void WhatPeopleCallItComesBeforeItsOfficialName(string page, string name, string official, string? language)
    {
        System.Globalization.CultureInfo.CurrentUICulture = Languages.Find(page)!.Culture;
        var line = EntryReader.Line(Of("Condition", """ "code":{"coding":[{"system":"http://snomed.info/sct","code":"59621000","display":"Essential hypertension (disorder)"}]} """));

        Assert.Equal((name, official, language), (line.Name, line.Official, line.TitleLanguage));
    }

    [Theory]
    [InlineData("Observation", """ "code":{"text":"Weight"},"valueQuantity":{"value":72.50,"unit":"kg"} """, "Weight", "72.50 kg")]
    [InlineData("Observation", """ "code":{"coding":[{"code":"1558-6","display":"fasting glucose"}]},"valueQuantity":{"comparator":"<","value":3.123456789,"unit":"mmol/L"} """, "Fasting glucose", "below 3.12 mmol/L")]
    [InlineData("Observation", """ "code":{"text":"BP"},"component":[{"code":{"text":"high"},"valueQuantity":{"value":128,"unit":"mm[Hg]"}},{"code":{"text":"low"},"valueQuantity":{"value":82,"unit":"mm[Hg]"}}] """, "BP", "128 / 82 mmHg")]
    [InlineData("Observation", """ "code":{"text":"BP"},"component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":96.55,"unit":"mm[Hg]"}},{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":178.21,"unit":"mm[Hg]"}}] """, "BP", "178 / 97 mmHg")]
    [InlineData("Consent", """ "category":[{"coding":[{"code":"IDSCL"}]}],"status":"active","provision":{"actor":[{"reference":{"reference":"Practitioner/x","display":"Dr Lee"}}]} """, "Agreement with Dr Lee", null)]
    [InlineData("Consent", """ "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],"status":"inactive" """, "Agreement", "ended")]
    [InlineData("Observation", """ "code":{"text":"DXA"},"valueQuantity":{"value":-1.5,"unit":"{T-score}"} """, "DXA", "-1.5 T-score")]
    [InlineData("Observation", """ "code":{"text":"eGFR"},"valueQuantity":{"value":88,"unit":"mL/min/{1.73_m2}"} """, "eGFR", "88 mL/min per 1.73 m²")]
    [InlineData("Observation", """ "code":{"text":"Test"},"dataAbsentReason":{"text":"not asked"} """, "Test", "not asked")]
    [InlineData("Observation", """ "code":{"text":"Pregnant"},"valueBoolean":false """, "Pregnant", "no")]
    [InlineData("MedicationRequest", """ "medicationCodeableConcept":{"text":"Metformin 500 mg"},"dosageInstruction":[{"text":"twice a day"}] """, "Metformin 500 mg", "twice a day")]
    [InlineData("Condition", """ "code":{"coding":[{"system":"http://snomed.info/sct","code":"38341003"}]},"clinicalStatus":{"coding":[{"code":"active"}]} """, "38341003", "active")]
    [InlineData("Patient", """ "name":[{"given":["Maya","R."],"family":"Demo"}],"birthDate":"1979-05-23" """, "Maya R. Demo", "born 23 May 1979")]
    [InlineData("Basic", """ "created":"2020" """, "Basic", null)]
    public void AnEntryHasATitleAndAValue(string type, string elements, string title, string? value)
    {
        var line = EntryReader.Line(Of(type, elements));

        Assert.Equal((title, value), (line.Title, line.Value));
    }

    [Theory]
    [InlineData("HH", "very high")]
    [InlineData("A", "abnormal")]
    [InlineData("N", null)]
    public void AFlaggedResultIsFlaggedInItsLine(string code, string? flag) =>
        Assert.Equal(flag, EntryReader.Line(Of("Observation", $$$""" "code":{"text":"x"},"interpretation":[{"coding":[{"code":"{{{code}}}"}]}] """)).Alarm);

    /// <summary>What is over reads alike whatever kind it is; what goes on, and what is simply done, says nothing of it.</summary>
    [Theory]
    [InlineData("MedicationRequest", """ "status":"completed","medicationCodeableConcept":{"text":"Lisinopril 10 mg"},"dosageInstruction":[{"text":"once a day"}] """, "over", "once a day")]
    [InlineData("MedicationRequest", """ "status":"completed" """, "over", null)]
    [InlineData("MedicationStatement", """ "status":"completed" """, "over", null)]
    [InlineData("MedicationRequest", """ "status":"on-hold","dosageInstruction":[{"text":"once a day"}] """, "on hold", "once a day")]
    [InlineData("MedicationRequest", """ "status":"active","dosageInstruction":[{"text":"once a day"}] """, null, "once a day")]
    [InlineData("MedicationRequest", """ "status":"stopped" """, null, null)]
    [InlineData("Condition", """ "clinicalStatus":{"coding":[{"code":"resolved"}]} """, "over", null)]
    [InlineData("AllergyIntolerance", """ "clinicalStatus":{"coding":[{"code":"resolved"}]} """, "over", null)]
    [InlineData("CarePlan", """ "status":"completed" """, "over", null)]
    [InlineData("Procedure", """ "status":"completed" """, null, null)]
    public void WhatIsOverIsCalledSoInItsLine(string type, string elements, string? state, string? value)
    {
        var line = EntryReader.Line(Of(type, elements));

        Assert.Equal((state, value), (line.State, line.Value));
    }

    [Theory]
    [InlineData(""" "criticality":"high","note":[{"text":"Hives after amoxicillin"}] """, "high danger", "Hives after amoxicillin")]
    [InlineData(""" "criticality":"low","reaction":[{"manifestation":[{"text":"sneezing"}]}],"note":[{"text":"in spring"}] """, null, "sneezing")]
    public void AnAllergyTellsItsDangerAndWhatItDoes(string elements, string? danger, string value)
    {
        var line = EntryReader.Line(Of("AllergyIntolerance", elements));

        Assert.Equal((danger, value), (line.Danger, line.Value));
    }

    [Theory]
    [InlineData(""" "birthDate":"1979-05-23","gender":"female" """, "Patient, born 23 May 1979 (47), female")]
    [InlineData(""" "birthDate":"1979-11-23","gender":"unknown" """, "Patient, born 23 November 1979 (46)")]
    [InlineData(""" "birthDate":"2004-02-29","gender":"male" """, "Patient, born 29 February 2004 (22), male")]
    [InlineData(""" "birthDate":"1979","gender":"male" """, "Patient, born 1979, male")]
    [InlineData(""" "birthDate":"1979-05-23","deceasedBoolean":true """, "Patient, born 23 May 1979")]
    [InlineData(""" "gender":"male" """, null)]
    public void APaperIsAboutSomebodyOfAnAgeAndASex(string elements, string? who)
    {
        var told = WhoLine.Of(Of("Patient", $$"""{{elements}},"name":[{"text":"Patient"}]"""), new DateTimeOffset(2026, 11, 22, 5, 0, 0, TimeSpan.Zero));

        Assert.Equal(who, told);
    }

    [Theory]
    [InlineData("2018-01-18", null, "desde el 18 de enero de 2018")]
    [InlineData("2018-01", null, "desde enero de 2018")]
    [InlineData("2018", null, "desde 2018")]
    [InlineData(null, "2018-01-18", "hasta el 18 de enero de 2018")]
    public void InSpanishADayHasAnArticle(string? start, string? end, string said)
    {
        System.Globalization.CultureInfo.CurrentUICulture = Languages.Spanish.Culture;

        Assert.Equal(said, FhirDate.Period(start, end));
    }

    [Fact]
    public void InSpanishDangerIsFeminineAsItsNameIs()
    {
        System.Globalization.CultureInfo.CurrentUICulture = Languages.Spanish.Culture;

        Assert.Equal("alta", ValueOf("AllergyIntolerance", """ "criticality":"high" """, Wording.Element("criticality")));
    }

    /// <summary>Many files give a status of HL7's both as a code and in English words: the words add nothing, and can be said in any language.</summary>
    [Theory]
    [InlineData("condition-clinical", "remission", "Remission", "en remisión")]
    [InlineData("condition-clinical", "active", "Active", "en curso")]
    [InlineData("condition-category", "problem-list-item", "Problem List Item", "en la lista de problemas")]
    [InlineData("condition-clinical", "active", "Active, but mild", "Active, but mild")]
    public void WordsThatAreButTheCodeInEnglishAreSaidInTheReadersLanguage(string system, string code, string text, string said)
    {
        System.Globalization.CultureInfo.CurrentUICulture = Languages.Spanish.Culture;
        var condition = Of("Condition", $$""" "code":{"text":"x"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/{{system}}","code":"{{code}}"}],"text":"{{text}}"} """);

        Assert.Equal(said, EntryReader.Line(condition).Value);
    }

    [Fact]
    public void TheUsualRangeIsOneLine() => Assert.Equal("70 to 99 mg/dL", ValueOf(
        "Observation", """ "referenceRange":[{"low":{"value":70,"unit":"mg/dL"},"high":{"value":99,"unit":"mg/dL"}}] """, "Usual range"));

    [Fact]
    public void ALetterIsShownAndOtherFilesAreNamed()
    {
        var letter = Convert.ToBase64String(Encoding.UTF8.GetBytes("Dear Maya,\nall is well."));

        Assert.Equal("Dear Maya,\nall is well.", ValueOf(
            "DocumentReference", $$$""" "content":[{"attachment":{"contentType":"text/plain; charset=utf-8","data":"{{{letter}}}"}}] """, "Content"));
        Assert.Equal("Scan, image/png, 24 bytes", ValueOf(
            "DocumentReference", $$$""" "content":[{"attachment":{"contentType":"image/png","title":"Scan","data":"{{{letter[..^4]}}}AAAA"}}] """, "Content"));
    }

    [Fact]
    public void OnlyEntriesOfARecordKeptHereAreLinked()
    {
        var id = $"{Data.PatientId.New()}.{Data.LocalId.New()}";
        var entry = EntryReader.Read(Of("Observation", $$""" "encounter":{"reference":"Encounter/{{id}}"},"performer":[{"reference":"https://evil.example/Practitioner/1","display":"Dr X"}] """));

        Assert.Equal(new FactValue.Link(null, "visit", $"Encounter/{id}"), entry.Facts.Single(fact => fact.Name == "Visit").Values.Single());
        Assert.Equal(new FactValue.Words("Dr X"), entry.Facts.Single(fact => fact.Name == "Done by").Values.Single());
    }

    [Theory]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'><p>One</p><p>two <b>three</b></p><script>alert(1)</script></div>", "One\ntwo three\nalert(1)")]
    [InlineData("<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><div>&x;</div>", null)]
    [InlineData("<div>broken", null)]
    [InlineData("", null)]
    public void ANarrativeIsWordsWithoutMarkup(string div, string? words) => Assert.Equal(words, NarrativeText.Of(div));

    [Fact]
    public void NumbersInTheOriginalStayAsTheyCame() => Assert.Contains("1.00", PrettyJson.Of("""{"value":1.00}"""u8.ToArray()));

    [Fact]
    public void EveryOfficialExampleCanBeRead()
    {
        var folder = Repository.SharedData("fhir-r4-examples/hl7");
        var read = 0;
        Assert.All(Directory.EnumerateFiles(folder, "*.json"), file =>
        {
            if (Resource.Parse(File.ReadAllBytes(file)).Resource is { } resource)
            {
                var entry = EntryReader.Read(resource);
                Assert.NotEmpty(entry.Line.Title);
                Assert.True(entry.Facts.Count + entry.More.Count > 0, "it says nothing");
                read++;
            }
        });
        Assert.True(read > 250, $"only {read} examples were read");
    }

    [Fact]
    public void EveryTypeOfTheDefinitionsHasOneKindAtMost()
    {
        var types = Kind.All.SelectMany(kind => kind.Types).ToList();

        Assert.Equal(types.Distinct(), types);
        Assert.All(types, type => Assert.NotNull(Resource.Parse(Encoding.UTF8.GetBytes($$"""{"resourceType":"{{type}}"}""")).Issues));
    }

    /// <summary>A message was called "Message": it says whom it is from, by name alone as said and not made sure, and how it begins.</summary>
    [Theory]
    [InlineData(""" "sender":{"display":"Dr Meyer"},"topic":{"text":"Note"},"payload":[{"contentString":"Your potassium is fine."}] """, "Message, said to be from Dr Meyer", "Your potassium is fine.")]
    [InlineData(""" "sender":{"reference":"Practitioner/p1","display":"Dr Lee"},"payload":[{"contentString":"Come on Monday."}] """, "Message from Dr Lee", "Come on Monday.")]
    [InlineData(""" "topic":{"text":"Your results"},"payload":[{"contentString":"x"}] """, "Your results", "x")]
    [InlineData(""" "status":"completed" """, "Message", null)]
    public void AMessageSaysWhomItIsFromAndHowItBegins(string elements, string title, string? value)
    {
        var line = EntryReader.Line(Of("Communication", elements));
        Assert.Equal((title, value), (line.Title, line.Value));
    }

    [Fact]
    public void ALongMessageIsToldByItsBeginning() =>
        Assert.Equal(new string('a', 119) + "…", EntryReader.Line(Of("Communication", $$""" "payload":[{"contentString":"{{new string('a', 4000)}}"}] """)).Value);

    /// <summary>How an entry is kept comes after what it says, and codes apart from the words.</summary>
    [Fact]
    public void WhatAnEntrySaysComesFirstAndItsCodesApart()
    {
        var text = EntryReader.Read(Of(
            "Observation",
            """ "status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory","display":"Laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"1558-6","display":"Fasting glucose"}]},"effectiveDateTime":"2025-09-18","valueQuantity":{"value":128,"unit":"mg/dL"} """));
        Assert.Equal(["code", "effective", "value", "category", "status"], text.Facts.Select(static fact => fact.Name), static (element, name) => Wording.Element(element) == name);
        Assert.Equal(["code", "category"], text.Coded.Select(static fact => fact.Name), static (element, name) => Wording.Element(element) == name);
    }

    private static string ValueOf(string type, string elements, string fact) =>
        EntryReader.Read(Of(type, elements)).Facts.Single(known => known.Name == fact).Values.Single() is FactValue.Words words ? words.Text : "";

    private static Resource Of(string type, string elements) => Resource.Read(Encoding.UTF8.GetBytes($$"""{"resourceType":"{{type}}",{{elements}}}"""));
}
