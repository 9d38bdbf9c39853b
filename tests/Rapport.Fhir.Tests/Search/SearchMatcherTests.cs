namespace Rapport.Fhir.Tests;

public sealed class SearchMatcherTests
{
    private static readonly Resource Observation = Resource.Read("""
        {"resourceType":"Observation","id":"o1","meta":{"lastUpdated":"2024-03-01T10:00:00Z","security":[{"system":"s","code":"PSY"}],"profile":["http://a/p"]},
        "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8302-2"}]},"subject":{"reference":"Patient/1"},
        "effectiveDateTime":"2024-02","valueQuantity":{"value":172.5,"unit":"cm","system":"http://unitsofmeasure.org","code":"cm"},"method":{"text":"x"}}
        """u8.ToArray());

    [Theory]
    [InlineData("", true)]
    [InlineData("_id=o1", true)]
    [InlineData("_id=o2,o1", true)]
    [InlineData("_id=o2", false)]
    [InlineData("code=8302-2&status=final", true)]
    [InlineData("code=8302-2&status=amended", false)]
    [InlineData("code:not=8302-2", false)]
    [InlineData("code:not=8302-3", true)]
    [InlineData("category:not=laboratory", true)]
    [InlineData("category:missing=true", true)]
    [InlineData("category:missing=false", false)]
    [InlineData("code:missing=false", true)]
    [InlineData("date=2024", true)]
    [InlineData("date=ge2024-01-01&date=lt2024-03-01", true)]
    [InlineData("date=2024-02-10", false)]
    [InlineData("date=ap2024-02-10", true)]
    [InlineData("date=sa2024-01,eb2023", true)]
    [InlineData("value-quantity=gt170||cm", true)]
    [InlineData("value-quantity=172.5|http://unitsofmeasure.org|cm", true)]
    [InlineData("value-quantity=172.5||in", false)]
    [InlineData("subject=Patient/1", true)]
    [InlineData("patient=1", true)]
    [InlineData("patient=2", false)]
    [InlineData("_security=s|PSY", true)]
    [InlineData("_security:not=s|PSY", false)]
    [InlineData("_profile=http://a/p", true)]
    [InlineData("_profile:below=http://a", true)]
    [InlineData("_lastUpdated=ge2024-03-01", true)]
    [InlineData("_lastUpdated=gt2024-03-01", false)]
    public void A_resource_matches_what_the_query_says(string query, bool matches)
    {
        var result = SearchQuery.Parse("Observation", SearchQuery.SplitUrlQuery(query));
        Assert.True(result.IsValid, string.Join("; ", result.Errors));
        Assert.Equal(matches, SearchMatcher.Matches(result.Query, Observation.Root));
    }

    [Fact]
    public void A_resource_of_another_type_never_matches() =>
        Assert.False(SearchMatcher.Matches(SearchQuery.Parse("Patient", []).Query!, Observation.Root));

    [Fact]
    public void Every_value_that_is_extracted_is_found_by_asking_for_it()
    {
        var asked = 0;
        foreach (var (file, resource) in RealResources.In("fhir-r4-examples/hl7"))
        {
            var sink = new AskingSink();
            SearchIndexer.Extract(resource, sink);
            foreach (var (name, value) in sink.Queries)
            {
                var result = SearchQuery.Parse(resource.TypeName, [new(name, value)]);
                Assert.True(result.IsValid, $"{file}: {name}={value} {string.Join("; ", result.Errors)}");
                Assert.True(SearchMatcher.Matches(result.Query, resource.Root), $"{file}: {name}={value}");
                asked++;
            }
        }

        Assert.True(asked > 2000);
    }

    /// <summary>Writes each value as the query that asks for it.</summary>
    private sealed class AskingSink : SearchSink
    {
        public HashSet<(string Name, string Value)> Queries { get; } = [];

        public override void Token(SearchParameter parameter, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
        {
            Queries.Add((parameter.Code, $"{Text(system)}|{Text(code)}"));
            if (!code.IsEmpty)
            {
                Queries.Add((parameter.Code, Text(code)));
            }
        }

        public override void Reference(SearchParameter parameter, ReadOnlySpan<byte> reference)
        {
            // What is contained has no address to ask for.
            if (!reference.StartsWith("#"u8))
            {
                Queries.Add((parameter.Code, Text(reference)));
            }
        }

        public override void Date(SearchParameter parameter, long lowUnixMs, long highUnixMs)
        {
            if (lowUnixMs > long.MinValue)
            {
                Queries.Add((parameter.Code, "ap" + DateTimeOffset.FromUnixTimeMilliseconds(lowUnixMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'")));
            }
        }

        public override void String(SearchParameter parameter, ReadOnlySpan<byte> text)
        {
            Queries.Add((parameter.Code, Text(text)));
            Queries.Add((parameter.Code + ":exact", Text(text)));
        }

        public override void Quantity(
            SearchParameter parameter, decimal value, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ReadOnlySpan<byte> unit)
        {
            Queries.Add((parameter.Code, $"{value}|{Text(system)}|{Text(code)}"));
            Queries.Add((parameter.Code, $"le{value}||{Text(unit)}"));
        }

        public override void Number(SearchParameter parameter, decimal value) => Queries.Add((parameter.Code, $"{value}"));

        public override void Uri(SearchParameter parameter, ReadOnlySpan<byte> uri) => Queries.Add((parameter.Code, Text(uri)));

        private static string Text(ReadOnlySpan<byte> utf8) =>
            System.Text.Encoding.UTF8.GetString(utf8).Replace("\\", "\\\\").Replace(",", "\\,").Replace("|", "\\|").Replace("$", "\\$");
    }
}
