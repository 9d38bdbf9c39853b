namespace Rapport.Gathering;

/// <summary>Why a table cannot be read as its columns are understood.</summary>
public enum CsvFaultKind
{
    /// <summary>Nobody knows what the column is.</summary>
    UnknownColumn,

    /// <summary>What it measures has several units, and none is said.</summary>
    MissingUnit,

    /// <summary>What it measures is not measured in this unit.</summary>
    WrongUnit,

    /// <summary>Two columns are the same.</summary>
    Twice,

    /// <summary>No column says when, or two do.</summary>
    When,

    /// <summary>Dates can be read with the day first or the month first.</summary>
    DateOrder,

    /// <summary>What stands before three digits can part decimals or thousands.</summary>
    DecimalMark,

    /// <summary>A lower blood pressure without the upper one.</summary>
    LowerAlone,

    /// <summary>The name of a test without its result, or a result without its test.</summary>
    HalfResult,

    /// <summary>A column of units beside several things that are measured.</summary>
    UnitOfWhich,

    /// <summary>Nothing is measured.</summary>
    NothingMeasured,

    /// <summary>The name says what it is, and hardly anybody has such values: it may be of something else, or in another unit.</summary>
    Unlikely,
}

/// <summary>Why a table cannot be read as its columns are understood.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Column">The column's name; null when it is about all of them.</param>
/// <param name="Found">What stands there instead: the unit, or the role that two columns have.</param>
public sealed record CsvFault(CsvFaultKind Kind, string? Column, string? Found = null)
{
    /// <summary>All of them in one sentence for who sent the file.</summary>
    internal static string Tell(IReadOnlyList<CsvFault> faults)
    {
        var columns = faults.Where(fault => fault.Kind is CsvFaultKind.UnknownColumn or CsvFaultKind.MissingUnit or CsvFaultKind.WrongUnit).ToList();
        return columns.Count > 0 ? $"what these columns mean is not certain: {string.Join(", ", columns.Take(30).Select(TellColumn))}; a mapping says it (`--mapping`)" : TellTable(faults[0]);
    }

    private static string TellColumn(CsvFault fault) => fault.Kind switch
    {
        CsvFaultKind.MissingUnit => $"`{fault.Column}` (its unit is not said)",
        CsvFaultKind.WrongUnit => $"`{fault.Column}` (unit `{fault.Found}`)",
        _ => $"`{fault.Column}`",
    };

    private static string TellTable(CsvFault fault) => fault.Kind switch
    {
        CsvFaultKind.Twice => $"two columns mean `{fault.Found}`: a mapping says which to ignore",
        CsvFaultKind.When => "one column must say when: `when` for date and time, or `date` and, beside it, `time`",
        CsvFaultKind.DateOrder => "the dates can be read with the day first or the month first: a mapping says it (`dateOrder`: `dmy` or `mdy`)",
        CsvFaultKind.DecimalMark => $"the comma in the numbers of `{fault.Column}` can stand before decimals or before thousands: a mapping says it (`decimalMark`: `comma` or `point`)",
        CsvFaultKind.LowerAlone => "there is a diastolic pressure without a systolic one",
        CsvFaultKind.HalfResult => "`test` and `result` stand together: the name of a test and what came out",
        CsvFaultKind.Unlikely => $"the values of `{fault.Column}` are hardly `{fault.Found}`: a mapping says what they are",
        CsvFaultKind.UnitOfWhich => "a column of units goes with one measurement or with `result`",
        _ => "no column is a measurement",
    };
}
