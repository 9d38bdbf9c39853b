using System.Xml;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// Reads <c>export.xml</c> from its start to its end, a record at a time: dense ones become points right away, the few others entries. What needs more
/// than one record (blood pressures, nights) is kept in short until the end. Not thread safe.
/// </summary>
internal sealed class AppleExport
{
    private const int NodesPerLook = 4_096;
    private const int MostNamed = 1_000;

    private readonly CancellationToken _cancel;
    private RecordKind? _kind;
    private char[] _kindType = [];
    private SeriesKind? _series;
    private string _seriesUnit = "";
    private UnitConversion? _conversion;

    internal AppleExport(Harvest harvest, CancellationToken cancel)
    {
        (Harvest, _cancel) = (harvest, cancel);
        (BloodPressures, Sleep, Workouts) = (new BloodPressures(this), new SleepNights(this), new Workouts(this));
    }

    internal Harvest Harvest { get; }

    internal AppleDevices Devices { get; } = new();

    internal BloodPressures BloodPressures { get; }

    internal SleepNights Sleep { get; }

    internal Workouts Workouts { get; }

    internal ClinicalIndex Clinical { get; } = new();

    /// <summary>Reads all of it.</summary>
    /// <exception cref="InvalidDataException">It breaks a limit.</exception>
    /// <exception cref="XmlException">It is not well-formed.</exception>
    internal void Read(Stream xml)
    {
        using var plain = new PlainBytes(xml);
        using var walk = new XmlWalk(plain);
        var record = new AppleRecord(walk.Reader.NameTable);
        var root = true;
        long told = 0;
        for (var nodes = 0; walk.Read(); nodes++)
        {
            if (nodes % NodesPerLook == 0)
            {
                _cancel.ThrowIfCancellationRequested();
                Harvest.Advance(walk.Bytes - told);
                told = walk.Bytes;
            }

            if (walk.Reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            if (root)
            {
                root = false;
                Expect(walk.Reader.LocalName);
            }
            else
            {
                Take(walk, record);
            }
        }

        Harvest.Advance(walk.Bytes - told);
        BloodPressures.Finish();
        Sleep.Finish();
        for (var i = 0; i < Math.Min(plain.Found, MostNamed); i++)
        {
            Harvest.Skip("a control character, which XML does not allow", NotTakenReason.NoMeaning, $"byte {plain.FirstAt}");
        }
    }

    /// <summary>What an element says of itself; null when it has no time, which is named as not taken.</summary>
    internal Sighting? Begin(AppleElement element, string? type = null)
    {
        type ??= element["type"] ?? element.Name;
        if (element.Time("startDate") is not { } start)
        {
            Skip(type, NotTakenReason.NoTime, element.Line);
            return null;
        }

        return new Sighting(this, element, type, Devices.Name(element["sourceName"], element["device"], element["productType"]), start, element.Time("endDate") ?? start);
    }

    /// <summary>Takes a dense measurement that was read as an element.</summary>
    internal void AddPoint(Metric metric, AppleElement record)
    {
        if (Begin(record) is not { } about)
        {
            return;
        }

        if (!AppleNumber.TryDouble(record["value"], out var value))
        {
            Skip(record, NotTakenReason.NoValue);
        }
        else if (ConversionOf(metric, record["unit"] ?? "") is not { } conversion)
        {
            Skip($"{about.Type} in {record["unit"] ?? "no unit"}", NotTakenReason.UnknownUnit, record.Line);
        }
        else
        {
            AddPoint(metric, about.Device, about.Start, about.End, conversion.Apply(value), record.Line);
        }
    }

    /// <summary>Takes a dense measurement in the metric's unit.</summary>
    internal void AddPoint(Metric metric, string device, WallTime start, WallTime end, double value, long line)
    {
        var duration = (int)Math.Clamp(end.Utc - start.Utc, 0, int.MaxValue);
        if (!Harvest.Series.Add(metric, device, new SeriesPoint(start.Utc, duration, value, start.OffsetMinutes)))
        {
            Skip(metric.Name, NotTakenReason.Implausible, line);
        }
    }

    internal void Skip(AppleElement element, NotTakenReason why) => Skip(element["type"] ?? element.Name, why, element.Line);

    internal void Skip(string what, NotTakenReason why, long line) => Harvest.Skip(what, why, $"line {line}");

    private static void Expect(string root)
    {
        if (root != "HealthData")
        {
            throw new InvalidDataException("this is no export of Apple Health: it does not begin with `HealthData`");
        }
    }

    private void Take(XmlWalk walk, AppleRecord record)
    {
        switch (walk.Reader.LocalName)
        {
            case "Record":
                TakeRecord(walk, record);
                break;
            case "Correlation":
                Correlations.Take(AppleElement.Read(walk), this);
                break;
            case "Workout":
                Workouts.Take(AppleElement.Read(walk));
                break;
            case "Me":
                AppleMe.Take(AppleElement.Read(walk), Harvest);
                break;
            case "Audiogram":
                Audiograms.Take(AppleElement.Read(walk), this);
                break;
            case "ClinicalRecord":
                Clinical.Add(AppleElement.Read(walk));
                break;
            case "ExportDate":
                AppleElement.Pass(walk);
                break;
            case "ActivitySummary":
                // The sum of a day's records, which are in the export themselves.
                SkipWhole(walk, NotTakenReason.Repeated);
                break;
            default:
                SkipWhole(walk, NotTakenReason.UnknownKind);
                break;
        }
    }

    private void SkipWhole(XmlWalk walk, NotTakenReason why)
    {
        Skip(walk.Reader.LocalName, why, walk.Line);
        AppleElement.Pass(walk);
    }

    private void TakeRecord(XmlWalk walk, AppleRecord record)
    {
        record.Read(walk);
        switch (KindOf(record.Type))
        {
            case SeriesKind series:
                AddPoint(series, record);
                PassDetails(walk);
                break;
            case { } kind:
                kind.Take(AppleElement.Read(walk), this);
                break;
            default:
                Skip(record.Type.IsEmpty ? "Record" : AppleText.Clean(record.Type), record.Type.IsEmpty ? NotTakenReason.NoMeaning : NotTakenReason.UnknownKind, record.Line);
                AppleElement.Pass(walk);
                break;
        }
    }

    /// <summary>Passes over what stands inside a record of a series: metadata have no place there (docs/life-of-an-import.md), all else is named.</summary>
    private void PassDetails(XmlWalk walk)
    {
        if (walk.Reader.IsEmptyElement)
        {
            return;
        }

        var depth = walk.Reader.Depth;
        while (walk.Read() && walk.Reader.Depth > depth)
        {
            if (walk.Reader is { NodeType: XmlNodeType.Element, LocalName: not "MetadataEntry" })
            {
                SkipWhole(walk, NotTakenReason.UnknownKind);
            }
        }
    }

    private void AddPoint(SeriesKind series, AppleRecord record)
    {
        if (!ReferenceEquals(_series, series) || !record.Unit.SequenceEqual(_seriesUnit))
        {
            (_series, _seriesUnit) = (series, record.Unit.ToString());
            _conversion = ConversionOf(series.Metric, _seriesUnit);
        }

        if (!record.TryTimes(out var start, out var end))
        {
            Skip(record.Type.ToString(), NotTakenReason.NoTime, record.Line);
        }
        else if (!record.TryNumber(out var value))
        {
            Skip(record.Type.ToString(), NotTakenReason.NoValue, record.Line);
        }
        else if (_conversion is not { } conversion)
        {
            Skip($"{record.Type} in {_seriesUnit}", NotTakenReason.UnknownUnit, record.Line);
        }
        else
        {
            AddPoint(series.Metric, Devices.Name(record.Source, record.Device, record.Product), start, end, conversion.Apply(value), record.Line);
        }
    }

    /// <summary>How values in a unit become the metric's, which the series' provenance names; null when they cannot.</summary>
    private UnitConversion? ConversionOf(Metric metric, string unit)
    {
        var conversion = AppleUnit.Find(unit)?.To(metric);
        if (conversion is { ChangesNothing: false })
        {
            Harvest.Series.Converted(metric, unit == "%" ? "fractions of 1 became `%`" : $"`{AppleText.Clean(unit)}` became `{metric.Unit}`, to a millionth");
        }

        return conversion;
    }

    /// <summary>What becomes of records of a type. They stand together in an export, so it is mostly the same as before.</summary>
    private RecordKind? KindOf(ReadOnlySpan<char> type)
    {
        if (!type.SequenceEqual(_kindType))
        {
            _kind = RecordKinds.Find(type);
            _kindType = type.ToArray();
        }

        return _kind;
    }
}
