namespace Rapport.People.Tests;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("Maya Ortiz")]
    [InlineData("माया ‍क्ष")] // with a joiner
    [InlineData("مایا‌ها")] // with a non-joiner
    [InlineData("🔑 O’Brien-Łukasiewicz, Jr. �")]
    public void What_people_write_is_taken(string text)
    {
        Assert.Equal(text, PlainText.Check($"  {text} ", "a name", 100, out string? problem));
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("", "a name has 1 to 10 characters")]
    [InlineData(" \t ", "a name has 1 to 10 characters")]
    [InlineData("12345678901", "a name has 1 to 10 characters")]
    [InlineData("a\nb", "a name cannot have line breaks or characters that do not show")]
    [InlineData("a\u2028b", "a name cannot have line breaks or characters that do not show")]
    [InlineData("a\u202Eb", "a name cannot have line breaks or characters that do not show")]
    [InlineData("a\u200Bb", "a name cannot have line breaks or characters that do not show")]
    [InlineData("a\u0085b", "a name cannot have line breaks or characters that do not show")]
    [InlineData("\u3164", "a name cannot have line breaks or characters that do not show")]
    [InlineData("a\u2800b", "a name cannot have line breaks or characters that do not show")]
    [InlineData("a\U000E0041b", "a name cannot have line breaks or characters that do not show")]
    [InlineData("\u200D", "a name cannot have line breaks or characters that do not show")]
    [InlineData("\u200D \u200C", "a name cannot have line breaks or characters that do not show")]
    [InlineData("a\u007Fb", "a name cannot have line breaks or characters that do not show")]
    public void What_would_not_show_is_refused(string text, string expected)
    {
        Assert.Null(PlainText.Check(text, "a name", 10, out string? problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Half_of_a_pair_is_refused()
    {
        Assert.Null(PlainText.Check("a\uD83Db", "a name", 10, out string? problem));
        Assert.Equal("a name has a broken character", problem);
    }
}
