using Microsoft.AspNetCore.DataProtection;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Conversations;

/// <summary>A conversation that somebody is about to begin, as far as they have filled it in.</summary>
public sealed record NewTalkDraft
{
    private const int MostWith = 20, MostReference = 400;

    /// <summary>Whose record it is about, where that is not their own.</summary>
    public string? About { get; init; }

    /// <summary>With whom: <see cref="RecipientChoice.Value"/>.</summary>
    public IReadOnlyList<string> With { get; init; } = [];

    /// <summary>The name of somebody who is looked for.</summary>
    public string? Find { get; init; }

    /// <summary>What it is about.</summary>
    public string Subject { get; init; } = "";

    /// <summary>What kind of matter.</summary>
    public Topic Topic { get; init; }

    /// <summary>Whether who acts for the patient is kept out; null where nobody chose yet, so that it is as usual for the patient.</summary>
    public bool? IsPrivate { get; init; }

    /// <summary>The list of questions for a visit that goes into it, by its id; null for none.</summary>
    public string? Visit { get; init; }

    /// <summary>Tells a form that is sent again from another one.</summary>
    public string Once { get; init; } = FormKey.New();

    /// <summary>Whose record it is about; null where that is their own, or what stands there is none.</summary>
    public PatientId? Patient => PatientId.TryParse(About, out var patient) ? patient : null;

    /// <summary>What is wrong with it, by field.</summary>
    /// <param name="mustName">Whether somebody has to be chosen.</param>
    public Dictionary<string, string> Problems(bool mustName)
    {
        Dictionary<string, string> problems = [];
        if (mustName && With.Count == 0)
        {
            problems["with"] = ConversationText.ChooseWho;
        }

        if (Subject.Length is 0 or > ConversationDesk.MostSubject)
        {
            problems["subject"] = Say.Fill(ConversationText.SubjectProblem, Say.Number(ConversationDesk.MostSubject));
        }

        return problems;
    }

    /// <summary>What a form sent.</summary>
    public static NewTalkDraft Read(IFormCollection form) => new()
    {
        About = form["about"].ToString() is { Length: > 0 and < 100 } about ? about : null,
        With = [.. form["with"].OfType<string>().Where(static value => value.Length is > 0 and <= MostReference).Distinct().Take(MostWith)],
        Find = OneLine.Of(form["find"].ToString()) is { Length: > 0 and <= 100 } find ? find : null,

        // What is too long stays too long, and fits into an address.
        Subject = OneLine.Of(form["subject"].ToString()).Cut(ConversationDesk.MostSubject * 2),
        Topic = Enum.TryParse<Topic>(form["topic"], ignoreCase: true, out var topic) && Enum.IsDefined(topic) ? topic : Topic.General,
        IsPrivate = form["private"].ToString() switch { "on" => true, "off" => false, _ => null },
        Visit = LocalId.TryParse(form["visit"].ToString(), out var visit) ? visit.ToString() : null,
        Once = FormKey.Of(form["once"].ToString()),
    };
}

/// <summary>New conversations on their way.</summary>
/// <inheritdoc/>
internal sealed class NewTalkDrafts(IDataProtectionProvider protection) : SealedDrafts<NewTalkDraft>(protection, "new-conversation")
{
    /// <summary>The draft; what is too long for an address goes without whoever was chosen last.</summary>
    public NewTalkDraft Fit(PersonId person, NewTalkDraft draft)
    {
        while (draft.With.Count > 1 && Seal(person, draft).Length > MostCharacters)
        {
            draft = draft with { With = [.. draft.With.SkipLast(1)] };
        }

        return draft;
    }
}
