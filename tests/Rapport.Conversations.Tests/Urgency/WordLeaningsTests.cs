using FsCheck;
using FsCheck.Fluent;

namespace Rapport.Conversations.Tests.Urgency;

/// <summary>How words lean is counted in the messages, and neither a slip of the pen nor a long letter hides what is urgent.</summary>
public sealed class WordLeaningsTests
{
    private const string Some = "lean 3\n  any   ill so_ill\nlean -2\n  any   form please_send\n";

    /// <summary>With RAPPORT_WRITE_LEANINGS the file is written anew instead (tools/count-leanings).</summary>
    [Fact]
    public void TheFileIsWhatIsCountedInTheMessagesThatMayBeRead()
    {
        var counted = LeaningsCount.FileOf(UrgentMessages.Tune);
        if (Environment.GetEnvironmentVariable("RAPPORT_WRITE_LEANINGS") is { Length: > 0 } path)
        {
            File.WriteAllText(path, counted);
            return;
        }

        Assert.Equal(counted, UrgentWords.TextOf("leanings").ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("hello", 0)]
    [InlineData("ill", 3)]
    [InlineData("so ill", 6)]
    [InlineData("Please send the FORM", -4)]
    [InlineData("so ill, so ill, so ill", WordLeanings.Most)]
    [InlineData("form form form form form", -WordLeanings.Most)]
    public void EachWordAndEachPairLeansUpToTheMost(string text, int leans) => Assert.Equal(leans, Of(text));

    [Fact]
    public void WhatIsUrgentIsNotHiddenByALongLetter()
    {
        var letter = string.Join(' ', Enumerable.Repeat("please send the form", 100));
        Assert.Equal(-WordLeanings.Most, Of(letter));
        var more = string.Join(' ', Enumerable.Repeat("and", WordLeanings.Stretch));
        Assert.Equal(6, Of($"{letter} {more} so ill {more} {letter}"));
    }

    [Fact]
    public void NoTextLeansMoreThanTheMost() =>
        Prop.ForAll<string?>(static text => Math.Abs(Of(text ?? "")) <= WordLeanings.Most).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("any   ill")]
    [InlineData("  any   ill")]
    [InlineData("lean 0\n  any   ill")]
    [InlineData("lean 10\n  any   ill")]
    [InlineData("lean x\n  any   ill")]
    [InlineData("leen 2\n  any   ill")]
    [InlineData("lean 2\n  any")]
    [InlineData("lean 2\n  any   ill ill")]
    [InlineData("lean 2\n  any   so_very_ill")]
    [InlineData("lean 2\n  any   so_")]
    [InlineData("lean 2\n  any   ill\nlean 1\n  any   ill")]
    public void AnythingElseFails(string wrong) => Assert.Throws<FormatException>(() => WordLeanings.Parse(wrong));

    [Fact]
    public void WhatMeansSomethingElseLeansNowhere() =>
        Assert.Equal(3, WordLeanings.Parse(Some).Of(MessageTokens.Of("ill ill"), [true, false]));

    private static int Of(string text)
    {
        var tokens = MessageTokens.Of(text);
        return WordLeanings.Parse(Some).Of(tokens, new bool[tokens.Count]);
    }
}
