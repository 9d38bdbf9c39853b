using Rapport.Fhir;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>How often something is done or taken, in a few words.</summary>
internal static class TimingReader
{
    /// <summary>What of a timing is told in words; one that says more is told in full.</summary>
    private static readonly HashSet<string> Told = ["id", "frequency", "period", "periodUnit", "when", "bounds"];

    private static readonly HashSet<string> Repeat = ["id", "repeat"];

    /// <summary>A timing in words, such as <c>twice a day</c>; null when words do not hold all of it.</summary>
    public static string? Words(Element timing)
    {
        if (timing.TryGetChild("code", out var code) && ValueReader.Words(code) is { } named)
        {
            return named;
        }

        if (!HasOnly(timing, Repeat) || !timing.TryGetChild("repeat", out var repeat) || !HasOnly(repeat, Told))
        {
            return null;
        }

        var parts = new[] { HowOften(repeat), When(repeat), repeat.TryGetChild("bounds", out var bounds) ? ValueReader.Words(bounds) : null }.OfType<string>().ToList();
        return parts.Count == 0 ? null : string.Join(", ", parts);
    }

    /// <summary>How a medicine is taken, in one line: as it was written, or out of amount, timing and need.</summary>
    public static string? Dosage(Element root, string name)
    {
        if (!root.TryGetChild(name, out var dosage))
        {
            return null;
        }

        if (dosage.Text("text") is { Length: > 0 } text)
        {
            return text;
        }

        var amount = dosage.TryGetChild("doseAndRate", out var dose) && dose.TryGetChild("dose", out var quantity) ? ValueReader.Words(quantity) : null;
        var often = dosage.TryGetChild("timing", out var timing) ? Words(timing) : null;
        var parts = new[] { amount, often, Need(dosage) }.OfType<string>().ToList();
        return parts.Count == 0 ? null : string.Join(", ", parts);
    }

    private static bool HasOnly(Element element, HashSet<string> names)
    {
        foreach (var child in element.Children)
        {
            if (!names.Contains(child.Name))
            {
                return false;
            }
        }

        return true;
    }

    private static string? Need(Element dosage) => !dosage.TryGetChild("asNeeded", out var need) ? null
        : need.TypeName == "boolean" ? need.GetString() == "true" ? ReadingText.WhenNeeded : null
        : ValueReader.Words(need) is { } reason ? Say.Fill(ReadingText.WhenNeededFor, reason) : null;

    private static string? HowOften(Element repeat)
    {
        var times = repeat.Text("frequency") is { } frequency && long.TryParse(frequency, out var count) ? Say.Count(ReadingText.Times, count) : null;
        if (repeat.Text("period") is not { } period || repeat.Text("periodUnit") is not { } unit || Wording.TimeForms(unit) is null)
        {
            return times;
        }

        var every = ValueReader.Measured(period, unit);
        return (times, period, unit) switch
        {
            (null, _, _) => Say.Fill(ReadingText.Every, every),
            (_, "1" or "1.0", "d") => Say.Fill(ReadingText.ADay, times),
            (_, "1" or "1.0", "h") => Say.Fill(ReadingText.AnHour, times),
            (_, "1" or "1.0", "wk") => Say.Fill(ReadingText.AWeek, times),
            (_, "1" or "1.0", "mo") => Say.Fill(ReadingText.AMonth, times),
            (_, "1" or "1.0", "a") => Say.Fill(ReadingText.AYear, times),
            _ => Say.Fill(ReadingText.TimesEvery, times, every),
        };
    }

    private static string? When(Element repeat)
    {
        var times = repeat.All("when").ConvertAll(when => Wording.Display("http://hl7.org/fhir/event-timing", when.GetString()) ?? when.GetString() ?? "");
        return times.Count == 0 ? null : Say.List(times);
    }
}
