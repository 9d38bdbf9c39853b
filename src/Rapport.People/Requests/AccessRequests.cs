using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>
/// What people ask patients to share with them. A request opens nothing: it waits until the patient answers, or ends by itself. Thread safe.
/// </summary>
/// <remarks>
/// Asking reveals nothing. What who asks gets back, what they see later and what is done for it is the same whether somebody has the name they typed, keeps
/// a record, or wants no requests of theirs: a request that reaches nobody is written for a patient that does not exist. So limits count what who asks has
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

    private const int MostKinds = 40;
    private const int MostMonths = 24;

    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly Accounts _accounts;

    internal AccessRequests(Database database, TimeProvider clock, Accounts accounts)
    {
        _database = database;
        _clock = clock;
        _accounts = accounts;
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
                return key is null ? [] : await ReadSentAsync(c, asker, key, now, null);
            },
            cancel);
    }

    /// <summary>Takes a request back that waits; false when there is none. The patient sees it no longer, and cannot tell that it was there.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> TakeBackAsync(PersonId asker, RequestId id, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        return _database.WriteAsync(
            async t => await ChangeSentAsync(t, asker, id, sent => sent.State == RequestState.Waiting ? sent with { State = RequestState.TakenBack, AnsweredAt = now.ToUnixTimeMilliseconds() } : null) is { } sent
                && await DeleteAsync(t, sent.Patient, id) >= 0,
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
                var rows = await c.QueryAsync<ReceivedRow>(
                    "SELECT request_id, asker_id, details, asked_at FROM access_request WHERE patient_id = @record AND asked_at > @since ORDER BY asked_at DESC, request_id",
                    new { record = record.ToString(), since = (_clock.GetUtcNow() - WaitingFor).ToUnixTimeMilliseconds() });
                using var key = await _accounts.Store.ReadKeyAsync(c, patient.Id);
                return key is null ? [] : rows.Select(row => Open(row, key)).ToList();
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
    /// <exception cref="StorageException">The database failed.</exception>
    public Task GrantAsync(Person patient, ReceivedRequest request, CancellationToken cancel) =>
        AnswerAsync(patient, request, RequestState.Granted, forGood: false, cancel);

    /// <summary>Says no. Without <paramref name="tell"/> who asked sees what they would see if nobody had read it.</summary>
    /// <param name="patient">Who says it.</param>
    /// <param name="request">To what.</param>
    /// <param name="tell">Whether who asked is told.</param>
    /// <param name="forGood">Whether later requests of theirs do not reach the patient, without their being told.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task RefuseAsync(Person patient, ReceivedRequest request, bool tell, bool forGood, CancellationToken cancel) =>
        AnswerAsync(patient, request, tell ? RequestState.NotGranted : null, forGood, cancel);

    /// <summary>Whose requests do not reach a patient, the latest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<RefusedAsker>> ListRefusedAsync(Person patient, CancellationToken cancel)
    {
        var rows = await _database.ReadAsync(
            async c => (await c.QueryAsync<RefusalRow>(
                "SELECT asker_id, since FROM request_refusal WHERE patient_id = @record ORDER BY since DESC, asker_id", new { record = patient.Record?.ToString() })).AsList(),
            cancel);
        var refused = new List<RefusedAsker>(rows.Count);
        foreach (var row in rows)
        {
            if (await _accounts.FindAsync(PersonId.Parse(row.AskerId), cancel) is { } asker)
            {
                refused.Add(new RefusedAsker(asker, DateTimeOffset.FromUnixTimeMilliseconds(row.Since)));
            }
        }

        return refused;
    }

    /// <summary>Lets somebody's requests reach the patient again; false when they do already.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> LetAskAsync(Person patient, PersonId asker, CancellationToken cancel) => await _database.WriteAsync(
        t => t.Connection!.ExecuteAsync(
            "DELETE FROM request_refusal WHERE patient_id = @record AND asker_id = @asker", new { record = patient.Record?.ToString(), asker = asker.ToString() }, t),
        cancel) > 0;

    /// <summary>Null when the request is written, else why it is not.</summary>
    private async Task<string?> InsertAsync(DbTransaction transaction, PersonId asker, RequestId id, string name, string shownAs, RequestTerms terms, DateTimeOffset now)
    {
        // Changes nothing, and makes those wait who ask in the same name at the same moment: so the limits hold.
        var connection = transaction.Connection!;
        await connection.ExecuteAsync("UPDATE person SET created_at = created_at WHERE person_id = @asker", new { asker = asker.ToString() }, transaction);
        using var own = await _accounts.Store.ReadKeyAsync(connection, asker, transaction);
        if (own is null)
        {
            return Say.Fill(PeopleText.NoPerson, asker.ToString());
        }

        if (Problem(await ReadSentAsync(connection, asker, own, now, transaction), shownAs, terms.OpinionOn, now) is { } problem)
        {
            return problem;
        }

        var (patient, theirs) = await FindTargetAsync(transaction, name, asker, now);
        using (theirs)
        {
            await connection.ExecuteAsync(
                """
                DELETE FROM access_request WHERE asked_at <= @over;
                DELETE FROM sent_request WHERE asked_at <= @forgotten;
                INSERT INTO access_request (patient_id, request_id, asker_id, details, asked_at) VALUES (@patient, @id, @asker, @received, @now);
                INSERT INTO sent_request (asker_id, request_id, version, details, asked_at) VALUES (@asker, @id, 1, @sent, @now)
                """,
                new
                {
                    patient = patient.ToString(),
                    id = id.ToString(),
                    asker = asker.ToString(),
                    received = theirs.Seal(ReceivedPlace(asker, id), terms, PeopleJson.Default.RequestTerms),
                    sent = own.Seal(SentPlace(id, 1), new SentDetails(shownAs, terms, patient.ToString()), PeopleJson.Default.SentDetails),
                    now = now.ToUnixTimeMilliseconds(),
                    over = (now - WaitingFor).ToUnixTimeMilliseconds(),
                    forgotten = (now - KeptFor).ToUnixTimeMilliseconds(),
                },
                transaction);
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
        var person = await _accounts.IdOfAsync(connection, name, transaction) ?? PersonId.New();
        var row = await PersonStore.ReadRowAsync(connection, person, transaction);
        var key = row is null or { IsClosed: true } ? null : _accounts.Store.OpenKey(person, row.DataKey);
        var profile = key is null ? null : PersonStore.Profile(person, row!, key);
        var record = profile is { Record: { } own } && profile.SignInName == name ? PatientId.Parse(own) : (PatientId?)null;
        var asked = (record ?? PatientId.New()).ToString();
        var refusals = await connection.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM request_refusal WHERE patient_id = @asked AND asker_id = @asker", new { asked, asker = asker.ToString() }, transaction);
        var waiting = await connection.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM access_request WHERE patient_id = @asked AND asked_at > @since", new { asked, since = (now - WaitingFor).ToUnixTimeMilliseconds() }, transaction);
        if (record is { } patient && refusals == 0 && waiting < MostWithOnePatient)
        {
            return (patient, key!);
        }

        key?.Dispose();
        return (PatientId.New(), new Sealer(RandomNumberGenerator.GetBytes(32)));
    }

    private async Task AnswerAsync(Person patient, ReceivedRequest request, RequestState? told, bool forGood, CancellationToken cancel)
    {
        if (patient.Record is not { } record)
        {
            return;
        }

        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        await _database.WriteAsync(
            async t =>
            {
                if (told is { } state)
                {
                    await ChangeSentAsync(t, request.Asker.Id, request.Id, sent => sent.Patient == record.ToString() ? sent with { State = state, AnsweredAt = now } : null);
                }

                await DeleteAsync(t, record.ToString(), request.Id);
                if (forGood)
                {
                    await t.Connection!.ExecuteAsync(
                        "INSERT INTO request_refusal (patient_id, asker_id, since) VALUES (@record, @asker, @now) ON CONFLICT (patient_id, asker_id) DO NOTHING",
                        new { record = record.ToString(), asker = request.Asker.Id.ToString(), now },
                        t);
                }
            },
            cancel);
    }

    /// <summary>Changes the row of who asked; <paramref name="change"/> may be asked again. The row before, or null when there is none or nothing to change.</summary>
    private async Task<SentDetails?> ChangeSentAsync(DbTransaction transaction, PersonId asker, RequestId id, Func<SentDetails, SentDetails?> change)
    {
        var connection = transaction.Connection!;
        using var key = await _accounts.Store.ReadKeyAsync(connection, asker, transaction);
        var names = new { asker = asker.ToString(), id = id.ToString() };
        while (key is not null && await connection.QuerySingleOrDefaultAsync<SentRow>(
            "SELECT request_id, version, details, asked_at FROM sent_request WHERE asker_id = @asker AND request_id = @id", names, transaction) is { } row)
        {
            var before = key.Open(SentPlace(id, row.Version), row.Details, PeopleJson.Default.SentDetails);
            if (change(before) is not { } changed)
            {
                return null;
            }

            var done = await connection.ExecuteAsync(
                "UPDATE sent_request SET version = version + 1, details = @details WHERE asker_id = @asker AND request_id = @id AND version = @version",
                new { names.asker, names.id, version = row.Version, details = key.Seal(SentPlace(id, row.Version + 1), changed, PeopleJson.Default.SentDetails) },
                transaction);
            if (done > 0)
            {
                return before;
            }
        }

        return null;
    }

    private static Task<int> DeleteAsync(DbTransaction transaction, string patient, RequestId id) => transaction.Connection!.ExecuteAsync(
        "DELETE FROM access_request WHERE patient_id = @patient AND request_id = @id", new { patient, id = id.ToString() }, transaction);

    private static async Task<List<SentRequest>> ReadSentAsync(DbConnection connection, PersonId asker, Sealer key, DateTimeOffset now, DbTransaction? transaction)
    {
        var rows = await connection.QueryAsync<SentRow>(
            "SELECT request_id, version, details, asked_at FROM sent_request WHERE asker_id = @asker AND asked_at > @since ORDER BY asked_at DESC, request_id",
            new { asker = asker.ToString(), since = (now - KeptFor).ToUnixTimeMilliseconds() },
            transaction);
        return [.. rows.Select(row => Open(row, key, now))];
    }

    private static SentRequest Open(SentRow row, Sealer key, DateTimeOffset now)
    {
        var id = RequestId.Parse(row.RequestId);
        var details = key.Open(SentPlace(id, row.Version), row.Details, PeopleJson.Default.SentDetails);
        var at = DateTimeOffset.FromUnixTimeMilliseconds(row.AskedAt);
        return new SentRequest
        {
            Id = id,
            To = details.To,
            Terms = details.Terms,
            At = at,
            State = details.State == RequestState.Waiting && at + WaitingFor <= now ? RequestState.Over : details.State,
            AnsweredAt = details.AnsweredAt is { } answered ? DateTimeOffset.FromUnixTimeMilliseconds(answered) : null,
            Patient = details.State == RequestState.Granted ? PatientId.Parse(details.Patient) : null,
        };
    }

    private static (RequestId Id, PersonId Asker, RequestTerms Terms, DateTimeOffset At) Open(ReceivedRow row, Sealer key)
    {
        var (id, asker) = (RequestId.Parse(row.RequestId), PersonId.Parse(row.AskerId));
        return (id, asker, key.Open(ReceivedPlace(asker, id), row.Details, PeopleJson.Default.RequestTerms), DateTimeOffset.FromUnixTimeMilliseconds(row.AskedAt));
    }

    /// <summary>The key says whose it is, the place who asks and which it is.</summary>
    private static Place ReceivedPlace(PersonId asker, RequestId id) => Place.Of("access-request", asker, id.Number);

    /// <summary>The key says who asked, the place which it is and how often it changed.</summary>
    private static Place SentPlace(RequestId id, long version) => new("sent-request", (UInt128)unchecked((ulong)id.Number), version);

    private sealed class ReceivedRow
    {
        public required string RequestId { get; init; }

        public required string AskerId { get; init; }

        public required byte[] Details { get; init; }

        public required long AskedAt { get; init; }
    }

    private sealed class SentRow
    {
        public required string RequestId { get; init; }

        public required long Version { get; init; }

        public required byte[] Details { get; init; }

        public required long AskedAt { get; init; }
    }

    private sealed class RefusalRow
    {
        public required string AskerId { get; init; }

        public required long Since { get; init; }
    }
}
