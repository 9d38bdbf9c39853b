using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>The moments of an activity: points of series. The way is told as a sum and becomes the steps between the moments.</summary>
internal sealed class FitRecords(FitReading reading)
{
    private static readonly (byte Field, double Scale, Metric Metric)[] Plain =
        [(4, 1, Metrics.Cadence), (7, 1, Metrics.Power), (39, 100, Metrics.VerticalOscillation), (41, 10, Metrics.GroundContact)];

    // A device without a strap says so with a pulse of 0.
    private const byte Pulse = 3;

    private long? _before;
    private double _way;
    private uint _compressedWay;

    internal void Take(in FitMessage record)
    {
        if (reading.TimeOf(record) is not { } at)
        {
            return;
        }

        if (record.Integer(Pulse) == 0)
        {
            reading.Harvest.Skip("record: heart_rate of 0", NotTakenReason.SaysNothing, $"byte {record.At}");
        }
        else
        {
            reading.AddPoint(Metrics.HeartRate, at, 0, record.Number64(Pulse), record);
        }

        foreach (var (field, scale, metric) in Plain)
        {
            reading.AddPoint(metric, at, 0, record.Number64(field, scale), record);
        }

        if (record.Number64(39) is not null)
        {
            reading.Harvest.Series.Converted(Metrics.VerticalOscillation, "`mm` became `cm`");
        }

        var (speed, way) = Compressed(record);
        reading.AddPoint(Metrics.Altitude, at, 0, AltitudeOf(record), record);
        reading.AddPoint(Metrics.Speed, at, 0, SpeedOf(record) ?? speed, record);
        reading.AddPoint(Metrics.RespiratoryRate, at, 0, record.Number64(108, 100) ?? record.Number64(99), record);
        AddWay(at, record.Number64(5, 100) ?? way, record);
    }

    /// <summary>Metres above the sea.</summary>
    internal static double? AltitudeOf(in FitMessage record) => record.Number64(78, 5, 500) ?? record.Number64(2, 5, 500);

    /// <summary>Metres a second.</summary>
    internal static double? SpeedOf(in FitMessage record) => record.Number64(73, 1000) ?? record.Number64(6, 1000);

    /// <summary>Speed and way in three bytes: twelve bits each, the way in sixteenths of a metre and starting over each 256 m.</summary>
    internal (double? Speed, double? Way) Compressed(in FitMessage record)
    {
        var bytes = record.Bytes(8);
        if (bytes.Length != 3 || !bytes.ContainsAnyExcept(byte.MaxValue))
        {
            return (null, null);
        }

        var speed = bytes[0] | ((bytes[1] & 0x0F) << 8);
        var way = (uint)((bytes[1] >> 4) | (bytes[2] << 4));
        _compressedWay += (way - _compressedWay) & 0xFFF;
        return (speed == 0xFFF ? null : speed / 100.0, _compressedWay / 16.0);
    }

    private void AddWay(long at, double? way, in FitMessage record)
    {
        if (way is not { } sum)
        {
            return;
        }

        var since = _before is { } before && before <= at ? before : at;
        if (sum > _way && at - since <= int.MaxValue)
        {
            reading.AddPoint(FitNames.Distance(reading.Outline.SportAt(at)), since, (int)(at - since), Math.Round(sum - _way, 4), record);
        }
        else if (sum < _way)
        {
            reading.Harvest.Skip("record: distance that goes back", NotTakenReason.Implausible, $"byte {record.At}");
        }

        (_before, _way) = (at, sum);
    }
}
