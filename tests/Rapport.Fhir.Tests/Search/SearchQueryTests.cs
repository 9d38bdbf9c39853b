namespace Rapport.Fhir.Tests;

public sealed class SearchQueryTests
{
    [Fact]
    public void Takes_criteria_and_result_parameters_apart()
    {
        var query = Parse("Observation", "patient=p1&category=laboratory,vital-signs&date=ge2024&date=lt2025&status:not=entered-in-error"
            + "&_sort=-date,code&_count=20&_total=none&_cursor=abc&_include=Observation:subject:Patient&_revinclude=Provenance:target&_format=json");
        Assert.Equal(["patient", "category", "date", "date", "status"], query.Criteria.Select(c => c.Parameter.Code));
        Assert.Equal(2, ((TokenCriterion)query.Criteria[1]).Values.Count);
        Assert.True(query.Criteria[4].Negated);
        Assert.Equal([("date", true), ("code", false)], query.Sort.Select(s => (s.Parameter.Code, s.Descending)));
        Assert.Equal((20, "abc", SearchTotal.None, false), (query.Count, query.Cursor, query.Total, query.CountOnly));
        Assert.Equal(("Observation", "subject", "Patient", false), query.Includes.Select(i => (i.SourceType, i.Parameter.Code, i.TargetType, i.Iterate)).Single());
        Assert.Equal(("Provenance", "target", (string?)null), query.RevIncludes.Select(i => (i.SourceType, i.Parameter.Code, i.TargetType)).Single());
    }

    [Theory]
    [InlineData("_summary=count", true)]
    [InlineData("_count=0", true)]
    [InlineData("_summary=false", false)]
    public void Knows_when_only_the_total_is_wanted(string query, bool countOnly) => Assert.Equal(countOnly, Parse("Patient", query).CountOnly);

    [Fact]
    public void A_count_over_the_limit_counts_as_the_limit() => Assert.Equal(1000, Parse("Patient", "_count=1000000").Count);

    [Theory]
    [InlineData("birthdate:missing=true", true)]
    [InlineData("birthdate:missing=false", false)]
    public void Missing_is_a_criterion_of_its_own(string query, bool missing) =>
        Assert.Equal(missing, Assert.IsType<MissingCriterion>(Parse("Patient", query).Criteria.Single()).Missing);

    [Theory]
    [InlineData("Patient", "gender=http://hl7.org/fhir/administrative-gender|male", true)]
    [InlineData("Patient", "gender=http://hl7.org/fhir/administrative-gender|masculine", false)]
    [InlineData("Patient", "gender=http://hl7.org/fhir/observation-status|male", false)]
    [InlineData("Patient", "address-use=http://hl7.org/fhir/address-use|home", true)]
    [InlineData("Patient", "active=http://terminology.hl7.org/CodeSystem/special-values|true", true)]
    [InlineData("Observation", "status=http://hl7.org/fhir/observation-status|final", true)]
    [InlineData("Observation", "code=http://loinc.org|1-8", false)]
    public void A_primitive_code_is_found_by_the_system_that_its_element_implies(string type, string query, bool implied)
    {
        var values = ((TokenCriterion)Parse(type, query).Criteria[0]).Values;
        Assert.Equal(implied, values.Any(value => value.System is ""));
    }

    [Fact]
    public void About_a_date_is_a_tenth_of_the_way_from_now()
    {
        var now = new DateTimeOffset(2024, 1, 11, 0, 0, 0, TimeSpan.Zero);
        var result = SearchQuery.Parse("Observation", [new("date", "ap2024-01-01")], new() { Now = now });
        var range = ((DateCriterion)result.Query!.Criteria[0]).Values[0].Range;
        Assert.Equal(TimeSpan.FromDays(1).TotalMilliseconds * 3, range.High - range.Low);
    }

    [Fact]
    public void A_plus_sign_that_became_a_blank_is_still_a_time_zone() =>
        Assert.Single(Parse("Observation", "date=2024-01-01T10:00:00+01:00").Criteria);

    [Theory]
    [InlineData("Observation", "color=red", "not-found", "`Observation` has no search parameter `color`: it has `_id`,*")]
    [InlineData("Observation", "code-value-quantity=a$1", "not-supported", "`code-value-quantity` is a composite parameter, which this server does not search by: use its parts as parameters of their own")]
    [InlineData("Observation", "_content=a", "not-supported", "`_content` is not supported as a search parameter")]
    [InlineData("Observation", "subject.name=a", "not-supported", "chained parameters such as `subject.name` are not supported: search in two steps")]
    [InlineData("Observation", "subject:Patient.name=a", "not-supported", "`:Patient.name` is not supported for `subject`:*")]
    [InlineData("Observation", "_has:Provenance:target:_id=1", "not-supported", "chained parameters such as `_has`*")]
    [InlineData("Observation", "_elements=id", "not-supported", "`_elements` is not supported")]
    [InlineData("Observation", "code:text=a", "not-supported", "`:text` is not supported for `code`: use `:not` or `:missing`")]
    [InlineData("Observation", "subject:Device2=a", "not-supported", "`:Device2` is not supported for `subject`: use `:missing` or one of the types it may refer to: `:Group`*")]
    [InlineData("Observation", "date:exact=2024", "not-supported", "`:exact` is not supported for `date`: use `:missing`")]
    [InlineData("Observation", "date=yesterday", "invalid", "`yesterday` is no date: write `2024`*")]
    [InlineData("Observation", "date=ge", "invalid", "`ge` is no date*")]
    [InlineData("Observation", "value-quantity=five", "invalid", "`five` is no number")]
    [InlineData("Observation", "value-quantity=1e99", "invalid", "`1e99` is no number")]
    [InlineData("Observation", "value-quantity=1|a|b|c", "invalid", "`1|a|b|c` is not of the form `number`*")]
    [InlineData("Observation", "code=", "invalid", "`code` has no value: give one or leave the parameter out")]
    [InlineData("Observation", "code=a,,b", "invalid", "`` is not of the form `code`*")]
    [InlineData("Observation", "code=|", "invalid", "`|` is not of the form `code`*")]
    [InlineData("Observation", "code=a|b|c", "invalid", "`a|b|c` is not of the form `code`*")]
    [InlineData("Observation", "subject=/1", "invalid", "`/1` is no reference: write `id`, `Type/id` or a whole URL")]
    [InlineData("Observation", "subject:Patient=Group/1", "invalid", "`Group/1` is not a reference to `Patient`")]
    [InlineData("Observation", "birthdate:missing=perhaps", "not-found", "`Observation` has no search parameter `birthdate`*")]
    [InlineData("Observation", "date:missing=perhaps", "invalid", "`:missing` must be `true` or `false`, not `perhaps`")]
    [InlineData("Observation", "_sort=color", "not-supported", "cannot sort by `color`: it has `_id`,*")]
    [InlineData("Observation", "_sort=date&_sort=code", "invalid", "`_sort` is given more than once")]
    [InlineData("Observation", "_sort=date,-date", "too-costly", "`_sort` takes at most 6 different keys")]
    [InlineData("Observation", "_sort=date,code,status,category,_lastUpdated,_id,subject", "too-costly", "`_sort` takes at most 6 different keys")]
    [InlineData("Observation", "_count=-1", "invalid", "`_count` must be a whole number from 0 on, not `-1`")]
    [InlineData("Observation", "_total=all", "invalid", "`_total` must be `none`, `estimate` or `accurate`, not `all`")]
    [InlineData("Observation", "_total=2", "invalid", "`_total` must be*")]
    [InlineData("Observation", "_summary=true", "not-supported", "`_summary=true` is not supported: use `count` or `false`")]
    [InlineData("Observation", "_format=xml", "not-supported", "`_format=xml` is not supported: use `json`")]
    [InlineData("Observation", "_include=*", "invalid", "`*` is not of the form `Type:parameter` or `Type:parameter:TargetType`")]
    [InlineData("Observation", "_include=Observation:code", "invalid", "`Observation` has no reference parameter `code` to follow")]
    [InlineData("Observation", "_include=Observation:subject:Account", "invalid", "`subject` of `Observation` never refers to `Account`")]
    [InlineData("Observation", "_include:twice=Observation:subject", "not-supported", "unknown modifier `:twice`: `_include` takes `:iterate` only")]
    [InlineData("Nothing", "code=a", "not-supported", "unknown resource type `Nothing`")]
    public void Says_what_is_wrong(string type, string query, string code, string text)
    {
        var result = SearchQuery.Parse(type, SearchQuery.SplitUrlQuery(query));
        Assert.False(result.IsValid);
        var error = Assert.Single(result.Errors);
        Assert.Equal(code, error.Code);
        Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(text).Replace(@"\*", ".*", StringComparison.Ordinal)}$", error.Text);
    }

    [Fact]
    public void Reports_every_error_at_once() =>
        Assert.Equal(2, SearchQuery.Parse("Observation", SearchQuery.SplitUrlQuery("color=red&date=x&code=a")).Errors.Count);

    [Fact]
    public void Keeps_within_its_limits()
    {
        Assert.Equal("too-costly", Error("Patient", "_id", string.Join(',', Enumerable.Range(0, 300))).Code);
        Assert.Equal("too-long", Error("Patient", "_id", new string('a', 5000)).Code);
        var many = SearchQuery.Parse("Patient", Enumerable.Repeat(KeyValuePair.Create("_id", "a"), 1000));
        Assert.Equal("too-costly", Assert.Single(many.Errors).Code);
    }

    private static SearchError Error(string type, string name, string value) => Assert.Single(SearchQuery.Parse(type, [new(name, value)]).Errors);

    private static SearchQuery Parse(string type, string query)
    {
        var result = SearchQuery.Parse(type, SearchQuery.SplitUrlQuery(query));
        Assert.True(result.IsValid, string.Join("; ", result.Errors.Select(e => e.Text)));
        return result.Query;
    }
}
