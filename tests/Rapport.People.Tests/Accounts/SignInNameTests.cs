namespace Rapport.People.Tests;

public sealed class SignInNameTests
{
    [Theory]
    [InlineData("maya", "maya")]
    [InlineData("  Dr-Lee\t", "dr-lee")]
    [InlineData("MAYA.Ortiz+test@Example.ORG", "maya.ortiz+test@example.org")]
    [InlineData("ｍａｙａ＿１", "maya_1")]
    [InlineData("ＭＡＹＡ", "maya")]
    [InlineData("2nd", "2nd")]
    public void A_name_has_one_form(string typed, string expected)
    {
        Assert.Equal(expected, SignInName.Normalize(typed, out string? problem));
        Assert.Null(problem);
        Assert.Equal(expected, SignInName.Normalize(expected, out _));
    }

    [Theory]
    [InlineData("", "a sign-in name has 2 to 64 characters")]
    [InlineData(" m ", "a sign-in name has 2 to 64 characters")]
    [InlineData("mаya", "a sign-in name cannot have `а`: use the letters a to z, digits and `.` `-` `_` `@` `+`")] // the first a is Cyrillic
    [InlineData("mayä", "a sign-in name cannot have `ä`: use the letters a to z, digits and `.` `-` `_` `@` `+`")]
    [InlineData("maya/ortiz", "a sign-in name cannot have `/`: use the letters a to z, digits and `.` `-` `_` `@` `+`")]
    [InlineData("maya\u0000", "a sign-in name cannot have such a character: use the letters a to z, digits and `.` `-` `_` `@` `+`")]
    [InlineData("maya🔑", "a sign-in name cannot have such a character: use the letters a to z, digits and `.` `-` `_` `@` `+`")]
    [InlineData("ſam", "a sign-in name cannot have `ſ`: use the letters a to z, digits and `.` `-` `_` `@` `+`")] // long s, an s in capitals
    [InlineData("\u212Aim", "a sign-in name cannot have `\u212A`: use the letters a to z, digits and `.` `-` `_` `@` `+`")] // the Kelvin sign, a k in lower case
    [InlineData("-maya", "a sign-in name begins with a letter or a digit, not with `-`")]
    [InlineData("@maya", "a sign-in name begins with a letter or a digit, not with `@`")]
    public void What_is_no_name_is_refused_with_the_reason(string typed, string expected)
    {
        Assert.Null(SignInName.Normalize(typed, out string? problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void A_name_has_64_characters_at_most()
    {
        Assert.NotNull(SignInName.Normalize(new string('x', 64), out _));
        Assert.Null(SignInName.Normalize(new string('x', 65), out _));
    }

    [Fact]
    public void No_character_beyond_the_allowed_ones_gets_in()
    {
        for (int c = 0; c <= char.MaxValue; c++)
        {
            if (SignInName.Normalize($"a{(char)c}b", out _) is { } name)
            {
                Assert.Matches("^[a-z0-9.@_+-]{2,64}$", name);
            }
        }
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(3, 5)]
    [InlineData(4, 6)]
    [InlineData(1000, 9)]
    public void Where_many_share_a_first_name_its_digits_become_more(int attempt, int digits) =>
        Assert.Matches($"^maya-[0-9]{{{digits}}}$", SignInName.Propose("Maya Ortiz", attempt));
}
