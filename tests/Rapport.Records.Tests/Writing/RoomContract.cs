using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

public abstract class RoomContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly SourceDescription File = new("file", "papers.json");

    [Fact]
    public async Task Beyond_as_many_entries_as_a_record_may_hold_nothing_is_taken_and_nothing_changes()
    {
        var node = await OpenNodeAsync(new RecordsOptions { Room = new RecordRoom(1_000_000, 8) });
        var maya = await NewPatientAsync(node: node);
        await maya.AddAsync([.. Enumerable.Range(0, 7).Select(_ => Make.Observation(maya))]);
        var before = await maya.ReadLedgerAsync();
        await Assert.ThrowsAsync<RecordFullException>(() => maya.AddAsync(Make.Observation(maya)));
        Assert.Equal(before.Count, (await maya.ReadLedgerAsync()).Count);
        Assert.Single(await maya.Own.SourcesAsync(Cancel));
        await maya.VerifyAsync();

        // Another node, whose operator made more room.
        await (await OpenAsync(maya, Records)).AddAsync(Make.Observation(maya));
    }

    [Fact]
    public async Task Beyond_as_many_bytes_as_a_record_may_hold_nothing_is_taken()
    {
        var node = await OpenNodeAsync(new RecordsOptions { Room = new RecordRoom(100_000, 1000) });
        var maya = await NewPatientAsync(node: node);
        await PaperAsync(maya.Own.GatherAsync, maya, 60_000);
        await Assert.ThrowsAsync<RecordFullException>(() => PaperAsync(maya.Own.GatherAsync, maya, 60_000));
        await PaperAsync(maya.Own.GatherAsync, maya, 20_000);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_others_bring_has_a_room_of_its_own_and_each_of_them_a_part_of_it()
    {
        var node = await OpenNodeAsync(new RecordsOptions { Room = new RecordRoom(800_000, 1000) });
        var maya = await NewPatientAsync(node: node);
        var (lee, osei) = (NewDoctor(), NewDoctor("Dr Osei"));
        foreach (var doctor in new[] { lee, osei })
        {
            await maya.ConsentAsync(Adding(maya, doctor.Reference));
        }

        var adding = (await node.Contributing.OpenAsync(maya.Id, lee, Cancel))!;
        Assert.True(await PaperAsync(adding.GatherAsync, maya, 80_000));
        await Assert.ThrowsAsync<RecordFullException>(() => PaperAsync(adding.GatherAsync, maya, 40_000));
        Assert.True(await PaperAsync((await node.Contributing.OpenAsync(maya.Id, osei, Cancel))!.GatherAsync, maya, 80_000));

        // The patient has all of theirs, and what they bring takes nobody else's.
        await PaperAsync(maya.Own.GatherAsync, maya, 750_000);
        await Assert.ThrowsAsync<RecordFullException>(() => PaperAsync(maya.Own.GatherAsync, maya, 60_000));
        Assert.True(await PaperAsync(adding.GatherAsync, maya, 10_000));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Who_acts_for_the_patient_cannot_use_up_the_patients_room()
    {
        var node = await OpenNodeAsync(new RecordsOptions { Room = new RecordRoom(800_000, 80) });
        var maya = await NewPatientAsync(node: node);
        var sofia = NewDoctor("Sofia");
        await maya.ConsentAsync(Make.Delegation(maya, sofia.Reference, [ConsentAction.Access, ConsentAction.Collect]));
        var acting = (await node.Acting.OpenAsync(maya.Id, sofia, Cancel))!;
        Assert.True(await acting.GatherAsync(File, view => Plan(view, [.. Enumerable.Range(0, 10).Select(_ => TestPatient.Draft(view, LocalId.New(), 1, Make.Observation(maya)))]), Cancel));
        await Assert.ThrowsAsync<RecordFullException>(() => acting.GatherAsync(File, view => Plan(view, TestPatient.Draft(view, LocalId.New(), 1, Make.Observation(maya))), Cancel));
        await maya.AddAsync([.. Enumerable.Range(0, 60).Select(_ => Make.Observation(maya))]);
    }

    [Fact]
    public async Task What_keeps_the_patient_safe_is_written_however_full_the_record_is()
    {
        var node = await OpenNodeAsync(new RecordsOptions { Room = new RecordRoom(1_000_000, 10) });
        var maya = await NewPatientAsync(node: node);
        var permit = Make.Permit(maya, NewDoctor().Reference);
        var agreement = await maya.ConsentAsync(permit);
        var ids = await maya.AddAsync([.. Enumerable.Range(0, 8).Select(_ => Make.Observation(maya))]);
        await Assert.ThrowsAsync<RecordFullException>(() => maya.AddAsync(Make.Observation(maya)));

        // One more agreement fits into what is kept back for what the patient says, and no further one.
        var further = await maya.ConsentAsync(permit);
        await Assert.ThrowsAsync<RecordFullException>(() => maya.ConsentAsync(permit));
        await maya.RevokeAsync(agreement, permit);
        await maya.RevokeAsync(further, permit);
        Assert.Equal(LabelOutcome.Said, (await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.Entry("Observation", ids[0]), SecurityLabel.Restricted, LabelVerdict.Added)], mayShareMore: false, Cancel)).Outcome);
        Assert.NotNull(await maya.Own.TakeBackAsync((await maya.Own.SourcesAsync(Cancel))[0].Number, static (_, _) => ValueTask.FromResult<IReadOnlyList<EntryDraft>>([]), Cancel));

        // What ended is not said again and again.
        var inactive = permit.DeepClone().AsObject();
        inactive["status"] = "inactive";
        await Assert.ThrowsAsync<RecordFullException>(() => maya.ReplaceConsentAsync(agreement, inactive));
        await maya.VerifyAsync();
    }

    /// <summary>A doctor who wrote a visit anew by turns as one of psychiatry and as another labelled all that belongs to it anew each time: some thirty such turns left the patient no room.</summary>
    [Fact]
    public async Task What_follows_from_what_others_bring_or_take_back_takes_nothing_of_the_patients_room_and_has_an_end()
    {
        const int results = 20;
        var node = await OpenNodeAsync(new RecordsOptions { Room = new RecordRoom(10_000_000, 800) });
        var maya = await NewPatientAsync(node: node);
        var lee = NewDoctor();
        await maya.ConsentAsync(Adding(maya, lee.Reference));
        var adding = (await node.Contributing.OpenAsync(maya.Id, lee, Cancel))!;
        var (visit, before) = (LocalId.New(), await OwnRoomAsync(maya));
        var belonging = Enumerable.Range(0, results).Select(_ =>
        {
            var condition = Make.Condition(maya);
            condition["encounter"] = Make.Reference($"Encounter/{maya.IdOf(visit)}");
            return (LocalId.New(), condition);
        }).ToList();
        Assert.True(await BringAsync([(visit, 1, Make.Encounter(maya)), .. belonging.Select(static one => (one.Item1, 1, one.condition))]));
        var seq = await SeqAsync(maya);
        Assert.True(await BringAsync([(visit, 2, Psychiatric())]));
        Assert.Equal(seq + 1 + results, await SeqAsync(maya));
        Assert.True(await BringAsync([(visit, 3, Make.Encounter(maya))]));
        Assert.Equal(before, await OwnRoomAsync(maya));

        // Nor does what they take back.
        var pulse = LocalId.New();
        Assert.True(await BringAsync([(pulse, 1, Make.Observation(maya))]));
        Assert.True(await adding.TakeBackAsync(
            (await adding.SourcesAsync(Cancel))[0].Number,
            (view, _) => ValueTask.FromResult<IReadOnlyList<EntryDraft>>([TestPatient.Draft(view, pulse, 2, new JsonObject { ["resourceType"] = "Observation" }) with { IsWithdrawn = true }]),
            Cancel));
        Assert.Equal(before, await OwnRoomAsync(maya));

        // It ends with as much as the record may hold, and what makes nothing else follow has room all the same.
        var version = 4;
        await Assert.ThrowsAsync<RecordFullException>(async () =>
        {
            for (; version < 60; version++)
            {
                Assert.True(await BringAsync([(visit, version, version % 2 == 0 ? Psychiatric() : Make.Encounter(maya))]));
            }
        });
        Assert.InRange(version, 800 / results, (800 / results) + 3);
        Assert.True(await BringAsync([(LocalId.New(), 1, Make.Observation(maya))]));
        await maya.AddAsync([.. Enumerable.Range(0, 790).Select(_ => Make.Observation(maya))]);
        await maya.VerifyAsync();

        Task<bool> BringAsync(IReadOnlyList<(LocalId Local, int Version, JsonObject Content)> entries) => adding.GatherAsync(
            new SourceDescription(ContributingAccess.Kind, "note"), view => Plan(view, [.. entries.Select(e => TestPatient.Draft(view, e.Local, e.Version, e.Content) with { Origin = (ulong)e.Local.GetHashCode() | 1 })]), Cancel);

        JsonObject Psychiatric()
        {
            var psychiatric = Make.Encounter(maya);
            psychiatric["type"] = new JsonArray(new JsonObject { ["text"] = "Psychiatry follow-up for depression" });
            return psychiatric;
        }
    }

    /// <summary>A record that holds more than a later version, or another operator, gives it room for could be shared no less: a refusal, a narrower agreement and a closed emergency door were refused.</summary>
    [Fact]
    public async Task In_a_record_that_is_far_beyond_its_room_the_patient_still_refuses_and_narrows()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var agreement = await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        await maya.AddAsync([.. Enumerable.Range(0, 300).Select(_ => Make.Observation(maya))]);
        var smaller = await OpenAsync(maya, await OpenNodeAsync(new RecordsOptions { Room = new RecordRoom(100_000_000, 100) }));
        await Assert.ThrowsAsync<RecordFullException>(() => smaller.AddAsync(Make.Observation(maya)));
        Assert.Equal(ConsentWriteStatus.Updated, (await smaller.ReplaceConsentAsync(agreement, Make.Consent(maya, Make.Provision("permit", lee.Reference, ["Condition"])))).Status);
        Assert.Empty(Ids(await AskAsync(lee, maya, new RecordQuery.Everything { Types = ["Observation"] })));
        await smaller.ConsentAsync(Make.Consent(maya, Make.Provision("deny", lee.Reference)));

        // What is said has an end too.
        await Assert.ThrowsAsync<RecordFullException>(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await smaller.ConsentAsync(Make.Permit(maya, lee.Reference));
            }
        });
        await smaller.VerifyAsync();
    }

    [Fact]
    public async Task A_record_from_before_rooms_were_counted_has_what_is_in_it()
    {
        var maya = await NewPatientAsync();
        await PaperAsync(maya.Own.GatherAsync, maya, 60_000);
        var counted = await Rows.ReadAsync<long>(Test.Database, $"SELECT bytes FROM record_room WHERE patient_id = '{maya.Id}'");
        await Rows.ChangeAsync(Test.Database, "DELETE FROM record_room");
        await using var migration = typeof(RecordsModule).Assembly.GetManifestResourceStream(typeof(RecordsModule).Assembly.GetManifestResourceNames().Single(static name => name.Contains("011_record_room")))!;
        var sql = await new StreamReader(migration).ReadToEndAsync(Cancel);
        await Rows.ChangeAsync(Test.Database, sql[sql.IndexOf("INSERT INTO", StringComparison.Ordinal)..]);
        Assert.Equal(counted, await Rows.ReadAsync<long>(Test.Database, $"SELECT bytes FROM record_room WHERE patient_id = '{maya.Id}'"));
    }

    private async Task<long> SeqAsync(TestPatient patient) => (await Rows.ReadAsync<long>(Test.Database, $"SELECT record_seq FROM compartment WHERE patient_id = '{patient.Id}'")).Single();

    /// <summary>How many entries of the patient's room are taken.</summary>
    private async Task<long> OwnRoomAsync(TestPatient patient) => (await Rows.ReadAsync<long>(Test.Database, $"SELECT entries FROM record_room WHERE patient_id = '{patient.Id}' AND writer = ''")).Single();

    private static ValueTask<GatheringPlan> Plan(GatheringView view, params EntryDraft[] drafts) => ValueTask.FromResult(new GatheringPlan(drafts));

    private static Task<T> PaperAsync<T>(Func<SourceDescription, Func<GatheringView, ValueTask<GatheringPlan>>, CancellationToken, Task<T>> gather, TestPatient patient, int bytes) => gather(
        File, view => Plan(view, TestPatient.Draft(view, LocalId.New(), 1, Make.Observation(patient)) with { Parts = [new byte[bytes]] }), Cancel);

    private static JsonObject Adding(TestPatient patient, string recipient)
    {
        var consent = Make.Permit(patient, recipient);
        consent["provision"]!["action"] = new JsonArray(Make.Concept("http://terminology.hl7.org/CodeSystem/consentaction", ConsentAction.Access, null), Make.Concept("http://terminology.hl7.org/CodeSystem/consentaction", ConsentAction.Collect, null));
        return consent;
    }
}

public sealed class RoomOnSqlite(SqliteTestDatabase test) : RoomContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class RoomOnPostgres(PostgresTestDatabase test) : RoomContract(test), IClassFixture<PostgresTestDatabase>;
