using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>What is known of somebody's notices, as it was read.</summary>
/// <param name="Choices">What they chose.</param>
/// <param name="State">What they were told of, and what is due.</param>
/// <param name="Version">Of the state.</param>
/// <param name="InSightTo">Until when a page of theirs is taken to be in sight, on some node.</param>
public sealed record KnownNotices(NoticeChoices Choices, NoticeState State, long Version, DateTimeOffset InSightTo);

/// <summary>
/// What people chose about being told, outside of Rapport, that something waits, and what is due. What is due changes by compare-and-swap on its version: of several nodes that see to the same person at the same moment, one does. Thread safe.
/// </summary>
public sealed class Notices
{
    private readonly Database _database;
    private readonly Accounts _accounts;

    internal Notices(Database database, Accounts accounts) => (_database, _accounts) = (database, accounts);

    private KeyedTable Due => _accounts.Store.Tables.NoticeDue;

    /// <summary>What somebody chose; <see cref="NoticeChoices.None"/> who chose nothing.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<NoticeChoices> ChoicesAsync(PersonId person, CancellationToken cancel) => await _database.ReadAsync(
        async c =>
        {
            using var key = await _accounts.Store.ReadKeyAsync(c, person);
            return key is null ? null : (await ReadChoicesAsync(c, person, key, null))?.Choices;
        },
        cancel) ?? NoticeChoices.None;

    /// <summary>Changes what somebody chose. Who had nowhere to be told begins with what is known now: what waits already is not told.</summary>
    /// <param name="person">Who.</param>
    /// <param name="change">Makes the new choices of the old; may be asked again. Null for no change.</param>
    /// <param name="begin">What is known of somebody who begins.</param>
    /// <param name="now">Now: what is due is worked out anew.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>What they chose now; null when there is no such person or no change.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<NoticeChoices?> ChangeAsync(PersonId person, Func<NoticeChoices, NoticeChoices?> change, NoticeState begin, DateTimeOffset now, CancellationToken cancel) => _database.WriteAsync(
        async t =>
        {
            var connection = t.Connection!;
            await PersonStore.HoldAsync(t, person);
            using var key = await _accounts.Store.ReadKeyAsync(connection, person, t);
            var before = key is null ? null : await ReadChoicesAsync(connection, person, key, t);
            if (key is null || change(before?.Choices ?? NoticeChoices.None) is not { } chosen)
            {
                return null;
            }

            var (hash, version) = (DueHash(person), (before?.Version ?? 0) + 1);
            await connection.ExecuteAsync(
                "INSERT INTO notice_choice (person, version, details) VALUES (@chooser, @version, @details) ON CONFLICT (person) DO UPDATE SET version = @version, details = @details",
                new { chooser = ChooserHash(person), version, details = key.Seal(ChoicePlace(person, version), chosen, PeopleJson.Default.NoticeChoices) },
                t);
            if (chosen.IsOn)
            {
                await connection.ExecuteAsync(
                    """
                    INSERT INTO notice_due (person, names, version, details, due_at, taken_to, in_sight_to) VALUES (@hash, @names, 1, @details, NULL, 0, 0)
                    ON CONFLICT (person) DO UPDATE SET due_at = CASE WHEN notice_due.due_at IS NULL THEN NULL ELSE @now END
                    """,
                    new
                    {
                        hash,
                        names = Due.Seal(new KeyedRow(hash), person.ToString()),
                        details = key.Seal(DuePlace(person, 1), begin, PeopleJson.Default.NoticeState),
                        now = now.ToUnixTimeMilliseconds(),
                    },
                    t);
            }
            else
            {
                await connection.ExecuteAsync("DELETE FROM notice_due WHERE person = @hash", new { hash }, t);
            }

            return chosen;
        },
        cancel);

    /// <summary>People who are told by some way, in an order that stays: at most <paramref name="count"/> after one of them.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<PersonId>> ListAsync(PersonId? after, int count, CancellationToken cancel) => Parse(await _database.ReadAsync(
        c => c.QueryAsync<(byte[], byte[])>("SELECT person, names FROM notice_due WHERE person > @after ORDER BY person LIMIT @count", new { after = after is { } last ? DueHash(last) : [], count }), cancel));

    /// <summary>People for whom something is due and to whom no node sees, those first who wait longest.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<PersonId>> DueAsync(DateTimeOffset now, int count, CancellationToken cancel) => Parse(await _database.ReadAsync(
        c => c.QueryAsync<(byte[], byte[])>("SELECT person, names FROM notice_due WHERE due_at <= @now AND taken_to <= @now ORDER BY due_at, person LIMIT @count", new { now = now.ToUnixTimeMilliseconds(), count }), cancel));

    /// <summary>By what it is seen, in one question for all, that what others ask of some people, also to look after a child, answer them or tell them as emergency contacts may be new: texts that say nothing, but are others then.</summary>
    /// <param name="people">Whom.</param>
    /// <param name="acted">For whom each of them may act: who looks after a small child is told what is asked of it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<ILookup<PersonId, string>> TracesAsync(IReadOnlyCollection<Person> people, ILookup<PersonId, PatientId> acted, CancellationToken cancel)
    {
        var tables = _accounts.Store.Tables;
        var questions = new ManyQuestions(_database.Dialect);
        var requested = (from person in people
                         from patient in person.Record is { } own ? acted[person.Id].Append(own) : acted[person.Id]
                         select (person.Id, patient)).Distinct().ToLookup(known => Convert.ToHexString(tables.AccessRequest.Hash("patient", known.patient)), static known => known.Id);
        var askers = By(static (tables, person) => tables.SentRequest.Hash("asker", person));
        var contacts = By(static (tables, person) => tables.EmergencyWatcher.Hash("watcher", person));
        var blockers = By(static (tables, person) => tables.BlockedPerson.Hash("person", person));
        var carers = By(static (tables, person) => tables.CircleInvitation.Hash("kept_for", person));
        questions.Among("SELECT patient, request FROM access_request WHERE patient", [.. requested.Select(static known => Convert.FromHexString(known.Key))]);
        questions.Among("SELECT watcher, opening FROM emergency_watcher WHERE watcher", Hashes(contacts));
        questions.Among("SELECT person, blocked_hash FROM blocked_person WHERE person", Hashes(blockers));
        questions.Among("SELECT kept_for, secret_hash FROM circle_invitation WHERE kept_for", Hashes(carers));
        questions.Among("SELECT asker, request_id, version FROM sent_request WHERE asker", Hashes(askers));
        return await _database.ReadAsync(
            async c =>
            {
                using var answers = await questions.AskAsync(c);
                List<(PersonId Person, string Trace)> traces = [];
                traces.AddRange(from row in await answers.ReadAsync<(byte[] Of, byte[] Row)>() from person in requested[Convert.ToHexString(row.Of)] select (person, Convert.ToHexString(row.Row)));
                foreach (var of in new[] { contacts, blockers, carers })
                {
                    traces.AddRange((await answers.ReadAsync<(byte[] Of, byte[] Row)>()).Select(row => (of[Convert.ToHexString(row.Of)], Convert.ToHexString(row.Row))));
                }

                traces.AddRange((await answers.ReadAsync<(byte[] Of, string Id, long Version)>()).Select(row => (askers[Convert.ToHexString(row.Of)], $"{row.Id}.{row.Version}")));
                return traces.ToLookup(static trace => trace.Person, static trace => trace.Trace);
            },
            cancel);

        Dictionary<string, PersonId> By(Func<PeopleTables, PersonId, byte[]> hash) => people.ToDictionary(person => Convert.ToHexString(hash(tables, person.Id)), static person => person.Id);

        static List<byte[]> Hashes(Dictionary<string, PersonId> of) => [.. of.Keys.Select(Convert.FromHexString)];
    }

    /// <summary>What is known of somebody's notices; null for who is told by no way.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<KnownNotices?> FindAsync(PersonId person, CancellationToken cancel) => _database.ReadAsync(
        async c =>
        {
            using var key = await _accounts.Store.ReadKeyAsync(c, person);
            if (key is null || await ReadChoicesAsync(c, person, key, null) is not var (choices, _))
            {
                return null;
            }

            var row = await c.QuerySingleOrDefaultAsync<DueRow>("SELECT version, details, in_sight_to FROM notice_due WHERE person = @hash", new { hash = DueHash(person) });
            return row is null ? null : new KnownNotices(
                choices, key.Open(DuePlace(person, row.Version), row.Details, PeopleJson.Default.NoticeState), row.Version, DateTimeOffset.FromUnixTimeMilliseconds(row.InSightTo));
        },
        cancel);

    /// <summary>Takes it on to send somebody what is due: until then no other node does, and none changes what is known. Who dies meanwhile leaves it to others.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="version">The version that was read.</param>
    /// <param name="now">Now.</param>
    /// <param name="until">Until when.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False when somebody else has it, or changed it meanwhile.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> TakeAsync(PersonId person, long version, DateTimeOffset now, DateTimeOffset until, CancellationToken cancel) => _database.WriteTogetherAsync(
        async t => await t.Connection!.ExecuteAsync(
            "UPDATE notice_due SET taken_to = @until WHERE person = @hash AND version = @version AND taken_to <= @now",
            new { hash = DueHash(person), version, now = now.ToUnixTimeMilliseconds(), until = until.ToUnixTimeMilliseconds() },
            t) == 1,
        cancel);

    /// <summary>Keeps another state in the place of one that was read.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="version">The version that was read.</param>
    /// <param name="state">The new one.</param>
    /// <param name="dueAt">When somebody is to see to it; null while nothing is to be told.</param>
    /// <param name="now">Now; null for who took it on before and is done with it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False when somebody else has it, or changed it meanwhile.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> KeepAsync(PersonId person, long version, NoticeState state, DateTimeOffset? dueAt, DateTimeOffset? now, CancellationToken cancel) => _database.WriteTogetherAsync(
        async t =>
        {
            using var key = await _accounts.Store.ReadKeyAsync(t.Connection!, person, t);
            return key is not null && await t.Connection!.ExecuteAsync(
                "UPDATE notice_due SET version = @next, details = @details, due_at = @at, taken_to = 0 WHERE person = @hash AND version = @version AND taken_to <= @free",
                new
                {
                    hash = DueHash(person),
                    version,
                    next = version + 1,
                    details = key.Seal(DuePlace(person, version + 1), state, PeopleJson.Default.NoticeState),
                    at = dueAt?.ToUnixTimeMilliseconds(),
                    free = now?.ToUnixTimeMilliseconds() ?? long.MaxValue,
                },
                t) == 1;
        },
        cancel);

    /// <summary>Notes for other nodes until when pages of these people are taken to be in sight here.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task SeeAsync(IEnumerable<PersonId> people, DateTimeOffset until, CancellationToken cancel)
    {
        foreach (var person in people)
        {
            await _database.WriteTogetherAsync(
                t => t.Connection!.ExecuteAsync("UPDATE notice_due SET in_sight_to = @until WHERE person = @hash", new { hash = DueHash(person), until = until.ToUnixTimeMilliseconds() }, t), cancel);
        }
    }

    /// <summary>Takes the next round of looking for what is new, when its time has come: of several nodes one has it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> TakeRoundAsync(DateTimeOffset now, DateTimeOffset next, CancellationToken cancel) => _database.WriteTogetherAsync(
        async t => await t.Connection!.ExecuteAsync(
            "UPDATE notice_round SET next_at = @next WHERE id = 1 AND next_at <= @now", new { now = now.ToUnixTimeMilliseconds(), next = next.ToUnixTimeMilliseconds() }, t) == 1,
        cancel);

    private async Task<(NoticeChoices Choices, long Version)?> ReadChoicesAsync(DbConnection connection, PersonId person, Sealer key, DbTransaction? transaction)
    {
        var row = await connection.QuerySingleOrDefaultAsync<(long Version, byte[] Details)?>(
            "SELECT version, details FROM notice_choice WHERE person = @chooser", new { chooser = ChooserHash(person) }, transaction);
        return row is var (version, details) ? (key.Open(ChoicePlace(person, version), details, PeopleJson.Default.NoticeChoices), version) : null;
    }

    private List<PersonId> Parse(IEnumerable<(byte[] Hash, byte[] Names)> rows) => [.. rows.Select(row => PersonId.Parse(Due.Open(new KeyedRow(row.Hash), row.Names)[0]))];

    private byte[] ChooserHash(PersonId person) => _accounts.Store.Tables.NoticeChoice.Hash("person", person);

    private byte[] DueHash(PersonId person) => Due.Hash("person", person);

    private static Place ChoicePlace(PersonId person, long version) => Place.Of("notice-choice", person, version);

    private static Place DuePlace(PersonId person, long version) => Place.Of("notice-due", person, version);

    private sealed class DueRow
    {
        public required long Version { get; init; }

        public required byte[] Details { get; init; }

        public required long InSightTo { get; init; }
    }
}
