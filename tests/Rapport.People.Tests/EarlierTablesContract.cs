using System.Text;
using Dapper;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

/// <summary>A database from before, in whose tables ids stood in clear, as the version that wrote it left it. A fresh one for each test.</summary>
public abstract partial class EarlierTablesContract<TDatabase> : IAsyncLifetime
    where TDatabase : TestDatabase, new()
{
    private const int Before = 6;

    private const string Password = "seven purple kettles";

    private static readonly string Token = "rapport_" + new string('t', 43), Browser = new('b', 43);

    private readonly TDatabase _test = new();
    private readonly PatientId _record = PatientId.New();
    private readonly PersonId _maya = PersonId.New(), _sam = PersonId.New(), _lee = PersonId.New(), _mallory = PersonId.New();
    private readonly OrganisationId _clinic = OrganisationId.New();
    private readonly RequestId _request = RequestId.New();
    private readonly string _device = $"{LocalId.New()}";
    private readonly LocalId _opening = LocalId.New(), _invitation = LocalId.New();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The database.</summary>
    protected TDatabase Test => _test;

    /// <summary>The id of the patient's record.</summary>
    protected string Record => $"{_record}";

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
        string[] accounts = ["person", "sign_in_name", "sign_in_password", "sign_in_session", "access_token"];
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
    public async Task Sessions_of_before_tell_no_moment_either_and_go_on()
    {
        await ExecuteAsync("UPDATE sign_in_session SET last_used_at = last_used_at + 1234567");
        await _test.MigrateAsync(typeof(PeopleModule));
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM sign_in_session WHERE last_used_at % 3600000 <> 0 OR ends_at % 86400000 <> 0"));
        using var people = new PeopleModule(_test.Database, _test.Keyring, _test.Clock);
        Session session = (await people.Sessions.FindAsync(Browser, Cancel))!;
        Assert.Equal((Now, Now + 100_000_000), (session.LastUsedAt.ToUnixTimeMilliseconds(), session.EndsAt.ToUnixTimeMilliseconds()));
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
        Assert.Equal(_maya, (await people.Invitations.FindAsync(InvitationMark.Of("open"), null, Cancel))!.Patient.Id);
        Assert.Null(await people.Invitations.FindAsync(InvitationMark.Of("kept"), _mallory, Cancel));
        Assert.Equal(_sam, (await people.Invitations.FindAsync(InvitationMark.Of("kept"), _maya, Cancel))!.Patient.Id);
        Assert.Equal(_mallory, Assert.Single(await people.Blocks.ListAsync(_maya, Cancel)).Person.Id);
        Assert.True(await people.Blocks.IsBlockedAsync(_maya, _mallory, Cancel));

        Assert.Equal(_maya, (await people.Passwords.CheckAsync("maya", Password, "here", Cancel)).Person?.Id);
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

    private Task<int> ExecuteAsync(string sql, object? names = null) => _test.Database.WriteAsync(t => t.Connection!.ExecuteAsync(sql, names, t), Cancel);

    private Task<long> CountAsync(string sql) => _test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>(sql, new { sam = $"{_sam}" }), Cancel);
}

public sealed class EarlierTablesOnSqlite : EarlierTablesContract<SqliteTestDatabase>
{
    [Fact]
    public async Task What_stood_in_the_tables_of_before_is_in_no_file_of_the_database_any_more()
    {
        string keyFile = Path.Combine(Directory.CreateDirectory(Path.Combine(Test.Folder, "key")).FullName, "master.key");
        Assert.True(await IsInAFileAsync());
        using Keyring keyring = await Installation.OpenAsync(Test.Database, keyFile, Test.Clock, TestContext.Current.CancellationToken, typeof(PeopleModule).Assembly);
        Assert.False(await IsInAFileAsync());
    }

    /// <summary>The id of the record stood in own_record, circle, access_request, request_refusal, emergency_opening and emergency_watcher, and is sealed in what there is now.</summary>
    private async Task<bool> IsInAFileAsync()
    {
        var record = Encoding.ASCII.GetBytes(Record);
        foreach (string path in Directory.GetFiles(Test.Folder))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            await file.CopyToAsync(content, TestContext.Current.CancellationToken);
            if (content.ToArray().AsSpan().IndexOf(record) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}

public sealed class EarlierTablesOnPostgres : EarlierTablesContract<PostgresTestDatabase>;
