using Microsoft.AspNetCore.DataProtection;
using Rapport.Conversations;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Stories;

/// <summary>What a patient is about to let others learn of what came of a look, as it goes from page to page.</summary>
/// <param name="Look">The position of the look.</param>
public sealed record StoryDraft(long Look)
{
    /// <summary>Characters that are kept of a sentence: more than it may have, so that the limit is what is told.</summary>
    private const int MostText = 1000;

    /// <summary>The aim of sharing, by its code.</summary>
    public string Aim { get; init; } = "";

    /// <summary>The kind of recipient, by its code; empty to leave it out.</summary>
    public string Recipient { get; init; } = "";

    /// <summary>The class of conditions, by its code; empty to leave it out.</summary>
    public string Condition { get; init; } = "";

    /// <summary>Whether they want to be counted.</summary>
    public bool IsCounted { get; init; }

    /// <summary>Whether they want to tell it.</summary>
    public bool IsTold { get; init; }

    /// <summary>Their sentence; empty for none.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>The form as it was sent. What no list has is left out.</summary>
    /// <param name="look">The position of the look.</param>
    /// <param name="aims">What it may have been for.</param>
    /// <param name="fields">The fields.</param>
    public static StoryDraft Read(long look, IReadOnlyList<SharingAim> aims, IFormCollection fields)
    {
        var typed = fields["sentence"].ToString();
        return new StoryDraft(look)
        {
            Aim = aims.FirstOrDefault(aim => aim.Code == fields["aim"].ToString())?.Code ?? "",
            Recipient = StoryWords.Recipients.Contains(fields["recipient"].ToString()) ? fields["recipient"].ToString() : "",
            Condition = StoryWords.Conditions.Contains(fields["condition"].ToString()) ? fields["condition"].ToString() : "",
            IsCounted = fields["count"] == "on",
            IsTold = fields["tell"] == "on",
            Sentence = OneLine.Of(typed.Cut(MostText)),
        };
    }

    /// <summary>What is wrong with it, by field.</summary>
    public Dictionary<string, string> Problems()
    {
        Dictionary<string, string> problems = [];
        if (Aim.Length == 0)
        {
            problems["aim"] = StoriesText.AimMissing;
        }

        if (!IsCounted && !IsTold)
        {
            problems["what"] = StoriesText.WhatMissing;
        }

        if (Sentence.Length > StoryText.MostSentence)
        {
            problems["sentence"] = Say.Fill(StoriesText.SentenceTooLong, Say.Number(StoryText.MostSentence));
        }

        return problems;
    }

    /// <summary>What is wished by it.</summary>
    public StoryWish ToWish() => new(Look, Aim, Or(Recipient), Or(Condition), IsCounted, IsTold, IsTold ? Or(Sentence) : null);

    private static string? Or(string text) => text.Length == 0 ? null : text;
}

/// <summary>Stories on their way.</summary>
internal sealed class StoryDrafts(IDataProtectionProvider protection) : SealedDrafts<StoryDraft>(protection, "story-draft");
