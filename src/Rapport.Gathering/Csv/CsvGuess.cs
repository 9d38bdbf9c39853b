using System.Globalization;

namespace Rapport.Gathering;

/// <summary>What the columns of a table may mean, by their names, their units and what stands in them. A guess is for a person to look at, never for taking anything.</summary>
internal sealed class CsvGuess
{
    private const int Looked = 200;
    private const int ShortestWord = 3;

    // Words that mean something only where they stand together; in the languages of the names of measures.
    private static readonly Dictionary<string, string[]> InRows = new()
    {
        [CsvMeaning.Test] = ["test", "testname", "analysis", "analyte", "analyse", "analyt", "untersuchung", "parameter", "parametro", "prueba", "analisis", "determinacion"],
        [CsvMeaning.Result] = ["result", "value", "ergebnis", "wert", "messwert", "resultado", "valor", "resultat", "valeur"],
        [CsvMeaning.Unit] = ["unit", "units", "einheit", "unidad", "unidades", "unite"],
        [CsvMeaning.Range] = ["referencerange", "reference", "normalrange", "referenzbereich", "normbereich", "normalbereich", "rangodereferencia", "valoresdereferencia", "referencia"],
        [CsvMeaning.Note] = ["note", "notes", "comment", "comments", "remark", "bemerkung", "bemerkungen", "kommentar", "notiz", "nota", "notas", "comentario", "comentarios", "observaciones"],
    };

    // With these beside it, a measure is not of the body, or was not measured.
    private static readonly HashSet<string> Elsewhere =
    [
        "air", "ambient", "room", "outdoor", "outside", "indoor", "weather", "environment", "water", "pool", "device", "battery", "sensor", "skin", "wrist", "target", "goal",
        "aire", "ambiente", "exterior", "interior", "agua", "dispositivo", "bateria", "piel", "muneca", "objetivo", "meta",
        "luft", "raum", "umgebung", "aussen", "wasser", "gerat", "geraet", "akku", "haut", "handgelenk", "ziel",
        "ambiante", "exterieur", "eau", "appareil", "peau", "poignet", "cible",
    ];

    private readonly CsvTable _table;
    private readonly List<CsvRow> _rows;

    private CsvGuess(CsvTable table)
    {
        (_table, _rows) = (table, [.. table.Rows.Skip(1).Take(Looked)]);
        Columns = [.. table.Names.Select(Guess)];
        IsCertain = [.. table.Names.Select((name, i) => CsvMeaning.Of(name, null, out _)?.Role == Columns[i].As)];
        GuessResults();
        GuessUnits();
        LeaveOutRepeated();
        DateOrder = OrderOf();
    }

    internal List<CsvColumn> Columns { get; }

    internal IReadOnlyList<bool> IsCertain { get; }

    /// <summary>How dates are written, where all of them together tell.</summary>
    internal string? DateOrder { get; }

    internal static CsvGuess Of(CsvTable table) => new(table);

    private CsvColumn Guess(string header, int index)
    {
        var (name, unit) = CsvMeaning.Split(header);
        var role = LikelyAt(CsvMeaning.RoleOf(name) ?? ByWord(name), unit, index) ?? ByContent(index) ?? (IsNamed(name, CsvMeaning.Note) ? CsvMeaning.Note : CsvMeaning.Ignore);
        return new CsvColumn(role, CsvMeaning.IsRole(role) ? null : Measurand.Find(role, unit)?.Unit);
    }

    /// <summary>What a column is by its name, unless hardly anybody has such values, in whichever unit: the air around a watch is no fever.</summary>
    private string? LikelyAt(string? role, string? unit, int column) =>
        role is null || CsvMeaning.IsRole(role) || MiddleOf(column) is not { } middle || (Measurand.Find(role, unit) is { } one ? [one] : Measurand.Of(role)).Any(measure => !measure.IsRare(middle)) ? role : null;

    /// <summary>A measure whose name is a word, or two words beside each other, of the column's: <c>Historic Glucose</c>.</summary>
    private static string? ByWord(string name)
    {
        var words = name.Split([' ', '_', '-', '.', '/', ':', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Any(word => Elsewhere.Contains(CsvMeaning.Plain(word))) ? null : words.Zip(words.Skip(1), (left, right) => left + right).Concat(words.Where(word => word.Length >= ShortestWord))
            .Select(CsvMeaning.RoleOf).FirstOrDefault(role => role is not null && !CsvMeaning.IsRole(role));
    }

    private string? ByContent(int column)
    {
        var cells = Cells(column);
        var times = CsvTime.Of(cells.Select(cell => cell.Split(' ')[0]), new CsvMapping { DateOrder = "dmy" })!;
        var american = CsvTime.Of(cells.Select(cell => cell.Split(' ')[0]), new CsvMapping { DateOrder = "mdy" })!;
        bool Most(Func<string, bool> fits) => cells.Count > 0 && cells.Count(fits) * 10 >= cells.Count * 9;
        return Most(cell => (times.Read(cell) ?? american.Read(cell)) is { At: not null }) ? CsvMeaning.When
            : Most(cell => (times.Read(cell) ?? american.Read(cell)) is not null) ? CsvMeaning.Date
            : Most(cell => times.Read($"2026-01-01 {cell}") is { At: not null }) ? CsvMeaning.Time
            : null;
    }

    /// <summary>Laboratories write one result a row; their columns are known only by standing together.</summary>
    private void GuessResults()
    {
        if (Named(CsvMeaning.Test) < 0 || Named(CsvMeaning.Result) < 0 || Columns.Exists(column => !CsvMeaning.IsRole(column.As)))
        {
            return;
        }

        foreach (var role in new[] { CsvMeaning.Test, CsvMeaning.Result, CsvMeaning.Unit, CsvMeaning.Range })
        {
            if (Named(role) is >= 0 and var index)
            {
                Columns[index] = new CsvColumn(role);
            }
        }
    }

    /// <summary>A unit that the name does not say: out of a column of units, or from where the values lie, if that leaves only one.</summary>
    private void GuessUnits()
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (!CsvMeaning.IsRole(Columns[i].As) && Columns[i].Unit is null)
            {
                Columns[i] = Columns[i] with { Unit = UnitBeside(Columns[i].As) ?? UnitByValues(i) };
            }
        }
    }

    private string? UnitBeside(string measure)
    {
        var index = Named(CsvMeaning.Unit);
        if (index < 0 || Columns.Count(column => !CsvMeaning.IsRole(column.As)) != 1 || Cells(index) is not [var first, ..] || Measurand.Find(measure, first) is not { } found)
        {
            return null;
        }

        Columns[index] = new CsvColumn(CsvMeaning.Unit);
        return found.Unit;
    }

    private string? UnitByValues(int column)
    {
        if (MiddleOf(column) is not { } middle)
        {
            return null;
        }

        return Measurand.Of(Columns[column].As).Where(measure => middle >= measure.UsualLow && middle <= measure.UsualHigh).ToList() is [var only] ? only.Unit : null;
    }

    private decimal? MiddleOf(int column)
    {
        var values = Cells(column).Select(cell => decimal.TryParse(cell.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : (decimal?)null)
            .OfType<decimal>().Order().ToList();
        return values.Count == 0 ? null : values[values.Count / 2];
    }

    /// <summary>Only one column is a thing: of several, the first; a date beside a column of date and time is left out, and so is the time of day.</summary>
    private void LeaveOutRepeated()
    {
        var hasWhen = Columns.Exists(column => column.As == CsvMeaning.When);
        HashSet<string> taken = [];
        for (var i = 0; i < Columns.Count; i++)
        {
            var role = Columns[i].As;
            if (role is not (CsvMeaning.Ignore or CsvMeaning.Note) && (!taken.Add(role) || (hasWhen && role is CsvMeaning.Date or CsvMeaning.Time)))
            {
                Columns[i] = new CsvColumn(CsvMeaning.Ignore);
            }
        }
    }

    /// <summary>Both orders read all dates, or one does.</summary>
    private string? OrderOf()
    {
        var date = Columns.FindIndex(column => column.As is CsvMeaning.When or CsvMeaning.Date);
        var dates = date < 0 ? [] : _table.Rows.Skip(1).Select(row => date < row.Cells.Count ? row.Cells[date] : "").Where(cell => cell.Length > 0).ToList();
        var orders = new[] { "dmy", "mdy" }.Where(order => CsvTime.Of([], new CsvMapping { DateOrder = order }) is { } times && dates.TrueForAll(cell => times.Read(cell) is not null)).ToList();
        return orders is [var only] ? only : null;
    }

    private List<string> Cells(int column) => [.. _rows.Select(row => column < row.Cells.Count ? row.Cells[column] : "").Where(cell => cell.Length > 0)];

    /// <summary>The first column that is called so and is nothing else; -1 when there is none.</summary>
    private int Named(string role)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].As == CsvMeaning.Ignore && IsNamed(CsvMeaning.Split(_table.Names[i]).Name, role))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsNamed(string name, string role) => InRows[role].Contains(CsvMeaning.Plain(name));
}
