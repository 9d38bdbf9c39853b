using Dapper;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class BlocksContract(TestDatabase test) : PeopleContract(test)
{
    private static RequestTerms Terms => new("treat", ["conditions"], 3, "You come to my clinic next week.");

    [Fact]
    public async Task A_block_holds_at_once_on_every_node_in_one_direction_until_it_is_taken_back()
    {
        Person maya = await AddPatientAsync();
        Person mallory = await AddAsync("Mallory");
        Person sam = await AddAsync("Sam");
        Assert.False(await OtherNode.Blocks.IsBlockedAsync(maya.Id, mallory.Id, Cancel));
        await OkAsync(People.Blocks.AddAsync(maya, mallory, Cancel));
        DateTimeOffset since = Clock.GetUtcNow();
        Clock.Advance(TimeSpan.FromDays(1));
        await OkAsync(OtherNode.Blocks.AddAsync(maya, mallory, Cancel));
        Assert.True(await OtherNode.Blocks.IsBlockedAsync(maya.Id, mallory.Id, Cancel));
        Assert.False(await OtherNode.Blocks.IsBlockedAsync(mallory.Id, maya.Id, Cancel));
        Assert.False(await OtherNode.Blocks.IsBlockedAsync(maya.Id, sam.Id, Cancel));
        Assert.Equal([(mallory.Id, since)], (await OtherNode.Blocks.ListAsync(maya.Id, Cancel)).Select(static blocked => (blocked.Person.Id, blocked.Since)));
        Assert.Empty(await People.Blocks.ListAsync(mallory.Id, Cancel));

        Assert.True(await OtherNode.Blocks.RemoveAsync(maya.Id, mallory.Id, Cancel));
        Assert.False(await People.Blocks.RemoveAsync(maya.Id, mallory.Id, Cancel));
        Assert.False(await People.Blocks.IsBlockedAsync(maya.Id, mallory.Id, Cancel));
        Assert.Empty(await People.Blocks.ListAsync(maya.Id, Cancel));
    }

    [Fact]
    public async Task Who_of_several_blocks_somebody_is_told_at_once()
    {
        Person[] people = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(i => AddAsync($"Person {i}")))];
        await OkAsync(People.Blocks.AddAsync(people[0], people[1], Cancel));
        await OkAsync(People.Blocks.AddAsync(people[2], people[1], Cancel));
        await OkAsync(People.Blocks.AddAsync(people[0], people[3], Cancel));
        PersonId[] all = [.. people.Select(static person => person.Id)];
        Assert.Equal(new[] { all[0], all[2] }.Order(), (await OtherNode.Blocks.WhoBlockAsync(all, all[1], Cancel)).Order());
        Assert.Empty(await OtherNode.Blocks.WhoBlockAsync(all, all[0], Cancel));
    }

    [Fact]
    public async Task A_request_of_the_blocked_reaches_nobody_and_they_cannot_tell()
    {
        Person maya = await AddPatientAsync();
        Person lee = await AddProfessionalAsync();
        SentRequest before = await OkAsync(People.Requests.AskAsync(lee, maya.SignInName, Terms, Cancel));
        await OkAsync(People.Blocks.AddAsync(maya, lee, Cancel));
        Assert.Empty(await OtherNode.Requests.ListReceivedAsync(maya, Cancel));
        Assert.Equal(RequestState.Waiting, Assert.Single(await OtherNode.Requests.ListSentAsync(lee.Id, Cancel)).State);
        Assert.True(await OtherNode.Requests.TakeBackAsync(lee.Id, before.Id, Cancel));

        SentRequest after = await OkAsync(OtherNode.Requests.AskAsync(lee, maya.SignInName, Terms, Cancel));
        Assert.Empty(await People.Requests.ListReceivedAsync(maya, Cancel));
        Assert.Equal((maya.SignInName, RequestState.Waiting), (after.To, after.State));
        foreach (var (sql, id) in new (string, object)[]
        {
            ("access_request WHERE request = @id", new { id = Tables.AccessRequest.Hash("request", after.Id) }), ("sent_request WHERE request_id = @id", new { id = after.Id.ToString() }),
        })
        {
            Assert.Equal(1, await Test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {sql}", id), Cancel));
        }

        // What was asked meanwhile stays unheard; what is asked from now on is heard.
        await People.Blocks.RemoveAsync(maya.Id, lee.Id, Cancel);
        Assert.Empty(await People.Requests.ListReceivedAsync(maya, Cancel));
        await People.Requests.TakeBackAsync(lee.Id, after.Id, Cancel);
        await OkAsync(People.Requests.AskAsync(lee, maya.SignInName, Terms, Cancel));
        Assert.Single(await People.Requests.ListReceivedAsync(maya, Cancel));
    }

    [Fact]
    public async Task The_blocked_find_nobody_by_the_name_but_those_whose_circle_tells_it_and_in_an_emergency()
    {
        Person maya = await AddPatientAsync();
        Person mallory = await AddAsync("Mallory");
        await OkAsync(People.Blocks.AddAsync(maya, mallory, Cancel));
        Assert.Null(await OtherNode.Accounts.LookUpAsync(mallory.Id, maya.SignInName, Cancel));
        Assert.NotNull(await OtherNode.Accounts.LookUpAsync(maya.Id, mallory.SignInName, Cancel));
        Assert.NotNull(await OtherNode.Accounts.LookUpAsync(mallory.Id, maya.SignInName, Cancel, inEmergency: true));

        // Who sees her in a circle would know by her being found no more.
        await OkAsync(People.Circle.AddAsync(maya.Record!.Value, mallory.Id, "neighbour", Cancel));
        Assert.NotNull(await OtherNode.Accounts.LookUpAsync(mallory.Id, maya.SignInName, Cancel));
        await People.Circle.RemoveAsync(maya.Record!.Value, mallory.Id, Cancel);
        Assert.Null(await OtherNode.Accounts.LookUpAsync(mallory.Id, maya.SignInName, Cancel));
    }

    [Fact]
    public async Task At_rest_nothing_tells_whom_somebody_blocks()
    {
        Person maya = await AddPatientAsync();
        Person sam = await AddAsync("Sam");
        Person mallory = await AddAsync("Mallory");
        await OkAsync(People.Blocks.AddAsync(maya, mallory, Cancel));
        await OkAsync(People.Blocks.AddAsync(sam, mallory, Cancel));
        var (byMaya, bySam) = (Tables.BlockedPerson.Hash("person", maya.Id), Tables.BlockedPerson.Hash("person", sam.Id));
        var rows = (await Test.Database.ReadAsync(c => c.QueryAsync<(byte[] By, byte[] Hash, byte[] Details)>("SELECT person, blocked_hash, details FROM blocked_person"), Cancel)).ToList();
        rows = [.. rows.Where(row => row.By.SequenceEqual(byMaya) || row.By.SequenceEqual(bySam))];
        Assert.Equal(2, rows.Count);
        Assert.NotEqual(rows[0].Hash, rows[1].Hash);
        Assert.All(rows, row => Assert.DoesNotContain(mallory.Id.ToString(), System.Text.Encoding.Latin1.GetString([.. row.Hash, .. row.Details]), StringComparison.Ordinal));

        // Somebody else's row says nothing of one's own.
        await Test.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync("UPDATE blocked_person SET details = @details WHERE person = @byMaya", new { details = rows.Single(row => row.By.SequenceEqual(bySam)).Details, byMaya }, t), Cancel);
        await Assert.ThrowsAsync<SealBrokenException>(() => People.Blocks.ListAsync(maya.Id, Cancel));
    }

    [Fact]
    public async Task Nobody_blocks_themselves_and_a_block_goes_with_the_account_that_made_it()
    {
        Person maya = await AddPatientAsync();
        Person mallory = await AddAsync("Mallory");
        Assert.Equal("that is your own account: choose somebody else", await ProblemAsync(People.Blocks.AddAsync(maya, maya, Cancel)));
        await OkAsync(People.Blocks.AddAsync(maya, mallory, Cancel));
        await OkAsync(People.Blocks.AddAsync(mallory, maya, Cancel));
        await People.Accounts.CloseAsync(mallory.Id, Cancel);
        PassFreshness();
        Assert.Empty(await OtherNode.Blocks.ListAsync(maya.Id, Cancel));
        Assert.False(await OtherNode.Blocks.IsBlockedAsync(mallory.Id, maya.Id, Cancel));
    }

    private Task<Person> AddPatientAsync() => AddAsync("Maya Ortiz", PatientId.New());
}

public sealed class BlocksOnSqlite(SqliteTestDatabase test) : BlocksContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class BlocksOnPostgres(PostgresTestDatabase test) : BlocksContract(test), IClassFixture<PostgresTestDatabase>;
