using System.Text;

namespace Rapport.Fhir.Tests;

public sealed class ResourceSummaryTests
{
    /// <summary>Each: a resource, and its kind, title and value.</summary>
    [Theory]
    [InlineData("Observation", """ "category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"Hemoglobin A1c"},"valueQuantity":{"value":7.2,"unit":"mmol/L"} """, "Lab result", "Hemoglobin A1c", "7.2 mmol/L")]
    [InlineData("Observation", """ "category":[{"coding":[{"code":"vital-signs"}]}],"code":{"coding":[{"display":"Body Weight"}]},"valueQuantity":{"value":70.123456,"code":"kg"} """, "Vital sign", "Body Weight", "70.12 kg")]
    [InlineData("Observation", """ "code":{"text":"Hemoglobin [Mass/volume] in Blood by Automated count"},"valueQuantity":{"value":1.00,"comparator":"<","unit":"10*3/uL"} """, "Observation", "Hemoglobin in Blood", "<1.00 ×10³/µL")]
    [InlineData("Observation", """ "code":{"text":"Pain"},"valueQuantity":{"value":4,"unit":"{score}"} """, "Observation", "Pain", "4")]
    [InlineData("Observation", """ "code":{"text":"Sats"},"valueQuantity":{"value":0.00012345,"unit":"%"} """, "Observation", "Sats", "0.0001%")]
    [InlineData("Observation", """ "code":{"text":"Smoking"},"valueCodeableConcept":{"coding":[{"display":"Never smoker (finding)"}]} """, "Observation", "Smoking", "Never smoker")]
    [InlineData("Observation", """ "code":{"text":"Pregnant"},"valueBoolean":true """, "Observation", "Pregnant", "Yes")]
    [InlineData("Observation", """ "code":{"text":"Titre"},"valueRatio":{"numerator":{"value":1},"denominator":{"value":128}} """, "Observation", "Titre", "1 : 128")]
    [InlineData("Observation", """ "code":{"text":"Range"},"valueRange":{"low":{"value":1,"unit":"g"},"high":{"value":2,"unit":"g"}} """, "Observation", "Range", "1 g to 2 g")]
    [InlineData("Observation", """ "code":{"text":"ECG"},"valueSampledData":{"origin":{"value":0},"period":1,"dimensions":1} """, "Observation", "ECG", null)]
    [InlineData("Observation", """ "code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]} """, "Observation", "1-8", null)]
    [InlineData("Condition", """ "code":{"coding":[{"display":"Viral sinusitis (disorder)"}]} """, "Condition", "Viral sinusitis", null)]
    [InlineData("AllergyIntolerance", """ "code":{"text":"Penicillin"} """, "Allergy", "Penicillin", null)]
    [InlineData("AllergyIntolerance", """ "type":"intolerance","code":{"text":"Gluten"} """, "Intolerance", "Gluten", null)]
    [InlineData("Immunization", """ "vaccineCode":{"text":"Influenza vaccine"} """, "Vaccination", "Influenza vaccine", null)]
    [InlineData("MedicationRequest", """ "medicationCodeableConcept":{"text":"Naproxen 220 MG [Aleve]"},"dosageInstruction":[{"text":"one\na day"}] """, "Prescription", "Naproxen 220 MG [Aleve]", "one a day")]
    [InlineData("MedicationRequest", """ "medicationReference":{"reference":"Medication/1","display":"Aspirin"} """, "Prescription", "Aspirin", null)]
    [InlineData("MedicationRequest", """ "contained":[{"resourceType":"Medication","id":"m","code":{"text":"Aspirin"}}],"medicationReference":{"reference":"#m"} """, "Prescription", "Aspirin", null)]
    [InlineData("MedicationRequest", """ "medicationReference":{"reference":"Medication/1"} """, "Prescription", "Prescription", null)]
    [InlineData("Encounter", """ "class":{"code":"EMER"},"type":[{"text":"Emergency room admission"}] """, "Emergency visit", "Emergency room admission", null)]
    [InlineData("Encounter", """ "class":{"code":"IMP"} """, "Hospital stay", "IMP", null)]
    [InlineData("Claim", """ "item":[{"productOrService":{"text":"Check up"}}],"total":{"value":629.0240000000001,"currency":"USD"} """, "Claim", "Check up", "629.02 USD")]
    [InlineData("DiagnosticReport", """ "category":[{"coding":[{"code":"LAB"}]}],"code":{"text":"Lipid panel"},"conclusion":"fine" """, "Lab report", "Lipid panel", "fine")]
    [InlineData("FamilyMemberHistory", """ "relationship":{"text":"Mother"},"condition":[{"code":{"text":"Diabetes"}},{"code":{"text":"Stroke"}}] """, "Family history", "Mother: Diabetes, Stroke", null)]
    [InlineData("Patient", """ "name":[{"prefix":["Dr."],"given":["Ada","B."],"family":"Low"}] """, "Patient", "Dr. Ada B. Low", null)]
    [InlineData("ImagingStudy", """ "series":[{"modality":{"code":"DX","display":"Digital Radiography"}}] """, "Imaging", "Digital Radiography", null)]
    [InlineData("SubstanceNucleicAcid", """ "id":"a" """, "Substance nucleic acid", "Substance nucleic acid", null)]
    public void Says_what_it_is(string type, string content, string kind, string title, string? value)
    {
        var summary = Of(type, content);
        Assert.Equal((kind, title, value), (summary.Kind, summary.Title, summary.Value));
    }

    [Theory]
    [InlineData("Observation", """ "issued":"2021-01-01T00:00:00Z","effectiveDateTime":"2020-02" """, "effectiveDateTime", "2020-02-01")]
    [InlineData("Observation", """ "issued":"2021-01-01T00:00:00Z" """, "issued", "2021-01-01")]
    [InlineData("Condition", """ "recordedDate":"2021","onsetString":"long ago" """, "recordedDate", "2021-01-01")]
    [InlineData("Encounter", """ "period":{"start":"2020-05-01"} """, "period", "2020-05-01")]
    [InlineData("CarePlan", """ "period":{"end":"2020-05-01"} """, "period", "2020-05-01")]
    [InlineData("Patient", """ "birthDate":"1970-01-01" """, "birthDate", "1970-01-01")]
    public void Says_when_it_was(string type, string content, string element, string day)
    {
        var summary = Of(type, content);
        Assert.Equal((element, day), (summary.WhenElement, DateTimeOffset.FromUnixTimeMilliseconds(summary.At!.Value).ToString("yyyy-MM-dd")));
    }

    [Fact]
    public void What_does_not_say_when_has_no_moment() => Assert.Null(Of("Goal", """ "description":{"text":"walk"} """).At);

    [Theory]
    [InlineData("Observation", """ "status":"final" """, "final")]
    [InlineData("Condition", """ "clinicalStatus":{"coding":[{"code":"active"}]} """, "active")]
    [InlineData("Goal", """ "lifecycleStatus":"accepted" """, "accepted")]
    [InlineData("Patient", """ "active":true """, null)]
    public void Says_how_it_stands(string type, string content, string? status) => Assert.Equal(status, Of(type, content).Status);

    [Theory]
    [InlineData("""{"coding":[{"code":"H"}]}""", "High")]
    [InlineData("""{"coding":[{"code":"LL","display":"x"}]}""", "Critically low")]
    [InlineData("""{"text":"borderline"}""", "borderline")]
    public void Says_how_a_value_is_to_be_taken(string interpretation, string words) =>
        Assert.Equal(words, Of("Observation", $$""" "code":{"text":"a"},"interpretation":[{{interpretation}}] """).Interpretation);

    [Fact]
    public void Writes_a_blood_pressure_as_people_do()
    {
        var summary = Of("Observation", """
            "code":{"text":"Blood Pressure"},"component":[
              {"code":{"coding":[{"code":"8462-4"}],"text":"Diastolic"},"valueQuantity":{"value":80,"unit":"mm[Hg]"}},
              {"code":{"coding":[{"code":"8480-6"}],"text":"Systolic"},"valueQuantity":{"value":120,"unit":"mm[Hg]"},"interpretation":[{"coding":[{"code":"H"}]}]}]
            """);
        Assert.Equal("120/80 mmHg", summary.Value);
        Assert.Equal([new("Diastolic", "80 mmHg", null), new("Systolic", "120 mmHg", "High")], summary.Parts);
    }

    [Fact]
    public void A_medication_has_its_name_from_elsewhere()
    {
        var medication = Resource.Read("""{"resourceType":"Medication","code":{"text":"Aspirin"}}"""u8.ToArray());
        var request = Resource.Read("""{"resourceType":"MedicationRequest","medicationReference":{"reference":"Medication/1"}}"""u8.ToArray());
        Assert.Equal("Aspirin", ResourceSummary.Of(request.Root, reference => reference == "Medication/1" ? medication.Root : null).Title);
    }

    [Fact]
    public void A_long_text_is_cut_short() =>
        Assert.Equal(200, Of("Condition", $$""" "code":{"text":"{{new string('a', 5000)}}"} """).Title.Length);

    [Theory]
    [InlineData("synthea-r4")]
    [InlineData("ips")]
    public void Nearly_everything_in_real_records_has_a_title_of_its_own(string folder)
    {
        var summaries = RealResources.In(folder)
            .SelectMany(r => RealResources.WithEntries(r.Resource).Skip(1))
            .Select(element => ResourceSummary.Of(element))
            .ToList();
        Assert.All(summaries, summary => Assert.NotEqual("", summary.Title));
        Assert.True(summaries.Count(summary => summary.Title == summary.Kind) < summaries.Count / 20);
    }

    private static ResourceSummary Of(string type, string content) =>
        ResourceSummary.Of(Resource.Read(Encoding.UTF8.GetBytes($$"""{"resourceType":"{{type}}",{{content}}}""")).Root);
}
