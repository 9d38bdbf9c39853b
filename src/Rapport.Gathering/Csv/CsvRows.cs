using System.Globalization;
using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>The measurements in the rows of a table whose columns are understood. Many of one kind become a series, few an Observation each.</summary>
internal sealed class CsvRows
{
    private const int MostSingle = 500;

    private readonly CsvTable _table;
    private readonly CsvMeaning[] _columns;
    private readonly Harvest _harvest;
    private readonly HashSet<CsvMeasure> _dense;
    private readonly int _when, _date, _time, _device, _systolic, _diastolic;
    private readonly CsvTime? _times;

    internal CsvRows(CsvTable table, CsvMeaning[] columns, Harvest harvest)
    {
        (_table, _columns, _harvest) = (table, columns, harvest);
        (_when, _date, _time, _device) = (At(CsvMeaning.When), At(CsvMeaning.Date), At(CsvMeaning.Time), At(CsvMeaning.Device));
        (_systolic, _diastolic) = (At(CsvMeasure.Systolic), At(CsvMeasure.Diastolic));
        _times = CsvTime.Of(Rows.Select(row => Cell(row, _when >= 0 ? _when : _date).Split(' ')[0]), harvest.CsvMapping);
        _dense = [.. columns.Index().Where(column => column.Item.Measure?.Metric is not null && Rows.Count(row => Cell(row, column.Index).Length > 0) > MostSingle).Select(column => column.Item.Measure!)];
    }

    private IEnumerable<CsvRow> Rows => _table.Rows.Skip(1);

    /// <summary>Why the columns together are in doubt; null when they are not.</summary>
    internal string? FindDoubt() =>
        _columns.Where(column => column.Role != CsvMeaning.Ignore).GroupBy(column => column.Role).FirstOrDefault(same => same.Count() > 1) is { } twice ? $"two columns mean `{twice.Key}`: a mapping says which to ignore"
        : (_when >= 0) == (_date >= 0) ? "one column must say when: `when` for date and time, or `date` and, beside it, `time`"
        : _times is null ? "the dates can be read with the day first or the month first: a mapping says it (`dateOrder`: `dmy` or `mdy`)"
        : _diastolic >= 0 && _systolic < 0 ? "there is a diastolic pressure without a systolic one"
        : _columns.All(column => column.Measure is null) ? "no column is a measurement"
        : null;

    internal void Take(CancellationToken cancel)
    {
        foreach (var ignored in _columns.Index().Where(column => column.Item.Role == CsvMeaning.Ignore))
        {
            _harvest.Skip($"column `{_table.Rows[0].Cells[ignored.Index]}`", NotTakenReason.UnknownKind, "line 1", _table.Rows.Count - 1);
        }

        foreach (var row in Rows)
        {
            cancel.ThrowIfCancellationRequested();
            if (row.Cells.Count != _columns.Length)
            {
                _harvest.Skip($"row of {row.Cells.Count} cells", NotTakenReason.Damaged, $"line {row.Line}");
            }
            else if (_times!.Read($"{Cell(row, _when >= 0 ? _when : _date)} {(_when >= 0 ? "" : Cell(row, _time))}") is not { } when)
            {
                _harvest.Skip("row", NotTakenReason.NoTime, $"line {row.Line}");
            }
            else
            {
                Take(row, when);
            }
        }
    }

    private void Take(CsvRow row, (string Fhir, DateTimeOffset? At, bool IsAssumed) when)
    {
        if (_systolic >= 0 && _diastolic >= 0)
        {
            TakePressure(row, when);
        }

        for (var i = 0; i < _columns.Length; i++)
        {
            if (_columns[i].Measure is not { } measure || (_systolic >= 0 && _diastolic >= 0 && (i == _systolic || i == _diastolic)) || Number(row, i) is not { } value)
            {
                continue;
            }

            if (when.At is { } at && measure.Metric is { } metric && _dense.Contains(measure))
            {
                if (!_harvest.Series.Add(metric, Device(row), new SeriesPoint(at.ToUnixTimeMilliseconds(), 0, (double)value, (short)at.Offset.TotalMinutes)))
                {
                    _harvest.Skip(measure.Name, NotTakenReason.Implausible, $"line {row.Line}");
                }

                if (when.IsAssumed)
                {
                    _harvest.Series.Converted(metric, CsvTime.Assumed);
                }
            }
            else
            {
                var observation = Observation(row, when.Fhir, measure.Loinc, measure.Display, measure.Name is "hba1c" or "inr" or "glucose" or "interstitial-glucose" ? "laboratory" : "vital-signs");
                observation["valueQuantity"] = R4.Quantity(value, measure.UnitText, measure.Unit);
                _harvest.Add($"{measure.Name}\n{Device(row)}\n{when.Fhir}\n{value}", observation, Where(row, _table.Rows[0].Cells[i], when.IsAssumed));
            }
        }
    }

    private void TakePressure(CsvRow row, (string Fhir, DateTimeOffset? At, bool IsAssumed) when)
    {
        var components = new JsonArray();
        var (upper, lower) = (Number(row, _systolic), Number(row, _diastolic));
        if (upper <= lower)
        {
            _harvest.Skip("blood pressure, the upper value not above the lower", NotTakenReason.Implausible, $"line {row.Line}");
            return;
        }

        foreach (var (column, value) in new[] { (_systolic, upper), (_diastolic, lower) })
        {
            if (value is { } number)
            {
                var measure = _columns[column].Measure!;
                components.Add((JsonNode)new JsonObject { ["code"] = R4.Concept(R4.Loinc, measure.Loinc, measure.Display), ["valueQuantity"] = R4.Quantity(number, measure.UnitText, measure.Unit) });
            }
        }

        if (components.Count > 0)
        {
            var observation = Observation(row, when.Fhir, "85354-9", "Blood pressure panel with all children optional", "vital-signs");
            observation["component"] = components;
            _harvest.Add($"blood-pressure\n{Device(row)}\n{when.Fhir}\n{upper}/{lower}", observation, Where(row, $"{_table.Rows[0].Cells[_systolic]}, {_table.Rows[0].Cells[_diastolic]}", when.IsAssumed));
        }
    }

    private JsonObject Observation(CsvRow row, string when, string loinc, string display, string category)
    {
        var observation = R4.Resource("Observation").With("status", "final");
        observation["category"] = R4.List(R4.Concept(R4.ObservationCategory, category, null));
        observation["code"] = R4.Concept(R4.Loinc, loinc, display);
        observation["subject"] = R4.Self();
        observation["effectiveDateTime"] = when;
        return observation.With("device", new JsonObject().With("display", Device(row)));
    }

    /// <summary>The number in a cell; null when there is none, which is named unless the cell is empty.</summary>
    private decimal? Number(CsvRow row, int column)
    {
        var (text, measure) = (Cell(row, column), _columns[column].Measure!);
        if (text.Length == 0)
        {
            return null;
        }

        // A comma within a number is a decimal one where it does not part the cells.
        var written = _table.Delimiter != ',' && !text.Contains('.', StringComparison.Ordinal) ? text.Replace(',', '.') : text;
        if (written.Length > 20 || !decimal.TryParse(written, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            _harvest.Skip(measure.Name, NotTakenReason.NoValue, $"line {row.Line}");
            return null;
        }

        if (value >= measure.Low && value <= measure.High)
        {
            return value;
        }

        _harvest.Skip(measure.Name, NotTakenReason.Implausible, $"line {row.Line}");
        return null;
    }

    private string Device(CsvRow row) => _device >= 0 && Cell(row, _device) is { Length: > 0 } device ? device : _harvest.CsvMapping?.Device ?? "";

    private Provenance Where(CsvRow row, string column, bool isAssumed) => new()
    {
        Line = row.Line, Path = column, Excerpt = string.Join(_table.Delimiter, row.Cells), Converted = isAssumed ? [CsvTime.Assumed] : [],
    };

    private int At(string role) => Array.FindIndex(_columns, column => column.Role == role);

    private static string Cell(CsvRow row, int column) => column >= 0 && column < row.Cells.Count ? row.Cells[column] : "";
}
