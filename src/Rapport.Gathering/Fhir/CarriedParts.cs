using System.Buffers;
using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using Rapport.Data;
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
    /// <exception cref="InvalidDataException">They unpack to more than is read.</exception>
    internal static void TakeSeries(ImportInput input, Harvest harvest, CancellationToken cancel)
    {
        Dictionary<int, SeriesKey> series = [];
        var left = harvest.Limits.MaxCarriedBytes;
        foreach (var entry in input.Entries)
        {
            if (entry.Resource is { TypeName: "Observation" } observation && PointsOf(observation) is { } data && SeriesEntry.FindMetric(observation) is { } metric
                && TakePoints(observation, data, metric, entry.Location, harvest, ref left, cancel) is { } key)
            {
                series[entry.Index] = key;
            }
        }

        input.Series = series;
    }

    /// <param name="observation">What carries them.</param>
    /// <param name="data">The points, packed.</param>
    /// <param name="metric">What they measure.</param>
    /// <param name="location">Where they stand.</param>
    /// <param name="harvest">Where they go.</param>
    /// <param name="left">How many bytes more may be unpacked.</param>
    /// <param name="cancel">Gives up.</param>
    private static SeriesKey? TakePoints(Element observation, Element data, Metric metric, string location, Harvest harvest, ref long left, CancellationToken cancel)
    {
        if (Decode(data) is not { } packed)
        {
            harvest.Damaged(location, "the points are no Base64");
            return null;
        }

        var device = SeriesEntry.DeviceOf(observation);
        var most = left;
        HashSet<SeriesKey> keys = [];
        SeriesKey? first = null;
        var implausible = 0;
        using var table = new LimitedStream(
            new GZipStream(new MemoryStream(packed, writable: false), CompressionMode.Decompress), most, $"the points unpack to more than the {harvest.Limits.MaxCarriedBytes} bytes that are read at once: split it");
        try
        {
            foreach (var point in SeriesTable.Read(table))
            {
                cancel.ThrowIfCancellationRequested();
                if (!harvest.Series.Add(metric, device, point))
                {
                    implausible++;
                    continue;
                }

                var key = SeriesKey.Of(metric, device, point);
                first ??= key;
                keys.Add(key);
            }
        }
        catch (InvalidDataException e) when (table.BytesRead <= most)
        {
            harvest.Damaged(location, e.Message);
        }

        left -= table.BytesRead;
        if (implausible > 0)
        {
            harvest.Skip(metric.Name, NotTakenReason.Implausible, location, implausible);
        }

        foreach (var key in keys)
        {
            harvest.Series.Mark(key, observation.TryGetChild("meta", out var meta) ? SeriesEntry.LabelsIn(meta) : []);
        }

        return first;
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
