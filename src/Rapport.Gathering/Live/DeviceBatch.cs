using System.Globalization;
using System.Text.Json;
using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>Something wrong with what a device sent.</summary>
/// <param name="Where">Its place, such as <c>measurements[3].at</c>; empty when it is about all of it.</param>
/// <param name="Text">What is wrong and what to do: for whoever programs the device.</param>
public sealed record DeviceFault(string Where, string Text);

/// <summary>What a device may send, and when now is.</summary>
/// <param name="Device">What its person calls it.</param>
/// <param name="Measures">Names of what it may send, see <see cref="DeviceMeasure.Name"/>.</param>
/// <param name="Now">Nothing may have been measured later, but for a clock that is a little fast.</param>
public sealed record DeviceTerms(string Device, IReadOnlyCollection<string> Measures, DateTimeOffset Now)
{
    /// <summary>How fast a clock may be.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    internal bool IsToCome(DateTimeOffset at) => at > Now + Grace;
}

/// <summary>
/// What a device sent at once: points of its own plain form (<c>{"measurements": […]}</c>), or data points of Open mHealth. All of it is as the device may send it, or all of it is refused.
/// </summary>
internal sealed class DeviceBatch
{
    /// <summary>The most points of one batch.</summary>
    internal const int MostPoints = 1_000;

    private const int MostFaults = 50;

    private static readonly string[] Known = ["metric", "at", "until", "value", "unit", "systolic", "diastolic"];

    private readonly List<DeviceFault> _faults = [];
    private readonly DeviceTerms _terms;

    private DeviceBatch(DeviceTerms terms) => _terms = terms;

    /// <summary>What was found in it.</summary>
    internal Harvest Harvest { get; private set; } = new("device", new HarvestLimits());

    /// <summary>What is wrong; empty when nothing is.</summary>
    internal IReadOnlyList<DeviceFault> Faults => _faults;

    internal static DeviceBatch Read(ReadOnlyMemory<byte> json, DeviceTerms terms, CancellationToken cancel)
    {
        var batch = new DeviceBatch(terms);
        using var document = SafeJson.Parse(json, out var line);
        if (document is null)
        {
            batch.Fault(line > 0 ? $"line {line}" : "", "this is no well-formed JSON, or names a property twice");
        }
        else if (document.RootElement.Child("measurements") is { ValueKind: JsonValueKind.Array } measurements)
        {
            batch.ReadPlain(document.RootElement, measurements);
        }
        else if (document.RootElement.ValueKind is JsonValueKind.Array || document.RootElement.Child("body") is not null || document.RootElement.Child("header") is not null)
        {
            batch.ReadOpenMHealth(json, cancel);
        }
        else
        {
            batch.Fault("", "send `measurements`, a list of points, or data points of Open mHealth");
        }

        return batch;
    }

    private void ReadPlain(JsonElement root, JsonElement measurements)
    {
        if (root.EnumerateObject().Count() > 1)
        {
            Fault("", "beside `measurements` nothing is sent");
        }

        var count = measurements.GetArrayLength();
        if (count is 0 or > MostPoints)
        {
            Fault("measurements", count == 0 ? "there is no point in it" : $"there are {count} points, at most {MostPoints} are taken at once: send several batches");
            return;
        }

        foreach (var (index, point) in measurements.EnumerateArray().Index())
        {
            Take(point, $"measurements[{index}]");
        }
    }

    private void Take(JsonElement point, string where)
    {
        if (point.ValueKind != JsonValueKind.Object || point.EnumerateObject().FirstOrDefault(property => !Known.Contains(property.Name)) is { Value.ValueKind: not JsonValueKind.Undefined })
        {
            Fault(where, $"a point has nothing but {string.Join(", ", Known.Select(name => $"`{name}`"))}");
            return;
        }

        if (DeviceMeasure.Find(point.Text("metric")) is not { } measure)
        {
            Fault($"{where}.metric", $"it is one of {string.Join(", ", _terms.Measures.Order(StringComparer.Ordinal).Select(name => $"`{name}`"))}");
            return;
        }

        if (!_terms.Measures.Contains(measure.Name))
        {
            Fault($"{where}.metric", $"this device may not send `{measure.Name}`: its person says what it may");
            return;
        }

        if (SafeJson.Time(point.Text("at")) is not { } at)
        {
            Fault($"{where}.at", "the moment is written with its offset, such as `2026-11-22T10:00:00+01:00`");
            return;
        }

        var until = point.Child("until") is null ? at : SafeJson.Time(point.Text("until"));
        if (until is not { } end || end < at || end - at > TimeSpan.FromDays(2) || (measure.Metric is null && end != at))
        {
            Fault($"{where}.until", measure.Metric is null ? "this is measured at a moment: leave `until` out" : "the end is written as `at` is, and is not before it nor two days after it");
        }
        else if (_terms.IsToCome(end))
        {
            Fault($"{where}.at", "this is in the future: set the clock of the device");
        }
        else if (measure.Name == DeviceMeasure.BloodPressure)
        {
            TakePressure(point, at, where);
        }
        else
        {
            TakeNumber(measure, point, at, end, where);
        }
    }

    private void TakeNumber(DeviceMeasure measure, JsonElement point, DateTimeOffset at, DateTimeOffset end, string where)
    {
        var written = point.Text("unit");
        var unit = written is null ? null : Units.CodeOf(written) ?? written;
        if (unit is null || !measure.Units.Contains(unit))
        {
            Fault($"{where}.unit", $"`{measure.Name}` is sent in {string.Join(" or ", measure.Units.Select(code => $"`{code}`"))}");
        }
        else if (point.Number("value") is not { } value || point.Child("systolic") is not null || point.Child("diastolic") is not null)
        {
            Fault($"{where}.value", $"`{measure.Name}` has one number, `value`");
        }
        else if (measure.Metric is { } metric)
        {
            if (!Harvest.Series.Add(metric, _terms.Device, new Records.SeriesPoint(at.ToUnixTimeMilliseconds(), (int)(end - at).TotalMilliseconds, (double)value, (short)at.Offset.TotalMinutes)))
            {
                Fault($"{where}.value", $"no living person has a `{measure.Name}` of {value.ToString(CultureInfo.InvariantCulture)}");
            }
        }
        else if (Measurand.Find(measure.Name, unit) is not { } single || !single.IsPossible(value))
        {
            Fault($"{where}.value", $"no living person has a `{measure.Name}` of {value.ToString(CultureInfo.InvariantCulture)}");
        }
        else
        {
            var observation = MeasuredObservation.Of(single, value, _terms.Device).At(R4.DateTime(at));
            Harvest.Add($"{measure.Name}\n{_terms.Device}\n{R4.DateTime(at)}\n{value.ToString(CultureInfo.InvariantCulture)}", observation, new Records.Provenance { Path = where, Excerpt = point.GetRawText() });
        }
    }

    private void TakePressure(JsonElement point, DateTimeOffset at, string where)
    {
        if (point.Text("unit") is not { } unit || Units.CodeOf(unit) != "mm[Hg]")
        {
            Fault($"{where}.unit", $"`{DeviceMeasure.BloodPressure}` is sent in `mm[Hg]`");
            return;
        }

        var (upper, lower) = (Measurand.Named(Measurand.Systolic), Measurand.Named(Measurand.Diastolic));
        if (point.Number("systolic") is not { } systolic || point.Number("diastolic") is not { } diastolic || point.Child("value") is not null
            || !upper.IsPossible(systolic) || !lower.IsPossible(diastolic) || diastolic >= systolic)
        {
            Fault(where, $"`{DeviceMeasure.BloodPressure}` has two numbers that a living person can have, `systolic` above `diastolic`, and no `value`");
            return;
        }

        var observation = MeasuredObservation.OfPressure(systolic, diastolic, _terms.Device).At(R4.DateTime(at));
        Harvest.Add($"blood-pressure\n{_terms.Device}\n{R4.DateTime(at)}\n{systolic}/{diastolic}", observation, new Records.Provenance { Path = where, Excerpt = point.GetRawText() });
    }

    private void ReadOpenMHealth(ReadOnlyMemory<byte> json, CancellationToken cancel)
    {
        Harvest = new Harvest("open-mhealth", new HarvestLimits { MaxEntries = MostPoints });
        try
        {
            new OmhFormat().Read(SourceContent.Of(_terms.Device, json), Harvest, cancel);
        }
        catch (InvalidDataException e)
        {
            Fault("", e.Message);
        }

        foreach (var issue in Harvest.Refusals.Concat(Harvest.Damages))
        {
            Fault(issue.Location, issue.Text);
        }

        foreach (var skipped in Harvest.NotTaken)
        {
            Fault(skipped.Where, $"`{skipped.What}` cannot be taken here");
        }

        if (Harvest.Series.Count > MostPoints)
        {
            Fault("", $"there are {Harvest.Series.Count} points, at most {MostPoints} are taken at once: send several batches");
        }

        if (_faults.Count == 0 && Harvest.Entries.Count + Harvest.Series.Count == 0)
        {
            Fault("", "there is no point in it");
        }

        foreach (var metric in Harvest.Series.Keys.Select(key => key.Metric).Distinct())
        {
            Allow(DeviceMeasure.Of(metric), metric.Name, "");
        }

        foreach (var key in Harvest.Series.Keys.Where(key => Harvest.Series.PointsOf(key)[^1] is var last && _terms.IsToCome(DateTimeOffset.FromUnixTimeMilliseconds(last.Start + last.Duration))))
        {
            Fault("", $"a `{key.Metric.Name}` is in the future: set the clock of the device");
        }

        foreach (var entry in Harvest.Entries)
        {
            using var resource = JsonDocument.Parse(entry.Json);
            CheckEntry(resource.RootElement, entry.Provenance.Path ?? "");
        }
    }

    private void CheckEntry(JsonElement observation, string where)
    {
        List<string> codes = [];
        foreach (var coding in observation.Child("code")?.Child("coding") is { ValueKind: JsonValueKind.Array } codings ? codings.EnumerateArray() : default)
        {
            codes.Add(coding.Text("code") ?? "");
        }

        Allow(DeviceMeasure.Of(codes), observation.Child("code")?.Text("text") ?? codes.FirstOrDefault() ?? "this", where);
        var period = observation.Child("effectivePeriod");
        foreach (var time in new[] { observation.Text("effectiveDateTime"), period?.Text("start"), period?.Text("end") })
        {
            if (SafeJson.Time(time) is { } at && _terms.IsToCome(at))
            {
                Fault(where, "this is in the future: set the clock of the device");
            }
        }
    }

    private void Allow(DeviceMeasure? measure, string name, string where)
    {
        if (measure is null || !_terms.Measures.Contains(measure.Name))
        {
            Fault(where, $"this device may not send `{measure?.Name ?? name}`: its person says what it may");
        }
    }

    private void Fault(string where, string text)
    {
        if (_faults.Count < MostFaults)
        {
            _faults.Add(new DeviceFault(where, text));
        }
    }
}
