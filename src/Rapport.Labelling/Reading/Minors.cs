using System.Globalization;
using Rapport.Fhir;

namespace Rapport.Labelling;

/// <summary>What minors may have been alone with: what is sensitive for other reasons, from when the patient was of an age at which laws let them consent by themselves.</summary>
internal static class Minors
{
    internal const int FirstAge = 12;
    internal const int FullAge = 18;

    private static readonly string[] Confidential = ["SEX", "STD", "HIV", "ETH", "SUD", "ETHUD", "OPIOIDUD", "PSY", "PSYTHPN", "SDV"];

    internal static void Read(RuleBook book, Findings findings, Resource resource, Func<string, Resource?> resolve)
    {
        if (!findings.IsEmpty && findings.HasLabel(Confidential) && book.ById.TryGetValue("minors-own-care", out var rule)
            && When(resource.Root) is var (at, when) && resolve("Patient") is { } patient
            && patient.Root.TryGetChild("birthDate", out var birth) && DayOf(birth.GetString()) is { } born
            && AgeAt(born, when) is >= FirstAge and < FullAge)
        {
            findings.Add(rule, at.Location, System.Text.Encoding.UTF8.GetBytes(when.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), Via.Itself, byCode: false);
        }
    }

    private static int AgeAt(DateOnly born, DateOnly when) => when.Year - born.Year - ((when.Month, when.Day).CompareTo((born.Month, born.Day)) < 0 ? 1 : 0);

    /// <summary>The earliest day that the resource itself tells of: when it was, began, or was written down.</summary>
    private static (Element At, DateOnly Day)? When(Element root)
    {
        (Element At, DateOnly Day)? earliest = null;
        foreach (var child in root.Children)
        {
            var told = child.TypeName switch
            {
                "date" or "dateTime" or "instant" => DayOf(child.GetString()),
                "Period" when child.TryGetChild("start", out var start) => DayOf(start.GetString()),
                _ => null,
            };
            if (told is { } day && (earliest is null || day < earliest.Value.Day))
            {
                earliest = (child, day);
            }
        }

        return earliest;
    }

    /// <summary>The day of a FHIR date; of a month or a year the first.</summary>
    private static DateOnly? DayOf(string? date)
    {
        if (date is null || date.Length < 4 || !int.TryParse(date.AsSpan(0, 4), CultureInfo.InvariantCulture, out var year) || year < 1)
        {
            return null;
        }

        var month = date.Length >= 7 && int.TryParse(date.AsSpan(5, 2), CultureInfo.InvariantCulture, out var m) && m is >= 1 and <= 12 ? m : 1;
        var day = date.Length >= 10 && int.TryParse(date.AsSpan(8, 2), CultureInfo.InvariantCulture, out var d) && d >= 1 && d <= DateTime.DaysInMonth(year, month) ? d : 1;
        return new DateOnly(year, month, day);
    }
}
