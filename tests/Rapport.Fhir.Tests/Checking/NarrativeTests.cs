using System.Text;

namespace Rapport.Fhir.Tests.Checking;

public sealed class NarrativeTests
{
    private const string Namespace = "xmlns=\"http://www.w3.org/1999/xhtml\"";

    [Theory]
    [InlineData($"<div {Namespace}>x</div>")]
    [InlineData($"<div {Namespace}/>")]
    [InlineData($" <div {Namespace} lang='en'>a<br/>b &amp; &#233; &#xE9; &nbsp; <!-- > & < --> </div> ")]
    [InlineData($"<div {Namespace}><table class=\"grid\"><tr><td colspan=\"2\" style=\"color:red\">x</td></tr></table></div >")]
    [InlineData($"<div {Namespace}><a href=\"https://example.org/?a=1&amp;b=2\">x</a><img src=\"#i\" alt=\"a > b\"/></div>")]
    [InlineData($"<div {Namespace}><td idref=\"x\">x</td></div>")]
    public void Safe_markup_is_taken(string xhtml) => Assert.Null(Narrative.Problem(Encoding.UTF8.GetBytes(xhtml)));

    [Theory]
    [InlineData("", "one `<div>`")]
    [InlineData("x", "one `<div>`")]
    [InlineData($"<p {Namespace}>x</p>", "one `<div>`")]
    [InlineData("<div>x</div>", "xmlns")]
    [InlineData("<div xmlns=\"http://example.org\">x</div>", "xmlns")]
    [InlineData($"<div {Namespace}>x", "not closed")]
    [InlineData($"<div {Namespace}>x</div>y", "after the narrative")]
    [InlineData($"<div {Namespace}>x</div><div {Namespace}>y</div>", "after the narrative")]
    [InlineData($"<div {Namespace}><b><i>x</b></i></div>", "do not match at `</b>`")]
    [InlineData($"<div {Namespace}>x</p></div>", "do not match at `</p>`")]
    [InlineData($"<div {Namespace}><script>x</script></div>", "`<script>` is not allowed")]
    [InlineData($"<div {Namespace}><SCRIPT>x</SCRIPT></div>", "`<SCRIPT>` is not allowed")]
    [InlineData($"<div {Namespace}><iframe src=\"x\"/></div>", "`<iframe>` is not allowed")]
    [InlineData($"<div {Namespace}><form/></div>", "`<form>` is not allowed")]
    [InlineData($"<div {Namespace}><svg:a/></div>", "`<svg:a>` is not allowed")]
    [InlineData($"<div {Namespace}><!DOCTYPE x></div>", "is not allowed")]
    [InlineData($"<div {Namespace}><?php ?></div>", "is not allowed")]
    [InlineData($"<div {Namespace}><![CDATA[x]]></div>", "is not allowed")]
    [InlineData($"<div {Namespace} onclick=\"x()\">x</div>", "`onclick` is not allowed")]
    [InlineData($"<div {Namespace}><a href=\"javascript:x()\">x</a></div>", "must not run a script")]
    [InlineData($"<div {Namespace}><a href=\" Java\tScript:x()\">x</a></div>", "must not run a script")]
    [InlineData($"<div {Namespace}><a href=\"java&#115;cript:x()\">x</a></div>", "must not run a script")]
    [InlineData($"<div {Namespace}><img src='vbscript:x'/></div>", "must not run a script")]
    [InlineData($"<div {Namespace}>a & b</div>", "`&amp;`")]
    [InlineData($"<div {Namespace}>a &b c;</div>", "`&amp;`")]
    [InlineData($"<div {Namespace}>&#x;</div>", "`&amp;`")]
    [InlineData($"<div {Namespace}><td colspan=2>x</td></div>", "must be in quotes")]
    [InlineData($"<div {Namespace}><td nowrap>x</td></div>", "has no value")]
    [InlineData($"<div {Namespace}><td title=\"<\">x</td></div>", "must escape")]
    [InlineData($"<div {Namespace}><td title=\"x>x</td></div>", "does not end")]
    [InlineData($"<div {Namespace}><!-- x </div>", "does not end")]
    [InlineData($"<div {Namespace}", "")]
    [InlineData($"<div {Namespace}><", "")]
    [InlineData($"<div {Namespace}></", "")]
    public void Markup_that_runs_leads_on_or_does_not_close_is_refused(string xhtml, string because) =>
        Assert.Contains(because, Narrative.Problem(Encoding.UTF8.GetBytes(xhtml)), StringComparison.Ordinal);

    [Fact]
    public void Endless_nesting_is_refused() =>
        Assert.NotNull(Narrative.Problem(Encoding.UTF8.GetBytes($"<div {Namespace}>" + string.Concat(Enumerable.Repeat("<b>", 100_000)))));
}
