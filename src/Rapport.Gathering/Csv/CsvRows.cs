using System.Text.Json.Nodes;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Takes what stands in the rows of a table whose columns are understood. Many values of one kind become a series, few an Observation each.</summary>
internal sealed class CsvRows
{
    private const int MostSingle = 500;

    private readonly CsvSheet _sheet;
    private readonly Harvest _harvest;
    private readonly CancellationToken _cancel;
    private readonly HashSet<Measurand> _dense;

    internal CsvRows(CsvSheet sheet, Harvest harvest, CancellationToken cancel)
    {
        (_sheet, _harvest, _cancel) = (sheet, harvest, cancel);
        _dense = [.. sheet.Rows.SelectMany(ValuesOf).Where(value => value.Measure.Metric is not null).CountBy(value => value.Measure).Where(count => count.Value > MostSingle).Select(count => count.Key)];
    }

    private CsvTable Table => _sheet.Table;

    internal void Take()
    {
        foreach (var above in Table.Before)
        {
            _harvest.Skip("line above the table", NotTakenReason.NotAboutPatient, $"line {above.Line}");
        }

        foreach (var ignored in _sheet.Ignored)
        {
            _harvest.Skip($"column `{ignored}`", NotTakenReason.UnknownKind, $"line {Table.Rows[0].Line}", Table.Rows.Count - 1);
        }

        foreach (var row in _sheet.Rows)
        {
            _cancel.ThrowIfCancellationRequested();
            if (row.Cells.Count != Table.Names.Count)
            {
                _harvest.Skip($"row of {row.Cells.Count} cells", NotTakenReason.Damaged, $"line {row.Line}");
            }
            else if (_sheet.When(row) is not { } when)
            {
                _harvest.Skip("row", NotTakenReason.NoTime, $"line {row.Line}");
            }
            else
            {
                Take(row, when);
            }
        }
    }

    private IEnumerable<CsvValue> ValuesOf(CsvRow row)
    {
        _cancel.ThrowIfCancellationRequested();
        return _sheet.Values(row);
    }

    private void Take(CsvRow row, CsvMoment when)
    {
        if (_sheet.HasResults)
        {
            TakeResult(row, when);
        }

        List<CsvValue> pressure = [];
        var isWritten = false;
        foreach (var value in ValuesOf(row))
        {
            if (value.Why is { } why)
            {
                _harvest.Skip(value.Measure.Name, why, $"line {row.Line}");
            }
            else if (_sheet.HasPressure && value.Measure.Name is Measurand.Systolic or Measurand.Diastolic)
            {
                pressure.Add(value);
            }
            else
            {
                isWritten |= Take(row, when, value);
            }
        }

        if (pressure.Count > 0)
        {
            TakePressure(row, when, pressure);
        }
        else if (!isWritten && !_sheet.HasResults && _sheet.Note(row).Length > 0)
        {
            _harvest.Skip("note without an entry of its own", NotTakenReason.NoMeaning, $"line {row.Line}");
        }
    }

    /// <summary>Takes a value. False when it became a point, which has no room for words.</summary>
    private bool Take(CsvRow row, CsvMoment when, CsvValue value)
    {
        var measure = value.Measure;
        if (when.At is { } at && measure.Metric is { } metric && _dense.Contains(measure))
        {
            if (!_harvest.Series.Add(metric, _sheet.Device(row), new SeriesPoint(at.ToUnixTimeMilliseconds(), 0, (double)value.Value, (short)at.Offset.TotalMinutes)))
            {
                _harvest.Skip(measure.Name, NotTakenReason.Implausible, $"line {row.Line}");
            }

            if (when.Note is { } note)
            {
                _harvest.Series.Converted(metric, note);
            }

            return false;
        }

        var observation = Told(MeasuredObservation.Of(measure, value.Value, _sheet.Device(row)), row, when);
        _harvest.Add($"{measure.Name}\n{_sheet.Device(row)}\n{when.Fhir}\n{value.Value}", observation, Where(row, Table.Names[value.Column], when));
        return true;
    }

    private void TakePressure(CsvRow row, CsvMoment when, List<CsvValue> pressure)
    {
        decimal? Of(string name) => pressure.Find(value => value.Measure.Name == name)?.Value;
        var (upper, lower) = (Of(Measurand.Systolic), Of(Measurand.Diastolic));
        if (upper <= lower)
        {
            _harvest.Skip("blood pressure, the upper value not above the lower", NotTakenReason.Implausible, $"line {row.Line}");
            return;
        }

        var observation = Told(MeasuredObservation.OfPressure(upper, lower, _sheet.Device(row)), row, when);
        _harvest.Add($"blood-pressure\n{_sheet.Device(row)}\n{when.Fhir}\n{upper}/{lower}", observation, Where(row, string.Join(", ", pressure.Select(value => Table.Names[value.Column])), when));
    }

    /// <summary>A result of a laboratory. It has a code where the name of the test leaves no doubt and is measured in this unit, else its name alone.</summary>
    private void TakeResult(CsvRow row, CsvMoment when)
    {
        if (_sheet.ResultOf(row) is not { } result)
        {
            _harvest.Skip("row without a test or a result", NotTakenReason.NoValue, $"line {row.Line}");
            return;
        }

        var measure = CsvMeaning.RoleOf(result.Test) is { } role && result.Unit.Length > 0 ? Measurand.Find(role, result.Unit) : null;
        var concept = measure is null ? R4.Concept(result.Test) : R4.Concept(result.Test, R4.Coding(R4.Loinc, measure.Loinc, measure.Display));
        var observation = Told(MeasuredObservation.Of(concept, "laboratory", _sheet.Device(row)), row, when);
        if (result.Number is { } number)
        {
            var quantity = new JsonObject { ["value"] = number }.With("comparator", result.Comparator).With("unit", result.Unit);
            observation["valueQuantity"] = Units.CodeOf(result.Unit) is { } code ? quantity.With("system", R4.Ucum).With("code", code) : quantity;
        }
        else
        {
            observation["valueString"] = result.Unit.Length > 0 ? $"{result.Written} {result.Unit}" : result.Written;
        }

        if (result.Range.Length > 0)
        {
            observation["referenceRange"] = R4.List(new JsonObject { ["text"] = result.Range });
        }

        _harvest.Add($"result\n{result.Test}\n{when.Fhir}\n{result.Written}", observation, Where(row, result.Test, when));
    }

    /// <summary>What a row says beside its values: when, and a note.</summary>
    private JsonObject Told(JsonObject observation, CsvRow row, CsvMoment when) =>
        observation.At(when.Fhir).With("note", _sheet.Note(row) is { Length: > 0 } note ? R4.List(new JsonObject { ["text"] = note }) : null);

    private Provenance Where(CsvRow row, string column, CsvMoment when) => new()
    {
        Line = row.Line, Path = column, Excerpt = string.Join(Table.Delimiter, row.Cells), Converted = when.Note is { } note ? [note] : [],
    };
}
