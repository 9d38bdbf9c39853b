using System.Text;

namespace Rapport.Fhir.Tests.Checking;

/// <summary>The formats of primitive types, each as the value of an extension.</summary>
public sealed class PrimitiveTests
{
    [Theory]
    [InlineData("Boolean", "true", "false")]
    [InlineData("Integer", "0", "-1", "2147483647", "-2147483648")]
    [InlineData("PositiveInt", "1", "2147483647")]
    [InlineData("UnsignedInt", "0", "2147483647")]
    [InlineData("Decimal", "0", "-0", "1.00", "-1.5e-10", "1E+3", "123456789012345678901234567890.123456789")]
    [InlineData("String", "\" \"", "\"a\\nb\"", "\"\u00e4\"")]
    [InlineData("Code", "\"a\"", "\"a b\"", "\"a-b_c\"")]
    [InlineData("Id", "\"a\"", "\"A-1.b\"", "\"1234567890123456789012345678901234567890123456789012345678901234\"")]
    [InlineData("Uri", "\"urn:x\"", "\"http://a/b?c#d\"", "\"x\"")]
    [InlineData("Url", "\"mailto:a@b\"")]
    [InlineData("Canonical", "\"http://a/b|1.0\"")]
    [InlineData("Oid", "\"urn:oid:1.2\"", "\"urn:oid:2.16.840.1.113883.0\"")]
    [InlineData("Uuid", "\"urn:uuid:c757873d-ec9a-4326-a141-556f43239520\"")]
    [InlineData("Base64Binary", "\"YQ==\"", "\"YWJj\"", "\"YW Jj\"")]
    [InlineData("Date", "\"2001\"", "\"2001-02\"", "\"2000-02-29\"", "\"0001-01-01\"", "\"9999-12-31\"")]
    [InlineData("DateTime", "\"2001\"", "\"2001-12\"", "\"2001-12-31\"", "\"2015-02-07T13:28:17-05:00\"", "\"2015-02-07T13:28:17.239Z\"", "\"2016-12-31T23:59:60Z\"", "\"2015-02-07T13:28:17+14:00\"")]
    [InlineData("Instant", "\"2015-02-07T13:28:17.239+02:00\"", "\"2015-02-07T13:28:17Z\"")]
    [InlineData("Time", "\"00:00:00\"", "\"23:59:59.123456\"")]
    public void Values_of_a_type_as_FHIR_defines_it_are_taken(string type, params string[] values) => Assert.All(values, value => Assert.Empty(Check(type, value)));

    [Theory]
    [InlineData("Integer", "1.0", "1e3", "2147483648", "-2147483649")]
    [InlineData("PositiveInt", "0", "-1")]
    [InlineData("UnsignedInt", "-1", "-0", "2147483648")]
    [InlineData("Code", "\" a\"", "\"a \"", "\"a  b\"", "\"a\\tb \"")]
    [InlineData("Id", "\"a_b\"", "\"a b\"", "\"\u00e4\"", "\"12345678901234567890123456789012345678901234567890123456789012345\"")]
    [InlineData("Uri", "\"a b\"", "\"a\\tb\"")]
    [InlineData("Url", "\" a\"")]
    [InlineData("Canonical", "\"a \"")]
    [InlineData("Oid", "\"1.2.3\"", "\"urn:oid:3.1\"", "\"urn:oid:1\"", "\"urn:oid:1.\"", "\"urn:oid:1..2\"", "\"urn:oid:1.02\"", "\"urn:oid:1.x\"")]
    [InlineData("Uuid", "\"c757873d-ec9a-4326-a141-556f43239520\"", "\"urn:uuid:C757873D-EC9A-4326-A141-556F43239520\"", "\"urn:uuid:c757873dec9a4326a141556f43239520\"")]
    [InlineData("Base64Binary", "\"YQ\"", "\"Y\"", "\"YQ=\"", "\"Y!==\"")]
    [InlineData("Date", "\"201\"", "\"2001-1\"", "\"2001-13\"", "\"2001-00\"", "\"2001-02-29\"", "\"1900-02-29\"", "\"2001-04-31\"", "\"0000\"", "\"2001-02-03T00:00:00Z\"", "\"2001-02-3\"", "\"2001/02/03\"", "\"20010203\"", "\" 2001\"")]
    [InlineData("DateTime", "\"2001-02-03T04:05\"", "\"2001-02-03T04:05:06\"", "\"2001-02-03T24:00:00Z\"", "\"2001-02-03T04:60:00Z\"", "\"2001-02-03T04:05:61Z\"", "\"2001-02-03T04:05:06.Z\"", "\"2001-02-03 04:05:06Z\"", "\"2001-02-03T04:05:06z\"", "\"2001-02-03T04:05:06+15:00\"", "\"2001-02-03T04:05:06+14:01\"", "\"2001-02T04:05:06Z\"", "\"2001-02-30T04:05:06Z\"", "\"2001-02-03T\"")]
    [InlineData("Instant", "\"2001\"", "\"2001-02-03\"", "\"2001-02-03T04:05:06\"")]
    [InlineData("Time", "\"24:00:00\"", "\"12:00\"", "\"12:00:00Z\"", "\"12:00:00.\"", "\"12-00-00\"")]
    public void Values_that_a_type_does_not_have_are_told_with_their_place(string type, params string[] values) => Assert.All(values, value =>
    {
        var issue = Assert.Single(Check(type, value));
        Assert.Equal(("value", $"Basic.extension[0].value{type}"), (issue.Code, issue.Location));
    });

    [Theory]
    [InlineData("Boolean", "\"true\"", "1")]
    [InlineData("Integer", "\"1\"", "true")]
    [InlineData("Decimal", "\"1.0\"")]
    [InlineData("String", "1", "true")]
    [InlineData("Date", "2001")]
    public void Refuses_the_wrong_kind_of_json(string type, params string[] values) =>
        Assert.All(values, value => Assert.Equal("structure", Assert.Single(Check(type, value)).Code));

    [Fact]
    public void Refuses_strings_over_one_mebibyte()
    {
        Assert.Empty(Check("String", '"' + new string('x', 1024 * 1024) + '"'));
        Assert.Equal("too-long", Assert.Single(Check("String", '"' + new string('x', (1024 * 1024) + 1) + '"')).Code);
        Assert.Empty(Check("Base64Binary", '"' + new string('A', 2 * 1024 * 1024) + '"'));
    }

    [Fact]
    public void The_id_of_a_resource_is_checked_as_an_id() =>
        Assert.Equal("Basic.id", Assert.Single(Resource.Parse("""{"resourceType":"Basic","id":"a_b","code":{"text":"x"}}"""u8.ToArray()).Issues).Location);

    private static IReadOnlyList<CheckIssue> Check(string type, string value) =>
        Resource.Parse(Encoding.UTF8.GetBytes($$"""{"resourceType":"Basic","code":{"text":"x"},"extension":[{"url":"u","value{{type}}":{{value}}}]}""")).Issues;
}
