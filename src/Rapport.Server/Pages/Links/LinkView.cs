using Rapport.Consent;
using Rapport.Records;
using Rapport.Server.LinksGiven;

namespace Rapport.Server.Pages.Links;

/// <summary>One look by a link, out of the patient's own ledger.</summary>
/// <param name="Index">Where the ledger tells of it.</param>
/// <param name="At">When.</param>
/// <param name="Said">What they said of themselves.</param>
/// <param name="Entries">How many entries they got.</param>
/// <param name="IsOpening">Whether it was an opening, and not a file of one.</param>
public sealed record LinkLook(long Index, DateTimeOffset At, string Said, int Entries, bool IsOpening);

/// <summary>A link, ready to be shown to the patient who gave it.</summary>
public sealed record LinkView
{
    public required GivenLink Link { get; init; }

    /// <summary>What its agreement says; null when it was changed to say more than pages can tell.</summary>
    public required LinkTerms? Terms { get; init; }

    /// <summary>How it stands, in a word or two.</summary>
    public required string State { get; init; }

    /// <summary>Whether it opens nothing any more.</summary>
    public required bool IsOver { get; init; }

    /// <summary>Who looked, newest first.</summary>
    public required IReadOnlyList<LinkLook> Looks { get; init; }

    /// <summary>Its id within the record.</summary>
    public string LocalId => Link.Id.ToString();

    /// <summary>What whoever has it may see, in a sentence.</summary>
    public string? Sentence => Terms is { } terms
        ? Say.Fill(LinkPagesText.Opens, LinkWords.What(terms), PurposeOfUse.Describe(terms.Purpose), LinkWords.When(terms.Until))
        : null;

    /// <summary>How often it was opened, out of how often it may be.</summary>
    public string Use => Link.MostOpenings is { } most ? Say.Count(LinkPagesText.OpenedOf, Link.Openings, Say.Number(most)) : Link.Openings == 0 ? LinkPagesText.NotOpened : Say.Count(LinkPagesText.Opened, Link.Openings);

    /// <summary>How often it may still be opened; null where nobody counts, or it opens nothing any more.</summary>
    public string? Left => Link.MostOpenings is { } most && !IsOver ? Say.Count(LinkPagesText.LeftTimes, Math.Max(0, most - Link.Openings)) : null;

    /// <summary>What who opened it last said of themselves.</summary>
    public string? LastSaid => Looks.FirstOrDefault(look => look.IsOpening)?.Said;

    /// <summary>All links of a record, newest first.</summary>
    public static async Task<IReadOnlyList<LinkView>> AllAsync(OwnAccess own, DateTimeOffset now, CancellationToken cancel)
    {
        var links = await own.Links.ListAsync(cancel);
        if (links.Count == 0)
        {
            return [];
        }

        var consents = (await own.ConsentsAsync(cancel)).ToDictionary(consent => consent.Entry.Id);
        var looks = (await own.HistoryAsync(cancel)).Deeds.Where(deed => deed.IsLook && LinkNote.SaidIn(deed.Note) is not null).ToLookup(deed => deed.Actor);
        return [.. links.Select(link => Of(link, consents.GetValueOrDefault(link.FullId), looks[link.Holder], now))];
    }

    private static LinkView Of(GivenLink link, StoredConsent? consent, IEnumerable<LedgerDeed> deeds, DateTimeOffset now)
    {
        var (state, isOver) = LinkWords.State(link, consent is { Consent.Counts: true } && !(consent.Consent.ValidUntil <= now), now);
        return new LinkView
        {
            Link = link,
            Terms = consent is null ? null : LinkTerms.TryRead(consent.Resource),
            State = state,
            IsOver = isOver,
            Looks = [.. deeds.Reverse().Select(deed => new LinkLook(deed.Index, deed.At, LinkNote.SaidIn(deed.Note)!, deed.EntryCount, LinkNote.IsOpening(deed.Note)))],
        };
    }
}
