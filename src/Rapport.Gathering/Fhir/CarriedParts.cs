using System.Buffers;
using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// What FHIR carries inside of a resource and what stands beside it here, because it is too large for a row: the bytes of a Binary, and the points of a
/// series in the extension that this server writes (see <see cref="SeriesTable"/>). Stateless.
/// </summary>
internal static class CarriedParts
{
    /// <summary>The property of a Binary that holds its bytes.</summary>
    internal const string Data = "data";

    /// <summary>The bytes that a Binary carries, as parts; null when it carries none.</summary>
    internal static IReadOnlyList<ReadOnlyMemory<byte>>? DocumentOf(Element resource) =>
        resource.TypeName == "Binary" && resource.TryGetChild(Data, out var data) && Decode(data) is { Length: > 0 } bytes ? DocumentParts.Of(bytes) : null;

    /// <summary>
    /// Takes the points that observations of an input carry into the harvest. From then on each such observation is a series: what it says is made anew of
    /// all points of its month.
    /// </summary>
    internal static void TakeSeries(ImportInput input, Harvest harvest)
    {
        Dictionary<int, SeriesKey> series = [];
        foreach (var entry in input.Entries)
        {
            if (entry.Resource is { TypeName: "Observation" } observation && PointsOf(observation) is { } data && SeriesEntry.FindMetric(observation) is { } metric
                && TakePoints(observation, data, metric, entry.Location, harvest) is { } key)
            {
                series[entry.Index] = key;
            }
        }

        input.Series = series;
    }

    private static SeriesKey? TakePoints(Element observation, Element data, Metric metric, string location, Harvest harvest)
    {
        var device = SeriesEntry.DeviceOf(observation);
        HashSet<SeriesKey> keys = [];
        SeriesKey? first = null;
        try
        {
            foreach (var point in Read(data))
            {
                if (!harvest.Series.Add(metric, device, point))
                {
                    harvest.Skip(metric.Name, NotTakenReason.Implausible, location);
                    continue;
                }

                var key = SeriesKey.Of(metric, device, point);
                first ??= key;
                keys.Add(key);
            }
        }
        catch (InvalidDataException e)
        {
            harvest.Damaged(location, e.Message);
        }

        foreach (var key in keys)
        {
            harvest.Series.Mark(key, observation.TryGetChild("meta", out var meta) ? SeriesEntry.LabelsIn(meta) : []);
        }

        return first;
    }

    private static IEnumerable<SeriesPoint> Read(Element data)
    {
        var packed = Decode(data) ?? throw new InvalidDataException("the points are no Base64");
        using var table = new GZipStream(new MemoryStream(packed, writable: false), CompressionMode.Decompress);
        foreach (var point in SeriesTable.Read(table))
        {
            yield return point;
        }
    }

    private static Element? PointsOf(Element observation)
    {
        foreach (var child in observation.Children)
        {
            if (child.Name == "extension" && child.TryGetChild("url", out var url) && url.GetString() == SeriesTable.ExtensionUrl
                && child.TryGetChild("value", out var value) && value.TypeName == "Attachment" && value.TryGetChild(Data, out var data))
            {
                return data;
            }
        }

        return null;
    }

    private static byte[]? Decode(Element data)
    {
        // Mostly nothing in it is escaped; what is long is not copied then.
        var raw = data.RawUtf8;
        var text = raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(data.GetString() ?? "") : raw.Trim((byte)'"');
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, bytes, out _, out var written) == OperationStatus.Done ? bytes[..written] : null;
    }
}
