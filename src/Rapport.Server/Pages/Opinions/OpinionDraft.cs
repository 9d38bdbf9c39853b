using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Opinions;

/// <summary>What was chosen so far on the way to asking for a second opinion, as it was sent.</summary>
public sealed record OpinionDraft
{
    private const int UsualDays = 14;
    private const int MostFind = 100;

    /// <summary>The id that the question will have: sending the same form twice asks once.</summary>
    public string Case { get; init; } = "";

    /// <summary>The FHIR reference of what it is about.</summary>
    public string About { get; init; } = "";

    /// <summary>The question as typed.</summary>
    public string Question { get; init; } = "";

    /// <summary>The last day, as typed.</summary>
    public string Until { get; init; } = "";

    /// <summary>What was typed to find somebody.</summary>
    public string? Find { get; init; }

    /// <summary>The ids of whom it is put to.</summary>
    public IReadOnlyList<string> Invited { get; init; } = [];

    /// <summary>What was typed to find something else that should go along.</summary>
    public string? FindWhat { get; init; }

    /// <summary>The FHIR references of what goes along; null before anything was chosen.</summary>
    public IReadOnlyList<string>? Sent { get; init; }

    /// <summary>A new one.</summary>
    public static OpinionDraft New(string about, DateOnly today) => new() { Case = LocalId.New().ToString(), About = about, Until = today.AddDays(UsualDays).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) };

    /// <summary>With what the first step sent. One more person than may be asked is kept, so that it is told.</summary>
    public OpinionDraft WithQuestion(IFormCollection fields) => this with
    {
        Question = Trimmed(fields["question"].ToString().ReplaceLineEndings("\n"), OpinionQuestion.MostText + 1),
        Until = Trimmed(fields["until"].ToString(), 10),
        Find = Trimmed(fields["find"].ToString(), MostFind) is { Length: > 0 } text ? text : null,
        Invited = [.. fields["who"].Where(static id => PersonId.TryParse(id, out _)).Select(static id => id!).Distinct().Take(OpinionDoor.MostInvited + 1)],
    };

    /// <summary>With what the second step sent, of what was offered.</summary>
    public OpinionDraft WithSent(IFormCollection fields, IEnumerable<string> offered)
    {
        var ticked = fields["entry"].ToHashSet();
        return this with
        {
            Sent = [.. offered.Where(ticked.Contains).Take(OpinionQuestion.MostSent + 1)],
            FindWhat = Trimmed(fields["find"].ToString(), MostFind) is { Length: > 0 } text ? text : null,
        };
    }

    /// <summary>The last day; null when none is named that may be.</summary>
    public DateOnly? LastDay(DateOnly today) =>
        DateOnly.TryParseExact(Until, "yyyy-MM-dd", out var day) && day > today && day <= today.AddDays(OpinionQuestion.MostDays) ? day : null;

    /// <summary>What is wrong with the first step, by field.</summary>
    public Dictionary<string, string> Problems(DateOnly today)
    {
        Dictionary<string, string> problems = [];
        if (Question.Length is < OpinionQuestion.LeastText or > OpinionQuestion.MostText || Question.Any(static letter => char.IsControl(letter) && letter != '\n'))
        {
            problems["question"] = Say.Fill(OpinionText.QuestionProblem, Say.Number(OpinionQuestion.LeastText), Say.Number(OpinionQuestion.MostText));
        }

        if (Invited.Count is 0 or > OpinionDoor.MostInvited)
        {
            problems["who"] = Invited.Count == 0 ? OpinionText.WhoProblem : Say.Fill(OpinionText.WhoTooMany, Say.Number(OpinionDoor.MostInvited));
        }

        if (LastDay(today) is null)
        {
            problems["until"] = Say.Fill(OpinionText.UntilProblem, Say.Number(OpinionQuestion.MostDays));
        }

        return problems;
    }

    private static string Trimmed(string text, int most) => text.Trim() is var trimmed && trimmed.Length > most ? trimmed[..most] : trimmed;
}

/// <summary>Questions on their way.</summary>
internal sealed class OpinionDrafts(IDataProtectionProvider protection) : SealedDrafts<OpinionDraft>(protection, "opinion-draft")
{
    /// <summary>The draft; what is too long for an address goes without the entries chosen, which are proposed anew.</summary>
    public OpinionDraft Fit(PersonId person, OpinionDraft draft) => Seal(person, draft).Length <= MostCharacters ? draft : draft with { Sent = null };
}
