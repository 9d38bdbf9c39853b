using System.Text;

namespace Rapport.People.Tests;

public sealed class TotpTests
{
    private static readonly byte[] s_secret = Encoding.ASCII.GetBytes("12345678901234567890");

    /// <summary>RFC 6238, appendix B, the SHA-1 rows: their eight digits end in our six.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Assert.Equal(code, Totp.Code(s_secret, Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Fact]
    public void A_code_is_taken_one_step_early_or_late_and_never_one_at_or_before_the_last()
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        long step = Totp.StepOf(now);
        for (var away = -3; away <= 3; away++)
        {
            Assert.Equal(Math.Abs(away) <= 1 ? step + away : null, Totp.Match(s_secret, Totp.Code(s_secret, step + away), now, 0));
        }

        Assert.Null(Totp.Match(s_secret, Totp.Code(s_secret, step), now, step));
        Assert.Null(Totp.Match(s_secret, Totp.Code(s_secret, step - 1), now, step));
        Assert.Equal(step + 1, Totp.Match(s_secret, Totp.Code(s_secret, step + 1), now, step));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00000")]
    [InlineData("٠٠٠٠٠٠")]
    public void What_is_no_code_is_none(string code) => Assert.Null(Totp.Match(s_secret, code, DateTimeOffset.UnixEpoch, 0));

    /// <summary>RFC 4648, section 10, without the padding.</summary>
    [Theory]
    [InlineData("fooba", "MZXW 6YTB")]
    [InlineData("12345678901234567890", "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")]
    public void Secrets_are_written_in_base_32(string secret, string text) => Assert.Equal(text, Totp.ToText(Encoding.ASCII.GetBytes(secret)));
}
