using System.Text;

namespace Rapport.Fhir.Tests.Elements;

/// <summary>Primitives that repeat and have ids or extensions: two arrays, joined by position.</summary>
public sealed class CompanionTests
{
    [Theory]
    [InlineData("""{"given":["A",null,"C"],"_given":[null,{"id":"2"},{"id":"3"}]}""", "0:A:-", "1:-:2", "2:C:3")]
    [InlineData("""{"_given":[null,{"id":"2"},{"id":"3"}],"given":["A",null,"C"]}""", "0:A:-", "1:-:2", "2:C:3")]
    [InlineData("""{"given":["A","B"],"family":"F","_given":[{"id":"1"}]}""", "0:A:1", "1:B:-")]
    [InlineData("""{"given":["A"],"_given":[{"id":"1"},{"id":"2"}]}""", "0:A:1", "1:-:2")]
    [InlineData("""{"_given":[{"id":"1"},{"id":"2"}]}""", "0:-:1", "1:-:2")]
    public void Values_and_ids_are_joined_by_position(string name, params string[] expected)
    {
        var json = Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","name":[{{name}}]}""");
        var parsed = Resource.Parse(json);
        Assert.True(parsed.IsValid);

        foreach (var patient in new[] { parsed.Resource!, Resource.Read(json) })
        {
            Assert.True(patient.Root.TryGetChild("name", out var element));
            var found = new List<string>();
            foreach (var given in element.Children)
            {
                if (given.Name == "given")
                {
                    var id = given.TryGetChild("id", out var child) ? child.GetString()! : "-";
                    found.Add($"{given.Location["Patient.name[0].given[".Length..^1]}:{given.GetString() ?? "-"}:{id}");
                    Assert.Equal(given.HasValue, given.RawUtf8.Length > 0);
                }
            }
            Assert.Equal(expected, found);
        }
    }

    [Theory]
    [InlineData("""{"given":["A","B"],"_given":[{"id":"1"}]}""")]
    [InlineData("""{"given":["A"],"_given":[{"id":"1"},{"id":"2"}]}""")]
    public void Different_lengths_are_doubtful(string name)
    {
        var parsed = Resource.Parse(Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","name":[{{name}}]}"""));

        Assert.True(parsed.IsValid);
        var issue = Assert.Single(parsed.Issues);
        Assert.Equal((IssueSeverity.Warning, "Patient.name[0].given"), (issue.Severity, issue.Location));
    }

    [Fact]
    public void Long_arrays_are_joined_too()
    {
        const int Count = 200_000;
        var values = string.Join(',', Enumerable.Repeat("\"x\"", Count));
        var ids = string.Join(',', Enumerable.Range(0, Count).Select(i => $$"""{"id":"{{i}}"}"""));

        var parsed = Resource.Parse(Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","name":[{"given":[{{values}}],"_given":[{{ids}}]}]}"""));

        Assert.True(parsed.IsValid);
        Assert.True(parsed.Resource.Root.TryGetChild("name", out var name));
        Element last = default;
        foreach (var given in name.Children)
        {
            last = given;
        }
        Assert.True(last.TryGetChild("id", out var id));
        Assert.Equal("199999", id.GetString());
    }
}
