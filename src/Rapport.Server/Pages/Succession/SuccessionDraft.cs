using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Succession;

/// <summary>What was chosen on the way to naming somebody, as it was sent: nothing of it is checked yet but for what there is no choice of, which is never kept.</summary>
/// <param name="What">Who, and what they get; <c>year</c> is a year after it opened.</param>
/// <param name="Waits">The days of waiting: one of <see cref="Days"/>, or <c>other</c>.</param>
/// <param name="OtherDays">The days as typed, for <c>other</c>.</param>
public sealed record SuccessionDraft(ActingDraft What, string Waits, string OtherDays)
{
    private const int Year = 365;

    private const int MostOver = 100;

    private const string Other = "other";

    /// <summary>What was set for them as it was chosen: <see cref="SetSuccession.Over"/>; null for nothing.</summary>
    public string? Over { get; init; }

    /// <summary>The days that can be chosen with one tap.</summary>
    public static IReadOnlyList<int> Days { get; } = [7, Rapport.Consent.Succession.Usual, 30];

    /// <summary>What they may be let do: who cannot decide any more cannot look at whom it is shared on with either.</summary>
    public static IReadOnlyList<string> Actions { get; } = [ConsentAction.Collect, ConsentAction.Correct];

    /// <summary>What stands in the form before anything is chosen: they see what is not sensitive, and do nothing.</summary>
    public static SuccessionDraft Usual(string? who) => new(new ActingDraft { Who = who, Everything = true, Lasting = "open" }, Text(Rapport.Consent.Succession.Usual), "");

    /// <summary>What was sent.</summary>
    /// <inheritdoc cref="ActingDraft.Read"/>
    public static SuccessionDraft Read(IFormCollection form, IEnumerable<string> labelsInRecord)
    {
        var waits = form["waits"].ToString();
        var typed = form["days"].ToString().Trim();
        var what = ActingDraft.Read(form, labelsInRecord);
        return new SuccessionDraft(what with { Actions = [.. what.Actions.Intersect(Actions)] }, Days.Select(Text).FirstOrDefault(days => days == waits) ?? Other, typed.Cut(10))
        {
            Over = form["over"].ToString() is { Length: > 0 and <= MostOver } over ? over : null,
        };
    }

    /// <summary>What is set, as it would be sent to set it again.</summary>
    /// <param name="terms">What it says.</param>
    /// <param name="over">Which version of it.</param>
    public static SuccessionDraft Of(SuccessionTerms terms, string over)
    {
        var (sees, days) = (terms.Acts.Sees, Text(terms.Set.WaitDays));
        return new SuccessionDraft(
            new ActingDraft
            {
                Who = sees.Recipient,
                Actions = terms.Acts.Actions,
                Everything = sees.Types is null,
                Kinds = [.. (sees.Kinds ?? []).Select(static kind => kind.Name)],
                Labels = sees.Labels,
                Lasting = terms.Set.LastDays is null ? "open" : "year",
            },
            Days.Contains(terms.Set.WaitDays) ? days : Other,
            Days.Contains(terms.Set.WaitDays) ? "" : days)
        {
            Over = over,
        };
    }

    /// <summary>What it amounts to.</summary>
    /// <inheritdoc cref="ActingDraft.ToTerms"/>
    public SuccessionTerms? ToTerms(RecipientChoice? recipient, DateOnly today, out IReadOnlyDictionary<string, string> problems)
    {
        var acts = (What with { Lasting = "open" }).ToTerms(recipient, today, out problems);
        if (int.TryParse(Waits == Other ? OtherDays : Waits, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= Rapport.Consent.Succession.Shortest and <= Rapport.Consent.Succession.Longest)
        {
            return acts is null ? null : new SuccessionTerms(acts, new(days, What.Lasting == "year" ? Year : null));
        }

        problems = new Dictionary<string, string>(problems)
        {
            ["days"] = Say.Fill(SuccessionText.WrongDays, Say.Number(Rapport.Consent.Succession.Shortest), Say.Number(Rapport.Consent.Succession.Longest)),
        };
        return null;
    }

    private static string Text(int days) => days.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Such forms on their way.</summary>
/// <inheritdoc/>
internal sealed class SuccessionDrafts(IDataProtectionProvider protection) : SealedDrafts<SuccessionDraft>(protection, "succession-draft")
{
    /// <summary>The draft as an address carries it; null when it is more than one holds.</summary>
    public string? Fit(PersonId person, SuccessionDraft draft) => Seal(person, draft) is { Length: <= MostCharacters } sealedDraft ? sealedDraft : null;
}
