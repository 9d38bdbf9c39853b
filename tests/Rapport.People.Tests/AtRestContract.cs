using System.Data.Common;
using System.Text;
using Dapper;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

/// <summary>What somebody finds who has the database and not its key, and what they reach who can write to it.</summary>
public abstract class AtRestContract(TestDatabase test) : PeopleContract(test)
{
    [Fact]
    public async Task Nothing_that_was_typed_is_found_in_any_table()
    {
        Person person = await AddAsync(new NewPerson
        {
            SignInName = "plain.signinname", DisplayName = "Plain Displayname", IsProfessional = true, Role = "plain occupation", Password = "plain password", Record = PatientId.New(),
        });
        string session = await People.Sessions.StartAsync(person.Id, "Plain Browser", SignInMethod.Password, Cancel);
        NewAccessToken token = await OkAsync(People.AccessTokens.CreateAsync(person.Id, "plain label", TokenScopes.All, null, Cancel));
        Organisation organisation = await OkAsync(People.Directory.AddOrganisationAsync("Plain Clinic", Cancel));
        await OkAsync(People.Directory.AddMemberAsync(organisation.Id, person.Id, "plain partner", null, Cancel));
        await OkAsync(People.Circle.AddAsync(PatientId.New(), person.Id, "plain relation", Cancel));
        NewCircleInvitation invitation = await OkAsync(People.Invitations.MakeAsync(person, "plain invited", 7, Cancel));
        await OkAsync(People.Requests.AskAsync(await AddAsync("Plain Asker"), person.SignInName, new RequestTerms("plain-aim", ["plain-kind"], 3, "plain reason"), Cancel));
        await OkAsync(People.Requests.AskAsync(person, "plain.nobody", new RequestTerms("plain-aim", ["plain-kind"], 3, "plain reason"), Cancel));

        EmergencyOpening opening = await OkAsync(People.Emergencies.AnnounceAsync(person, person, "plain emergency", [person.Id], Cancel));
        Assert.NotNull(await People.Emergencies.QuestionAsync(opening.Patient, opening.Id, "plain question", null, Cancel));

        await People.Notices.ChangeAsync(person.Id, NoticesContract.Chosen, new NoticeState { Found = new Dictionary<string, long> { ["plain-key"] = 1 } }, Clock.GetUtcNow(), Cancel);

        await People.SecondStep.BeginAppAsync(person, Cancel);
        IReadOnlyList<string> codes = await People.SecondStep.NewRecoveryCodesAsync(person.Id, Cancel);
        using var phone = new SoftwareAuthenticator();
        PasskeyQuestion question = await People.Passkeys.AskForNewAsync(person, PasskeysContract.Browser());
        await OkAsync(People.Passkeys.AddAsync(person, "plain phone", question.Ticket, phone.Create(question.OptionsJson), PasskeysContract.Browser(), Cancel));

        var cells = 0;
        foreach (string table in await TablesAsync())
        {
            foreach (IDictionary<string, object?> row in await QueryAsync($"SELECT * FROM {table}"))
            {
                foreach (object? value in row.Values)
                {
                    cells++;
                    string text = value is byte[] bytes ? Encoding.Latin1.GetString(bytes) : value?.ToString() ?? "";
                    Assert.DoesNotContain("plain", text, StringComparison.OrdinalIgnoreCase);
                    Assert.DoesNotContain(session, text, StringComparison.Ordinal);
                    Assert.DoesNotContain(invitation.Secret, text, StringComparison.Ordinal);
                    Assert.All(codes, code => Assert.DoesNotContain(code.Replace("-", "", StringComparison.Ordinal), text, StringComparison.Ordinal));
                    Assert.DoesNotContain(token.Secret["rapport_".Length..], text, StringComparison.Ordinal);
                }
            }
        }

        Assert.True(cells > 40);
    }

    /// <summary>The tables of accounts: that somebody has one, and how they sign in, is what the database may tell.</summary>
    private static readonly string[] s_accounts =
        ["person", "sign_in_name", "sign_in_password", "sign_in_session", "access_token", "passkey", "authenticator_app", "recovery_code", "organisation"];

    [Fact]
    public async Task Outside_of_accounts_no_id_stands_in_clear_and_no_two_columns_name_somebody_alike()
    {
        Ties ties = await Ties.MakeAsync(People, static name => new NewPerson { SignInName = NewName(), DisplayName = name, Record = PatientId.New() }, Clock, Cancel);
        Dictionary<string, string> columns = [];
        foreach (string table in (await TablesOf.AllAsync(Test.Database, Cancel)).Except(s_accounts))
        {
            foreach (StoredCell cell in await TablesOf.CellsAsync(Test.Database, table, Cancel))
            {
                string place = $"{table}.{cell.Column}";
                Assert.All(ties.Ids, id => Assert.False(cell.Has(id), $"{place} tells an id"));
                if (cell.Bytes.Length == 32)
                {
                    Assert.Equal(place, columns.TryAdd(Convert.ToHexString(cell.Bytes), place) ? place : columns[Convert.ToHexString(cell.Bytes)]);
                }
            }
        }
    }

    [Fact]
    public async Task A_circle_moved_to_another_patient_or_person_does_not_open()
    {
        Person maya = await AddAsync(record: PatientId.New());
        Person noor = await AddAsync("Noor", PatientId.New());
        Person sam = await AddAsync("Sam");
        await OkAsync(People.Circle.AddAsync(maya.Record!.Value, sam.Id, "son", Cancel));
        var names = new
        {
            maya = Tables.Circle.Hash("patient", maya.Record!.Value), noor = Tables.Circle.Hash("patient", noor.Record!.Value),
            person = Tables.Circle.Hash("person", noor.Id), sam = Tables.Circle.Hash("person", sam.Id),
        };
        await ExecuteAsync("UPDATE circle SET patient = @noor WHERE patient = @maya", names);
        await Assert.ThrowsAsync<SealBrokenException>(() => People.Circle.OfPatientAsync(noor.Record!.Value, Cancel));
        await Assert.ThrowsAsync<SealBrokenException>(() => People.Circle.PatientsOfAsync(sam.Id, Cancel));
        await ExecuteAsync("UPDATE circle SET patient = @maya, person = @person WHERE patient = @noor", names);
        await Assert.ThrowsAsync<SealBrokenException>(() => People.Circle.OfPatientAsync(maya.Record!.Value, Cancel));
        await Assert.ThrowsAsync<SealBrokenException>(() => People.Circle.PatientsOfAsync(noor.Id, Cancel));
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("sign_in_session")]
    public async Task A_secret_given_to_another_person_opens_nothing(string table)
    {
        Person maya = await AddAsync();
        Person mallory = await AddAsync("Mallory");
        string token = (await OkAsync(People.AccessTokens.CreateAsync(mallory.Id, "hers", TokenScopes.All, null, Cancel))).Secret;
        string session = await People.Sessions.StartAsync(mallory.Id, "hers", SignInMethod.Password, Cancel);
        await ExecuteAsync($"UPDATE {table} SET person_id = @maya WHERE person_id = @mallory", new { maya = maya.Id.ToString(), mallory = mallory.Id.ToString() });
        if (table == "access_token")
        {
            await Assert.ThrowsAsync<SealBrokenException>(async () => await People.AccessTokens.FindAsync(token, Cancel));
        }
        else
        {
            await Assert.ThrowsAsync<SealBrokenException>(async () => await People.Sessions.FindAsync(session, Cancel));
        }
    }

    [Fact]
    public async Task A_secret_put_in_the_place_of_another_opens_nothing()
    {
        Person maya = await AddAsync();
        NewAccessToken full = await OkAsync(People.AccessTokens.CreateAsync(maya.Id, "without end", TokenScopes.All, null, Cancel));
        NewAccessToken expired = await OkAsync(People.AccessTokens.CreateAsync(maya.Id, "short", TokenScopes.All, Clock.GetUtcNow().AddMinutes(1), Cancel));
        await ExecuteAsync(
            "UPDATE access_token SET details = (SELECT details FROM access_token WHERE id_hash = @full) WHERE id_hash = @expired",
            new { full = Tables.AccessToken.Hash("id", full.Token.Id), expired = Tables.AccessToken.Hash("id", expired.Token.Id) });
        await Assert.ThrowsAsync<SealBrokenException>(async () => await People.AccessTokens.FindAsync(expired.Secret, Cancel));
    }

    [Fact]
    public async Task A_password_moved_to_another_person_opens_nothing()
    {
        Person maya = await AddAsync(new NewPerson { SignInName = NewName(), DisplayName = "Maya", Password = "correct horse" });
        Person mallory = await AddAsync(new NewPerson { SignInName = NewName(), DisplayName = "Mallory", Password = "her password" });
        await ExecuteAsync(
            "UPDATE sign_in_password SET hash = (SELECT hash FROM sign_in_password WHERE person_id = @mallory) WHERE person_id = @maya",
            new { maya = maya.Id.ToString(), mallory = mallory.Id.ToString() });
        await Assert.ThrowsAsync<SealBrokenException>(() => People.Passwords.CheckAsync(maya.SignInName, "her password", "here", Cancel));
    }

    [Fact]
    public async Task A_name_pointed_at_another_person_signs_nobody_in()
    {
        Person maya = await AddAsync(new NewPerson { SignInName = NewName(), DisplayName = "Maya", Password = "correct horse" });
        Person mallory = await AddAsync(new NewPerson { SignInName = NewName(), DisplayName = "Mallory", Password = "her password" });
        await ExecuteAsync(
            "UPDATE sign_in_name SET person_id = @mallory WHERE person_id = @maya", new { maya = maya.Id.ToString(), mallory = mallory.Id.ToString() });
        Assert.Null((await People.Passwords.CheckAsync(maya.SignInName, "her password", "here", Cancel)).Person);
        Assert.Null(await People.Accounts.FindBySignInNameAsync(maya.SignInName, Cancel));
    }

    [Fact]
    public async Task A_record_pointed_at_another_person_is_not_theirs()
    {
        Person maya = await AddAsync(record: PatientId.New());
        Person mallory = await AddAsync("Mallory", PatientId.New());
        await ExecuteAsync(
            "UPDATE own_record SET names = (SELECT names FROM own_record WHERE patient = @mallory) WHERE patient = @maya",
            new { maya = Tables.OwnRecord.Hash("patient", maya.Record!.Value), mallory = Tables.OwnRecord.Hash("patient", mallory.Record!.Value) });
        await Assert.ThrowsAsync<SealBrokenException>(() => People.Accounts.FindByReferenceAsync($"Patient/{maya.Record}", Cancel));
        Assert.Equal(mallory.Record, (await NewNode().Accounts.FindAsync(mallory.Id, Cancel))!.Record);
    }

    [Theory]
    [InlineData("UPDATE person SET profile = (SELECT profile FROM person WHERE person_id = @other) WHERE person_id = @id")]
    [InlineData("UPDATE person SET data_key = (SELECT data_key FROM person WHERE person_id = @other) WHERE person_id = @id")]
    [InlineData("UPDATE person SET data_key = (SELECT data_key FROM person WHERE person_id = @other), profile = (SELECT profile FROM person WHERE person_id = @other) WHERE person_id = @id")]
    [InlineData("UPDATE person SET version = version + 1 WHERE person_id = @id")]
    public async Task A_profile_that_was_moved_does_not_open(string sql)
    {
        Person maya = await AddAsync(record: PatientId.New());
        Person mallory = await AddAsync("Mallory");
        await ExecuteAsync(sql, new { id = mallory.Id.ToString(), other = maya.Id.ToString() });
        await Assert.ThrowsAsync<SealBrokenException>(async () => await NewNode().Accounts.FindAsync(mallory.Id, Cancel));
    }

    [Fact]
    public async Task A_membership_moved_to_another_person_or_organisation_does_not_open()
    {
        Person lee = await AddProfessionalAsync();
        Person mallory = await AddAsync("Mallory");
        Organisation clinic = await OkAsync(People.Directory.AddOrganisationAsync("Clinic", Cancel));
        Organisation other = await OkAsync(People.Directory.AddOrganisationAsync("Other", Cancel));
        await OkAsync(People.Directory.AddMemberAsync(clinic.Id, lee.Id, null, null, Cancel));
        await OkAsync(People.Directory.AddMemberAsync(other.Id, mallory.Id, null, null, Cancel));
        var names = new { clinic = Tables.Membership.Hash("organisation", clinic.Id), lee = Tables.Membership.Hash("person", lee.Id), mallory = Tables.Membership.Hash("person", mallory.Id) };
        await ExecuteAsync("UPDATE membership SET organisation = @clinic WHERE person = @mallory", names);
        await Assert.ThrowsAsync<SealBrokenException>(async () => await NewNode().Accounts.FindAsync(mallory.Id, Cancel));
        await ExecuteAsync("DELETE FROM membership WHERE person = @mallory", names);
        await ExecuteAsync("UPDATE membership SET person = @mallory WHERE person = @lee", names);
        await Assert.ThrowsAsync<SealBrokenException>(async () => await NewNode().Accounts.FindAsync(mallory.Id, Cancel));
    }

    private Task<int> ExecuteAsync(string sql, object parameters) => Test.Database.WriteAsync(t => t.Connection!.ExecuteAsync(sql, parameters, t), Cancel);

    private async Task<List<IDictionary<string, object?>>> QueryAsync(string sql) =>
        [.. (await Test.Database.ReadAsync<IEnumerable<dynamic>>(c => ((DbConnection)c).QueryAsync(sql), Cancel)).Select(static row => (IDictionary<string, object?>)row)];

    private async Task<List<string>> TablesAsync() =>
        [.. (await QueryAsync(Test.Database.Dialect == Dialect.Sqlite
            ? "SELECT name FROM sqlite_master WHERE type = 'table'"
            : "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'")).Select(static row => (string)row["name"]!)];
}

public sealed class AtRestOnSqlite(SqliteTestDatabase test) : AtRestContract(test), IClassFixture<SqliteTestDatabase>
{
    /// <summary>The first account would have the first record.</summary>
    [Fact]
    public async Task No_table_of_accounts_tells_the_order_in_which_its_rows_were_written()
    {
        var tables = (await Test.Database.ReadAsync(
            c => c.QueryAsync<string>("SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND p.name = 'person_id'"), Cancel)).ToList();
        Assert.Equal(["access_token", "authenticator_app", "passkey", "person", "recovery_code", "sign_in_name", "sign_in_password", "sign_in_session"], tables.Order(StringComparer.Ordinal));
        foreach (string table in tables.Append("own_record"))
        {
            Assert.False(await HasRowIdAsync(table), $"{table} has a rowid");
        }
    }

    private async Task<bool> HasRowIdAsync(string table)
    {
        try
        {
            await Test.Database.ReadAsync(c => c.QueryAsync<long>($"SELECT rowid FROM {table}"), Cancel);
            return true;
        }
        catch (DbException e) when (e.Message.Contains("no such column: rowid", StringComparison.Ordinal))
        {
            return false;
        }
    }
}

public sealed class AtRestOnPostgres(PostgresTestDatabase test) : AtRestContract(test), IClassFixture<PostgresTestDatabase>;
