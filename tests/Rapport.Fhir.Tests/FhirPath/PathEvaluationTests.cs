using System.Text;

namespace Rapport.Fhir.Tests;

/// <summary>Expressions against one resource, each with what it should give, written as text.</summary>
public sealed class PathEvaluationTests
{
    private static readonly Resource Observation = Resource.Read("""
        {
          "resourceType": "Observation",
          "id": "o1",
          "contained": [{"resourceType": "Patient", "id": "p", "active": true}],
          "extension": [
            {"url": "http://example.org/a", "valueString": "first"},
            {"url": "http://example.org/b", "valueCode": "second"}
          ],
          "status": "final",
          "_status": {"extension": [{"url": "http://example.org/s", "valueBoolean": true}]},
          "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}, {"system": "urn:x", "code": "8480-6", "display": "a \"b\""}], "text": "Pressure"},
          "subject": {"reference": "Patient/1"},
          "focus": [{"reference": "#p"}, {"reference": "http://x.org/fhir/Group/2/_history/1"}, {"reference": "urn:uuid:7", "type": "Device"}],
          "effectiveDateTime": "2020-02",
          "valueQuantity": {"value": 1.50, "unit": "mmHg", "code": "mm[Hg]"},
          "component": [{"code": {"text": "a"}, "valueInteger": 3}, {"code": {"text": "b"}, "valueString": "x"}]
        }
        """u8.ToArray());

    [Theory]
    // paths
    [InlineData("Observation.status", "final")]
    [InlineData("status", "final")]
    [InlineData("Patient.status", "")]
    [InlineData("Resource.id", "o1")]
    [InlineData("DomainResource.id", "o1")]
    [InlineData("Observation.code.coding.code", "8480-6, 8480-6")]
    [InlineData("Observation.code.coding[1].display", "a \"b\"")]
    [InlineData("Observation.code.coding[2]", "")]
    [InlineData("Observation.`status`", "final")]
    [InlineData("``", "")]
    [InlineData("$this.status", "final")]
    [InlineData("%resource.id | %context.status", "o1, final")]
    // choices
    [InlineData("Observation.value.value", "1.50")]
    [InlineData("(Observation.value as Quantity).unit", "mmHg")]
    [InlineData("Observation.value.as(Quantity).unit", "mmHg")]
    [InlineData("Observation.value.ofType(FHIR.Quantity).unit", "mmHg")]
    [InlineData("Observation.value as CodeableConcept", "")]
    [InlineData("Observation.value is Quantity", "true")]
    [InlineData("Observation.component.value as integer | Observation.component.value as string", "3, x")]
    [InlineData("status is string", "true")]
    [InlineData("status is System.String", "false")]
    [InlineData("'a' is System.String and 1 is System.Integer and @2020 is System.Date", "true")]
    // filtering
    [InlineData("Observation.code.coding.where(system = 'urn:x').display", "a \"b\"")]
    [InlineData("component.where(code.text = 'b').value", "x")]
    [InlineData("component.where($index = 1).value", "x")]
    [InlineData("component.select(code.text)", "a, b")]
    [InlineData("component.code.text.first() | component.code.text.last()", "a, b")]
    [InlineData("component.code.text.tail() & component.code.text.skip(1) & component.code.text.take(1)", "bba")]
    [InlineData("code.coding.code | code.coding.code", "8480-6")]
    [InlineData("code.coding.code.combine(status).count()", "3")]
    [InlineData("code.coding.code.distinct().count()", "1")]
    [InlineData("component.code.text.intersect('b' | 'c')", "b")]
    [InlineData("component.code.text.exclude('b' | 'c')", "a")]
    [InlineData("('a' | 'b').supersetOf(component.code.text) and component.code.text.subsetOf('a' | 'b' | 'c')", "true")]
    [InlineData("descendants().where($this is Coding).count()", "2")]
    [InlineData("code.children().count()", "3")]
    [InlineData("repeat(code).text", "Pressure")]
    // references
    [InlineData("subject.where(resolve() is Patient).reference", "Patient/1")]
    [InlineData("subject.where(resolve() is Group).reference", "")]
    [InlineData("focus.where(resolve() is Patient).reference", "#p")]
    [InlineData("focus.where(resolve() is Group).reference", "http://x.org/fhir/Group/2/_history/1")]
    [InlineData("focus.where(resolve() is Device).reference", "urn:uuid:7")]
    [InlineData("focus.resolve().active", "true")]
    // extensions
    [InlineData("extension('http://example.org/a').value", "first")]
    [InlineData("status.extension('http://example.org/s').value", "true")]
    [InlineData("extension('http://example.org/none').exists()", "false")]
    // existence
    [InlineData("value.exists()", "true")]
    [InlineData("note.exists()", "false")]
    [InlineData("note.empty()", "true")]
    [InlineData("code.coding.exists(system = 'urn:x')", "true")]
    [InlineData("code.coding.all(code = '8480-6')", "true")]
    [InlineData("(true | false).anyTrue() and (true | false).allTrue().not()", "true")]
    [InlineData("status.hasValue()", "true")]
    [InlineData("code.coding.isDistinct()", "true")]
    // logic
    [InlineData("{} and false", "false")]
    [InlineData("{} or true", "true")]
    [InlineData("{} and true", "")]
    [InlineData("true xor false", "true")]
    [InlineData("false implies {}", "true")]
    [InlineData("{} = 1", "")]
    [InlineData("value.exists() and status != 'cancelled'", "true")]
    [InlineData("iif(status = 'final', 'yes', 'no')", "yes")]
    [InlineData("'final' in status and status contains 'final'", "true")]
    // arithmetic and comparison
    [InlineData("1 + 2 * 3", "7")]
    [InlineData("-(7 div 2) + 7 mod 4", "0")]
    [InlineData("1 / 4", "0.25")]
    [InlineData("1 / 0", "")]
    [InlineData("1.5 = value.value", "true")]
    [InlineData("value.value > 1 and value.value <= 1.5", "true")]
    [InlineData("1 = 1.0", "true")]
    [InlineData("1.55 ~ 1.6", "true")]
    [InlineData("'Straße' ~ 'STRASSE'", "true")]
    [InlineData("'a' < 'b'", "true")]
    [InlineData("@2020-02-03 > @2020-01", "true")]
    [InlineData("effective < @2020-03", "true")]
    [InlineData("effective = @2020-02-03", "")]
    [InlineData("@T10:30 < @T11", "true")]
    [InlineData("code.coding[0] = code.coding[1]", "false")]
    [InlineData("code = code", "true")]
    // texts
    [InlineData("'abc'.substring(1) & 'abc'.substring(0, 1)", "bca")]
    [InlineData("status.startsWith('fi') and status.endsWith('al') and status.contains('na')", "true")]
    [InlineData("'abc'.indexOf('c')", "2")]
    [InlineData("'a-b'.replace('-', '+').upper().lower().length()", "3")]
    [InlineData("'12'.toInteger() + 1", "13")]
    [InlineData("'1.5'.toDecimal() + 1", "2.5")]
    [InlineData("1.toString()", "1")]
    [InlineData("'\\u0041\\n'.length() // a comment", "2")]
    public void Gives(string expression, string expected) =>
        Assert.Equal(expected, string.Join(", ", PathExpression.Compile(expression).Evaluate(Observation.Root).Select(Text)));

    [Theory]
    [InlineData("component and true", "one item is needed here, not 2")]
    [InlineData("1 < 'a'", "these two kinds of value cannot be compared")]
    [InlineData("-'a'", "a number is needed after `-`")]
    [InlineData("1 + 'a'", "numbers are needed here")]
    public void Says_what_its_input_does_not_allow(string expression, string message)
    {
        var compiled = PathExpression.Compile(expression);
        Assert.Equal(message, Assert.Throws<PathEvaluationException>(() => compiled.Evaluate(Observation.Root)).Message);
    }

    private static string Text(PathValue value) =>
        value.IsElement ? value.Element.GetString() ?? Encoding.UTF8.GetString(value.Element.RawUtf8)
        : value.ToSystem() switch
        {
            bool truth => truth ? "true" : "false",
            PathDate date => date.Text,
            { } other => $"{other}",
            null => "?",
        };
}
