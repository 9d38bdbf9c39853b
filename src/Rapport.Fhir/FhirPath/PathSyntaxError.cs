namespace Rapport.Fhir;

/// <summary>Why a text is not a FHIRPath expression that this engine can evaluate.</summary>
/// <param name="Position">Where, in characters from the start of the text.</param>
/// <param name="Text">What is wrong: lower case, the offending part in backticks.</param>
internal sealed record PathSyntaxError(int Position, string Text)
{
    public override string ToString() => $"{Text}, at character {Position + 1}";
}

/// <summary>Leaves the recursion of the parser; never leaves <see cref="PathExpression"/>.</summary>
internal sealed class PathSyntaxException(int position, string text) : Exception(text)
{
    public PathSyntaxError Error { get; } = new(position, text);
}
