using System.Globalization;

namespace Rapport.Server.Pages.Sharing;

/// <summary>What the fields of a share form say, and what is wrong with them, by field.</summary>
internal static class DraftFields
{
    /// <summary>The first day, if the field says one; and what is wrong with the fields, by field.</summary>
    public static (DateOnly? From, DateOnly? Until) ReadDays(this SharingDraft draft, DateOnly today, Dictionary<string, string> problems)
    {
        var from = ReadDay(draft.From, "from", SharingText.WriteFirstDay, problems);
        var until = draft.Lasting switch
        {
            "open" => null,
            // What ends with something else ends after a year in any case.
            "year" or "looks" or "treatment" => (from ?? today).AddYears(1),
            "day" => draft.Until.Length == 0 ? Problem(problems, "until", SharingText.ChooseLastDay) : ReadDay(draft.Until, "until", SharingText.WriteLastDay, problems),
            _ => SharingDraft.UsualEnd(from ?? today),
        };
        if (until < today)
        {
            problems["until"] = SharingText.DayIsOver;
        }
        else if (from > until)
        {
            problems["until"] = SharingText.LastBeforeFirst;
        }

        return (from > today ? from : null, until);
    }

    /// <summary>How many looks it is for; null when they are not counted, or the field says no number.</summary>
    public static int? ReadLooks(this SharingDraft draft, Dictionary<string, string> problems)
    {
        if (draft.Lasting != "looks")
        {
            return null;
        }

        if (int.TryParse(draft.Looks, NumberStyles.None, CultureInfo.InvariantCulture, out var looks) && looks is > 0 and <= SharingDraft.MostLooks)
        {
            return looks;
        }

        problems["looks"] = Say.Fill(SharingText.WriteLooks, Say.Number(SharingDraft.MostLooks));
        return null;
    }

    /// <summary>What was written for another end than the one that is chosen is not passed over: whoever wrote it counts on it.</summary>
    public static void ReadWhatElseIsWritten(this SharingDraft draft, Dictionary<string, string> problems)
    {
        if (draft.Looks.Length > 0 && draft.Lasting != "looks")
        {
            problems["looks"] = Say.Fill(SharingText.LooksNotChosen, draft.Looks);
        }

        if (draft.Treatment is not null && draft.Lasting != "treatment")
        {
            problems["treatment"] = SharingText.TreatmentNotChosen;
        }

        if (draft.Until.Length > 0 && draft.Lasting != "day")
        {
            problems["until"] = SharingText.DayNotChosen;
        }
    }

    /// <summary>The days of which data go along.</summary>
    public static (DateOnly? From, DateOnly? To) ReadDataDays(this SharingDraft draft, Dictionary<string, string> problems)
    {
        var from = ReadDay(draft.DataFrom, "data", SharingText.WriteDataDay, problems);
        var to = ReadDay(draft.DataTo, "data", SharingText.WriteDataDay, problems);
        if (from > to)
        {
            problems["data"] = SharingText.LastBeforeFirst;
        }

        // What was written is not passed over: whoever wrote it counts on it.
        if (draft.DataFrom.Length + draft.DataTo.Length > 0 && draft.Scope is SharingScope.Entry or SharingScope.Around or SharingScope.Entries)
        {
            problems["data"] = SharingText.DaysAreOfKinds;
        }

        return (from, to);
    }

    private static DateOnly? ReadDay(string text, string field, string problem, Dictionary<string, string> problems) =>
        text.Length == 0 ? null : DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) && day.Year is > 1900 and < 2200 ? day : Problem(problems, field, problem);

    private static DateOnly? Problem(Dictionary<string, string> problems, string field, string text)
    {
        problems[field] = text;
        return null;
    }
}
