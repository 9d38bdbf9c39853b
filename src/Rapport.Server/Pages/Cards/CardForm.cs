using Microsoft.AspNetCore.DataProtection;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Cards;

/// <summary>What was chosen so far on the way to a card, as it was sent.</summary>
public sealed record CardForm
{
    /// <summary>Whether it is about a summary, and not about vaccinations.</summary>
    public bool IsSummary { get; init; }

    /// <summary>The references of what was ticked; null before anything was.</summary>
    public IReadOnlyList<string>? Entries { get; init; }

    /// <summary>What it is called.</summary>
    public string Label { get; init; } = "";

    /// <summary><c>month</c>, <c>year</c> or <c>open</c>.</summary>
    public string Lasting { get; init; } = "open";

    /// <summary>What was sent.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="candidates">What may be on it: nothing else is kept.</param>
    internal static CardForm Of(IFormCollection fields, IReadOnlyList<CardCandidate> candidates)
    {
        var ticked = fields["entry"].ToHashSet();
        var label = fields["name"].ToString().Trim();
        return new CardForm
        {
            IsSummary = fields["of"] == "summary",
            Entries = [.. candidates.Select(candidate => candidate.Reference).Where(ticked.Contains)],
            Label = label.Cut(LinkDraft.MostLabel + 1),
            Lasting = fields["lasting"].ToString() is ("month" or "year") and var lasting ? lasting : "open",
        };
    }

    /// <summary>When a card ends that lasts so long; null for no end.</summary>
    public static DateTimeOffset? EndOf(string lasting, DateTimeOffset now) => lasting switch
    {
        "month" => TimeZones.At(TimeZones.DayOf(now).AddMonths(1).AddDays(1), TimeOnly.MinValue),
        "year" => TimeZones.At(TimeZones.DayOf(now).AddYears(1).AddDays(1), TimeOnly.MinValue),
        _ => null,
    };
}

/// <summary>Cards on their way.</summary>
/// <inheritdoc/>
internal sealed class CardForms(IDataProtectionProvider protection) : SealedDrafts<CardForm>(protection, "card-draft");
