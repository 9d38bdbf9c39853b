using Dapper;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class NoticesContract(TestDatabase test) : PeopleContract(test)
{
    private static readonly NoticeState Begin = new() { Found = new Dictionary<string, long> { ["c1"] = 4 } };

    private DateTimeOffset Now => Clock.GetUtcNow();

    [Fact]
    public async Task Who_chose_nothing_is_told_nothing_and_what_was_chosen_is_there_on_every_node()
    {
        Person maya = await AddAsync();
        Assert.Same(NoticeChoices.None, await People.Notices.ChoicesAsync(maya.Id, Cancel));
        Assert.False(NoticeChoices.None.IsOn);
        Assert.Null(await People.Notices.FindAsync(maya.Id, Cancel));
        Assert.Null(await People.Notices.ChangeAsync(maya.Id, static _ => null, Begin, Now, Cancel));
        Assert.Null(await People.Notices.ChangeAsync(PersonId.New(), Chosen, Begin, Now, Cancel));

        Assert.NotNull(await People.Notices.ChangeAsync(maya.Id, Chosen, Begin, Now, Cancel));
        NoticeChoices there = await OtherNode.Notices.ChoicesAsync(maya.Id, Cancel);
        Assert.Equal(("maya@mail.example", true, new QuietHours(1320, 420), "Europe/Madrid"), (there.Mail!.Address, there.Mail.IsConfirmed, there.Quiet, there.Zone));
        Assert.Equal((NoticeTempo.Daily, NoticeTempo.Never), (there.TempoOf(NoticeTopic.Circle, NoticeWay.Mail), there.TempoOf(NoticeTopic.Circle, NoticeWay.Push)));
        Assert.Equal([1, 2, 3], Assert.Single(there.Devices).Key);
        KnownNotices known = (await OtherNode.Notices.FindAsync(maya.Id, Cancel))!;
        Assert.Equal((4, 1), (known.State.Found["c1"], known.Version));
        Assert.Contains(maya.Id, await People.Notices.ListAsync(null, 1000, Cancel));
    }

    [Fact]
    public async Task What_is_known_outlives_another_choice_and_goes_when_nothing_is_sent_any_more()
    {
        Person maya = await AddAsync();
        await People.Notices.ChangeAsync(maya.Id, Chosen, Begin, Now, Cancel);
        Assert.True(await People.Notices.KeepAsync(maya.Id, 1, Begin with { Found = new Dictionary<string, long> { ["c1"] = 5 } }, Now.AddDays(1), Now, Cancel));
        await OtherNode.Notices.ChangeAsync(maya.Id, static choices => choices with { Quiet = null }, Begin, Now, Cancel);
        Assert.Equal(5, (await People.Notices.FindAsync(maya.Id, Cancel))!.State.Found["c1"]);

        // What was to be told tomorrow is worked out anew by the other choice.
        Assert.Contains(maya.Id, await People.Notices.DueAsync(Now, 1000, Cancel));
        await People.Notices.ChangeAsync(maya.Id, static choices => choices with { Mail = null, Devices = [] }, Begin, Now, Cancel);
        Assert.Null(await OtherNode.Notices.FindAsync(maya.Id, Cancel));
        Assert.DoesNotContain(maya.Id, await People.Notices.ListAsync(null, 1000, Cancel));
    }

    [Fact]
    public async Task Of_two_nodes_that_keep_a_state_at_the_same_moment_one_does()
    {
        Person maya = await AddAsync();
        await People.Notices.ChangeAsync(maya.Id, Chosen, Begin, Now, Cancel);
        bool[] kept = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? People : OtherNode).Notices.KeepAsync(maya.Id, 1, Begin, Now.AddMinutes(i), Now, Cancel)));
        Assert.Single(kept, static one => one);
        Assert.False(await People.Notices.KeepAsync(PersonId.New(), 1, Begin, null, Now, Cancel));
        Assert.False(await People.Notices.KeepAsync(maya.Id, 1, Begin, null, Now, Cancel));
    }

    [Fact]
    public async Task Who_sends_has_it_alone_and_who_dies_leaves_it_to_others()
    {
        Person maya = await AddAsync();
        await People.Notices.ChangeAsync(maya.Id, Chosen, Begin, Now, Cancel);
        await People.Notices.KeepAsync(maya.Id, 1, Begin, Now, Now, Cancel);
        Assert.Contains(maya.Id, await OtherNode.Notices.DueAsync(Now, 1000, Cancel));
        bool[] taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? People : OtherNode).Notices.TakeAsync(maya.Id, 2, Now, Now.AddMinutes(2), Cancel)));
        Assert.Single(taken, static one => one);

        // While one has it, nobody else sees to it, or changes what is known; then others may.
        Assert.DoesNotContain(maya.Id, await OtherNode.Notices.DueAsync(Now, 1000, Cancel));
        Assert.False(await OtherNode.Notices.KeepAsync(maya.Id, 2, Begin, null, Now, Cancel));
        Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains(maya.Id, await OtherNode.Notices.DueAsync(Now, 1000, Cancel));
        Assert.True(await OtherNode.Notices.TakeAsync(maya.Id, 2, Now, Now.AddMinutes(2), Cancel));
        Assert.True(await OtherNode.Notices.KeepAsync(maya.Id, 2, Begin, null, null, Cancel));
        Assert.False(await People.Notices.KeepAsync(maya.Id, 2, Begin, null, null, Cancel));
        Assert.DoesNotContain(maya.Id, await OtherNode.Notices.DueAsync(Now, 1000, Cancel));
    }

    [Fact]
    public async Task Who_waits_longest_is_seen_to_first_and_nobody_before_their_time()
    {
        Person[] people = [await AddAsync(), await AddAsync(), await AddAsync()];
        foreach ((Person person, int minutes) in people.Zip([2, 1, 30]))
        {
            await People.Notices.ChangeAsync(person.Id, Chosen, Begin, Now, Cancel);
            await People.Notices.KeepAsync(person.Id, 1, Begin, Now.AddMinutes(minutes), Now, Cancel);
        }

        PersonId[] own = [.. people.Select(static person => person.Id)];
        Assert.DoesNotContain(await OtherNode.Notices.DueAsync(Now, 1000, Cancel), own.Contains);
        Assert.Equal([own[1], own[0]], (await OtherNode.Notices.DueAsync(Now.AddMinutes(5), 1000, Cancel)).Where(own.Contains));
    }

    [Fact]
    public async Task Everybody_is_found_in_parts()
    {
        for (int i = 0; i < 5; i++)
        {
            await People.Notices.ChangeAsync((await AddAsync()).Id, Chosen, Begin, Now, Cancel);
        }

        List<PersonId> all = [];
        while (await OtherNode.Notices.ListAsync(all.Count == 0 ? null : all[^1], 2, Cancel) is { Count: > 0 } part)
        {
            all.AddRange(part);
        }

        Assert.True(all.Count >= 5);
        Assert.Equal(await People.Notices.ListAsync(null, 1000, Cancel), all);
    }

    [Fact]
    public async Task A_round_is_taken_by_one_node_when_its_time_has_come()
    {
        Clock.Advance(TimeSpan.FromDays(1));
        bool[] taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? People : OtherNode).Notices.TakeRoundAsync(Now, Now.AddMinutes(1), Cancel)));
        Assert.Single(taken, static one => one);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await OtherNode.Notices.TakeRoundAsync(Now, Now.AddMinutes(1), Cancel));
    }

    [Fact]
    public async Task That_a_page_is_in_sight_is_known_on_other_nodes()
    {
        Person maya = await AddAsync();
        await People.Notices.SeeAsync([maya.Id], Now, Cancel);
        await People.Notices.ChangeAsync(maya.Id, Chosen, Begin, Now, Cancel);
        await People.Notices.SeeAsync([maya.Id], Now.AddMinutes(1), Cancel);
        Assert.Equal(Now.AddMinutes(1), (await OtherNode.Notices.FindAsync(maya.Id, Cancel))!.InSightTo);
    }

    [Fact]
    public async Task With_the_account_all_of_it_goes()
    {
        Person maya = await AddAsync();
        await People.Notices.ChangeAsync(maya.Id, Chosen, Begin, Now, Cancel);
        await People.Accounts.CloseAsync(maya.Id, Cancel);
        Assert.Null(await People.Notices.FindAsync(maya.Id, Cancel));
        foreach (var (table, hash) in new[] { ("notice_choice", Tables.NoticeChoice.Hash("person", maya.Id)), ("notice_due", Tables.NoticeDue.Hash("person", maya.Id)) })
        {
            Assert.Equal(0, await Test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table} WHERE person = @hash", new { hash }), Cancel));
        }
    }

    [Fact]
    public async Task What_was_moved_to_somebody_else_does_not_open()
    {
        Person maya = await AddAsync();
        Person mallory = await AddAsync("Mallory");
        foreach (Person person in (Person[])[maya, mallory])
        {
            await People.Notices.ChangeAsync(person.Id, Chosen, Begin, Now, Cancel);
        }

        foreach (var (table, keyed) in new[] { ("notice_choice", Tables.NoticeChoice), ("notice_due", Tables.NoticeDue) })
        {
            await Test.Database.WriteAsync(
                t => t.Connection!.ExecuteAsync(
                    $"UPDATE {table} SET details = (SELECT details FROM {table} WHERE person = @maya) WHERE person = @mallory",
                    new { maya = keyed.Hash("person", maya.Id), mallory = keyed.Hash("person", mallory.Id) },
                    t),
                Cancel);
            await Assert.ThrowsAsync<SealBrokenException>(() => People.Notices.FindAsync(mallory.Id, Cancel));
        }
    }

    internal static NoticeChoices Chosen(NoticeChoices before) => before with
    {
        Devices = [new NoticeDevice(LocalId.New(), "plain browser", "https://push.example/plain", [1, 2, 3], [4], DateTimeOffset.UnixEpoch)],
        Mail = new NoticeMail("maya@mail.example", DateTimeOffset.UnixEpoch, IsConfirmed: true),
        Quiet = new QuietHours(22 * 60, 7 * 60),
        Zone = "Europe/Madrid",
        Rules = [new NoticeRule(NoticeTopic.Circle, NoticeWay.Mail, NoticeTempo.Daily)],
    };
}

public sealed class NoticesOnSqlite(SqliteTestDatabase test) : NoticesContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class NoticesOnPostgres(PostgresTestDatabase test) : NoticesContract(test), IClassFixture<PostgresTestDatabase>;
