using System.Text;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// Points of a device that are not part of the entries yet, in blocks: a batch goes into the last block, as long as that has room, so that each batch writes little however much waits.
/// </summary>
public sealed class WaitingPoints
{
    /// <summary>Points of a block after which the next one is begun.</summary>
    private const int BlockLength = 1_000;

    private const byte Format = 1;

    private readonly List<LiveBlock> _blocks;
    private readonly Dictionary<SeriesKey, List<SeriesPoint>> _points = [];
    private readonly Dictionary<SeriesKey, List<SeriesPoint>> _last = [];

    private WaitingPoints(IReadOnlyList<LiveBlock> blocks) => _blocks = [.. blocks];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    internal IEnumerable<SeriesKey> Keys => _points.Keys;

    /// <exception cref="InvalidDataException">The blocks were not written by <see cref="With"/>.</exception>
    public static WaitingPoints Read(IReadOnlyList<LiveBlock> blocks)
    {
        var waiting = new WaitingPoints(blocks);
        for (var i = 0; i < blocks.Count; i++)
        {
            waiting.Read(blocks[i].Body, isLast: i == blocks.Count - 1);
        }

        return waiting;
    }

    /// <summary>The points of one metric by one device that wait, in order.</summary>
    /// <param name="metric">Short name of the metric.</param>
    /// <param name="device">By the name it goes by.</param>
    public IReadOnlyList<SeriesPoint> Of(string metric, string device) =>
        [.. _points.Where(series => series.Key.Metric.Name == metric && series.Key.Device == device).SelectMany(series => series.Value).Order()];

    internal IReadOnlyList<SeriesPoint> Of(in SeriesKey key) => _points.TryGetValue(key, out var points) ? points : [];

    /// <summary>The block to write so that these wait too.</summary>
    internal LiveBlock With(IReadOnlyDictionary<SeriesKey, SeriesPoint[]> more)
    {
        var room = _blocks.Count > 0 && _last.Values.Sum(points => points.Count) < BlockLength;
        Dictionary<SeriesKey, List<SeriesPoint>> all = room ? _last.ToDictionary(series => series.Key, series => series.Value.ToList()) : [];
        foreach (var (key, points) in more)
        {
            all[key] = [.. all.GetValueOrDefault(key) ?? [], .. points];
        }

        return new LiveBlock(room ? _blocks[^1].Number : _blocks.Count == 0 ? 0 : _blocks[^1].Number + 1, Write(all));
    }

    private static byte[] Write(Dictionary<SeriesKey, List<SeriesPoint>> all)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(Format);
        writer.Write(all.Count);
        foreach (var (key, points) in all)
        {
            SeriesPoint[] ordered = [.. points.Order()];
            var packed = SeriesParts.Pack(ordered)[0];
            writer.Write(key.Metric.Name);
            writer.Write(key.Device);
            writer.Write(key.Month);
            writer.Write(packed.Length);
            writer.Write(packed.Span);
        }

        writer.Flush();
        return memory.ToArray();
    }

    private void Read(ReadOnlyMemory<byte> block, bool isLast)
    {
        using var reader = new BinaryReader(new MemoryStream(block.ToArray()), Encoding.UTF8);
        if (reader.ReadByte() != Format)
        {
            throw new InvalidDataException("what waits of a device has an unknown format");
        }

        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var (metric, device, month) = (Metrics.ByName[reader.ReadString()], reader.ReadString(), reader.ReadInt32());
            var key = new SeriesKey(metric, device, month);
            var points = SeriesParts.ReadPoints(reader.ReadBytes(reader.ReadInt32()));
            _points[key] = [.. _points.GetValueOrDefault(key) ?? [], .. points];
            Count += points.Length;
            if (isLast)
            {
                _last[key] = [.. points];
            }
        }
    }
}
