using Rapport.Data;
using Rapport.Ledger;
using Rapport.People;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Opinions;

/// <summary>A question is asked as a whole: it and all its invitations are in the record, or nothing is.</summary>
public abstract class OpinionDeskContract(TestDatabase test) : IAsyncLifetime
{
    private const string Title = "Question for a second opinion";

    private readonly List<RecordsModule> _nodes = [];
    private PeopleModule _people = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await test.MigrateAsync(typeof(RecordsModule), typeof(PeopleModule));
        _people = new PeopleModule(test.Database, test.Keyring, test.Clock, new PeopleOptions());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _people.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The question, and some of the invitations, were in a record that became full in the middle, and the patient was told that nothing was changed.</summary>
    [Fact]
    public async Task A_question_that_finds_no_room_for_all_of_it_is_not_asked()
    {
        const int most = 20;
        var (own, desk) = await BeginAsync(await OpenAsync(new RecordRoom(1_000_000, most)));
        await FillAsync(own, most - 2);
        var ledger = await own.ReadLedgerAsync(null, 50, Cancel);
        var question = Question(own);
        await Assert.ThrowsAsync<RecordFullException>(() => desk.AskAsync(own, question, Title, Doctors(3), Cancel));
        Assert.Empty(await own.ConsentsAsync(Cancel));
        Assert.Equal(0, (await own.QueryAsync(new RecordQuery.ById("ServiceRequest", question.Id), Cancel)).Count);
        Assert.Equal(ledger.Count, (await own.ReadLedgerAsync(null, 50, Cancel)).Count);

        // What has room all together is asked, out of what is kept back for what the patient says.
        await desk.AskAsync(own, question, Title, Doctors(2), Cancel);
        Assert.Equal(2, (await desk.FindAsync(own, question.Id, Cancel))!.Invitations.Count);
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    /// <summary>Whoever had been asked as many as may be was told of some who were asked besides.</summary>
    [Fact]
    public async Task Beyond_as_many_as_may_be_asked_nobody_more_is()
    {
        var (own, desk) = await BeginAsync(await OpenAsync(RecordRoom.Usual));
        var (question, first) = (Question(own), Doctors(3));
        await desk.AskAsync(own, question, Title, first, Cancel);
        await desk.AskAsync(own, question, Title, Doctors(3), Cancel);
        Assert.Equal(first.Select(static person => person.VerifiedReference).Order(), (await InvitedAsync(own)).Order());

        // Who is among them already is not counted twice, nor asked twice.
        await desk.AskAsync(own, question, Title, [.. first, .. Doctors(2)], Cancel);
        Assert.Equal(OpinionDoor.MostInvited, (await InvitedAsync(own)).Distinct().Count());
        Assert.Equal(OpinionDoor.MostInvited, (await InvitedAsync(own)).Count);
    }

    [Fact]
    public async Task The_same_question_asked_many_times_at_once_is_in_the_record_once_in_one_change()
    {
        var (own, desk) = await BeginAsync(await OpenAsync(RecordRoom.Usual));
        var there = (await (await OpenAsync(RecordRoom.Usual)).Compartments.OpenOwnAsync(own.Patient, own.Actor, Cancel))!;
        var (question, doctors) = (Question(own), Doctors(3));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => desk.AskAsync(i % 2 == 0 ? own : there, question, Title, doctors, Cancel), Cancel)));
        Assert.Equal(doctors.Select(static person => person.VerifiedReference).Order(), (await InvitedAsync(own)).Order());
        var told = (await own.ReadLedgerAsync(null, 50, Cancel)).Select(static row => row.Details!).ToList();
        Assert.Equal([LedgerKind.Consented, LedgerKind.Consented, LedgerKind.Consented, LedgerKind.Gathered], told.Take(4).Select(static details => details.Kind));
        Assert.Single(told, static details => details.Kind == LedgerKind.Gathered);
        Assert.All(told.Take(3), details => Assert.Single(details.Consents));
        Assert.Equal(question.Text, Assert.Single(await desk.ListAsync(own, Cancel)).Question.Text);
        Assert.Equal(("person", "Maya Ortiz"), Assert.Single(await own.SourcesAsync(Cancel)).Description is var source ? (source.Kind, source.Name) : default);
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    private async Task<RecordsModule> OpenAsync(RecordRoom room)
    {
        var node = await RecordsModule.OpenAsync(test.OpenAnother(), test.Keyring, new RecordsOptions { Room = room }, test.Clock, Cancel);
        _nodes.Add(node);
        return node;
    }

    private async Task<(OwnAccess Own, OpinionDesk Desk)> BeginAsync(RecordsModule node)
    {
        var person = PersonId.New();
        var owner = new Actor(person, $"RelatedPerson/{person}", "Maya Ortiz", [$"RelatedPerson/{person}"]);
        var own = (await node.Compartments.OpenOwnAsync(await node.Compartments.CreateAsync(owner, Cancel), owner, Cancel))!;
        return (own, new OpinionDesk(_people, node.Opinions, test.Clock));
    }

    private static Task FillAsync(OwnAccess own, int entries) => own.GatherAsync(
        new SourceDescription("file", "papers.json"),
        view => new GatheringPlan([.. Enumerable.Range(0, entries).Select(_ => LocalId.New()).Select(id => new EntryDraft(
            id, 1, System.Text.Encoding.UTF8.GetBytes($$$"""{"resourceType":"Basic","id":"{{{view.Patient}}}.{{{id}}}","meta":{"versionId":"1"},"code":{"text":"x"}}"""), 0, 0))]),
        Cancel);

    private OpinionQuestion Question(OwnAccess own) =>
        new(LocalId.New(), "Can it wait until spring?", $"Condition/{own.Patient}.{LocalId.New()}", "It", test.Clock.GetUtcNow().AddDays(9), [$"Patient/{own.Patient}"]);

    private List<Person> Doctors(int count) => [.. Enumerable.Range(0, count).Select(_ => PersonId.New()).Select(id => new Person
    {
        Id = id,
        DisplayName = "Dr Lee",
        SignInName = $"{id}",
        IsProfessional = true,
        Reference = $"Practitioner/{id}",
        RecipientReferences = [$"Practitioner/{id}", $"PractitionerRole/{id}"],
        Organisations = [new Membership(OrganisationId.New(), "physician", test.Clock.GetUtcNow(), null, new Verification(null, test.Clock.GetUtcNow(), "Olga"))],
    })];

    private static async Task<List<string>> InvitedAsync(OwnAccess own) => [.. (await own.ConsentsAsync(Cancel)).SelectMany(static consent => consent.Consent.Recipients)];
}

public sealed class OpinionDeskOnSqlite(SqliteTestDatabase test) : OpinionDeskContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class OpinionDeskOnPostgres(PostgresTestDatabase test) : OpinionDeskContract(test), IClassFixture<PostgresTestDatabase>;
