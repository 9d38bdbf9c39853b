namespace Rapport.Gathering;

/// <summary>
/// What must be known of a file before its measurements mean something, and mostly stands behind them: what made it, which zone its clock was in, what
/// was done when. Not thread safe.
/// </summary>
internal sealed class FitOutline
{
    private const int MostSessions = 10_000;
    private const int MostPauses = 10_000;
    private const int MostNames = 1_000;
    private const int Timer = 0;

    private readonly List<FitSession> _sessions = [];
    private readonly List<(long At, bool IsStart)> _timer = [];
    private readonly Dictionary<(byte Developer, byte Field), string> _developerFields = [];
    private readonly HashSet<long> _people = [];
    private long? _manufacturer;
    private long? _product;
    private string? _productName;
    private long? _sport;

    /// <summary>The kind of file, by the profile's number.</summary>
    internal long? Type { get; private set; }

    /// <summary>What identifies the device that wrote it, to know a file again.</summary>
    internal long? Serial { get; private set; }

    /// <summary>How far the clock on the wall was ahead of UTC, in minutes; null when the file does not tell.</summary>
    internal short? Offset { get; private set; }

    /// <summary>When the counting of a day's movement began.</summary>
    internal uint? MonitoringSince { get; private set; }

    /// <summary>Whether it tells where somebody was.</summary>
    internal bool HasPlaces { get; private set; }

    /// <summary>When the first workout began, in milliseconds since 1970; null without one.</summary>
    internal long? Start => _sessions.Count > 0 ? _sessions.Min(session => session.Start) : null;

    /// <summary>How many people of a shared device it has measurements of.</summary>
    internal int People => _people.Count;

    /// <summary>What wrote it, for people.</summary>
    internal string Device
    {
        get
        {
            var manufacturer = _manufacturer is { } number ? FitNames.Manufacturer(number) : "";
            return $"{manufacturer} {_productName ?? FitNames.Product(_manufacturer, _product)}".Trim();
        }
    }

    /// <summary>Learns from a message.</summary>
    internal void Learn(in FitMessage message)
    {
        switch (message.Number)
        {
            case FitProfile.Record:
                HasPlaces |= message.Integer(0) is not null;
                break;
            case FitProfile.FileId:
                Type ??= message.Integer(0);
                SetDevice(message.Integer(1), message.Integer(2), message.Text(8));
                Serial ??= message.Integer(3);
                break;
            case FitProfile.DeviceInfo when message.Integer(0) == 0:
                SetDevice(message.Integer(2), message.Integer(4), message.Text(27));
                break;
            case FitProfile.Activity:
                Offset ??= FitTime.Offset(message.Integer(5), message.Time);
                break;
            case FitProfile.MonitoringInfo:
                Offset ??= FitTime.Offset(message.Integer(0), message.Time);
                MonitoringSince ??= message.Time;
                break;
            case FitProfile.Sport:
                _sport ??= message.Integer(0);
                break;
            case FitProfile.Session when _sessions.Count < MostSessions && FitTime.Milliseconds((uint?)message.Integer(2)) is { } start:
                HasPlaces |= message.Integer(3) is not null;
                _sessions.Add(new FitSession(message.Integer(5), start, start + (message.Integer(7) ?? 0)));
                break;
            case FitProfile.Event when message.Integer(0) == Timer && _timer.Count < MostPauses && FitTime.Milliseconds(message.Time) is { } at:
                _timer.Add((at, message.Integer(1) == 0));
                break;
            case FitProfile.WeightScale:
                _people.Add(message.Integer(12) ?? -1);
                break;
            case FitProfile.BloodPressure:
                _people.Add(message.Integer(9) ?? -1);
                break;
            case FitProfile.FieldDescription when _developerFields.Count < MostNames && message.Integer(0) is { } developer && message.Integer(1) is { } field && message.Text(3) is { } name:
                _developerFields[((byte)developer, (byte)field)] = name;
                break;
        }
    }

    /// <summary>The sport at a moment.</summary>
    internal long? SportAt(long at)
    {
        foreach (var session in _sessions)
        {
            if (at >= session.Start && at <= session.End)
            {
                return session.Sport;
            }
        }

        return _sessions.Count > 0 ? _sessions[0].Sport : _sport;
    }

    /// <summary>When the clock of a workout stood still.</summary>
    internal IEnumerable<(long Start, long End)> PausesIn(long start, long end)
    {
        long? stopped = null;
        foreach (var (at, isStart) in _timer.Where(event_ => event_.At >= start && event_.At <= end).OrderBy(event_ => event_.At))
        {
            if (isStart && stopped is { } since && at > since)
            {
                yield return (since, at);
            }

            stopped = isStart ? null : stopped ?? at;
        }
    }

    /// <summary>The name that a developer gave a field.</summary>
    internal string DeveloperField(byte developer, byte field) => _developerFields.GetValueOrDefault((developer, field)) ?? $"field {field}";

    private void SetDevice(long? manufacturer, long? product, string? name)
    {
        _manufacturer ??= manufacturer;
        _product ??= product;
        _productName ??= name;
    }
}

/// <summary>What was done from when to when.</summary>
/// <param name="Sport">The profile's number.</param>
/// <param name="Start">In milliseconds since 1970.</param>
/// <param name="End">In milliseconds since 1970.</param>
internal sealed record FitSession(long? Sport, long Start, long End);
