using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Visits.Rules;

/// <summary>
/// One question for each medicine: what a new one is for, what is different with a changed one, whether a stopped one is rightly stopped, and whether one that has been on the list for a year is still needed. Pure.
/// </summary>
internal static class MedicineRule
{
    private static readonly string[] Taken = ["active", "on-hold", "intended"];

    /// <summary>What stands in the name of a medicine and does not tell it from another: amounts, units, and how it is taken.</summary>
    private static readonly HashSet<string> Amounts =
        ["mg", "mcg", "µg", "ug", "g", "ml", "hr", "h", "unt", "iu", "meq", "actuat", "oral", "tablet", "tablets", "capsule", "capsules", "pill", "solution", "tab", "cap", "film", "coated"];

    public static IEnumerable<OfferedQuestion> Of(VisitFacts facts)
    {
        foreach (var medicine in facts.Medicines.Where(entry => entry.IsNamed && entry.At < facts.Tomorrow).GroupBy(static entry => KeyOf(entry.Line.Title)))
        {
            var all = medicine.OrderByDescending(static entry => entry.At).ToList();
            if (Question(facts, all) is var (kind, about, text, why))
            {
                yield return new OfferedQuestion(kind, $"medicine:{medicine.Key}", text, why) { Entry = about.Reference, IsPrivate = all.Exists(static entry => entry.IsPrivate) };
            }
        }
    }

    /// <summary>What is the same for one medicine in whatever strength it is taken.</summary>
    public static string KeyOf(string title) => string.Join(' ', title.ToLowerInvariant().Split([' ', ',', '/', '(', ')', '[', ']', '-'], StringSplitOptions.RemoveEmptyEntries)
        .Where(static word => !char.IsAsciiDigit(word[0]) && !Amounts.Contains(word)).Distinct());

    private static (QuestionKind Kind, VisitEntry About, string Text, string Why)? Question(VisitFacts facts, List<VisitEntry> all)
    {
        var name = Name(all[0]);
        if (all.Find(static entry => Taken.Contains(entry.Status)) is not { } taken)
        {
            return all[0].Status == "stopped" && Ended(all[0]) >= facts.Since
                ? (QuestionKind.MedicineNews, all[0], Say.Fill(VisitText.MedicineStopped, name), VisitText.WhyStopped) : null;
        }

        var (first, isNew) = (all[^1], taken.At >= facts.Since);
        name = Name(taken);
        if (isNew && all.Find(entry => entry.At < taken.At && Differs(entry, taken)) is { } before)
        {
            return (QuestionKind.MedicineNews, taken, Say.Fill(VisitText.MedicineChanged, name), Say.Fill(VisitText.WhyChanged, VisitNames.Named(Told(before)), VisitNames.Named(Told(taken)), Since(taken)));
        }

        return isNew && first.At >= facts.Since ? (QuestionKind.MedicineNews, taken, Say.Fill(VisitText.MedicineNew, name), Say.Fill(VisitText.WhyNew, Since(taken)))
            : first.At <= facts.YearAgo ? (QuestionKind.MedicineLong, taken, Say.Fill(VisitText.MedicineLong, name), Say.Fill(VisitText.WhyOnList, Since(first)))
            : null;
    }

    /// <summary>Its name without how many puffs or hours a package has, with which some sources begin it.</summary>
    private static string Name(VisitEntry entry)
    {
        var words = entry.Line.Name.Split(' ');
        return VisitNames.Named(words is [var count, "ACTUAT" or "HR" or "ML", _, ..] && count.All(static c => char.IsAsciiDigit(c) || c == '.') ? string.Join(' ', words[2..]) : entry.Line.Name);
    }

    private static DateTime? Ended(VisitEntry entry) => entry.Resource.Root.TryGetChild("effective", out var effective) && effective.TypeName == "Period" && effective.Text("end") is { } end ? FhirDate.At(end) : entry.At;

    /// <summary>Whether the strength, or how it is taken, is another. What one of them does not say makes no difference.</summary>
    private static bool Differs(VisitEntry before, VisitEntry now) =>
        !string.Equals(before.Line.Title, now.Line.Title, StringComparison.OrdinalIgnoreCase) ? HasAmount(before.Line.Title) && HasAmount(now.Line.Title)
        : HasDosage(before) && HasDosage(now) && before.Line.Value != now.Line.Value;

    private static bool HasAmount(string title) => title.AsSpan().IndexOfAnyInRange('0', '9') >= 0;

    private static bool HasDosage(VisitEntry entry) => entry.Resource.Root.TryGetChild(entry.Resource.TypeName == "MedicationRequest" ? "dosageInstruction" : "dosage", out _);

    private static string Told(VisitEntry entry) => HasDosage(entry) && entry.Line.Value is { } value ? $"{entry.Line.Title}, {value}" : entry.Line.Title;

    private static string Since(VisitEntry entry) => FhirDate.Since(FhirDay(entry.Line.DateText!));

    /// <summary>A date without its time of day.</summary>
    internal static string FhirDay(string text) => text.Length > 10 ? text[..10] : text;
}
