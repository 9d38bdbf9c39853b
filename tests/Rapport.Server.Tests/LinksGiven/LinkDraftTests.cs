using Rapport.Server.LinksGiven;

namespace Rapport.Server.Tests.LinksGiven;

public sealed class LinkDraftTests
{
    [Theory]
    [InlineData(" For the school nurse ", "For the school nurse")]
    [InlineData("माया \u200Dक्ष", "माया \u200Dक्ष")]
    [InlineData("مایا\u200Cها", "مایا\u200Cها")]
    public void ALabelIsWrittenInAnyScript(string typed, string label) => Assert.Equal(label, LinkDraft.LabelOf(typed));

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    [InlineData("\u200D")]
    [InlineData("\u3164")]
    [InlineData("two\nlines")]
    [InlineData("a\u202Eb")]
    [InlineData("half \uD83D")]
    public void ALabelIsSeenAndOnOneLine(string? typed) => Assert.Null(LinkDraft.LabelOf(typed));

    [Theory]
    [InlineData("blue door", true)]
    [InlineData("azul-ñ", true)]
    [InlineData("abc", false)]
    [InlineData(" blue", false)]
    [InlineData("blue\u200Ddoor", false)]
    [InlineData("blue\u200Bdoor", false)]
    public void APasscodeIsWhatCanBeToldByTelephone(string typed, bool can) => Assert.Equal(can, LinkDraft.IsPasscode(typed));
}
