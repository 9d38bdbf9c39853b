using System.Text;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Takes the messages of one file into a harvest. Not thread safe.</summary>
internal sealed class FitReading
{
    private const string NoZone = "the file tells no time zone: its times are UTC and stand as `+00:00`";
    private const int MostExcerpt = 2_000;

    private readonly HashSet<Metric> _metrics = new(ReferenceEqualityComparer.Instance);
    private readonly FitLeftOut _left;
    private readonly FitRecords _records;
    private readonly FitMonitoring _monitoring;
    private readonly FitWorkouts _workouts;
    private readonly FitMeasures _measures;

    private FitReading(Harvest harvest, FitOutline outline)
    {
        (Harvest, Outline, Device) = (harvest, outline, outline.Device);
        (_left, _records, _monitoring, _workouts, _measures) = (new FitLeftOut(outline), new FitRecords(this), new FitMonitoring(this), new FitWorkouts(this), new FitMeasures(this));
    }

    internal Harvest Harvest { get; }

    internal FitOutline Outline { get; }

    /// <summary>What measured.</summary>
    internal string Device { get; }

    /// <summary>What the file said of itself once it was read.</summary>
    internal static FitOutline Read(FitFile file, Harvest harvest, List<FitDamage> damages, CancellationToken cancel)
    {
        var outline = new FitOutline();
        if (file.Walk(outline.Learn, cancel) is { } damage)
        {
            damages.Add(damage);
        }

        var reading = new FitReading(harvest, outline);
        file.Walk(reading.Take, cancel);
        reading.Finish();
        return outline;
    }

    /// <summary>When a message was, in milliseconds since 1970; null when it does not say, which is named.</summary>
    internal long? TimeOf(in FitMessage message)
    {
        var at = FitTime.Milliseconds(message.Time);
        if (at is null)
        {
            Harvest.Skip(FitProfile.NameOf(message.Number), NotTakenReason.NoTime, $"byte {message.At}");
        }

        return at;
    }

    /// <summary>Adds a point; nothing where there is no value.</summary>
    internal void AddPoint(Metric metric, long at, int duration, double? value, in FitMessage message)
    {
        if (value is not { } number)
        {
            return;
        }

        if (!Harvest.Series.Add(metric, Device, new SeriesPoint(at, duration, number, Outline.Offset ?? 0)))
        {
            Harvest.Skip($"{FitProfile.NameOf(message.Number)}: {metric.Name}", NotTakenReason.Implausible, $"byte {message.At}");
        }
        else if (Outline.Offset is null)
        {
            _metrics.Add(metric);
        }
    }

    /// <summary>A moment as FHIR writes it, by the clock on the wall where that is known.</summary>
    internal string Fhir(long at) => FitTime.Fhir(at, Outline.Offset ?? 0);

    /// <summary>Where an entry stood, and what was made of it.</summary>
    internal Provenance Provenance(in FitMessage message, params ReadOnlySpan<string> converted) => new()
    {
        Path = $"{FitProfile.NameOf(message.Number)} at byte {message.At}",
        Section = FitProfile.NameOf(message.Number),
        Excerpt = ExcerptOf(message),
        Converted = Outline.Offset is null ? [.. converted, NoZone] : [.. converted],
    };

    private void Take(in FitMessage message)
    {
        _left.Count(message);
        switch (message.Number)
        {
            case FitProfile.Record:
                _records.Take(message);
                break;
            case FitProfile.Lap:
                _workouts.TakeLap(message);
                break;
            case FitProfile.Session:
                _workouts.TakeSession(message);
                break;
            case FitProfile.WeightScale:
                _measures.TakeWeight(message);
                break;
            case FitProfile.BloodPressure:
                _measures.TakePressure(message);
                break;
            case FitProfile.Monitoring:
                _monitoring.Take(message);
                break;
            case FitProfile.MonitoringInfo:
                _monitoring.TakeInfo(message);
                break;
            case FitProfile.MonitoringHeartRate:
                _monitoring.TakeOne(Metrics.RestingHeartRate, message.Number64(1) ?? message.Number64(0), message);
                break;
            case FitProfile.Oxygen:
                _monitoring.TakeOne(Metrics.OxygenSaturation, message.Number64(0), message);
                break;
            case FitProfile.Respiration:
                _monitoring.TakeOne(Metrics.RespiratoryRate, message.Integer(0) is > 0 and var rate ? rate / 100.0 : null, message);
                break;
            case FitProfile.SleepLevel:
                _monitoring.TakeSleep(message);
                break;
        }
    }

    private void Finish()
    {
        _workouts.Finish();
        _left.Tell(Harvest);
        foreach (var metric in _metrics)
        {
            Harvest.Series.Converted(metric, NoZone);
        }
    }

    /// <summary>The fields as whole numbers, without the places where somebody was.</summary>
    private static string ExcerptOf(in FitMessage message)
    {
        var text = new StringBuilder(FitProfile.NameOf(message.Number)).Append(':');
        foreach (var field in message.Fields)
        {
            if (field.Developer is null && !FitProfile.IsPlace(message.Number, field.Number) && message.Integer(field) is { } value && text.Length < MostExcerpt)
            {
                text.Append(' ').Append(FitProfile.NameOf(message.Number, field.Number)).Append('=').Append(value);
            }
        }

        return text.ToString();
    }
}
