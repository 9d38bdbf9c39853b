namespace Rapport.Conversations.Tests.Urgency;

/// <summary>The lists of words are well formed: a slip of the pen fails here and cannot silence a sign.</summary>
public sealed class UrgentWordsFileTests
{
    private const string Calm = """

        calm not -3
          why   a
          any   no
        calm supposed -2
          why   a
          any   what_if
        calm filler
          why   a
          any   the
        calm subject
          why   a
          any   he
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
        calm family -1
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
        var file = UrgentWordsFile.Parse(UrgentWords.TextOf($"words.{language}"));
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
        var calm = UrgentWordsFile.Parse(UrgentWords.TextOf($"words.{language}")).Entries
            .Where(static entry => entry.Class.Role is not (WordRole.Sign or WordRole.Now or WordRole.But or WordRole.Subject));
        foreach (var (@class, phrases) in calm)
        {
            Assert.All(phrases, phrase => Assert.True(UrgentGuard.Look(Said(phrase)) is null, $"{@class.Name}: {phrase}"));
        }
    }

    /// <summary>However calm the words around it: what they lean can silence no plain sign.</summary>
    [Theory]
    [InlineData("en")]
    [InlineData("es")]
    public void APlainSignAloneAsks(string language)
    {
        var words = UrgentWords.ReadAll();
        var plain = UrgentWordsFile.Parse(UrgentWords.TextOf($"words.{language}")).Entries
            .Where(static entry => entry.Class.Force == SignForce.Plain);
        foreach (var (@class, phrases) in plain)
        {
            Assert.All(phrases, phrase => Assert.False(IsSilenced(@class, phrase), $"{@class.Name}: {phrase}"));
        }

        bool IsSilenced(WordClass sign, string phrase) =>
            words.Weigh(MessageTokens.Of(Said(phrase).Replace('+', ' '))) is var weighed && weighed.Signs.Contains(sign) && !weighed.Asks;
    }

    [Fact]
    public void AListThatIsWellFormedIsRead() => Assert.Equal(
        ["pain*", "very_bad", "lips+blue", "38.*"],
        PhrasesOf("sign one 3 body plain\n  why   a\n  any   pain* very_bad lips+blue 38.*"));

    [Fact]
    public void APhraseWithGroupsStandsForAllThatCanBeMadeOfThem() => Assert.Equal(
        ["arm+numb", "arm+gave_way", "leg+numb", "leg+gave_way", "face+numb", "numb+face"],
        PhrasesOf("""
            group limb
              why   a
              any   arm leg
            group fails
              why   a
              any   numb gave_way
            sign one 3 body
              why   a
              any   @limb+@fails face&numb
            """));

    [Theory]
    [InlineData("sign one 3 body\n  why   a\n  any   @limb+numb\ngroup limbs\n  why   a\n  any   arm")]
    [InlineData("group limb\n  why   a\nsign one 3 body\n  why   a\n  any   @limb")]
    [InlineData("group limb\n  why   a\n  any   arm arm\nsign one 3 body\n  why   a\n  any   @limb")]
    [InlineData("group limb\n  why   a\n  any   arm\ngroup limb\n  why   a\n  any   leg\nsign one 3 body\n  why   a\n  any   @limb")]
    [InlineData("group limb\n  why   a\n  any   Arm\nsign one 3 body\n  why   a\n  any   @limb")]
    [InlineData("group li mb\n  why   a\n  any   arm\nsign one 3 body\n  why   a\n  any   arm")]
    [InlineData("sign one 3 body\n  why   a\n  any   arm&leg&face")]
    public void AGroupThatIsNoneFails(string wrong) => Assert.Throws<FormatException>(() => UrgentWordsFile.Parse(wrong + Calm));

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

    private static List<string> PhrasesOf(string text) => UrgentWordsFile.Parse(text + Calm).Entries[0].Phrases;

    private static string Said(string phrase) =>
        phrase.Replace('_', ' ').Replace("*", "", StringComparison.Ordinal).Replace('#', '3');

    private static IEnumerable<WordClass> ClassesOf(string language) =>
        from entry in UrgentWordsFile.Parse(UrgentWords.TextOf($"words.{language}")).Entries
        orderby entry.Class.Name
        select entry.Class;
}
