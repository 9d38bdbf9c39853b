using System.Data.Common;
using System.Security.Cryptography;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>
/// What people ask patients to share with them. A request opens nothing: it waits until the patient answers, or ends by itself. Thread safe.
/// </summary>
/// <remarks>
/// Asking reveals nothing. What who asks gets back, what they see later and what is done for it is the same whether somebody has the name they typed, keeps
/// a record, or wants no requests of theirs or blocks them: a request that reaches nobody is written for a patient that does not exist. So limits count what who asks has
/// done, and never what a patient has.
/// </remarks>
public sealed class AccessRequests
{
    /// <summary>A request waits this long for an answer, then it ends by itself: 30 days.</summary>
    public static readonly TimeSpan WaitingFor = TimeSpan.FromDays(30);

    /// <summary>Who asked sees what became of a request for this long after asking: 60 days. Then it is gone.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(60);

    /// <summary>Requests that one person may make within a day.</summary>
    public const int MostADay = 20;

    /// <summary>Requests that one person may make to the same name while one waits at most.</summary>
    public const int MostToOneName = 3;

    /// <summary>Requests of one person that may wait.</summary>
    public const int MostWaiting = 100;

    /// <summary>Requests that may wait with one patient: further ones do not reach them.</summary>
    public const int MostWithOnePatient = 50;

    /// <summary>Refusals in the name of one child that are told: of more the oldest go.</summary>
    private const int MostRefusedFor = 20;

    private const int MostKinds = 40;
    private const int MostMonths = 24;

    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly Accounts _accounts;
    private readonly RequestStore _stored;
    private readonly RequestRefusals _refusals;

    internal AccessRequests(Database database, TimeProvider clock, Accounts accounts)
    {
        _database = database;
        _clock = clock;
        _accounts = accounts;
        _stored = new RequestStore(accounts.Store);
        _refusals = new RequestRefusals(accounts.Store.Tables);
    }

    /// <summary>Asks whoever has a sign-in name to share something.</summary>
    /// <param name="asker">Who asks.</param>
    /// <param name="signInName">As typed.</param>
    /// <param name="terms">What for.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The request, or what is wrong with it: the same for every name that could be one.</returns>
    /// <exception cref="ArgumentException">The terms are none that a page offers.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<SentRequest>> AskAsync(Person asker, string signInName, RequestTerms terms, CancellationToken cancel)
    {
        if (terms.Aim.Length == 0 || terms.Kinds.Count is 0 or > MostKinds || terms.Months is < 1 or > MostMonths)
        {
            throw new ArgumentException("a request names an aim, kinds and a time", nameof(terms));
        }

        if (SignInName.Normalize(signInName, out var problem) is not { } name || PlainText.Check(terms.Reason, PeopleText.AReason, RequestTerms.MaxReason, out problem) is not { } reason)
        {
            return Result<SentRequest>.Bad(problem!);
        }

        if (name == asker.SignInName)
        {
            return Result<SentRequest>.Bad(PeopleText.AskedOneself);
        }

        return await AskAsync(asker, name, name, terms with { Reason = reason }, cancel);
    }

    /// <summary>Asks a patient who invited them to give an opinion for more, by the name that they were invited under: who asks need not know the sign-in name, and does not learn it.</summary>
    /// <param name="asker">Who asks.</param>
    /// <param name="patient">Whom.</param>
    /// <param name="shownAs">The name that is told to who asks.</param>
    /// <param name="terms">What for; they name the question.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The request, or what is wrong with it.</returns>
    /// <exception cref="ArgumentException">The terms are none that a page offers.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<SentRequest>> AskForOpinionAsync(Person asker, Person patient, string shownAs, RequestTerms terms, CancellationToken cancel)
    {
        if (terms.Aim.Length == 0 || terms.OpinionOn is null || terms.Kinds.Count is 0 or > MostKinds || terms.Months is < 1 or > MostMonths)
        {
            throw new ArgumentException("a request names an aim, kinds, a time and the question", nameof(terms));
        }

        return PlainText.Check(terms.Reason, PeopleText.AReason, RequestTerms.MaxReason, out var problem) is { } reason
            ? await AskAsync(asker, patient.SignInName, shownAs, terms with { Reason = reason }, cancel)
            : Result<SentRequest>.Bad(problem!);
    }

    private async Task<Result<SentRequest>> AskAsync(Person asker, string name, string shownAs, RequestTerms terms, CancellationToken cancel)
    {
        var (id, now) = (RequestId.New(), _clock.GetUtcNow());
        var problem = await _database.WriteAsync(t => InsertAsync(t, asker.Id, id, name, shownAs, terms, now), cancel);
        return problem is null
            ? Result<SentRequest>.Ok(new SentRequest { Id = id, To = shownAs, Terms = terms, At = now, State = RequestState.Waiting })
            : Result<SentRequest>.Bad(problem);
    }

    /// <summary>What somebody asked, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<SentRequest>> ListSentAsync(PersonId asker, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        return await _database.ReadAsync(
            async c =>
            {
                using var key = await _accounts.Store.ReadKeyAsync(c, asker);
                return key is null ? [] : await _stored.ReadSentAsync(c, asker, key, now, null);
            },
            cancel);
    }

    /// <summary>Takes a request back that waits; false when there is none. The patient sees it no longer, and cannot tell that it was there.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> TakeBackAsync(PersonId asker, RequestId id, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        return _database.WriteAsync(
            async t => await _stored.ChangeSentAsync(t, asker, id, sent => sent.State == RequestState.Waiting ? sent with { State = RequestState.TakenBack, AnsweredAt = now.ToUnixTimeMilliseconds() } : null) is { } sent
                && await _stored.DeleteAsync(t, PatientId.Parse(sent.Patient), id) >= 0,
            cancel);
    }

    /// <summary>What waits for a patient's answer, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<ReceivedRequest>> ListReceivedAsync(Person patient, CancellationToken cancel)
    {
        if (patient.Record is not { } record)
        {
            return [];
        }

        var found = await _database.ReadAsync(
            async c =>
            {
                using var key = await _accounts.Store.ReadKeyAsync(c, patient.Id);
                return key is null ? [] : await _stored.ReadReceivedAsync(c, record, key, _clock.GetUtcNow());
            },
            cancel);
        var received = new List<ReceivedRequest>(found.Count);
        foreach (var (id, askerId, terms, at) in found)
        {
            if (await _accounts.FindAsync(askerId, cancel) is { } asker)
            {
                received.Add(new ReceivedRequest(id, asker, terms, at));
            }
        }

        return received;
    }

    /// <summary>
    /// Notes that the patient agreed to share something in answer to a request. MUST be called after the agreement is durable: what stops in between is made good
    /// by calling it again, since the agreement names the request.
    /// </summary>
    /// <returns>False where somebody else who looks after the child had said no before: that stays, and the agreement is to go.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> GrantAsync(Person patient, ReceivedRequest request, CancellationToken cancel) =>
        AnswerAsync(patient, request, RequestState.Granted, forGood: false, cancel);

    /// <summary>Says no. Without <paramref name="tell"/> who asked sees what they would see if nobody had read it.</summary>
    /// <param name="patient">Who says it.</param>
    /// <param name="request">To what.</param>
    /// <param name="tell">Whether who asked is told.</param>
    /// <param name="forGood">Whether later requests of theirs do not reach the patient, without their being told.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="by">Who says it for a small child whom they look after: whoever else does reads who it was. Null where the patient says it.</param>
    /// <returns>False when it does not wait any more: it was taken back, or answered, and stays as it was.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> RefuseAsync(Person patient, ReceivedRequest request, bool tell, bool forGood, CancellationToken cancel, Person? by = null)
    {
        var isRefused = await AnswerAsync(patient, request, tell ? RequestState.NotGranted : null, forGood, cancel, by);
        if (by is not null)
        {
            _accounts.Forget(patient.Id);
        }

        return isRefused;
    }

    /// <summary>What those who look after a small child refused in its name, the latest first, for as long as who asked sees what became of theirs.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<RefusedFor>> ListRefusedForAsync(PersonId patient, CancellationToken cancel)
    {
        var since = (_clock.GetUtcNow() - KeptFor).ToUnixTimeMilliseconds();
        var known = await _database.ReadAsync(c => ReadRefusedForAsync(c, patient, null), cancel);
        List<RefusedFor> refused = [];
        foreach (var said in known.Where(said => said.At > since).Reverse())
        {
            if (await _accounts.FindAsync(PersonId.Parse(said.Asker), cancel) is { } asker)
            {
                refused.Add(new RefusedFor(RequestId.Parse(said.Request), asker, said.By, said.ByName, DateTimeOffset.FromUnixTimeMilliseconds(said.At), said.IsTold));
            }
        }

        return refused;
    }

    /// <summary>Whose requests do not reach a patient, the latest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<RefusedAsker>> ListRefusedAsync(Person patient, CancellationToken cancel)
    {
        var refused = new List<RefusedAsker>();
        foreach (var (id, since) in patient.Record is { } record ? await _database.ReadAsync(c => _refusals.ListAsync(c, record), cancel) : [])
        {
            if (await _accounts.FindAsync(id, cancel) is { } asker)
            {
                refused.Add(new RefusedAsker(asker, since));
            }
        }

        return refused;
    }

    /// <summary>Lets somebody's requests reach the patient again; false when they do already.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> LetAskAsync(Person patient, PersonId asker, CancellationToken cancel) =>
        patient.Record is { } record && await _database.WriteAsync(t => _refusals.RemoveAsync(t, record, asker), cancel);

    /// <summary>Null when the request is written, else why it is not.</summary>
    private async Task<string?> InsertAsync(DbTransaction transaction, PersonId asker, RequestId id, string name, string shownAs, RequestTerms terms, DateTimeOffset now)
    {
        // Changes nothing, and makes those wait who ask in the same name at the same moment: so the limits hold.
        var connection = transaction.Connection!;
        await PersonStore.HoldAsync(transaction, asker);
        using var own = await _accounts.Store.ReadKeyAsync(connection, asker, transaction);
        if (own is null)
        {
            return Say.Fill(PeopleText.NoPerson, asker.ToString());
        }

        if (Problem(await _stored.ReadSentAsync(connection, asker, own, now, transaction), shownAs, terms.OpinionOn, now) is { } problem)
        {
            return problem;
        }

        var (patient, theirs) = await FindTargetAsync(transaction, name, asker, now);
        using (theirs)
        {
            await _stored.AddAsync(transaction, new RequestStore.NewRequest(id, asker, patient, shownAs, terms, now), own, theirs);
        }

        return null;
    }

    /// <summary>Why somebody may not ask this name now: by what they asked before alone.</summary>
    private static string? Problem(List<SentRequest> sent, string name, string? opinionOn, DateTimeOffset now)
    {
        bool isSame(SentRequest known) => known.To == name && known.Terms.OpinionOn == opinionOn;
        if (sent.Exists(known => isSame(known) && known.State == RequestState.Waiting))
        {
            return Say.Fill(PeopleText.AskedAlready, name);
        }

        if (sent.Count(known => isSame(known) && known.At > now - WaitingFor) >= MostToOneName)
        {
            return Say.Fill(PeopleText.AskedOneTooOften, name, Say.Number(MostToOneName));
        }

        if (sent.Count(known => known.At > now.AddDays(-1)) >= MostADay)
        {
            return Say.Fill(PeopleText.AskedTooOften, Say.Number(MostADay));
        }

        return sent.Count(static known => known.State == RequestState.Waiting) >= MostWaiting ? Say.Fill(PeopleText.TooManyWaiting, Say.Number(MostWaiting)) : null;
    }

    /// <summary>Whose request it becomes, with the key it is sealed under: nobody's, in the same steps, when it is not to reach anybody.</summary>
    private async Task<(PatientId Patient, Sealer Key)> FindTargetAsync(DbTransaction transaction, string name, PersonId asker, DateTimeOffset now)
    {
        var connection = transaction.Connection!;
        var person = await _accounts.SignInNames.FindAsync(connection, name, transaction) ?? PersonId.New();
        var row = await PersonStore.ReadRowAsync(connection, person, transaction);
        var key = row is null or { IsClosed: true } ? null : _accounts.Store.OpenKey(person, row.DataKey);
        var profile = key is null ? null : PersonStore.Profile(person, row!, key);
        var record = profile is { Record: { } own } && profile.SignInName == name ? PatientId.Parse(own) : (PatientId?)null;
        var asked = record ?? PatientId.New();
        var isRefused = await _refusals.ContainsAsync(transaction, asked, asker) | await _accounts.Blocked.ContainsAsync(connection, person, asker, transaction);
        var waiting = await _stored.CountReceivedAsync(transaction, asked, now);
        if (record is { } patient && !isRefused && waiting < MostWithOnePatient)
        {
            return (patient, key!);
        }

        key?.Dispose();
        return (PatientId.New(), new Sealer(RandomNumberGenerator.GetBytes(32)));
    }

    /// <summary>Answers a request; false when it does not wait any more. What is granted is so however else the request ended meanwhile, but for a no: the agreement is there.</summary>
    private async Task<bool> AnswerAsync(Person patient, ReceivedRequest request, RequestState? told, bool forGood, CancellationToken cancel, Person? by = null)
    {
        if (patient.Record is not { } record)
        {
            return false;
        }

        var now = _clock.GetUtcNow();
        return await _database.WriteAsync(
            async t =>
            {
                // Where two look after a child, both may answer at the same moment: one of them does.
                var waits = await _stored.DeleteAsync(t, record, request.Id) > 0;
                var counts = waits || (told == RequestState.Granted && !(await ReadRefusedForAsync(t.Connection!, patient.Id, t)).Any(said => said.Request == request.Id.ToString()));
                if (told is { } state && counts)
                {
                    await _stored.ChangeSentAsync(t, request.Asker.Id, request.Id, sent => sent.Patient == record.ToString() ? sent with { State = state, AnsweredAt = now.ToUnixTimeMilliseconds() } : null);
                }

                if (forGood)
                {
                    await _refusals.AddAsync(t, record, request.Asker.Id, now);
                }

                if (waits && by is not null)
                {
                    await NoteRefusedForAsync(t, patient.Id, new RefusedForDetails(request.Id.ToString(), request.Asker.Id.ToString(), by.Reference, by.DisplayName, now.ToUnixTimeMilliseconds(), told is not null));
                }

                return counts;
            },
            cancel);
    }

    private async Task<IReadOnlyList<RefusedForDetails>> ReadRefusedForAsync(DbConnection connection, PersonId patient, DbTransaction? transaction)
    {
        if (await PersonStore.ReadRowAsync(connection, patient, transaction) is not { IsClosed: false } row)
        {
            return [];
        }

        using var key = _accounts.Store.OpenKey(patient, row.DataKey);
        return PersonStore.Profile(patient, row, key).RefusedFor ?? [];
    }

    private Task<bool> NoteRefusedForAsync(DbTransaction transaction, PersonId patient, RefusedForDetails said) => _accounts.Store.ChangeAsync(
        transaction, patient, profile => profile with
        {
            RefusedFor = [.. (profile.RefusedFor ?? []).Where(known => known.At > said.At - (long)KeptFor.TotalMilliseconds).TakeLast(MostRefusedFor - 1), said],
        });
}
