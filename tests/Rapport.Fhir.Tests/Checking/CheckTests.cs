using System.Text;
using Rapport.TestKit;

namespace Rapport.Fhir.Tests.Checking;

/// <summary>Small invalid resources: for each the code and the location of everything that is wrong with it.</summary>
public sealed class CheckTests
{
    [Theory]
    // Names
    [InlineData("""{"resourceType":"Patient","foo":1}""", "structure Patient.foo")]
    [InlineData("""{"resourceType":"Patient","contact":[{"nickname":"x","gender":"male"}]}""", "structure Patient.contact[0].nickname")]
    [InlineData("""{"resourceType":"Patient","_name":[{"id":"x"}]}""", "structure Patient._name")]
    [InlineData("""{"resourceType":"Patient","Gender":"male"}""", "structure Patient.Gender")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"value":"x"}""", "structure Observation.value")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueDate":"2001"}""", "structure Observation.valueDate")]
    [InlineData("""{"resourceType":"Patient","name":[{"resourceType":"HumanName","family":"x"}]}""", "structure Patient.name[0].resourceType")]
    // The type
    [InlineData("""{"resourceType":"Pigeon"}""", "structure resourceType")]
    [InlineData("""{"resourceType":"Resource"}""", "structure resourceType")]
    [InlineData("""{"resourceType":7}""", "structure ")]
    [InlineData("""{"id":"x"}""", "structure ")]
    [InlineData("""{}""", "structure ")]
    [InlineData("""{"resourceType":"Patient","resourceType":"Patient"}""", "structure Patient.resourceType")]
    [InlineData("""{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Pigeon"}},{"resource":{"id":"x"}}]}""",
        "structure Bundle.entry[0].resource.resourceType", "structure Bundle.entry[1].resource")]
    // Cardinality
    [InlineData("""{"resourceType":"Observation"}""", "required Observation.status", "required Observation.code")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Observation","status":"final"}]}""", "required Patient.contained[0].code")]
    [InlineData("""{"resourceType":"MedicationStatement","status":"active","subject":{"reference":"Patient/x"}}""", "required MedicationStatement.medication[x]")]
    [InlineData("""{"resourceType":"Patient","name":{"family":"x"}}""", "structure Patient.name")]
    [InlineData("""{"resourceType":"Patient","gender":["male"]}""", "structure Patient.gender")]
    [InlineData("""{"resourceType":"Patient","gender":["male","lizard"]}""", "structure Patient.gender", "code-invalid Patient.gender[1]")]
    [InlineData("""{"resourceType":"Patient","link":[{"type":"refer"}]}""", "required Patient.link[0].other")]
    // Kinds of values
    [InlineData("""{"resourceType":"Patient","active":"true"}""", "structure Patient.active")]
    [InlineData("""{"resourceType":"Patient","birthDate":2001}""", "structure Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","birthDate":true}""", "structure Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","birthDate":{"value":"2001"}}""", "structure Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","birthDate":null}""", "structure Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","name":["Ann"]}""", "structure Patient.name[0]")]
    [InlineData("""{"resourceType":"Patient","name":[[{"family":"x"}]]}""", "structure Patient.name[0]")]
    [InlineData("""{"resourceType":"Patient","name":[null]}""", "structure Patient.name[0]")]
    [InlineData("""{"resourceType":"Patient","maritalStatus":"M"}""", "structure Patient.maritalStatus")]
    [InlineData("""{"resourceType":"Patient","multipleBirthInteger":"2"}""", "structure Patient.multipleBirthInteger")]
    [InlineData("""{"resourceType":"Patient","_birthDate":"x"}""", "structure Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","_birthDate":{"foo":1}}""", "structure Patient.birthDate.foo")]
    // Emptiness
    [InlineData("""{"resourceType":"Patient","name":[]}""", "structure Patient.name")]
    [InlineData("""{"resourceType":"Patient","name":[{}]}""", "structure Patient.name[0]")]
    [InlineData("""{"resourceType":"Patient","birthDate":""}""", "value Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A",""]}]}""", "value Patient.name[0].given[1]")]
    // null holds a place only beside something
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A",null]}]}""", "structure Patient.name[0].given[1]")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":[null],"_given":[null]}]}""", "structure Patient.name[0].given[0]")]
    [InlineData("""{"resourceType":"Patient","name":[{"_given":[null,{"id":"x"},null]}]}""", "structure Patient.name[0].given[0]", "structure Patient.name[0].given[2]")]
    [InlineData("""{"resourceType":"Patient","_birthDate":null}""", "structure Patient.birthDate")]
    // Twice
    [InlineData("""{"resourceType":"Patient","gender":"male","gender":"male"}""", "structure Patient.gender")]
    [InlineData("""{"resourceType":"Patient","gender":"male","\u0067ender":"male"}""", "structure Patient.gender")]
    [InlineData("""{"resourceType":"Patient","_gender":{"id":"x"},"_gender":{"id":"y"}}""", "structure Patient.gender")]
    // Choices
    [InlineData("""{"resourceType":"Patient","deceasedBoolean":true,"deceasedDateTime":"2001"}""", "structure Patient.deceasedDateTime")]
    [InlineData("""{"resourceType":"Patient","deceasedBoolean":true,"_deceasedDateTime":{"id":"x"}}""", "structure Patient.deceasedDateTime")]
    [InlineData("""{"resourceType":"Patient","extension":[{"url":"u","valueString":"x","valueCode":"y"}]}""", "structure Patient.extension[0].valueCode")]
    // Codes
    [InlineData("""{"resourceType":"Patient","gender":"Male"}""", "code-invalid Patient.gender")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"Patient/x"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"acute"}]}}""",
        "code-invalid Condition.clinicalStatus")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"Patient/x"},"clinicalStatus":{"coding":[{"system":"http://example.org","code":"active"}]}}""",
        "code-invalid Condition.clinicalStatus")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"Patient/x"},"clinicalStatus":{"text":"active"}}""", "code-invalid Condition.clinicalStatus")]
    // References
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"Practitioner/x"}}""", "value Condition.subject.reference")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"https://example.org/fhir/Practitioner/x/_history/3"}}""", "value Condition.subject.reference")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"Practitioner?identifier=1"}}""", "value Condition.subject.reference")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"Pigeon/x"}}""", "value Condition.subject.reference")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"x"}}""", "value Condition.subject.reference")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"a/Patient/x"}}""", "value Condition.subject.reference")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"Patient/a b"}}""", "value Condition.subject.reference")]
    [InlineData("""{"resourceType":"Condition","subject":{"type":"Practitioner","display":"x"}}""", "value Condition.subject.type")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"#p"}}""", "not-found Condition.subject.reference")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"#p"},"contained":[{"resourceType":"Practitioner","id":"p"}]}""", "value Condition.subject.reference")]
    [InlineData("""{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Condition","subject":{"reference":"#p"}}},{"resource":{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"p"}]}}]}""",
        "not-found Bundle.entry[0].resource.subject.reference")]
    // Contained resources
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"y"}],"id":"x"}]}""", "structure Patient.contained[0].contained[0]")]
    // Narratives
    [InlineData("""{"resourceType":"Patient","text":{"status":"generated","div":"hello"}}""", "value Patient.text.div")]
    [InlineData("""{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x</div>"}}""", "value Patient.text.div")]
    // Several, in the order in which they end
    [InlineData("""{"resourceType":"Patient","birthDate":"2001-02-30","gender":"x","contact":[{"gender":"y"}],"foo":{}}""",
        "value Patient.birthDate", "code-invalid Patient.gender", "code-invalid Patient.contact[0].gender", "structure Patient.foo")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"component":[{"code":{"text":"x"}},{"valueQuantity":{"code":" mg"}}]}""",
        "value Observation.component[1].valueQuantity.code", "required Observation.component[1].code")]
    public void Says_what_is_wrong_and_where(string json, params string[] expected)
    {
        var result = Resource.Parse(Encoding.UTF8.GetBytes(json));

        Assert.Equal(expected, result.Issues.Select(i => $"{i.Code} {i.Location}"));
        Assert.False(result.IsValid);
        Assert.Null(result.Resource);
        Assert.All(result.Issues, i => Assert.Equal(IssueSeverity.Error, i.Severity));
        Assert.All(result.Issues, i => Assert.False(char.IsUpper(i.Text[0]) || i.Text.EndsWith('.'), i.Text));
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient"}""")]
    [InlineData("""{"id":"x","active":true,"resourceType":"Patient"}""")]
    [InlineData("""{"active":true,"resource\u0054ype":"Pa\u0074ient"}""")]
    [InlineData(""" { "\u0069d" : "x" , "resourceType" : "Patient" } """)]
    [InlineData("\uFEFF{\"resourceType\":\"Patient\"}")]
    [InlineData("""{"resourceType":"Patient","birthDate":"2001-02","_birthDate":{"extension":[{"url":"u","valueCode":"x"}]}}""")]
    [InlineData("""{"resourceType":"Patient","_birthDate":{"extension":[{"url":"u","valueCode":"x"}]}}""")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A",null],"_given":[null,{"id":"x"}]}]}""")]
    [InlineData("""{"resourceType":"Patient","name":[{"_given":[null,{"id":"x"}],"given":["A",null]}]}""")]
    [InlineData("""{"resourceType":"Patient","name":[{"_given":[{"id":"x"},{"id":"y"}]}]}""")]
    [InlineData("""{"resourceType":"Observation","_status":{"id":"x"},"code":{"text":"x"}}""")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.00}}""")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"urn:uuid:0b2c4f0e-0f5c-4d06-8a0e-5a4d9a3f1c11"}}""")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"https://example.org/some/thing?x=1"}}""")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"Patient?identifier=http://example.org|1"}}""")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"Patient/x/_history/2","type":"Patient"}}""")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"#p"},"contained":[{"resourceType":"Patient","id":"p"}]}""")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Provenance","target":[{"reference":"#"}],"recorded":"2001-01-01T00:00:00Z","agent":[{"who":{"display":"x"}}],"id":"p"}]}""")]
    [InlineData("""{"resourceType":"Condition","subject":{"reference":"Patient/x"},"clinicalStatus":{"coding":[{"code":"x"},{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]}}""")]
    [InlineData("""{"resourceType":"Parameters","parameter":[{"name":"x","resource":{"resourceType":"Patient"}},{"name":"y","part":[{"name":"z","valueInteger":1}]}]}""")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"\ud83d\ude00 \"quoted\" \\ \/"}]}""")]
    public void Accepts_what_is_valid(string json)
    {
        var result = Resource.Parse(Encoding.UTF8.GetBytes(json));

        Assert.Empty(result.Issues);
        Assert.True(result.IsValid);
        Assert.Equal(json.Trim(' ', '\uFEFF'), Encoding.UTF8.GetString(result.Resource.Json.Span));
    }

    [Fact]
    public void The_example_in_the_documentation_is_what_is_said()
    {
        var issue = Assert.Single(Resource.Parse("""
            {"resourceType":"Observation","status":"final","code":{"text":"x"},
            "component":[{"code":{"text":"y"}},{"code":{"text":"z"},"valueQuantity":{"value":1,"comparator":"=>"}}]}
            """u8.ToArray()).Issues);

        var line = $"{issue.Severity.ToString().ToLowerInvariant()}  {issue.Code}  {issue.Location}  {issue.Text}";
        Assert.Contains(line, File.ReadAllLines(Path.Combine(Repository.Root, "docs/checking.md")));
    }
}
