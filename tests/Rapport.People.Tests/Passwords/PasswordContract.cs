using Dapper;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class PasswordContract(TestDatabase test) : PeopleContract(test)
{
    private const string Wrong = "the sign-in name or the password is wrong";

    private async Task<Person> AddWithPasswordAsync(string? password = "correct horse") =>
        await AddAsync(new NewPerson { SignInName = NewName(), DisplayName = "Maya", Password = password });

    private Task<PasswordCheck> CheckAsync(string name, string password, string source = "198.51.100.7", PeopleModule? node = null) =>
        (node ?? People).Passwords.CheckAsync(name, password, source, Cancel);

    [Fact]
    public async Task The_right_password_signs_in_on_every_node()
    {
        Person maya = await AddWithPasswordAsync();
        foreach (PeopleModule node in new[] { People, OtherNode })
        {
            PasswordCheck check = await CheckAsync($" {maya.SignInName.ToUpperInvariant()} ", "correct horse", node: node);
            Assert.Equal((maya.Id, null, null), (check.Person!.Id, check.Problem, check.RetryAfter));
        }
    }

    [Fact]
    public async Task Whatever_is_wrong_gets_one_answer()
    {
        Person maya = await AddWithPasswordAsync();
        Person tokensOnly = await AddWithPasswordAsync(null);
        foreach ((string name, string password) in new[]
        {
            (maya.SignInName, "wrong horse"), (maya.SignInName, "Correct horse"), (maya.SignInName, "correct horse "), (maya.SignInName, ""),
            (maya.SignInName, new string('x', 1025)), (tokensOnly.SignInName, "correct horse"), ("nobody-at-all", "correct horse"), ("no such name!", "correct horse"), ("", ""),
        })
        {
            Assert.Equal(new PasswordCheck(null, Wrong, null), await CheckAsync(name, password, source: name + password));
        }
    }

    [Fact]
    public async Task Passwords_may_be_long_and_in_any_script()
    {
        foreach (string password in new[] { string.Concat(Enumerable.Range(0, 1024).Select(static i => (char)('一' + (i * 7)))), "pass word 🔑 mit Umläuten" })
        {
            Person person = await AddWithPasswordAsync(password);
            Assert.NotNull((await CheckAsync(person.SignInName, password)).Person);
            Assert.Null((await CheckAsync(person.SignInName, password[..^1])).Person);
        }

        Assert.Equal(
            "a password has at most 1,024 characters",
            await ProblemAsync(People.Accounts.AddAsync(new NewPerson { SignInName = NewName(), DisplayName = "Long", Password = new string('x', 1025) }, Cancel)));
    }

    [Fact]
    public async Task A_broken_character_is_refused_and_opens_nothing()
    {
        Assert.Equal(
            "a password cannot have a broken character",
            await ProblemAsync(People.Accounts.AddAsync(new NewPerson { SignInName = NewName(), DisplayName = "Broken", Password = "seven \uD807 kettles" }, Cancel)));
        Person person = await AddWithPasswordAsync("seven purple kettles");
        Assert.Null((await CheckAsync(person.SignInName, "seven \uD807 kettles")).Person);
    }

    [Fact]
    public async Task Guessing_is_slowed_down_alike_for_names_that_exist_and_names_that_do_not()
    {
        Person maya = await AddWithPasswordAsync();
        foreach (string name in new[] { maya.SignInName, NewName() })
        {
            for (var i = 0; i < SignInThrottle.SourceBurst; i++)
            {
                Assert.Equal(Wrong, (await CheckAsync(name, "a wrong guess")).Problem);
            }

            PasswordCheck refused = await CheckAsync(name, "correct horse");
            Assert.Equal("too many attempts to sign in: wait 60 seconds, then try again", refused.Problem);
            Assert.Equal((null, TimeSpan.FromSeconds(60)), (refused.Person, refused.RetryAfter));
        }

        Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.NotNull((await CheckAsync(maya.SignInName, "correct horse")).Person);
    }

    [Fact]
    public async Task A_changed_password_is_the_only_one_everywhere_and_ends_other_sessions()
    {
        Person maya = await AddWithPasswordAsync();
        string here = await People.Sessions.StartAsync(maya.Id, "this browser", SignInMethod.Password, Cancel);
        string elsewhere = await People.Sessions.StartAsync(maya.Id, "another browser", SignInMethod.Password, Cancel);
        Session kept = (await People.Sessions.FindAsync(here, Cancel))!;
        Assert.NotNull(await People.Sessions.FindAsync(elsewhere, Cancel));

        await OkAsync(People.Passwords.ChangeAsync(maya.Id, "battery staple", kept.Id, Cancel));

        Assert.Equal(Wrong, (await CheckAsync(maya.SignInName, "correct horse", node: OtherNode)).Problem);
        Assert.NotNull((await CheckAsync(maya.SignInName, "battery staple", node: OtherNode)).Person);
        Assert.NotNull(await People.Sessions.FindAsync(here, Cancel));
        Assert.Null(await People.Sessions.FindAsync(elsewhere, Cancel));
    }

    [Fact]
    public async Task A_first_password_can_be_set_and_a_weak_one_changes_nothing()
    {
        Person maya = await AddWithPasswordAsync(null);
        await OkAsync(People.Passwords.ChangeAsync(maya.Id, "correct horse", null, Cancel));
        Assert.StartsWith("a password has at least 8", await ProblemAsync(People.Passwords.ChangeAsync(maya.Id, "short", null, Cancel)), StringComparison.Ordinal);
        Assert.NotNull((await CheckAsync(maya.SignInName, "correct horse")).Person);
        PersonId nobody = PersonId.New();
        Assert.Equal($"there is no person `{nobody}`", await ProblemAsync(People.Passwords.ChangeAsync(nobody, "correct horse", null, Cancel)));
    }

    [Fact]
    public async Task A_password_made_with_less_work_is_hashed_anew_once()
    {
        Person maya = await AddWithPasswordAsync();
        PeopleModule stronger = NewNode(Options with { PasswordIterations = 200 });
        byte[] before = await HashAsync(maya);
        Assert.NotNull((await CheckAsync(maya.SignInName, "correct horse", node: stronger)).Person);
        byte[] after = await HashAsync(maya);
        Assert.NotEqual(before, after);
        Assert.NotNull((await CheckAsync(maya.SignInName, "correct horse", node: stronger)).Person);
        Assert.Equal(after, await HashAsync(maya));
        Assert.NotNull((await CheckAsync(maya.SignInName, "correct horse")).Person);
    }

    [Fact]
    public async Task Of_passwords_set_at_once_one_stands_and_opens()
    {
        Person maya = await AddWithPasswordAsync();
        string[] passwords = [.. Enumerable.Range(0, 6).Select(static i => $"password number {i}")];
        await Task.WhenAll(passwords.Select((p, i) => (i % 2 == 0 ? People : OtherNode).Passwords.ChangeAsync(maya.Id, p, null, Cancel)));
        var opened = 0;
        foreach (string password in passwords)
        {
            opened += (await CheckAsync(maya.SignInName, password, source: password)).Person is null ? 0 : 1;
        }

        Assert.Equal(1, opened);
    }

    private Task<byte[]> HashAsync(Person person) => Test.Database.ReadAsync(
        c => c.QuerySingleAsync<byte[]>("SELECT hash FROM sign_in_password WHERE person_id = @id", new { id = person.Id.ToString() }), Cancel);
}

public sealed class PasswordOnSqlite(SqliteTestDatabase test) : PasswordContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class PasswordOnPostgres(PostgresTestDatabase test) : PasswordContract(test), IClassFixture<PostgresTestDatabase>;
