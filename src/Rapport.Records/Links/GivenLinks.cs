using Rapport.Data;
using Rapport.Language;

namespace Rapport.Records;

/// <summary>
/// Where whoever has a link reaches what it gives: through the <see cref="DisclosureGate"/>, as the recipient that the link's agreement names. Thread safe.
/// </summary>
/// <remarks>
/// An opening MUST be counted in the transaction that records it, so that a link that may be opened n times is opened n times at most, however many try at once and whenever the server is
/// killed; and a wrong passcode MUST be counted durably before anybody is told that it is wrong.
/// </remarks>
public sealed class GivenLinks : IDisposable
{
    /// <summary>How long the files of an opening may be fetched.</summary>
    public static readonly TimeSpan FilesLast = TimeSpan.FromHours(1);

    private readonly RecordServices _services;
    private readonly DisclosureGate _gate;
    private readonly LinkFinder _finder;
    private readonly LinkReplying _replying;

    // Checking a passcode is dear on purpose: it takes half of the processors at most.
    private readonly SemaphoreSlim _slots = new(Math.Max(1, Environment.ProcessorCount / 2));

    internal GivenLinks(RecordServices services, DisclosureGate gate)
    {
        (_services, _gate, _finder) = (services, gate, new LinkFinder(services));
        _replying = new LinkReplying(services, _finder);
    }

    /// <summary>Opens a link.</summary>
    /// <param name="path">The secret part of its address.</param>
    /// <param name="knock">Who asks.</param>
    /// <param name="query">What is asked for, of a link that there is.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed: nothing was released.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public async Task<LinkOpening> OpenAsync(string path, LinkKnock knock, Func<GivenLink, RecordQuery> query, CancellationToken cancel)
    {
        if (await _finder.FindAsync(path, cancel) is not { } found)
        {
            return LinkOpening.NothingHere;
        }

        bool? isRight = null;
        while (await _finder.ReadAsync(found, cancel) is { } link)
        {
            var now = _services.Clock.GetUtcNow();
            if (!link.Given.IsOpen(now) || link.Given.IsDirect != knock.IsDirect || knock.HasKey?.Invoke(link.Given.Secret!.Key) == false)
            {
                return LinkOpening.NothingHere;
            }

            // Before the passcode, which is dear to look at: whoever has it does not keep the server at that.
            LinkTicket[] tickets = [.. link.State.Tickets.Where(ticket => ticket.At + FilesLast > now)];
            if (tickets.Length >= GivenLink.MostOpeningsAnHour)
            {
                return new LinkOpening { Outcome = LinkOutcome.TooOften, RetryAfter = tickets[0].At + FilesLast - now };
            }

            if (link.State.Passcode is { } passcode && !(isRight ??= await MatchesAsync(found, passcode, knock.Passcode, cancel)))
            {
                if (await RefuseAsync(found, link, knock, cancel) is { } refusal)
                {
                    return refusal;
                }

                continue;
            }

            var mine = new LinkTicket(LocalId.New().ToString(), now, knock.Said.Cut(LinkKnock.MostSaid), []);
            var next = link.State with { Openings = link.State.Openings + 1, Tickets = [.. tickets, mine] };
            if (await DiscloseAsync(found, link, next, query(link.Given), LinkNote.OfOpening(mine.Said), cancel) is { } opening)
            {
                return opening.Disclosure is not { } given ? opening : opening with
                {
                    AddressOf = file => LinkFinder.AddressOf(found, mine, file),
                    ReplyTo = LinkFinder.ReplyTo(found, mine, given.LedgerIndex),
                };
            }
        }

        return LinkOpening.NothingHere;
    }

    /// <summary>Fetches a file of an opening: once, and only as long as the link still opens it.</summary>
    /// <param name="path">The secret part of the link's address.</param>
    /// <param name="token">What <see cref="LinkOpening.AddressOf"/> made.</param>
    /// <param name="query">What the file is made of.</param>
    /// <param name="cancel">Gives up.</param>
    /// <inheritdoc cref="OpenAsync"/>
    public async Task<LinkOpening> FetchAsync(string path, string token, Func<GivenLink, string, RecordQuery> query, CancellationToken cancel)
    {
        if (await _finder.FindAsync(path, cancel) is not { } found || LinkFinder.Read(found, token) is not [var ticketId, var file])
        {
            return LinkOpening.NothingHere;
        }

        while (await _finder.ReadAsync(found, cancel) is { } link)
        {
            var now = _services.Clock.GetUtcNow();

            if (link.TicketOf(ticketId, now) is not { } mine || mine.Fetched.Contains(file))
            {
                return LinkOpening.NothingHere;
            }

            var fetched = mine with { Fetched = [.. mine.Fetched, file] };
            var next = link.State with { Tickets = [.. link.State.Tickets.Select(ticket => ticket == mine ? fetched : ticket)] };
            if (await DiscloseAsync(found, link, next, query(link.Given, file), LinkNote.OfFetching(mine.Said), cancel) is { } opening)
            {
                return opening with { File = file };
            }
        }

        return LinkOpening.NothingHere;
    }

    /// <summary>Takes in what somebody sends back who opened a link: it waits for the patient, and is no part of the record before they take it.</summary>
    /// <param name="path">The secret part of the link's address.</param>
    /// <param name="token"><see cref="LinkOpening.ReplyTo"/> of their opening.</param>
    /// <param name="reply">What they send.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed: nothing was taken in.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<LinkReplyOutcome> ReceiveAsync(string path, string token, LinkReply reply, CancellationToken cancel) => _replying.ReceiveAsync(path, token, reply, cancel);

    /// <summary>Whether something that is sent back would be taken in now: asked before it is read, since it may be large.</summary>
    /// <param name="path">The secret part of the link's address.</param>
    /// <param name="token"><see cref="LinkOpening.ReplyTo"/> of their opening.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<LinkReplyOutcome> MayReceiveAsync(string path, string token, CancellationToken cancel) => _replying.MayReceiveAsync(path, token, cancel);

    /// <summary>Says what came of an opening: whoever opened it says it, as long as they may send something back, and the last word stands.</summary>
    /// <param name="path">The secret part of the link's address.</param>
    /// <param name="token"><see cref="LinkOpening.ReplyTo"/> of their opening, of which alone they speak.</param>
    /// <param name="kind">What came of it: one of <see cref="Outcome.OfLookers"/>.</param>
    /// <param name="words">In their words; null for none.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="ArgumentException">It is no outcome that whoever looked may tell.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<OutcomeTold> TellAsync(string path, string token, OutcomeKind kind, string? words, CancellationToken cancel) => _replying.TellAsync(path, token, kind, words, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        _slots.Dispose();
        _finder.Dispose();
    }

    /// <summary>Whether the passcode is the right one. Whoever waits for their turn gives up when the link was locked meanwhile.</summary>
    private async Task<bool> MatchesAsync(FoundLink found, HashedPasscode passcode, string? given, CancellationToken cancel)
    {
        if (given is null)
        {
            return false;
        }

        // The links of one record one after the other, so that those who guess at them leave room for who opens another's.
        await found.Compartment.CheckingPasscodes.WaitAsync(cancel);
        try
        {
            await _slots.WaitAsync(cancel);
            try
            {
                return await _finder.ReadAsync(found, cancel) is { Given.IsLocked: false } && passcode.Matches(given);
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            found.Compartment.CheckingPasscodes.Release();
        }
    }

    /// <summary>Counts a wrong passcode; null when the link has changed meanwhile. None at all is not counted: nothing was tried.</summary>
    private async Task<LinkOpening?> RefuseAsync(FoundLink found, KnownLink link, LinkKnock knock, CancellationToken cancel)
    {
        var wrong = link.State.WrongPasscodes + (knock.Passcode is null ? 0 : 1);
        if (knock.Passcode is not null
            && !await _finder.InTurnAsync(() => _services.Links.ChangeAsync(found.Compartment.IdText, link.Next(found, link.State with { WrongPasscodes = wrong }), cancel), cancel))
        {
            return null;
        }

        return new LinkOpening { Outcome = LinkOutcome.WrongPasscode, AttemptsLeft = GivenLink.MostWrongPasscodes - wrong };
    }

    /// <summary>Discloses, and takes the link's next version with it; null when the link has changed meanwhile.</summary>
    private async Task<LinkOpening?> DiscloseAsync(FoundLink found, KnownLink link, LinkState next, RecordQuery query, string note, CancellationToken cancel)
    {
        var ask = new DisclosureAsk(link.Holder, found.Compartment.Id, link.Given.Purpose, query);

        // Comfort: it is right without turns, but many who come at once would do their work in vain.
        await found.Compartment.OpeningLinks.WaitAsync(cancel);
        try
        {
            var (disclosure, hasChanged) = await _finder.InTurnAsync(() => _gate.DiscloseByLinkAsync(ask, new LinkUse(link.Given.FullId, link.Next(found, next), note), cancel), cancel);
            return hasChanged ? null
                : disclosure is null ? LinkOpening.NothingHere
                : new LinkOpening { Outcome = LinkOutcome.Opened, Link = link.Given, Disclosure = disclosure };
        }
        finally
        {
            found.Compartment.OpeningLinks.Release();
        }
    }
}

/// <summary>With a disclosure: the link or the card it is made by.</summary>
/// <param name="Consent">The id of its agreement: nothing but what this one permits is released, whatever others permit.</param>
/// <param name="Next">The link's next version; null for a card.</param>
/// <param name="Note">What the ledger notes.</param>
internal sealed record LinkUse(string Consent, LinkRow? Next, string Note);
