namespace Rapport.Language.Tests;

public sealed class TextCutTests
{
    [Theory]
    [InlineData("", 0, "")]
    [InlineData("knee", 0, "")]
    [InlineData("knee", 4, "knee")]
    [InlineData("knee", 3, "kne")]
    [InlineData("👵 is well", 1, "")]
    [InlineData("👵 is well", 2, "👵")]
    [InlineData("ill 👵", 5, "ill ")]
    [InlineData("ill 👵", 6, "ill 👵")]
    public void IsTheBeginning(string text, int most, string cut) => Assert.Equal(cut, text.Cut(most));

    [Theory]
    [InlineData("knee", 4, "knee")]
    [InlineData("knees", 4, "kne…")]
    [InlineData("a knee", 3, "a…")]
    [InlineData("👵👵", 4, "👵👵")]
    [InlineData("👵👵", 3, "👵…")]
    [InlineData("👵👵", 2, "…")]
    [InlineData("👵👵", 1, "…")]
    public void SaysThatThereIsMore(string text, int most, string shortened) => Assert.Equal(shortened, text.Shorten(most));

    [Theory]
    [InlineData("👵👵 a 👵 b👵")]
    [InlineData("a knee, 👵's knee")]
    public void NeverHalvesACharacterNorGrowsTooLong(string text)
    {
        for (var most = 1; most <= text.Length + 1; most++)
        {
            Assert.StartsWith(text.Cut(most), text, StringComparison.Ordinal);
            Assert.InRange(text.Cut(most).Length, Math.Min(most, text.Length) - 1, most);
            Assert.InRange(text.Shorten(most).Length, 1, most);
            Assert.All([text.Cut(most), text.Shorten(most)], static cut => Assert.DoesNotContain('\uFFFD', string.Concat(cut.EnumerateRunes())));
        }
    }
}
