using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Succession;

namespace Rapport.Server.Hosting;

/// <summary>The ways to a record: one's own, someone else's through the gate, and that of somebody for whom one acts. Thread safe.</summary>
internal sealed class RecordDoor(Compartments compartments, DisclosureGate gate, ActingDoor acting, GuardianDoor guardians, PassingOnDoor passing, ContributingDoor contributing, CommentingDoor commenting, SuccessionDoor succession, Circle circle, ILogger<RecordDoor> log)
{
    private const int SharedOnAPage = 200;

    /// <summary>Records of others that a list holds: names are sealed, so to find one among them is to read them all.</summary>
    private const int MostShared = 5000;

    /// <summary>Whether the record is the caller's own. To an app no record is.</summary>
    public static bool IsOwn(HttpContext context, PatientId patient) => context.GetPerson().Record == patient && !context.IsApp();

    /// <summary>
    /// Asks the record of <paramref name="patient"/> on behalf of the caller. Null when there is nothing, or nothing the caller may see: a
    /// caller cannot tell which, and neither can the code that asks.
    /// </summary>
    /// <exception cref="MissingScopeException">The caller's access token is not made for it.</exception>
    /// <exception cref="StorageException">The database failed: nothing was released.</exception>
    public async ValueTask<RecordAnswer?> AskAsync(HttpContext context, PatientId patient, string purpose, RecordQuery query)
    {
        var cancel = context.RequestAborted;
        if (!IsOwn(context, patient))
        {
            context.Require(TokenScopes.ReadShared);
            return await log.UnlessDamagedAsync<RecordAnswer?>(async () => await gate.DiscloseAsync(new DisclosureAsk(context.GetActor(), patient, purpose, query), cancel), null);
        }

        context.Require(TokenScopes.ReadOwn);
        return await compartments.OpenOwnAsync(patient, context.GetActor(), cancel) is { } own ? await own.QueryAsync(query, cancel) : null;
    }

    /// <summary>The caller's own record, or null when they have none.</summary>
    /// <param name="context">Who asks.</param>
    /// <param name="what">What for.</param>
    /// <exception cref="MissingScopeException">The caller's access token is not made for it.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async ValueTask<OwnAccess?> OpenOwnAsync(HttpContext context, TokenScopes what)
    {
        context.Require(what);
        return context.GetPerson().Record is { } record ? await compartments.OpenOwnAsync(record, context.GetActor(), context.RequestAborted) : null;
    }

    /// <summary>What the caller may do for a patient; null when that is nothing, or there is no such record.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<ActingAccess?> OpenActingAsync(HttpContext context, PatientId patient)
    {
        context.Require(TokenScopes.ReadShared);
        return log.UnlessDamagedAsync(() => acting.OpenAsync(patient, context.GetActor(), context.RequestAborted), null);
    }

    /// <summary>The same, and whether there is a record that is damaged: for whoever is known to act there otherwise.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<(ActingAccess? Access, bool IsDamaged)> LookAtActingAsync(HttpContext context, PatientId patient)
    {
        context.Require(TokenScopes.ReadShared);
        return log.UnlessDamagedAsync<(ActingAccess?, bool)>(async () => (await acting.OpenAsync(patient, context.GetActor(), context.RequestAborted), false), (null, true));
    }

    /// <summary>The record of a small child whom the caller looks after; null when there is none of this id, or they do not.</summary>
    /// <param name="context">Who asks.</param>
    /// <param name="patient">Whose record.</param>
    /// <param name="what">What for.</param>
    /// <exception cref="MissingScopeException">The caller's access token is not made for it.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<GuardianAccess?> OpenGuardianAsync(HttpContext context, PatientId patient, TokenScopes what)
    {
        context.Require(what);
        return log.UnlessDamagedAsync(() => guardians.OpenAsync(patient, context.GetActor(), context.RequestAborted), null);
    }

    /// <summary>What a patient set for the caller, for the case that they cannot decide any more; null when that is nothing, or there is no such record.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<NamedSuccession?> FindSuccessionAsync(HttpContext context, PatientId patient)
    {
        context.Require(TokenScopes.ReadShared);
        return log.UnlessDamagedAsync(() => succession.FindAsync(patient, context.GetActor(), context.RequestAborted), null);
    }

    /// <summary>The caller asks for it: once begun this is not given up.</summary>
    /// <inheritdoc cref="SuccessionDoor.AskAsync"/>
    public Task<NamedSuccession?> AskForAccessAsync(HttpContext context, PatientId patient, string reason)
    {
        context.Require(TokenScopes.ReadShared);
        return log.UnlessDamagedAsync(() => succession.AskAsync(patient, context.GetActor(), reason, CancellationToken.None), null);
    }

    /// <summary>The caller takes back what they asked for: once begun this is not given up.</summary>
    /// <inheritdoc cref="SuccessionDoor.WithdrawAsync"/>
    public Task<bool> WithdrawAskAsync(HttpContext context, PatientId patient)
    {
        context.Require(TokenScopes.ReadShared);
        return log.UnlessDamagedAsync(() => succession.WithdrawAsync(patient, context.GetActor(), CancellationToken.None), false);
    }

    /// <summary>
    /// What others asked of the patients who want the caller to be told of it: those to whom the caller is an emergency contact, or whom they named too. Nobody is asked about by name, so nothing is told of anybody else.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<(PatientId Patient, ToldSuccession Ask)>> AskedOfTrustingAsync(HttpContext context)
    {
        context.Require(TokenScopes.ReadShared);
        var told = new List<(PatientId, ToldSuccession)>();
        foreach (var link in await SuccessionPlaces.TrustedByAsync(circle, context.GetPerson().Id, static link => link.IsEmergencyContact || link.IsNamedForLater, context.RequestAborted))
        {
            var asks = await log.UnlessDamagedAsync(() => succession.AskedAsync(link.Patient, context.GetActor(), context.RequestAborted), []);
            told.AddRange(asks.Select(ask => (link.Patient, ask)));
        }

        return told;
    }

    /// <summary>What the caller may add to somebody else's record in their own name; null when that is nothing, or there is no such record.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<ContributingAccess?> OpenContributingAsync(HttpContext context, PatientId patient)
    {
        context.Require(TokenScopes.Contribute);
        return log.UnlessDamagedAsync(() => contributing.OpenAsync(patient, context.GetActor(), context.RequestAborted), null);
    }

    /// <summary>What the caller may comment on in somebody else's record, looking at it for a purpose; null when that is nothing, or there is no such record.</summary>
    /// <param name="context">Who asks.</param>
    /// <param name="patient">Whose record.</param>
    /// <param name="purpose">HL7 purpose of use.</param>
    /// <param name="what">What for: to look whether they may, or to do so.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<CommentingAccess?> OpenCommentingAsync(HttpContext context, PatientId patient, string purpose, TokenScopes what)
    {
        context.Require(what);
        return log.UnlessDamagedAsync(() => commenting.OpenAsync(patient, context.GetActor(), purpose, context.RequestAborted), null);
    }

    /// <summary>By which agreements the caller may pass on what they see of a record; none also when there is no such record.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<PassableAgreement>> PassableAsync(HttpContext context, PatientId patient)
    {
        context.Require(TokenScopes.ReadShared);
        return log.UnlessDamagedAsync<IReadOnlyList<PassableAgreement>>(() => passing.OffersAsync(patient, context.GetActor(), context.RequestAborted), []);
    }

    /// <summary>What the caller passed on of a record and is open.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<PassedOnAgreement>> PassedOnAsync(HttpContext context, PatientId patient)
    {
        context.Require(TokenScopes.ReadShared);
        return log.UnlessDamagedAsync<IReadOnlyList<PassedOnAgreement>>(() => passing.PassedOnAsync(patient, context.GetActor(), context.RequestAborted), []);
    }

    /// <summary>Passes on what the caller sees.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<PassOnOutcome> PassOnAsync(HttpContext context, PassOnAsk ask)
    {
        context.Require(TokenScopes.Share);
        return log.UnlessDamagedAsync(() => passing.PassOnAsync(ask, context.RequestAborted), PassOnOutcome.NothingHere);
    }

    /// <summary>Ends what the caller passed on; false when there is no such thing.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> TakeBackPassedOnAsync(HttpContext context, PatientId patient, LocalId id)
    {
        context.Require(TokenScopes.Share);
        return log.UnlessDamagedAsync(() => passing.TakeBackAsync(patient, context.GetActor(), id, context.RequestAborted), false);
    }

    /// <summary>The records of which something is shared with the caller now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<SharedRecord>> SharedWithAsync(HttpContext context) => SharedWithAsync(context, context.GetActor());

    /// <summary>Those of which something is shared with the caller as somebody for whom an organisation vouches, as questions for an opinion are: whatever else others share with them is not read.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<SharedRecord>> SharedWithVerifiedAsync(HttpContext context) =>
        context.GetPerson() is { IsVerified: true, VerifiedReference: var verified } ? await SharedWithAsync(context, context.GetActor() with { RecipientReferences = [verified] }) : [];

    private async Task<IReadOnlyList<SharedRecord>> SharedWithAsync(HttpContext context, Actor recipient)
    {
        context.Require(TokenScopes.ReadShared);
        var records = new List<SharedRecord>();
        PatientId? after = null;
        do
        {
            var page = await compartments.SharedWithAsync(recipient, after, SharedOnAPage, context.RequestAborted);
            records.AddRange(page.Records);
            after = page.Next;
        }
        while (after is not null && records.Count < MostShared);
        return records;
    }

    /// <summary>The record of this patient, if something of it is shared with the caller now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<SharedRecord?> FindSharedAsync(HttpContext context, PatientId patient)
    {
        context.Require(TokenScopes.ReadShared);
        return compartments.FindSharedAsync(context.GetActor(), patient, context.RequestAborted);
    }
}
