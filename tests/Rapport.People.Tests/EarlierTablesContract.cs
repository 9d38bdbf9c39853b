using System.Buffers.Binary;
using System.Data.Common;
using Dapper;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

/// <summary>A database from before, in whose tables ids stood in clear, as the version that wrote it left it. A fresh one for each test.</summary>
public abstract class EarlierTablesContract<TDatabase> : IAsyncLifetime
    where TDatabase : TestDatabase, new()
{
    private const int Before = 6;

    private static readonly string Token = "rapport_" + new string('t', 43), Browser = new('b', 43);

    private readonly TDatabase _test = new();
    private readonly PatientId _record = PatientId.New();
    private readonly PersonId _maya = PersonId.New(), _sam = PersonId.New(), _lee = PersonId.New(), _mallory = PersonId.New();
    private readonly OrganisationId _clinic = OrganisationId.New();
    private readonly RequestId _request = RequestId.New();
    private readonly string _device = $"{LocalId.New()}";
    private readonly LocalId _opening = LocalId.New(), _invitation = LocalId.New();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private long Now => _test.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync()
    {
        await _test.InitializeAsync();
        await Migrator.ApplyAsync(_test.Database, _test.Clock, Cancel);
        var module = typeof(PeopleModule).Assembly;
        foreach (string file in module.GetManifestResourceNames().Where(static name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(Before))
        {
            using var reader = new StreamReader(module.GetManifestResourceStream(file)!);
            await ExecuteAsync(await reader.ReadToEndAsync(Cancel));
        }

        for (var number = 1; number <= Before; number++)
        {
            await ExecuteAsync("INSERT INTO migration (module, number, applied_at) VALUES (@name, @number, 0)", new { name = module.GetName().Name, number });
        }

        await _test.Database.WriteAsync(FillAsync, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Everything_that_tied_people_is_found_as_before()
    {
        await _test.MigrateAsync(typeof(PeopleModule));
        await AllIsFoundAsync();
    }

    [Fact]
    public async Task No_id_that_tied_somebody_is_left_in_the_tables_of_before_nor_of_now()
    {
        await _test.MigrateAsync(typeof(PeopleModule));
        string[] accounts = ["person", "sign_in_name", "sign_in_session", "access_token"];
        var tables = await TablesOf.AllAsync(_test.Database, Cancel);
        Assert.DoesNotContain(tables, static table => table.StartsWith("earlier_", StringComparison.Ordinal));
        foreach (string table in tables.Except(["organisation"]))
        {
            foreach (var cell in await TablesOf.CellsAsync(_test.Database, table, Cancel))
            {
                foreach (string id in accounts.Contains(table) ? [_device] : (string[])[_device, $"{_record}", $"{_maya}", $"{_sam}", $"{_lee}", $"{_mallory}", $"{_clinic}"])
                {
                    Assert.False(cell.Has(id), $"{table}.{cell.Column} tells an id");
                }
            }
        }
    }

    [Fact]
    public async Task What_stops_in_between_leaves_all_as_it_was_and_the_next_start_does_it()
    {
        // The last but three of the tables: much is moved when it is come to.
        await ExecuteAsync("INSERT INTO emergency_opening (patient_id, opening_id, opened_by, version, details, opened_at) VALUES ('x', 'broken', 'y', 1, @nothing, 0)", new { nothing = Array.Empty<byte>() });
        await Assert.ThrowsAsync<FormatException>(() => _test.MigrateAsync(typeof(PeopleModule)));
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM circle WHERE person_id = @sam"));
        Assert.Equal(Before, await CountAsync("SELECT MAX(number) FROM migration WHERE module = 'Rapport.People'"));
        await ExecuteAsync("DELETE FROM emergency_opening WHERE opening_id = 'broken'");
        await _test.MigrateAsync(typeof(PeopleModule));
        await AllIsFoundAsync();
    }

    [Fact]
    public async Task More_rows_than_are_moved_at_once_are_all_moved()
    {
        await _test.Database.WriteAsync(
            async t =>
            {
                for (var i = 0; i < 2500; i++)
                {
                    await t.Connection!.ExecuteAsync("INSERT INTO own_record (patient_id, person_id) VALUES (@patient, @person)", new { patient = $"{PatientId.New()}", person = $"{_sam}" }, t);
                }
            },
            Cancel);
        await _test.MigrateAsync(typeof(PeopleModule));
        Assert.Equal(2501, await CountAsync("SELECT COUNT(*) FROM own_record"));
        await AllIsFoundAsync();
    }

    private async Task AllIsFoundAsync()
    {
        using var people = new PeopleModule(_test.Database, _test.Keyring, _test.Clock);
        Person maya = (await people.Accounts.FindByReferenceAsync($"Patient/{_record}", Cancel))!;
        Assert.Equal((_maya, "Maya"), (maya.Id, maya.DisplayName));
        Person lee = (await people.Accounts.FindAsync(_lee, Cancel))!;
        Assert.Equal((_clinic, "Cardiologist"), (Assert.Single(lee.Organisations).Organisation, lee.Organisations[0].Role));
        Assert.Equal([_lee], (await people.Directory.ListMembersAsync(_clinic, Cancel)).Select(static member => member.Professional.Person));
        Assert.Equal([_lee], (await people.Directory.ListPrivacyOfficersAsync(_clinic, Cancel)).Select(static officer => officer.Id));

        CircleMember member = Assert.Single(await people.Circle.OfPatientAsync(_record, Cancel));
        Assert.Equal((_sam, "son", Now), (member.Person.Id, member.Relationship, member.Since.ToUnixTimeMilliseconds()));
        Assert.Equal(_record, Assert.Single(await people.Circle.PatientsOfAsync(_sam, Cancel)).Patient);

        ReceivedRequest received = Assert.Single(await people.Requests.ListReceivedAsync(maya, Cancel));
        Assert.Equal((_request, _lee, "because"), (received.Id, received.Asker.Id, received.Terms.Reason));
        Assert.Equal(_mallory, Assert.Single(await people.Requests.ListRefusedAsync(maya, Cancel)).Asker.Id);
        await people.Requests.GrantAsync(maya, received, Cancel);
        SentRequest sent = Assert.Single(await people.Requests.ListSentAsync(_lee, Cancel));
        Assert.Equal((_request, RequestState.Granted, _record), (sent.Id, sent.State, sent.Patient));

        EmergencyOpening opening = Assert.Single(await people.Emergencies.OfPatientAsync(_record, Cancel));
        Assert.Equal((_opening, _lee, _record, "unconscious"), (opening.Id, opening.OpenedBy, opening.Patient, opening.Reason));
        Assert.Equal(_opening, Assert.Single(await people.Emergencies.OfContactAsync(_sam, DateTimeOffset.UnixEpoch, Cancel)).Id);
        Assert.Equal(_opening, Assert.Single(await people.Emergencies.OfOrganisationAsync(_clinic, Cancel)).Id);
        Assert.Equal(1, await people.Emergencies.CountOfAsync(_lee, DateTimeOffset.UnixEpoch, Cancel));

        Assert.Equal(_invitation, Assert.Single(await people.Invitations.ListAsync(_maya, Cancel)).Id);
        Assert.Equal(_maya, (await people.Invitations.FindAsync("open", null, Cancel))!.Patient.Id);
        Assert.Null(await people.Invitations.FindAsync("kept", _mallory, Cancel));
        Assert.Equal(_sam, (await people.Invitations.FindAsync("kept", _maya, Cancel))!.Patient.Id);
        Assert.Equal(_mallory, Assert.Single(await people.Blocks.ListAsync(_maya, Cancel)).Person.Id);
        Assert.True(await people.Blocks.IsBlockedAsync(_maya, _mallory, Cancel));

        Assert.Equal((_maya, _device), (await people.AccessTokens.FindAsync(Token, Cancel)) is { } use ? (use.Person.Id, use.Id.ToString()) : default);
        Assert.Equal(_device, Assert.Single(await people.AccessTokens.ListAsync(_maya, Cancel)).Id.ToString());
        Session session = (await people.Sessions.FindAsync(Browser, Cancel))!;
        Assert.Equal((_maya, "browser"), (session.Person.Id, session.UserAgent));
        Assert.True(await people.Sessions.EndAsync(_maya, session.Id, Cancel));
        Assert.Null(await people.Sessions.FindAsync(Browser, Cancel));

        Assert.Equal([_maya], await people.Notices.ListAsync(null, 10, Cancel));
        Assert.Empty(await people.Notices.ListAsync(_maya, 10, Cancel));
        Assert.Equal([_maya], await people.Notices.DueAsync(_test.Clock.GetUtcNow(), 10, Cancel));
        Assert.Equal("read", (await people.Notices.FindAsync(_maya, Cancel))!.State.Read["how far"]);
    }

    /// <summary>Writes one of everything as the version before did.</summary>
    private async Task FillAsync(DbTransaction t)
    {
        var store = new PersonStore(_test.Keyring, _test.Clock);
        using Sealer maya = await store.AddAsync(t, _maya, new PersonProfile("maya", "Maya", false, null, $"{_record}"));
        using Sealer sam = await store.AddAsync(t, _sam, new PersonProfile("sam", "Sam", false, null, $"{PatientId.New()}"));
        using Sealer lee = await store.AddAsync(t, _lee, new PersonProfile("lee", "Dr Lee", true, "Cardiologist", null));
        using Sealer mallory = await store.AddAsync(t, _mallory, new PersonProfile("mallory", "Mallory", false, null, null));
        await new OrganisationStore(_test.Keyring).AddAsync(t, _clinic, new OrganisationProfile("Clinic"));
        var c = t.Connection!;
        await c.ExecuteAsync("INSERT INTO own_record (patient_id, person_id) VALUES (@patient, @person)", new { patient = $"{_record}", person = $"{_maya}" }, t);
        await c.ExecuteAsync(
            "INSERT INTO membership (person_id, organisation_id, details) VALUES (@person, @organisation, @details)",
            new
            {
                person = $"{_lee}", organisation = $"{_clinic}",
                details = lee.Seal(Place.Of("membership", _clinic, 0), new MembershipDetails("Cardiologist", Now, null, null, Now, "the clinic", IsPrivacyOfficer: true), PeopleJson.Default.MembershipDetails),
            },
            t);
        await c.ExecuteAsync(
            "INSERT INTO circle (patient_id, person_id, details, since) VALUES (@patient, @person, @details, @now)",
            new { patient = $"{_record}", person = $"{_sam}", details = sam.Seal(Place.Of("circle", _record, 0), new CircleDetails("son"), PeopleJson.Default.CircleDetails), now = Now },
            t);
        await FillRequestsAsync(t, maya, lee);
        await FillEmergencyAsync(t, maya);
        await FillSecretsAsync(t, maya);
        await AddInvitationAsync(t, maya, _maya, _invitation, "open", null);
        await AddInvitationAsync(t, sam, _sam, LocalId.New(), "kept", _maya);
        byte[] blocked = _test.Keyring.LookupHash("blocked", $"{_maya} {_mallory}");
        await c.ExecuteAsync(
            "INSERT INTO blocked_person (person_id, blocked_hash, details) VALUES (@person, @blocked, @details)",
            new { person = $"{_maya}", blocked, details = maya.Seal(Place.Of("blocked", _maya, BinaryPrimitives.ReadInt64BigEndian(blocked)), new BlockDetails($"{_mallory}", Now), PeopleJson.Default.BlockDetails) },
            t);
        await c.ExecuteAsync(
            "INSERT INTO notice_choice (person_id, version, details) VALUES (@person, 3, @details)",
            new { person = $"{_maya}", details = maya.Seal(Place.Of("notice-choice", _maya, 3), NoticeChoices.None, PeopleJson.Default.NoticeChoices) },
            t);
        var state = new NoticeState { Read = new Dictionary<string, string> { ["how far"] = "read" } };
        await c.ExecuteAsync(
            "INSERT INTO notice_due (person_id, version, details, due_at, taken_to, in_sight_to) VALUES (@person, 2, @details, @now, 0, 0)",
            new { person = $"{_maya}", details = maya.Seal(Place.Of("notice-due", _maya, 2), state, PeopleJson.Default.NoticeState), now = Now },
            t);
    }

    private async Task FillSecretsAsync(DbTransaction t, Sealer maya)
    {
        var (token, session) = (_test.Keyring.LookupHash("access-token", Token), _test.Keyring.LookupHash("session", Browser));
        await t.Connection!.ExecuteAsync(
            "INSERT INTO access_token (secret_hash, person_id, token_id, details) VALUES (@token, @person, @id, @details)",
            new
            {
                token, person = $"{_maya}", id = _device,
                details = maya.Seal(Place.Of("access-token", _maya, BinaryPrimitives.ReadInt64BigEndian(token)), new TokenDetails("scales", Now, null), PeopleJson.Default.TokenDetails),
            },
            t);
        long ends = Now + 100_000_000;
        await t.Connection!.ExecuteAsync(
            "INSERT INTO sign_in_session (secret_hash, person_id, session_id, details, last_used_at, ends_at) VALUES (@session, @person, @id, @details, @now, @ends)",
            new
            {
                session, person = $"{_maya}", id = $"{LocalId.New()}", now = Now, ends,
                details = maya.Seal(Place.Of("session", _maya, BinaryPrimitives.ReadInt64BigEndian(session)), new SessionDetails("browser", Now, ends), PeopleJson.Default.SessionDetails),
            },
            t);
    }

    private async Task FillRequestsAsync(DbTransaction t, Sealer patient, Sealer asker)
    {
        var names = new { patient = $"{_record}", id = $"{_request}", asker = $"{_lee}", refused = $"{_mallory}", now = Now };
        await t.Connection!.ExecuteAsync(
            "INSERT INTO access_request (patient_id, request_id, asker_id, details, asked_at) VALUES (@patient, @id, @asker, @details, @now)",
            new { names.patient, names.id, names.asker, details = patient.Seal(Place.Of("access-request", _lee, _request.Number), Ties.Terms, PeopleJson.Default.RequestTerms), names.now },
            t);
        var sent = new SentDetails("maya", Ties.Terms, $"{_record}");
        await t.Connection!.ExecuteAsync(
            "INSERT INTO sent_request (asker_id, request_id, version, details, asked_at) VALUES (@asker, @id, 1, @details, @now)",
            new { names.asker, names.id, details = asker.Seal(new Place("sent-request", (UInt128)unchecked((ulong)_request.Number), 1), sent, PeopleJson.Default.SentDetails), names.now },
            t);
        await t.Connection!.ExecuteAsync("INSERT INTO request_refusal (patient_id, asker_id, since) VALUES (@patient, @refused, @now)", names, t);
    }

    private async Task FillEmergencyAsync(DbTransaction t, Sealer patient)
    {
        var bits = new byte[8];
        _opening.WriteBytes(bits);
        var details = new EmergencyDetails("Dr Lee", [$"{_clinic}"], "unconscious", null, null, []);
        await t.Connection!.ExecuteAsync(
            "INSERT INTO emergency_opening (patient_id, opening_id, opened_by, version, details, opened_at) VALUES (@patient, @id, @by, 1, @details, @now)",
            new
            {
                patient = $"{_record}", id = $"{_opening}", by = $"{_lee}",
                details = patient.Seal(new Place("emergency-opening", BinaryPrimitives.ReadUInt64BigEndian(bits), 1), details, PeopleJson.Default.EmergencyDetails), now = Now,
            },
            t);
        foreach (string watcher in (string[])[$"{_sam}", $"{_clinic}"])
        {
            await t.Connection!.ExecuteAsync(
                "INSERT INTO emergency_watcher (watcher_id, patient_id, opening_id, opened_at) VALUES (@watcher, @patient, @id, @now)",
                new { watcher, patient = $"{_record}", id = $"{_opening}", now = Now },
                t);
        }
    }

    private Task AddInvitationAsync(DbTransaction t, Sealer inviter, PersonId person, LocalId id, string secret, PersonId? keptFor)
    {
        byte[] hash = _test.Keyring.LookupHash("circle-invitation", secret);
        long ends = Now + 1000;
        return t.Connection!.ExecuteAsync(
            "INSERT INTO circle_invitation (secret_hash, person_id, invitation_id, details, kept_for, ends_at) VALUES (@hash, @person, @id, @details, @keptFor, @ends)",
            new
            {
                hash, person = $"{person}", id = $"{id}", keptFor = keptFor?.ToString(), ends,
                details = inviter.Seal(Place.Of("circle-invitation", person, BinaryPrimitives.ReadInt64BigEndian(hash)), new InvitationDetails("friend", Now, ends), PeopleJson.Default.InvitationDetails),
            },
            t);
    }

    private Task<int> ExecuteAsync(string sql, object? names = null) => _test.Database.WriteAsync(t => t.Connection!.ExecuteAsync(sql, names, t), Cancel);

    private Task<long> CountAsync(string sql) => _test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>(sql, new { sam = $"{_sam}" }), Cancel);
}

public sealed class EarlierTablesOnSqlite : EarlierTablesContract<SqliteTestDatabase>;

public sealed class EarlierTablesOnPostgres : EarlierTablesContract<PostgresTestDatabase>;
