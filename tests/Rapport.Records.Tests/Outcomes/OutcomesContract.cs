using Rapport.Data;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

public abstract class OutcomesContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly RecordQuery Everything = new RecordQuery.Everything();

    private DateTimeOffset Since => Clock.GetUtcNow().AddDays(-90);

    [Fact]
    public async Task Who_looked_says_what_came_of_it_and_the_ledger_names_the_look()
    {
        var (maya, lee) = await ScenarioAsync();
        var look = await LookAsync(lee, maya);
        Assert.Equal(OutcomeTold.Told, await TellAsync(lee, maya, look, OutcomeKind.FoundSomething, "an old fracture"));
        var details = (await maya.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Outcome, lee.Reference, "Dr Lee", $"{look} found-something: an old fracture", 0), (details.Kind, details.Actor, details.ActorName, details.Note, details.EntryCount));

        var seen = Assert.Single(await OtherNode.Looks.ListAsync(lee, Since, Cancel));
        Assert.Equal((maya.Id, "Maya Ortiz", new Outcome(look, OutcomeKind.FoundSomething, "an old fracture")), (seen.Patient, seen.PatientName, seen.Visit.SaidLast));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task It_may_be_said_after_access_has_ended_and_shows_nothing()
    {
        var (maya, lee) = await ScenarioAsync();
        var look = await LookAsync(lee, maya);
        var consent = Assert.Single(await maya.Own.ConsentsAsync(Cancel));
        await maya.RevokeAsync(LocalId.Parse(consent.Entry.Id.AsSpan(PatientId.TextLength + 1)), Make.Permit(maya, lee.Reference));
        Assert.Null(await AskAsync(lee, maya, Everything));
        var before = (await maya.ReadLedgerAsync()).Count(row => row.Details!.Kind is LedgerKind.Disclosed);
        Assert.Equal(look, Assert.Single(await Records.Looks.ListAsync(lee, Since, Cancel)).Visit.First.Index);
        Assert.Equal(OutcomeTold.Told, await TellAsync(lee, maya, look, OutcomeKind.ReadOnly, node: OtherNode));
        Assert.Equal(before, (await maya.ReadLedgerAsync()).Count(row => row.Details!.Kind is LedgerKind.Disclosed));
    }

    [Fact]
    public async Task Nobody_says_it_of_a_look_that_is_not_theirs()
    {
        var (maya, lee) = await ScenarioAsync();
        var osei = NewDoctor("Dr Osei");
        await maya.ConsentAsync(Make.Permit(maya, osei.Reference));
        var (theirs, others) = (await LookAsync(lee, maya), await LookAsync(osei, maya));
        var size = (await maya.ReadLedgerAsync()).Count;
        foreach (var look in new[] { others, 0, size - 3, -1, size, long.MaxValue })
        {
            Assert.Equal(OutcomeTold.NothingHere, await TellAsync(lee, maya, look, OutcomeKind.ReadOnly));
        }

        Assert.Equal(OutcomeTold.NothingHere, await TellAsync(NewDoctor("Dr No", "Organization/hill"), maya, theirs, OutcomeKind.ReadOnly));
        Assert.Equal(OutcomeTold.NothingHere, await TellAsync(maya.Owner, maya, theirs, OutcomeKind.ReadOnly));
        Assert.Equal(OutcomeTold.NothingHere, await Records.Looks.TellAsync(lee, PatientId.New(), new Outcome(theirs, OutcomeKind.ReadOnly, null), Cancel));
        Assert.Empty(await Records.Looks.ListAsync(NewDoctor("Dr No"), Since, Cancel));
        Assert.Equal([others], (await Records.Looks.ListAsync(osei, Since, Cancel)).SelectMany(known => known.Visit.Looks).Select(deed => deed.Index));
        Assert.Equal(size, (await maya.ReadLedgerAsync()).Count);
    }

    [Fact]
    public async Task A_later_word_corrects_and_both_stay()
    {
        var (maya, lee) = await ScenarioAsync();
        var look = await LookAsync(lee, maya);
        await TellAsync(lee, maya, look, OutcomeKind.ReadOnly);
        await TellAsync(lee, maya, look, OutcomeKind.ReadOnly);
        await TellAsync(lee, maya, look, OutcomeKind.ChangedMedicine);
        var visit = Assert.Single(await Records.Looks.ListAsync(lee, Since, Cancel)).Visit;
        Assert.Equal([OutcomeKind.ReadOnly, OutcomeKind.ChangedMedicine], visit.Said.Select(said => said.Outcome.Kind));
        Assert.Equal(OutcomeKind.ChangedMedicine, visit.SaidLast!.Kind);

        for (var i = visit.Said.Count; i < Visit.MostAnswers; i++)
        {
            Assert.Equal(OutcomeTold.Told, await TellAsync(lee, maya, look, OutcomeKind.Other, $"word {i}"));
        }

        Assert.Equal(OutcomeTold.TooOften, await TellAsync(lee, maya, look, OutcomeKind.ReadOnly));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task The_patient_says_how_it_was_and_who_looked_does_not_learn_it()
    {
        var (maya, lee) = await ScenarioAsync();
        var look = await LookAsync(lee, maya);
        Assert.Equal(OutcomeTold.Told, await maya.Own.TellAsync(new Outcome(look, OutcomeKind.Helped, "I sleep again"), Cancel));
        Assert.Equal(OutcomeTold.NothingHere, await maya.Own.TellAsync(new Outcome(0, OutcomeKind.Helped, null), Cancel));
        var visit = Visit.Find((await maya.Own.HistoryAsync(Cancel)).Deeds, look)!;
        Assert.Equal((null, new Outcome(look, OutcomeKind.Helped, "I sleep again")), (visit.SaidLast, visit.FeltLast));
        Assert.Equal(maya.Reference, visit.Felt[0].Deed.Actor);
        Assert.Empty(Assert.Single(await Records.Looks.ListAsync(lee, Since, Cancel)).Visit.Felt);
        await maya.VerifyAsync();
    }

    [Theory]
    [InlineData(OutcomeKind.Other, null)]
    [InlineData(OutcomeKind.Helped, null)]
    [InlineData(OutcomeKind.ReadOnly, "")]
    [InlineData(OutcomeKind.ReadOnly, " padded")]
    [InlineData(OutcomeKind.ReadOnly, "two\nlines")]
    public async Task What_may_not_be_said_is_refused(OutcomeKind kind, string? words)
    {
        var (maya, lee) = await ScenarioAsync();
        var look = await LookAsync(lee, maya);
        await Assert.ThrowsAsync<ArgumentException>(() => TellAsync(lee, maya, look, kind, words));
        await Assert.ThrowsAsync<ArgumentException>(() => TellAsync(lee, maya, look, OutcomeKind.ReadOnly, new string('x', Outcome.MostWords + 1)));
        Assert.Equal(look, (await maya.ReadLedgerAsync())[0].Index);
    }

    [Fact]
    public async Task Looks_of_long_ago_are_not_listed_and_a_record_that_is_erased_is_gone()
    {
        var (maya, lee) = await ScenarioAsync();
        var look = await LookAsync(lee, maya);
        Clock.Advance(TimeSpan.FromDays(2));
        Assert.Empty(await Records.Looks.ListAsync(lee, Clock.GetUtcNow().AddDays(-1), Cancel));
        await LookAsync(lee, maya);
        Assert.Single(await Records.Looks.ListAsync(lee, Clock.GetUtcNow().AddDays(-1), Cancel));
        Assert.Equal(2, (await Records.Looks.ListAsync(lee, Since, Cancel)).Count);
        await maya.Own.EraseAsync(Cancel);
        Assert.Empty(await OtherNode.Looks.ListAsync(lee, Since, Cancel));
        Assert.Equal(OutcomeTold.NothingHere, await TellAsync(lee, maya, look, OutcomeKind.ReadOnly, node: OtherNode));
    }

    [Fact]
    public async Task Who_begins_to_work_with_patients_still_speaks_of_what_they_saw_before()
    {
        var (maya, _) = await ScenarioAsync();
        var person = PersonId.New();
        var sam = new Actor(person, $"RelatedPerson/{person}", "Sam", [$"RelatedPerson/{person}"]);
        await maya.ConsentAsync(Make.Permit(maya, sam.Reference));
        var look = await LookAsync(sam, maya);
        var later = new Actor(person, $"Practitioner/{person}", "Sam", [$"Practitioner/{person}", $"RelatedPerson/{person}"]);
        Assert.Equal(OutcomeTold.Told, await TellAsync(later, maya, look, OutcomeKind.ReadOnly));
        Assert.NotNull(Assert.Single(await Records.Looks.ListAsync(later, Since, Cancel)).Visit.SaidLast);
    }

    private async Task<(TestPatient Maya, Actor Lee)> ScenarioAsync()
    {
        var (maya, lee) = (await NewPatientAsync(), NewDoctor());
        await maya.AddAsync(Make.Condition(maya));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        return (maya, lee);
    }

    private async Task<long> LookAsync(Actor looker, TestPatient patient) => (await AskAsync(looker, patient, Everything))!.LedgerIndex;

    private Task<OutcomeTold> TellAsync(Actor looker, TestPatient patient, long look, OutcomeKind kind, string? words = null, RecordsModule? node = null) =>
        (node ?? Records).Looks.TellAsync(looker, patient.Id, new Outcome(look, kind, words), Cancel);
}

public sealed class OutcomesOnSqlite(SqliteTestDatabase test) : OutcomesContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class OutcomesOnPostgres(PostgresTestDatabase test) : OutcomesContract(test), IClassFixture<PostgresTestDatabase>;
