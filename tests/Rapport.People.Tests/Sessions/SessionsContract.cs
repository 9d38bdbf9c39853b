using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class SessionsContract(TestDatabase test) : PeopleContract(test)
{
    [Fact]
    public async Task A_session_is_known_by_its_secret_on_every_node()
    {
        Person maya = await AddAsync();
        string secret = await People.Sessions.StartAsync(maya.Id, "Firefox on Linux", SignInMethod.Password, Cancel);
        foreach (PeopleModule node in new[] { People, OtherNode })
        {
            Session session = (await node.Sessions.FindAsync(secret, Cancel))!;
            Assert.Equal((maya.Id, "Firefox on Linux", Clock.GetUtcNow()), (session.Person.Id, session.UserAgent, session.StartedAt));
            Assert.Equal(Clock.GetUtcNow() + Options.SessionLength, session.EndsAt);
        }
    }

    /// <summary>A child whose record somebody else began is looked after by others until it is in for the first time, by whichever way, and not again when that way is lost.</summary>
    [Fact]
    public async Task Who_has_been_in_once_is_looked_after_by_nobody_any_more()
    {
        Person child = await OkAsync(People.Accounts.AddDependentAsync("Lena Ortiz", Cancel));
        Person maya = await AddAsync();
        Assert.True(child.IsDependent);
        Assert.True((await OtherNode.Accounts.FindAsync(child.Id, Cancel))!.IsDependent);
        Assert.False(await People.Accounts.IsDependentAsync(maya.Id, Cancel));
        Assert.False(await People.Accounts.IsDependentAsync(PersonId.New(), Cancel));
        await People.SecondStep.NewOperatorCodeAsync(child.Id, Cancel);
        Assert.True(await People.Accounts.IsDependentAsync(child.Id, Cancel));

        string secret = await People.Sessions.StartAsync(child.Id, "browser", SignInMethod.OperatorCode, Cancel);
        foreach (PeopleModule node in new[] { People, OtherNode })
        {
            Assert.False(await node.Accounts.IsDependentAsync(child.Id, Cancel));
        }

        Assert.False((await People.Accounts.FindAsync(child.Id, Cancel))!.IsDependent);
        await People.Sessions.EndAsync(secret, Cancel);
        Assert.False(await People.Accounts.IsDependentAsync(child.Id, Cancel));
        Assert.NotNull(await People.Sessions.StartAsync(child.Id, "browser", SignInMethod.OperatorCode, Cancel));
    }

    /// <summary>Records of children that were begun before it was noted who has been in: their parents had no right to look after them.</summary>
    [Fact]
    public async Task Of_an_account_from_before_it_was_noted_whoever_has_no_way_in_has_never_been_in()
    {
        Person[] children = [.. await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OkAsync(People.Accounts.AddDependentAsync("Lena Ortiz", Cancel))))];
        foreach (Person child in children)
        {
            await ForgetWhetherAsync(child);
        }

        PeopleModule node = NewNode();
        await node.SecondStep.NewOperatorCodeAsync(children[0].Id, Cancel);
        Assert.True(await node.Accounts.IsDependentAsync(children[0].Id, Cancel));

        await node.Passwords.ChangeAsync(children[1].Id, "correct horse battery staple", null, Cancel);
        await node.AccessTokens.CreateAsync(children[2].Id, "a program", TokenScopes.ReadOwn, null, Cancel);
        await Test.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync(
                """
                INSERT INTO passkey (credential_hash, person_id, passkey_id, details) VALUES (@hash, @passkey, 'x', @hash);
                INSERT INTO authenticator_app (person_id, version, details) VALUES (@app, 1, @hash);
                INSERT INTO recovery_code (person_id, code_hash, by_operator) VALUES (@code, @hash, FALSE)
                """,
                new { hash = Guid.NewGuid().ToByteArray(), passkey = children[3].Id.ToString(), app = children[4].Id.ToString(), code = children[5].Id.ToString() },
                t),
            Cancel);
        foreach (Person child in children[1..])
        {
            Assert.False(await node.Accounts.IsDependentAsync(child.Id, Cancel));
        }

        // From then on it is noted, also when this way in is lost again.
        string secret = await node.Sessions.StartAsync(children[0].Id, "browser", SignInMethod.OperatorCode, Cancel);
        Assert.False(await OtherNode.Accounts.IsDependentAsync(children[0].Id, Cancel));
        await node.Sessions.EndAsync(secret, Cancel);
        Assert.False(await OtherNode.Accounts.IsDependentAsync(children[0].Id, Cancel));
    }

    /// <summary>Writes a profile as it was written before it said whether somebody has been in.</summary>
    private Task ForgetWhetherAsync(Person person) => Test.Database.WriteAsync(
        async t =>
        {
            var row = await t.Connection!.QuerySingleAsync<(byte[] Key, long Version, byte[] Profile)>("SELECT data_key, version, profile FROM person WHERE person_id = @id", new { id = person.Id.ToString() }, t);
            using Sealer key = Test.Keyring.OpenDataKey(Place.Of("person", person.Id, 0), row.Key);
            JsonObject profile = JsonNode.Parse(key.Open(Place.Of("person", person.Id, row.Version), row.Profile))!.AsObject();
            Assert.True(profile.Remove("IsDependent"));
            await t.Connection!.ExecuteAsync(
                "UPDATE person SET profile = @profile WHERE person_id = @id",
                new { id = person.Id.ToString(), profile = key.Seal(Place.Of("person", person.Id, row.Version), JsonSerializer.SerializeToUtf8Bytes(profile)) },
                t);
        },
        Cancel);

    [Fact]
    public async Task Only_the_secret_itself_opens_a_session()
    {
        Person maya = await AddAsync();
        string secret = await People.Sessions.StartAsync(maya.Id, "browser", SignInMethod.Password, Cancel);
        string id = (await People.Sessions.FindAsync(secret, Cancel))!.Id.ToString();
        foreach (string wrong in new[]
        {
            "", id, secret[1..], secret + "A", secret.ToUpperInvariant(), secret.ToLowerInvariant(), new string('A', secret.Length), new string('\uD800', secret.Length),
        })
        {
            Assert.Null(await People.Sessions.FindAsync(wrong, Cancel));
        }
    }

    [Fact]
    public async Task A_session_ends_here_at_once_and_elsewhere_within_the_freshness()
    {
        Person maya = await AddAsync();
        string secret = await People.Sessions.StartAsync(maya.Id, "browser", SignInMethod.Password, Cancel);
        Assert.NotNull(await People.Sessions.FindAsync(secret, Cancel));
        Assert.NotNull(await OtherNode.Sessions.FindAsync(secret, Cancel));
        await People.Sessions.EndAsync(secret, Cancel);
        Assert.Null(await People.Sessions.FindAsync(secret, Cancel));
        PassFreshness();
        Assert.Null(await OtherNode.Sessions.FindAsync(secret, Cancel));
        await People.Sessions.EndAsync(secret, Cancel);
        await People.Sessions.EndAsync("no secret at all", Cancel);
    }

    [Fact]
    public async Task A_session_that_is_used_goes_on_and_one_that_is_not_ends()
    {
        Person maya = await AddAsync();
        string used = await People.Sessions.StartAsync(maya.Id, "used", SignInMethod.Password, Cancel);
        string idle = await People.Sessions.StartAsync(maya.Id, "idle", SignInMethod.Password, Cancel);
        for (var hour = 0; hour < 24; hour += 6)
        {
            Clock.Advance(TimeSpan.FromHours(6));
            Assert.NotNull(await (hour % 12 == 0 ? People : OtherNode).Sessions.FindAsync(used, Cancel));
        }

        Assert.Null(await People.Sessions.FindAsync(idle, Cancel));
        Assert.Equal(["used"], (await People.Sessions.ListAsync(maya.Id, Cancel)).Select(static s => s.UserAgent));
    }

    [Fact]
    public async Task A_session_that_is_in_memory_ends_to_the_moment()
    {
        Person maya = await AddAsync();
        PeopleModule patient = NewNode(Options with { Freshness = TimeSpan.FromDays(100) });
        string secret = await patient.Sessions.StartAsync(maya.Id, "browser", SignInMethod.Password, Cancel);
        Assert.NotNull(await patient.Sessions.FindAsync(secret, Cancel));
        Clock.Advance(Options.SessionIdle - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await patient.Sessions.FindAsync(secret, Cancel));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await patient.Sessions.FindAsync(secret, Cancel));
    }

    [Fact]
    public async Task However_much_it_is_used_a_session_ends_after_its_length()
    {
        Person maya = await AddAsync();
        string secret = await People.Sessions.StartAsync(maya.Id, "browser", SignInMethod.Password, Cancel);
        DateTimeOffset ends = Clock.GetUtcNow() + Options.SessionLength;
        while (Clock.GetUtcNow() + TimeSpan.FromHours(6) < ends)
        {
            Clock.Advance(TimeSpan.FromHours(6));
            Assert.NotNull(await People.Sessions.FindAsync(secret, Cancel));
        }

        Clock.Advance(ends - Clock.GetUtcNow());
        Assert.Null(await People.Sessions.FindAsync(secret, Cancel));
        Assert.Empty(await People.Sessions.ListAsync(maya.Id, Cancel));
    }

    [Fact]
    public async Task Sessions_are_listed_latest_use_first_and_only_to_their_person()
    {
        Person maya = await AddAsync();
        Person sam = await AddAsync("Sam");
        string first = await People.Sessions.StartAsync(maya.Id, "first", SignInMethod.Password, Cancel);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await People.Sessions.StartAsync(maya.Id, "second", SignInMethod.Password, Cancel);
        await People.Sessions.StartAsync(sam.Id, "of sam", SignInMethod.Password, Cancel);
        Clock.Advance(TimeSpan.FromMinutes(10));
        await People.Sessions.FindAsync(first, Cancel);
        IReadOnlyList<Session> sessions = await OtherNode.Sessions.ListAsync(maya.Id, Cancel);
        Assert.Equal(["first", "second"], sessions.Select(static s => s.UserAgent));
        Assert.Equal(Clock.GetUtcNow(), sessions[0].LastUsedAt);
        Assert.Empty(await People.Sessions.ListAsync(PersonId.New(), Cancel));
    }

    [Fact]
    public async Task One_of_several_sessions_can_be_ended_by_its_person_only()
    {
        Person maya = await AddAsync();
        Person mallory = await AddAsync("Mallory");
        string secret = await People.Sessions.StartAsync(maya.Id, "browser", SignInMethod.Password, Cancel);
        SessionId id = (await People.Sessions.FindAsync(secret, Cancel))!.Id;
        Assert.True(SessionId.TryParse(id.ToString(), out SessionId read) && read == id);
        Assert.False(SessionId.TryParse(id + "0", out _));
        Assert.False(await People.Sessions.EndAsync(mallory.Id, id, Cancel));
        Assert.NotNull(await People.Sessions.FindAsync(secret, Cancel));
        Assert.True(await People.Sessions.EndAsync(maya.Id, id, Cancel));
        Assert.Null(await People.Sessions.FindAsync(secret, Cancel));
        Assert.False(await People.Sessions.EndAsync(maya.Id, id, Cancel));
    }

    [Fact]
    public async Task All_sessions_or_all_but_one_can_be_ended()
    {
        Person maya = await AddAsync();
        Person sam = await AddAsync("Sam");
        string[] secrets = [.. await Task.WhenAll(Enumerable.Range(0, 3).Select(i => People.Sessions.StartAsync(maya.Id, $"browser {i}", SignInMethod.Password, Cancel)))];
        string ofSam = await People.Sessions.StartAsync(sam.Id, "of sam", SignInMethod.Password, Cancel);
        SessionId keep = (await People.Sessions.FindAsync(secrets[1], Cancel))!.Id;
        await People.Sessions.EndOthersAsync(maya.Id, keep, Cancel);
        Assert.Equal([null, "browser 1", null], await UserAgentsAsync());
        await People.Sessions.EndOthersAsync(maya.Id, null, Cancel);
        Assert.Equal([null, null, null], await UserAgentsAsync());
        Assert.NotNull(await People.Sessions.FindAsync(ofSam, Cancel));

        async Task<List<string?>> UserAgentsAsync()
        {
            List<string?> found = [];
            foreach (string secret in secrets)
            {
                found.Add((await People.Sessions.FindAsync(secret, Cancel))?.UserAgent);
            }

            return found;
        }
    }

    [Fact]
    public async Task A_session_tells_how_and_when_its_person_showed_who_they_are()
    {
        Person maya = await AddAsync();
        string secret = await People.Sessions.StartAsync(maya.Id, "browser", SignInMethod.Passkey, Cancel);
        string other = await People.Sessions.StartAsync(maya.Id, "other", SignInMethod.PasswordAndCode, Cancel);
        Session session = (await People.Sessions.FindAsync(secret, Cancel))!;
        Assert.Equal((SignInMethod.Passkey, session.StartedAt), (session.SignedInBy, session.ConfirmedAt));
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(await OtherNode.Sessions.FindAsync(secret, Cancel));
        Assert.True(await People.Sessions.ConfirmAsync(maya.Id, session.Id, Cancel));
        Assert.Equal(Clock.GetUtcNow(), (await People.Sessions.FindAsync(secret, Cancel))!.ConfirmedAt);
        PassFreshness();
        Assert.Equal(Clock.GetUtcNow() - Options.Freshness, (await OtherNode.Sessions.FindAsync(secret, Cancel))!.ConfirmedAt);
        Assert.Equal(session.StartedAt, (await People.Sessions.FindAsync(other, Cancel))!.ConfirmedAt);

        Person mallory = await AddAsync("Mallory");
        Assert.False(await People.Sessions.ConfirmAsync(mallory.Id, session.Id, Cancel));
    }

    /// <summary>Somebody who signs in at a moment that is no whole minute, hour or day, and the ticket of a page of theirs.</summary>
    private async Task<(Person Person, string Secret, string Ticket)> BeginAsync()
    {
        Person maya = await AddAsync();
        Clock.Advance(TimeSpan.FromMilliseconds(1_234_567));
        string secret = await People.Sessions.StartAsync(maya.Id, "browser", SignInMethod.Password, Cancel);
        return (maya, secret, People.Sessions.TicketOf(secret));
    }

    /// <summary>The moment would lead from the account to the record that was made with it.</summary>
    [Fact]
    public async Task The_database_tells_when_a_session_is_used_to_the_hour_and_when_it_ends_to_the_day()
    {
        var (maya, secret, _) = await BeginAsync();
        await AssertCoarseAsync();
        DateTimeOffset ends = Clock.GetUtcNow() + Options.SessionLength;
        Clock.Advance(TimeSpan.FromMilliseconds(4_567_890));
        foreach (PeopleModule node in new[] { People, OtherNode })
        {
            Session used = (await node.Sessions.FindAsync(secret, Cancel))!;
            await AssertCoarseAsync();
            Assert.Equal((Clock.GetUtcNow(), ends), (used.LastUsedAt, used.EndsAt));
        }

        async Task AssertCoarseAsync()
        {
            var (last, end) = await Test.Database.ReadAsync(
                c => c.QuerySingleAsync<(long, long)>("SELECT last_used_at, ends_at FROM sign_in_session WHERE person_id = @id", new { id = maya.Id.ToString() }), Cancel);
            Assert.Equal((0L, 0L), (last % 3_600_000, end % 86_400_000));
        }
    }

    [Fact]
    public async Task An_open_page_ends_with_its_session_to_the_moment()
    {
        var (maya, secret, ticket) = await BeginAsync();
        Clock.Advance(Options.SessionIdle - TimeSpan.FromMilliseconds(1));
        Assert.Equal([ticket], await People.Sessions.OpenAmongAsync([ticket], Cancel));
        string idle = await People.Sessions.StartAsync(maya.Id, "idle", SignInMethod.Password, Cancel);
        Assert.NotNull(await People.Sessions.FindAsync(secret, Cancel));
        Clock.Advance(Options.SessionIdle);
        Assert.Empty(await People.Sessions.OpenAmongAsync([ticket, People.Sessions.TicketOf(idle)], Cancel));
    }

    [Fact]
    public async Task An_open_page_ends_with_the_length_of_its_session_to_the_moment()
    {
        var (_, secret, ticket) = await BeginAsync();
        DateTimeOffset ends = Clock.GetUtcNow() + Options.SessionLength;
        while (Clock.GetUtcNow() + TimeSpan.FromHours(6) < ends)
        {
            Clock.Advance(TimeSpan.FromHours(6));
            Assert.NotNull(await People.Sessions.FindAsync(secret, Cancel));
        }

        Clock.Advance(ends - Clock.GetUtcNow() - TimeSpan.FromMilliseconds(1));
        Assert.Equal([ticket], await People.Sessions.OpenAmongAsync([ticket], Cancel));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Empty(await People.Sessions.OpenAmongAsync([ticket], Cancel));
    }

    /// <summary>Their rows told when somebody was there until that person came again.</summary>
    [Fact]
    public async Task Of_sessions_that_are_over_nothing_is_left_whoever_they_were_of()
    {
        Person maya = await AddAsync();
        Person child = await OkAsync(People.Accounts.AddDependentAsync("Lena Ortiz", Cancel));
        await People.Sessions.StartAsync(maya.Id, "idle", SignInMethod.Password, Cancel);
        await People.Sessions.StartAsync(child.Id, "idle", SignInMethod.OperatorCode, Cancel);
        await ForgetWhetherAsync(child);
        Clock.Advance(Options.SessionIdle - TimeSpan.FromMinutes(1));
        string open = await People.Sessions.StartAsync((await AddAsync("Sam")).Id, "open", SignInMethod.Password, Cancel);
        await People.Sessions.SweepAsync(Cancel);
        Assert.Equal((1L, 1L), (await RowsOfAsync(maya), await RowsOfAsync(child)));
        Clock.Advance(TimeSpan.FromHours(2));
        await People.Sessions.SweepAsync(Cancel);
        Assert.Equal((0L, 0L), (await RowsOfAsync(maya), await RowsOfAsync(child)));
        Assert.NotNull(await People.Sessions.FindAsync(open, Cancel));

        // That they were in was noted nowhere else in an account from before: from then on it is.
        Assert.False(await NewNode().Accounts.IsDependentAsync(child.Id, Cancel));
    }

    private Task<long> RowsOfAsync(Person person) => Test.Database.ReadAsync(
        c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM sign_in_session WHERE person_id = @id", new { id = person.Id.ToString() }), Cancel);

    [Fact]
    public async Task A_hostile_user_agent_is_cut_and_kept_harmless()
    {
        Person maya = await AddAsync();
        await People.Sessions.StartAsync(maya.Id, new string('x', 199) + "🔑🔑", SignInMethod.Password, Cancel);
        await People.Sessions.StartAsync(maya.Id, "\uDC00 \0 </script> \uD800", SignInMethod.Password, Cancel);
        Assert.All(await People.Sessions.ListAsync(maya.Id, Cancel), static s => Assert.True(s.UserAgent.Length <= 200));
    }
}

public sealed class SessionsOnSqlite(SqliteTestDatabase test) : SessionsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class SessionsOnPostgres(PostgresTestDatabase test) : SessionsContract(test), IClassFixture<PostgresTestDatabase>;
