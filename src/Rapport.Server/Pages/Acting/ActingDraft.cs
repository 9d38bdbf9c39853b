using Microsoft.AspNetCore.DataProtection;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Acting;

/// <summary>What was chosen on the way to letting somebody act, as it was sent: nothing of it is checked yet but for what there is no choice of, which is never kept.</summary>
public sealed record ActingDraft
{
    private const int MostText = 100;

    private static readonly string[] Lastings = ["year", "day", "open"];

    /// <summary>The reference of who is to act.</summary>
    public string? Who { get; init; }

    /// <summary>The exact sign-in name that was typed.</summary>
    public string? Name { get; init; }

    /// <summary>What they may do beside reading.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    /// <summary>Whether they see all kinds, those that come later among them.</summary>
    public bool Everything { get; init; }

    /// <summary>The names of the kinds.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>The sensitive labels that go along.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary><c>year</c>, <c>day</c> or <c>open</c>.</summary>
    public string Lasting { get; init; } = "year";

    /// <summary>The last day as typed, for <c>day</c>.</summary>
    public string Until { get; init; } = "";

    /// <summary>What stands in the form before anything is chosen: the least that helps from day to day.</summary>
    public static ActingDraft Least(string? who) => new() { Who = who, Actions = [ConsentAction.Collect], Kinds = SharingAim.Find("help")!.KindNames };

    /// <summary>What was sent.</summary>
    /// <param name="form">The fields.</param>
    /// <param name="labelsInRecord">The labels there are: others are not kept.</param>
    public static ActingDraft Read(IFormCollection form, IEnumerable<string> labelsInRecord)
    {
        var (actions, kinds, labels) = (form["action"].ToHashSet(), form["kind"].ToHashSet(), form["label"].ToHashSet());
        return new ActingDraft
        {
            Who = Text(form["who"].ToString()),
            Name = Text(form["name"].ToString()),
            Actions = [.. ActingTerms.Choices.Where(actions.Contains)],
            Everything = form["scope"] == "everything",
            Kinds = [.. Kind.Shareable.Select(static kind => kind.Name).Where(kinds.Contains)],
            Labels = [.. labelsInRecord.Where(labels.Contains)],
            Lasting = Lastings.FirstOrDefault(lasting => form["lasting"] == lasting) ?? "year",
            Until = Text(form["until"].ToString()) ?? "",
        };
    }

    /// <summary>What it amounts to.</summary>
    /// <param name="recipient">Who is to act; null for nobody that is known.</param>
    /// <param name="today">By the clock of the patient.</param>
    /// <param name="problems">What is missing or wrong, by field.</param>
    public ActingTerms? ToTerms(RecipientChoice? recipient, DateOnly today, out IReadOnlyDictionary<string, string> problems)
    {
        Dictionary<string, string> found = [];
        problems = found;
        if (recipient is not { Kind: RecipientKind.Person })
        {
            found[Name is null ? "who" : "name"] = Name is null ? ActingText.ChooseWho : ActingText.NobodyCalled;
        }

        if (!Everything && Kinds.Count == 0)
        {
            found["what"] = SharingText.ChooseWhat;
        }

        var until = Lasting switch
        {
            "open" => null,
            "day" => DateOnly.TryParseExact(Until, "yyyy-MM-dd", out var day) && day.Year < 2200 ? day : Problem(found),
            _ => today.AddYears(1),
        };
        if (until < today)
        {
            found["until"] = SharingText.DayIsOver;
        }

        return found.Count > 0 ? null : new ActingTerms(
            new SharingTerms
            {
                Recipient = recipient!.Reference,
                RecipientName = recipient.Name,
                Purpose = PurposeOfUse.ActingForPatient,
                Types = Everything ? null : [.. Kinds.SelectMany(static name => Kind.Find(name)!.Types)],
                Labels = Labels,
                Until = until,
            },
            [ConsentAction.Access, .. Actions],
            Delegation.Delegatee);
    }

    private static DateOnly? Problem(Dictionary<string, string> problems)
    {
        problems["until"] = SharingText.ChooseLastDay;
        return null;
    }

    private static string? Text(string text) => text.Trim() is { Length: > 0 } trimmed ? trimmed.Cut(MostText) : null;
}

/// <summary>Such forms on their way.</summary>
/// <inheritdoc/>
internal sealed class ActingDrafts(IDataProtectionProvider protection) : SealedDrafts<ActingDraft>(protection, "acting-draft")
{
    /// <summary>The draft as an address carries it; null when it is more than one holds.</summary>
    public string? Fit(PersonId person, ActingDraft draft) => Seal(person, draft) is { Length: <= MostCharacters } sealedDraft ? sealedDraft : null;
}
