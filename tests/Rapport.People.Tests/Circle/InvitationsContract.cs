using Dapper;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class InvitationsContract(TestDatabase test) : PeopleContract(test)
{
    [Fact]
    public async Task Whoever_brings_the_secret_sees_who_invites_and_is_in_the_circle_once_they_accept()
    {
        Person maya = await AddPatientAsync();
        Person sam = await AddAsync("Sam");
        NewCircleInvitation made = await OkAsync(People.Invitations.MakeAsync(maya, " friend ", 7, Cancel));
        Assert.Equal(("friend", Clock.GetUtcNow(), Clock.GetUtcNow().AddDays(7)), (made.Invitation.Relationship, made.Invitation.MadeAt, made.Invitation.EndsAt));
        Assert.Equal([made.Invitation], await OtherNode.Invitations.ListAsync(maya.Id, Cancel));
        foreach (PersonId? reader in new PersonId?[] { null, sam.Id, maya.Id })
        {
            BroughtInvitation? brought = await OtherNode.Invitations.FindAsync(InvitationMark.Of(made.Secret), reader, Cancel);
            Assert.Equal((maya.Id, "friend"), (brought?.Patient.Id, brought?.Invitation.Relationship));
        }

        Assert.Equal(maya.Id, (await OtherNode.Invitations.AcceptAsync(InvitationMark.Of(made.Secret), sam, Cancel))?.Id);
        CircleMember member = Assert.Single(await People.Circle.OfPatientAsync(maya.Record!.Value, Cancel));
        Assert.Equal((sam.Id, "friend"), (member.Person.Id, member.Relationship));
        Assert.Empty(await People.Invitations.ListAsync(maya.Id, Cancel));
        await IsNoneAsync(made.Secret, maya, sam);
    }

    [Fact]
    public async Task One_that_is_made_for_a_child_names_who_made_it_and_is_good_as_long_as_they_look_after_it()
    {
        Person lena = await AddPatientAsync();
        Person sofia = await AddAsync("Sofia");
        Person sam = await AddAsync("Sam");
        var after = new HashSet<(PatientId, PersonId)> { (lena.Record!.Value, sofia.Id) };
        PeopleModule node = NewNode(Options with { LooksAfter = (patient, person, _) => Task.FromResult(after.Contains((patient, person.Id))) });
        NewCircleInvitation made = await OkAsync(node.Invitations.MakeAsync(lena, "friend", 7, Cancel, by: sofia.Id));
        CircleInvitation open = Assert.Single(await node.Invitations.ListAsync(lena.Id, Cancel));
        Assert.Equal((sofia.Id, "Sofia"), (open.By, open.ByName));
        BroughtInvitation brought = (await node.Invitations.FindAsync(InvitationMark.Of(made.Secret), null, Cancel))!;
        Assert.Equal((lena.Id, "Sofia"), (brought.Patient.Id, brought.Invitation.ByName));

        // It is their own, and none where one of both blocks the other, or for a node that knows of nobody who looks after somebody.
        Assert.Null(await node.Invitations.AcceptAsync(InvitationMark.Of(made.Secret), sofia, Cancel));
        Assert.False(await node.Invitations.DeclineAsync(InvitationMark.Of(made.Secret), sofia.Id, Cancel));
        Assert.Null(await People.Invitations.FindAsync(InvitationMark.Of(made.Secret), sam.Id, Cancel));
        foreach (var (by, who) in new[] { (sam, sofia), (sofia, sam), (sam, lena), (lena, sam) })
        {
            await OkAsync(node.Blocks.AddAsync(by, who, Cancel));
            Assert.Null(await node.Invitations.FindAsync(InvitationMark.Of(made.Secret), sam.Id, Cancel));
            Assert.Null(await node.Invitations.AcceptAsync(InvitationMark.Of(made.Secret), sam, Cancel));
            await node.Blocks.RemoveAsync(by.Id, who.Id, Cancel);
        }

        after.Clear();
        Assert.Null(await node.Invitations.FindAsync(InvitationMark.Of(made.Secret), sam.Id, Cancel));
        Assert.Null(await node.Invitations.AcceptAsync(InvitationMark.Of(made.Secret), sam, Cancel));
        Assert.False(await node.Invitations.DeclineAsync(InvitationMark.Of(made.Secret), sam.Id, Cancel));
        Assert.Empty(await node.Invitations.ListAsync(lena.Id, Cancel));
        Assert.Empty(await node.Circle.OfPatientAsync(lena.Record!.Value, Cancel));

        after.Add((lena.Record!.Value, sofia.Id));
        Assert.Equal(lena.Id, (await node.Invitations.AcceptAsync(InvitationMark.Of(made.Secret), sam, Cancel))?.Id);
        Assert.Equal(sam.Id, Assert.Single(await node.Circle.OfPatientAsync(lena.Record!.Value, Cancel)).Person.Id);
    }

    /// <summary>They stood in no list, so that nobody could take them back, and counted.</summary>
    [Fact]
    public async Task Those_of_who_looks_after_a_child_no_more_take_no_room_from_who_invites_now()
    {
        Person lena = await AddPatientAsync();
        Person sofia = await AddAsync("Sofia");
        var after = new HashSet<(PatientId, PersonId)> { (lena.Record!.Value, sofia.Id) };
        PeopleModule node = NewNode(Options with { LooksAfter = (patient, person, _) => Task.FromResult(after.Contains((patient, person.Id))) });
        for (var made = 0; made < CircleInvitations.MostOpen; made++)
        {
            await OkAsync(node.Invitations.MakeAsync(lena, "friend", 7, Cancel, by: sofia.Id));
        }

        Assert.Null((await node.Invitations.MakeAsync(lena, "friend", 7, Cancel)).Value);
        after.Clear();
        NewCircleInvitation own = await OkAsync(node.Invitations.MakeAsync(lena, "friend", 7, Cancel));
        Assert.Equal(own.Invitation.Id, Assert.Single(await node.Invitations.ListAsync(lena.Id, Cancel)).Id);
    }

    [Fact]
    public async Task One_that_is_over_was_taken_back_or_declined_or_never_was_is_none()
    {
        Person maya = await AddPatientAsync();
        Person sam = await AddAsync("Sam");
        NewCircleInvitation over = await OkAsync(People.Invitations.MakeAsync(maya, "friend", 1, Cancel));
        Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await People.Invitations.FindAsync(InvitationMark.Of(over.Secret), null, Cancel));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        await IsNoneAsync(over.Secret, maya, sam);
        Assert.Empty(await People.Invitations.ListAsync(maya.Id, Cancel));

        NewCircleInvitation back = await OkAsync(People.Invitations.MakeAsync(maya, "friend", 30, Cancel));
        Person mallory = await AddPatientAsync();
        Assert.False(await People.Invitations.TakeBackAsync(mallory.Id, back.Invitation.Id, Cancel));
        Assert.True(await OtherNode.Invitations.TakeBackAsync(maya.Id, back.Invitation.Id, Cancel));
        Assert.False(await People.Invitations.TakeBackAsync(maya.Id, back.Invitation.Id, Cancel));
        await IsNoneAsync(back.Secret, maya, sam);

        NewCircleInvitation declined = await OkAsync(People.Invitations.MakeAsync(maya, "friend", 30, Cancel));
        Assert.True(await People.Invitations.DeclineAsync(InvitationMark.Of(declined.Secret), sam.Id, Cancel));
        await IsNoneAsync(declined.Secret, maya, sam);

        foreach (string secret in new[] { "", "nothing", made("A"), made("B") })
        {
            await IsNoneAsync(secret, maya, sam);
        }

        static string made(string letter) => string.Concat(Enumerable.Repeat(letter, 43));
    }

    [Fact]
    public async Task Of_two_who_accept_at_the_same_moment_one_alone_is_in_the_circle()
    {
        Person maya = await AddPatientAsync();
        Person[] guests = [.. await Task.WhenAll(Enumerable.Range(0, 6).Select(i => AddAsync($"Guest {i}")))];
        for (var round = 0; round < 5; round++)
        {
            NewCircleInvitation made = await OkAsync(People.Invitations.MakeAsync(maya, "friend", 7, Cancel));
            Person?[] told = await Task.WhenAll(guests.Select((guest, i) => (i % 2 == 0 ? People : OtherNode).Invitations.AcceptAsync(InvitationMark.Of(made.Secret), guest, Cancel)));
            Assert.Single(told, static by => by is not null);
            CircleMember member = Assert.Single(await People.Circle.OfPatientAsync(maya.Record!.Value, Cancel));
            Assert.Equal(guests[Array.FindIndex(told, static by => by is not null)].Id, member.Person.Id);
            await People.Circle.RemoveAsync(maya.Record!.Value, member.Person.Id, Cancel);
        }
    }

    [Fact]
    public async Task Nobody_accepts_or_declines_their_own()
    {
        Person maya = await AddPatientAsync();
        NewCircleInvitation made = await OkAsync(People.Invitations.MakeAsync(maya, "friend", 7, Cancel));
        Assert.Null(await People.Invitations.AcceptAsync(InvitationMark.Of(made.Secret), maya, Cancel));
        Assert.False(await People.Invitations.DeclineAsync(InvitationMark.Of(made.Secret), maya.Id, Cancel));
        Assert.Single(await People.Invitations.ListAsync(maya.Id, Cancel));
    }

    [Fact]
    public async Task Between_two_of_whom_one_blocks_the_other_there_is_none()
    {
        Person maya = await AddPatientAsync();
        Person sam = await AddAsync("Sam");
        NewCircleInvitation made = await OkAsync(People.Invitations.MakeAsync(maya, "friend", 7, Cancel));
        foreach (var (by, who) in new[] { (maya, sam), (sam, maya) })
        {
            await OkAsync(People.Blocks.AddAsync(by, who, Cancel));
            await IsNoneAsync(made.Secret, maya, sam, forAll: false);
            Assert.True(await People.Blocks.RemoveAsync(by.Id, who.Id, Cancel));
        }

        Assert.NotNull(await People.Invitations.FindAsync(InvitationMark.Of(made.Secret), sam.Id, Cancel));
        Assert.NotNull(await People.Invitations.FindAsync(InvitationMark.Of(made.Secret), null, Cancel));
    }

    [Fact]
    public async Task The_account_that_was_made_with_one_keeps_it_and_no_second_is_made()
    {
        Person maya = await AddPatientAsync();
        NewCircleInvitation made = await OkAsync(People.Invitations.MakeAsync(maya, "friend", 7, Cancel));
        Person newcomer = await OkAsync(People.Accounts.SignUpAsync("Nora New", "seven purple kettles", made.Secret, Cancel));
        Assert.Equal("that invitation is no longer good: ask for a new one", await ProblemAsync(OtherNode.Accounts.SignUpAsync("Second", "seven purple kettles", made.Secret, Cancel)));
        Assert.Equal("that invitation is no longer good: ask for a new one", await ProblemAsync(OtherNode.Accounts.SignUpAsync("Third", "seven purple kettles", "no such", Cancel)));
        await IsNoneAsync(made.Secret, maya, await AddAsync("Sam"));
        Assert.Equal([made.Invitation], await People.Invitations.ListAsync(maya.Id, Cancel));
        Assert.Equal(maya.Id, (await OtherNode.Invitations.AcceptAsync(InvitationMark.Of(made.Secret), newcomer, Cancel))?.Id);
    }

    [Fact]
    public async Task A_patient_has_so_many_open_at_once_and_each_needs_words()
    {
        Person maya = await AddPatientAsync();
        for (var i = 0; i < CircleInvitations.MostOpen; i++)
        {
            await OkAsync(People.Invitations.MakeAsync(maya, "friend", 1, Cancel));
        }

        Assert.Equal("20 of your invitations are open: take back those you no longer need", await ProblemAsync(OtherNode.Invitations.MakeAsync(maya, "friend", 1, Cancel)));
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("a relationship has 1 to 100 characters", await ProblemAsync(People.Invitations.MakeAsync(maya, " ", 1, Cancel)));
        await OkAsync(People.Invitations.MakeAsync(maya, "friend", 1, Cancel));

        // What is over is gone from the table with the next that is made.
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM circle_invitation WHERE person = @id", maya.Id));
    }

    [Fact]
    public async Task They_go_with_the_account_of_who_invited()
    {
        Person maya = await AddPatientAsync();
        NewCircleInvitation made = await OkAsync(People.Invitations.MakeAsync(maya, "friend", 7, Cancel));
        await People.Accounts.CloseAsync(maya.Id, Cancel);
        Assert.Null(await OtherNode.Invitations.FindAsync(InvitationMark.Of(made.Secret), null, Cancel));
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM circle_invitation WHERE person = @id", maya.Id));
    }

    [Fact]
    public async Task A_row_that_is_given_to_somebody_else_does_not_open()
    {
        Person maya = await AddPatientAsync();
        Person mallory = await AddPatientAsync();
        NewCircleInvitation made = await OkAsync(People.Invitations.MakeAsync(maya, "friend", 7, Cancel));
        await Test.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync(
                "UPDATE circle_invitation SET person = @mallory WHERE person = @maya",
                new { maya = Tables.CircleInvitation.Hash("person", maya.Id), mallory = Tables.CircleInvitation.Hash("person", mallory.Id) },
                t),
            Cancel);
        await Assert.ThrowsAsync<SealBrokenException>(() => People.Invitations.FindAsync(InvitationMark.Of(made.Secret), null, Cancel));
    }

    private Task<Person> AddPatientAsync() => AddAsync("Maya Ortiz", PatientId.New());

    private async Task IsNoneAsync(string secret, Person patient, Person guest, bool forAll = true)
    {
        foreach (PeopleModule node in new[] { People, OtherNode })
        {
            Assert.Null(await node.Invitations.FindAsync(InvitationMark.Of(secret), guest.Id, Cancel));
            Assert.Null(await node.Invitations.AcceptAsync(InvitationMark.Of(secret), guest, Cancel));
            Assert.False(await node.Invitations.DeclineAsync(InvitationMark.Of(secret), guest.Id, Cancel));
            Assert.True(!forAll || await node.Invitations.FindAsync(InvitationMark.Of(secret), null, Cancel) is null);
            Assert.True(!forAll || await node.Invitations.FindAsync(InvitationMark.Of(secret), patient.Id, Cancel) is null);
        }
    }

    private Task<long> CountAsync(string sql, PersonId id) => Test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>(sql, new { id = Tables.CircleInvitation.Hash("person", id) }), Cancel);
}

public sealed class InvitationsOnSqlite(SqliteTestDatabase test) : InvitationsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class InvitationsOnPostgres(PostgresTestDatabase test) : InvitationsContract(test), IClassFixture<PostgresTestDatabase>;
