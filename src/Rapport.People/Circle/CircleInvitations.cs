using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>
/// Invitations into the circles of patients. Each is for one person, who need not have an account yet: whoever brings its secret first. Thread safe.
/// </summary>
/// <remarks>
/// One that nobody made, that is over, was used, was declined, was taken back, is kept for somebody else, is between two of whom one blocks the other, or was made for a child by who does not look after it any more, is the same here: none.
/// </remarks>
public sealed class CircleInvitations
{
    /// <summary>Invitations of one patient that may be open.</summary>
    public const int MostOpen = 20;

    /// <summary>For how long a form that is sent again stands for what it asked for: whoever pressed twice. Later it asks for another one.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(2);

    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly Accounts _accounts;
    private readonly Circle _circle;
    private readonly Func<PatientId, Person, CancellationToken, Task<bool>> _looksAfter;

    internal CircleInvitations(Database database, TimeProvider clock, Accounts accounts, Circle circle, Func<PatientId, Person, CancellationToken, Task<bool>> looksAfter) =>
        (_database, _clock, _accounts, _circle, _looksAfter) = (database, clock, accounts, circle, looksAfter);

    /// <summary>For how many days an invitation can be good.</summary>
    public static IReadOnlyList<int> Lasting { get; } = [1, 7, 30];

    private InvitationStore Stored => _accounts.Invitations;

    /// <summary>Invites somebody.</summary>
    /// <param name="patient">Who invites; they keep a record.</param>
    /// <param name="relationship">What whoever accepts is to the patient, in a word or two: 1 to 100 characters.</param>
    /// <param name="days">For how many days: one of <see cref="Lasting"/>.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="by">Who does it for a small child whom they look after; null where the patient does. It is good as long as they do.</param>
    /// <param name="care">How whoever accepts is asked to look after the child too; null for its circle alone.</param>
    /// <param name="alone">Whom alone it is for; null for whoever brings its secret first.</param>
    /// <param name="once">Tells a form that is sent again from another one, and is known to nobody but who sends it: one that was just made for the same, and that nobody answered, is replaced then, so that the secret which is told last is
    /// the one that is good. Null where that does not show.</param>
    /// <returns>The invitation with its secret, or what is wrong with the input.</returns>
    /// <exception cref="ArgumentException">The days are none that a page offers, or who invites keeps no record.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<NewCircleInvitation>> MakeAsync(Person patient, string relationship, int days, CancellationToken cancel, PersonId? by = null, CareOffer? care = null, PersonId? alone = null, string? once = null)
    {
        if (!Lasting.Contains(days) || patient.Record is null)
        {
            throw new ArgumentException("an invitation is made by a patient, for days that a page offers", nameof(days));
        }

        if (PlainText.Check(relationship, PeopleText.Relationship, 100, out var problem) is not { } text)
        {
            return Result<NewCircleInvitation>.Bad(problem!);
        }

        await LetGoAsync(patient, cancel);
        var now = _clock.GetUtcNow();
        var id = once is null ? LocalId.New() : LocalId.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes($"{once}\n{patient.Id}\n{by}\n{text}\n{days}\n{care?.Role}\n{care?.Until?.ToUnixTimeMilliseconds()}\n{alone}")));
        var made = new NewCircleInvitation(new CircleInvitation(id, text, now, now.AddDays(days)) { By = by, Care = care, For = alone }, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
        return await _database.WriteAsync(t => Stored.AddAsync(t, patient.Id, made, MostOpen, now - Again), cancel)
            ? Result<NewCircleInvitation>.Ok(made)
            : Result<NewCircleInvitation>.Bad(Say.Fill(PeopleText.TooManyInvitations, Say.Number(MostOpen)));
    }

    /// <summary>The open invitations of a patient, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<CircleInvitation>> ListAsync(PersonId patient, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        List<CircleInvitation> open = [];
        var inviter = await _accounts.FindAsync(patient, cancel);
        foreach (var invitation in await _database.ReadAsync(c => Stored.ListAsync(c, patient, now), cancel))
        {
            if (inviter is not null && await StandingAsync(inviter, invitation, cancel) is { } good)
            {
                open.Add(good);
            }
        }

        return open;
    }

    /// <summary>What somebody made for a child whom they look after no more is good for nothing, stands in no list, and takes no room from who invites now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task LetGoAsync(Person patient, CancellationToken cancel)
    {
        foreach (var invitation in await _database.ReadAsync(c => Stored.ListAsync(c, patient.Id, _clock.GetUtcNow()), cancel))
        {
            if (await StandingAsync(patient, invitation, cancel) is null)
            {
                await TakeBackAsync(patient.Id, invitation.Id, cancel);
            }
        }
    }

    /// <summary>Takes an invitation back; false when there is none of this id. Once it returns, nobody can accept it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> TakeBackAsync(PersonId patient, LocalId id, CancellationToken cancel) => _database.WriteAsync(t => Stored.RemoveAsync(t, patient, id), cancel);

    /// <summary>What a mark invites to; null for none. It may be one's own.</summary>
    /// <param name="mark">Its secret, or its id.</param>
    /// <param name="reader">Who brings it; null for who has no account.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<BroughtInvitation?> FindAsync(InvitationMark mark, PersonId? reader, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        return await StandingAsync(await _database.ReadAsync(c => FindAsync(c, mark, reader, now), cancel), reader, cancel);
    }

    /// <summary>The invitations to look after a child that are for somebody alone, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<BroughtInvitation>> CareAskedAsync(PersonId reader, CancellationToken cancel) => (await LookAtCareAskedAsync(reader, cancel)).Asked;

    /// <summary>The same, and whether there are others that are none now and may be again before they are over: where who asks looks after the child anew, or one blocks the other no more.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<(IReadOnlyList<BroughtInvitation> Asked, bool MayBeMore)> LookAtCareAskedAsync(PersonId reader, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        List<BroughtInvitation> asked = [];
        var kept = (await _database.ReadAsync(c => Stored.KeptForAsync(c, reader, now), cancel)).Where(kept => kept.Invitation is { Care: not null } && kept.Invitation.For == reader).ToList();
        foreach (var one in kept)
        {
            if (!await _database.ReadAsync(c => _accounts.Blocked.EitherAsync(c, one.Inviter, reader, null), cancel) && await StandingAsync(one, reader, cancel) is { } good)
            {
                asked.Add(good);
            }
        }

        return ([.. asked.OrderByDescending(static known => known.Invitation.MadeAt)], asked.Count < kept.Count);
    }

    private async Task<BroughtInvitation?> StandingAsync((PersonId, CircleInvitation)? found, PersonId? reader, CancellationToken cancel)
    {
        return found is var (inviter, invitation) && await _accounts.FindAsync(inviter, cancel) is { Record: not null } patient && await StandingAsync(patient, invitation, cancel) is { } good
            && (reader is not { } guest || good.By is not { } by || by == guest || !await _database.ReadAsync(c => _accounts.Blocked.EitherAsync(c, by, guest, null), cancel)) ? new BroughtInvitation(good, patient) : null;
    }

    /// <summary>An invitation with the name of who made it for a child; null where they do not look after the child any more, or what is asked is over.</summary>
    private async Task<CircleInvitation?> StandingAsync(Person patient, CircleInvitation invitation, CancellationToken cancel) => invitation.Care?.Until <= _clock.GetUtcNow() ? null : invitation.By is not { } by ? invitation
        : await _accounts.FindAsync(by, cancel) is { } maker && patient.Record is { } record && await _looksAfter(record, maker, cancel) ? invitation with { ByName = maker.DisplayName } : null;

    /// <summary>
    /// Accepts an invitation: whoever does is in the patient's circle from then on. Of several who do at the same moment one alone is.
    /// </summary>
    /// <returns>Who invited; null when there is no such invitation, or it is one's own.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Person?> AcceptAsync(InvitationMark mark, Person guest, CancellationToken cancel)
    {
        if (await FindAsync(mark, guest.Id, cancel) is not { Patient: { Record: { } record } patient } brought || brought.IsOwnOf(guest.Id))
        {
            return null;
        }

        var now = _clock.GetUtcNow();
        var isAccepted = await _database.WriteAsync(
            async t =>
            {
                if (await FindAsync(t.Connection!, mark, guest.Id, now, t) is not var (inviter, invitation) || inviter != patient.Id || !await Stored.UseAsync(t, mark, guest.Id, now))
                {
                    return false;
                }

                await _circle.PutAsync(t, record, guest.Id, known => (known ?? new CircleDetails(invitation.Relationship)) with { Relationship = invitation.Relationship });
                return true;
            },
            cancel);
        return isAccepted ? patient : null;
    }

    /// <summary>Declines an invitation: nobody can accept it any more. False when there is no such invitation, or it is one's own.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> DeclineAsync(InvitationMark mark, PersonId guest, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        return await FindAsync(mark, guest, cancel) is { } brought && !brought.IsOwnOf(guest) && await _database.WriteAsync(t => Stored.UseAsync(t, mark, guest, now), cancel);
    }

    private async Task<(PersonId Inviter, CircleInvitation Invitation)?> FindAsync(DbConnection connection, InvitationMark mark, PersonId? reader, DateTimeOffset now, DbTransaction? transaction = null) =>
        await Stored.FindAsync(connection, mark, reader, now, transaction) is var (inviter, invitation)
        && (reader is not { } guest || !await _accounts.Blocked.EitherAsync(connection, inviter, guest, transaction)) ? (inviter, invitation) : null;
}
