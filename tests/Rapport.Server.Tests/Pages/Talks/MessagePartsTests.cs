using Rapport.Server.Pages.Conversations;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>What in a message can be followed.</summary>
public sealed class MessagePartsTests
{
    [Theory]
    [InlineData("see https://example.org.", "see |[https://example.org]|.")]
    [InlineData("(https://example.org/a_(b)) and HTTP://EXAMPLE.org/?q=1&r=2!", "(|[https://example.org/a_(b)]|) and |[HTTP://EXAMPLE.org/?q=1&r=2]|!")]
    [InlineData("javascript:alert(1) ftp://example.org data:text/html,x www.example.org", "javascript:alert(1) ftp://example.org data:text/html,x www.example.org")]
    [InlineData("https://harbour.example@evil.example/x", "https://harbour.example@evil.example/x")]
    [InlineData("https:// http://", "https:// http://")]
    [InlineData("«https://example.org/ñ»", "«|[https://example.org/ñ]|»")]
    [InlineData("a\nhttps://example.org\nb", "a\n|[https://example.org]|\nb")]
    [InlineData("xhttps://example.org", "xhttps://example.org")]
    [InlineData("", "")]
    public void Only_whole_addresses_of_the_web_can_be_followed(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', MessageParts.Of(text).Select(static part => part.Href is null ? part.Text : $"[{part.Text}]")));

    [Fact]
    public void All_of_a_text_is_there_in_its_order()
    {
        const string text = "one https://a.example two https://b.example, three";
        Assert.Equal(text, string.Concat(MessageParts.Of(text).Select(static part => part.Text)));
    }
}
