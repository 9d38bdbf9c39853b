using System.Text;

namespace Rapport.Language.Tests;

public sealed class InvisibleCharactersTests
{
    /// <summary>Each by what it would do to the words around it.</summary>
    [Theory]
    [InlineData(0x00, "ends a text in some programs")]
    [InlineData(0x09, "moves along")]
    [InlineData(0x0A, "ends a line")]
    [InlineData(0x1B, "commands a terminal")]
    [InlineData(0x7F, "commands a terminal")]
    [InlineData(0x85, "ends a line")]
    [InlineData(0xAD, "shows at the end of a line alone")]
    [InlineData(0x61C, "turns the direction")]
    [InlineData(0x115F, "fills a syllable")]
    [InlineData(0x1160, "fills a syllable")]
    [InlineData(0x17B4, "is a vowel without a sign")]
    [InlineData(0x17B5, "is a vowel without a sign")]
    [InlineData(0x200B, "is a space without width")]
    [InlineData(0x200E, "turns the direction")]
    [InlineData(0x200F, "turns the direction")]
    [InlineData(0x2028, "ends a line")]
    [InlineData(0x2029, "ends a paragraph")]
    [InlineData(0x202E, "turns all that follows")]
    [InlineData(0x2060, "joins words")]
    [InlineData(0x2067, "turns all that follows")]
    [InlineData(0x2800, "is a Braille cell without a dot")]
    [InlineData(0x3164, "fills a syllable")]
    [InlineData(0xFEFF, "is a space without width")]
    [InlineData(0xFFA0, "fills a syllable")]
    [InlineData(0xE0041, "is a letter that only programs see")]
    public void WhatCannotBeSeenOrTurnsTheTextIsFound(int character, string what)
    {
        Assert.True(InvisibleCharacters.Contains(new Rune(character)), what);
        Assert.True(InvisibleCharacters.AreIn($"Maya{new Rune(character)}Ortiz"), what);
        Assert.True(InvisibleCharacters.AreAllOf(new Rune(character).ToString()), what);
    }

    [Theory]
    [InlineData("Maya Ortiz")]
    [InlineData("माया \u200Dक्ष")]
    [InlineData("مایا\u200Cها")]
    [InlineData("🔑 O’Brien-Łukasiewicz, Jr. \uFFFD")]
    [InlineData("e\u0301")]
    public void WhatPeopleWriteIsSeen(string text)
    {
        Assert.False(InvisibleCharacters.AreIn(text));
        Assert.False(InvisibleCharacters.AreAllOf(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \u00A0")]
    [InlineData("\u200D \u200C")]
    [InlineData("\u3164\u200B")]
    public void SpacesAndJoinersAloneLeaveNothingToSee(string text) => Assert.True(InvisibleCharacters.AreAllOf(text));
}
