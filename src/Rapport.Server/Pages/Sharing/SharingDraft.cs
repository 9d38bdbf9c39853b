using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Primitives;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>What may be shared of a record, by how much it is.</summary>
public enum SharingScope
{
    /// <summary>The kinds that are ticked.</summary>
    Kinds,

    /// <summary>One entry.</summary>
    Entry,

    /// <summary>One entry, with what belongs to it.</summary>
    Around,

    /// <summary>All kinds, those that come later among them.</summary>
    Everything,
}

/// <summary>
/// What was chosen so far on the way to an agreement, as it was sent: nothing of it is checked yet but for what the record does not hold, which is never kept, so that
/// nobody can make it long.
/// </summary>
public sealed record SharingDraft
{
    /// <summary>Months that a share lasts when the patient does not say otherwise.</summary>
    private const int UsualMonths = 3;

    /// <summary>Looks that somebody may be given.</summary>
    public const int MostLooks = 100;

    private const int MostText = 100;

    /// <summary>The reference of the recipient.</summary>
    public string? Who { get; init; }

    /// <summary>What was typed to find someone.</summary>
    public string? Find { get; init; }

    /// <summary>The code of a <see cref="SharingAim"/>.</summary>
    public string Aim { get; init; } = "";

    /// <summary>The purpose of the agreement that is changed.</summary>
    public string? Purpose { get; init; }

    /// <summary>The FHIR reference of the entry that it is about.</summary>
    public string? About { get; init; }

    /// <summary>What sharing began from, which is what is proposed: <c>entry</c>, <c>kind</c> or <c>everything</c>; null when from none of these.</summary>
    public string? Began { get; init; }

    /// <summary>How much.</summary>
    public SharingScope Scope { get; init; }

    /// <summary>The names of the kinds.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>The sensitive labels that go along.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>For which aim <see cref="Scope"/> and <see cref="Kinds"/> were proposed or chosen; null when neither yet.</summary>
    public string? ChosenFor { get; init; }

    /// <summary>The first day as typed; empty for at once.</summary>
    public string From { get; init; } = "";

    /// <summary><c>months</c>, <c>year</c>, <c>day</c>, <c>looks</c>, <c>treatment</c> or <c>open</c>.</summary>
    public string Lasting { get; init; } = "months";

    /// <summary>How many looks as typed, for <c>looks</c>.</summary>
    public string Looks { get; init; } = "";

    /// <summary>The FHIR reference of the treatment, for <c>treatment</c>.</summary>
    public string? Treatment { get; init; }

    /// <summary>The last day as typed, for <c>day</c>.</summary>
    public string Until { get; init; } = "";

    /// <summary>What the recipient may do beside seeing: of <see cref="SharingActions.All"/>.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    /// <summary>Whether the recipient is not told that there may be more.</summary>
    public bool Quiet { get; init; }

    /// <summary>The local id of the agreement that it changes; null for a new one.</summary>
    public string? Changes { get; init; }

    /// <summary>The request of the recipient's that it answers; null for none.</summary>
    public string? Answers { get; init; }

    /// <summary>The version of it that was looked at.</summary>
    public int Version { get; init; }

    /// <summary>Whether more labels were ticked than an address holds.</summary>
    public bool TooManyLabels { get; init; }

    /// <summary>Whether it changes an agreement.</summary>
    [JsonIgnore]
    public bool IsChange => Changes is not null;

    /// <summary>What an agreement says, to be changed.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="terms">Its terms.</param>
    /// <param name="asksUntil">Whether it is to last another time: then the usual one is proposed.</param>
    /// <param name="today">The present day.</param>
    public static SharingDraft Of(Agreement agreement, SharingTerms terms, bool asksUntil, DateOnly today)
    {
        var lasting = terms.Bounds switch { { Looks: not null } => "looks", { Treatment: not null } => "treatment", _ => asksUntil ? "months" : terms.Until is null ? "open" : "day" };
        return new SharingDraft
        {
            Who = terms.Recipient,
            Aim = SharingAim.AsItIs,
            Purpose = terms.Purpose,
            Began = terms.Entry is null ? null : "entry",
            About = terms.Entry,
            Scope = terms switch { { Entry: not null, Around.Count: > 0 } => SharingScope.Around, { Entry: not null } => SharingScope.Entry, { Types: null } => SharingScope.Everything, _ => SharingScope.Kinds },
            Kinds = terms.Entry is null ? [.. (terms.Kinds ?? []).Select(kind => kind.Name)] : [],
            Labels = terms.Labels,
            ChosenFor = SharingAim.AsItIs,
            From = terms.From is { } from && from > today ? from.ToString("yyyy-MM-dd") : "",
            Lasting = lasting,
            Looks = terms.Bounds.LooksLeft is > 0 and var left ? left.ToString(CultureInfo.InvariantCulture) : "",
            Treatment = terms.Bounds.Treatment,
            Until = lasting == "day" && terms.Until is { } until ? until.ToString("yyyy-MM-dd") : "",
            Actions = terms.Actions,
            Quiet = !terms.TellsOfMore,
            Answers = terms.Answers?.ToString(),
            Changes = agreement.LocalId,
            Version = agreement.Consent.Entry.Version,
        };
    }

    /// <summary>The last day of a share that begins today and lasts the usual time.</summary>
    public static DateOnly UsualEnd(DateOnly today) => today.AddMonths(UsualMonths);

    /// <summary>Whether what is chosen is what its aim proposes, wherever sharing could have begun: then alone the words of the proposal are true.</summary>
    [JsonIgnore]
    public bool IsProposal => Began is null && SharingAim.Find(Aim) is { } aim && Scope == aim.Scope && aim.KindNames.ToHashSet().SetEquals(Kinds);

    /// <summary>With what the first step sent. Whom an agreement is with does not change: another person is another agreement.</summary>
    public SharingDraft WithWho(IFormCollection form)
    {
        var who = IsChange ? Who : Text(form["who"]) ?? Who;
        return this with
        {
            Who = who,
            Find = Text(form["find"]),
            Aim = Text(form["aim"]) ?? "",

            // What is shared with somebody else is no answer to whoever asked.
            Answers = who == Who ? Answers : null,
        };
    }

    /// <summary>With what the second step sent.</summary>
    /// <param name="form">The fields.</param>
    /// <param name="labelsInRecord">The labels there are: others are not kept.</param>
    public SharingDraft WithWhat(IFormCollection form, IEnumerable<string> labelsInRecord)
    {
        var kinds = form["kind"].ToHashSet();
        var labels = form["label"].ToHashSet();
        return this with
        {
            Scope = form["scope"].ToString() switch
            {
                "entry" => SharingScope.Entry,
                "around" => SharingScope.Around,
                "everything" => SharingScope.Everything,
                _ => SharingScope.Kinds,
            },
            About = Began == "entry" ? About : Text(form["about"]),
            Kinds = [.. Kind.Shareable.Select(kind => kind.Name).Where(kinds.Contains)],
            Labels = [.. labelsInRecord.Where(labels.Contains)],
            TooManyLabels = false,
            ChosenFor = Aim,
        };
    }

    /// <summary>With what the third step sent.</summary>
    public SharingDraft WithUntil(IFormCollection form) => this with
    {
        From = Text(form["from"]) ?? "",
        Lasting = Text(form["lasting"]) ?? "months",
        Until = Text(form["until"]) ?? "",
        Looks = Text(form["looks"]) ?? "",
        Treatment = Text(form["treatment"]),
        Actions = SharingActions.Read(form["may"]),
        Quiet = form["more"] != "on",
    };

    /// <summary>With the least that serves the aim and the recipient, unless something was chosen for it already.</summary>
    public SharingDraft WithProposal() => SharingAim.Find(Aim) is not { } aim || ChosenFor == Aim
        ? this
        : this with
        {
            Scope = Began switch
            {
                "entry" => aim == SharingAim.Opinion ? SharingScope.Around : SharingScope.Entry,
                "kind" or "everything" => Scope,
                _ => aim.Scope,
            },
            Kinds = Began == "kind" ? Kinds : aim.KindNames,
            ChosenFor = Aim,
        };

    /// <summary>The HL7 purpose it is for with this recipient; null when it does not say.</summary>
    public string? PurposeFor(RecipientChoice recipient) => Aim == SharingAim.AsItIs ? Purpose : SharingAim.Find(Aim)?.PurposeFor(recipient);

    /// <summary>The first day, if the field says one; and what is wrong with the fields, by field.</summary>
    public (DateOnly? From, DateOnly? Until) ReadDays(DateOnly today, Dictionary<string, string> problems)
    {
        var from = ReadDay(From, "from", SharingText.WriteFirstDay, problems);
        var until = Lasting switch
        {
            "open" => null,
            // What ends with something else ends after a year in any case.
            "year" or "looks" or "treatment" => (from ?? today).AddYears(1),
            "day" => Until.Length == 0 ? Problem(problems, "until", SharingText.ChooseLastDay) : ReadDay(Until, "until", SharingText.WriteLastDay, problems),
            _ => UsualEnd(from ?? today),
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
    public int? ReadLooks(Dictionary<string, string> problems)
    {
        if (Lasting != "looks")
        {
            return null;
        }

        if (int.TryParse(Looks, NumberStyles.None, CultureInfo.InvariantCulture, out var looks) && looks is > 0 and <= MostLooks)
        {
            return looks;
        }

        problems["looks"] = Say.Fill(SharingText.WriteLooks, Say.Number(MostLooks));
        return null;
    }

    /// <summary>What was written for another end than the one that is chosen is not passed over: whoever wrote it counts on it.</summary>
    public void ReadWhatElseIsWritten(Dictionary<string, string> problems)
    {
        if (Looks.Length > 0 && Lasting != "looks")
        {
            problems["looks"] = Say.Fill(SharingText.LooksNotChosen, Looks);
        }

        if (Treatment is not null && Lasting != "treatment")
        {
            problems["treatment"] = SharingText.TreatmentNotChosen;
        }

        if (Until.Length > 0 && Lasting != "day")
        {
            problems["until"] = SharingText.DayNotChosen;
        }
    }

    private static DateOnly? ReadDay(string text, string field, string problem, Dictionary<string, string> problems) =>
        text.Length == 0 ? null : DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) && day.Year is > 1900 and < 2200 ? day : Problem(problems, field, problem);

    private static DateOnly? Problem(Dictionary<string, string> problems, string field, string text)
    {
        problems[field] = text;
        return null;
    }

    /// <summary>What was sent travels in an address, so none of it may be longer than anybody means.</summary>
    private static string? Text(StringValues values) =>
        values.Count > 0 && values[0] is { } text && text.Trim() is { Length: > 0 } trimmed ? trimmed[..Math.Min(trimmed.Length, MostText)] : null;
}
