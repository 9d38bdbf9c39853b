using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>Finds links by their addresses, and reads what is stored of them. Thread safe.</summary>
internal sealed class LinkFinder(RecordServices services) : IDisposable
{
    /// <summary>Letters of the secret part of an address: 256 random bits.</summary>
    private const int PathLength = 43;

    /// <summary>What stands in a token by which something is sent back.</summary>
    private const string Reply = "reply";

    private const int MostToken = 200;
    private const int MostAtOnce = 16;

    // Anybody may knock: however many do, they take so many connections of the database and no more.
    private readonly SemaphoreSlim _door = new(MostAtOnce);

    /// <inheritdoc/>
    public void Dispose() => _door.Dispose();

    /// <summary>Asks the database, in turn. Nobody waits for anything else meanwhile: whoever is slow at one link holds up no other.</summary>
    internal async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancel)
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

    /// <summary>Whose link has this secret part of an address; null for nobody's.</summary>
    internal async Task<FoundLink?> FindAsync(string path, CancellationToken cancel)
    {
        if (path.Length != PathLength || await InTurnAsync(() => services.Links.FindAsync(services.LinkHash(path), cancel), cancel) is not var (patient, link))
        {
            return null;
        }

        try
        {
            return await InTurnAsync(() => services.Cache.GetAsync(PatientId.Parse(patient)).AsTask(), cancel) is { } compartment ? new FoundLink(compartment, LocalId.Parse(link)) : null;
        }
        catch (Exception e) when (RecordDamage.IsShownBy(e))
        {
            throw new RecordUnreadableException(e);
        }
    }

    /// <summary>The link as it is now; null when nothing leads to it any more.</summary>
    internal async Task<KnownLink?> ReadAsync(FoundLink found, CancellationToken cancel)
    {
        if (await InTurnAsync(() => services.Links.ReadAsync(found.Compartment.IdText, found.Link.ToString(), cancel), cancel) is not { PathHash: not null } row)
        {
            return null;
        }

        try
        {
            var state = LinkState.Open(found.Compartment.Id, found.Compartment.Sealer, row);
            return new KnownLink(row, state, GivenLink.Of(found.Compartment.Id, found.Link, state));
        }
        catch (Exception e) when (RecordDamage.IsShownBy(e))
        {
            throw new RecordUnreadableException(e);
        }
    }

    /// <summary>Makes the last part of an address, for one opening and one thing: it cannot be guessed.</summary>
    internal static string AddressOf(FoundLink found, LinkTicket ticket, string file) =>
        Base64Url.EncodeToString(found.Compartment.Sealer.Seal(Places.LinkFile(found.Compartment.Id, found.Link), Encoding.ASCII.GetBytes($"{ticket.Id}/{file}")));

    /// <summary>By which something is sent back and said of one opening. It is of one length: the position would tell how much happened to the record.</summary>
    internal static string ReplyTo(FoundLink found, LinkTicket ticket, long look) => AddressOf(found, ticket, string.Create(CultureInfo.InvariantCulture, $"{Reply}/{look:D19}"));

    /// <summary>The ticket, and the position of its opening; null when it is none that <see cref="ReplyTo"/> made.</summary>
    internal static (string Ticket, long Look)? ReadReply(FoundLink found, string token) =>
        Read(found, token) is [var ticket, Reply, var look] ? (ticket, long.Parse(look, CultureInfo.InvariantCulture)) : null;

    /// <summary>The ticket and what it is for; null when it is no address that was made for this link.</summary>
    internal static string[]? Read(FoundLink found, string token)
    {
        if (token.Length > MostToken)
        {
            return null;
        }

        try
        {
            return Encoding.ASCII.GetString(found.Compartment.Sealer.Open(Places.LinkFile(found.Compartment.Id, found.Link), Base64Url.DecodeFromChars(token))).Split('/');
        }
        catch (Exception e) when (e is SealBrokenException or FormatException)
        {
            return null;
        }
    }
}

/// <summary>A link that an address led to.</summary>
/// <param name="Compartment">In whose record.</param>
/// <param name="Link">Its id.</param>
internal sealed record FoundLink(Compartment Compartment, LocalId Link);

/// <summary>A link as it is now.</summary>
/// <param name="Row">As it is stored.</param>
/// <param name="State">What is sealed of it.</param>
/// <param name="Given">What others may know of it.</param>
internal sealed record KnownLink(LinkRow Row, LinkState State, GivenLink Given)
{
    /// <summary>Whoever has it, as the ledger names them.</summary>
    internal Actor Holder => new(default, Given.Holder, Given.HolderName, [Given.Holder]);

    /// <summary>What is left of an opening, as long as it lasts. What was opened last lasts on: a link that is used up has no end before its files have.</summary>
    internal LinkTicket? TicketOf(string ticketId, DateTimeOffset now) =>
        Given.ExpiresAt <= now ? null : State.Tickets.FirstOrDefault(ticket => ticket.Id == ticketId && ticket.At + GivenLinks.FilesLast > now);

    /// <summary>Its next version.</summary>
    internal LinkRow Next(FoundLink found, LinkState next) => Row with
    {
        Version = Row.Version + 1,
        Body = next.Seal(found.Compartment.Id, found.Compartment.Sealer, found.Link, Row.Version + 1),
    };
}
