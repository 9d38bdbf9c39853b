using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>One series for one month: what becomes one entry.</summary>
/// <param name="Metric">What is measured.</param>
/// <param name="Device">What measured it, by the name that the source gives it; empty when it does not say.</param>
/// <param name="Month">Months since the year 0, by the clock on the wall: <c>year × 12 + month − 1</c>.</param>
internal readonly record struct SeriesKey(Metric Metric, string Device, int Month)
{
    /// <summary>Where a point goes.</summary>
    internal static SeriesKey Of(Metric metric, string device, in SeriesPoint point)
    {
        var day = DateTimeOffset.FromUnixTimeMilliseconds(point.Start + (point.OffsetMinutes * 60_000L));
        return new SeriesKey(metric, device, (day.Year * 12) + day.Month - 1);
    }

    // Metrics differ by name; hashing all that they say of themselves would be slow.
    public override int GetHashCode() => HashCode.Combine(Metric.Name, Device, Month);
}

/// <summary>
/// The dense measurements of a source, by metric, device and month. Points are packed while they come in, so that years of them take little memory.
/// Not thread safe.
/// </summary>
internal sealed class SeriesHarvest(long maxPoints)
{
    /// <summary>Points held unpacked before all are packed.</summary>
    private const int MostLoose = 500_000;

    /// <summary>The most months of series: each becomes an entry.</summary>
    private const int MostMonths = 100_000;

    private const int MostConversions = 20;

    private const int Slots = 64;

    private const int FirstLength = 16;

    private readonly Dictionary<string, SortedSet<string>> _conversions = [];
    private readonly Dictionary<SeriesKey, Month> _months = [];
    private readonly Dictionary<SeriesKey, IReadOnlyList<Element>> _labels = [];
    private readonly Dictionary<(Metric Metric, string Device), Lane> _lanes = [];

    // Points of a few series come by turns: each is looked for in a slot of its own first, by what it is and not by what it says.
    private readonly Lane?[] _slots = new Lane[Slots];
    private int _loose;

    // Those that are not taken among them: reading them takes as long.
    private long _seen;

    /// <summary>Points taken.</summary>
    internal long Count { get; private set; }

    /// <summary>Points taken, by the metric's name.</summary>
    internal IReadOnlyDictionary<string, long> Counts => _lanes.Values.GroupBy(lane => lane.Metric.Name).ToDictionary(lanes => lanes.Key, lanes => lanes.Sum(lane => lane.Count));

    /// <summary>What there is, in an order that does not depend on that of the source.</summary>
    internal IEnumerable<SeriesKey> Keys => _months.Keys.OrderBy(key => key.Metric.Name, StringComparer.Ordinal).ThenBy(key => key.Device, StringComparer.Ordinal).ThenBy(key => key.Month);

    /// <summary>Takes a point, in the metric's own unit.</summary>
    /// <returns>Whether it was taken: false when it is implausible (see <see cref="Metric.IsPlausible"/>) or its time is none a living person can have.</returns>
    /// <exception cref="InvalidDataException">There are more points than are read.</exception>
    internal bool Add(Metric metric, string device, in SeriesPoint point)
    {
        var local = point.Start + (point.OffsetMinutes * 60_000L);
        if (++_seen > maxPoints)
        {
            throw TooMuch.Of($"the source has more than the {maxPoints} measurements that are read at once: split it");
        }

        if (!metric.IsPlausible(point.Value) || local is < -2_208_988_800_000 or > 4_102_444_800_000 || point.Duration < 0)
        {
            return false;
        }

        Count++;
        var lane = LaneOf(metric, device);
        if (lane.Month is not { } month || local < month.From || local >= month.To)
        {
            lane.Month = month = MonthOf(metric, device, local);
        }

        month.Add(point);
        lane.Count++;
        if (++_loose >= MostLoose)
        {
            foreach (var each in _months.Values)
            {
                each.Pack();
            }

            _loose = 0;
        }

        return true;
    }

    private Lane LaneOf(Metric metric, string device)
    {
        ref var slot = ref _slots[(RuntimeHelpers.GetHashCode(metric) + (RuntimeHelpers.GetHashCode(device) * 31)) & (Slots - 1)];
        if (slot is { } known && ReferenceEquals(known.Metric, metric) && ReferenceEquals(known.Device, device))
        {
            return known;
        }

        ref var lane = ref CollectionsMarshal.GetValueRefOrAddDefault(_lanes, (metric, device), out _);
        return slot = lane ??= new Lane(metric, device);
    }

    private Month MonthOf(Metric metric, string device, long local)
    {
        var day = DateTimeOffset.FromUnixTimeMilliseconds(local);
        ref var month = ref CollectionsMarshal.GetValueRefOrAddDefault(_months, new SeriesKey(metric, device, (day.Year * 12) + day.Month - 1), out _);
        var first = new DateTimeOffset(day.Year, day.Month, 1, 0, 0, 0, TimeSpan.Zero);
        return month ??= _months.Count <= MostMonths
            ? new Month(first.ToUnixTimeMilliseconds(), first.AddMonths(1).ToUnixTimeMilliseconds())
            : throw TooMuch.Of($"the source has more than the {MostMonths} months of series that are read at once: split it");
    }

    /// <summary>Says how values of a metric were converted to its unit, in a sentence.</summary>
    internal void Converted(Metric metric, string sentence)
    {
        ref var sentences = ref CollectionsMarshal.GetValueRefOrAddDefault(_conversions, metric.Name, out _);
        if ((sentences ??= new SortedSet<string>(StringComparer.Ordinal)).Count < MostConversions)
        {
            sentences.Add(sentence);
        }
    }

    /// <summary>How values of a metric were converted to its unit; empty when they came in it.</summary>
    internal IReadOnlyList<string> ConversionsOf(Metric metric) => _conversions.TryGetValue(metric.Name, out var sentences) ? [.. sentences] : [];

    /// <summary>Says that a month came with security labels, which its entry must carry.</summary>
    internal void Mark(in SeriesKey key, IReadOnlyList<Element> labels)
    {
        if (labels.Count > 0)
        {
            _labels[key] = [.. LabelsOf(key), .. labels];
        }
    }

    /// <summary>The security labels that a month came with.</summary>
    internal IReadOnlyList<Element> LabelsOf(in SeriesKey key) => _labels.TryGetValue(key, out var labels) ? labels : [];

    /// <summary>The points of one series and month, in order, each once.</summary>
    internal SeriesPoint[] PointsOf(in SeriesKey key) => _months[key].Points();

    /// <summary>One series, and the month to which its last point went: the next one mostly goes there too.</summary>
    private sealed class Lane(Metric metric, string device)
    {
        internal Metric Metric => metric;

        internal string Device => device;

        internal Month? Month { get; set; }

        internal long Count { get; set; }
    }

    /// <param name="from">When it begins, by the clock on the wall, in milliseconds.</param>
    /// <param name="to">When the next one begins.</param>
    private sealed class Month(long from, long to)
    {
        private readonly List<ReadOnlyMemory<byte>> _packed = [];
        private SeriesPoint[] _loose = [];
        private int _count;
        private long _held;
        private long _repackAt = 2 * MostLoose;

        internal long From => from;

        internal long To => to;

        internal void Add(in SeriesPoint point)
        {
            if (_count > 0 && _loose[_count - 1].CompareTo(point) == 0)
            {
                return;
            }

            if (_count == _loose.Length)
            {
                Grow();
            }

            _loose[_count++] = point;
        }

        internal void Pack()
        {
            if (_count > 0)
            {
                var points = _loose.AsSpan(0, _count);
                points.Sort();
                var distinct = SeriesMerge.Distinct(points);
                _packed.AddRange(SeriesParts.Pack(points[..distinct]));
                _held += distinct;
                Return();
                (_loose, _count) = ([], 0);
                if (_held > _repackAt)
                {
                    Repack();
                }
            }
        }

        internal SeriesPoint[] Points()
        {
            List<SeriesPoint> all = [.. _packed.SelectMany(part => SeriesParts.ReadPoints(part.Span)), .. _loose.AsSpan(0, _count)];
            all.Sort();
            return SeriesMerge.Distinct(all);
        }

        /// <summary>Points that come again later are packed apart: each is held once from time to time, the less often the more there are.</summary>
        private void Repack()
        {
            var points = Points();
            _packed.Clear();
            _packed.AddRange(SeriesParts.Pack(points));
            _held = points.Length;
            _repackAt = Math.Max(2 * MostLoose, 2 * _held);
        }

        /// <summary>Borrowed, since many months grow and are packed again and again.</summary>
        private void Grow()
        {
            var larger = ArrayPool<SeriesPoint>.Shared.Rent(Math.Max(FirstLength, _count * 2));
            _loose.AsSpan(0, _count).CopyTo(larger);
            Return();
            _loose = larger;
        }

        /// <summary>Cleared: borrowed arrays go to whoever borrows next.</summary>
        private void Return()
        {
            if (_loose.Length > 0)
            {
                _loose.AsSpan(0, _count).Clear();
                ArrayPool<SeriesPoint>.Shared.Return(_loose);
            }
        }
    }
}

/// <summary>Points of several sources as one series.</summary>
internal static class SeriesMerge
{
    /// <summary>Each point once, of points that are in order.</summary>
    internal static SeriesPoint[] Distinct(List<SeriesPoint> ordered)
    {
        var points = CollectionsMarshal.AsSpan(ordered);
        return points[..Distinct(points)].ToArray();
    }

    /// <summary>Brings each point once to the front, of points that are in order.</summary>
    /// <returns>How many there are.</returns>
    internal static int Distinct(Span<SeriesPoint> ordered)
    {
        var length = 0;
        foreach (ref readonly var point in ordered)
        {
            if (length == 0 || ordered[length - 1].CompareTo(point) != 0)
            {
                ordered[length++] = point;
            }
        }

        return length;
    }

    /// <summary>What either has, in order, each once.</summary>
    internal static SeriesPoint[] Union(SeriesPoint[] left, SeriesPoint[] right)
    {
        List<SeriesPoint> all = [.. left, .. right];
        all.Sort();
        return Distinct(all);
    }
}
