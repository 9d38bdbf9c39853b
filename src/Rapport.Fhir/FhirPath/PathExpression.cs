namespace Rapport.Fhir;

internal sealed class PathExpression
{
}
