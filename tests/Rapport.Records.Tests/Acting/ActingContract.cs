using System.Text.Json.Nodes;
using Dapper;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

public abstract class ActingContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly string[] All = [ConsentAction.Access, ConsentAction.Collect, ConsentAction.Correct];
    private static readonly RecordQuery Everything = new RecordQuery.Everything();

    [Fact]
    public async Task Who_acts_sees_what_was_chosen_and_the_ledger_names_both()
    {
        var maya = await NewPatientAsync();
        var sofia = NewPerson("Sofia Ortiz");
        var ids = await maya.AddAsync([Make.Observation(maya), Make.Condition(maya), Make.Observation(maya, labels: ["PSY"])]);
        var given = await maya.ConsentAsync(Make.Delegation(maya, sofia.Reference, [ConsentAction.Access], ["Observation"]));
        var told = (await maya.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Delegated, maya.Reference, null, "active"), (told.Kind, told.Actor, told.OnBehalfOf, told.Note));

        Assert.Equal([maya.IdOf(ids[0])], Ids(await LookAsync(sofia, maya)));
        var look = (await maya.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Disclosed, sofia.Reference, "Sofia Ortiz", maya.Reference, "Maya Ortiz"), (look.Kind, look.Actor, look.ActorName, look.OnBehalfOf, look.OnBehalfOfName));
        Assert.Equal([maya.IdOf(given)], look.Consents);
        Assert.Null(await AskAsync(sofia, maya, Everything, "FAMRQT"));
        var shared = await Records.Compartments.FindSharedAsync(sofia, maya.Id, Cancel);
        Assert.Equal([ConsentAction.Access], Assert.Single(shared!.Agreements).Acts);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_is_added_names_both_and_only_what_may_be_added_is()
    {
        var maya = await NewPatientAsync();
        var sofia = NewPerson("Sofia Ortiz");
        var given = await maya.ConsentAsync(Make.Delegation(maya, sofia.Reference, [ConsentAction.Access, ConsentAction.Collect], ["Observation"]));
        var acting = await ActAsync(sofia, maya);
        var (pulse, other) = (LocalId.New(), LocalId.New());
        Assert.True(await AddAsync(acting!, (pulse, 1, Make.Observation(maya)), (other, 1, Make.Condition(maya))));
        Assert.Equal([maya.IdOf(pulse)], Ids(await LookAsync(sofia, maya)));
        Assert.Empty(Ids(await maya.Own.QueryAsync(new RecordQuery.ById("Condition", other), Cancel)));

        var added = (await maya.ReadLedgerAsync()).Select(static row => row.Details!).Single(static details => details.Kind == LedgerKind.Gathered);
        Assert.Equal((sofia.Reference, "Sofia Ortiz", maya.Reference, "Maya Ortiz", 1), (added.Actor, added.ActorName, added.OnBehalfOf, added.OnBehalfOfName, added.EntryCount));
        Assert.Equal([maya.IdOf(given)], added.Consents);
        Assert.Equal(sofia.Reference, Assert.Single(await maya.Own.SourcesAsync(Cancel)).GatheredBy);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task For_whom_somebody_acts_is_found_among_all_who_share_with_them_while_it_lasts()
    {
        var (maya, noor, ada) = (await NewPatientAsync(), await NewPatientAsync("Noor Haddad"), await NewPatientAsync("Ada Byron"));
        var lee = NewDoctor("Dr Lee");
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var given = Make.Delegation(noor, lee.Reference, [ConsentAction.Access], ["Observation"]);
        var consent = await noor.ConsentAsync(given);
        await noor.ConsentAsync(Make.Permit(noor, lee.Reference));
        await ada.ConsentAsync(Make.Delegation(ada, NewDoctor("Dr Osei").Reference, [ConsentAction.Access]));
        Assert.Equal([noor.Id], await OtherNode.Compartments.ActedForAsync(lee, Cancel));
        Assert.Empty(await Records.Compartments.ActedForAsync(NewPerson("Sofia Ortiz"), Cancel));
        Assert.Equal(["Maya Ortiz", "Noor Haddad"], (await Records.Compartments.SharedWithAsync(lee, null, 100, Cancel)).Records.Select(static record => record.PatientName));

        // As it stood before who acts had rows of their own.
        await Test.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync(
                "DELETE FROM sharing WHERE recipient = @acts; UPDATE sharing SET tells_acting = 0 WHERE patient_id = @patient",
                new { acts = Test.Keyring.LookupHash("recipient", lee.Reference + "\nacts"), patient = noor.Id.ToString() },
                t),
            Cancel);
        Assert.Equal([noor.Id], await OtherNode.Compartments.ActedForAsync(lee, Cancel));
        await noor.VerifyAsync();
        await noor.ConsentAsync(Make.Permit(noor, NewDoctor("Dr Osei").Reference));
        Assert.Equal([noor.Id], await OtherNode.Compartments.ActedForAsync(lee, Cancel));
        await noor.RevokeAsync(consent, given);
        Assert.Empty(await OtherNode.Compartments.ActedForAsync(lee, Cancel));
    }

    [Fact]
    public async Task Nobody_acts_by_an_agreement_that_lets_them_see()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync(Make.Observation(maya));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        Assert.Null(await ActAsync(lee, maya));
        Assert.Null(await ActAsync(maya.Owner, maya));
        Assert.Null(await Records.Acting.OpenAsync(PatientId.New(), lee, Cancel));
    }

    [Fact]
    public async Task What_a_delegation_does_not_name_is_refused_however_it_is_asked()
    {
        var maya = await NewPatientAsync();
        var sofia = NewPerson("Sofia Ortiz");
        await maya.ConsentAsync(Make.Delegation(maya, sofia.Reference, [ConsentAction.Access]));
        var acting = await ActAsync(sofia, maya);
        Assert.False(await AddAsync(acting!, (LocalId.New(), 1, Make.Observation(maya))));
        Assert.Empty(await maya.Own.SourcesAsync(Cancel));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_was_ended_on_one_node_writes_nothing_on_the_other()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var sofia = NewPerson("Sofia Ortiz");
        var delegation = Make.Delegation(maya, sofia.Reference, All);
        var given = await maya.ConsentAsync(delegation);
        var acting = await ActAsync(sofia, maya);
        Assert.True(await AddAsync(acting!, (LocalId.New(), 1, Make.Observation(maya))));
        await there.RevokeAsync(given, delegation);
        Assert.Equal("inactive", (await maya.ReadLedgerAsync())[0].Details!.Note);
        Assert.False(await AddAsync(acting!, (LocalId.New(), 1, Make.Observation(maya))));
        Assert.False(await acting!.TakeBackAsync((await maya.Own.SourcesAsync(Cancel))[0].Number, static (_, _) => ValueTask.FromResult<IReadOnlyList<EntryDraft>>([]), Cancel));
        Assert.Null(await ActAsync(sofia, maya));
        Assert.Null(await LookAsync(sofia, maya));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Under_concurrent_writers_nothing_they_write_stands_in_the_ledger_after_the_end()
    {
        const int rounds = 4, writersOnEach = 2, mostWrites = 6;
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var sofia = NewPerson("Sofia Ortiz");
        var delegation = Make.Delegation(maya, sofia.Reference, All);
        var given = await maya.ConsentAsync(delegation);
        for (var round = 0; round < rounds; round++)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var warm = new CountdownEvent(2 * writersOnEach);
            var writers = Enumerable.Range(0, 2 * writersOnEach).Select(async i =>
            {
                var acting = await ActAsync(sofia, maya, i % 2 == 0 ? Records : OtherNode);
                for (var n = 0; ; n++)
                {
                    if (n == mostWrites)
                    {
                        await ended.Task;
                    }

                    // Asked before it begins: from then on it must write nothing.
                    var mustBeRefused = ended.Task.IsCompleted;
                    var written = await AddAsync(acting!, (LocalId.New(), 1, Make.Observation(maya)));
                    Assert.False(mustBeRefused && written, "what began after the acknowledged end was written");
                    if (n == 0)
                    {
                        warm.Signal();
                    }

                    if (!written)
                    {
                        return;
                    }
                }
            }).ToList();
            var warmed = Task.Run(() => warm.Wait(Cancel), Cancel);
            await await Task.WhenAny([warmed, .. writers]);
            var patient = round % 2 == 0 ? maya : there;
            await patient.RevokeAsync(given, delegation);
            ended.SetResult();
            await Task.WhenAll(writers);
            await patient.ReplaceConsentAsync(given, delegation);
        }

        var open = false;
        foreach (var details in (await maya.ReadLedgerAsync()).Reverse().Select(static row => row.Details!))
        {
            open = details.Kind == LedgerKind.Delegated ? details.Note == "active" : open;
            Assert.True(open || details.Kind != LedgerKind.Gathered, "an entry was written after the end");
        }

        await maya.VerifyAsync();
    }

    [Fact]
    public async Task It_begins_and_ends_by_itself_and_a_denial_holds_against_it()
    {
        var maya = await NewPatientAsync();
        var (sofia, sam) = (NewPerson("Sofia Ortiz"), NewPerson("Sam"));
        await maya.AddAsync(Make.Observation(maya));
        var (from, until) = (Clock.GetUtcNow().AddHours(1), Clock.GetUtcNow().AddHours(2));
        await maya.ConsentAsync(Make.Delegation(maya, sofia.Reference, All, from: FhirTime.Instant(from), until: FhirTime.Instant(until.AddMilliseconds(-1))));
        Assert.Null(await ActAsync(sofia, maya));
        Clock.Advance(TimeSpan.FromHours(1));
        var acting = await ActAsync(sofia, maya);
        Assert.Equal(until, acting!.Until);
        Assert.NotNull(await LookAsync(sofia, maya));
        Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        Assert.True(await AddAsync(acting, (LocalId.New(), 1, Make.Observation(maya))));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(await AddAsync(acting, (LocalId.New(), 1, Make.Observation(maya))));
        Assert.Null(await LookAsync(sofia, maya));

        await maya.ConsentAsync(Make.Delegation(maya, sam.Reference, All));
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("deny", sam.Reference, ["Observation"])));
        var (denied, allowed) = (LocalId.New(), LocalId.New());
        Assert.True(await AddAsync((await ActAsync(sam, maya))!, (denied, 1, Make.Observation(maya)), (allowed, 1, Make.Condition(maya))));
        Assert.Empty(Ids(await maya.Own.QueryAsync(new RecordQuery.ById("Observation", denied), Cancel)));
        Assert.Single(Ids(await maya.Own.QueryAsync(new RecordQuery.ById("Condition", allowed), Cancel)));
    }

    [Fact]
    public async Task What_is_hidden_is_not_changed_and_nothing_tells_that_it_is_there()
    {
        var maya = await NewPatientAsync();
        var sofia = NewPerson("Sofia Ortiz");
        var ids = await maya.AddAsync([Make.Condition(maya, labels: ["PSY"]), Make.Condition(maya)]);
        await maya.ConsentAsync(Make.Delegation(maya, sofia.Reference, All));
        var acting = (await ActAsync(sofia, maya))!;
        Assert.True(await AddAsync(acting, (ids[0], 2, Make.Condition(maya, code: "1"))));
        Assert.True(await AddAsync(acting, (ids[1], 2, Make.Condition(maya, code: "2"))));
        Assert.Equal(1, (await maya.Own.QueryAsync(new RecordQuery.ById("Condition", ids[0]), Cancel)).Entries[0].Version);
        Assert.Equal(2, (await maya.Own.QueryAsync(new RecordQuery.ById("Condition", ids[1]), Cancel)).Entries[0].Version);
        Assert.Single(await acting.SourcesAsync(Cancel));
        Assert.Single(await acting.DeedsAsync(10, Cancel));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Who_may_add_and_not_correct_changes_nothing_that_is_there()
    {
        var maya = await NewPatientAsync();
        var sofia = NewPerson("Sofia Ortiz");
        var id = await maya.AddAsync(Make.Condition(maya));
        await maya.ConsentAsync(Make.Delegation(maya, sofia.Reference, [ConsentAction.Access, ConsentAction.Collect]));
        var acting = (await ActAsync(sofia, maya))!;
        Assert.True(await AddAsync(acting, (id, 2, Make.Condition(maya, code: "2"))));
        Assert.Equal(1, (await maya.Own.QueryAsync(new RecordQuery.ById("Condition", id), Cancel)).Entries[0].Version);
        Assert.True(await AddAsync(acting, (LocalId.New(), 1, Make.Condition(maya))));
        Assert.False(await TakeBackAsync(acting, (await acting.SourcesAsync(Cancel))[0].Number));
    }

    [Fact]
    public async Task Adding_does_not_tell_what_the_patient_calls_sensitive()
    {
        var maya = await NewPatientAsync();
        var sofia = NewPerson("Sofia Ortiz");
        Assert.Equal(LabelOutcome.Said, (await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.OfType("Condition"), SecurityLabel.Of("", "PSY"), LabelVerdict.Added)], mayShareMore: false, Cancel)).Outcome);
        await maya.ConsentAsync(Make.Delegation(maya, sofia.Reference, All));
        var acting = (await ActAsync(sofia, maya))!;
        var hidden = LocalId.New();
        Assert.True(await AddAsync(acting, (hidden, 1, Make.Condition(maya))));
        Assert.Single(Ids(await maya.Own.QueryAsync(new RecordQuery.ById("Condition", hidden), Cancel)));
        Assert.Null(await AskAsync(sofia, maya, new RecordQuery.ById("Condition", hidden), PurposeOfUse.ActingForPatient));
    }

    [Fact]
    public async Task They_take_back_what_they_brought_and_nothing_of_others()
    {
        var maya = await NewPatientAsync();
        var sofia = NewPerson("Sofia Ortiz");
        await maya.AddAsync(Make.Condition(maya));
        var others = Assert.Single(await maya.Own.SourcesAsync(Cancel)).Number;
        await maya.ConsentAsync(Make.Delegation(maya, sofia.Reference, All));
        var acting = (await ActAsync(sofia, maya))!;
        await AddAsync(acting, (LocalId.New(), 1, Make.Condition(maya)));
        Assert.False(await TakeBackAsync(acting, others));
        var brought = Assert.Single(await acting.SourcesAsync(Cancel)).Number;
        Assert.True(await TakeBackAsync(acting, brought));
        Assert.False(await TakeBackAsync(acting, brought));
        var taken = (await maya.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Corrected, sofia.Reference, maya.Reference), (taken.Kind, taken.Actor, taken.OnBehalfOf));
    }

    [Fact]
    public async Task They_see_what_they_did_and_nothing_of_what_others_did()
    {
        var maya = await NewPatientAsync();
        var (sofia, lee) = (NewPerson("Sofia Ortiz"), NewDoctor());
        await maya.AddAsync(Make.Condition(maya));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        await maya.ConsentAsync(Make.Delegation(maya, sofia.Reference, All));
        await AskAsync(lee, maya, Everything);
        var acting = (await ActAsync(sofia, maya))!;
        await AddAsync(acting, (LocalId.New(), 1, Make.Observation(maya)));
        await LookAsync(sofia, maya);
        await AskAsync(lee, maya, Everything);
        Assert.Equal([LedgerKind.Disclosed, LedgerKind.Gathered], (await acting.DeedsAsync(10, Cancel)).Select(static deed => deed.Kind));
    }

    [Fact]
    public async Task They_may_lay_it_down_and_nothing_else_of_the_agreement_changes()
    {
        var maya = await NewPatientAsync();
        var (sofia, sam) = (NewPerson("Sofia Ortiz"), NewPerson("Sam"));
        await maya.ConsentAsync(Make.Delegation(maya, sofia.Reference, All));
        await maya.ConsentAsync(Make.Delegation(maya, sam.Reference, All));
        await (await ActAsync(sofia, maya))!.LeaveAsync(true, Cancel);
        Assert.Null(await ActAsync(sofia, maya));
        Assert.NotNull(await ActAsync(sam, maya));
        var left = (await maya.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Delegated, sofia.Reference, null, "inactive"), (left.Kind, left.Actor, left.OnBehalfOf, left.Note));
        Assert.Equal("Maya Ortiz", (await Records.Compartments.FindSharedAsync(sam, maya.Id, Cancel))!.PatientName);
        await maya.VerifyAsync();
    }

    /// <summary>A delegation may say another name of the patient, or none: whoever acts, and all whom the patient shares with, see the one that the patient shares under, also when the delegation was laid down.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("Somebody Else")]
    [InlineData("Maya\u202eOrtiz")]
    public async Task Whatever_a_delegation_calls_the_patient_their_name_stays(string? called)
    {
        var maya = await NewPatientAsync();
        var (sofia, lee) = (NewPerson("Sofia Ortiz"), NewDoctor());
        await maya.AddAsync(Make.Observation(maya));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var delegation = Make.Delegation(maya, sofia.Reference, All);
        delegation["patient"]!.AsObject().Remove("display");
        if (called is not null)
        {
            delegation["patient"]!["display"] = called;
        }

        await maya.ConsentAsync(delegation);
        var acting = (await ActAsync(sofia, maya))!;
        Assert.Equal("Maya Ortiz", acting.PatientName);
        await acting.LeaveAsync(true, Cancel);
        Assert.Equal("Maya Ortiz", (await Records.Compartments.FindSharedAsync(lee, maya.Id, Cancel))!.PatientName);
    }

    private static Actor NewPerson(string name)
    {
        var person = PersonId.New();
        return new Actor(person, $"RelatedPerson/{person}", name, [$"RelatedPerson/{person}"]);
    }

    private Task<ActingAccess?> ActAsync(Actor actor, TestPatient patient, RecordsModule? node = null) => (node ?? Records).Acting.OpenAsync(patient.Id, actor, Cancel);

    private Task<Disclosure?> LookAsync(Actor actor, TestPatient patient) => AskAsync(actor, patient, Everything, PurposeOfUse.ActingForPatient);

    private static Task<bool> AddAsync(ActingAccess acting, params IReadOnlyList<(LocalId Local, int Version, JsonObject Content)> entries) => acting.GatherAsync(
        new SourceDescription("person", "by hand"),
        view => ValueTask.FromResult(new GatheringPlan([.. entries.Select(e => TestPatient.Draft(view, e.Local, e.Version, e.Content))])),
        Cancel);

    private static Task<bool> TakeBackAsync(ActingAccess acting, long source) => acting.TakeBackAsync(source, static (_, _) => ValueTask.FromResult<IReadOnlyList<EntryDraft>>([]), Cancel);
}

public sealed class ActingOnSqlite(SqliteTestDatabase test) : ActingContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class ActingOnPostgres(PostgresTestDatabase test) : ActingContract(test), IClassFixture<PostgresTestDatabase>;
