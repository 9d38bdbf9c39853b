using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>A record that was written before there were labels, or by other rules, is labelled before anything of it is disclosed.</summary>
public abstract class OtherRulesContract(TestDatabase test) : RecordsContract(test)
{
    [Fact]
    public async Task What_was_written_before_there_were_labels_is_labelled_before_anybody_gets_anything()
    {
        var before = await OpenNodeAsync(TestRules.Before);
        var maya = await NewPatientAsync(node: before);
        var lee = NewDoctor();
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var ids = await maya.AddAsync(Coded("PSY"), Make.Observation(maya));
        Assert.Equal(2, (await AskAsync(lee, maya, Search("Observation"), node: before))!.Count);
        var size = (await maya.ReadLedgerAsync()).Count;

        Clock.Advance(TimeSpan.FromMinutes(1));
        var node = await OpenNodeAsync(TestRules.Of(1));
        Assert.Equal([maya.IdOf(ids[1])], Ids(await AskAsync(lee, maya, Search("Observation"), node: node)));
        var there = await OpenAsync(maya, node);
        Assert.Equal((2, 1), (await VersionAsync(there, ids[0]), await VersionAsync(there, ids[1])));

        // The ledger tells of it once: not by the patient, and before the disclosure.
        var rows = (await there.ReadLedgerAsync()).Reverse().Skip(size).ToList();
        Assert.Equal([LedgerKind.Corrected, LedgerKind.Disclosed], rows.Select(static row => row.Details!.Kind));
        Assert.Equal((OwnLabelling.ByRules, "Device/rapport"), (rows[0].Details!.Note, rows[0].Details!.Actor));
        await AskAsync(lee, maya, Search("Observation"), node: node);
        Assert.Equal(size + 3, (await there.ReadLedgerAsync()).Count);
        await there.VerifyAsync();
    }

    [Fact]
    public async Task The_next_opening_by_its_patient_labels_it_too()
    {
        var before = await OpenNodeAsync(TestRules.Before);
        var maya = await NewPatientAsync(node: before);
        var id = await maya.AddAsync(Coded("PSY"));
        Clock.Advance(TimeSpan.FromMinutes(1));
        var there = await OpenAsync(maya, await OpenNodeAsync(TestRules.Of(1)));
        Assert.Equal(["PSY"], (await there.Own.QueryAsync(new RecordQuery.ById("Observation", id), Cancel)).Entries[0].Labels);
    }

    [Fact]
    public async Task Other_rules_take_off_what_they_do_not_find_and_leave_what_sources_and_patient_said()
    {
        var first = await OpenNodeAsync(TestRules.Of(1));
        var maya = await NewPatientAsync(node: first);
        var ids = await maya.AddAsync(Coded("PSY"), Coded("HIV"), Coded("PSY", "PSY"), Make.Observation(maya));
        await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.Entry("Observation", ids[3]), SecurityLabel.Of("", "PSY"), LabelVerdict.Added)], false, Cancel);
        Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await OpenNodeAsync(TestRules.Of(2, "HIV"));
        var there = await OpenAsync(maya, second);
        var answer = await there.Own.QueryAsync(Search("Observation"), Cancel);
        Assert.Equal(["", "HIV", "PSY", "PSY"], ids.Select(id => string.Join(',', answer.Entries.Single(entry => entry.Id == maya.IdOf(id)).Labels)));
        await there.VerifyAsync();
    }

    [Fact]
    public async Task What_a_node_of_older_rules_writes_is_labelled_by_the_newer_one_and_the_older_one_does_not_take_it_back()
    {
        var older = await OpenNodeAsync(TestRules.Of(1, "HIV"));
        var maya = await NewPatientAsync(node: older);
        await maya.AddAsync(Make.Observation(maya));
        Clock.Advance(TimeSpan.FromMinutes(1));
        var newer = await OpenNodeAsync(TestRules.Of(2));
        var there = await OpenAsync(maya, newer);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await there.Own.OverviewAsync(Cancel);
        var lee = NewDoctor();
        await there.ConsentAsync(Make.Permit(maya, lee.Reference));

        // The older node writes on by its own rules.
        Clock.Advance(TimeSpan.FromMinutes(1));
        var id = await maya.AddAsync(Coded("PSY"));
        var size = (await maya.ReadLedgerAsync()).Count;
        await maya.Own.OverviewAsync(Cancel);
        Assert.Equal(size, (await maya.ReadLedgerAsync()).Count);
        Assert.Single((await AskAsync(lee, maya, Search("Observation"), node: newer))!.Entries);
        Assert.Equal(2, await VersionAsync(there, id));

        // And leaves what the newer one labelled as it is.
        size = (await maya.ReadLedgerAsync()).Count;
        Assert.Single((await AskAsync(lee, maya, Search("Observation"), node: older))!.Entries);
        Assert.Equal(size + 1, (await maya.ReadLedgerAsync()).Count);
        await there.VerifyAsync();
    }

    /// <summary>While nodes are updated, one of the older release may begin a record after the newer one began, by whatever clock.</summary>
    [Fact]
    public async Task A_record_that_an_older_node_begins_later_is_labelled_by_the_newer_one()
    {
        var newer = await OpenNodeAsync(TestRules.Of(2));
        Clock.Advance(TimeSpan.FromMinutes(5));
        var older = await OpenNodeAsync(TestRules.Of(1, "HIV"));
        var maya = await NewPatientAsync(node: older);
        await maya.AddAsync(Coded("PSY"), Make.Observation(maya));
        var lee = NewDoctor();
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        Assert.Single((await AskAsync(lee, maya, Search("Observation"), node: newer))!.Entries);
        Assert.Single((await AskAsync(lee, maya, Search("Observation"), node: older))!.Entries);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task A_damaged_document_stays_home_and_keeps_the_patient_from_nothing()
    {
        var before = await OpenNodeAsync(TestRules.Before);
        var maya = await NewPatientAsync(node: before);
        var lee = NewDoctor();
        var permit = Make.Permit(maya, lee.Reference);
        var consent = await maya.ConsentAsync(permit);
        var id = LocalId.New();
        await maya.Own.GatherAsync(
            new SourceDescription("file", "x"),
            view => new GatheringPlan([TestPatient.Draft(view, id, 1, new JsonObject { ["resourceType"] = "Binary", ["contentType"] = "text/plain" }) with { Parts = ["all is well"u8.ToArray()] }, TestPatient.Draft(view, LocalId.New(), 1, Make.Observation(maya))]),
            Cancel);
        await Rows.ChangeAsync(Test.Database, "UPDATE entry_part SET body = @body WHERE patient_id = @id", new { body = new byte[60], id = maya.Id.ToString() });
        var node = await OpenNodeAsync(TestRules.Of(1));
        var there = await OpenAsync(maya, node);
        Assert.Single((await AskAsync(lee, maya, Search("Observation"), node: node))!.Entries);
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.ById("Binary", id), node: node));
        await there.RevokeAsync(consent, permit);
        Assert.Null(await AskAsync(lee, maya, Search("Observation"), node: node));
        Assert.Equal((0, 0), await node.Compartments.LabelAllAsync(null, Cancel));
    }

    [Fact]
    public async Task Many_who_ask_at_once_on_two_nodes_get_nothing_by_the_labels_of_before()
    {
        var before = await OpenNodeAsync(TestRules.Before);
        var maya = await NewPatientAsync(node: before);
        var lee = NewDoctor();
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        await maya.AddAsync([.. Enumerable.Range(0, 300).Select(i => i % 3 == 0 ? Coded("PSY") : Make.Observation(maya))]);
        Clock.Advance(TimeSpan.FromMinutes(1));
        RecordsModule[] nodes = [await OpenNodeAsync(TestRules.Of(1)), await OpenNodeAsync(TestRules.Of(1))];
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => AskAsync(lee, maya, Search("Observation", "_count=0"), node: nodes[i % 2]))));
        Assert.All(answers, static answer => Assert.Equal(200, answer!.Total));
        var there = await OpenAsync(maya, nodes[0]);
        Assert.Single(await there.ReadLedgerAsync(), static row => row.Details!.Note == OwnLabelling.ByRules);
        await there.VerifyAsync();
    }

    [Fact]
    public async Task A_document_and_the_points_beside_an_entry_stay_what_they_are_when_labels_change()
    {
        var before = await OpenNodeAsync(TestRules.Before);
        var maya = await NewPatientAsync(node: before);
        var id = LocalId.New();
        ReadOnlyMemory<byte>[] parts = ["all is "u8.ToArray(), "HIV"u8.ToArray()];
        await maya.Own.GatherAsync(
            new SourceDescription("file", "x"),
            view => new GatheringPlan([TestPatient.Draft(view, id, 1, new JsonObject { ["resourceType"] = "Binary", ["contentType"] = "text/plain" }) with { Parts = parts }]),
            Cancel);
        Clock.Advance(TimeSpan.FromMinutes(1));
        var there = await OpenAsync(maya, await OpenNodeAsync(TestRules.Of(1)));
        var answer = await there.Own.QueryAsync(new RecordQuery.ById("Binary", id), Cancel);
        Assert.Equal((2, "HIV"), (answer.Entries[0].Version, answer.Entries[0].Labels[0]));
        Assert.Equal(parts.Select(static part => part.ToArray()), (await answer.ReadPartsAsync(0, Cancel)).Select(static part => part.ToArray()));
        Assert.Equal(2, (await Rows.ReadAsync<long>(Test.Database, "SELECT seq FROM entry_part WHERE patient_id = @id", new { id = maya.Id.ToString() })).Count);

        // Once more: still the bytes of the first.
        await there.Own.Labels.SayAsync([new LabelWord(new LabelScope.Entry("Binary", id), SecurityLabel.Of("", "PSY"), LabelVerdict.Added)], false, Cancel);
        answer = await there.Own.QueryAsync(new RecordQuery.ById("Binary", id), Cancel);
        Assert.Equal((3, 2), (answer.Entries[0].Version, (await answer.ReadPartsAsync(0, Cancel)).Count));
        await there.VerifyAsync();
    }

    private static async Task<int> VersionAsync(TestPatient patient, LocalId id) => (await patient.Own.QueryAsync(new RecordQuery.ById("Observation", id), Cancel)).Entries[0].Version;

    private static JsonObject Coded(string code, params string[] labels)
    {
        var observation = new JsonObject { ["resourceType"] = "Observation", ["status"] = "final", ["code"] = Make.Concept(TestRules.System, code, null) };
        if (labels.Length > 0)
        {
            observation["meta"] = new JsonObject { ["security"] = new JsonArray([.. labels.Select(static label => Make.Coding(Make.ActCode, label))]) };
        }

        return observation;
    }
}

public sealed class OtherRulesOnSqlite(SqliteTestDatabase test) : OtherRulesContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class OtherRulesOnPostgres(PostgresTestDatabase test) : OtherRulesContract(test), IClassFixture<PostgresTestDatabase>;
