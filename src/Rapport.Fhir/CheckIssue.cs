namespace Rapport.Fhir;

/// <summary>How bad a <see cref="CheckIssue"/> is, in the words of FHIR's <c>issue-severity</c>.</summary>
public enum IssueSeverity
{
    /// <summary>Nothing further could be read.</summary>
    Fatal,

    /// <summary>The content is not valid R4.</summary>
    Error,

    /// <summary>The content is valid but doubtful. Never makes a <see cref="ParseResult"/> invalid.</summary>
    Warning,
}

/// <summary>One thing that is wrong with a document.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">A code of FHIR's <c>issue-type</c>: <c>structure</c>, <c>required</c>, <c>value</c>, <c>code-invalid</c>, <c>too-long</c> …</param>
/// <param name="Location">Where, as a path of JSON property names such as <c>Observation.component[1].valueQuantity.code</c>;
/// an empty string when the document has no place to point at.</param>
/// <param name="Text">What is wrong and what to do: lower case, the offending input in backticks and cut short.</param>
public sealed record CheckIssue(IssueSeverity Severity, string Code, string Location, string Text);
