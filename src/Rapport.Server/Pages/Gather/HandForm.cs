using System.Globalization;
using Rapport.Gathering;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Gather;

/// <summary>What somebody wrote into the form for writing down by hand, as they wrote it.</summary>
public sealed record HandForm
{
    /// <summary>What can be written down.</summary>
    public static IReadOnlyList<string> All { get; } = ["measurement", "symptom", "medicine", "note"];

    private const int MostShort = 200;

    /// <summary>One of <see cref="All"/>.</summary>
    public required string What { get; init; }

    /// <summary>What was measured, see <see cref="HandMeasure.Name"/>.</summary>
    public string Measure { get; init; } = HandMeasure.BloodPressure.Name;

    /// <summary>The value of a measurement, the name of a symptom or medicine, the title of a note.</summary>
    public string Main { get; init; } = "";

    /// <summary>How much of a medicine.</summary>
    public string Dose { get; init; } = "";

    /// <summary>How strong a symptom is.</summary>
    public string Severity { get; init; } = "";

    /// <summary>The text of a note.</summary>
    public string Text { get; init; } = "";

    /// <summary>The day by the clock of who writes, <c>2026-03-01</c>.</summary>
    public required string Day { get; init; }

    /// <summary>The time of day, <c>08:30</c>.</summary>
    public required string Time { get; init; }

    /// <summary>The FHIR type that what is written down becomes.</summary>
    public static string TypeOf(string what) => what == "medicine" ? "MedicationStatement" : "Observation";

    /// <summary>An empty form for this moment; null when nothing of this name can be written down.</summary>
    public static HandForm? Empty(string? what, DateTimeOffset now)
    {
        var local = TimeZones.Local(now);
        return All.Contains(what ?? All[0])
            ? new HandForm { What = what ?? All[0], Day = local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Time = local.ToString("HH:mm", CultureInfo.InvariantCulture) }
            : null;
    }

    /// <summary>The form as it was sent.</summary>
    public static HandForm? Read(IFormCollection form, DateTimeOffset now) => Empty(form["what"].ToString(), now) is not { } empty ? null : empty with
    {
        Measure = form["measure"].ToString(),
        Main = form["value"].ToString().Trim(),
        Dose = form["dose"].ToString().Trim(),
        Severity = form["severity"].ToString(),
        Text = form["text"].ToString().Trim(),
        Day = form["day"].ToString(),
        Time = form["time"].ToString(),
    };

    /// <summary>What it says, ready to be written; null with what is wrong, by field.</summary>
    /// <param name="now">The present moment.</param>
    /// <param name="problems">What is wrong.</param>
    /// <param name="by">Who else than the patient writes it down; null for the patient.</param>
    public HarvestedSource? ToSource(DateTimeOffset now, out IReadOnlyDictionary<string, string> problems, string? by = null)
    {
        Dictionary<string, string> found = [];
        problems = found;
        if (Main.Length is 0 or > MostShort)
        {
            found["value"] = Main.Length == 0 ? MissingMain : Say.Fill(HandText.TooLong, Say.Number(MostShort));
        }

        if (Dose.Length > MostShort)
        {
            found["dose"] = Say.Fill(HandText.TooLong, Say.Number(MostShort));
        }

        if (What == "note" && Text.Length is 0 or > HandWritten.MostText)
        {
            found["text"] = Text.Length == 0 ? HandText.MissingText : Say.Fill(HandText.TooLong, Say.Number(HandWritten.MostText));
        }

        if (At(now) is not { } at)
        {
            found["day"] = HandText.WrongTime;
            return null;
        }

        return found.Count > 0 ? null : What switch
        {
            "measurement" => Measurement(at, found, by),
            "symptom" => HandWritten.Symptom(Main, Severity, at),
            "medicine" => HandWritten.Medicine(Main, Dose, at),
            _ => HandWritten.Note(Main, Text, at, by),
        };
    }

    private string MissingMain => What switch
    {
        "measurement" => HandText.MissingValue,
        "symptom" => HandText.MissingSymptom,
        "medicine" => HandText.MissingMedicine,
        _ => HandText.MissingTitle,
    };

    private HarvestedSource? Measurement(DateTimeOffset at, Dictionary<string, string> problems, string? by)
    {
        if (HandMeasure.Find(Measure) is not { } measure)
        {
            problems["measure"] = HandText.MissingMeasure;
            return null;
        }

        if (HandWritten.Measurement(measure, Main, at, by) is { } source)
        {
            return source;
        }

        problems["value"] = measure == HandMeasure.BloodPressure ? HandText.WrongPressure : Say.Fill(HandText.WrongValue, Wording.Unit(measure.UnitText));
        return null;
    }

    /// <summary>When it was: not in the future, and within a long life.</summary>
    private DateTimeOffset? At(DateTimeOffset now) =>
        DateOnly.TryParseExact(Day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && TimeOnly.TryParseExact(Time, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
        && TimeZones.At(day, time) is var at && at <= now.AddMinutes(5) && at > now.AddYears(-120) ? at : null;
}
