using System.Text;

namespace Rapport.Fhir.Tests;

public sealed class BundleReferencesTests
{
    private const string Plain = """
        {"resourceType":"Bundle","type":"transaction","entry":[
          {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"p","identifier":[{"system":"s","value":"v"}],"birthDate":"1970-01-01"},"request":{"method":"POST","url":"Patient"}},
          {"fullUrl":"http://a.org/fhir/Practitioner/d","resource":{"resourceType":"Practitioner","id":"d","identifier":[{"system":"npi","value":"7"}]},"request":{"method":"PUT","url":"Practitioner/d"}},
          {"fullUrl":"http://a.org/fhir/Observation/o","resource":{"resourceType":"Observation","id":"o","subject":{"reference":"REFERENCE"}},"request":{"method":"PUT","url":"Observation/o"}},
          {"fullUrl":"http://b.org/fhir/Practitioner/d","resource":{"resourceType":"Practitioner","id":"d"},"request":{"method":"PUT","url":"Practitioner/d"}},
          {"resource":{"resourceType":"Group","id":"g"},"request":{"method":"PUT","url":"Group/g"}}
        ]}
        """;

    [Theory]
    [InlineData("urn:uuid:1", 0)]
    [InlineData("Patient/p", 0)]
    [InlineData("Patient/p/_history/3", 0)]
    [InlineData("http://a.org/fhir/Practitioner/d", 1)]
    [InlineData("http://a.org/fhir/Practitioner/d/_history/1", 1)]
    [InlineData("http://b.org/fhir/Practitioner/d", 3)]
    [InlineData("Practitioner/d", 1)]
    [InlineData("Group/g", 4)]
    [InlineData("Patient?identifier=s|v", 0)]
    [InlineData("Patient?identifier=s%7Cv", 0)]
    [InlineData("Patient?birthdate=1970-01-01", 0)]
    [InlineData("Practitioner?identifier=npi|7", 1)]
    [InlineData("Patient/x", -1)]
    [InlineData("http://c.org/fhir/Patient/p", -1)]
    [InlineData("#p", -1)]
    public void Finds_the_entry_that_a_reference_means(string reference, int entry)
    {
        var references = Of(Plain.Replace("REFERENCE", reference, StringComparison.Ordinal));
        Assert.Empty(references.Issues);
        Assert.Equal(entry, references.Resolve(2, Encoding.UTF8.GetBytes(reference)));
    }

    [Theory]
    [InlineData("urn:uuid:9", IssueSeverity.Error, "not-found", "`urn:uuid:9` is no entry of the bundle: add the resource, or refer to it by a URL")]
    [InlineData("Practitioner?identifier=npi|8", IssueSeverity.Warning, "not-found", "no entry of the bundle meets `Practitioner?identifier=npi|8`")]
    [InlineData("Practitioner?colour=red", IssueSeverity.Warning, "not-found", "no entry of the bundle meets `Practitioner?colour=red`")]
    [InlineData("Practitioner?_id=d", IssueSeverity.Error, "multiple-matches", "`Practitioner?_id=d` means several entries of the bundle")]
    public void Says_which_reference_means_no_entry_or_several(string reference, IssueSeverity severity, string code, string text)
    {
        var issue = Assert.Single(Of(Plain.Replace("REFERENCE", reference, StringComparison.Ordinal)).Issues);
        Assert.Equal(new CheckIssue(severity, code, "Bundle.entry[2].resource.subject.reference", text), issue);
    }

    [Fact]
    public void A_relative_reference_from_an_entry_without_a_base_must_mean_one_entry_only()
    {
        var json = Plain.Replace("http://a.org/fhir/Observation/o", "urn:uuid:2", StringComparison.Ordinal);
        Assert.Equal("multiple-matches", Assert.Single(Of(json.Replace("REFERENCE", "Practitioner/d", StringComparison.Ordinal)).Issues).Code);
    }

    [Fact]
    public void A_full_url_belongs_to_one_entry()
    {
        var references = Of(Plain.Replace("http://b.org", "http://a.org", StringComparison.Ordinal).Replace("REFERENCE", "Patient/p", StringComparison.Ordinal));
        var issue = Assert.Single(references.Issues);
        Assert.Equal(("duplicate", "Bundle.entry[3].fullUrl"), (issue.Code, issue.Location));
    }

    [Fact]
    public void A_bundle_full_of_dead_references_is_answered_shortly()
    {
        var references = Of(Many(20_000, """{"fullUrl":"urn:uuid:N","resource":{"resourceType":"Observation","subject":{"reference":"urn:uuid:xN"}},"request":{"method":"POST","url":"Observation"}}"""));
        Assert.Equal(101, references.Issues.Count);
        Assert.Equal("too-costly", references.Issues[^1].Code);
    }

    [Fact]
    public void A_bundle_may_not_ask_for_thousands_of_searches()
    {
        var references = Of(Many(5000, """{"resource":{"resourceType":"Observation","subject":{"reference":"Patient?family=N"}},"request":{"method":"POST","url":"Observation"}}"""));
        Assert.Equal("too-costly", Assert.Single(references.Issues, issue => issue.Severity == IssueSeverity.Error).Code);
    }

    [Fact]
    public void Thousands_of_conditional_references_by_identifier_are_found()
    {
        var references = Of(Many(5000, """
            {"resource":{"resourceType":"Patient","identifier":[{"system":"s","value":"vN"}],"link":[{"other":{"reference":"Patient?identifier=s|vN"}}]},"request":{"method":"POST","url":"Patient"}}
            """));
        Assert.Empty(references.Issues);
        Assert.Equal(4999, references.Resolve(0, "Patient?identifier=s|v4999"u8));
    }

    [Fact]
    public void A_conditional_reference_that_no_entry_meets_is_told_once()
    {
        var references = Of(Many(2, """{"resource":{"resourceType":"Observation","subject":{"reference":"Patient?identifier=a|b"}},"request":{"method":"POST","url":"Observation"}}"""));
        Assert.Single(references.Issues);
    }

    [Fact]
    public void A_collection_may_refer_to_what_it_does_not_hold() =>
        Assert.Empty(Of(Plain.Replace("REFERENCE", "urn:uuid:9", StringComparison.Ordinal).Replace("transaction", "collection", StringComparison.Ordinal)).Issues);

    [Fact]
    public void Every_reference_within_the_synthea_bundles_is_found()
    {
        var found = 0;
        foreach (var (file, resource) in RealResources.In("synthea-r4"))
        {
            var bundle = BundleReader.Open(resource);
            Assert.Empty(bundle.Issues);
            var references = BundleReferences.Of(bundle);
            Assert.True(references.Issues.Count == 0, $"{file}: {string.Join("; ", references.Issues)}");
            foreach (var entry in bundle.Entries)
            {
                foreach (var reference in ReferencesIn(entry.Resource!.Value).Where(r => !r.StartsWith('#')))
                {
                    Assert.True(references.Resolve(entry.Index, Encoding.UTF8.GetBytes(reference)) >= 0, $"{file}: {reference}");
                    found++;
                }
            }
        }

        Assert.True(found > 10_000);
    }

    private static IEnumerable<string> ReferencesIn(Element element) =>
        PathExpression.Compile("descendants().where($this is Reference).reference").Evaluate(element).Select(value => value.Element.GetString()!);

    /// <summary>A transaction of many such entries, with their number for each N.</summary>
    private static string Many(int count, string entry) =>
        $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', Enumerable.Range(0, count).Select(i => entry.Replace("N", $"{i}", StringComparison.Ordinal)))}}]}""";

    private static BundleReferences Of(string json) => BundleReferences.Of(BundleReader.Open(Resource.Read(Encoding.UTF8.GetBytes(json))));
}
