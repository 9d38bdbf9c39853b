using System.Text;

namespace Rapport.Fhir.Tests;

public sealed class SearchIndexerTests
{
    /// <summary>Each: a resource without its type, and the values to be extracted of one parameter.</summary>
    [Theory]
    // tokens
    [InlineData("Observation", "code", """ "code":{"coding":[{"system":"s","code":"c"},{"code":"d"},{"system":"t"},{"display":"e"}],"text":"f"} """, "token s|c", "token |d", "token t|")]
    [InlineData("Observation", "status", """ "status":"final" """, "token |final")]
    [InlineData("Patient", "active", """ "active":false """, "token |false")]
    [InlineData("Patient", "deceased", """ "deceasedBoolean":false """, "token |false")]
    [InlineData("Patient", "deceased", """ "deceasedDateTime":"2020" """, "token |true")]
    [InlineData("Patient", "deceased", """ "active":true """, "token |false")]
    [InlineData("Patient", "identifier", """ "identifier":[{"system":"s","value":"v","type":{"coding":[{"code":"x"}]}},{"value":"w"}] """, "token s|v", "token |w")]
    [InlineData("Patient", "phone", """ "telecom":[{"system":"phone","value":"1"},{"system":"email","value":"2"},{"value":"3"}] """, "token |1")]
    [InlineData("Patient", "telecom", """ "telecom":[{"system":"phone","value":"1"},{"system":"email","value":"2"}] """, "token |1", "token |2")]
    [InlineData("Encounter", "class", """ "class":{"system":"s","code":"AMB"} """, "token s|AMB")]
    [InlineData("Observation", "_tag", """ "meta":{"tag":[{"system":"s","code":"a\"b"}]} """, "token s|a\"b")]
    [InlineData("Observation", "_security", """ "meta":{"security":[{"system":"s","code":"PSY"}]} """, "token s|PSY")]
    [InlineData("Observation", "_id", """ "id":"o1" """, "token |o1")]
    [InlineData("Observation", "value-concept", """ "valueCodeableConcept":{"coding":[{"code":"c"}]} """, "token |c")]
    [InlineData("Observation", "value-concept", """ "valueString":"c" """)]
    // references
    [InlineData("Observation", "subject", """ "subject":{"reference":"Patient/1","display":"x"} """, "reference Patient/1")]
    [InlineData("Observation", "patient", """ "subject":{"reference":"Patient/1"} """, "reference Patient/1")]
    [InlineData("Observation", "patient", """ "subject":{"reference":"http://a.org/fhir/Patient/1/_history/2"} """, "reference http://a.org/fhir/Patient/1/_history/2")]
    [InlineData("Observation", "patient", """ "subject":{"reference":"Group/1"} """)]
    [InlineData("Observation", "patient", """ "subject":{"reference":"urn:uuid:1","type":"Patient"} """, "reference urn:uuid:1")]
    [InlineData("Observation", "patient", """ "contained":[{"resourceType":"Patient","id":"p"}],"subject":{"reference":"#p"} """, "reference #p")]
    [InlineData("Observation", "patient", """ "subject":{"identifier":{"value":"7"}} """)]
    [InlineData("MedicationRequest", "medication", """ "medicationReference":{"reference":"Medication/1"} """, "reference Medication/1")]
    [InlineData("CarePlan", "instantiates-canonical", """ "instantiatesCanonical":["http://a|1"] """, "reference http://a|1")]
    [InlineData("Library", "depends-on", """ "relatedArtifact":[{"type":"depends-on","resource":"http://a"},{"type":"citation","resource":"http://b"}] """, "reference http://a")]
    // dates
    [InlineData("Observation", "date", """ "effectiveDateTime":"2020-02" """, "date 2020-02-01..2020-03-01")]
    [InlineData("Observation", "date", """ "effectiveInstant":"2020-02-01T10:00:00.5Z" """, "date 2020-02-01T10:00:00.500..2020-02-01T10:00:00.600")]
    [InlineData("Observation", "date", """ "effectivePeriod":{"start":"2020","end":"2021-03"} """, "date 2020-01-01..2021-04-01")]
    [InlineData("Observation", "date", """ "effectivePeriod":{"start":"2020"} """, "date 2020-01-01..*")]
    [InlineData("Observation", "date", """ "effectivePeriod":{"end":"2020"} """, "date *..2021-01-01")]
    [InlineData("Observation", "date", """ "effectivePeriod":{"extension":[{"url":"u","valueString":"x"}]} """)]
    [InlineData("Observation", "date", """ "effectiveTiming":{"event":["2020-05","2020-02"]} """, "date 2020-02-01..2020-06-01")]
    [InlineData("Observation", "date", """ "effectiveTiming":{"repeat":{"boundsPeriod":{"start":"2020-05"},"frequency":1}} """, "date 2020-05-01..*")]
    [InlineData("Observation", "date", """ "effectiveTiming":{"repeat":{"frequency":1}} """)]
    [InlineData("Observation", "_lastUpdated", """ "meta":{"lastUpdated":"2020-02-01T00:00:00Z"} """, "date 2020-02-01..2020-02-01T00:00:01.000")]
    [InlineData("Condition", "onset-date", """ "onsetString":"long ago" """)]
    // texts
    [InlineData("Patient", "name", """ "name":[{"use":"official","family":"F","given":["A","B"],"prefix":["Dr"],"period":{"start":"2020"}},{"text":"T"}] """, "string F", "string A", "string B", "string Dr", "string T")]
    [InlineData("Patient", "family", """ "name":[{"family":"a\u00e9b"}] """, "string aéb")]
    [InlineData("Patient", "address", """ "address":[{"use":"home","line":["L1","L2"],"city":"C","country":"X"}] """, "string L1", "string L2", "string C", "string X")]
    [InlineData("Observation", "value-string", """ "valueString":"v" """, "string v")]
    [InlineData("Observation", "value-string", """ "valueCodeableConcept":{"text":"v"} """, "string v")]
    [InlineData("Condition", "onset-info", """ "onsetString":"long ago" """, "string long ago")]
    // quantities and numbers
    [InlineData("Observation", "value-quantity", """ "valueQuantity":{"value":1.50,"unit":"mg","system":"s","code":"c"} """, "quantity 1.50 s|c|mg")]
    [InlineData("Observation", "value-quantity", """ "valueQuantity":{"unit":"mg"} """)]
    [InlineData("Observation", "value-quantity", """ "valueQuantity":{"value":1e400} """)]
    [InlineData("Observation", "value-quantity", """ "valueSampledData":{"origin":{"value":0},"period":1,"dimensions":1} """)]
    [InlineData("Observation", "combo-value-quantity", """ "valueQuantity":{"value":1},"component":[{"valueQuantity":{"value":2}}] """, "quantity 1 ||", "quantity 2 ||")]
    [InlineData("Condition", "onset-age", """ "onsetAge":{"value":5,"code":"a"} """, "quantity 5 |a|")]
    [InlineData("Condition", "onset-age", """ "onsetRange":{"low":{"value":5},"high":{"value":6}} """, "quantity 5 ||", "quantity 6 ||")]
    [InlineData("Invoice", "totalgross", """ "totalGross":{"value":5.25,"currency":"EUR"} """, "quantity 5.25 urn:iso:std:iso:4217|EUR|")]
    [InlineData("RiskAssessment", "probability", """ "prediction":[{"probabilityDecimal":0.5},{"probabilityRange":{"low":{"value":0.1},"high":{"value":0.2}}}] """, "number 0.5", "number 0.1", "number 0.2")]
    // uris
    [InlineData("ValueSet", "url", """ "url":"http://a" """, "uri http://a")]
    [InlineData("Observation", "_profile", """ "meta":{"profile":["http://a","http://b"]} """, "uri http://a", "uri http://b")]
    [InlineData("Observation", "_source", """ "meta":{"source":"http://a"} """, "uri http://a")]
    public void A_parameter_has_the_values_that_its_expression_finds(string type, string parameter, string content, params string[] expected)
    {
        var resource = Resource.Read(Encoding.UTF8.GetBytes($$"""{"resourceType":"{{type}}",{{content}}}"""));
        var prefix = parameter + " ";
        Assert.Equal(expected, RecordingSink.Of(resource.Root).Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).Select(line => line[prefix.Length..]));
    }

    [Fact]
    public void A_contained_resource_is_found_from_within_a_bundle()
    {
        var bundle = Resource.Read("""
            {"resourceType":"Bundle","type":"collection","entry":[
              {"resource":{"resourceType":"Observation","contained":[{"resourceType":"Patient","id":"p"}],"subject":{"reference":"#p"}}},
              {"resource":{"resourceType":"Observation","subject":{"reference":"urn:uuid:7"}}},
              {"fullUrl":"urn:uuid:7","resource":{"resourceType":"Patient"}}]}
            """u8.ToArray());
        var entries = BundleReader.Open(bundle).Entries;
        Assert.Contains("patient reference #p", RecordingSink.Of(entries[0].Resource!.Value));
        Assert.Contains("patient reference urn:uuid:7", RecordingSink.Of(entries[1].Resource!.Value));
    }

    [Fact]
    public void Only_a_resource_has_search_values()
    {
        var resource = Resource.Read("""{"resourceType":"Patient","name":[{"family":"F"}]}"""u8.ToArray());
        Assert.True(resource.Root.TryGetChild("name", out var name));
        Assert.Throws<ArgumentException>(() => RecordingSink.Of(name));
    }

    [Theory]
    [InlineData("synthea-r4")]
    [InlineData("fhir-r4-examples")]
    [InlineData("ips")]
    public void One_walk_finds_what_evaluating_each_expression_finds(string folder)
    {
        var resources = 0;
        foreach (var (file, resource) in RealResources.In(folder))
        {
            foreach (var element in RealResources.WithEntries(resource))
            {
                var walked = RecordingSink.Of(element);
                var evaluated = Evaluated(element);
                walked.Sort(StringComparer.Ordinal);
                evaluated.Sort(StringComparer.Ordinal);
                Assert.True(walked.SequenceEqual(evaluated), $"{file} {element.Location}");
                resources++;
            }
        }

        Assert.True(resources > 300);
    }

    [Fact]
    public void Most_values_cost_no_memory()
    {
        var resource = Resource.Read("""
            {"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8302-2"}]},
            "subject":{"reference":"Patient/1"},"effectiveDateTime":"2020-01-01","valueQuantity":{"value":1.5,"unit":"cm"}}
            """u8.ToArray());
        var sink = new CountingSink();
        for (var i = 0; i < 100; i++)
        {
            SearchIndexer.Extract(resource, sink);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            SearchIndexer.Extract(resource, sink);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(200 * 9, sink.Count);
    }

    /// <summary>What the parameters' expressions give, each evaluated by itself.</summary>
    private static List<string> Evaluated(Element element)
    {
        var sink = new RecordingSink();
        foreach (var parameter in SearchParameters.All(element.TypeName).Where(p => p.IsIndexed))
        {
            foreach (var node in parameter.Paths.GetValueOrDefault(element.TypeName) ?? parameter.Paths["Resource"])
            {
                var values = new List<PathValue>();
                new PathEvaluator(element).Run(node, values);
                values.ForEach(value => SearchValueReader.Report(parameter, value, sink));
            }
        }

        return sink.Lines;
    }

    private sealed class CountingSink : SearchSink
    {
        public int Count { get; private set; }

        public override void Token(SearchParameter parameter, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code) => Count++;

        public override void Reference(SearchParameter parameter, ReadOnlySpan<byte> reference) => Count++;

        public override void Date(SearchParameter parameter, long lowUnixMs, long highUnixMs) => Count++;

        public override void String(SearchParameter parameter, ReadOnlySpan<byte> text) => Count++;

        public override void Quantity(
            SearchParameter parameter, decimal value, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ReadOnlySpan<byte> unit) => Count++;

        public override void Number(SearchParameter parameter, decimal value) => Count++;

        public override void Uri(SearchParameter parameter, ReadOnlySpan<byte> uri) => Count++;
    }
}
