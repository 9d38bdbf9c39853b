using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Primitives;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Links;

/// <summary>What a link opens, by how much it is.</summary>
public enum LinkScope
{
    /// <summary>A summary.</summary>
    Summary,

    /// <summary>The kinds that are ticked.</summary>
    Kinds,

    /// <summary>All kinds.</summary>
    Everything,

    /// <summary>One entry.</summary>
    Entry,
}

/// <summary>What was chosen so far on the way to a link, as it was sent. The passcode is not in it: what stands in an address, sealed or not, holds none.</summary>
public sealed record LinkForm
{
    private const int MostText = 100;

    /// <summary>The purposes that a link can be for: HL7 codes.</summary>
    public static IReadOnlyList<string> Purposes { get; } = ["TREAT", "ETREAT", "CAREMGT", "FAMRQT", "PATRQT"];

    public LinkScope Scope { get; init; }

    /// <summary>The FHIR reference of the entry that it is about.</summary>
    public string? About { get; init; }

    /// <summary>The names of the kinds.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>The sensitive labels that go along.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Whether more labels were ticked than an address holds.</summary>
    public bool TooManyLabels { get; init; }

    /// <summary>HL7 purpose of use.</summary>
    public string Purpose { get; init; } = LinkDraft.UsualPurpose;

    /// <summary>What it is called.</summary>
    public string Label { get; init; } = "";

    /// <summary><c>day</c>, <c>week</c>, <c>month</c>, <c>chosen</c> or <c>open</c>.</summary>
    public string Lasting { get; init; } = "week";

    /// <summary>The last day as typed, for <c>chosen</c>.</summary>
    public string Until { get; init; } = "";

    /// <summary><c>any</c>, <c>once</c> or <c>times</c>.</summary>
    public string Often { get; init; } = "any";

    /// <summary>How often, as typed, for <c>times</c>.</summary>
    public string Times { get; init; } = "";

    /// <summary>Whether they may look again later.</summary>
    public bool IsLongTerm { get; init; }

    /// <summary>With what the first step sent.</summary>
    /// <param name="form">The fields.</param>
    /// <param name="labelsInRecord">The labels there are: others are not kept.</param>
    public LinkForm WithWhat(IFormCollection form, IEnumerable<string> labelsInRecord)
    {
        var kinds = form["kind"].ToHashSet();
        var labels = form["label"].ToHashSet();
        return this with
        {
            Scope = form["scope"].ToString() switch
            {
                "kinds" => LinkScope.Kinds,
                "everything" => LinkScope.Everything,
                "entry" when About is not null => LinkScope.Entry,
                _ => LinkScope.Summary,
            },
            Kinds = [.. Kind.Shareable.Select(kind => kind.Name).Where(kinds.Contains)],
            Labels = [.. labelsInRecord.Where(labels.Contains)],
            TooManyLabels = false,
            Purpose = Purposes.FirstOrDefault(purpose => purpose == form["purpose"]) ?? LinkDraft.UsualPurpose,
        };
    }

    /// <summary>With what the second step sent.</summary>
    public LinkForm WithUntil(IFormCollection form) => this with
    {
        Label = Text(form["name"]),
        Lasting = Text(form["lasting"]),
        Until = Text(form["until"]),
        Often = Text(form["often"]),
        Times = Text(form["times"]),
        IsLongTerm = form["again"] == "on",
    };

    /// <summary>The link that it amounts to; null with what is missing or wrong, by field.</summary>
    /// <param name="about">The entry that it is about.</param>
    /// <param name="labelsInRecord">The labels there are.</param>
    /// <param name="typesInRecord">The types there are.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="problems">What is missing or wrong.</param>
    internal LinkDraft? Read(AboutEntry? about, IEnumerable<string> labelsInRecord, IEnumerable<string> typesInRecord, DateTimeOffset now, out Dictionary<string, string> problems)
    {
        problems = [];
        var kinds = Kind.Shareable.Where(kind => Kinds.Contains(kind.Name)).ToList();
        if (Scope == LinkScope.Kinds && kinds.Count == 0)
        {
            problems["what"] = LinkPagesText.ChooseWhat;
        }
        else if (Scope == LinkScope.Entry && about is null)
        {
            problems["what"] = LinkPagesText.EntryGone;
        }

        if (TooManyLabels)
        {
            problems["sensitive"] = SharingText.TooManyLabels;
        }

        if (LinkDraft.LabelOf(Label) is null)
        {
            problems["name"] = LinkPagesText.WriteName;
        }

        var until = ReadUntil(now, problems);
        var often = ReadOften(problems);
        if (problems.Count > 0)
        {
            return null;
        }

        var terms = Scope switch
        {
            LinkScope.Summary => LinkDraft.SummaryTerms,
            LinkScope.Entry => new LinkTerms { Purpose = Purpose, HasKinds = false, Entries = [about!.Reference] },
            LinkScope.Everything => new LinkTerms { Purpose = Purpose },
            _ => new LinkTerms { Purpose = Purpose, Types = [.. kinds.SelectMany(kind => kind == Kind.Other ? kind.TypesAmong(typesInRecord) : kind.Types)] },
        };
        return new LinkDraft
        {
            Label = LinkDraft.LabelOf(Label)!,
            Openings = often,
            IsLongTerm = IsLongTerm,
            IsSummary = Scope == LinkScope.Summary,
            Terms = terms with { Purpose = Purpose, Labels = Scope == LinkScope.Entry ? [] : [.. Labels.Where(labelsInRecord.Contains)], Until = until },
        };
    }

    /// <summary>When a link ends that lasts so long; null for no end, and for a day that is to be typed.</summary>
    public static DateTimeOffset? EndOf(string lasting, DateTimeOffset now) => lasting switch
    {
        "day" => now.AddDays(1),
        "week" => DayAfter(TimeZones.DayOf(now).AddDays(7)),
        "month" => DayAfter(TimeZones.DayOf(now).AddMonths(1)),
        _ => null,
    };

    private static DateTimeOffset DayAfter(DateOnly day) => TimeZones.At(day.AddDays(1), TimeOnly.MinValue);

    private DateTimeOffset? ReadUntil(DateTimeOffset now, Dictionary<string, string> problems)
    {
        if (Lasting is not ("chosen" or "open" or "day" or "week" or "month"))
        {
            problems["until"] = LinkPagesText.ChooseUntil;
        }

        if (Lasting != "chosen")
        {
            // What was written is not passed over: whoever wrote it counts on it.
            if (Until.Length > 0)
            {
                problems["until"] = SharingText.DayNotChosen;
            }

            return EndOf(Lasting, now);
        }

        if (!DateOnly.TryParseExact(Until, "yyyy-MM-dd", out var day) || day.Year >= 2200)
        {
            problems["until"] = SharingText.WriteLastDay;
            return null;
        }

        if (day < TimeZones.DayOf(now))
        {
            problems["until"] = SharingText.DayIsOver;
        }

        return DayAfter(day);
    }

    private int? ReadOften(Dictionary<string, string> problems)
    {
        if (Often == "times" && int.TryParse(Times, NumberStyles.None, CultureInfo.InvariantCulture, out var times) && times is >= 1 and <= LinkDraft.MostOpenings)
        {
            return times;
        }

        if (Often == "times")
        {
            problems["often"] = Say.Fill(LinkPagesText.WriteTimes, Say.Number(LinkDraft.MostOpenings));
        }
        else if (Times.Length > 0)
        {
            problems["often"] = Say.Fill(LinkPagesText.TimesNotChosen, Times);
        }

        return Often == "once" ? 1 : null;
    }

    /// <summary>What was sent travels in an address, so none of it may be longer than anybody means.</summary>
    private static string Text(StringValues values) => values.Count > 0 && values[0]?.Trim() is { } text ? text.Cut(MostText) : "";
}

/// <summary>Links on their way.</summary>
/// <inheritdoc/>
internal sealed class LinkForms(IDataProtectionProvider protection) : SealedDrafts<LinkForm>(protection, "link-draft")
{
    /// <summary>The draft, or without its labels when these are more than an address holds: then it says so.</summary>
    public LinkForm Fit(Data.PersonId person, LinkForm form) => Seal(person, form).Length <= MostCharacters ? form : form with { Labels = [], TooManyLabels = true };
}
