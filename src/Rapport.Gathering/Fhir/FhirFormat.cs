using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>FHIR R4 JSON: a bundle of any kind that carries resources, one resource, or newline-delimited resources as bulk exports give them.</summary>
internal sealed class FhirFormat : ISourceFormat
{
    /// <summary>The most elements of one resource, or of a small bundle.</summary>
    internal const int MostElements = 1_000_000;

    /// <summary>The longest first line by which a long file is told to be one of lines.</summary>
    private const int MostFirstLine = 1024 * 1024;

    public string Name => "fhir";

    public bool Recognises(SourceHead head) => head.Start.StartsWith('{') && head.Start.Contains("\"resourceType\"", StringComparison.Ordinal);

    public void Read(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        if (content.Length > harvest.Limits.EntryByEntryFrom && (LargeBundle.TryRead(content, harvest, cancel) || TryReadLines(content, harvest, cancel)))
        {
            return;
        }

        if (content.Length > harvest.Limits.MaxBytes)
        {
            harvest.Refuse("too-long", "", $"the input has {content.Length} bytes, at most {harvest.Limits.MaxBytes} are read: split it into smaller bundles");
            return;
        }

        Read(content.ReadAll(harvest.Limits.MaxBytes), harvest, cancel);
    }

    /// <summary>Reads JSON that is in memory.</summary>
    internal static void Read(ReadOnlyMemory<byte> content, Harvest harvest, CancellationToken cancel)
    {
        if (content.Span.StartsWith("\uFEFF"u8))
        {
            content = content[3..];
        }

        if (EndOfFirstLine(content.Span) is > 0 and var end && IsResource(content[..end].Span) && !content[end..].Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            ReadLines(content, harvest, cancel);
            return;
        }

        var parsed = Resource.Parse(content, new CheckOptions { MaxBytes = harvest.Limits.MaxBytes, MaxElements = MostElements });
        harvest.Advance(content.Length);
        if (parsed.Resource is not { } resource)
        {
            if (FhirVersions.Guess(content) is { } version)
            {
                harvest.Refuse("not-supported", version.Location, version.Text);
            }

            foreach (var issue in parsed.Issues)
            {
                harvest.Refuse(issue);
            }

            return;
        }

        harvest.AddFhir(resource, parsed.Issues);
    }

    /// <summary>Where the first line ends when it is one whole JSON object by its braces' look; 0 when not.</summary>
    private static int EndOfFirstLine(ReadOnlySpan<byte> content)
    {
        var end = content.IndexOf((byte)'\n');
        return end > 0 && content[..end].TrimEnd(" \t\r"u8) is [(byte)'{', .., (byte)'}'] ? end : 0;
    }

    private static bool IsResource(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new System.Text.Json.Utf8JsonReader(line);
            return reader.Read() && reader.TrySkip();
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private static void ReadLines(ReadOnlyMemory<byte> content, Harvest harvest, CancellationToken cancel)
    {
        long number = 0;
        while (!content.IsEmpty)
        {
            cancel.ThrowIfCancellationRequested();
            var end = content.Span.IndexOf((byte)'\n');
            ReadLine(end < 0 ? content : content[..end], ++number, harvest);
            content = end < 0 ? default : content[(end + 1)..];
        }
    }

    /// <summary>Reads a long file of lines line by line; false when it is none.</summary>
    private static bool TryReadLines(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        using var stream = content.Open();
        var lines = new LineWalk(stream, Math.Min(LargeBundle.MostOfOne, harvest.Limits.MaxBytes));
        if (!lines.TryFirst(MostFirstLine, out var first) || first.Span.TrimEnd(" \t\r"u8) is not [(byte)'{', .., (byte)'}'] || !IsResource(first.Span))
        {
            return false;
        }

        long number = 0;
        ReadLine(first, ++number, harvest);
        while (lines.Next(out var line))
        {
            cancel.ThrowIfCancellationRequested();
            ReadLine(line, ++number, harvest);
        }

        return true;
    }

    private static void ReadLine(ReadOnlyMemory<byte> line, long number, Harvest harvest)
    {
        harvest.Advance(line.Length + 1);
        if (line.Span.Trim(" \t\r"u8).IsEmpty)
        {
            return;
        }

        var parsed = Resource.Parse(line, new CheckOptions { MaxElements = MostElements });
        if (parsed.Resource is not { } resource)
        {
            harvest.Damaged($"line {number}", $"{parsed.Issues[0].Location}: {parsed.Issues[0].Text}");
        }
        else if (resource.TypeName == "Bundle")
        {
            harvest.AddFhir(resource, parsed.Issues, number);
        }
        else
        {
            harvest.AddFhir(null, resource, resource.TypeName, number);
        }
    }
}
