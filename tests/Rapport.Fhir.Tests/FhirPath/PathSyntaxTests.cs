namespace Rapport.Fhir.Tests;

public sealed class PathSyntaxTests
{
    [Theory]
    [InlineData("", 0, "expected a value or a path, found the end")]
    [InlineData("Patient.", 8, "expected a name, found the end")]
    [InlineData("Patient.name[0", 14, "expected `]`, found the end")]
    [InlineData("(a | b", 6, "expected `)`, found the end")]
    [InlineData("a b", 2, "expected an operator, found `b`")]
    [InlineData("a.shout()", 2, "unknown function `shout`")]
    [InlineData("a.extension()", 2, "`extension` takes one argument, not 0")]
    [InlineData("a.exists(b, c)", 2, "`exists` takes 0 to 1 arguments, not 2")]
    [InlineData("a as Quantify", 5, "unknown type `Quantify`")]
    [InlineData("Patience.name", 0, "unknown type `Patience`")]
    [InlineData("a = 'b", 4, "the text that starts with `'` does not end")]
    [InlineData("a = '\\x'", 5, "unknown escape `\\x`")]
    [InlineData("a ? b", 2, "unexpected character `?`")]
    [InlineData("a /* b", 2, "a comment does not end")]
    [InlineData("@2020-13", 0, "`@2020-13` is no date or time")]
    [InlineData("$total", 0, "unknown variable `$total`")]
    [InlineData("%nothing", 0, "unknown constant `%nothing`")]
    [InlineData("a is", 4, "expected a type, found the end")]
    public void Says_what_is_wrong_and_where(string text, int position, string message)
    {
        Assert.False(PathExpression.TryCompile(text, out _, out var error));
        Assert.Equal((position, message), (error.Position, error.Text));
    }

    [Fact]
    public void Refuses_hostile_nesting()
    {
        Assert.False(PathExpression.TryCompile(new string('(', 100_000), out _, out var error));
        Assert.Equal("the expression is nested too deeply", error.Text);
    }

    [Fact]
    public void Compiles_the_expression_of_every_search_parameter()
    {
        Assert.True(SearchParameters.All().Count > 1300);
        var empty = SearchParameters.All().Where(p => p.Paths.Values.All(nodes => nodes.Length == 0)).Select(p => p.Code);
        Assert.Equal(["_content", "_query", "_text"], empty.Order());
    }

    [Fact]
    public void Every_search_parameter_has_a_path_for_each_of_its_types()
    {
        var without = SearchParameters.All()
            .Where(p => p.Paths.Values.Any(nodes => nodes.Length > 0))
            .SelectMany(p => p.Paths.Where(pair => pair.Value.Length == 0).Select(pair => $"{p.Name} of {pair.Key}"));
        Assert.Empty(without);
    }

    [Fact]
    public void Every_name_in_a_search_parameter_is_that_of_an_element()
    {
        var unknown = SearchParameters.All()
            .SelectMany(p => p.Paths.Values.SelectMany(nodes => nodes).SelectMany(Members))
            .Where(member => member.Id.Value == 0)
            .Select(member => member.Name)
            .Distinct();
        Assert.Empty(unknown);
    }

    private static IEnumerable<PathMember> Members(PathNode node) => node switch
    {
        PathMember member => Members(member.Source).Append(member),
        PathOfType cast => Members(cast.Source),
        PathWhere where => Members(where.Source),
        PathIndexer indexer => Members(indexer.Source),
        PathCall call => Members(call.Source),
        _ => [],
    };
}
