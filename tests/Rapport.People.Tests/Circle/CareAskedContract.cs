using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

/// <summary>Being asked to look after a child, by name or by a link, and being told that one was taken out.</summary>
public abstract class CareAskedContract(TestDatabase test) : PeopleContract(test)
{
    private static readonly CareOffer Offer = new("GUARD", new DateTimeOffset(2027, 1, 2, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Who_is_asked_by_name_finds_it_and_nobody_else_does_by_any_way()
    {
        var (node, lena, sofia, sam, mallory) = await BeginAsync();
        var made = await OkAsync(node.Invitations.MakeAsync(lena, "guardian", 7, Cancel, sofia.Id, Offer, sam.Id));
        var mark = InvitationMark.Of(made.Invitation.Id, sam.Id);
        var asked = Assert.Single(await node.Invitations.CareAskedAsync(sam.Id, Cancel));
        Assert.Equal((lena.Id, "Sofia", Offer, sam.Id), (asked.Patient.Id, asked.Invitation.ByName, asked.Invitation.Care!, asked.Invitation.For!.Value));
        Assert.Equal(made.Invitation.Id, (await node.Invitations.FindAsync(mark, sam.Id, Cancel))?.Invitation.Id);
        Assert.Equal((Offer, sam.Id), (await node.Invitations.ListAsync(lena.Id, Cancel)).Select(static open => (open.Care!, open.For!.Value)).Single());
        foreach (var nobody in new[] { mallory, sofia, lena })
        {
            Assert.Empty(await node.Invitations.CareAskedAsync(nobody.Id, Cancel));
            foreach (var way in new[] { mark, InvitationMark.Of(made.Invitation.Id, nobody.Id), InvitationMark.Of(made.Secret) })
            {
                Assert.Null(await node.Invitations.FindAsync(way, nobody.Id, Cancel));
                Assert.Null(await node.Invitations.AcceptAsync(way, nobody, Cancel));
                Assert.False(await node.Invitations.DeclineAsync(way, nobody.Id, Cancel));
            }
        }

        Assert.Null(await node.Invitations.FindAsync(InvitationMark.Of(made.Secret), null, Cancel));

        // A node that knows of nobody who looks after somebody has none, and neither has anybody while one of both blocks the other.
        Assert.Empty(await People.Invitations.CareAskedAsync(sam.Id, Cancel));
        foreach (var (by, who) in new[] { (sam, sofia), (sofia, sam), (sam, lena), (lena, sam) })
        {
            await OkAsync(node.Blocks.AddAsync(by, who, Cancel));
            Assert.Empty(await node.Invitations.CareAskedAsync(sam.Id, Cancel));
            Assert.Null(await node.Invitations.AcceptAsync(mark, sam, Cancel));
            await node.Blocks.RemoveAsync(by.Id, who.Id, Cancel);
        }

        // Once, of two who answer at once.
        var answers = await Task.WhenAll(node.Invitations.AcceptAsync(mark, sam, Cancel), node.Invitations.AcceptAsync(mark, sam, Cancel));
        Assert.Single(answers, static inviter => inviter is not null);
        Assert.Empty(await node.Invitations.CareAskedAsync(sam.Id, Cancel));
        Assert.Equal("guardian", (await People.Circle.FindAsync(lena.Record!.Value, sam.Id, Cancel))?.Relationship);
    }

    [Fact]
    public async Task It_is_over_after_its_days_when_declined_taken_back_and_when_who_asked_does_so_no_more()
    {
        var (node, lena, sofia, sam, _) = await BeginAsync();
        for (var way = 0; way < 4; way++)
        {
            var mark = InvitationMark.Of((await OkAsync(node.Invitations.MakeAsync(lena, "parent", 7, Cancel, sofia.Id, Offer, sam.Id))).Invitation.Id, sam.Id);
            Assert.NotNull(await node.Invitations.FindAsync(mark, sam.Id, Cancel));
            switch (way)
            {
                case 0:
                    Clock.Advance(TimeSpan.FromDays(7));
                    break;
                case 1:
                    Assert.True(await node.Invitations.DeclineAsync(mark, sam.Id, Cancel));
                    break;
                case 2:
                    Assert.True(await node.Invitations.TakeBackAsync(lena.Id, (await node.Invitations.ListAsync(lena.Id, Cancel))[0].Id, Cancel));
                    break;
                default:
                    _after.Clear();
                    break;
            }

            Assert.Empty(await node.Invitations.CareAskedAsync(sam.Id, Cancel));
            Assert.Null(await node.Invitations.AcceptAsync(mark, sam, Cancel));
        }

        Assert.Null(await People.Circle.FindAsync(lena.Record!.Value, sam.Id, Cancel));
    }

    /// <summary>Whoever answered after the day until which they were asked was written down as one who looks after the child, and found nothing.</summary>
    [Fact]
    public async Task What_is_asked_for_days_that_have_passed_is_none()
    {
        var (node, lena, sofia, sam, _) = await BeginAsync();
        var mark = InvitationMark.Of((await OkAsync(node.Invitations.MakeAsync(lena, "carer", 7, Cancel, sofia.Id, Offer with { Until = Clock.GetUtcNow().AddDays(1) }, sam.Id))).Invitation.Id, sam.Id);
        Assert.NotNull(await node.Invitations.FindAsync(mark, sam.Id, Cancel));
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(await node.Invitations.FindAsync(mark, sam.Id, Cancel));
        Assert.Empty(await node.Invitations.CareAskedAsync(sam.Id, Cancel));
        Assert.Null(await node.Invitations.AcceptAsync(mark, sam, Cancel));
        await node.Invitations.LetGoAsync(lena, Cancel);
        Assert.Empty(await node.Invitations.ListAsync(lena.Id, Cancel));
    }

    /// <summary>An invitation into the circle alone asks nobody to look after anybody, whoever is led to it.</summary>
    [Fact]
    public async Task What_is_kept_for_a_new_account_is_no_question_to_look_after_a_child()
    {
        var (node, lena, sofia, _, _) = await BeginAsync();
        var made = await OkAsync(node.Invitations.MakeAsync(lena, "friend", 7, Cancel, sofia.Id));
        Assert.Null(Assert.Single(await node.Invitations.ListAsync(lena.Id, Cancel)).Care);
        var newcomer = await OkAsync(node.Accounts.AddAsync(new NewPerson { SignInName = "nora", DisplayName = "Nora", Password = "correct horse battery" }, Cancel));
        Assert.Empty(await node.Invitations.CareAskedAsync(newcomer.Id, Cancel));
        Assert.NotNull(await node.Invitations.AcceptAsync(InvitationMark.Of(made.Secret), newcomer, Cancel));
    }

    [Fact]
    public async Task Who_was_taken_out_is_told_until_they_know()
    {
        var (node, lena, _, sam, mallory) = await BeginAsync();
        var leo = PatientId.New();
        await node.EndedCare.TellAsync(sam.Id, lena.Record!.Value, "Lena", ("p/sofia", "Sofia"), ["a"], Cancel);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await OtherNode.EndedCare.TellAsync(sam.Id, leo, "Leo", ("p/sofia", "Sofia"), ["b"], Cancel);
        var first = await OtherNode.EndedCare.TellAsync(sam.Id, lena.Record.Value, "Lena", ("p/ana", "Ana"), ["a", "c"], Cancel);
        await OtherNode.EndedCare.TellAsync(sam.Id, lena.Record.Value, "Lena", ("p/ana", "Ana"), ["a", "d"], Cancel);

        // What one did hides nothing of what another did: of the same one about the same child the last is told.
        Assert.Equal(
            [(lena.Record.Value, "p/ana", "a d"), (leo, "p/sofia", "b"), (lena.Record.Value, "p/sofia", "a")],
            (await node.EndedCare.ListAsync(sam.Id, Cancel)).Select(static ended => (ended.Child, ended.By, string.Join(' ', ended.Agreements))));
        Assert.Equal(Clock.GetUtcNow(), (await node.EndedCare.ListAsync(sam.Id, Cancel))[0].At);

        // What took the place of a note stays where that is taken back.
        await node.EndedCare.TakeBackAsync(sam.Id, first, Cancel);
        Assert.Equal(3, (await node.EndedCare.ListAsync(sam.Id, Cancel)).Count);
        await node.EndedCare.TakeBackAsync(sam.Id, (await OtherNode.EndedCare.ListAsync(sam.Id, Cancel))[0], Cancel);
        Assert.Equal(["p/sofia", "p/sofia"], (await node.EndedCare.ListAsync(sam.Id, Cancel)).Select(static ended => ended.By));
        Assert.Empty(await node.EndedCare.ListAsync(mallory.Id, Cancel));
        await node.EndedCare.ForgetAsync(sam.Id, lena.Record.Value, Cancel);
        await node.EndedCare.ForgetAsync(mallory.Id, leo, Cancel);
        Assert.Equal([leo], (await OtherNode.EndedCare.ListAsync(sam.Id, Cancel)).Select(static ended => ended.Child));
    }

    [Fact]
    public async Task Of_much_that_one_is_told_the_newest_is_kept()
    {
        var (node, _, _, sam, _) = await BeginAsync();
        List<PatientId> children = [.. Enumerable.Range(0, 25).Select(static _ => PatientId.New())];
        foreach (var child in children)
        {
            await node.EndedCare.TellAsync(sam.Id, child, "x", ("p/sofia", "Sofia"), [], Cancel);
        }

        Assert.Equal(children.TakeLast(20).Reverse(), (await node.EndedCare.ListAsync(sam.Id, Cancel)).Select(static ended => ended.Child));
    }

    [Fact]
    public async Task What_somebody_was_to_be_told_goes_with_their_account_on_each_node_and_nothing_is_noted_for_them_any_more()
    {
        var (node, lena, _, sam, _) = await BeginAsync();
        await node.EndedCare.TellAsync(sam.Id, lena.Record!.Value, "Lena", ("p/sofia", "Sofia"), ["a"], Cancel);
        Assert.Single(await OtherNode.EndedCare.ListAsync(sam.Id, Cancel));
        Assert.True(await node.Accounts.CloseAsync(sam.Id, Cancel));
        foreach (var each in new[] { node, OtherNode })
        {
            Assert.Empty(await each.EndedCare.ListAsync(sam.Id, Cancel));
            await each.EndedCare.TellAsync(sam.Id, lena.Record.Value, "Lena", ("p/ana", "Ana"), [], Cancel);
            await each.EndedCare.ForgetAsync(sam.Id, lena.Record.Value, Cancel);
            Assert.Empty(await each.EndedCare.ListAsync(sam.Id, Cancel));
        }
    }

    [Fact]
    public async Task Who_has_no_account_is_told_nothing()
    {
        var (node, lena, _, _, _) = await BeginAsync();
        var nobody = PersonId.New();
        await node.EndedCare.TellAsync(nobody, lena.Record!.Value, "Lena", ("p/sofia", "Sofia"), ["a"], Cancel);
        Assert.Empty(await node.EndedCare.ListAsync(nobody, Cancel));
    }

    private readonly HashSet<(PatientId, PersonId)> _after = [];

    private async Task<(PeopleModule Node, Person Lena, Person Sofia, Person Sam, Person Mallory)> BeginAsync()
    {
        var lena = await AddAsync("Lena Ortiz", PatientId.New());
        var (sofia, sam, mallory) = (await AddAsync("Sofia"), await AddAsync("Sam"), await AddAsync("Mallory"));
        _after.Add((lena.Record!.Value, sofia.Id));
        return (NewNode(Options with { LooksAfter = (patient, person, _) => Task.FromResult(_after.Contains((patient, person.Id))) }), lena, sofia, sam, mallory);
    }
}

public sealed class CareAskedOnSqlite(SqliteTestDatabase test) : CareAskedContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class CareAskedOnPostgres(PostgresTestDatabase test) : CareAskedContract(test), IClassFixture<PostgresTestDatabase>;
