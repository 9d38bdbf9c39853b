using System.Security.Cryptography;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>What whoever opened a link sends back, and says came of it: see <see cref="GivenLinks"/>. Thread safe.</summary>
internal sealed class LinkReplying(RecordServices services, LinkFinder finder)
{
    /// <inheritdoc cref="GivenLinks.ReceiveAsync"/>
    internal async Task<LinkReplyOutcome> ReceiveAsync(string path, string token, LinkReply reply, CancellationToken cancel)
    {
        if (await finder.FindAsync(path, cancel) is not { } found || LinkFinder.ReadReply(found, token) is not var (ticketId, _))
        {
            return LinkReplyOutcome.NothingHere;
        }

        var id = IdOf(found, ticketId, reply);
        while (await finder.ReadAsync(found, cancel) is { } link)
        {
            var now = services.Clock.GetUtcNow();

            // Whoever sends the same twice from one opening is told what became of it, and it waits once.
            if (link.TicketOf(ticketId, now) is not null && await finder.InTurnAsync(() => services.Links.HasDeliveryAsync(found.Compartment.IdText, id.ToString(), cancel), cancel))
            {
                return LinkReplyOutcome.Waits;
            }

            if (MayReceive(link, ticketId, now) is not (LinkReplyOutcome.Waits, { } mine))
            {
                return MayReceive(link, ticketId, now).Outcome;
            }

            var next = link.State with
            {
                Replies = link.State.Replies + 1,
                Tickets = [.. link.State.Tickets.Select(ticket => ticket == mine ? mine with { Replies = mine.Replies + 1 } : ticket)],
            };
            if (await KeepAsync(found, link, next, id, mine, reply, now, cancel) is not false and var kept)
            {
                return kept is true ? LinkReplyOutcome.Waits : LinkReplyOutcome.TooMuch;
            }
        }

        return LinkReplyOutcome.NothingHere;
    }

    /// <inheritdoc cref="GivenLinks.MayReceiveAsync"/>
    internal async Task<LinkReplyOutcome> MayReceiveAsync(string path, string token, CancellationToken cancel) =>
        await finder.FindAsync(path, cancel) is { } found && LinkFinder.ReadReply(found, token) is var (ticketId, _) && await finder.ReadAsync(found, cancel) is { } link
            ? MayReceive(link, ticketId, services.Clock.GetUtcNow()).Outcome
            : LinkReplyOutcome.NothingHere;

    /// <inheritdoc cref="GivenLinks.TellAsync"/>
    internal async Task<OutcomeTold> TellAsync(string path, string token, OutcomeKind kind, string? words, CancellationToken cancel)
    {
        if (await finder.FindAsync(path, cancel) is not { } found || LinkFinder.ReadReply(found, token) is not var (ticketId, look)
            || await finder.ReadAsync(found, cancel) is not { } link || link.TicketOf(ticketId, services.Clock.GetUtcNow()) is null)
        {
            return OutcomeTold.NothingHere;
        }

        return await RecordDamage.HideAsync(OutcomeTold.NothingHere, () => finder.InTurnAsync(
            () => OutcomeWriting.TellAsync(services, found.Compartment, link.Holder, new Outcome(look, kind, words), first => first.Index == look && first.Actor == link.Given.Holder, cancel), cancel));
    }

    private static (LinkReplyOutcome Outcome, LinkTicket? Ticket) MayReceive(KnownLink link, string ticketId, DateTimeOffset now) =>
        link.TicketOf(ticketId, now) is not { } mine ? (LinkReplyOutcome.NothingHere, null)
        : link.State.Replies >= GivenLink.MostReplies || mine.Replies >= GivenLink.MostRepliesOfOpening ? (LinkReplyOutcome.TooMuch, null)
        : (LinkReplyOutcome.Waits, mine);

    private LocalId IdOf(FoundLink found, string ticketId, LinkReply reply) => services.IdOf(
        "delivery", $"{found.Compartment.IdText}.{found.Link}/{ticketId} {(reply.File is { } file ? Convert.ToHexString(SHA256.HashData(file.Bytes.Span)) : "")} {reply.File?.Name}\n{reply.Note}");

    /// <summary>False when the link has changed meanwhile; null when there is no room.</summary>
    private Task<bool?> KeepAsync(FoundLink found, KnownLink link, LinkState next, LocalId id, LinkTicket ticket, LinkReply reply, DateTimeOffset now, CancellationToken cancel)
    {
        var (patient, sealer) = (found.Compartment.Id, found.Compartment.Sealer);
        var delivery = new LinkDelivery
        {
            Id = id,
            Link = found.Link,
            LinkLabel = link.State.Label,
            Said = ticket.Said,
            At = now,
            Note = reply.Note,
            FileName = reply.File?.Name,
            FileKind = reply.File?.Kind,
            FileSize = reply.File?.Bytes.Length ?? 0,
        };
        return finder.InTurnAsync(() => services.Links.ReceiveAsync(
            found.Compartment.IdText, link.Next(found, next), delivery.Id.ToString(), delivery.FileSize + delivery.Note.Length, LinkDeliverySealing.Seal(delivery, patient, sealer),
            LinkDeliverySealing.SealParts(reply.File?.Bytes ?? default, patient, sealer, delivery.Id), cancel), cancel);
    }
}
