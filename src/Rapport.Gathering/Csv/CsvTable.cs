using System.Text;

namespace Rapport.Gathering;

/// <summary>Rows of a CSV file (RFC 4180, as programs really write it): with commas, semicolons or tabs, in UTF-8, UTF-16 or Latin-1.</summary>
internal sealed class CsvTable
{
    private const int MostCells = 500;
    private const int MostCell = 64 * 1024;
    private const int LongestName = 100;

    /// <summary>How far down the names of the columns may stand: some devices write first whose table it is.</summary>
    private const int MostBefore = 30;

    private CsvTable(char delimiter, IReadOnlyList<CsvRow> before, IReadOnlyList<CsvRow> rows, bool isCut)
    {
        (Delimiter, Before, Rows, IsCut) = (delimiter, before, rows, isCut);
        Names = rows.Count == 0 ? [] : NamesOf(rows[0]);
    }

    internal char Delimiter { get; }

    /// <summary>What stands above the table.</summary>
    internal IReadOnlyList<CsvRow> Before { get; }

    /// <summary>All that are not blank, the header first.</summary>
    internal IReadOnlyList<CsvRow> Rows { get; }

    /// <summary>Whether there are more rows than were read.</summary>
    internal bool IsCut { get; }

    /// <summary>What the columns are called, each differently: the second <c>Value</c> is <c>Value (2)</c>, one without a name goes by its number.</summary>
    internal IReadOnlyList<string> Names { get; }

    /// <summary>Whether bytes are text that begins with two rows of as many cells.</summary>
    internal static bool Looks(ReadOnlySpan<byte> head)
    {
        var text = Decode(head);
        if (text.Length == 0 || text[0] is '{' or '[' or '<' || text.AsSpan().IndexOfAnyInRange('\0', '\u0008') >= 0)
        {
            return false;
        }

        try
        {
            var table = Read(text, 2 * MostBefore);
            return table.Rows is [{ Cells.Count: > 1 } header, { } first, ..] && header.Cells.Count == first.Cells.Count && header.Cells.All(cell => cell.Length < LongestName)
                && header.Cells.Count(cell => cell.Length > 0) >= (table.Before.Count == 0 ? 2 : 3);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    internal static string Decode(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(Encoding.Unicode.Preamble) ? Encoding.Unicode.GetString(bytes[2..])
        : bytes.StartsWith(Encoding.BigEndianUnicode.Preamble) ? Encoding.BigEndianUnicode.GetString(bytes[2..])
        : bytes.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.GetString(bytes[3..])
        : IsUtf8(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);

    /// <param name="text">All of it.</param>
    /// <param name="mostRows">After how many rows reading stops, with those above the table.</param>
    /// <exception cref="InvalidDataException">A row or a cell is longer than what is read.</exception>
    internal static CsvTable Read(string text, int mostRows)
    {
        var delimiter = DelimiterOf(text);
        List<CsvRow> rows = [];
        List<string> cells = [];
        var cell = new StringBuilder();
        var (quoted, line, start, isCut) = (false, 1, 1, false);
        for (var i = 0; i <= text.Length && !isCut; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            line += c == '\n' ? 1 : 0;
            if (c == '"' && (quoted || cell.Length == 0))
            {
                if (quoted && i + 1 < text.Length && text[i + 1] == '"')
                {
                    cell.Append('"');
                    i++;
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (!quoted && (c == delimiter || c == '\n') || i == text.Length)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
                if (c == '\n')
                {
                    isCut = !Keep(rows, mostRows, cells, start);
                    (cells, start) = ([], line);
                }
            }
            else if (cell.Length < MostCell)
            {
                // FHIR's text has no control characters but these.
                cell.Append(char.IsControl(c) && c is not ('\n' or '\r' or '\t') ? ' ' : c);
            }
            else
            {
                throw new InvalidDataException($"line {start}: a cell is longer than the {MostCell} characters that are read: a quote may be missing");
            }
        }

        var header = HeaderOf(rows);
        return new CsvTable(delimiter, rows[..header], rows[header..], isCut);
    }

    /// <summary>What parts the lines into the same number of cells most often; a comma within numbers does not stand in the names of the columns.</summary>
    private static char DelimiterOf(string text)
    {
        var lines = text.AsSpan(0, Math.Min(text.Length, 256 * 1024)).ToString().Split('\n', MostBefore + 1).Take(MostBefore).Where(line => !string.IsNullOrWhiteSpace(line)).ToList();
        return ",;\t".MaxBy(c =>
        {
            var usual = lines.Select(line => line.Count(other => other == c)).Where(count => count > 0).CountBy(count => count).OrderByDescending(count => count.Value).ThenByDescending(count => count.Key).FirstOrDefault();
            return (usual.Value, usual.Key);
        });
    }

    /// <summary>The first row that has as many cells as most rows.</summary>
    private static int HeaderOf(List<CsvRow> rows)
    {
        var top = rows.Take(2 * MostBefore).ToList();
        var usual = top.Where(row => row.Cells.Count > 1).CountBy(row => row.Cells.Count).OrderByDescending(count => count.Value).ThenByDescending(count => count.Key).FirstOrDefault();
        var header = usual.Value < 2 ? 0 : top.FindIndex(row => row.Cells.Count == usual.Key);
        return header is > 0 and <= MostBefore ? header : 0;
    }

    private static List<string> NamesOf(CsvRow header)
    {
        List<string> names = [];
        HashSet<string> taken = [];
        foreach (var (index, cell) in header.Cells.Select(ShownName.Of).Index())
        {
            var name = cell.Length > 0 ? cell : $"({index + 1})";
            for (var again = 2; !taken.Add(name); again++)
            {
                name = $"{cell} ({again})";
            }

            names.Add(name);
        }

        return names;
    }

    /// <summary>Takes a row that is not blank. False when there is no room for it.</summary>
    private static bool Keep(List<CsvRow> rows, int mostRows, List<string> cells, int line)
    {
        if (cells.Count > MostCells)
        {
            throw new InvalidDataException($"line {line}: there are {cells.Count} columns, at most {MostCells} are read");
        }

        if (!cells.Exists(cell => cell.Length > 0))
        {
            return true;
        }

        if (rows.Count == mostRows)
        {
            return false;
        }

        rows.Add(new CsvRow(line, cells));
        return true;
    }

    /// <summary>The head may end within a letter.</summary>
    private static bool IsUtf8(ReadOnlySpan<byte> bytes)
    {
        for (var cut = 0; cut < 4 && cut <= bytes.Length; cut++)
        {
            if (System.Text.Unicode.Utf8.IsValid(bytes[..^cut]))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A row.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Cells">What stands in it.</param>
internal sealed record CsvRow(int Line, IReadOnlyList<string> Cells);
