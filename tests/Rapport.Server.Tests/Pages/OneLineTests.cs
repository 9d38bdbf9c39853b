using Rapport.Server.Pages;

namespace Rapport.Server.Tests.Pages;

public sealed class OneLineTests
{
    [Theory]
    [InlineData("It was  found\r\nin time ", "It was found in time")]
    [InlineData("a\u202Eb\u200Bc\u3164d", "a b c d")]
    [InlineData("माया \u200Dक्ष", "माया \u200Dक्ष")]
    public void WhatIsNotSeenBecomesASpace(string typed, string line) => Assert.Equal(line, OneLine.Of(typed));

    [Theory]
    [InlineData("\u200D")]
    [InlineData(" \u200C \u200D\n")]
    public void JoinersThatJoinNothingAreNoText(string typed) => Assert.Equal("", OneLine.Of(typed));
}
