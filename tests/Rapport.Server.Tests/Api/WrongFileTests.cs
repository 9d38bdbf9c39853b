using Rapport.Fhir;
using Rapport.Server.Api;

namespace Rapport.Server.Tests.Api;

/// <summary>What a refused file is said to be.</summary>
public sealed class WrongFileTests
{
    [Theory]
    [InlineData("apple-health", "<?xml version=\"1.0\"?><!DOCTYPE HealthData [", "too-long", "an export of Apple Health, and nothing is wrong with it")]
    [InlineData("apple-health", "PK\u0003\u0004", "too-long", "an export of Apple Health, and nothing is wrong with it")]
    [InlineData("fhir", "{\"resourceType\":\"Bundle\"", "too-long", "a FHIR record, and nothing is wrong with it")]
    [InlineData("apple-health", "<?xml version=\"1.0\"?><!DOCTYPE HealthData [", "structure", "an export of Apple Health, and something in it cannot be read")]
    public void What_it_is_and_why_it_is_not_taken(string format, string begin, string code, string expected) =>
        Assert.Contains(expected, WrongFile.Explain(format, System.Text.Encoding.UTF8.GetBytes(begin), [new CheckIssue(IssueSeverity.Error, code, "", "it is so")]), StringComparison.Ordinal);

    [Fact]
    public void A_photo_that_is_too_large_is_told_by_its_own_words() =>
        Assert.Null(WrongFile.Explain("paper", [0xFF, 0xD8], [new CheckIssue(IssueSeverity.Error, "too-long", "", "make it smaller")]));
}
