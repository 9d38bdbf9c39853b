using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>A table whose columns are understood: what each of its rows says.</summary>
internal sealed class CsvSheet
{
    private const int LongestText = 1_000;

    private readonly CsvMeaning[] _columns;
    private readonly CsvMapping? _mapping;
    private readonly CsvTime _times;
    private readonly CsvNumbers?[] _numbers;
    private readonly int _date, _time, _device, _note, _unit;

    private CsvSheet(CsvTable table, CsvMeaning[] columns, CsvMapping? mapping, CsvTime times, CsvNumbers?[] numbers)
    {
        (Table, _columns, _mapping, _times, _numbers) = (table, columns, mapping, times, numbers);
        (_date, _time) = (DateColumn(columns), At(CsvMeaning.Time));
        (_device, _note, _unit) = (At(CsvMeaning.Device), At(CsvMeaning.Note), At(CsvMeaning.Unit));
        HasPressure = At(Measurand.Systolic) >= 0 && At(Measurand.Diastolic) >= 0;
        HasResults = At(CsvMeaning.Result) >= 0;
    }

    internal CsvTable Table { get; }

    internal IEnumerable<CsvRow> Rows => Table.Rows.Skip(1);

    /// <summary>Whether upper and lower blood pressure stand beside each other.</summary>
    internal bool HasPressure { get; }

    /// <summary>Whether each row is the result of one test.</summary>
    internal bool HasResults { get; }

    /// <summary>The columns of which nothing is taken.</summary>
    internal IEnumerable<string> Ignored => _columns.Index().Where(column => column.Item.Role == CsvMeaning.Ignore).Select(column => Table.Names[column.Index]);

    /// <summary>The table as its columns are understood; null, with what is wrong, when it cannot be read so.</summary>
    internal static CsvSheet? Of(CsvTable table, CsvMapping? mapping, out IReadOnlyList<CsvFault> faults)
    {
        List<CsvFault> found = [];
        List<CsvMeaning> columns = [];
        foreach (var name in table.Names)
        {
            if (CsvMeaning.Of(name, mapping, out var fault) is { } meaning)
            {
                columns.Add(meaning);
            }
            else
            {
                found.Add(fault!);
            }
        }

        faults = found;
        if (found.Count > 0)
        {
            return null;
        }

        found.AddRange(FaultsOf(table, columns));
        var date = DateColumn([.. columns]);
        var times = date < 0 ? null : CsvTime.Of(table.Rows.Skip(1).Select(row => Cell(row, date).Split(' ')[0]), mapping);
        if (date >= 0 && times is null)
        {
            found.Add(new CsvFault(CsvFaultKind.DateOrder, table.Names[date]));
        }

        var numbers = columns.Select((column, i) => HasNumbers(column) ? CsvNumbers.Of(table.Rows.Skip(1).Select(row => Cell(row, i)), mapping) : null).ToArray();
        found.AddRange(columns.Index().Where(column => HasNumbers(column.Item) && numbers[column.Index] is null).Select(column => new CsvFault(CsvFaultKind.DecimalMark, table.Names[column.Index])));
        if (found.Count > 0)
        {
            return null;
        }

        var sheet = new CsvSheet(table, [.. columns], mapping, times!, numbers);
        found.AddRange(sheet.Unlikely());
        return found.Count > 0 ? null : sheet;
    }

    /// <summary>Columns that nobody explained, whose values in the middle hardly anybody has: the air around a watch is no fever.</summary>
    private IEnumerable<CsvFault> Unlikely()
    {
        for (var i = 0; i < _columns.Length && _unit < 0; i++)
        {
            if (_columns[i].Measure is { } measure && _mapping?.Columns.ContainsKey(Table.Names[i]) is not true && _numbers[i]!.Middle(Rows.Select(row => Cell(row, i))) is { } middle && measure.IsRare(middle))
            {
                yield return new CsvFault(CsvFaultKind.Unlikely, Table.Names[i], measure.Name);
            }
        }
    }

    /// <summary>When a row was measured; null when that cannot be read.</summary>
    internal CsvMoment? When(CsvRow row) => _times.Read(_time >= 0 ? $"{Cell(row, _date)} {Cell(row, _time)}" : Cell(row, _date));

    /// <summary>What measured; empty when nobody says.</summary>
    internal string Device(CsvRow row) => Cell(row, _device) is { Length: > 0 } device ? device.Shorten(CsvMapping.LongestText) : _mapping?.Device ?? "";

    /// <summary>The patient's own words; empty when there are none.</summary>
    internal string Note(CsvRow row) => Cell(row, _note).Shorten(LongestText);

    /// <summary>The values in a row, those that cannot be taken with the reason.</summary>
    internal IEnumerable<CsvValue> Values(CsvRow row)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            if (_columns[i].Measure is { } measure && Cell(row, i) is { Length: > 0 } written)
            {
                yield return ValueOf(row, i, measure, written);
            }
        }
    }

    /// <summary>The result of a test that a row has; null when it has none.</summary>
    internal CsvResult? ResultOf(CsvRow row)
    {
        var (test, result) = (Cell(row, At(CsvMeaning.Test)), Cell(row, At(CsvMeaning.Result)));
        if (test.Length == 0 || result.Length == 0)
        {
            return null;
        }

        var number = _numbers[At(CsvMeaning.Result)]!.Read(CsvNumbers.WithoutComparator(result));
        return new CsvResult(test.Shorten(LongestText), result.Shorten(LongestText), number, CsvNumbers.ComparatorOf(result), Cell(row, _unit).Shorten(CsvMapping.LongestText), Cell(row, At(CsvMeaning.Range)).Shorten(LongestText));
    }

    private CsvValue ValueOf(CsvRow row, int column, Measurand measure, string written)
    {
        // What the row itself says of its unit goes before what was said of the column.
        var unit = Cell(row, _unit);
        var told = unit.Length == 0 ? measure : Measurand.Find(measure.Name, unit);
        var value = _numbers[column]!.Read(written);
        NotTakenReason? why = told is null ? NotTakenReason.UnknownUnit : value is null ? NotTakenReason.NoValue : !told.IsPossible(value.Value) ? NotTakenReason.Implausible : null;
        return new CsvValue(column, told ?? measure, value ?? 0, written, why);
    }

    private static bool HasNumbers(CsvMeaning column) => column.Measure is not null || column.Role == CsvMeaning.Result;

    private static IEnumerable<CsvFault> FaultsOf(CsvTable table, List<CsvMeaning> columns)
    {
        bool Has(string role) => columns.Exists(column => column.Role == role);
        foreach (var same in columns.Index().Where(column => column.Item.Role is not (CsvMeaning.Ignore or CsvMeaning.Note)).GroupBy(column => column.Item.Role).Where(same => same.Count() > 1))
        {
            yield return new CsvFault(CsvFaultKind.Twice, table.Names[same.Last().Index], same.Key);
        }

        if (Has(CsvMeaning.When) == Has(CsvMeaning.Date))
        {
            yield return new CsvFault(CsvFaultKind.When, null);
        }

        if (Has(Measurand.Diastolic) && !Has(Measurand.Systolic))
        {
            yield return new CsvFault(CsvFaultKind.LowerAlone, table.Names[columns.FindIndex(column => column.Role == Measurand.Diastolic)]);
        }

        var half = columns.FindIndex(column => column.Role is CsvMeaning.Test or CsvMeaning.Result or CsvMeaning.Range);
        if (half >= 0 && !(Has(CsvMeaning.Test) && Has(CsvMeaning.Result)))
        {
            yield return new CsvFault(CsvFaultKind.HalfResult, table.Names[half]);
        }

        var measured = columns.Count(column => column.Measure is not null) + (Has(CsvMeaning.Result) ? 1 : 0);
        if (Has(CsvMeaning.Unit) && measured > 1)
        {
            yield return new CsvFault(CsvFaultKind.UnitOfWhich, table.Names[columns.FindIndex(column => column.Role == CsvMeaning.Unit)]);
        }

        if (measured == 0 && half < 0)
        {
            yield return new CsvFault(CsvFaultKind.NothingMeasured, null);
        }
    }

    private static int DateColumn(CsvMeaning[] columns) => Array.FindIndex(columns, column => column.Role is CsvMeaning.When or CsvMeaning.Date);

    private int At(string role) => Array.FindIndex(_columns, column => column.Role == role);

    private static string Cell(CsvRow row, int column) => column >= 0 && column < row.Cells.Count ? row.Cells[column] : "";
}

/// <summary>A value in a row.</summary>
/// <param name="Column">Where it stands.</param>
/// <param name="Measure">What is measured, in the unit that holds for it.</param>
/// <param name="Value">The number.</param>
/// <param name="Written">As it stands in the cell.</param>
/// <param name="Why">Why it cannot be taken; null when it can.</param>
internal sealed record CsvValue(int Column, Measurand Measure, decimal Value, string Written, NotTakenReason? Why);

/// <summary>The result of one test, as a laboratory writes it.</summary>
/// <param name="Test">What was tested.</param>
/// <param name="Written">What came out, as it stands.</param>
/// <param name="Number">The number in it; null when it is none.</param>
/// <param name="Comparator"><c>&lt;</c> and the like; null for none.</param>
/// <param name="Unit">Its unit; empty when none is said.</param>
/// <param name="Range">What is usual; empty when not said.</param>
internal sealed record CsvResult(string Test, string Written, decimal? Number, string? Comparator, string Unit, string Range);
