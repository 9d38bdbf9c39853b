using System.Text;

namespace Rapport.Gathering;

/// <summary>Rows of a CSV file (RFC 4180, as programs really write it): with commas, semicolons or tabs, in UTF-8, UTF-16 or Latin-1.</summary>
internal sealed class CsvTable
{
    private const int MostCells = 500;
    private const int MostCell = 64 * 1024;

    private CsvTable(char delimiter, IReadOnlyList<CsvRow> rows) => (Delimiter, Rows) = (delimiter, rows);

    internal char Delimiter { get; }

    /// <summary>All that are not blank, the header first.</summary>
    internal IReadOnlyList<CsvRow> Rows { get; }

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
            var rows = Read(text, 4).Rows;
            return rows is [{ Cells.Count: > 1 } header, { } first, ..] && header.Cells.Count == first.Cells.Count && header.Cells.All(cell => cell.Length is > 0 and < 100);
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

    /// <exception cref="InvalidDataException">A row or a cell is longer than what is read.</exception>
    internal static CsvTable Read(string text, int mostRows)
    {
        var first = text.AsSpan(0, text.IndexOf('\n') is >= 0 and var end ? end : text.Length).ToString();
        var delimiter = ",;\t".MaxBy(c => first.Count(other => other == c));
        List<CsvRow> rows = [];
        List<string> cells = [];
        var cell = new StringBuilder();
        var (quoted, line, start) = (false, 1, 1);
        for (var i = 0; i <= text.Length && rows.Count < mostRows; i++)
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
                    Keep(rows, cells, start);
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

        return new CsvTable(delimiter, rows);
    }

    private static void Keep(List<CsvRow> rows, List<string> cells, int line)
    {
        if (cells.Count > MostCells)
        {
            throw new InvalidDataException($"line {line}: there are {cells.Count} columns, at most {MostCells} are read");
        }

        if (cells.Exists(cell => cell.Length > 0))
        {
            rows.Add(new CsvRow(line, cells));
        }
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
