using Dapper;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class SecondStepContract(TestDatabase test) : PeopleContract(test)
{
    [Fact]
    public async Task An_app_counts_once_it_is_confirmed_and_each_of_its_codes_once_on_all_nodes()
    {
        Person maya = await AddAsync();
        AuthenticatorSetup setup = await People.SecondStep.BeginAppAsync(maya, Cancel);
        Assert.Contains(setup.Secret.Replace(" ", "", StringComparison.Ordinal), setup.Uri, StringComparison.Ordinal);
        Assert.False((await People.SecondStep.FindAsync(maya.Id, Cancel)).HasApp);
        Assert.Null((await People.SecondStep.CheckAsync(maya.Id, Code(setup), "here", Cancel)).Method);
        Assert.False(await People.SecondStep.ConfirmAppAsync(maya.Id, "000000", Cancel));
        Assert.True(await OtherNode.SecondStep.ConfirmAppAsync(maya.Id, Code(setup), Cancel));
        Assert.True((await People.SecondStep.FindAsync(maya.Id, Cancel)).HasApp);

        // The code that confirmed it was used.
        Assert.Null((await People.SecondStep.CheckAsync(maya.Id, Code(setup), "here", Cancel)).Method);
        Clock.Advance(TimeSpan.FromSeconds(30));
        string code = Code(setup);
        CodeCheck[] checks = await Task.WhenAll(new[] { People, OtherNode, People, OtherNode }.Select(n => Task.Run(() => n.SecondStep.CheckAsync(maya.Id, code[..3] + " " + code[3..], "here", Cancel))));
        Assert.Single(checks, static c => c.Method == SignInMethod.PasswordAndCode);
    }

    [Fact]
    public async Task A_new_app_takes_the_place_of_the_old_when_it_is_confirmed_and_not_before()
    {
        Person maya = await AddAsync();
        AuthenticatorSetup old = await AddAppAsync(maya);
        AuthenticatorSetup next = await People.SecondStep.BeginAppAsync(maya, Cancel);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull((await People.SecondStep.CheckAsync(maya.Id, Code(old), "here", Cancel)).Method);
        Assert.True(await People.SecondStep.ConfirmAppAsync(maya.Id, Code(next), Cancel));
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await People.SecondStep.CheckAsync(maya.Id, Code(old), "here", Cancel)).Method);
        Assert.NotNull((await People.SecondStep.CheckAsync(maya.Id, Code(next), "here", Cancel)).Method);
        await People.SecondStep.RemoveAppAsync(maya.Id, Cancel);
        Assert.False((await OtherNode.SecondStep.FindAsync(maya.Id, Cancel)).HasApp);
    }

    [Fact]
    public async Task Each_recovery_code_opens_once_and_new_ones_replace_all()
    {
        Person maya = await AddAsync();
        Person sam = await AddAsync("Sam");
        IReadOnlyList<string> codes = await People.SecondStep.NewRecoveryCodesAsync(maya.Id, Cancel);
        Assert.Equal(10, codes.Distinct().Count());
        Assert.All(codes, static c => Assert.Matches("^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$", c));
        Assert.Null((await People.SecondStep.CheckAsync(sam.Id, codes[0], "here", Cancel)).Method);
        Assert.Equal(SignInMethod.RecoveryCode, (await People.SecondStep.CheckAsync(maya.Id, codes[0].ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal), "here", Cancel)).Method);
        Assert.Null((await OtherNode.SecondStep.CheckAsync(maya.Id, codes[0], "here", Cancel)).Method);
        Assert.Equal(9, (await OtherNode.SecondStep.FindAsync(maya.Id, Cancel)).RecoveryCodes);
        IReadOnlyList<string> more = await People.SecondStep.NewRecoveryCodesAsync(maya.Id, Cancel);
        Assert.Null((await People.SecondStep.CheckAsync(maya.Id, codes[1], "here", Cancel)).Method);
        Assert.NotNull((await People.SecondStep.CheckAsync(maya.Id, more[1], "here", Cancel)).Method);
    }

    [Fact]
    public async Task Guessing_is_slowed_down_and_keeps_nobody_out_elsewhere()
    {
        Person maya = await AddAsync();
        IReadOnlyList<string> codes = await People.SecondStep.NewRecoveryCodesAsync(maya.Id, Cancel);
        Assert.NotNull((await People.SecondStep.CheckAsync(maya.Id, codes[0], "home", Cancel)).Method);
        for (var i = 0; i < 5; i++)
        {
            Assert.Null((await People.SecondStep.CheckAsync(maya.Id, "000000", "elsewhere", Cancel)).RetryAfter);
        }

        Assert.NotNull((await People.SecondStep.CheckAsync(maya.Id, codes[1], "elsewhere", Cancel)).RetryAfter);
        Assert.NotNull((await People.SecondStep.CheckAsync(maya.Id, codes[1], "home", Cancel)).Method);
    }

    [Fact]
    public async Task Who_has_no_password_recovers_with_a_name_and_a_code_and_who_has_one_does_not()
    {
        Person maya = await AddAsync();
        Person sam = await AddAsync(new NewPerson { SignInName = NewName(), DisplayName = "Sam", Password = "seven purple kettles" });
        string mayas = (await People.SecondStep.NewRecoveryCodesAsync(maya.Id, Cancel))[3];
        string sams = (await People.SecondStep.NewRecoveryCodesAsync(sam.Id, Cancel))[3];
        (Person? person, CodeCheck check) = await People.SecondStep.RecoverAsync(maya.SignInName, mayas, "here", Cancel);
        Assert.Equal((maya.Id, SignInMethod.RecoveryCode), (person!.Id, check.Method));
        (person, check) = await People.SecondStep.RecoverAsync(sam.SignInName, sams, "here", Cancel);
        Assert.Null(person);
        (_, CodeCheck nobody) = await People.SecondStep.RecoverAsync("nobody-at-all", sams, "here", Cancel);
        Assert.Equal(nobody, check);
        Assert.NotNull((await People.SecondStep.CheckAsync(sam.Id, sams, "here", Cancel)).Method);
    }

    [Fact]
    public async Task Nobody_keeps_a_person_from_recovering_by_trying_from_many_places()
    {
        Person maya = await AddAsync();
        string code = (await People.SecondStep.NewRecoveryCodesAsync(maya.Id, Cancel))[0];
        for (var i = 0; i < 40; i++)
        {
            await People.SecondStep.RecoverAsync(maya.SignInName, "aaaa-bbbb-cccc", $"place {i}", Cancel);
        }

        Assert.Equal(maya.Id, (await People.SecondStep.RecoverAsync(maya.SignInName, code, "home", Cancel)).Person?.Id);
    }

    [Fact]
    public async Task A_code_of_the_operator_opens_once_for_an_hour()
    {
        Person sam = await AddAsync(new NewPerson { SignInName = NewName(), DisplayName = "Sam", Password = "seven purple kettles" });
        string first = await People.SecondStep.NewOperatorCodeAsync(sam.Id, Cancel);
        string second = await People.SecondStep.NewOperatorCodeAsync(sam.Id, Cancel);
        Assert.Null((await People.SecondStep.RecoverAsync(sam.SignInName, first, "here", Cancel)).Person);
        Assert.Equal(SignInMethod.OperatorCode, (await OtherNode.SecondStep.RecoverAsync(sam.SignInName, second, "here", Cancel)).Check.Method);
        Assert.Null((await People.SecondStep.RecoverAsync(sam.SignInName, second, "here", Cancel)).Person);
        string late = await People.SecondStep.NewOperatorCodeAsync(sam.Id, Cancel);
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null((await People.SecondStep.RecoverAsync(sam.SignInName, late, "here", Cancel)).Person);
    }

    [Fact]
    public async Task What_is_kept_opens_for_nobody_else()
    {
        Person maya = await AddAsync();
        Person mallory = await AddAsync("Mallory");
        AuthenticatorSetup hers = await AddAppAsync(mallory);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Test.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync("UPDATE authenticator_app SET person_id = @maya WHERE person_id = @mallory", new { maya = maya.Id.ToString(), mallory = mallory.Id.ToString() }, t), Cancel);
        await Assert.ThrowsAsync<Data.SealBrokenException>(() => People.SecondStep.CheckAsync(maya.Id, Code(hers), "here", Cancel));
    }

    private string Code(AuthenticatorSetup setup) => Totp.Code(Bytes(setup.Secret), Totp.StepOf(Clock.GetUtcNow()));

    private async Task<AuthenticatorSetup> AddAppAsync(Person person)
    {
        AuthenticatorSetup setup = await People.SecondStep.BeginAppAsync(person, Cancel);
        Assert.True(await People.SecondStep.ConfirmAppAsync(person.Id, Code(setup), Cancel));
        return setup;
    }

    private static byte[] Bytes(string base32)
    {
        var bits = string.Concat(base32.Where(char.IsAsciiLetterOrDigit).Select(static c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}

public sealed class SecondStepOnSqlite(SqliteTestDatabase test) : SecondStepContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class SecondStepOnPostgres(PostgresTestDatabase test) : SecondStepContract(test), IClassFixture<PostgresTestDatabase>;
