using System.Text;

namespace Rapport.Fhir.Tests;

public sealed class BundleReaderTests
{
    [Fact]
    public void Gives_type_and_entries()
    {
        var bundle = Open("""
            {"resourceType":"Bundle","type":"transaction","entry":[
              {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=a"}},
              {"request":{"method":"DELETE","url":"Patient/1","ifMatch":"W/\"2\""}}]}
            """);
        Assert.Empty(bundle.Issues);
        Assert.Equal(BundleType.Transaction, bundle.Type);
        Assert.Equal(("urn:uuid:1", "Patient"), (bundle.Entries[0].FullUrl, bundle.Entries[0].Resource?.TypeName));
        Assert.Equal(new BundleRequest("POST", "Patient", IfNoneExist: "identifier=a"), bundle.Entries[0].Request);
        Assert.Null(bundle.Entries[1].Resource);
        Assert.Equal(new BundleRequest("DELETE", "Patient/1", IfMatch: "W/\"2\""), bundle.Entries[1].Request);
    }

    [Theory]
    [InlineData("transaction", """{"resource":{"resourceType":"Patient"}}""", "Bundle.entry[0]", "an entry of a transaction needs a `request` with `method` and `url`")]
    [InlineData("batch", """{"request":{"method":"GET"}}""", "Bundle.entry[0]", "an entry of a batch needs a `request` with `method` and `url`")]
    [InlineData("batch", """{"request":{"method":"FETCH","url":"a"}}""", "Bundle.entry[0].request.method", "unknown method `FETCH`")]
    [InlineData("transaction", """{"request":{"method":"POST","url":"Patient"}}""", "Bundle.entry[0]", "an entry to `POST` needs a `resource`")]
    [InlineData("transaction", """{"resource":{"resourceType":"Group"},"request":{"method":"PUT","url":"Patient/1"}}""", "Bundle.entry[0].request.url", "`Patient/1` does not fit the entry's resource, which is a `Group`")]
    [InlineData("document", """{"resource":{"resourceType":"Patient"}}""", "Bundle.entry[0]", "a document starts with its `Composition`: put that first")]
    [InlineData("message", """{"resource":{"resourceType":"Patient"}}""", "Bundle.entry[0]", "a message starts with its `MessageHeader`: put that first")]
    [InlineData("collection", """{"fullUrl":"urn:uuid:1"}""", "Bundle.entry[0]", "an entry of a collection needs a `resource`")]
    public void Says_what_breaks_the_rules_of_the_type(string type, string entry, string location, string text)
    {
        var issue = Assert.Single(Open($$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{entry}}]}""").Issues);
        Assert.Equal((location, text), (issue.Location, issue.Text));
    }

    [Theory]
    [InlineData("""{"resourceType":"Bundle","type":"document"}""")]
    [InlineData("""{"resourceType":"Bundle"}""")]
    public void A_bundle_without_what_it_must_have_is_reported(string json) => Assert.Single(Open(json).Issues);

    [Fact]
    public void Only_a_bundle_can_be_opened() =>
        Assert.Throws<ArgumentException>(() => Open("""{"resourceType":"Patient"}"""));

    [Theory]
    [InlineData("fhir-r4-examples", BundleType.Message)]
    [InlineData("ips", BundleType.Document)]
    public void Opens_real_bundles_of_many_types(string folder, BundleType expected)
    {
        var types = new HashSet<BundleType>();
        foreach (var (_, resource) in RealResources.In(folder).Where(r => r.Resource.TypeName == "Bundle"))
        {
            var bundle = BundleReader.Open(resource);
            types.Add(bundle.Type);
            Assert.NotNull(BundleReferences.Of(bundle));
        }

        Assert.Contains(expected, types);
    }

    private static BundleReader Open(string json) => BundleReader.Open(Resource.Read(Encoding.UTF8.GetBytes(json)));
}
