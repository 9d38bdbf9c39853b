using System.Text;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

public abstract class SuccessionContract(TestDatabase test) : RecordsContract(test)
{
    private const string Reason = "She had a stroke and cannot speak.";
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly RecordQuery Everything = new RecordQuery.Everything();

    [Fact]
    public async Task It_opens_by_itself_after_the_waiting_time_on_every_node_and_each_step_is_told()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var sofia = NewPerson("Sofia Ortiz");
        var ids = await maya.AddAsync([Make.Observation(maya), Make.Condition(maya), Make.Observation(maya, labels: ["PSY"])]);
        var set = await maya.ConsentAsync(Set(maya, sofia, waits: 14, types: ["Observation"]));
        Assert.Equal(SuccessionStage.MayAsk, (await FindAsync(sofia, maya))!.Standing.Stage);
        await SeesNothingAsync(sofia, maya);
        Assert.Empty(await maya.Own.Succession.AskedAsync(Cancel));

        var opens = Clock.GetUtcNow().AddDays(14);
        var asked = await AskForAccessAsync(sofia, maya);
        Assert.Equal((SuccessionStage.Waits, opens), (asked!.Standing.Stage, asked.Standing.At));
        foreach (var patient in new[] { maya, there })
        {
            var told = Assert.Single(await patient.Own.Succession.AskedAsync(Cancel));
            Assert.Equal((sofia.Reference, Reason, opens, false), (told.Who, told.Reason, told.OpensAt, told.IsOpen));
        }

        // Asking twice is asking once.
        Assert.Equal(opens, (await AskForAccessAsync(sofia, maya, OtherNode))!.Standing.At);
        Clock.Advance(TimeSpan.FromDays(14) - Tick);
        await SeesNothingAsync(sofia, maya);
        Clock.Advance(Tick);
        foreach (var node in new[] { Records, OtherNode })
        {
            Assert.Equal([maya.IdOf(ids[0])], Ids(await LookAsync(sofia, maya, node)));
            Assert.NotNull(await node.Acting.OpenAsync(maya.Id, sofia, Cancel));
            Assert.Equal((SuccessionStage.Open, null), Stage(await FindAsync(sofia, maya, node)));
        }

        Assert.True(Assert.Single(await maya.Own.Succession.AskedAsync(Cancel)).IsOpen);
        var notes = (await maya.ReadLedgerAsync()).Select(static row => row.Details!).Where(static details => details.Kind == LedgerKind.Delegated).Reverse().Select(static details => (details.Actor, details.Note));
        Assert.Equal([(maya.Reference, SuccessionNote.Set), (sofia.Reference, SuccessionNote.Asked)], notes);
        Assert.Equal(set.ToString(), (await maya.Own.ConsentsAsync(Cancel)).Single(static consent => consent.Consent.Asked is not null).Consent.Asked!.SetBy);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Nobody_has_it_unless_the_patient_set_it_and_asking_tells_nothing()
    {
        var (maya, noor) = (await NewPatientAsync(), await NewPatientAsync("Noor"));
        var (sofia, stranger) = (NewPerson("Sofia Ortiz"), NewPerson("Mallory"));
        await maya.AddAsync(Make.Observation(maya));
        await maya.ConsentAsync(Set(maya, sofia, waits: 3));
        foreach (var patient in new[] { maya.Id, noor.Id, PatientId.New() })
        {
            Assert.Null(await Records.Succession.FindAsync(patient, stranger, Cancel));
            Assert.Null(await Records.Succession.AskAsync(patient, stranger, Reason, Cancel));
            Assert.False(await Records.Succession.WithdrawAsync(patient, stranger, Cancel));
            Assert.Empty(await Records.Succession.AskedAsync(patient, stranger, Cancel));
        }

        Assert.Null(await Records.Succession.AskAsync(maya.Id, maya.Owner, Reason, Cancel));

        // Who is named gets the same answer from an empty record as from a full one.
        await noor.ConsentAsync(Set(noor, sofia, waits: 3));
        Assert.Equal(Stage(await AskForAccessAsync(sofia, maya)), Stage(await AskForAccessAsync(sofia, noor)));
        Assert.DoesNotContain(await maya.ReadLedgerAsync(), row => row.Details!.Actor == stranger.Reference);
    }

    /// <summary>Others are told that somebody asked, and when it opens: neither why, which is for the patient, nor anything that leads to the record. Who asked is not told of themselves.</summary>
    [Fact]
    public async Task Others_are_told_that_somebody_asked_and_not_why()
    {
        var maya = await NewPatientAsync();
        var (sofia, sam) = (NewPerson("Sofia Ortiz"), NewPerson("Sam"));
        await maya.ConsentAsync(Set(maya, sofia, waits: 14));
        await AskForAccessAsync(sofia, maya);
        var asked = Assert.Single(await maya.Own.Succession.AskedAsync(Cancel));
        var told = Assert.Single(await Records.Succession.AskedAsync(maya.Id, sam, Cancel));
        Assert.Equal((sofia.Reference, Clock.GetUtcNow().AddDays(14), false), (told.Who, told.OpensAt, told.IsOpen));
        foreach (var hidden in new[] { Reason, asked.Id.ToString(), maya.Id.ToString() })
        {
            Assert.DoesNotContain(hidden, told.ToString());
        }

        Assert.Empty(await Records.Succession.AskedAsync(maya.Id, sofia, Cancel));
        Assert.Empty(await Records.Succession.AskedAsync(maya.Id, maya.Owner, Cancel));
        await maya.Own.EraseAsync(Cancel);
        Assert.Empty(await Records.Succession.AskedAsync(maya.Id, sam, Cancel));
    }

    /// <summary>What a consent would open at once, to others too, or after no time at all, sets nothing.</summary>
    [Fact]
    public async Task What_would_open_otherwise_or_to_others_sets_nothing()
    {
        var maya = await NewPatientAsync();
        var (sofia, sam) = (NewPerson("Sofia Ortiz"), NewPerson("Sam"));
        var draft = Set(maya, sofia, waits: 14);
        draft["status"] = "draft";
        var both = Set(maya, sofia, waits: 14);
        both["provision"]!["provision"] = new JsonArray(Make.Provision("permit", sam.Reference));
        var plain = Make.Permit(maya, sofia.Reference);
        SuccessionConsent.Set(plain, new Consent.Succession(14, null));
        foreach (var consent in new[] { draft, both, plain, Set(maya, sofia, waits: 2), Set(maya, sofia, waits: 0), Set(maya, sofia, waits: 91), Set(maya, sofia, waits: 14, lasts: 0) })
        {
            await maya.ConsentAsync(consent);
            Assert.Null(await AskForAccessAsync(sofia, maya));
        }

        Clock.Advance(TimeSpan.FromDays(100));
        await SeesNothingAsync(sofia, maya);
        await SeesNothingAsync(sam, maya);
    }

    [Fact]
    public async Task An_objection_holds_from_the_moment_it_is_acknowledged_however_near_the_opening()
    {
        foreach (var before in new[] { TimeSpan.FromDays(14), TimeSpan.FromHours(1), Tick, TimeSpan.Zero, -Tick, -TimeSpan.FromDays(2) })
        {
            var maya = await NewPatientAsync();
            var there = await OpenAsync(maya, OtherNode);
            var sofia = NewPerson("Sofia Ortiz");
            await maya.AddAsync(Make.Observation(maya));
            await maya.ConsentAsync(Set(maya, sofia, waits: 14));
            await AskForAccessAsync(sofia, maya);
            Clock.Advance(TimeSpan.FromDays(14) - before);
            Assert.Equal(before <= TimeSpan.Zero, await LookAsync(sofia, maya) is not null);
            await EndAsync(there, Assert.Single(await there.Own.Succession.AskedAsync(Cancel)).Id);
            Assert.Equal(before > TimeSpan.Zero ? SuccessionNote.Objected : SuccessionNote.Closed, (await maya.ReadLedgerAsync())[0].Details!.Note);
            for (var i = 0; i < 3; i++)
            {
                await SeesNothingAsync(sofia, maya);
                Clock.Advance(i == 0 ? Tick : TimeSpan.FromDays(10));
            }

            await maya.VerifyAsync();
        }
    }

    [Fact]
    public async Task Under_readers_on_two_nodes_nothing_is_disclosed_after_an_acknowledged_objection()
    {
        for (var round = 0; round < 6; round++)
        {
            var maya = await NewPatientAsync();
            var there = await OpenAsync(maya, OtherNode);
            var sofia = NewPerson("Sofia Ortiz");
            await maya.AddAsync(Make.Observation(maya));
            await maya.ConsentAsync(Set(maya, sofia, waits: 3));
            await AskForAccessAsync(sofia, maya);
            Clock.Advance(TimeSpan.FromDays(3) - Tick);
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var readers = Enumerable.Range(0, 4).Select(async i =>
            {
                var isLast = false;
                while (!isLast)
                {
                    // Asked before it begins: from then on it must get nothing.
                    isLast = ended.Task.IsCompleted;
                    var seen = await LookAsync(sofia, maya, i % 2 == 0 ? Records : OtherNode);
                    Assert.False(isLast && seen is not null, "what began after the acknowledged objection was disclosed");
                    await Task.Yield();
                }
            }).ToList();

            // The clock passes the opening while the objection is on its way.
            var passing = Task.Run(() => Clock.Advance(Tick), Cancel);
            var patient = round % 2 == 0 ? maya : there;
            await EndAsync(patient, Assert.Single(await patient.Own.Succession.AskedAsync(Cancel)).Id);
            ended.SetResult();
            await passing;
            await Task.WhenAll(readers);
            var isOver = false;
            foreach (var details in (await maya.ReadLedgerAsync()).Reverse().Select(static row => row.Details!))
            {
                isOver |= details.Note is SuccessionNote.Objected or SuccessionNote.Closed;
                Assert.False(isOver && details.Kind == LedgerKind.Disclosed, "a disclosure stands after the objection");
            }

            await maya.VerifyAsync();
        }
    }

    [Fact]
    public async Task Nobody_is_nagged()
    {
        var maya = await NewPatientAsync();
        var sofia = NewPerson("Sofia Ortiz");
        var set = await maya.ConsentAsync(Set(maya, sofia, waits: 3));
        for (var ask = 1; ask <= Consent.Succession.MostAsks; ask++)
        {
            Assert.Equal(SuccessionStage.Waits, (await AskForAccessAsync(sofia, maya))!.Standing.Stage);
            await EndAsync(maya, Assert.Single(await maya.Own.Succession.AskedAsync(Cancel)).Id);
            if (ask < Consent.Succession.MostAsks)
            {
                var again = Clock.GetUtcNow() + Consent.Succession.Rest;
                Assert.Equal((SuccessionStage.Rests, again), Stage(await AskForAccessAsync(sofia, maya)));
                Clock.Advance(Consent.Succession.Rest - Tick);
                Assert.Equal((SuccessionStage.Rests, again), Stage(await AskForAccessAsync(sofia, maya)));
                Clock.Advance(Tick);
            }
        }

        Clock.Advance(TimeSpan.FromDays(4000));
        Assert.Equal((SuccessionStage.Spent, null), Stage(await AskForAccessAsync(sofia, maya)));
        Assert.Equal(Consent.Succession.MostAsks, (await maya.ReadLedgerAsync()).Count(static row => row.Details!.Note == SuccessionNote.Asked));

        // Only the patient makes it anew.
        await maya.ReplaceConsentAsync(set, Set(maya, sofia, waits: 5));
        Assert.Equal(SuccessionStage.Waits, (await AskForAccessAsync(sofia, maya))!.Standing.Stage);
    }

    [Fact]
    public async Task What_the_patient_takes_back_or_sets_anew_ends_what_waits_and_what_is_open_in_one_change()
    {
        foreach (var (isOpen, isTakenBack) in new[] { (false, true), (false, false), (true, true), (true, false) })
        {
            var maya = await NewPatientAsync();
            var (sofia, sam) = (NewPerson("Sofia Ortiz"), NewPerson("Sam"));
            await maya.AddAsync(Make.Observation(maya));
            var consent = Set(maya, sofia, waits: 3);
            var set = await maya.ConsentAsync(consent);
            await maya.ConsentAsync(Set(maya, sam, waits: 3));
            await AskForAccessAsync(sofia, maya);
            await AskForAccessAsync(sam, maya);
            Clock.Advance(TimeSpan.FromDays(isOpen ? 3 : 2));
            if (isTakenBack)
            {
                await maya.RevokeAsync(set, consent);
            }
            else
            {
                await maya.ReplaceConsentAsync(set, Set(maya, sofia, waits: 4));
            }

            var told = (await maya.ReadLedgerAsync())[0].Details!;
            Assert.Equal((isTakenBack ? SuccessionNote.TakenBack : SuccessionNote.Set, 2, 2), (told.Note, told.EntryCount, told.Consents.Count));
            Clock.Advance(TimeSpan.FromDays(5));
            await SeesNothingAsync(sofia, maya);
            Assert.Equal(isTakenBack ? null : SuccessionStage.MayAsk, (await FindAsync(sofia, maya))?.Standing.Stage);

            // What others asked for goes on.
            Assert.NotNull(await LookAsync(sam, maya));
            await maya.VerifyAsync();
        }
    }

    [Fact]
    public async Task The_patient_agrees_at_once_and_it_lasts_as_long_as_it_was_to()
    {
        var maya = await NewPatientAsync();
        var sofia = NewPerson("Sofia Ortiz");
        await maya.AddAsync(Make.Observation(maya));
        await maya.ConsentAsync(Set(maya, sofia, waits: 30, lasts: 365));
        await AskForAccessAsync(sofia, maya);
        Clock.Advance(TimeSpan.FromDays(1));
        var ask = Assert.Single(await maya.Own.Succession.AskedAsync(Cancel)).Id;
        Assert.Null(await maya.Own.Succession.AgreeAsync(ask, mayOpen: false, Cancel));
        await SeesNothingAsync(sofia, maya);
        Assert.True(await maya.Own.Succession.AgreeAsync(ask, mayOpen: true, Cancel));
        Assert.False(await maya.Own.Succession.AgreeAsync(ask, mayOpen: true, Cancel));
        Assert.Equal(SuccessionNote.Agreed, (await maya.ReadLedgerAsync())[0].Details!.Note);
        Assert.Empty(await maya.Own.Succession.AskedAsync(Cancel));
        Assert.NotNull(await LookAsync(sofia, maya));
        Assert.Equal((SuccessionStage.Open, Clock.GetUtcNow().AddDays(365)), Stage(await FindAsync(sofia, maya)));
        Clock.Advance(TimeSpan.FromDays(365) - Tick);
        Assert.NotNull(await LookAsync(sofia, maya));
        Clock.Advance(Tick);
        await SeesNothingAsync(sofia, maya);

        // What ended by itself is no objection. What opened by itself is agreed to afterwards without anything changing.
        await AskForAccessAsync(sofia, maya);
        Clock.Advance(TimeSpan.FromDays(30));
        var opened = Stage(await FindAsync(sofia, maya));
        Assert.True(await maya.Own.Succession.AgreeAsync(Assert.Single(await maya.Own.Succession.AskedAsync(Cancel)).Id, mayOpen: false, Cancel));
        Assert.Equal(opened, Stage(await FindAsync(sofia, maya)));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Who_asked_may_take_it_back_while_it_waits_and_lay_it_down_when_it_is_open()
    {
        var maya = await NewPatientAsync();
        var sofia = NewPerson("Sofia Ortiz");
        await maya.ConsentAsync(Set(maya, sofia, waits: 3));
        await AskForAccessAsync(sofia, maya);
        Assert.True(await Records.Succession.WithdrawAsync(maya.Id, sofia, Cancel));
        Assert.False(await Records.Succession.WithdrawAsync(maya.Id, sofia, Cancel));
        Assert.Equal((sofia.Reference, SuccessionNote.Withdrawn), ((await maya.ReadLedgerAsync())[0].Details!.Actor, (await maya.ReadLedgerAsync())[0].Details!.Note));
        Assert.Equal(SuccessionStage.Rests, (await FindAsync(sofia, maya))!.Standing.Stage);
        Clock.Advance(Consent.Succession.Rest);
        await AskForAccessAsync(sofia, maya);
        Clock.Advance(TimeSpan.FromDays(3));
        await (await Records.Acting.OpenAsync(maya.Id, sofia, Cancel))!.LeaveAsync(true, Cancel);
        await SeesNothingAsync(sofia, maya);
        Assert.Equal("Maya Ortiz", (await FindNameAsync(maya)));
        await maya.VerifyAsync();
    }

    /// <summary>Whatever is done in whatever order, somebody sees exactly while the model says so: asked, waited for, and neither objected to nor set anew.</summary>
    [Fact]
    public async Task At_every_instant_what_is_seen_is_what_a_plain_model_says()
    {
        // Seeded, so that a failure can be repeated. What leads to an opening comes more often than what ends it: else next to nothing would ever be seen.
        Step[] steps = [.. Enum.GetValues<Step>(), Step.Ask, Step.Ask, Step.ToTheEdge, Step.ToTheEdge, Step.ToTheEdge, Step.OneTick, Step.OneTick, Step.OneTick, Step.Agree];
        var seen = 0;
        for (var seed = 0; seed < 8; seed++)
        {
            var sample = new Random(seed).GetItems(steps, 20);
            var maya = await NewPatientAsync();
            var sofia = NewPerson("Sofia Ortiz");
            await maya.AddAsync(Make.Observation(maya));
            var set = await maya.ConsentAsync(Set(maya, sofia, waits: 3, lasts: 5));
            (DateTimeOffset From, DateTimeOffset Until)? period = null;
            var (asks, again) = (0, DateTimeOffset.MinValue);
            foreach (var step in sample)
            {
                var now = Clock.GetUtcNow();
                var isOn = period is { } on && on.Until > now;
                switch (step)
                {
                    case Step.Ask:
                        await AskForAccessAsync(sofia, maya, OtherNode);
                        period = isOn || asks >= Consent.Succession.MostAsks || now < again ? period : (now.AddDays(3), now.AddDays(8));
                        break;
                    case Step.Object when isOn:
                        await EndAsync(maya, (await maya.Own.ConsentsAsync(Cancel)).Single(consent => consent.Consent is { Counts: true, Asked: not null } asked && asked.ValidUntil > now).Entry.Id);
                        (period, asks, again) = (null, asks + 1, now + Consent.Succession.Rest);
                        break;
                    case Step.Agree when isOn && (await maya.Own.Succession.AskedAsync(Cancel)) is [var one]:
                        await maya.Own.Succession.AgreeAsync(one.Id, mayOpen: true, Cancel);
                        period = period!.Value.From > now ? (now, now.AddDays(5)) : period;
                        break;
                    case Step.SetAnew:
                        await maya.ReplaceConsentAsync(set, Set(maya, sofia, waits: 3, lasts: 5));
                        (period, asks, again) = (null, 0, DateTimeOffset.MinValue);
                        break;
                    case Step.ToTheEdge when period is { } edge:
                        Clock.Advance(TimeSpan.FromMilliseconds(Math.Max(0, ((edge.From > now ? edge.From : edge.Until) - now).TotalMilliseconds - 1)));
                        break;
                    case Step.OneTick:
                        Clock.Advance(Tick);
                        break;
                    case Step.AMonth:
                        Clock.Advance(Consent.Succession.Rest);
                        break;
                }

                var at = Clock.GetUtcNow();
                var isSeen = await LookAsync(sofia, maya) is not null;
                seen += isSeen ? 1 : 0;
                Assert.True((period is { } known && known.From <= at && at < known.Until) == isSeen, $"seed {seed}, after {step} of {string.Join(", ", sample)}: seen is {isSeen}");
            }

            await maya.VerifyAsync();
        }

        Assert.InRange(seen, 20, 8 * 20 / 2);
    }

    /// <summary>Whoever is named has one consent that says what they get, whichever way it comes in: a second one would be what counts, and what the patient takes back on a page the other.</summary>
    [Fact]
    public async Task Somebody_is_named_once_also_from_two_nodes_at_once()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var (sofia, sam) = (NewPerson("Sofia Ortiz"), NewPerson("Sam"));
        var written = await Task.WhenAll(new[] { maya, there, maya, there }.Select(patient => Task.Run(() => PutAsync(patient, null, sofia), Cancel)));
        Assert.Equal(1, written.Count(static status => status == ConsentWriteStatus.Created));
        Assert.Equal(3, written.Count(static status => status == ConsentWriteStatus.NamedBefore));
        var set = (await maya.Own.ConsentsAsync(Cancel)).Single(static consent => consent.Consent.Succession is not null);
        var id = LocalId.Parse(set.Entry.Id.AsSpan(PatientId.TextLength + 1));

        // It is changed, also to what somebody else gets, but not to what another says already; and what was taken back is named again.
        Assert.Equal(ConsentWriteStatus.Updated, await PutAsync(maya, id, sofia, waits: 5));
        Assert.Equal(ConsentWriteStatus.Created, await PutAsync(maya, null, sam));
        Assert.Equal(ConsentWriteStatus.NamedBefore, await PutAsync(maya, id, sam));
        await maya.RevokeAsync(id, Set(maya, sofia, waits: 5));
        Assert.Equal(ConsentWriteStatus.Created, await PutAsync(maya, null, sofia));
        Assert.Equal(ConsentWriteStatus.NamedBefore, await PutAsync(maya, id, sofia));
        Assert.Equal(2, (await maya.Own.ConsentsAsync(Cancel)).Count(static consent => consent.Consent.Succession is not null));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task So_many_are_named_and_no_more_also_from_two_nodes_at_once()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var first = await maya.ConsentAsync(Set(maya, NewPerson("First"), waits: 3));
        var written = await Task.WhenAll(Enumerable.Range(0, Consent.Succession.MostNamed + 1).Select(i => Task.Run(() => PutAsync(i % 2 == 0 ? maya : there, null, NewPerson($"Person {i}")), Cancel)));
        Assert.Equal(Consent.Succession.MostNamed - 1, written.Count(static status => status == ConsentWriteStatus.Created));
        Assert.Equal(2, written.Count(static status => status == ConsentWriteStatus.NamedEnough));

        // What is set is changed as before.
        Assert.Equal(ConsentWriteStatus.Updated, await PutAsync(maya, first, NewPerson("Another")));
        await maya.RevokeAsync(first, Set(maya, NewPerson("Another"), waits: 3));
        Assert.Equal(ConsentWriteStatus.Created, await PutAsync(maya, null, NewPerson("Last")));
        Assert.Equal(ConsentWriteStatus.NamedEnough, await PutAsync(maya, first, NewPerson("Too many")));
    }

    private static async Task<ConsentWriteStatus> PutAsync(TestPatient patient, LocalId? id, Actor to, int waits = 3) =>
        (await patient.Own.PutConsentAsync(id, Resource.Read(Encoding.UTF8.GetBytes(Set(patient, to, waits).ToJsonString())), null, Cancel)).Status;

    private enum Step
    {
        Ask, Object, Agree, SetAnew, ToTheEdge, OneTick, AMonth,
    }

    private static (SuccessionStage?, DateTimeOffset?) Stage(NamedSuccession? named) => (named?.Standing.Stage, named?.Standing.At);

    /// <summary>In a record that had no room left, what was set for later could not be taken back, so that what was asked for under it went on and opened.</summary>
    [Fact]
    public async Task What_was_set_is_taken_back_however_full_the_record_is()
    {
        var maya = await NewPatientAsync();
        var sofia = NewPerson("Sofia Ortiz");
        var set = Set(maya, sofia, waits: 14);
        var id = await maya.ConsentAsync(set);
        await AskForAccessAsync(sofia, maya);
        await maya.AddAsync([.. Enumerable.Range(0, 60).Select(_ => Make.Observation(maya))]);
        var full = await OpenAsync(maya, await OpenNodeAsync(new RecordsOptions { Room = new RecordRoom(100_000_000, 10) }));
        await Assert.ThrowsAsync<RecordFullException>(async () =>
        {
            while (true)
            {
                await full.ConsentAsync(Make.Permit(maya, NewDoctor().Reference));
            }
        });
        await full.RevokeAsync(id, set);
        Assert.Empty(await full.Own.Succession.AskedAsync(Cancel));
        Clock.Advance(TimeSpan.FromDays(15));
        await SeesNothingAsync(sofia, maya);

        // Taking back again is no further way to write.
        await Assert.ThrowsAsync<RecordFullException>(() => full.RevokeAsync(id, set));
    }

    private static JsonObject Set(TestPatient patient, Actor to, int waits, int? lasts = null, string[]? types = null)
    {
        var consent = Make.Delegation(patient, to.Reference, [ConsentAction.Access], types);
        SuccessionConsent.Set(consent, new Consent.Succession(waits, lasts));
        return consent;
    }

    private static Actor NewPerson(string name)
    {
        var person = PersonId.New();
        return new Actor(person, $"RelatedPerson/{person}", name, [$"RelatedPerson/{person}"]);
    }

    private Task<NamedSuccession?> FindAsync(Actor actor, TestPatient patient, RecordsModule? node = null) => (node ?? Records).Succession.FindAsync(patient.Id, actor, Cancel);

    private Task<NamedSuccession?> AskForAccessAsync(Actor actor, TestPatient patient, RecordsModule? node = null) => (node ?? Records).Succession.AskAsync(patient.Id, actor, Reason, Cancel);

    private Task<Disclosure?> LookAsync(Actor actor, TestPatient patient, RecordsModule? node = null) => AskAsync(actor, patient, Everything, PurposeOfUse.ActingForPatient, node);

    private async Task SeesNothingAsync(Actor actor, TestPatient patient)
    {
        foreach (var node in new[] { Records, OtherNode })
        {
            Assert.Null(await LookAsync(actor, patient, node));
            Assert.Null(await node.Acting.OpenAsync(patient.Id, actor, Cancel));
            Assert.Null(await node.Compartments.FindSharedAsync(actor, patient.Id, Cancel));
        }
    }

    private async Task<string?> FindNameAsync(TestPatient patient)
    {
        var lee = NewDoctor();
        await patient.ConsentAsync(Make.Permit(patient, lee.Reference));
        return (await Records.Compartments.FindSharedAsync(lee, patient.Id, Cancel))?.PatientName;
    }

    private static Task EndAsync(TestPatient patient, string id) => EndAsync(patient, LocalId.Parse(id.AsSpan(PatientId.TextLength + 1)));

    private static async Task EndAsync(TestPatient patient, LocalId id)
    {
        var known = (await patient.Own.ConsentsAsync(Cancel)).Single(consent => consent.Entry.Id == patient.IdOf(id));
        await patient.RevokeAsync(id, JsonNode.Parse(known.Resource.Json.Span)!.AsObject());
    }
}

public sealed class SuccessionOnSqlite(SqliteTestDatabase test) : SuccessionContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class SuccessionOnPostgres(PostgresTestDatabase test) : SuccessionContract(test), IClassFixture<PostgresTestDatabase>;
