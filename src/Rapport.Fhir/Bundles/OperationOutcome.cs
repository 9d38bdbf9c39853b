using System.Buffers;

namespace Rapport.Fhir;

/// <summary>Writes OperationOutcome resources.</summary>
public static class OperationOutcome
{
    /// <summary>One error.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="code">A code of FHIR's <c>issue-type</c>.</param>
    /// <param name="text">What is wrong and what to do.</param>
    public static void Write(IBufferWriter<byte> output, string code, string text) =>
        Write(output, [new CheckIssue(IssueSeverity.Error, code, "", text)]);

    /// <summary>The issues in their order; one that says all is well when there are none.</summary>
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<CheckIssue> issues)
    {
    }

    /// <summary>The issues as a resource of its own.</summary>
    public static byte[] Of(IReadOnlyList<CheckIssue> issues)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write(buffer, issues);
        return buffer.WrittenSpan.ToArray();
    }
}
