using Rapport.Data;

namespace Rapport.Gathering;

/// <summary>CSV of a home device or a laboratory: columns whose names and units leave no doubt, or that a mapping explains; else nothing is taken, and the columns in doubt are asked about.</summary>
internal sealed class CsvFormat : ISourceFormat
{
    internal const int MostRows = 500_000;
    internal const int MostBytes = 16 * 1024 * 1024;

    public string Name => "csv";

    public bool Recognises(SourceHead head) => CsvTable.Looks(head.Bytes.Span);

    public void Read(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        var most = Math.Min(MostBytes, harvest.Limits.MaxBytes);
        var table = Open(content, most);
        harvest.Advance(content.Length);
        if (table is null)
        {
            harvest.Refuse("structure", "", "a table has a row of names and at least one of values");
            return;
        }

        if (CsvSheet.Of(table, harvest.CsvMapping, out var faults) is { } sheet)
        {
            new CsvRows(sheet, harvest, cancel).Take();
            return;
        }

        harvest.Refuse("not-supported", $"line {table.Rows[0].Line}", CsvFault.Tell(faults));
        if (harvest.Format == Name)
        {
            harvest.ColumnsAsked = table.Names;
        }
    }

    /// <summary>A table with names and values; null when it has none.</summary>
    /// <exception cref="InvalidDataException">It is larger than what is read.</exception>
    internal static CsvTable? Open(SourceContent content, int mostBytes)
    {
        var bytes = content.Length <= mostBytes ? content.ReadAll(mostBytes) : throw TooMuch.Of($"the table has {content.Length} bytes, at most {mostBytes} are read: split it");
        var table = CsvTable.Read(CsvTable.Decode(bytes), MostRows + 1);
        return table.IsCut ? throw TooMuch.Of($"the table has more than the {MostRows} rows that are read, with what stands above it: split it")
            : table.Rows is [_, { }, ..] ? table : null;
    }
}
