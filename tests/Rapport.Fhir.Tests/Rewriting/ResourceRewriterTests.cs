using System.Text;

namespace Rapport.Fhir.Tests.Rewriting;

public sealed class ResourceRewriterTests
{
    private static readonly DateTimeOffset _time = new(2026, 3, 1, 10, 30, 5, 70, TimeSpan.FromHours(2));

    [Fact]
    public void Without_changes_only_whitespace_goes()
    {
        var json = """
             { "id" : "x" ,
               "resourceType" : "Observation", "status":"final" , "code":{"text":"a \" b\\" },
               "valueQuantity" : { "value" : 1.00 , "unit" : "\u006dg" } }
            """;
        Assert.Equal(
            """{"id":"x","resourceType":"Observation","status":"final","code":{"text":"a \" b\\"},"valueQuantity":{"value":1.00,"unit":"\u006dg"}}""",
            Rewrite(json, default));
    }

    [Theory]
    [InlineData("""{"resourceType":"Basic","id":"a","meta":{"versionId":"1","lastUpdated":"2001-01-01T00:00:00Z"},"code":{}}""",
        """{"resourceType":"Basic","id":"new","meta":{"versionId":"7","lastUpdated":"2026-03-01T08:30:05.070Z"},"code":{}}""")]
    [InlineData("""{"resourceType":"Basic","code":{}}""",
        """{"resourceType":"Basic","id":"new","meta":{"versionId":"7","lastUpdated":"2026-03-01T08:30:05.070Z"},"code":{}}""")]
    [InlineData("""{ "resourceType" : "Basic" }""",
        """{"resourceType":"Basic","id":"new","meta":{"versionId":"7","lastUpdated":"2026-03-01T08:30:05.070Z"}}""")]
    [InlineData("""{"code":{},"resourceType":"Basic"}""",
        """{"id":"new","meta":{"versionId":"7","lastUpdated":"2026-03-01T08:30:05.070Z"},"code":{},"resourceType":"Basic"}""")]
    [InlineData("""{"resourceType":"Basic","code":{},"id":"a"}""",
        """{"resourceType":"Basic","code":{},"id":"new","meta":{"versionId":"7","lastUpdated":"2026-03-01T08:30:05.070Z"}}""")]
    [InlineData("""{"resourceType":"Basic","meta":{"profile":["p"],"_versionId":{"id":"v"}},"_id":{"extension":[]}}""",
        """{"resourceType":"Basic","id":"new","meta":{"versionId":"7","lastUpdated":"2026-03-01T08:30:05.070Z","profile":["p"],"_versionId":{"id":"v"}},"_id":{"extension":[]}}""")]
    public void Sets_id_version_and_time(string json, string expected) =>
        Assert.Equal(expected, Rewrite(json, new RewriteOptions { Id = "new", VersionId = "7", LastUpdated = _time }));

    [Theory]
    [InlineData("""{"resourceType":"Binary","data":"QQ==","contentType":"a/b"}""", """{"resourceType":"Binary","id":"n","contentType":"a/b"}""")]
    [InlineData("""{ "contentType" : "a/b" , "resourceType" : "Binary" , "data" : "QQ==" }""", """{"id":"n","contentType":"a/b","resourceType":"Binary"}""")]
    [InlineData("""{ "d\u0061ta" : "QQ==" , "resourceType" : "Binary", "contentType":"a\\:\"" }""", """{"id":"n","resourceType":"Binary","contentType":"a\\:\""}""")]
    [InlineData("""{"resourceType":"Binary","contentType":"a/b","id":"x","data":"QQ==","_data":{"id":"d"}}""", """{"resourceType":"Binary","contentType":"a/b","id":"n","_data":{"id":"d"}}""")]
    [InlineData("""{"resourceType":"Binary","id":"x","data":"QQ=="}""", """{"resourceType":"Binary","id":"n"}""")]
    [InlineData("""{"resourceType":"Binary","id":"x","contentType":"a/b"}""", """{"resourceType":"Binary","id":"n","contentType":"a/b"}""")]
    public void Leaves_a_property_out(string json, string expected) => Assert.Equal(expected, Rewrite(json, new RewriteOptions { Id = "n", Without = "data" }));

    [Fact]
    public void Maps_references_wherever_one_can_stand_and_no_names_of_systems_and_profiles()
    {
        var json = """
            {"resourceType":"Observation","id":"urn:a","meta":{"profile":["urn:a"],"source":"urn:a"},"language":"urn:a",
            "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">urn:a <!-- <a href=\"urn:a\"/> --><a title=\"a > b\" href = \"urn:a\">x</a><img alt='href=\"urn:a\"' src='urn:a'/>\u00e9</div>"},
            "contained":[{"resourceType":"Patient","id":"p","managingOrganization":{"reference":"urn:a"}}],
            "extension":[{"url":"urn:a","valueUri":"urn:a"},{"url":"b","valueUrl":"urn:a"},{"url":"b","valueCanonical":"urn:a"},{"url":"b","valueOid":"urn:a"},{"url":"b","valueUuid":"urn:a"},
            {"url":"b","valueString":"urn:a"},{"url":"b","valueReference":{"reference":"urn:\u0061","display":"urn:a","type":"x"}}],
            "status":"final","code":{"coding":[{"system":"urn:a","code":"urn:a"}]},"subject":{"reference":"urn:b"}}
            """;

        var mapped = Rewrite(json, new RewriteOptions { MapReference = text => text.SequenceEqual("urn:a"u8) ? "Patient/\"1\"&" : null });

        var expected = json.Replace("\n", "", StringComparison.Ordinal)
            .Replace("\"profile\":[\"urn:a\"],\"source\":\"urn:a\"", "\"profile\":[\"urn:a\"],\"source\":\"NEW\"", StringComparison.Ordinal)
            .Replace("href = \\\"urn:a\\\"", "href = \\\"Patient/&quot;1&quot;&amp;\\\"", StringComparison.Ordinal)
            .Replace("src='urn:a'", "src='Patient/&quot;1&quot;&amp;'", StringComparison.Ordinal)
            .Replace("\\u00e9</div>", "é</div>", StringComparison.Ordinal)
            .Replace("{\"reference\":\"urn:a\"}", "{\"reference\":\"NEW\"}", StringComparison.Ordinal)
            .Replace("\"urn:\\u0061\"", "\"NEW\"", StringComparison.Ordinal);
        foreach (var type in new[] { "Uri", "Url", "Canonical", "Oid", "Uuid" })
        {
            expected = expected.Replace($"\"value{type}\":\"urn:a\"", $"\"value{type}\":\"NEW\"", StringComparison.Ordinal);
        }
        Assert.Equal(expected.Replace("NEW", "Patient/\\\"1\\\"&", StringComparison.Ordinal), mapped);
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient"}""", """{"resourceType":"Patient","identifier":[{"system":"s","value":"v"}]}""")]
    [InlineData("""{"resourceType":"Patient","id":"x","active":true}""", """{"resourceType":"Patient","id":"x","identifier":[{"system":"s","value":"v"}],"active":true}""")]
    [InlineData("""{"resourceType":"Patient","identifier":[{"value":"w"},{"value":"v"}],"active":true}""",
        """{"resourceType":"Patient","identifier":[{"value":"w"},{"value":"v"},{"system":"s","value":"v"}],"active":true}""")]
    [InlineData("""{"resourceType":"Patient","identifier":[{"value":"v","system":"s"}]}""", """{"resourceType":"Patient","identifier":[{"value":"v","system":"s"}]}""")]
    [InlineData("""{"resourceType":"Binary","contentType":"text/plain"}""",
        """{"resourceType":"Binary","meta":{"extension":[{"url":"urn:x-rapport:original-identifier","valueIdentifier":{"system":"s","value":"v"}}]},"contentType":"text/plain"}""")]
    [InlineData("""{"resourceType":"Composition","meta":{"extension":[{"url":"a","valueCode":"b"}],"source":"x"},"identifier":{"value":"w"}}""",
        """{"resourceType":"Composition","meta":{"extension":[{"url":"a","valueCode":"b"},{"url":"urn:x-rapport:original-identifier","valueIdentifier":{"system":"s","value":"v"}}],"source":"x"},"identifier":{"value":"w"}}""")]
    [InlineData("""{"resourceType":"Binary","meta":{"extension":[{"url":"urn:x-rapport:original-identifier","valueIdentifier":{"system":"s","value":"v"}}]},"contentType":"text/plain"}""",
        """{"resourceType":"Binary","meta":{"extension":[{"url":"urn:x-rapport:original-identifier","valueIdentifier":{"system":"s","value":"v"}}]},"contentType":"text/plain"}""")]
    public void Adds_identifiers_once(string json, string expected)
    {
        var options = new RewriteOptions { Identifiers = [new AddedIdentifier("s", "v"), new AddedIdentifier("s", "v")] };
        Assert.Equal(expected, Rewrite(json, options));
        Assert.Equal(expected, Rewrite(expected, options));
    }

    [Fact]
    public void All_changes_at_once_on_a_bundle_entry_give_a_valid_resource()
    {
        var bundle = Resource.Read(Encoding.UTF8.GetBytes(Samples.Bundle));
        Assert.True(bundle.Root.TryGetChild("entry", out var entry));
        Assert.True(entry.TryGetChild("resource", out var patient));

        var written = ResourceRewriter.Rewrite(patient, new RewriteOptions
        {
            Id = "new",
            VersionId = "1",
            LastUpdated = _time,
            MapReference = text => text.SequenceEqual("Observation/o-1"u8) ? "Observation/o-2" : null,
            Identifiers = [new AddedIdentifier("http://example.org/source", "p-1")],
        });

        var result = Resource.Parse(written);
        Assert.Empty(result.Issues);
        Assert.Equal("new", result.Resource!.Id);
        Assert.Contains("1.00", Encoding.UTF8.GetString(written), StringComparison.Ordinal);
        Assert.Contains("href=\\\"Observation/o-2\\\"", Encoding.UTF8.GetString(written), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_resources_can_be_rewritten()
    {
        Assert.True(Resource.Read("""{"resourceType":"Patient","name":[{"family":"x"}]}"""u8.ToArray()).Root.TryGetChild("name", out var name));
        Assert.Throws<ArgumentException>(() => ResourceRewriter.Rewrite(name, default));
    }

    private static string Rewrite(string json, in RewriteOptions options) =>
        Encoding.UTF8.GetString(ResourceRewriter.Rewrite(Resource.Read(Encoding.UTF8.GetBytes(json)).Root, options));
}
