namespace Rapport.Conversations.Tests.Urgency;

/// <summary>The lists of words are well formed: a slip of the pen fails here and cannot silence a sign.</summary>
public sealed class UrgentWordsFileTests
{
    private const string Calm = """

        calm not -3
          why   a
          any   no
        calm else
          why   a
          any   blood_test
        calm but
          why   a
          any   but
        calm now
          why   a
          any   now
        calm past -3
          why   a
          any   years_ago
        calm family
          why   a
          any   my_uncle
        minus thanks -4
          why   a
          any   thanks
        """;

    [Theory]
    [InlineData("en")]
    [InlineData("es")]
    public void TheListsOfEachLanguageAreWellFormed(string language)
    {
        var file = UrgentWordsFile.Parse(UrgentWords.TextOf(language));
        var signs = file.Entries.Where(static entry => entry.Class.Role == WordRole.Sign);
        Assert.All(Enum.GetValues<UrgentKind>(), kind => Assert.Contains(signs, sign => sign.Class.Kind == kind));
    }

    [Fact]
    public void EachLanguageHasTheSameClassesWithTheSameWeights() => Assert.Equal(ClassesOf("en"), ClassesOf("es"));

    [Theory]
    [InlineData("en")]
    [InlineData("es")]
    public void WhatIsCalmAloneNeverAsks(string language)
    {
        var calm = UrgentWordsFile.Parse(UrgentWords.TextOf(language)).Entries
            .Where(static entry => entry.Class.Role is not (WordRole.Sign or WordRole.Now or WordRole.But));
        foreach (var (@class, phrases) in calm)
        {
            Assert.All(phrases, phrase => Assert.True(UrgentGuard.Look(Said(phrase)) is null, $"{@class.Name}: {phrase}"));
        }
    }

    [Fact]
    public void AListThatIsWellFormedIsRead() =>
        Assert.Equal(8, UrgentWordsFile.Parse("sign one 3 body plain\n  why   a\n  any   pain* very_bad lips+blue 38.*" + Calm).Entries.Count);

    [Theory]
    [InlineData("sign one 3 body\n  why   a\n")]
    [InlineData("sign one 3 body\n  any   pain\n")]
    [InlineData("sign one 3 body\n  why   a\n  any\n")]
    [InlineData("sign one 3 soul\n  why   a\n  any   pain\n")]
    [InlineData("sign one -3 body\n  why   a\n  any   pain\n")]
    [InlineData("sign one 99 body\n  why   a\n  any   pain\n")]
    [InlineData("minus one 3\n  why   a\n  any   pain\n")]
    [InlineData("sing one 3 body\n  why   a\n  any   pain\n")]
    [InlineData("sign one 3 body\n  why   a\n  some   pain\n")]
    [InlineData("sign one 3 body\n  why   a\n  any   pain pain\n")]
    [InlineData("sign one 3 body\n  why   a\n  any   Pain\n")]
    [InlineData("sign one 3 body\n  why   a\n  any   corazón\n")]
    [InlineData("sign one 3 body\n  why   a\n  any   very__bad\n")]
    [InlineData("sign one 3 body\n  why   a\n  any   p*ain\n")]
    [InlineData("sign one 3 body\n  why   a\n  any   very+\n")]
    [InlineData("sign one 3 body plainly\n  why   a\n  any   pain\n")]
    [InlineData("sign one 3 body plain context\n  why   a\n  any   pain\n")]
    [InlineData("sign one 3 body\n  why   a\n  any   *\n")]
    [InlineData("sign one 3 body\n  why   a\n  any   pain\nsign one 3 body\n  why   a\n  any   ache\n")]
    public void AnythingElseFails(string wrong) => Assert.Throws<FormatException>(() => UrgentWordsFile.Parse(wrong + Calm));

    [Fact]
    public void CalmWordsMayNotLack() =>
        Assert.Throws<FormatException>(() => UrgentWordsFile.Parse("sign one 3 body\n  why   a\n  any   pain\n"));

    private static string Said(string phrase) =>
        phrase.Replace('_', ' ').Replace("*", "", StringComparison.Ordinal).Replace('#', '3');

    private static IEnumerable<WordClass> ClassesOf(string language) =>
        UrgentWordsFile.Parse(UrgentWords.TextOf(language)).Entries.Select(static entry => entry.Class).OrderBy(static one => one.Name);
}
