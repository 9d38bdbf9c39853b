using System.Buffers.Text;
using System.Text;
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

    /// <summary>Letters of the secret part of an address: 256 random bits.</summary>
    private const int PathLength = 43;

    private const int MostToken = 200;
    private const int MostAtOnce = 16;

    private readonly RecordServices _services;
    private readonly DisclosureGate _gate;

    // Checking a passcode is dear on purpose: it takes half of the processors at most.
    private readonly SemaphoreSlim _slots = new(Math.Max(1, Environment.ProcessorCount / 2));

    // Anybody may knock: however many do, they take so many connections of the database and no more.
    private readonly SemaphoreSlim _door = new(MostAtOnce);

    internal GivenLinks(RecordServices services, DisclosureGate gate) => (_services, _gate) = (services, gate);

    /// <summary>Opens a link.</summary>
    /// <param name="path">The secret part of its address.</param>
    /// <param name="knock">Who asks.</param>
    /// <param name="query">What is asked for, of a link that there is.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed: nothing was released.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public async Task<LinkOpening> OpenAsync(string path, LinkKnock knock, Func<GivenLink, RecordQuery> query, CancellationToken cancel)
    {
        if (await FindAsync(path, cancel) is not { } found)
        {
            return LinkOpening.NothingHere;
        }

        bool? isRight = null;
        while (await ReadAsync(found, cancel) is { } link)
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
                return opening.Disclosure is null ? opening : opening with { AddressOf = file => AddressOf(found, mine, file) };
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
        if (token.Length > MostToken || await FindAsync(path, cancel) is not { } found || Read(found, token) is not [var ticketId, not LinkOpening.Reply and var file])
        {
            return LinkOpening.NothingHere;
        }

        while (await ReadAsync(found, cancel) is { } link)
        {
            var now = _services.Clock.GetUtcNow();

            // What was opened last may still be fetched: a link that is used up has no end before its files have.
            if (link.Given.ExpiresAt <= now || link.State.Tickets.FirstOrDefault(ticket => ticket.Id == ticketId && ticket.At + FilesLast > now) is not { } mine || mine.Fetched.Contains(file))
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
        if (token.Length > MostToken || await FindAsync(path, cancel) is not { } found || Read(found, token) is not [var ticketId, LinkOpening.Reply])
        {
            return LinkReplyOutcome.NothingHere;
        }

        while (await ReadAsync(found, cancel) is { } link)
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

    /// <inheritdoc/>
    public void Dispose()
    {
        _slots.Dispose();
        _door.Dispose();
    }

    /// <summary>Asks the database, in turn. Nobody waits for anything else meanwhile: whoever is slow at one link holds up no other.</summary>
    private async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        await _door.WaitAsync(cancel);
        try
        {
            return await work();
        }
        finally
        {
            _door.Release();
        }
    }

    /// <summary>Whether something that is sent back would be taken in now: asked before it is read, since it may be large.</summary>
    /// <param name="path">The secret part of the link's address.</param>
    /// <param name="token"><see cref="LinkOpening.ReplyTo"/> of their opening.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public async Task<LinkReplyOutcome> MayReceiveAsync(string path, string token, CancellationToken cancel) =>
        token.Length <= MostToken && await FindAsync(path, cancel) is { } found && Read(found, token) is [var ticketId, LinkOpening.Reply] && await ReadAsync(found, cancel) is { } link
            ? MayReceive(link, ticketId, _services.Clock.GetUtcNow()).Outcome
            : LinkReplyOutcome.NothingHere;

    private static (LinkReplyOutcome Outcome, LinkTicket? Ticket) MayReceive(Known link, string ticketId, DateTimeOffset now) =>
        link.Given.ExpiresAt <= now || link.State.Tickets.FirstOrDefault(ticket => ticket.Id == ticketId && ticket.At + FilesLast > now) is not { } mine ? (LinkReplyOutcome.NothingHere, null)
        : link.State.Replies >= GivenLink.MostReplies || mine.Replies >= GivenLink.MostRepliesOfOpening ? (LinkReplyOutcome.TooMuch, null)
        : (LinkReplyOutcome.Waits, mine);

    /// <summary>False when the link has changed meanwhile; null when there is no room.</summary>
    private Task<bool?> KeepAsync(Found found, Known link, LinkState next, LinkTicket ticket, LinkReply reply, DateTimeOffset now, CancellationToken cancel)
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
        return InTurnAsync(() => _services.Links.ReceiveAsync(
            found.Compartment.IdText, Row(found, link, next), delivery.Id.ToString(), delivery.FileSize + delivery.Note.Length, LinkDeliverySealing.Seal(delivery, patient, sealer),
            LinkDeliverySealing.SealParts(reply.File?.Bytes ?? default, patient, sealer, delivery.Id), cancel), cancel);
    }

    private async Task<Found?> FindAsync(string path, CancellationToken cancel)
    {
        if (path.Length != PathLength || await InTurnAsync(() => _services.Links.FindAsync(_services.LinkHash(path), cancel), cancel) is not var (patient, link))
        {
            return null;
        }

        try
        {
            return await InTurnAsync(() => _services.Cache.GetAsync(PatientId.Parse(patient)).AsTask(), cancel) is { } compartment ? new Found(compartment, LocalId.Parse(link)) : null;
        }
        catch (Exception e) when (e is SealBrokenException or InvalidDataException or FormatException)
        {
            throw new RecordUnreadableException(e);
        }
    }

    /// <summary>The link as it is now; null when nothing leads to it any more.</summary>
    private async Task<Known?> ReadAsync(Found found, CancellationToken cancel)
    {
        if (await InTurnAsync(() => _services.Links.ReadAsync(found.Compartment.IdText, found.Link.ToString(), cancel), cancel) is not { PathHash: not null } row)
        {
            return null;
        }

        try
        {
            var state = LinkState.Open(found.Compartment.Id, found.Compartment.Sealer, row);
            return new Known(row, state, GivenLink.Of(found.Compartment.Id, found.Link, state));
        }
        catch (Exception e) when (e is SealBrokenException or ObjectDisposedException)
        {
            throw new RecordUnreadableException(e);
        }
    }

    /// <summary>Whether the passcode is the right one. Whoever waits for their turn gives up when the link was locked meanwhile.</summary>
    private async Task<bool> MatchesAsync(Found found, HashedPasscode passcode, string? given, CancellationToken cancel)
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
                return await ReadAsync(found, cancel) is { Given.IsLocked: false } && passcode.Matches(given);
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
    private async Task<LinkOpening?> RefuseAsync(Found found, Known link, LinkKnock knock, CancellationToken cancel)
    {
        var wrong = link.State.WrongPasscodes + (knock.Passcode is null ? 0 : 1);
        if (knock.Passcode is not null
            && !await InTurnAsync(() => _services.Links.ChangeAsync(found.Compartment.IdText, Row(found, link, link.State with { WrongPasscodes = wrong }), cancel), cancel))
        {
            return null;
        }

        return new LinkOpening { Outcome = LinkOutcome.WrongPasscode, AttemptsLeft = GivenLink.MostWrongPasscodes - wrong };
    }

    /// <summary>Discloses, and takes the link's next version with it; null when the link has changed meanwhile.</summary>
    private async Task<LinkOpening?> DiscloseAsync(Found found, Known link, LinkState next, RecordQuery query, string note, CancellationToken cancel)
    {
        var holder = new Actor(default, link.Given.Holder, link.Given.HolderName, [link.Given.Holder]);
        var ask = new DisclosureAsk(holder, found.Compartment.Id, link.Given.Purpose, query);

        // Comfort: it is right without turns, but many who come at once would do their work in vain.
        await found.Compartment.OpeningLinks.WaitAsync(cancel);
        try
        {
            var (disclosure, hasChanged) = await InTurnAsync(() => _gate.DiscloseByLinkAsync(ask, new LinkUse(link.Given.FullId, Row(found, link, next), note), cancel), cancel);
            return hasChanged ? null
                : disclosure is null ? LinkOpening.NothingHere
                : new LinkOpening { Outcome = LinkOutcome.Opened, Link = link.Given, Disclosure = disclosure };
        }
        finally
        {
            found.Compartment.OpeningLinks.Release();
        }
    }

    private static LinkRow Row(Found found, Known link, LinkState next) => link.Row with
    {
        Version = link.Row.Version + 1,
        Body = next.Seal(found.Compartment.Id, found.Compartment.Sealer, found.Link, link.Row.Version + 1),
    };

    private static string AddressOf(Found found, LinkTicket ticket, string file) =>
        Base64Url.EncodeToString(found.Compartment.Sealer.Seal(Places.LinkFile(found.Compartment.Id, found.Link), Encoding.ASCII.GetBytes($"{ticket.Id}/{file}")));

    /// <summary>Ticket and file; null when it is no address that was made for this link.</summary>
    private static string[]? Read(Found found, string token)
    {
        try
        {
            return Encoding.ASCII.GetString(found.Compartment.Sealer.Open(Places.LinkFile(found.Compartment.Id, found.Link), Base64Url.DecodeFromChars(token))).Split('/');
        }
        catch (Exception e) when (e is SealBrokenException or FormatException)
        {
            return null;
        }
    }

    private static string Short(string said) => said.Length <= LinkKnock.MostSaid ? said : said[..LinkKnock.MostSaid];

    private sealed record Found(Compartment Compartment, LocalId Link);

    private sealed record Known(LinkRow Row, LinkState State, GivenLink Given);
}

/// <summary>With a disclosure: the link or the card it is made by.</summary>
/// <param name="Consent">The id of its agreement: nothing but what this one permits is released, whatever others permit.</param>
/// <param name="Next">The link's next version; null for a card.</param>
/// <param name="Note">What the ledger notes.</param>
internal sealed record LinkUse(string Consent, LinkRow? Next, string Note);
