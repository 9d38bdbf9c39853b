using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Asks what the columns of a table mean, and shows how it would be read before anything is taken. Stateless.</summary>
public static class CsvTables
{
    /// <summary>How many rows are shown of a table.</summary>
    public const int Shown = 5;

    private const int LongestCell = 80;

    /// <summary>What can be seen of a table, and what its columns may mean; null when it is none that is read.</summary>
    public static CsvQuestion? Ask(SourceContent content)
    {
        if (Open(content) is not { } table)
        {
            return null;
        }

        var guesses = CsvGuess.Of(table);
        return new CsvQuestion(
            [.. table.Names.Select((name, i) => new CsvAskedColumn(name, guesses.Columns[i], guesses.IsCertain[i]))],
            [.. table.Rows.Skip(1).Take(Shown).Select(row => (IReadOnlyList<string>)[.. table.Names.Select((_, i) => i < row.Cells.Count ? row.Cells[i].Shorten(LongestCell) : "")])],
            table.Rows.Count - 1,
            guesses.DateOrder);
    }

    /// <summary>Reads a table by a mapping and takes nothing; null when it is no table that is read.</summary>
    public static CsvTrial? Try(SourceContent content, CsvMapping mapping)
    {
        if (Open(content) is not { } table)
        {
            return null;
        }

        if (CsvSheet.Of(table, mapping, out var faults) is not { } sheet)
        {
            return new CsvTrial(faults, [], 0, [], [], []);
        }

        List<CsvTriedRow> rows = [];
        List<long> unread = [], odd = [], rare = [];
        var read = 0;
        foreach (var row in sheet.Rows)
        {
            var when = row.Cells.Count == table.Names.Count ? sheet.When(row) : null;
            var tried = new CsvTriedRow(row.Line, when?.Fhir, when?.Note is not null, ValuesOf(sheet, row), sheet.Note(row).Shorten(LongestCell));
            if (rows.Count < Shown)
            {
                rows.Add(tried);
            }

            read += when is not null ? 1 : 0;
            Count(unread, row.Line, when is null);
            Count(odd, row.Line, when is not null && tried.Values.Any(value => value.Why is not null));
            Count(rare, row.Line, when is not null && tried.Values.Any(value => value.IsRare));
        }

        return new CsvTrial([], rows, read, unread, odd, rare);
    }

    private static IReadOnlyList<CsvTriedValue> ValuesOf(CsvSheet sheet, CsvRow row) =>
    [
        .. sheet.HasResults && sheet.ResultOf(row) is { } result ? [new CsvTriedValue(null, result.Test.Shorten(LongestCell), result.Written.Shorten(LongestCell), null, result.Unit.Shorten(LongestCell), null, false)] : Array.Empty<CsvTriedValue>(),
        .. sheet.Values(row).Select(value => new CsvTriedValue(value.Measure.Name, sheet.Table.Names[value.Column], value.Written.Shorten(LongestCell), value.Why == NotTakenReason.NoValue ? null : value.Value, value.Measure.Unit, value.Why, value.Why is null && value.Measure.IsRare(value.Value))),
    ];

    private static void Count(List<long> lines, long line, bool counts)
    {
        if (counts)
        {
            lines.Add(line);
        }
    }

    private static CsvTable? Open(SourceContent content)
    {
        try
        {
            return CsvFormat.Open(content, CsvFormat.MostBytes);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}

/// <summary>What is asked about a table.</summary>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">What stands in the first rows, long cells cut.</param>
/// <param name="RowCount">How many rows there are.</param>
/// <param name="DateOrder"><c>dmy</c> or <c>mdy</c> where the dates themselves tell; null when they do not, or have another form.</param>
public sealed record CsvQuestion(IReadOnlyList<CsvAskedColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, int RowCount, string? DateOrder);

/// <summary>A column of a table that is asked about.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Guess">What it may mean.</param>
/// <param name="IsCertain">Whether its name leaves no doubt.</param>
public sealed record CsvAskedColumn(string Name, CsvColumn Guess, bool IsCertain);

/// <summary>How a table would be read.</summary>
/// <param name="Faults">Why it cannot be read so; empty when it can.</param>
/// <param name="Rows">The first rows.</param>
/// <param name="Read">How many rows have a time that can be read.</param>
/// <param name="Unread">The lines of the others.</param>
/// <param name="Odd">The lines in which a value cannot be taken.</param>
/// <param name="Rare">The lines in which a value is taken that hardly anybody has.</param>
public sealed record CsvTrial(IReadOnlyList<CsvFault> Faults, IReadOnlyList<CsvTriedRow> Rows, int Read, IReadOnlyList<long> Unread, IReadOnlyList<long> Odd, IReadOnlyList<long> Rare);

/// <summary>How a row would be read.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="When">When it was measured, as FHIR writes it; null when that cannot be read.</param>
/// <param name="IsAssumed">Whether the time zone is not the file's own.</param>
/// <param name="Values">What was measured.</param>
/// <param name="Note">The patient's own words; empty for none.</param>
public sealed record CsvTriedRow(long Line, string? When, bool IsAssumed, IReadOnlyList<CsvTriedValue> Values, string Note);

/// <summary>How a value would be read.</summary>
/// <param name="Measure">The name of the measure; null for the result of a test.</param>
/// <param name="Name">The name of the column, or of the test.</param>
/// <param name="Written">As it stands.</param>
/// <param name="Value">The number as it is understood; null for the result of a test, and where there is none.</param>
/// <param name="Unit">Its unit: UCUM for a measure, as it stands for a result.</param>
/// <param name="Why">Why it cannot be taken; null when it can.</param>
/// <param name="IsRare">Whether it can be taken and hardly anybody has it.</param>
public sealed record CsvTriedValue(string? Measure, string Name, string Written, decimal? Value, string Unit, NotTakenReason? Why, bool IsRare);
