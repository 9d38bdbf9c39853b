using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>What of a batch the record and what waits beside it do not have yet.</summary>
internal sealed class DeviceNews
{
    private readonly Dictionary<SeriesKey, SeriesPoint[]> _points = [];
    private int _entries;

    /// <summary>New points of series.</summary>
    internal IReadOnlyDictionary<SeriesKey, SeriesPoint[]> Points => _points;

    /// <summary>How much is new.</summary>
    internal int Count => _entries + _points.Values.Sum(points => points.Length);

    /// <summary>How much is there already.</summary>
    internal int Known { get; private set; }

    /// <summary>Whether something new has no entry that stands for it: a measurement of its own, or the first of a month.</summary>
    internal bool NeedsEntry { get; private set; }

    internal static async Task<DeviceNews> OfAsync(OwnAccess own, Harvest harvest, WaitingPoints waiting, CancellationToken cancel)
    {
        var news = new DeviceNews();
        await own.GatherAsync(
            new SourceDescription("device", ""),
            async view =>
            {
                news = new DeviceNews();
                await news.LookAsync(view, harvest, waiting, cancel);
                return new GatheringPlan([]);
            },
            cancel);
        return news;
    }

    private async Task LookAsync(GatheringView view, Harvest harvest, WaitingPoints waiting, CancellationToken cancel)
    {
        foreach (var key in harvest.Series.Keys)
        {
            var points = harvest.Series.PointsOf(key);
            var known = view.FindOrigin(SeriesPlan.OriginOf(key)) is { Local: not null, IsWithdrawn: false } entry ? entry : (KnownEntry?)null;
            HashSet<SeriesPoint> there = [.. waiting.Of(key), .. known is { } month ? await ReadAsync(view, month, points, cancel) : []];
            SeriesPoint[] more = [.. points.Where(point => !there.Contains(point))];
            Known += points.Length - more.Length;
            if (more.Length > 0)
            {
                _points[key] = more;
                NeedsEntry |= known is null;
            }
        }

        foreach (var entry in harvest.Entries)
        {
            var isKnown = entry.FullUrl is { } url && view.FindOrigin(Origins.OfAbsolute(url)) is { IsWithdrawn: false };
            Known += isKnown ? 1 : 0;
            _entries += isKnown ? 0 : 1;
        }

        NeedsEntry |= _entries > 0;
    }

    /// <summary>The points of a month that could be these: mostly none is read, for what a device sends is later than all it sent before.</summary>
    private static async Task<List<SeriesPoint>> ReadAsync(GatheringView view, KnownEntry month, SeriesPoint[] points, CancellationToken cancel)
    {
        var head = SeriesParts.ReadHead((await view.ReadPartAsync(month, 0, cancel)).Plain.Span);
        List<SeriesPoint> there = [];
        for (var chunk = 0; chunk < head.Chunks.Count; chunk++)
        {
            if (points[0].Start <= head.Chunks[chunk].End && points[^1].Start >= head.Chunks[chunk].Start)
            {
                there.AddRange(SeriesParts.ReadPoints((await view.ReadPartAsync(month, chunk + 1, cancel)).Plain.Span));
            }
        }

        return there;
    }
}
