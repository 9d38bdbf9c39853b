using System.Text;

namespace Rapport.Fhir.Tests.Checking;

/// <summary>Faults in the JSON itself end the reading with one fatal issue that tells where.</summary>
public sealed class JsonTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("   ", "")]
    [InlineData("[]", "")]
    [InlineData("null", "")]
    [InlineData("<Patient/>", "")]
    [InlineData("""{"resourceType":"Patient" """, "Patient")]
    [InlineData("""{"resourceType":"Patient","active":true""", "Patient.active")]
    [InlineData("""{"resourceType":"Patient","active":tru}""", "Patient.active")]
    [InlineData("""{"resourceType":"Patient","active":}""", "Patient.active")]
    [InlineData("""{"resourceType":"Patient","active" true}""", "Patient.active")]
    [InlineData("""{"resourceType":"Patient",}""", "Patient")]
    [InlineData("""{"resourceType":"Patient","active":true,}""", "Patient.active")]
    [InlineData("""{"resourceType":"Patient" "active":true}""", "Patient")]
    [InlineData("""{"resourceType":"Patient",'active':true}""", "Patient")]
    [InlineData("""{"resourceType":"Patient"}}""", "Patient")]
    [InlineData("""{"resourceType":"Patient"}{"resourceType":"Patient"}""", "Patient")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"x"},]}""", "Patient.name[1]")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"x"} {"family":"y"}]}""", "Patient.name[0]")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"x}]}""", "Patient.name[0].family")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"a\nb\"}]}", "Patient.name[0].family")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"\x"}]}""", "Patient.name[0].family")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"\u12G4"}]}""", "Patient.name[0].family")]
    [InlineData("""{"resourceType":"Patient","multipleBirthInteger":01}""", "Patient.multipleBirthInteger")]
    [InlineData("""{"resourceType":"Patient","multipleBirthInteger":+1}""", "Patient.multipleBirthInteger")]
    [InlineData("""{"resourceType":"Patient","multipleBirthInteger":1.}""", "Patient.multipleBirthInteger")]
    [InlineData("""{"resourceType":"Patient","multipleBirthInteger":-}""", "Patient.multipleBirthInteger")]
    [InlineData("""{"resourceType":"Patient","multipleBirthInteger":1e}""", "Patient.multipleBirthInteger")]
    [InlineData("""{"resourceType":"Patient","multipleBirthInteger":NaN}""", "Patient.multipleBirthInteger")]
    public void Ends_with_a_fatal_issue(string json, string location)
    {
        var result = Resource.Parse(Encoding.UTF8.GetBytes(json));

        var issue = Assert.Single(result.Issues, i => i.Severity == IssueSeverity.Fatal);
        Assert.Equal("structure", issue.Code);
        Assert.Equal(location, issue.Location);
        Assert.False(result.IsValid);
        Assert.Throws<InvalidDataException>(() => Resource.Read(Encoding.UTF8.GetBytes(json)));
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient" """)]
    [InlineData("""{"resourceType":"Patient","active":true""")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"x"}""")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"x""")]
    [InlineData("""{"resourceType":"Patient","active" """)]
    public void Of_half_a_document_it_tells_that_it_ends_in_the_middle(string json) =>
        Assert.Contains("the document ends in the middle", Assert.Single(Resource.Parse(Encoding.UTF8.GetBytes(json)).Issues, i => i.Severity == IssueSeverity.Fatal).Text, StringComparison.Ordinal);

    [Fact]
    public void Tells_line_and_column()
    {
        var result = Resource.Parse("{\n  \"resourceType\": \"Patient\",\n  \"active\": yes\n}"u8.ToArray());

        Assert.Contains("line 3, column 13, at `yes`", Assert.Single(result.Issues).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_bytes_that_are_not_utf8()
    {
        var json = "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"M\u00fcller\"}]}"u8.ToArray();
        json[Array.IndexOf(json, (byte)0xC3)] = 0xFF;

        var issue = Assert.Single(Resource.Parse(json).Issues);

        Assert.Equal((IssueSeverity.Fatal, "structure", ""), (issue.Severity, issue.Code, issue.Location));
        Assert.Contains("byte 46", issue.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""\ud800""")]
    [InlineData("""\udc00\ud800""")]
    [InlineData("""x\ud800y""")]
    [InlineData("""\u0000""")]
    public void Refuses_escapes_that_are_no_text(string text)
    {
        var result = Resource.Parse(Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","name":[{"family":"{{text}}"}]}"""));

        var issue = Assert.Single(result.Issues);
        Assert.Equal(("value", "Patient.name[0].family"), (issue.Code, issue.Location));
    }

    [Fact]
    public void Refuses_documents_longer_than_allowed()
    {
        var json = """{"resourceType":"Patient"}"""u8.ToArray();

        Assert.True(Resource.Parse(json, new CheckOptions { MaxBytes = json.Length }).IsValid);
        Assert.Equal("too-long", Assert.Single(Resource.Parse(json, new CheckOptions { MaxBytes = json.Length - 1 }).Issues).Code);
    }

    [Fact]
    public void Refuses_nesting_deeper_than_allowed()
    {
        var json = """{"resourceType":"Patient","extension":[{"url":"u","extension":[{"url":"u","valueCode":"x"}]}]}"""u8.ToArray();

        Assert.True(Resource.Parse(json, new CheckOptions { MaxDepth = 5 }).IsValid);
        var issue = Assert.Single(Resource.Parse(json, new CheckOptions { MaxDepth = 4 }).Issues);
        Assert.Equal((IssueSeverity.Fatal, "too-costly"), (issue.Severity, issue.Code));
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient","extension":[{"url":"u",""", """{"url":"u",""")]
    [InlineData("""{"resourceType":"Patient","foo":[""", "[")]
    [InlineData("""{"resourceType":"Patient","foo":{"a":""", """{"a":""")]
    [InlineData("", """{"resourceType":"Bundle","entry":[{"resource":""")]
    [InlineData("", """{"x":""")]
    public void Survives_endless_nesting(string start, string repeated)
    {
        var json = Encoding.UTF8.GetBytes(start + string.Concat(Enumerable.Repeat(repeated, 100_000)));

        Assert.Contains(Resource.Parse(json, new CheckOptions { MaxDepth = int.MaxValue }).Issues, i => i.Severity == IssueSeverity.Fatal);
        Assert.Throws<InvalidDataException>(() => Resource.Read(json));
    }

    [Fact]
    public void Stops_after_so_many_issues_and_says_so()
    {
        var json = Encoding.UTF8.GetBytes("""{"resourceType":"Patient","name":[""" + string.Join(',', Enumerable.Repeat("""{"use":"x"}""", 5000)) + "]}");

        var result = Resource.Parse(json, new CheckOptions { MaxIssues = 10 });

        Assert.Equal(11, result.Issues.Count);
        Assert.Equal("too-costly", result.Issues[10].Code);
        Assert.False(result.IsValid);
    }

    [Fact]
    public void Quotes_input_cut_short_and_without_control_characters()
    {
        var gender = new string('x', 100);
        var cut = Assert.Single(Resource.Parse(Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","gender":"{{gender}}"}""")).Issues);
        Assert.StartsWith($"`{gender[..40]}…`", cut.Text, StringComparison.Ordinal);

        var cleaned = Assert.Single(Resource.Parse("""{"resourceType":"Patient","gender":"a\nb`c"}"""u8.ToArray()).Issues);
        Assert.StartsWith("`a b'c`", cleaned.Text, StringComparison.Ordinal);
    }
}
