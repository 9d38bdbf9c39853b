namespace Rapport.People.Tests;

public sealed class CommonPasswordsTests
{
    [Theory]
    [InlineData("password")]
    [InlineData("Password1!")]
    [InlineData("P4$$w0rd2026")]
    [InlineData("qwertyuiop")]
    [InlineData("1qaz2wsx")]
    [InlineData("12345678")]
    [InlineData("87654321")]
    [InlineData("aaaaaaaa")]
    [InlineData("abcabcabc")]
    [InlineData("iloveyou99")]
    [InlineData("Sunshine123!")]
    [InlineData("summerwinter")]
    [InlineData("letmein2026")]
    [InlineData("Liverpool1892")]
    [InlineData("contraseña1")]
    [InlineData("qwertz123456")]
    public void What_programs_guess_first_is_refused(string password) => Assert.NotNull(CommonPasswords.Problem(password));

    [Theory]
    [InlineData("seven purple kettles")]
    [InlineData("correct horse battery staple")]
    [InlineData("demo-maya-Xk83hQ")]
    [InlineData("winter is not a dragon at all")]
    [InlineData("tR7$kq2pLw")]
    [InlineData("una casa junto al rio verde")]
    public void What_they_do_not_is_taken(string password) => Assert.Null(CommonPasswords.Problem(password));

    [Theory]
    [InlineData("mayaortiz", "maya-12345", "Maya Ortiz")]
    [InlineData("Ortiz-Maya-1974", "maya-12345", "Ortiz Maya")]
    [InlineData("maya2026!", "maya", "Maya Ortiz")]
    public void One_s_own_name_is_refused(string password, string signInName, string displayName) =>
        Assert.Contains("name", CommonPasswords.Problem(password, signInName, displayName), StringComparison.Ordinal);

    [Fact]
    public void A_name_within_a_longer_thought_is_taken() => Assert.Null(CommonPasswords.Problem("maya counts blue tractors", "maya", "Maya Ortiz"));
}
