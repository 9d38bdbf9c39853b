namespace Rapport.Gathering;

/// <summary>CSV of a home device: columns whose names and units leave no doubt, or that a mapping explains; else nothing is taken, and the columns in doubt are named.</summary>
internal sealed class CsvFormat : ISourceFormat
{
    private const int MostRows = 500_000;
    private const int MostBytes = 16 * 1024 * 1024;

    public string Name => "csv";

    public bool Recognises(SourceHead head) => CsvTable.Looks(head.Bytes.Span);

    public void Read(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        var most = Math.Min(MostBytes, harvest.Limits.MaxBytes);
        var bytes = content.Length <= most ? content.ReadAll(most) : throw new InvalidDataException($"the table has {content.Length} bytes, at most {most} are read: split it");
        harvest.Advance(bytes.Length);
        var table = CsvTable.Read(CsvTable.Decode(bytes), MostRows);
        if (table.Rows is not [var header, { }, ..] || table.Rows.Count >= MostRows)
        {
            harvest.Refuse("structure", "", $"a table has a row of names and at least one and at most {MostRows} of values");
            return;
        }

        List<string> doubts = [];
        List<CsvMeaning?> columns = [];
        foreach (var name in header.Cells)
        {
            columns.Add(CsvMeaning.Of(name, harvest.CsvMapping, out var doubt));
            doubts.AddRange(doubt is null ? [] : [doubt]);
        }

        if (doubts.Count > 0)
        {
            harvest.Refuse("not-supported", "line 1", $"what these columns mean is not certain: {string.Join(", ", doubts.Take(30))}; a mapping says it (`--mapping`)");
            return;
        }

        var rows = new CsvRows(table, [.. columns.Select(column => column!)], harvest);
        if (rows.FindDoubt() is { } why)
        {
            harvest.Refuse("not-supported", "line 1", why);
            return;
        }

        rows.Take(cancel);
    }
}
