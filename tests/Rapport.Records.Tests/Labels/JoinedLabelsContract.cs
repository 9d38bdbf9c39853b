using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>What the patient is shown as one is one for marking too, whichever source comes when.</summary>
public abstract class JoinedLabelsContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly SecurityLabel Psy = SecurityLabel.Of(SecurityLabel.ActCode, "PSY");
    private static readonly RecordQuery.Timeline Merged = new(100) { Merges = true };

    private readonly Actor _lee = NewDoctor();

    [Fact]
    public async Task A_mark_on_what_is_shown_as_one_holds_for_all_that_tell_of_it_and_so_does_taking_it_off()
    {
        var (maya, first, second) = await TwiceToldAsync();
        Assert.Equal(2, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));

        var preview = await maya.Own.Labels.PreviewAsync([Mark(second)], Cancel);
        Assert.Equal(2, preview!.Count);
        Assert.Equal(2, Assert.Single(preview.Effects()).Loses.Count);
        Assert.Equal((LabelOutcome.Said, 2), Of(await maya.Own.Labels.SayAsync([Mark(second)], mayShareMore: false, Cancel)));
        Assert.Equal(0, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));
        Assert.Equal(2, (await maya.Own.Labels.ExplainAsync("Condition", first, Cancel))!.Places);

        // On another node too, and it is one word to whoever takes it back.
        var there = await OpenAsync(maya, OtherNode);
        Assert.Equal(2, Assert.Single(await there.Own.Labels.ListTogetherAsync(Cancel)).Count);
        Assert.Equal(LabelOutcome.WouldShareMore, (await maya.Own.Labels.SayAsync([Mark(first, LabelVerdict.TakenAway)], mayShareMore: false, Cancel)).Outcome);
        Assert.Equal((LabelOutcome.Said, 2), Of(await maya.Own.Labels.SayAsync([Mark(first, LabelVerdict.TakenAway)], mayShareMore: true, Cancel)));
        Assert.Equal(2, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));

        await maya.Own.Labels.SayAsync([Mark(first)], mayShareMore: false, Cancel);
        Assert.Equal((LabelOutcome.Said, 2), Of(await maya.Own.Labels.SayAsync([Mark(second, LabelVerdict.None)], mayShareMore: true, Cancel)));
        Assert.Empty(await maya.Own.Labels.ListTogetherAsync(Cancel));
        await maya.VerifyAsync();
    }

    /// <summary>What was said by itself counted against how much the patient may say: files with enough of the like kept them from marking anything more.</summary>
    [Fact]
    public async Task What_follows_from_a_word_takes_nothing_of_what_the_patient_may_say()
    {
        var (maya, first, second) = await TwiceToldAsync();
        await maya.Own.Labels.SayAsync([Mark(second)], mayShareMore: false, Cancel);
        await maya.AddAsync(Problem(maya, "59621000"));
        await maya.AddAsync(Problem(maya, "59621000"));
        var own = (await Records.Cache.GetAsync(maya.Id))!.State.OwnLabels;
        Assert.Equal((4, 1), (own.Words.Count, own.SaidCount));
        own = (await OtherNode.Cache.GetAsync(maya.Id))!.State.OwnLabels;
        Assert.Equal((4, 1), (own.Words.Count, own.SaidCount));

        // Taken off, and said of another of them: still one.
        await maya.Own.Labels.SayAsync([Mark(first, LabelVerdict.TakenAway)], mayShareMore: true, Cancel);
        Assert.InRange((await Records.Cache.GetAsync(maya.Id))!.State.OwnLabels.SaidCount, 1, 2);
    }

    [Fact]
    public async Task What_a_later_source_tells_of_something_marked_never_leaves_home()
    {
        var maya = await SharingAsync();
        var first = await maya.AddAsync(Problem(maya));
        await maya.Own.Labels.SayAsync([Mark(first)], mayShareMore: false, Cancel);
        await maya.AddAsync(Make.Observation(maya));
        var second = await maya.AddAsync(Problem(maya, "59621000"));
        Assert.Equal(0, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));
        Assert.Equal(["PSY"], await LabelsAsync(maya, second));

        // What joins by a new version of what was there is marked as well, and what is written beside it.
        var third = await maya.AddAsync(Problem(maya, onset: "1999-01-01"));
        Assert.Equal(1, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));
        await maya.WriteAsync((third, 2, Problem(maya)));
        Assert.Equal(0, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));
        Assert.Equal(3, (await maya.Own.Labels.ExplainAsync("Condition", third, Cancel))!.Places);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Taking_a_mark_off_does_not_speak_of_what_comes_later()
    {
        var maya = await SharingAsync();
        var first = await maya.AddAsync(Problem(maya, labels: "PSY"));
        await maya.Own.Labels.SayAsync([Mark(first, LabelVerdict.TakenAway)], mayShareMore: true, Cancel);
        Assert.Equal(1, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));
        await maya.AddAsync(Problem(maya, labels: "PSY"));
        Assert.Equal(1, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));
    }

    [Fact]
    public async Task What_the_patient_joins_by_hand_is_marked_and_keeps_its_mark_when_they_part_it()
    {
        var maya = await SharingAsync();
        var first = await maya.AddAsync(Problem(maya, "1", "2011"));
        var second = await maya.AddAsync(Problem(maya, "2", "2015"));
        await maya.Own.Labels.SayAsync([Mark(first)], mayShareMore: false, Cancel);
        Assert.Equal(1, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));
        Assert.True(await maya.Own.LinkAsync(second, first, isSame: true, Cancel));
        Assert.Equal(0, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));

        Assert.True(await maya.Own.LinkAsync(second, first, isSame: false, Cancel));
        Assert.Equal(0, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));
        Assert.Equal((LabelOutcome.Said, 1), Of(await maya.Own.Labels.SayAsync([Mark(second, LabelVerdict.None)], mayShareMore: true, Cancel)));
        Assert.Equal(1, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));
        Assert.Equal(["PSY"], await LabelsAsync(maya, first));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task A_mark_on_a_kind_holds_for_what_is_one_with_it_under_another_code_but_where_the_patient_said_otherwise()
    {
        var (maya, first, second) = await TwiceToldAsync();
        var kind = new LabelWord(new LabelScope.Coded("http://snomed.info/sct", "59621000"), Psy, LabelVerdict.Added) { Shown = "High blood pressure" };
        Assert.Equal((LabelOutcome.Said, 2), Of(await maya.Own.Labels.SayAsync([kind], mayShareMore: false, Cancel)));
        Assert.Equal(0, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));

        await maya.Own.Labels.SayAsync([Mark(first, LabelVerdict.TakenAway)], mayShareMore: true, Cancel);
        Assert.Equal(2, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));
        await maya.AddAsync(Make.Observation(maya, value: 90));
        Assert.Equal(2, Conditions(await AskAsync(_lee, maya, new RecordQuery.Everything())));
        Assert.Empty(await LabelsAsync(maya, second));
    }

    [Fact]
    public async Task What_is_shown_first_of_what_is_one_stays_first_when_it_is_marked()
    {
        var (maya, first, second) = await TwiceToldAsync();
        foreach (var id in new[] { first, second, first })
        {
            await maya.WriteAsync((first, 1 + (await maya.Own.QueryAsync(new RecordQuery.ById("Condition", first), Cancel)).Entries[0].Version, Problem(maya)));
            await maya.Own.Labels.SayAsync([Mark(id)], mayShareMore: false, Cancel);
            Assert.Equal(maya.IdOf(first), (await maya.Own.QueryAsync(Merged, Cancel)).Entries.First(entry => entry.ResourceType == "Condition").Id);
        }
    }

    private async Task<TestPatient> SharingAsync()
    {
        var maya = await NewPatientAsync();
        await maya.ConsentAsync(Make.Permit(maya, _lee.Reference));
        return maya;
    }

    private async Task<(TestPatient Maya, LocalId First, LocalId Second)> TwiceToldAsync()
    {
        var maya = await SharingAsync();
        return (maya, await maya.AddAsync(Problem(maya)), await maya.AddAsync(Problem(maya, "59621000")));
    }

    private static JsonObject Problem(TestPatient patient, string code = "38341003", string onset = "2020-03-02", params string[] labels) => Make.Condition(patient, code, onset, labels);

    private static LabelWord Mark(LocalId id, LabelVerdict verdict = LabelVerdict.Added) => new(new LabelScope.Entry("Condition", id), Psy, verdict);

    private static (LabelOutcome, int) Of(LabelsSaid said) => (said.Outcome, said.Changed);

    private static int Conditions(RecordAnswer? answer) => answer?.Entries.Count(entry => entry.ResourceType == "Condition") ?? 0;

    private static async Task<IReadOnlyList<string>> LabelsAsync(TestPatient patient, LocalId id) =>
        (await patient.Own.QueryAsync(new RecordQuery.ById("Condition", id), Cancel)).Entries[0].Labels;
}

public sealed class JoinedLabelsOnSqlite(SqliteTestDatabase test) : JoinedLabelsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class JoinedLabelsOnPostgres(PostgresTestDatabase test) : JoinedLabelsContract(test), IClassFixture<PostgresTestDatabase>;
