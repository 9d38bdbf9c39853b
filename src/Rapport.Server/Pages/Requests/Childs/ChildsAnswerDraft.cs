using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Requests.Childs;

/// <summary>What whoever looks after a small child is about to agree to.</summary>
/// <param name="Child">The id of the child's record.</param>
/// <param name="Request">Names the request.</param>
/// <param name="Kinds">The names of the kinds that go along: of those that were asked for.</param>
/// <param name="Until">The last day, as typed.</param>
/// <param name="Shown">A digest of what was looked through: that alone is agreed to. Null before it.</param>
public sealed record ChildsAnswerDraft(string Child, string Request, IReadOnlyList<string> Kinds, string Until, string? Shown = null);

/// <summary>Such drafts on their way.</summary>
/// <inheritdoc/>
internal sealed class ChildsAnswerDrafts(IDataProtectionProvider protection) : SealedDrafts<ChildsAnswerDraft>(protection, "childs-answer");

/// <summary>What a draft amounts to.</summary>
/// <param name="Draft">The draft.</param>
/// <param name="Request">What it answers.</param>
/// <param name="Recipient">Who asks.</param>
/// <param name="LastDay">The last day that can be chosen.</param>
/// <param name="Terms">What would be agreed; null where something is missing or wrong.</param>
/// <param name="Problems">What that is, by field.</param>
public sealed record ChildsAnswerReading(
    ChildsAnswerDraft Draft, ReceivedRequest Request, RecipientChoice Recipient, DateOnly LastDay, SharingTerms? Terms, IReadOnlyDictionary<string, string> Problems)
{
    /// <summary>Whether the draft comes to what was looked through.</summary>
    public bool IsAsShown(PatientId child) => Terms is { } terms && Draft.Shown == terms.Digest(child);

    /// <summary>The draft of all that is asked for.</summary>
    /// <param name="child">The child's record.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="lastDay">The last day that can be chosen.</param>
    public static ChildsAnswerDraft Begin(PatientId child, ReceivedRequest request, DateOnly lastDay) =>
        new(child.ToString(), request.Id.ToString(), [.. request.Terms.Kinds().Select(static kind => kind.Name)], Typed(lastDay));

    /// <summary>The last day that can be chosen: as was asked, and not beyond what whoever answers may do for the child.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="today">The current day.</param>
    /// <param name="latest">When that ends, exclusive; null for no end that is known.</param>
    public static DateOnly LastDayOf(ReceivedRequest request, DateOnly today, DateTimeOffset? latest)
    {
        var asked = today.AddMonths(request.Terms.Months);
        var own = latest is { } end ? TimeZones.DayOf(end.AddTicks(-1)) : asked;
        return own < asked ? own : asked;
    }

    /// <summary>Reads a draft; pure.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="request">What it answers.</param>
    /// <param name="recipient">Who asks.</param>
    /// <param name="days">The current day, and the last that can be chosen.</param>
    /// <param name="others">The types of entries that whoever answers sees: what is of no kind that is known is told by its types.</param>
    public static ChildsAnswerReading Of(ChildsAnswerDraft draft, ReceivedRequest request, RecipientChoice recipient, (DateOnly Today, DateOnly Last) days, IEnumerable<string> others)
    {
        Dictionary<string, string> problems = [];
        var kinds = request.Terms.Kinds().Where(kind => draft.Kinds.Contains(kind.Name)).ToList();
        if (kinds.Count == 0)
        {
            problems["what"] = ChildsRequestText.ChooseKinds;
        }

        if (!DateOnly.TryParseExact(draft.Until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var until) || until < days.Today || until > days.Last)
        {
            problems["until"] = Say.Fill(ChildsRequestText.ChooseDay, Say.Day(days.Last));
        }

        var terms = problems.Count > 0 || RequestAim.Find(request.Terms.Aim) is not { } aim ? null : new SharingTerms
        {
            Recipient = recipient.Reference,
            RecipientName = recipient.Name,
            Purpose = aim.Sharing.PurposeFor(recipient),
            Types = [.. kinds.SelectMany(kind => kind == Kind.Other ? kind.TypesAmong(others) : kind.Types).Distinct()],
            Until = until,
            Answers = request.Id,
        };
        if (terms is { Types.Count: 0 })
        {
            problems["what"] = ChildsRequestText.ChooseKinds;
        }

        return new ChildsAnswerReading(draft, request, recipient, days.Last, problems.Count > 0 ? null : terms, problems);
    }

    /// <summary>A day as a field has it.</summary>
    public static string Typed(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
