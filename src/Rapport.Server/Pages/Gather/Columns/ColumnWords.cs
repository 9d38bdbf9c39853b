using System.Collections.Frozen;
using Rapport.Gathering;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Gather.Columns;

/// <summary>What columns of tables can be, and what is wrong with a table, as people say it.</summary>
internal static class ColumnWords
{
    private static readonly FrozenDictionary<string, Func<string>> Words = new Dictionary<string, Func<string>>
    {
        [CsvMeaning.When] = () => ColumnsText.When,
        [CsvMeaning.Date] = () => ColumnsText.Date,
        [CsvMeaning.Time] = () => ColumnsText.Time,
        [CsvMeaning.Device] = () => ColumnsText.Device,
        [CsvMeaning.Note] = () => ColumnsText.Note,
        [CsvMeaning.Test] = () => ColumnsText.Test,
        [CsvMeaning.Result] = () => ColumnsText.Result,
        [CsvMeaning.Unit] = () => ColumnsText.ResultUnit,
        [CsvMeaning.Range] = () => ColumnsText.Range,
        [CsvMeaning.Ignore] = () => ColumnsText.Ignore,
    }.ToFrozenDictionary();

    /// <summary>What a column can be, in groups, each of which holds some.</summary>
    public static IEnumerable<(string Group, IReadOnlyList<string> Meanings)> Groups =>
    [
        (ColumnsText.GroupTime, [CsvMeaning.When, CsvMeaning.Date, CsvMeaning.Time]),
        (ColumnsText.GroupVital, Measures(MeasurandGroup.Vital)),
        (ColumnsText.GroupBody, Measures(MeasurandGroup.Body)),
        (ColumnsText.GroupBlood, Measures(MeasurandGroup.Blood)),
        (ColumnsText.GroupRows, [CsvMeaning.Test, CsvMeaning.Result, CsvMeaning.Unit, CsvMeaning.Range]),
        (ColumnsText.GroupOther, [CsvMeaning.Note, CsvMeaning.Device]),
    ];

    /// <summary>The words for what a column can be; null for what it cannot be.</summary>
    public static string? Find(string meaning) => Words.TryGetValue(meaning, out var words) ? words() : MeasurandWords.Find(meaning);

    /// <inheritdoc cref="Find"/>
    public static string Of(string meaning) => Find(meaning) ?? meaning;

    /// <summary>What a column is, with its unit.</summary>
    public static string Of(CsvColumn column) => column.Unit is { } unit && Measurand.Find(column.As, unit) is { } measure ? $"{Of(column.As)} ({Wording.Unit(measure.UnitText)})" : Of(column.As);

    /// <summary>What is wrong, and what to do.</summary>
    public static string Of(CsvFault fault, CsvMapping mapping) => fault.Kind switch
    {
        CsvFaultKind.UnknownColumn => ColumnsText.FaultUnknown,
        CsvFaultKind.MissingUnit => Say.Fill(ColumnsText.FaultMissingUnit, Units(fault, mapping)),
        CsvFaultKind.WrongUnit => Say.Fill(ColumnsText.FaultWrongUnit, Units(fault, mapping)),
        CsvFaultKind.Twice => ColumnsText.FaultTwice,
        CsvFaultKind.When => ColumnsText.FaultWhen,
        CsvFaultKind.DateOrder => ColumnsText.FaultOrder,
        CsvFaultKind.DecimalMark => ColumnsText.FaultDecimalMark,
        CsvFaultKind.LowerAlone => ColumnsText.FaultLowerAlone,
        CsvFaultKind.HalfResult => ColumnsText.FaultHalfResult,
        CsvFaultKind.Unlikely => ColumnsText.FaultUnlikely,
        CsvFaultKind.UnitOfWhich => ColumnsText.FaultUnitOfWhich,
        _ => ColumnsText.FaultNothing,
    };

    private static string Units(CsvFault fault, CsvMapping mapping) =>
        Say.Choice([.. Measurand.Of(mapping.Columns.GetValueOrDefault(fault.Column ?? "")?.As ?? "").Select(measure => Wording.Unit(measure.UnitText)).Distinct()]);

    private static List<string> Measures(MeasurandGroup group) => [.. Measurand.All.Where(measure => measure.Group == group).Select(measure => measure.Name).Distinct()];
}
