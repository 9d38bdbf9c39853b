using System.Text;
using Rapport.Fhir;

namespace Rapport.Labelling.Tests;

/// <summary>What codes tell and what is implied: the medicine, the test, the place, the specialist, the visit, the reason.</summary>
public sealed class ImpliedTests
{
    private const string Snomed = "http://snomed.info/sct";
    private const string Loinc = "http://loinc.org";
    private const string RxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";
    private const string Icd10 = "http://hl7.org/fhir/sid/icd-10-cm";
    private const string Icd9 = "http://hl7.org/fhir/sid/icd-9-cm";

    [Theory]
    [InlineData(Icd10, "F10.231", "ETHUD")]
    [InlineData(Icd10, "K70.30", "ETHUD")]
    [InlineData(Icd10, "F11.20", "OPIOIDUD")]
    [InlineData(Icd10, "F14.10", "SUD")]
    [InlineData(Icd10, "F17.210", "")]
    [InlineData(Icd10, "F33.1", "PSY")]
    [InlineData(Icd10, "f331", "PSY")]
    [InlineData(Icd10, "F03.90", "")]
    [InlineData(Icd10, "F84.0", "PSY")]
    [InlineData(Icd10, "F52.21", "SEX")]
    [InlineData(Icd10, "F64.0", "SEX")]
    [InlineData(Icd10, "R45.851", "PSY")]
    [InlineData(Icd10, "B20", "HIV")]
    [InlineData(Icd10, "Z21", "HIV")]
    [InlineData(Icd10, "O98.711", "HIV")]
    [InlineData(Icd10, "A54.00", "STD")]
    [InlineData(Icd10, "O03.9", "SEX")]
    [InlineData(Icd10, "Z34.01", "SEX")]
    [InlineData(Icd10, "Z38.00", "")]
    [InlineData(Icd10, "Z30.430", "SEX")]
    [InlineData(Icd10, "Z31.430", "GDIS")]
    [InlineData(Icd10, "T74.11XA", "SDV")]
    [InlineData(Icd10, "T74.21XA", "SDV")]
    [InlineData(Icd10, "Y04.0XXA", "VIO")]
    [InlineData(Icd10, "Y07.01", "SDV")]
    [InlineData(Icd10, "Z15.01", "GDIS")]
    [InlineData(Icd10, "Q90.9", "GDIS")]
    [InlineData(Icd10, "I10", "")]
    [InlineData(Icd10, "E11.9", "")]
    [InlineData("http://hl7.org/fhir/sid/icd-10", "F32.1", "PSY")]
    [InlineData("urn:oid:2.16.840.1.113883.6.90", "F32.1", "PSY")]
    [InlineData(Icd9, "303.90", "ETHUD")]
    [InlineData(Icd9, "304.01", "OPIOIDUD")]
    [InlineData(Icd9, "305.1", "")]
    [InlineData(Icd9, "296.33", "PSY")]
    [InlineData(Icd9, "042", "HIV")]
    [InlineData(Icd9, "V08", "HIV")]
    [InlineData(Icd9, "098.0", "STD")]
    [InlineData(Icd9, "V25.2", "SEX")]
    [InlineData(Icd9, "995.81", "SDV")]
    [InlineData(Icd9, "282.60", "GDIS")]
    [InlineData(Icd9, "401.9", "")]
    [InlineData(Snomed, "7200002", "ETHUD")]
    [InlineData(Snomed, "75544000", "OPIOIDUD")]
    [InlineData(Snomed, "78267003", "SUD")]
    [InlineData(Snomed, "47505003", "PSY")]
    [InlineData(Snomed, "86406008", "HIV")]
    [InlineData(Snomed, "15628003", "STD")]
    [InlineData(Snomed, "72892002", "SEX")]
    [InlineData(Snomed, "706893006", "SDV")]
    [InlineData(Snomed, "41040004", "GDIS")]
    [InlineData(Snomed, "38341003", "")]
    [InlineData("http://snomed.info/sct/", "47505003", "PSY")]
    [InlineData(Loinc, "44261-6", "PSY")]
    [InlineData(Loinc, "75626-2", "ETHUD")]
    [InlineData(Loinc, "3397-7", "SUD")]
    [InlineData(Loinc, "56888-1", "HIV")]
    [InlineData(Loinc, "43304-5", "STD")]
    [InlineData(Loinc, "2118-8", "SEX")]
    [InlineData(Loinc, "76504-0", "SDV")]
    [InlineData(Loinc, "51969-4", "GDIS")]
    [InlineData(Loinc, "4548-4", "")]
    [InlineData(Loinc, "72166-2", "")]
    [InlineData(RxNorm, "6813", "OPIOIDUD")]
    [InlineData(RxNorm, "7243", "SUD")]
    [InlineData(RxNorm, "3554", "ETHUD")]
    [InlineData(RxNorm, "36437", "PSY")]
    [InlineData(RxNorm, "276237", "HIV")]
    [InlineData(RxNorm, "860975", "")]
    [InlineData("http://www.whocc.no/atc", "N06AB06", "PSY")]
    [InlineData("http://www.whocc.no/atc", "N07BB01", "ETHUD")]
    [InlineData("http://www.whocc.no/atc", "N07BB04", "SUD")]
    [InlineData("http://www.whocc.no/atc", "J05AR03", "HIV")]
    [InlineData("http://www.whocc.no/atc", "J05AF10", "")]
    [InlineData("http://www.whocc.no/atc", "G03AA07", "SEX")]
    [InlineData("http://www.ama-assn.org/go/cpt", "90837", "PSY")]
    [InlineData("http://www.ama-assn.org/go/cpt", "99213", "")]
    [InlineData("http://www.cms.gov/Medicare/Coding/ICD10", "HZ2ZZZZ", "SUD")]
    [InlineData("http://terminology.hl7.org/CodeSystem/service-type", "386", "SUD")]
    [InlineData("http://example.org/codes", "F10", "")]
    public void ACodeMarksInItsSystemAlone(string system, string code, string labels) => Assert.Equal(labels, Found.InCode(system, code));

    [Theory]
    [InlineData("206", "STD")]
    [InlineData("62", "")]
    [InlineData("08", "")]
    public void AVaccineIsMarkedByItsCodeAlone(string cvx, string labels) => Assert.Equal(labels, Found.Labels(
        $$$"""{"resourceType":"Immunization","status":"completed","vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/sid/cvx","code":"{{{cvx}}}","display":"HPV, quadrivalent"}]},"patient":{"reference":"Patient/x"},"protocolApplied":[{"targetDisease":[{"text":"HPV"}],"doseNumberString":"1"}]}"""));

    [Fact]
    public void TheMedicineThatARequestRefersToMarksIt() => Assert.Equal("PSY", Found.Labels(
        """{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationReference":{"reference":"Medication/1"},"subject":{"reference":"Patient/x"}}""",
        Finding("Medication/1", """{"resourceType":"Medication","code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"36437"}]}}""")));

    [Fact]
    public void WhatAResourceContainsMarksIt() => Assert.Equal("HIV", Found.Labels(
        """{"resourceType":"MedicationRequest","contained":[{"resourceType":"Medication","id":"m","code":{"text":"Biktarvy"}}],"status":"active","intent":"order","medicationReference":{"reference":"#m"},"subject":{"reference":"Patient/x"}}"""));

    [Fact]
    public void WhyAMedicineIsGivenMarksIt() => Assert.Equal("PSY", Found.Labels(
        """{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"text":"Prazosin 1 MG"},"subject":{"reference":"Patient/x"},"reasonReference":[{"reference":"Condition/1"}]}""",
        Finding("Condition/1", """{"resourceType":"Condition","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F43.10"}]}}""")));

    [Fact]
    public void WhyAMedicineIsGivenMarksItInWordsToo() => Assert.Equal("PSY", Found.Labels(
        """{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"text":"Propranolol"},"subject":{"reference":"Patient/x"},"dosageInstruction":[{"text":"1 tablet as needed for anxiety"}]}"""));

    [Fact]
    public void WhoWroteADocumentMarksIt()
    {
        var label = Assert.Single(Labeller.Label(
            Found.Resource("""{"resourceType":"DocumentReference","status":"current","type":{"text":"Progress note"},"author":[{"reference":"Practitioner/1"}],"content":[{"attachment":{"contentType":"text/plain","data":"U2VlbiB0b2RheS4="}}]}"""),
            Finding("Practitioner/1", """{"resourceType":"Practitioner","name":[{"text":"Gay Depression"}],"qualification":[{"code":{"coding":[{"system":"http://nucc.org/provider-taxonomy","code":"2084P0800X"}]}}]}""")));

        Assert.Equal(("PSY", "psychiatric-specialist", "DocumentReference.author[0]"), (label.Code, label.Rule, label.Where));
        Assert.Equal("By who wrote, ordered or did it: The code 2084P0800X names a professional for mental health.", label.Reason);
    }

    [Theory]
    [InlineData("2084P0800X", "PSY")]
    [InlineData("2084N0400X", "")]
    [InlineData("101YA0400X", "SUD")]
    [InlineData("103TC0700X", "PSY")]
    [InlineData("261QM2800X", "SUD")]
    [InlineData("207Q00000X", "")]
    public void ASpecialtyMarksWhatItIsFor(string nucc, string labels) => Assert.Equal(labels, Found.Labels(
        $$$"""{"resourceType":"PractitionerRole","specialty":[{"coding":[{"system":"http://nucc.org/provider-taxonomy","code":"{{{nucc}}}"}]}]}"""));

    [Theory]
    [InlineData("Methadone clinic, East Street", "SUD")]
    [InlineData("Behavioral Health Unit", "PSY")]
    [InlineData("Planned Parenthood", "SEX")]
    [InlineData("Rape crisis center", "SDV")]
    [InlineData("Centro de Salud Mental", "PSY")]
    [InlineData("East Street Practice", "")]
    public void ThePlaceMarksWhatWasDoneThere(string name, string labels) => Assert.Equal(labels, Found.Labels(
        """{"resourceType":"Procedure","status":"completed","subject":{"reference":"Patient/x"},"location":{"reference":"Location/1"}}""",
        Finding("Location/1", $$"""{"resourceType":"Location","name":"{{name}}"}""")));

    [Theory]
    [InlineData("laboratory", "ETHUD")]
    [InlineData("vital-signs", "")]
    public void WhatTheVisitWasForMarksItsResults(string category, string labels) => Assert.Equal(labels, Found.Labels(
        $$$"""{"resourceType":"Observation","status":"final","category":[{"coding":[{"code":"{{{category}}}"}]}],"code":{"text":"Result"},"encounter":{"reference":"Encounter/1"}}""",
        Finding("Encounter/1", """{"resourceType":"Encounter","status":"finished","reasonCode":[{"coding":[{"system":"http://snomed.info/sct","code":"7200002"}]}]}""")));

    [Fact]
    public void WhatKindOfVisitItWasMarksItsResults() => Assert.Equal("PSY", Found.Labels(
        """{"resourceType":"Observation","status":"final","category":[{"coding":[{"code":"vital-signs"}]}],"code":{"text":"Blood pressure"},"encounter":{"reference":"Encounter/1"}}""",
        Finding("Encounter/1", """{"resourceType":"Encounter","status":"finished","serviceType":{"text":"Psychiatry"}}""")));

    /// <summary>What is found one step away is not followed further, and the patient is not read as something that was referred to.</summary>
    [Fact]
    public void WhatIsReferredToIsFollowedOneStepAndNoFurther() => Assert.Equal("", Found.Labels(
        """{"resourceType":"Procedure","status":"completed","subject":{"reference":"Patient/x"},"encounter":{"reference":"Encounter/1"},"performer":[{"actor":{"reference":"Patient/x"}}]}""",
        static reference => reference switch
        {
            "Encounter/1" => Found.Resource("""{"resourceType":"Encounter","status":"finished","diagnosis":[{"condition":{"reference":"Condition/1"}}]}"""),
            "Condition/1" => Found.Resource("""{"resourceType":"Condition","code":{"text":"Depression"}}"""),
            _ => Found.Resource("""{"resourceType":"Patient","contact":[{"relationship":[{"text":"psychiatrist"}]}]}"""),
        }));

    [Theory]
    [InlineData("Codeine", "")]
    [InlineData("Naltrexone", "")]
    [InlineData("Sertraline", "")]
    [InlineData("Latex condoms", "SEX")]
    public void AnAllergyToAMedicineIsNoSignOfTakingIt(string to, string labels) => Assert.Equal(labels, Found.Labels(
        $$$"""{"resourceType":"AllergyIntolerance","code":{"text":"{{{to}}}"},"patient":{"reference":"Patient/x"}}"""));

    [Theory]
    [InlineData("""{"resourceType":"Patient","contact":[{"relationship":[{"text":"psychiatrist"}]}]}""")]
    [InlineData("""{"resourceType":"Consent","status":"active","scope":{"text":"Mental health"}}""")]
    [InlineData("""{"resourceType":"Practitioner","name":[{"text":"Dr Gay Rape"}],"address":[{"text":"Psychiatry Lane 1"}],"telecom":[{"system":"email","value":"hiv@example.org"}]}""")]
    [InlineData("""{"resourceType":"Observation","status":"final","meta":{"security":[{"display":"psychiatry"}]},"code":{"text":"Weight"},"valueQuantity":{"value":1,"unit":"drinks/wk alcohol use"}}""")]
    public void WhoSomebodyIsAndUnitsDoNotCount(string json) => Assert.Equal("", Found.Labels(json));

    [Theory]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"Panel"},"component":[{"code":{"text":"x"},"valueCodeableConcept":{"text":"Cocaine"}}]}""", "SUD")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"note":[{"text":"Patient reports depression"}]}""", "PSY")]
    [InlineData("""{"resourceType":"FamilyMemberHistory","status":"completed","relationship":{"text":"mother"},"condition":[{"code":{"text":"Huntington's disease"}}]}""", "GDIS")]
    [InlineData("""{"resourceType":"Coverage","status":"active","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"MENTPRG"}]}}""", "PSY")]
    [InlineData("""{"resourceType":"CarePlan","status":"active","intent":"plan","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class=\"depression\">Goals</p><p>Stay <b>sober</b></p></div>"}}""", "ETHUD")]
    [InlineData("""{"resourceType":"CarePlan","status":"active","intent":"plan","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class=\"depression\">Goals</p></div>"}}""", "")]
    [InlineData("""{"resourceType":"CarePlan","status":"active","intent":"plan","description":"Depresi\u00f3n \"mayor\"\ncr\u00f3nica"}""", "PSY")]
    [InlineData("""{"resourceType":"Condition","code":{"extension":[{"url":"http://example.org/x","valueCodeableConcept":{"text":"PTSD"}}]}}""", "PSY")]
    public void WordsAndCodesCountWhereverTheyStandAndTagsDoNot(string json, string labels) => Assert.Equal(labels, Found.Labels(json));

    [Theory]
    [InlineData("text/html", "<p>Known <i>HIV</i></p>", "HIV")]
    [InlineData("text/html", "<p title=\"HIV\">Known</p>", "")]
    [InlineData("application/xml", "<ClinicalDocument><title>Nota</title><text>Abuso de sustancias y dolor de pecho</text></ClinicalDocument>", "SUD")]
    [InlineData("application/cda+xml", "<a>Esquizofrenia y dolor</a>", "PSY")]
    [InlineData("text/plain", "Cough since Monday", "")]
    [InlineData("text/html", "Depresi&oacute;n y dolor", "PSY")]
    [InlineData("text/html", "The BP was < 120, depression", "PSY")]
    [InlineData("text/html", "The BP was <120, depression <p", "PSY")]
    [InlineData("text/html", "<p>drug</p><p>abuse</p>", "")]
    [InlineData("text/html", "drug <STRONG>abuse</STRONG>", "SUD")]
    [InlineData("text/html", "drug <br/>abuse", "")]
    [InlineData("application/xml", "<text><![CDATA[Known depression]]></text>", "PSY")]
    [InlineData("application/xml", "<value code='7200002' displayName='Alcoholism in the family'/>", "ETHUD")]
    [InlineData("application/xml", "<depression/>", "")]
    [InlineData("application/json", "{}", "R")]
    [InlineData("application/pdf", "%PDF", "R")]
    [InlineData("image/png", "x", "R")]
    [InlineData("text/rtf", "{\\rtf1 hello}", "R")]
    [InlineData("", "hello", "R")]
    [InlineData("text/plain", "a\0b", "R")]
    public void DocumentsByTheirText(string type, string text, string labels)
    {
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

        Assert.Equal(labels, Found.Labels($$$"""{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"{{{type}}}","data":"{{{data}}}"}}]}"""));
        Assert.Equal(labels, Found.Labels($$$"""{"resourceType":"Binary","contentType":"{{{type}}}","data":"{{{data}}}"}"""));
        Assert.Equal(labels, Found.Labels($$$"""{"resourceType":"DiagnosticReport","status":"final","code":{"text":"Report"},"presentedForm":[{"contentType":"{{{type}}}","data":"{{{data}}}"}]}"""));
    }

    [Fact]
    public void ATextInAnotherEncodingIsRead()
    {
        Assert.Equal("PSY", Found.Labels(Note([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("Depresión y dolor")])));
        Assert.Equal("PSY", Found.Labels(Note([0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("Depresión y dolor")])));
        Assert.Equal("PSY", Found.Labels(Note(Encoding.Latin1.GetBytes("Depresión y dolor"))));

        static string Note(byte[] bytes) => $$$"""{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"text/plain","data":"{{{Convert.ToBase64String(bytes)}}}"}}]}""";
    }

    /// <summary>A document that lies elsewhere is read where the record has it, and restricted where it has not.</summary>
    [Fact]
    public void ADocumentElsewhere()
    {
        const string Json = """{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"text/plain","url":"Binary/1"}}]}""";

        Assert.Equal("R", Found.Labels(Json));
        Assert.Equal("HIV", Found.Labels(Json, Finding("Binary/1", $$"""{"resourceType":"Binary","contentType":"text/plain","data":"{{Convert.ToBase64String("Known HIV"u8)}}"}""")));
        Assert.Equal("", Found.Labels(Json, Finding("Binary/1", $$"""{"resourceType":"Binary","contentType":"text/plain","data":"{{Convert.ToBase64String("Cough"u8)}}"}""")));
        Assert.Equal("R", Found.Labels(Json, Finding("Binary/1", """{"resourceType":"Binary","contentType":"text/plain"}""")));
    }

    /// <summary>Two attachments of one document: the one that can be read does not stand for the other.</summary>
    [Fact]
    public void OneThatCannotBeReadIsEnough() => Assert.Equal("R", Found.Labels(
        """{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"text/plain","data":"Q291Z2g="}},{"attachment":{"contentType":"application/pdf","data":"JVBERi0="}}]}"""));

    [Fact]
    public void APhotoOfAPersonIsNoDocument() => Assert.Equal("", Found.Labels(
        """{"resourceType":"Practitioner","photo":[{"contentType":"image/png","data":"AAAA"}]}"""));

    [Fact]
    public void AnAttachmentThatIsNotThereIsNoDocument() => Assert.Equal("", Found.Labels(
        """{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"application/pdf","title":"Letter"}}]}"""));

    [Fact]
    public void ThePointsOfASeriesAreNoDocument() => Assert.Equal("", Found.Labels(
        """{"resourceType":"Observation","status":"final","code":{"text":"Heart rate"},"extension":[{"url":"urn:rapport:series","valueAttachment":{"contentType":"application/gzip","data":"AAAA"}}]}"""));

    private static Func<string, Resource?> Finding(string reference, string json) => asked => asked == reference ? Found.Resource(json) : null;
}
