using Rapport.Data;

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

    // Checking a passcode is dear on purpose: it takes half of the processors at most.
    private readonly SemaphoreSlim _slots = new(Math.Max(1, Environment.ProcessorCount / 2));

    internal GivenLinks(RecordServices services, DisclosureGate gate) => (_services, _gate, _finder) = (services, gate, new LinkFinder(services));

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

            var mine = new LinkTicket(LocalId.New().ToString(), now, Short(knock.Said), []);
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

            if (TicketOf(link, ticketId, now) is not { } mine || mine.Fetched.Contains(file))
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
    public async Task<LinkReplyOutcome> ReceiveAsync(string path, string token, LinkReply reply, CancellationToken cancel)
    {
        if (await _finder.FindAsync(path, cancel) is not { } found || LinkFinder.ReadReply(found, token) is not var (ticketId, _))
        {
            return LinkReplyOutcome.NothingHere;
        }

        while (await _finder.ReadAsync(found, cancel) is { } link)
        {
            var now = _services.Clock.GetUtcNow();
            if (MayReceive(link, ticketId, now) is not (LinkReplyOutcome.Waits, { } mine))
            {
                return MayReceive(link, ticketId, now).Outcome;
            }

            var next = link.State with
            {
                Replies = link.State.Replies + 1,
                Tickets = [.. link.State.Tickets.Select(ticket => ticket == mine ? mine with { Replies = mine.Replies + 1 } : ticket)],
            };
            if (await KeepAsync(found, link, next, mine, reply, now, cancel) is not false and var kept)
            {
                return kept is true ? LinkReplyOutcome.Waits : LinkReplyOutcome.TooMuch;
            }
        }

        return LinkReplyOutcome.NothingHere;
    }

    /// <summary>Says what came of an opening: whoever opened it says it, as long as they may send something back, and the last word stands.</summary>
    /// <param name="path">The secret part of the link's address.</param>
    /// <param name="token"><see cref="LinkOpening.ReplyTo"/> of their opening, of which alone they speak.</param>
    /// <param name="kind">What came of it: one of <see cref="Outcome.OfLookers"/>.</param>
    /// <param name="words">In their words; null for none.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="ArgumentException">It is no outcome that whoever looked may tell.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public async Task<OutcomeTold> TellAsync(string path, string token, OutcomeKind kind, string? words, CancellationToken cancel)
    {
        if (await _finder.FindAsync(path, cancel) is not { } found || LinkFinder.ReadReply(found, token) is not var (ticketId, look)
            || await _finder.ReadAsync(found, cancel) is not { } link || TicketOf(link, ticketId, _services.Clock.GetUtcNow()) is null)
        {
            return OutcomeTold.NothingHere;
        }

        return await RecordDamage.HideAsync(OutcomeTold.NothingHere, () => _finder.InTurnAsync(
            () => OutcomeWriting.TellAsync(_services, found.Compartment, HolderOf(link), new Outcome(look, kind, words), first => first.Index == look && first.Actor == link.Given.Holder, cancel), cancel));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _slots.Dispose();
        _finder.Dispose();
    }

    /// <summary>Whether something that is sent back would be taken in now: asked before it is read, since it may be large.</summary>
    /// <param name="path">The secret part of the link's address.</param>
    /// <param name="token"><see cref="LinkOpening.ReplyTo"/> of their opening.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public async Task<LinkReplyOutcome> MayReceiveAsync(string path, string token, CancellationToken cancel) =>
        await _finder.FindAsync(path, cancel) is { } found && LinkFinder.ReadReply(found, token) is var (ticketId, _) && await _finder.ReadAsync(found, cancel) is { } link
            ? MayReceive(link, ticketId, _services.Clock.GetUtcNow()).Outcome
            : LinkReplyOutcome.NothingHere;

    /// <summary>What is left of an opening, as long as it lasts. What was opened last lasts on: a link that is used up has no end before its files have.</summary>
    private static LinkTicket? TicketOf(KnownLink link, string ticketId, DateTimeOffset now) =>
        link.Given.ExpiresAt <= now ? null : link.State.Tickets.FirstOrDefault(ticket => ticket.Id == ticketId && ticket.At + FilesLast > now);

    private static Actor HolderOf(KnownLink link) => new(default, link.Given.Holder, link.Given.HolderName, [link.Given.Holder]);

    private static (LinkReplyOutcome Outcome, LinkTicket? Ticket) MayReceive(KnownLink link, string ticketId, DateTimeOffset now) =>
        TicketOf(link, ticketId, now) is not { } mine ? (LinkReplyOutcome.NothingHere, null)
        : link.State.Replies >= GivenLink.MostReplies || mine.Replies >= GivenLink.MostRepliesOfOpening ? (LinkReplyOutcome.TooMuch, null)
        : (LinkReplyOutcome.Waits, mine);

    /// <summary>False when the link has changed meanwhile; null when there is no room.</summary>
    private Task<bool?> KeepAsync(FoundLink found, KnownLink link, LinkState next, LinkTicket ticket, LinkReply reply, DateTimeOffset now, CancellationToken cancel)
    {
        var (patient, sealer) = (found.Compartment.Id, found.Compartment.Sealer);
        var delivery = new LinkDelivery
        {
            Id = LocalId.New(),
            Link = found.Link,
            LinkLabel = link.State.Label,
            Said = ticket.Said,
            At = now,
            Note = reply.Note,
            FileName = reply.File?.Name,
            FileKind = reply.File?.Kind,
            FileSize = reply.File?.Bytes.Length ?? 0,
        };
        return _finder.InTurnAsync(() => _services.Links.ReceiveAsync(
            found.Compartment.IdText, Row(found, link, next), delivery.Id.ToString(), delivery.FileSize + delivery.Note.Length, LinkDeliverySealing.Seal(delivery, patient, sealer),
            LinkDeliverySealing.SealParts(reply.File?.Bytes ?? default, patient, sealer, delivery.Id), cancel), cancel);
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
            && !await _finder.InTurnAsync(() => _services.Links.ChangeAsync(found.Compartment.IdText, Row(found, link, link.State with { WrongPasscodes = wrong }), cancel), cancel))
        {
            return null;
        }

        return new LinkOpening { Outcome = LinkOutcome.WrongPasscode, AttemptsLeft = GivenLink.MostWrongPasscodes - wrong };
    }

    /// <summary>Discloses, and takes the link's next version with it; null when the link has changed meanwhile.</summary>
    private async Task<LinkOpening?> DiscloseAsync(FoundLink found, KnownLink link, LinkState next, RecordQuery query, string note, CancellationToken cancel)
    {
        var ask = new DisclosureAsk(HolderOf(link), found.Compartment.Id, link.Given.Purpose, query);

        // Comfort: it is right without turns, but many who come at once would do their work in vain.
        await found.Compartment.OpeningLinks.WaitAsync(cancel);
        try
        {
            var (disclosure, hasChanged) = await _finder.InTurnAsync(() => _gate.DiscloseByLinkAsync(ask, new LinkUse(link.Given.FullId, Row(found, link, next), note), cancel), cancel);
            return hasChanged ? null
                : disclosure is null ? LinkOpening.NothingHere
                : new LinkOpening { Outcome = LinkOutcome.Opened, Link = link.Given, Disclosure = disclosure };
        }
        finally
        {
            found.Compartment.OpeningLinks.Release();
        }
    }

    private static LinkRow Row(FoundLink found, KnownLink link, LinkState next) => link.Row with
    {
        Version = link.Row.Version + 1,
        Body = next.Seal(found.Compartment.Id, found.Compartment.Sealer, found.Link, link.Row.Version + 1),
    };

    private static string Short(string said) => said.Length <= LinkKnock.MostSaid ? said : said[..LinkKnock.MostSaid];

}

/// <summary>With a disclosure: the link or the card it is made by.</summary>
/// <param name="Consent">The id of its agreement: nothing but what this one permits is released, whatever others permit.</param>
/// <param name="Next">The link's next version; null for a card.</param>
/// <param name="Note">What the ledger notes.</param>
internal sealed record LinkUse(string Consent, LinkRow? Next, string Note);
