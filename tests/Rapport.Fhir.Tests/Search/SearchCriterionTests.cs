using System.Text;

namespace Rapport.Fhir.Tests;

/// <summary>Each prefix and modifier against stored values.</summary>
public sealed class SearchCriterionTests
{
    [Theory]
    [InlineData("eq", "exact within")]
    [InlineData("ne", "before touching-before over-start around over-end touching-after after")]
    [InlineData("gt", "around over-end touching-after after")]
    [InlineData("lt", "before touching-before over-start around")]
    [InlineData("ge", "exact within around over-end touching-after after")]
    [InlineData("le", "before touching-before over-start exact within around")]
    [InlineData("sa", "touching-after after")]
    [InlineData("eb", "before touching-before")]
    [InlineData("ap", "over-start exact within around over-end")]
    public void Dates_compare_as_spans(string prefix, string matching)
    {
        (string Name, int Low, int High)[] stored =
        [
            ("before", 1, 5), ("touching-before", 5, 10), ("over-start", 5, 15), ("exact", 10, 20), ("within", 12, 15), ("around", 5, 25),
            ("over-end", 15, 25), ("touching-after", 20, 25), ("after", 25, 30),
        ];
        var value = new DateValue(PrefixOf(prefix), new(10, 20));
        Assert.Equal(matching, string.Join(' ', stored.Where(s => value.Matches(s.Low, s.High)).Select(s => s.Name)));
    }

    [Theory]
    [InlineData("eq", "within")]
    [InlineData("gt", "open-start-to-after from-within from-after always")]
    [InlineData("lt", "until-before open-start-to-after always")]
    [InlineData("sa", "from-after")]
    [InlineData("eb", "until-before")]
    public void Open_ends_reach_to_the_end_of_time(string prefix, string matching)
    {
        (string Name, long Low, long High)[] stored =
        [
            ("until-before", long.MinValue, 5), ("open-start-to-after", long.MinValue, 25), ("within", 12, 15), ("from-within", 15, long.MaxValue),
            ("from-after", 25, long.MaxValue), ("always", long.MinValue, long.MaxValue),
        ];
        var value = new DateValue(PrefixOf(prefix), new(10, 20));
        Assert.Equal(matching, string.Join(' ', stored.Where(s => value.Matches(s.Low, s.High)).Select(s => s.Name)));
    }

    [Theory]
    [InlineData("5.4", "5.35 5.4 5.449")]
    [InlineData("eq5.4", "5.35 5.4 5.449")]
    [InlineData("ne5.4", "0 5 5.45 5.9 6 10")]
    [InlineData("5.40", "5.4")]
    [InlineData("5", "5 5.35 5.4 5.449 5.45")]
    [InlineData("gt5.4", "5.449 5.45 5.9 6 10")]
    [InlineData("sa5.4", "5.449 5.45 5.9 6 10")]
    [InlineData("ge5.4", "5.4 5.449 5.45 5.9 6 10")]
    [InlineData("lt5.4", "0 5 5.35")]
    [InlineData("eb5.4", "0 5 5.35")]
    [InlineData("le5.4", "0 5 5.35 5.4")]
    [InlineData("ap5.4", "5 5.35 5.4 5.449 5.45 5.9")]
    [InlineData("1e1", "5 5.35 5.4 5.449 5.45 5.9 6 10")]
    [InlineData("-0", "0")]
    [InlineData("ap0", "0")]
    [InlineData("0.0000000000000000000000000000", "0")]
    public void Numbers_compare_at_the_precision_of_the_query(string query, string matching)
    {
        decimal[] stored = [0m, 5m, 5.35m, 5.4m, 5.449m, 5.45m, 5.9m, 6m, 10m];
        var criterion = One<NumberCriterion>("RiskAssessment", "probability", query);
        Assert.Equal(matching, string.Join(' ', stored.Where(criterion.Matches)));
    }

    [Theory]
    [InlineData("5.4", true)]
    [InlineData("5.4|http://unitsofmeasure.org|mg", true)]
    [InlineData("5.4|http://unitsofmeasure.org|", true)]
    [InlineData("5.4|http://unitsofmeasure.org|g", false)]
    [InlineData("5.4|urn:other|mg", false)]
    [InlineData("5.4||mg", true)]
    [InlineData("5.4||milligram", true)]
    [InlineData("5.4||Milligram", false)]
    [InlineData("gt5.4||mg", false)]
    [InlineData("le5.4||mg", true)]
    public void Quantities_compare_value_and_unit(string query, bool matches) =>
        Assert.Equal(matches, One<QuantityCriterion>("Observation", "value-quantity", query)
            .Matches(5.4m, "http://unitsofmeasure.org"u8, "mg"u8, "milligram"u8));

    [Theory]
    [InlineData("family", "alc", "Alcántar", true)]
    [InlineData("family", "ALCÁN", "Alcántar", true)]
    [InlineData("family", "cantar", "Alcántar", false)]
    [InlineData("family:contains", "canTar", "Alcántar", true)]
    [InlineData("family:exact", "Alcántar", "Alcántar", true)]
    [InlineData("family:exact", "Alcantar", "Alcántar", false)]
    [InlineData("family:exact", "Alcánt", "Alcántar", false)]
    [InlineData("family", "obrien", "O'Brien", true)]
    [InlineData("family", "smith  jones", "Smith-Jones", true)]
    [InlineData("family", "strasse", "Straße", true)]
    [InlineData("family", "Łódź", "lodz", true)]
    [InlineData("family", "e\u0301", "É", true)]
    [InlineData("family", "παπας", "Παπάς", true)]
    public void Texts_compare_without_case_and_accents(string parameter, string query, string stored, bool matches)
    {
        var criterion = One<StringCriterion>("Patient", parameter, query);
        Assert.Equal(matches, criterion.Matches(Encoding.UTF8.GetBytes(stored)));
        if (criterion.Match != StringMatch.Exact)
        {
            Assert.Equal(matches, criterion.MatchesFolded(SearchText.Fold(stored)));
        }
    }

    [Theory]
    [InlineData("final", "", "final", true)]
    [InlineData("FINAL", "", "final", true)]
    [InlineData("8480-6", "http://loinc.org", "8480-6", true)]
    [InlineData("http://loinc.org|8480-6", "http://loinc.org", "8480-6", true)]
    [InlineData("http://loinc.org|8480-6", "", "8480-6", false)]
    [InlineData("http://loinc.org|", "http://loinc.org", "8480-6", true)]
    [InlineData("http://snomed.info/sct|", "http://loinc.org", "8480-6", false)]
    [InlineData("|8480-6", "http://loinc.org", "8480-6", false)]
    [InlineData("|8480-6", "", "8480-6", true)]
    [InlineData("a,8480-6", "http://loinc.org", "8480-6", true)]
    [InlineData("a\\,8480-6", "", "a,8480-6", true)]
    [InlineData("a\\|b", "", "a|b", true)]
    [InlineData("a\\\\b", "", "a\\b", true)]
    public void Tokens_compare_system_and_code(string query, string system, string code, bool matches) =>
        Assert.Equal(matches, One<TokenCriterion>("Observation", "code", query).Matches(Encoding.UTF8.GetBytes(system), Encoding.UTF8.GetBytes(code)));

    [Fact]
    public void Ids_and_identifiers_differ_by_case()
    {
        Assert.False(One<TokenCriterion>("Observation", "_id", "a1").Matches([], "A1"u8));
        Assert.False(One<TokenCriterion>("Observation", "identifier", "a1").Matches([], "A1"u8));
    }

    [Theory]
    [InlineData("subject", "Patient/1", "Patient/1", true)]
    [InlineData("subject", "1", "Patient/1", true)]
    [InlineData("subject", "1", "Group/1", true)]
    [InlineData("subject:Patient", "1", "Group/1", false)]
    [InlineData("subject:Patient", "1", "Patient/1", true)]
    [InlineData("subject", "Patient/1", "Patient/12", false)]
    [InlineData("subject", "Patient/1", "Patient/1/_history/3", true)]
    [InlineData("subject", "Patient/1/_history/3", "Patient/1/_history/3", true)]
    [InlineData("subject", "Patient/1/_history/2", "Patient/1/_history/3", false)]
    [InlineData("subject", "http://mine.org/fhir/Patient/1", "Patient/1", true)]
    [InlineData("subject", "http://other.org/fhir/Patient/1", "Patient/1", false)]
    [InlineData("subject", "http://other.org/fhir/Patient/1", "http://other.org/fhir/Patient/1", true)]
    [InlineData("subject", "Patient/1", "http://other.org/fhir/Patient/1", false)]
    [InlineData("subject", "urn:uuid:7", "urn:uuid:7", true)]
    public void References_compare_type_id_and_version(string parameter, string query, string stored, bool matches) =>
        Assert.Equal(matches, One<ReferenceCriterion>("Observation", parameter, query).Matches(Encoding.UTF8.GetBytes(stored)));

    [Theory]
    [InlineData("http://a/q", "http://a/q", true)]
    [InlineData("http://a/q", "http://a/q|2", true)]
    [InlineData("http://a/q|2", "http://a/q|2", true)]
    [InlineData("http://a/q|2", "http://a/q|3", false)]
    [InlineData("http://a/q|2", "http://a/q", false)]
    public void Canonicals_compare_with_or_without_version(string query, string stored, bool matches) =>
        Assert.Equal(matches, One<ReferenceCriterion>("CarePlan", "instantiates-canonical", query).Matches(Encoding.UTF8.GetBytes(stored)));

    [Theory]
    [InlineData("url", "http://a/b", "http://a/b", true)]
    [InlineData("url", "http://a/b", "http://a/B", false)]
    [InlineData("url", "http://a/b", "http://a/b/c", false)]
    [InlineData("url:below", "http://a/b", "http://a/b/c", true)]
    [InlineData("url:below", "http://a/b", "http://a/bc", false)]
    [InlineData("url:below", "http://a/", "http://a/bc", true)]
    [InlineData("url:above", "http://a/b/c", "http://a/b", true)]
    [InlineData("url:above", "http://a/b", "http://a/b/c", false)]
    public void Uris_compare_byte_for_byte(string parameter, string query, string stored, bool matches) =>
        Assert.Equal(matches, One<UriCriterion>("ValueSet", parameter, query).Matches(Encoding.UTF8.GetBytes(stored)));

    private static T One<T>(string type, string parameter, string value)
        where T : SearchCriterion
    {
        var result = SearchQuery.Parse(type, [new(parameter, value)], new() { BaseUrl = "http://mine.org/fhir" });
        Assert.True(result.IsValid, string.Join("; ", result.Errors.Select(e => e.Text)));
        return Assert.IsType<T>(Assert.Single(result.Query.Criteria));
    }

    private static SearchPrefix PrefixOf(string prefix) => (SearchPrefix)Array.IndexOf((string[])["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"], prefix);
}
