using Rapport.Records;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Summaries;

namespace Rapport.Server.Pages.Links;

/// <summary>What a link is and does, in words, to the patient who gave it.</summary>
internal static class LinkWords
{
    /// <summary>What is behind a link, inside a sentence.</summary>
    public static string What(LinkTerms terms)
    {
        List<string> parts = [];
        if (terms.HasKinds)
        {
            parts.Add(InPeriod(terms, OfKinds(terms)));
        }

        if (terms.Entries.Count > 0)
        {
            parts.Add(Say.Count(LinkPagesText.WhatEntries, terms.Entries.Count));
        }

        return Say.List(parts);
    }

    /// <summary>Until when, inside a sentence.</summary>
    public static string When(DateTimeOffset? until) => until is not { } end ? SharingText.UntilStopped
        : TimeZones.Local(end).TimeOfDay == TimeSpan.Zero ? Say.Fill(SharingText.UntilDay, Say.LastDay(end))
        : Say.Fill(SharingText.UntilDay, Say.Moment(end));

    /// <summary>How often it may be opened, inside a sentence.</summary>
    public static string HowOften(int? most) => most is { } times ? Say.Count(LinkPagesText.OpensTimes, times) : LinkPagesText.OpensAlways;

    /// <summary>How it stands, in a word or two, and whether that is an end.</summary>
    public static (string Text, bool IsOver) State(GivenLink link, bool isInForce, DateTimeOffset now) => link switch
    {
        { Secret: null } => (LinkPagesText.StateEnded, true),
        _ when link.ExpiresAt <= now => (LinkPagesText.StateExpired, true),
        { IsLocked: true } => (LinkPagesText.StateLocked, true),
        { IsUsedUp: true } => (LinkPagesText.StateUsedUp, true),
        _ when !isInForce => (LinkPagesText.StateEnded, true),
        _ => (LinkPagesText.StateOpen, false),
    };

    private static string OfKinds(LinkTerms terms) =>
        terms.Types.Count > 0 && terms.Codes.Count == 0 && terms.Types.ToHashSet().SetEquals(PatientSummary.Types) ? LinkPagesText.WhatSummary
        : terms.Codes.Count > 0 ? Say.Count(LinkPagesText.WhatCodes, terms.Codes.Count)
        : terms.Kinds is not { } kinds ? SharingText.WhatEverything
        : Say.Fill(SharingText.WhatKinds, Say.List([.. kinds.Select(kind => kind.Many)]));

    private static string InPeriod(LinkTerms terms, string what) => (terms.From, terms.To) switch
    {
        ({ } from, { } to) => Say.Fill(LinkPagesText.FromTo, what, Say.Day(from), Say.Day(to)),
        ({ } from, null) => Say.Fill(LinkPagesText.FromOn, what, Say.Day(from)),
        (null, { } to) => Say.Fill(LinkPagesText.UpTo, what, Say.Day(to)),
        _ => what,
    };
}
