using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>A day's movement and pulse. Steps and ways are sums since the counting began, for each kind of movement, and become the differences.</summary>
internal sealed class FitMonitoring(FitReading reading)
{
    private const long Running = 1, Walking = 6;
    private const double MillisecondsInMinute = 60_000;

    private static readonly Metric?[] Levels = [null, Metrics.TimeAwake, Metrics.LightSleep, Metrics.DeepSleep, Metrics.RemSleep];

    private readonly Dictionary<(byte Field, long Activity), (double Sum, long At)> _sums = [];
    private uint? _clock;
    private (long At, Metric? Level)? _level;

    internal void Take(in FitMessage message)
    {
        _clock = TimeOf(message) ?? _clock;
        if (FitTime.Milliseconds(_clock) is not { } at)
        {
            reading.Harvest.Skip("monitoring", NotTakenReason.NoTime, $"byte {message.At}");
            return;
        }

        reading.AddPoint(Metrics.HeartRate, at, 0, message.Integer(27) is > 0 and var pulse ? pulse : null, message);
        var activity = ActivityOf(message);
        AddSum(3, activity, at, activity is Running or Walking ? message.Number64(3) : null, Metrics.Steps, message);
        AddSum(2, activity, at, message.Number64(2, 100), activity switch { Running or Walking => Metrics.WalkingDistance, 2 => Metrics.CyclingDistance, 5 => Metrics.SwimmingDistance, _ => Metrics.Distance }, message);
        AddSum(19, activity, at, message.Number64(19), Metrics.ActiveEnergy, message);
        if (activity is not (Running or Walking) && message.Number64(3) > 0)
        {
            reading.Harvest.Skip($"monitoring: cycles of {FitNames.Sport(activity, null).ToLowerInvariant()}", NotTakenReason.UnknownKind, $"byte {message.At}");
        }
    }

    /// <summary>When the counting began: small clocks go on from there.</summary>
    internal void TakeInfo(in FitMessage info) => _clock = info.Time ?? _clock;

    /// <summary>A stage of sleep, which goes on until the next is told.</summary>
    internal void TakeSleep(in FitMessage message)
    {
        if (reading.TimeOf(message) is not { } at || message.Integer(0) is not { } level)
        {
            return;
        }

        EndSleep(at, message);
        _level = (at, level >= 0 && level < Levels.Length ? Levels[level] : null);
        if (_level is { Level: null })
        {
            reading.Harvest.Skip("sleep_level: unmeasurable", NotTakenReason.SaysNothing, $"byte {message.At}");
        }
    }

    /// <summary>A measurement of its own, such as oxygen at night.</summary>
    internal void TakeOne(Metric metric, double? value, in FitMessage message)
    {
        if (reading.TimeOf(message) is { } at)
        {
            reading.AddPoint(metric, at, 0, value, message);
        }
    }

    private void EndSleep(long at, in FitMessage message)
    {
        if (_level is { Level: { } metric } before && at > before.At && at - before.At <= int.MaxValue)
        {
            reading.AddPoint(metric, before.At, (int)(at - before.At), (at - before.At) / MillisecondsInMinute, message);
        }
    }

    private void AddSum(byte field, long activity, long at, double? value, Metric metric, in FitMessage message)
    {
        if (value is not { } sum)
        {
            return;
        }

        // The first sum of a file is what was counted before it when it stands at the file's own beginning, and what was counted since when it comes later.
        var began = FitTime.Milliseconds(reading.Outline.MonitoringSince) ?? at;
        var isKnown = _sums.TryGetValue((field, activity), out var before);
        var (from, since) = isKnown ? (sum >= before.Sum ? before.Sum : 0, before.At) : (at == began ? sum : 0, began);
        _sums[(field, activity)] = (sum, at);
        if (sum > from && at >= since && at - since <= int.MaxValue)
        {
            reading.AddPoint(metric, since, (int)(at - since), sum - from, message);
        }
    }

    private uint? TimeOf(in FitMessage message) =>
        message.Time is { } time ? time
        : message.Integer(26) is { } low && _clock is { } clock ? clock + (((uint)low - clock) & 0xFFFF)
        : null;

    private static long ActivityOf(in FitMessage message) => message.Integer(5) ?? (message.Bytes(24) is [not byte.MaxValue and var both] ? both & 0x1F : 0);
}
