namespace Rapport.Fhir;

/// <summary>
/// A compiled FHIRPath expression (HL7 FHIRPath 2.0.0, with the functions that FHIR R4 adds). Immutable, thread safe.
/// </summary>
internal sealed class PathExpression
{
    private PathExpression(string text, PathNode root)
    {
        Text = text;
        Root = root;
    }

    /// <summary>The text it was compiled from.</summary>
    public string Text { get; }

    public PathNode Root { get; }

    /// <summary>Compiles an expression of this program's own.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static PathExpression Compile(string text) =>
        TryCompile(text, out var expression, out var error) ? expression : throw new FormatException($"`{text}`: {error}");

    /// <summary>Compiles an expression that may be wrong.</summary>
    public static bool TryCompile(
        string text,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PathExpression? expression,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out PathSyntaxError? error)
    {
        try
        {
            expression = new(text, PathParser.Parse(text));
            error = null;
            return true;
        }
        catch (PathSyntaxException e)
        {
            expression = null;
            error = e.Error;
            return false;
        }
    }

    /// <summary>The parts of the expression that <c>|</c> joins at its top: <c>Patient.name | Person.name</c> has two.</summary>
    public IEnumerable<PathNode> Alternatives() => Alternatives(Root);

    /// <summary>Evaluates with an element as <c>$this</c>, <c>%context</c> and, with its resource, <c>%resource</c>.</summary>
    public IReadOnlyList<PathValue> Evaluate(Element element)
    {
        var results = new List<PathValue>();
        new PathEvaluator(element).Run(Root, results);
        return results;
    }

    public override string ToString() => Text;

    private static IEnumerable<PathNode> Alternatives(PathNode node) =>
        node is PathUnion union ? Alternatives(union.Left).Concat(Alternatives(union.Right)) : [node];
}
