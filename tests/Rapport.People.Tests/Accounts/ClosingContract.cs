using Dapper;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class ClosingContract(TestDatabase test) : PeopleContract(test)
{
    [Fact]
    public async Task A_closed_account_opens_in_no_way_on_any_node_and_leaves_no_row_of_its_own()
    {
        Person maya = await AddAsync(new NewPerson { SignInName = NewName(), DisplayName = "Maya", Password = "seven purple kettles", Record = PatientId.New() });
        Person sam = await AddAsync("Sam");
        string session = await People.Sessions.StartAsync(maya.Id, "browser", SignInMethod.Password, Cancel);
        string token = (await OkAsync(People.AccessTokens.CreateAsync(maya.Id, "backup", TokenScopes.All, null, Cancel))).Secret;
        IReadOnlyList<string> codes = await People.SecondStep.NewRecoveryCodesAsync(maya.Id, Cancel);
        await People.SecondStep.BeginAppAsync(maya, Cancel);
        using var phone = new SoftwareAuthenticator();
        PasskeyQuestion question = await People.Passkeys.AskForNewAsync(maya, PasskeysContract.Browser());
        await OkAsync(People.Passkeys.AddAsync(maya, "Phone", question.Ticket, phone.Create(question.OptionsJson), PasskeysContract.Browser(), Cancel));
        await OkAsync(People.Circle.AddAsync(maya.Record!.Value, sam.Id, "son", Cancel));
        Assert.NotNull(await OtherNode.Sessions.FindAsync(session, Cancel));

        Assert.True(await People.Accounts.CloseAsync(maya.Id, Cancel));
        Assert.False(await People.Accounts.CloseAsync(maya.Id, Cancel));

        Assert.Null(await People.Sessions.FindAsync(session, Cancel));
        PassFreshness();
        foreach (PeopleModule node in new[] { People, OtherNode })
        {
            Assert.Null(await node.Accounts.FindAsync(maya.Id, Cancel));
            Assert.Null(await node.Accounts.FindBySignInNameAsync(maya.SignInName, Cancel));
            Assert.Null(await node.Accounts.FindByReferenceAsync(maya.Reference, Cancel));
            Assert.Null(await node.Sessions.FindAsync(session, Cancel));
            Assert.Null(await node.AccessTokens.FindAsync(token, Cancel));
            Assert.Null((await node.Passwords.CheckAsync(maya.SignInName, "seven purple kettles", "here", Cancel)).Person);
            Assert.Null((await node.SecondStep.RecoverAsync(maya.SignInName, codes[0], "here", Cancel)).Person);
            PasskeyQuestion again = await node.Passkeys.AskAsync(null, PasskeysContract.Browser());
            Assert.Null(await node.Passkeys.CheckAsync(null, again.Ticket, phone.Sign(again.OptionsJson), PasskeysContract.Browser(), Cancel));
            Assert.NotNull(await node.Accounts.FindAsync(sam.Id, Cancel));
        }

        foreach (string table in new[] { "sign_in_password", "sign_in_session", "access_token", "passkey", "authenticator_app", "recovery_code", "sign_in_name" })
        {
            Assert.Equal(0, await CountAsync($"SELECT COUNT(*) FROM {table} WHERE person_id = @id", maya.Id));
        }

        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM person WHERE person_id = @id AND LENGTH(data_key) = 0 AND LENGTH(profile) = 0", maya.Id));
    }

    [Fact]
    public async Task What_ties_a_closed_account_to_others_goes_from_both_sides_of_every_table()
    {
        string[] tables =
        [
            "own_record", "membership", "circle", "access_request", "sent_request", "request_refusal", "emergency_opening", "emergency_watcher", "circle_invitation", "blocked_person", "notice_choice", "notice_due",
        ];
        var before = await CountsAsync();
        Ties ties = await Ties.MakeAsync(People, static name => new NewPerson { SignInName = NewName(), DisplayName = name, Record = PatientId.New() }, Clock, Cancel);
        Assert.All(await CountsAsync(), count => Assert.True(count.Value > before[count.Key], count.Key));
        foreach (Person person in ties.People)
        {
            await People.Accounts.CloseAsync(person.Id, Cancel);
        }

        Assert.Equal(before, await CountsAsync());

        async Task<Dictionary<string, long>> CountsAsync()
        {
            Dictionary<string, long> counts = [];
            foreach (string table in tables)
            {
                counts[table] = await Test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}"), Cancel);
            }

            return counts;
        }
    }

    [Fact]
    public async Task A_closed_professional_leaves_the_directory_of_every_node()
    {
        Person lee = await AddProfessionalAsync("Dr Closing");
        Organisation clinic = await OkAsync(People.Directory.AddOrganisationAsync("Clinic of closing", Cancel));
        await OkAsync(People.Directory.AddMemberAsync(clinic.Id, lee.Id, null, null, Cancel));
        Assert.Single(await OtherNode.Directory.SearchProfessionalsAsync("Closing", Cancel));
        await People.Accounts.CloseAsync(lee.Id, Cancel);
        Assert.Empty(await People.Directory.SearchProfessionalsAsync("Closing", Cancel));
        PassFreshness();
        Assert.Empty(await OtherNode.Directory.SearchProfessionalsAsync("Closing", Cancel));
        Assert.Empty(await NewNode().Directory.SearchProfessionalsAsync("Closing", Cancel));
    }

    [Fact]
    public async Task The_name_of_a_closed_account_is_free_again_and_opens_nothing_of_the_old()
    {
        Person old = await AddAsync("Old");
        await People.Accounts.CloseAsync(old.Id, Cancel);
        Person next = await AddAsync(new NewPerson { SignInName = old.SignInName, DisplayName = "Next" });
        Assert.NotEqual(old.Id, next.Id);
        Assert.Equal("Next", (await OtherNode.Accounts.FindBySignInNameAsync(old.SignInName, Cancel))!.DisplayName);
    }

    private Task<long> CountAsync(string sql, PersonId id) => Test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>(sql, new { id = id.ToString() }), Cancel);
}

public sealed class ClosingOnSqlite(SqliteTestDatabase test) : ClosingContract(test), IClassFixture<SqliteTestDatabase>
{
    [Fact]
    public async Task The_files_of_the_database_hold_the_key_of_a_closed_account_no_more()
    {
        Person maya = await AddAsync(new NewPerson { SignInName = NewName(), DisplayName = "Maya", Password = "seven purple kettles" });
        var key = await Test.Database.ReadAsync(
            c => c.QuerySingleAsync<byte[]>("SELECT data_key FROM person WHERE person_id = @id", new { id = maya.Id.ToString() }), Cancel);
        Assert.True(await IsInAFileAsync(key));
        await People.Accounts.CloseAsync(maya.Id, Cancel);
        Assert.False(await IsInAFileAsync(key));
    }

    private async Task<bool> IsInAFileAsync(byte[] bytes)
    {
        foreach (string path in Directory.GetFiles(test.Folder))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            await file.CopyToAsync(content, Cancel);
            if (content.ToArray().AsSpan().IndexOf(bytes) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}

public sealed class ClosingOnPostgres(PostgresTestDatabase test) : ClosingContract(test), IClassFixture<PostgresTestDatabase>;
