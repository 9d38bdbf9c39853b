using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Server.Api;

/// <summary>
/// An entry as it leaves whole, with what stands beside it here because it is too large for a row: a document's bytes as <c>Binary.data</c>, the points
/// of a series in an extension (see <see cref="SeriesTable"/>). One part is in memory at a time.
/// </summary>
internal static class WholeEntry
{
    /// <summary>What may wait in memory before it is handed on.</summary>
    private const int FlushAtBytes = 64 * 1024;

    /// <summary>Whether an entry is more than its JSON.</summary>
    public static bool IsMore(RecordAnswer answer, int index) => answer.HasParts(index) && answer.Entries[index].ResourceType is "Binary" or "Observation";

    /// <summary>Writes the resource.</summary>
    /// <exception cref="Data.StorageException">The database failed, perhaps after something was written.</exception>
    public static async Task WriteAsync(RecordAnswer answer, int index, PipeWriter output, CancellationToken cancel)
    {
        var frame = Frame.Of(answer, index);
        output.Write(frame.Before);
        await WriteRestAsync(frame, answer, index, output, cancel);
    }

    /// <summary>Writes the resource as an entry of a bundle.</summary>
    /// <inheritdoc cref="WriteAsync"/>
    public static async Task WriteEntryAsync(
        BundleWriter bundle, string fullUrl, RecordAnswer answer, int index, SearchEntryMode? mode, PipeWriter output, CancellationToken cancel)
    {
        var frame = Frame.Of(answer, index);
        bundle.BeginEntry(fullUrl, frame.Before);
        await WriteRestAsync(frame, answer, index, output, cancel);
        bundle.EndEntry(mode);
    }

    /// <summary>Hands on what waits, when it is much.</summary>
    public static async ValueTask FlushIfFullAsync(PipeWriter output, CancellationToken cancel)
    {
        if (output.UnflushedBytes >= FlushAtBytes)
        {
            await output.FlushAsync(cancel);
        }
    }

    private static async Task WriteRestAsync(Frame frame, RecordAnswer answer, int index, PipeWriter output, CancellationToken cancel)
    {
        await using (var base64 = new Base64Stream(output))
        {
            await (frame.IsSeries ? WritePointsAsync(answer, index, base64, output, cancel) : WriteBytesAsync(answer, index, base64, output, cancel));
        }

        output.Write(frame.After);
    }

    private static async Task WriteBytesAsync(RecordAnswer answer, int index, Stream target, PipeWriter output, CancellationToken cancel)
    {
        var (part, count) = await answer.ReadPartAsync(index, 0, cancel);
        target.Write(part.Span);
        for (var number = 1; number < count; number++)
        {
            await FlushIfFullAsync(output, cancel);
            target.Write((await answer.ReadPartAsync(index, number, cancel)).Plain.Span);
        }
    }

    private static async Task WritePointsAsync(RecordAnswer answer, int index, Stream target, PipeWriter output, CancellationToken cancel)
    {
        await using var packed = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true);
        SeriesTable.WriteHeading(packed);
        var (_, count) = await answer.ReadPartAsync(index, 0, cancel);
        for (var number = 1; number < count; number++)
        {
            await FlushIfFullAsync(output, cancel);
            SeriesTable.Write(SeriesParts.ReadPoints((await answer.ReadPartAsync(index, number, cancel)).Plain.Span), packed);
        }
    }

    /// <summary>The JSON around the Base64 of what stands beside an entry.</summary>
    private sealed record Frame(byte[] Before, byte[] After, bool IsSeries)
    {
        private const string Points = $"{{\"url\":\"{SeriesTable.ExtensionUrl}\",\"valueAttachment\":{{\"contentType\":\"{SeriesTable.PackedType}\",\"title\":\"points.csv.gz\",\"data\":\"";

        public static Frame Of(RecordAnswer answer, int index)
        {
            var body = answer.ReadBody(index);
            return answer.Entries[index].ResourceType == "Binary" ? Around(body, body.Length - 1, ",\"data\":\"", "\"", false)
                : LastExtensionEnd(body) is { } end ? Around(body, end, "," + Points, "\"}}", true)
                : Around(body, body.Length - 1, ",\"extension\":[" + Points, "\"}}]", true);
        }

        private static Frame Around(byte[] body, int at, string before, string after, bool isSeries) =>
            new([.. body.AsSpan(0, at), .. Encoding.UTF8.GetBytes(before)], [.. Encoding.UTF8.GetBytes(after), .. body.AsSpan(at)], isSeries);

        private static int? LastExtensionEnd(byte[] body)
        {
            int? end = null;
            foreach (var child in Resource.Read(body).Root.Children)
            {
                if (child.Name == "extension" && new ReadOnlySpan<byte>(body).Overlaps(child.RawUtf8, out var start))
                {
                    end = start + child.RawUtf8.Length;
                }
            }

            return end;
        }
    }
}
