using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>
/// Data points of Open mHealth and IEEE 1752.1: one, a list, one on each line, or what a gateway for wearables gives, which is a list under <c>body</c>.
/// </summary>
internal sealed class OmhFormat : ISourceFormat
{
    public string Name => "open-mhealth";

    public bool Recognises(SourceHead head) =>
        head.IsJson && !head.Start.Contains("\"resourceType\"", StringComparison.Ordinal)
        && (head.Start.Contains("\"effective_time_frame\"", StringComparison.Ordinal)
            || (head.Start.Contains("\"schema_id\"", StringComparison.Ordinal) && head.Start.Contains("\"header\"", StringComparison.Ordinal)));

    public void Read(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        if (content.Length > harvest.Limits.MaxBytes)
        {
            harvest.Refuse("too-long", "", $"the input has {content.Length} bytes, at most {harvest.Limits.MaxBytes} are read: split it");
            return;
        }

        ReadOnlyMemory<byte> bytes = content.ReadAll(harvest.Limits.MaxBytes);
        bytes = bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        var reading = new OmhReading(harvest);
        if (SafeJson.Parse(bytes, out var end) is { } document)
        {
            using (document)
            {
                ReadRoot(document.RootElement, reading, cancel);
            }
        }
        else if (bytes.Span.TrimEnd("\r\n \t"u8).Contains((byte)'\n') && !IsStructure(FirstLine(bytes)))
        {
            ReadLines(bytes, harvest, reading, cancel);
        }
        else
        {
            harvest.Refuse("structure", end > 0 ? $"line {end}" : "", "this is no well-formed JSON: it may be cut off or damaged, or names a property twice");
        }

        harvest.Advance(content.Length);
    }

    private static void ReadRoot(JsonElement root, OmhReading reading, CancellationToken cancel)
    {
        var (points, path) = root.ValueKind == JsonValueKind.Array ? (root, "") : root.Child("body") is { ValueKind: JsonValueKind.Array } body ? (body, "body") : (default, "");
        if (points.ValueKind != JsonValueKind.Array)
        {
            reading.Take(root, "", null, isAlone: true);
            return;
        }

        var index = 0;
        foreach (var point in points.EnumerateArray())
        {
            cancel.ThrowIfCancellationRequested();
            reading.Take(point, $"{path}[{index++}]", null, isAlone: false);
        }
    }

    private static void ReadLines(ReadOnlyMemory<byte> bytes, Harvest harvest, OmhReading reading, CancellationToken cancel)
    {
        for (long number = 1; !bytes.IsEmpty; number++)
        {
            cancel.ThrowIfCancellationRequested();
            var line = FirstLine(bytes);
            bytes = bytes[Math.Min(bytes.Length, line.Length + 1)..];
            if (line.Span.Trim(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            using var document = SafeJson.Parse(line, out _);
            if (document is null)
            {
                harvest.Damaged($"line {number}", "this line is no well-formed JSON");
            }
            else
            {
                reading.Take(document.RootElement, "", number, isAlone: false);
            }
        }
    }

    private static ReadOnlyMemory<byte> FirstLine(ReadOnlyMemory<byte> bytes) => bytes.Span.IndexOf((byte)'\n') is >= 0 and var end ? bytes[..end] : bytes;

    /// <summary>Whether a line is only a part of an object, so that lines are no units.</summary>
    private static bool IsStructure(ReadOnlyMemory<byte> line)
    {
        using var document = SafeJson.Parse(line, out _);
        return document is null;
    }
}
