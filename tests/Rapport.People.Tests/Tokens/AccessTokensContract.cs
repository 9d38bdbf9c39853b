using Dapper;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class AccessTokensContract(TestDatabase test) : PeopleContract(test)
{
    private Task<NewAccessToken> CreateAsync(Person person, string label = "script", TimeSpan? life = null) =>
        OkAsync(People.AccessTokens.CreateAsync(person.Id, label, TokenScopes.All, life is { } l ? Clock.GetUtcNow() + l : null, Cancel));

    [Fact]
    public async Task A_token_is_its_person_on_every_node()
    {
        Person maya = await AddAsync();
        NewAccessToken made = await CreateAsync(maya);
        Assert.Matches("^rapport_[A-Za-z0-9_-]{43}$", made.Secret);
        Assert.Equal(maya.Id, (await People.AccessTokens.FindAsync(made.Secret, Cancel))?.Person.Id);
        Assert.Equal(maya.Id, (await OtherNode.AccessTokens.FindAsync(made.Secret, Cancel))?.Person.Id);
    }

    [Fact]
    public async Task What_is_in_memory_is_answered_at_once_without_allocation()
    {
        string secret = (await CreateAsync(await AddAsync())).Secret;
        await People.AccessTokens.FindAsync(secret, Cancel);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            ValueTask<TokenUse?> found = People.AccessTokens.FindAsync(secret, Cancel);
            if (!found.IsCompletedSuccessfully)
            {
                Assert.Fail("the answer was not there at once");
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Nothing_but_the_secret_opens()
    {
        NewAccessToken made = await CreateAsync(await AddAsync());
        string secret = made.Secret;
        foreach (string wrong in new[]
        {
            "", "rapport_", secret[..^1], secret + "A", secret["rapport_".Length..], "RAPPORT_" + secret["rapport_".Length..], made.Token.Id.ToString(), secret.ToUpperInvariant(),
            "rapport_" + new string('A', 43), "rapport_" + new string('\uD800', 43), secret[..^1] + (secret[^1] == 'A' ? 'E' : 'A'),
        })
        {
            Assert.Null(await People.AccessTokens.FindAsync(wrong, Cancel));
        }
    }

    [Fact]
    public async Task A_revoked_token_stops_here_at_once_and_elsewhere_within_the_freshness()
    {
        Person maya = await AddAsync();
        NewAccessToken made = await CreateAsync(maya);
        NewAccessToken other = await CreateAsync(maya);
        Assert.NotNull(await People.AccessTokens.FindAsync(made.Secret, Cancel));
        Assert.NotNull(await OtherNode.AccessTokens.FindAsync(made.Secret, Cancel));
        Assert.True(await People.AccessTokens.RevokeAsync(maya.Id, made.Token.Id, Cancel));
        Assert.Null(await People.AccessTokens.FindAsync(made.Secret, Cancel));
        PassFreshness();
        Assert.Null(await OtherNode.AccessTokens.FindAsync(made.Secret, Cancel));
        Assert.NotNull(await OtherNode.AccessTokens.FindAsync(other.Secret, Cancel));
        Assert.False(await People.AccessTokens.RevokeAsync(maya.Id, made.Token.Id, Cancel));
    }

    [Fact]
    public async Task A_token_is_revoked_by_its_person_only()
    {
        Person maya = await AddAsync();
        Person mallory = await AddAsync("Mallory");
        NewAccessToken made = await CreateAsync(maya);
        Assert.True(TokenId.TryParse(made.Token.Id.ToString(), out TokenId id) && id == made.Token.Id);
        Assert.False(await People.AccessTokens.RevokeAsync(mallory.Id, id, Cancel));
        Assert.NotNull(await People.AccessTokens.FindAsync(made.Secret, Cancel));
        Assert.Empty(await People.AccessTokens.ListAsync(mallory.Id, Cancel));
    }

    [Fact]
    public async Task A_token_expires_to_the_moment_even_in_memory()
    {
        Person maya = await AddAsync();
        PeopleModule node = NewNode(Options with { Freshness = TimeSpan.FromDays(100) });
        NewAccessToken made = await CreateAsync(maya, life: TimeSpan.FromDays(1));
        Assert.Equal(Clock.GetUtcNow().AddDays(1), made.Token.ExpiresAt);
        Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await node.AccessTokens.FindAsync(made.Secret, Cancel));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await node.AccessTokens.FindAsync(made.Secret, Cancel));
        Assert.Null(await OtherNode.AccessTokens.FindAsync(made.Secret, Cancel));
        Assert.Empty(await People.AccessTokens.ListAsync(maya.Id, Cancel));
    }

    [Fact]
    public async Task Tokens_are_listed_newest_first_with_their_last_use_to_the_hour()
    {
        Person maya = await AddAsync();
        DateTimeOffset start = Clock.GetUtcNow();
        NewAccessToken first = await CreateAsync(maya, "first");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await CreateAsync(maya, "second", TimeSpan.FromDays(30));
        await People.AccessTokens.FindAsync(first.Secret, Cancel);
        Clock.Advance(TimeSpan.FromMinutes(30));
        await People.AccessTokens.FindAsync(first.Secret, Cancel);
        IReadOnlyList<AccessToken> tokens = await OtherNode.AccessTokens.ListAsync(maya.Id, Cancel);
        Assert.Equal([("second", null), ("first", (DateTimeOffset?)start.AddMinutes(1))], tokens.Select(static t => (t.Label, t.LastUsedAt)));
        Assert.Equal(start.AddMinutes(1).AddDays(30), tokens[0].ExpiresAt);
        Clock.Advance(TimeSpan.FromMinutes(31));
        await OtherNode.AccessTokens.FindAsync(first.Secret, Cancel);
        Assert.Equal(Clock.GetUtcNow(), (await People.AccessTokens.ListAsync(maya.Id, Cancel))[1].LastUsedAt);
    }

    [Fact]
    public async Task What_is_wrong_with_a_new_token_is_said()
    {
        Person maya = await AddAsync();
        Assert.Equal("the label of a token has 1 to 100 characters", await ProblemAsync(People.AccessTokens.CreateAsync(maya.Id, "", TokenScopes.All, null, Cancel)));
        Assert.Equal(
            "the token would have expired already: choose a day to come",
            await ProblemAsync(People.AccessTokens.CreateAsync(maya.Id, "late", TokenScopes.All, Clock.GetUtcNow(), Cancel)));
        PersonId nobody = PersonId.New();
        Assert.Equal($"there is no person `{nobody}`", await ProblemAsync(People.AccessTokens.CreateAsync(nobody, "of nobody", TokenScopes.All, null, Cancel)));
    }

    [Fact]
    public async Task Expired_tokens_leave_the_database_when_the_next_is_made()
    {
        Person maya = await AddAsync();
        await CreateAsync(maya, "old", TimeSpan.FromDays(1));
        Clock.Advance(TimeSpan.FromDays(2));
        await CreateAsync(maya, "new");
        Assert.Equal(1, await Test.Database.ReadAsync(
            c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM access_token WHERE person_id = @id", new { id = maya.Id.ToString() }), Cancel));
    }

    [Fact]
    public async Task A_token_is_for_what_it_was_made_for_on_every_node()
    {
        Person maya = await AddAsync();
        NewAccessToken made = await OkAsync(People.AccessTokens.CreateAsync(maya.Id, "backup", TokenScopes.ReadOwn | TokenScopes.Share, null, Cancel));
        Assert.Equal(TokenScopes.ReadOwn | TokenScopes.Share, made.Token.Scopes);
        Assert.Equal(made.Token.Scopes, (await People.AccessTokens.FindAsync(made.Secret, Cancel))!.Scopes);
        Assert.Equal(made.Token.Scopes, (await OtherNode.AccessTokens.FindAsync(made.Secret, Cancel))!.Scopes);
        Assert.Equal(made.Token.Scopes, Assert.Single(await People.AccessTokens.ListAsync(maya.Id, Cancel)).Scopes);
        foreach (TokenScopes none in new[] { TokenScopes.None, TokenScopes.Measure | TokenScopes.ReadOwn, TokenScopes.App | TokenScopes.ReadShared, (TokenScopes)128, (TokenScopes)(-1) })
        {
            await ProblemAsync(People.AccessTokens.CreateAsync(maya.Id, "nothing", none, null, Cancel));
        }
    }

    [Fact]
    public async Task A_token_sees_at_once_what_changed_about_its_person_on_this_node()
    {
        Person noor = await AddAsync("Noor");
        NewAccessToken made = await CreateAsync(noor);
        Assert.Null((await People.AccessTokens.FindAsync(made.Secret, Cancel))!.Person.Record);
        PatientId record = PatientId.New();
        await OkAsync(People.Accounts.SetRecordAsync(noor.Id, record, Cancel));
        Assert.Equal(record, (await People.AccessTokens.FindAsync(made.Secret, Cancel))!.Person.Record);
    }
}

public sealed class AccessTokensOnSqlite(SqliteTestDatabase test) : AccessTokensContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class AccessTokensOnPostgres(PostgresTestDatabase test) : AccessTokensContract(test), IClassFixture<PostgresTestDatabase>;
