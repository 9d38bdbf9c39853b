using System.Security.Cryptography;
using Rapport.Gathering;

namespace Rapport.Server.Pages.Gather.Columns;

/// <summary>What somebody said about the columns of a table, as they said it, and what is wrong with it.</summary>
public sealed record ColumnsForm
{
    /// <summary>The most columns that are asked about; those after them are left out.</summary>
    public const int Most = 100;

    /// <summary>Names the fields that belong to no column.</summary>
    public const string Order = "order", Zone = "zone", DecimalMark = "mark", Device = "device", Whole = "whole";

    /// <summary>Names the field by which a check page says what it showed: <see cref="DigestOf"/>.</summary>
    public const string Shown = "shown";

    private readonly Dictionary<string, string> _problems = [];

    private ColumnsForm(CsvMapping mapping, string zone) => (Mapping, ZoneName) = (mapping, zone);

    /// <summary>What was said.</summary>
    public CsvMapping Mapping { get; }

    /// <summary>The zone of the clock, as it was sent.</summary>
    public string ZoneName { get; }

    /// <summary>What is wrong, by field: <c>as-3</c>, <c>unit-3</c>, or one of those that belong to no column.</summary>
    public IReadOnlyDictionary<string, string> Problems => _problems;

    /// <summary>What Rapport guesses, for who goes by this clock.</summary>
    public static ColumnsForm Guess(CsvQuestion question, TimeZoneInfo zone) => new(
        new CsvMapping { Columns = Columns(question, (column, _) => column.Guess), DateOrder = question.DateOrder }, zone.Id);

    /// <summary>What was said before.</summary>
    public static ColumnsForm Of(CsvQuestion question, CsvMapping mapping) => new(
        mapping with { Columns = Columns(question, (column, _) => mapping.Columns.GetValueOrDefault(column.Name) ?? column.Guess) }, mapping.TimeZone ?? TimeZoneInfo.Utc.Id);

    /// <summary>Tells one thing said from another.</summary>
    public static string DigestOf(CsvMapping said) => Convert.ToHexStringLower(SHA256.HashData(said.Write()));

    /// <summary>The form as it was sent.</summary>
    public static ColumnsForm Read(CsvQuestion question, IFormCollection sent)
    {
        var order = sent[Order].ToString();
        var zone = sent[Zone].ToString();
        var mark = sent[DecimalMark].ToString();
        var device = sent[Device].ToString().Trim();
        var form = new ColumnsForm(
            new CsvMapping
            {
                Columns = Columns(question, (column, i) => ColumnOf(sent[AsField(i)].ToString(), sent[UnitField(i)].ToString())),
                DateOrder = order is "dmy" or "mdy" ? order : null,
                DecimalMark = mark is "comma" or "point" ? mark : null,
                TimeZone = TimeZones.Find(zone)?.Id,
                Device = device.Length == 0 ? null : device,
            },
            zone);
        if (form.Mapping.TimeZone is null)
        {
            form._problems[Zone] = ColumnsText.FaultZone;
        }

        if (device.Length > CsvMapping.LongestText)
        {
            form._problems[Device] = Say.Fill(ColumnsText.FaultDevice, Say.Number(CsvMapping.LongestText));
        }

        return form;
    }

    /// <summary>The field that says what a column is.</summary>
    public static string AsField(int column) => $"as-{column}";

    /// <summary>The field that says its unit.</summary>
    public static string UnitField(int column) => $"unit-{column}";

    /// <summary>What a column was said to be.</summary>
    public CsvColumn At(CsvQuestion question, int column) => Mapping.Columns[question.Columns[column].Name];

    /// <summary>Puts what is wrong with the table beside the columns it is about.</summary>
    public void Tell(CsvQuestion question, IReadOnlyList<CsvFault> faults)
    {
        foreach (var fault in faults)
        {
            var column = question.Columns.Index().FirstOrDefault(column => column.Item.Name == fault.Column, (-1, null!)).Item1;
            var field = fault.Kind == CsvFaultKind.DateOrder ? Order
                : fault.Kind == CsvFaultKind.DecimalMark ? DecimalMark
                : column is < 0 or >= Most ? Whole
                : fault.Kind is CsvFaultKind.MissingUnit or CsvFaultKind.WrongUnit ? UnitField(column) : AsField(column);
            _problems.TryAdd(field, ColumnWords.Of(fault, Mapping));
        }
    }

    private static Dictionary<string, CsvColumn> Columns(CsvQuestion question, Func<CsvAskedColumn, int, CsvColumn> means) =>
        question.Columns.Index().ToDictionary(column => column.Item.Name, column => column.Index < Most ? means(column.Item, column.Index) : new CsvColumn(CsvMeaning.Ignore));

    /// <summary>A unit that was left standing beside what has none is nothing that was said.</summary>
    private static CsvColumn ColumnOf(string meaning, string unit)
    {
        var known = meaning.Length > 0 && ColumnWords.Find(meaning) is not null ? meaning : CsvMeaning.Ignore;
        return new CsvColumn(known, unit.Length is 0 or > CsvMapping.LongestText || !Measurand.Of(known).Any() ? null : unit);
    }
}
