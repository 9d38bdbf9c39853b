using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Rapport.Fhir.Tests;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData("Alcántar", "alcantar")]
    [InlineData("  Two\t\nwords  ", "two words")]
    [InlineData("O'Brien, J.", "obrien j")]
    [InlineData("Smith-Jones/Lee", "smith jones lee")]
    [InlineData("Æsir Œuvre Þór ß ĳ", "aesir oeuvre thor ss ij")]
    [InlineData("A\u030angstro\u0308m", "angstrom")]
    [InlineData("Việt Nguyễn", "viet nguyen")]
    [InlineData("ΆΝΘΡΩΠΟΣ", "ανθρωποσ")]
    [InlineData("Ёлка Йод", "елка иод")]
    [InlineData("İstanbul Iğdır", "istanbul igdir")]
    [InlineData("東京 — 大阪", "東京 大阪")]
    [InlineData("", "")]
    public void Case_accents_and_signs_are_folded(string text, string folded) => Assert.Equal(folded, Encoding.UTF8.GetString(SearchText.Fold(text)));

    [Fact]
    public void Bytes_that_are_no_text_do_no_harm() => Assert.Equal("a\uFFFDb", Encoding.UTF8.GetString(SearchText.Fold([(byte)'a', 0xFF, (byte)'b'])));

    [Fact]
    public void Folding_twice_is_folding_once() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            var once = SearchText.Fold(text ?? "");
            return SearchText.Fold(once.AsSpan()).AsSpan().SequenceEqual(once);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_letter_folds_to_something_that_stays()
    {
        foreach (var letter in FoldedLetters.All)
        {
            var once = SearchText.Fold(letter.ToString());
            Assert.Equal(once, SearchText.Fold(once.AsSpan()));
            Assert.Equal(once, SearchText.Fold(Rune.ToUpperInvariant(letter).ToString()));
        }
    }
}
