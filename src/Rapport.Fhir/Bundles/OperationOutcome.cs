using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rapport.Fhir;

/// <summary>Writes OperationOutcome resources. Thread safe.</summary>
public static class OperationOutcome
{
    /// <summary>One error.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="code">A code of FHIR's <c>issue-type</c>.</param>
    /// <param name="text">What is wrong and what to do.</param>
    public static void Write(IBufferWriter<byte> output, string code, string text) =>
        Write(output, [new CheckIssue(IssueSeverity.Error, code, "", text)]);

    /// <summary>The issues in their order; one that says that nothing is wrong when there are none.</summary>
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<CheckIssue> issues)
    {
        using var json = new Utf8JsonWriter(output, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("resourceType"u8, "OperationOutcome"u8);
        json.WriteStartArray("issue"u8);
        foreach (var issue in issues)
        {
            Issue(json, SeverityOf(issue.Severity), issue.Code, issue.Location, issue.Text);
        }

        if (issues.Count == 0)
        {
            Issue(json, "information", "informational", "", "nothing is wrong");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The errors of a query.</summary>
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<SearchError> errors) =>
        Write(output, [.. errors.Select(e => new CheckIssue(IssueSeverity.Error, e.Code, "", e.Text))]);

    /// <summary>The issues as a resource of its own.</summary>
    public static byte[] Of(IReadOnlyList<CheckIssue> issues)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write(buffer, issues);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Issue(Utf8JsonWriter json, string severity, string code, string location, string text)
    {
        json.WriteStartObject();
        json.WriteString("severity"u8, severity);
        json.WriteString("code"u8, code);
        json.WriteStartObject("details"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
        if (location.Length > 0)
        {
            json.WriteStartArray("expression"u8);
            json.WriteStringValue(location);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static string SeverityOf(IssueSeverity severity) => severity switch
    {
        IssueSeverity.Fatal => "fatal",
        IssueSeverity.Warning => "warning",
        _ => "error",
    };
}
