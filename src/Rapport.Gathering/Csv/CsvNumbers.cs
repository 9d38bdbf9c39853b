using System.Globalization;

namespace Rapport.Gathering;

/// <summary>How the numbers of one column are written. What parts three digits from at most three others parts decimals or thousands, which all values of the column together tell.</summary>
internal sealed class CsvNumbers
{
    private const int LongestNumber = 20;

    /// <summary>Comma or point; null where each number of the column can be read by itself.</summary>
    private readonly char? _mark;

    private CsvNumbers(char? mark) => _mark = mark;

    /// <summary>The way they are written; null when they can be read both ways.</summary>
    internal static CsvNumbers? Of(IEnumerable<string> cells, CsvMapping? mapping)
    {
        bool comma = false, point = false, isOpen = false;
        foreach (var number in cells.Select(WithoutComparator).Where(cell => cell.Length <= LongestNumber && cell.AsSpan().IndexOfAny(',', '.') >= 0))
        {
            var (byCommas, byPoints) = (IsGrouped(number, ',', '.'), IsGrouped(number, '.', ','));
            var isOne = Unsigned(number).Split(',', '.').Length == 2;
            isOpen |= byCommas && isOne;
            comma |= byPoints ? !isOne : !byCommas && HasDecimals(number, ',');
            point |= byCommas ? !isOne : !byPoints && HasDecimals(number, '.');
        }

        char? mark = comma != point ? (comma ? ',' : '.') : isOpen ? MarkOf(mapping) : null;
        return isOpen && mark is null ? null : new CsvNumbers(mark);
    }

    private static char? MarkOf(CsvMapping? mapping) => mapping?.DecimalMark switch { "comma" => ',', "point" => '.', _ => null };

    /// <summary>The number that stands there; null when it is none.</summary>
    internal decimal? Read(string text)
    {
        var written = text.Length > LongestNumber ? ""
            : text.AsSpan().IndexOfAny(',', '.') < 0 ? text
            : _mark == ',' && IsGrouped(text, '.', ',') ? text.Replace(".", "", StringComparison.Ordinal).Replace(',', '.')
            : _mark != ',' && IsGrouped(text, ',', '.') ? text.Replace(",", "", StringComparison.Ordinal)
            : HasDecimals(text, ',') ? text.Replace(',', '.')
            : text;
        return decimal.TryParse(written, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>The number in the middle of those that can be read; null when none can.</summary>
    internal decimal? Middle(IEnumerable<string> cells)
    {
        var numbers = cells.Select(Read).OfType<decimal>().Order().ToList();
        return numbers.Count == 0 ? null : numbers[numbers.Count / 2];
    }

    /// <summary><c>&lt;</c> and the like before a number; null for none.</summary>
    internal static string? ComparatorOf(string text) =>
        text.StartsWith("<=", StringComparison.Ordinal) || text.StartsWith(">=", StringComparison.Ordinal) ? text[..2] : text.Length > 0 && text[0] is '<' or '>' ? text[..1] : null;

    /// <summary>What stands after it.</summary>
    internal static string WithoutComparator(string text) => text[(ComparatorOf(text)?.Length ?? 0)..].Trim();

    /// <summary>Whether it has thousands parted by one sign, as in <c>1,150</c> and <c>12.345.678,5</c>.</summary>
    private static bool IsGrouped(string number, char parts, char mark)
    {
        var pieces = Unsigned(number).Split(mark);
        var groups = pieces[0].Split(parts);
        return groups is [{ Length: >= 1 and <= 3 } first, _, ..] && first[0] != '0' && groups.All(AreDigits) && groups.Skip(1).All(group => group.Length == 3)
            && (pieces.Length == 1 || pieces.Length == 2 && pieces[1].Length > 0 && AreDigits(pieces[1]));
    }

    /// <summary>Whether it has decimals after a sign, and no thousands parted.</summary>
    private static bool HasDecimals(string number, char mark) =>
        Unsigned(number).Split(mark) is [var whole, { Length: > 0 } decimals] && AreDigits(whole) && AreDigits(decimals);

    private static string Unsigned(string number) => number.Length > 0 && number[0] is '+' or '-' ? number[1..] : number;

    private static bool AreDigits(string text) => text.All(char.IsAsciiDigit);
}
