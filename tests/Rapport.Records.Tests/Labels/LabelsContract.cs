using System.Text;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>What is written is labelled by the rules, and what the patient says of labels holds, whatever comes.</summary>
public abstract class LabelsContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly SecurityLabel Psy = SecurityLabel.Of(SecurityLabel.ActCode, "PSY");
    private static readonly SecurityLabel Hiv = SecurityLabel.Of(SecurityLabel.ActCode, "HIV");

    private RecordsModule? _node;
    private RecordsModule? _other;

    /// <summary>Where nobody on the node had anything of a kind, it could not be marked beforehand: and who tried learned that nobody had.</summary>
    [Theory]
    [InlineData("SubstanceProtein", LabelOutcome.Said)]
    [InlineData("NoSuchType", LabelOutcome.NotThere)]
    public async Task A_kind_is_marked_before_anybody_has_something_of_it(string type, LabelOutcome expected)
    {
        var maya = await NewPatientAsync();
        Assert.Equal(expected, (await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.OfType(type), SecurityLabel.Of("", "PSY"), LabelVerdict.Added)], mayShareMore: false, Cancel)).Outcome);
    }

    [Fact]
    public async Task What_the_rules_find_is_written_with_the_entry_and_decides_and_is_searched_by()
    {
        var maya = await StartAsync();
        var lee = NewDoctor();
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var ids = await maya.AddAsync(Coded(maya, "PSY"), Make.Observation(maya));
        Assert.Equal([maya.IdOf(ids[1])], Ids(await AskAsync(lee, maya, Search("Observation"))));
        Assert.Equal([maya.IdOf(ids[0])], Ids(await maya.Own.QueryAsync(Search("Observation", "_security=PSY"), Cancel)));
        Assert.Equal(["PSY"], await WrittenAsync(maya, ids[0]));

        // Whoever may have it gets it with its label, and with nothing of why.
        var noor = NewDoctor("Dr Noor");
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", noor.Reference, labels: ["PSY"])));
        var given = await AskAsync(noor, maya, Search("Observation"));
        Assert.Equal([maya.IdOf(ids[0])], Ids(given));
        var body = given!.ReadBody(0);
        Assert.Equal(body.Length, given.BodyLength(0));
        Assert.Equal((JsonNode.Parse(body)!["meta"]!["security"]!.ToJsonString(), 1), ("""[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"}]""", given.Entries[0].Version));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_an_entry_refers_to_has_a_part_in_its_labels_from_the_same_source_and_from_before()
    {
        var maya = await StartAsync();
        var (visit, first, second) = (LocalId.New(), LocalId.New(), LocalId.New());
        await maya.WriteAsync((first, 1, In(maya, visit, Make.Observation(maya))), (visit, 1, Visit(maya, "PSY")));
        await maya.WriteAsync((second, 1, In(maya, visit, Make.Observation(maya))));
        Assert.Equal(["PSY"], await LabelsAsync(maya, first));
        Assert.Equal(["PSY"], await LabelsAsync(maya, second));
        Assert.Equal(["PSY"], await LabelsAsync(maya, visit));
    }

    [Fact]
    public async Task When_what_it_refers_to_changes_an_entry_is_labelled_anew_in_the_same_step()
    {
        var maya = await StartAsync();
        var lee = NewDoctor();
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var visit = await maya.AddAsync(Visit(maya));
        var seen = await maya.AddAsync(In(maya, visit, Make.Observation(maya)));
        Assert.Equal([maya.IdOf(seen)], Ids(await AskAsync(lee, maya, Search("Observation"))));
        await maya.WriteAsync((visit, 2, Visit(maya, "PSY")));
        Assert.Null(await AskAsync(lee, maya, Search("Observation")));
        Assert.Equal(["PSY"], await WrittenAsync(maya, seen));

        // And when it is said no more.
        await maya.WriteAsync((visit, 3, Visit(maya)));
        Assert.Equal([maya.IdOf(seen)], Ids(await AskAsync(lee, maya, Search("Observation"))));
        Assert.Equal(3, (await maya.Own.QueryAsync(new RecordQuery.ById("Observation", seen), Cancel)).Entries[0].Version);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_is_a_minors_own_is_known_when_the_birth_date_comes_later()
    {
        var maya = await StartAsync();
        var own = await maya.AddAsync(Coded(maya, "MINOR", "2018-05-01"));
        Assert.Empty(await LabelsAsync(maya, own));
        await maya.Own.GatherAsync(
            new SourceDescription("file", "who.json"),
            view => new GatheringPlan([TestPatient.Draft(view, null, 2, new JsonObject { ["resourceType"] = "Patient", ["birthDate"] = "2003-02-01" })]),
            Cancel);
        Assert.Equal(["ADOL"], await LabelsAsync(maya, own));
    }

    [Fact]
    public async Task A_label_inside_of_an_entry_stands_on_the_whole_and_the_patient_can_take_it_away()
    {
        var maya = await StartAsync();
        var holding = Make.Observation(maya);
        var inner = Make.Observation(maya, labels: ["SUD"]);
        inner["id"] = "inner";
        holding["contained"] = new JsonArray(inner);
        holding["hasMember"] = new JsonArray(Make.Reference("#inner"));
        var id = await maya.AddAsync(holding);
        Assert.Equal(["SUD"], await LabelsAsync(maya, id));
        Assert.Equal(["SUD"], await WrittenAsync(maya, id));
        await SayAsync(maya, new LabelScope.Entry("Observation", id), SecurityLabel.Of(SecurityLabel.ActCode, "SUD"), LabelVerdict.TakenAway);
        Assert.Empty(await LabelsAsync(maya, id));
    }

    [Fact]
    public async Task A_document_and_what_leads_to_it_are_as_sensitive_as_each_other()
    {
        var maya = await StartAsync();
        var (letter, document) = (LocalId.New(), LocalId.New());
        await maya.Own.GatherAsync(
            new SourceDescription("file", "letter.txt"),
            view => new GatheringPlan([Document(view, document, "text/plain", "all is HIV"), TestPatient.Draft(view, letter, 1, Leading(maya, document, "PSY"))]),
            Cancel);
        Assert.Equal(["HIV", "PSY"], await LabelsAsync(maya, letter));
        Assert.Equal(["HIV", "PSY"], await LabelsAsync(maya, document));

        // The letter turns out to be another kind of letter: the document's words are read anew, and stay.
        await maya.Own.GatherAsync(new SourceDescription("file", "again"), view => new GatheringPlan([TestPatient.Draft(view, letter, 2, Leading(maya, document, "SEX"))]), Cancel);
        Assert.Equal(["HIV", "SEX"], await LabelsAsync(maya, letter));
        Assert.Equal(["HIV", "SEX"], await LabelsAsync(maya, document));
        Assert.Equal("all is HIV", await BytesAsync(maya, document));
        await maya.VerifyAsync();
    }

    [Theory]
    [InlineData("\"url\":\"Binary/", "\"url\":\"Binary\\/")]
    [InlineData("\"url\":\"Binary/", "\"\\u0075rl\":\"\\u0042inary\\u002f")]
    public async Task A_document_is_led_to_however_JSON_writes_its_address(string plain, string escaped)
    {
        var maya = await StartAsync();
        var (letter, document) = (LocalId.New(), LocalId.New());
        await maya.Own.GatherAsync(
            new SourceDescription("file", "letter.txt"),
            view =>
            {
                var leading = TestPatient.Draft(view, letter, 1, Leading(maya, document, "PSY"));
                var body = Encoding.UTF8.GetString(leading.Body.Span);
                Assert.Contains(plain, body, StringComparison.Ordinal);
                return new GatheringPlan([Document(view, document, "text/plain", "all is HIV"), leading with { Body = Encoding.UTF8.GetBytes(body.Replace(plain, escaped, StringComparison.Ordinal)) }]);
            },
            Cancel);
        Assert.Equal(["HIV", "PSY"], await LabelsAsync(maya, letter));
        Assert.Equal(["HIV", "PSY"], await LabelsAsync(maya, document));
    }

    [Fact]
    public async Task A_document_that_cannot_be_read_stays_home_until_the_patient_has_looked_at_it()
    {
        var maya = await StartAsync();
        var (letter, document) = (LocalId.New(), LocalId.New());
        await maya.Own.GatherAsync(
            new SourceDescription("file", "scan.pdf"),
            view => new GatheringPlan([Document(view, document, "application/pdf", "%PDF"), TestPatient.Draft(view, letter, 1, Leading(maya, document))]),
            Cancel);
        Assert.Equal(["R"], await LabelsAsync(maya, letter));
        Assert.Equal(["R"], await LabelsAsync(maya, document));

        // What is said of the entry is said of its document.
        var said = await maya.Own.Labels.SayAsync(
            [
                new LabelWord(new LabelScope.Entry("DocumentReference", letter), SecurityLabel.Restricted, LabelVerdict.TakenAway),
                new LabelWord(new LabelScope.Entry("DocumentReference", letter), Hiv, LabelVerdict.Added),
            ],
            mayShareMore: false,
            Cancel);
        Assert.Equal(new LabelsSaid(LabelOutcome.Said, 2), said);
        Assert.Equal(["HIV"], await LabelsAsync(maya, letter));
        Assert.Equal(["HIV"], await LabelsAsync(maya, document));
        Assert.Equal("%PDF", await BytesAsync(maya, document));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_the_patient_adds_and_takes_away_holds_for_new_versions_too_and_can_be_taken_back()
    {
        var maya = await StartAsync();
        var id = await maya.AddAsync(Coded(maya, "PSY"));
        var scope = new LabelScope.Entry("Observation", id);
        await SayAsync(maya, scope, Psy, LabelVerdict.TakenAway);
        await SayAsync(maya, scope, Hiv, LabelVerdict.Added);
        Assert.Equal(["HIV"], await LabelsAsync(maya, id));
        await maya.WriteAsync((id, 4, Coded(maya, "PSY", "2026-01-12")));
        Assert.Equal(["HIV"], await LabelsAsync(maya, id));
        Assert.Equal(["HIV"], await LabelsAsync(await ThereAsync(maya), id));

        await SayAsync(maya, scope, Psy, LabelVerdict.None);
        await SayAsync(await ThereAsync(maya), scope, Hiv, LabelVerdict.None);
        Assert.Equal(["PSY"], await LabelsAsync(maya, id));
        Assert.Empty(await maya.Own.Labels.ListAsync(Cancel));

        // Saying the same again is nothing new.
        Assert.Equal(LabelOutcome.SaidBefore, (await maya.Own.Labels.SayAsync([new LabelWord(scope, Hiv, LabelVerdict.None)], false, Cancel)).Outcome);
        var notes = (await maya.ReadLedgerAsync()).Where(static row => row.Details!.Kind == LedgerKind.Corrected).Select(static row => row.Details!.Note);
        Assert.Equal(Enumerable.Repeat(OwnLabelling.Note, 4), notes);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task A_word_on_a_kind_holds_for_what_is_there_and_for_what_comes_and_one_on_an_entry_stands_above_it()
    {
        var maya = await StartAsync();
        var ids = await maya.AddAsync(Coded(maya, "PSY"), Coded(maya, "PSY"), Make.Observation(maya));
        await SayAsync(maya, new LabelScope.Entry("Observation", ids[1]), Psy, LabelVerdict.Added);
        await SayAsync(maya, new LabelScope.Coded(TestRules.System, "PSY"), Psy, LabelVerdict.TakenAway);
        var later = await maya.AddAsync(Coded(maya, "PSY", "2026-03-10"));
        Assert.Equal("|PSY||", await AllAsync(maya, [.. ids, later]));
        await SayAsync(maya, new LabelScope.OfType("Observation"), Hiv, LabelVerdict.Added);
        var last = await maya.AddAsync(Make.Observation(maya, date: "2026-04-10"));
        Assert.Equal("HIV|HIV,PSY|HIV|HIV|HIV", await AllAsync(maya, [.. ids, later, last]));

        // Of two words on kinds the later one holds.
        await SayAsync(maya, new LabelScope.Coded(TestRules.System, "PSY"), Hiv, LabelVerdict.TakenAway);
        Assert.Equal("|PSY|HIV||HIV", await AllAsync(maya, [.. ids, later, last]));
        await SayAsync(maya, new LabelScope.OfType("Observation"), Hiv, LabelVerdict.Added);
        Assert.Equal("HIV|HIV,PSY|HIV|HIV|HIV", await AllAsync(maya, [.. ids, later, last]));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_a_rule_finds_can_be_nothing_sensitive_to_the_patient_while_what_others_say_stays()
    {
        var maya = await StartAsync();
        var visit = await maya.AddAsync(Visit(maya, "PSY"));
        var ids = await maya.AddAsync(Coded(maya, "PSY"), In(maya, visit, Make.Observation(maya)), Make.Observation(maya, labels: ["PSY"]));
        await SayAsync(maya, new LabelScope.FoundBy("code-PSY"), null, LabelVerdict.TakenAway);
        Assert.Equal("|PSY|PSY", await AllAsync(maya, ids));
        await SayAsync(maya, new LabelScope.FoundBy("code-PSY"), null, LabelVerdict.None);
        Assert.Equal("PSY|PSY|PSY", await AllAsync(maya, ids));
    }

    [Fact]
    public async Task Each_label_says_why_it_is_there_and_what_was_taken_away_is_not_forgotten()
    {
        var maya = await StartAsync();
        var visit = await maya.AddAsync(Visit(maya, "PSY"));
        var id = await maya.AddAsync(In(maya, visit, Make.Observation(maya, labels: ["PSY", "SEX"])));
        var scope = new LabelScope.Entry("Observation", id);
        await SayAsync(maya, scope, Hiv, LabelVerdict.Added);
        await SayAsync(maya, scope, SecurityLabel.Of("", "SEX"), LabelVerdict.TakenAway);
        var labels = await maya.Own.Labels.ExplainAsync("Observation", id, Cancel);
        Assert.Equal(["PSY", "HIV"], labels!.There.Select(static label => label.Label.Code));
        Assert.Equal(("other-PSY", $"Encounter/{maya.IdOf(visit)}", true), (labels.There[0].Found[0].Rule, labels.There[0].Found[0].Where, labels.There[0].IsSaid));
        Assert.Equal((0, false, LabelVerdict.Added), (labels.There[1].Found.Count, labels.There[1].IsSaid, labels.There[1].Word!.Word.Verdict));
        var away = Assert.Single(labels.Away);
        Assert.Equal(("SEX", true, LabelVerdict.TakenAway), (away.Label.Code, away.IsSaid, away.Word!.Word.Verdict));
        Assert.Null(await maya.Own.Labels.ExplainAsync("Condition", id, Cancel));
    }

    [Fact]
    public async Task Who_would_see_more_is_told_before_and_asked_for_while_adding_never_is()
    {
        var maya = await StartAsync();
        var lee = NewDoctor();
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var ids = await maya.AddAsync(Coded(maya, "PSY"), Coded(maya, "HIV"));
        LabelWord[] away = [new LabelWord(new LabelScope.Entry("Observation", ids[0]), Psy, LabelVerdict.TakenAway)];
        var preview = await maya.Own.Labels.PreviewAsync(away, Cancel);
        Assert.Equal([(maya.IdOf(ids[0]), 1, 2)], preview!.Changed.Select(static change => (change.Before.Id, change.Before.Labels.Count, change.After.Version)));
        var effect = Assert.Single(preview.Effects());
        Assert.Equal((lee.Reference, "TREAT"), (effect.Recipient, effect.Purpose));
        Assert.Equal([0], effect.Gains);
        Assert.Empty(effect.Loses);
        Assert.Equal(LabelOutcome.WouldShareMore, (await maya.Own.Labels.SayAsync(away, mayShareMore: false, Cancel)).Outcome);
        Assert.Equal(["PSY"], await LabelsAsync(maya, ids[0]));
        Assert.Equal(LabelOutcome.Said, (await maya.Own.Labels.SayAsync(away, mayShareMore: true, Cancel)).Outcome);
        Assert.Equal([maya.IdOf(ids[0])], Ids(await AskAsync(lee, maya, Search("Observation"))));

        LabelWord[] added = [new LabelWord(new LabelScope.Entry("Observation", ids[0]), Hiv, LabelVerdict.Added)];
        Assert.Equal([0], Assert.Single((await maya.Own.Labels.PreviewAsync(added, Cancel))!.Effects()).Loses);
        Assert.Equal(LabelOutcome.Said, (await maya.Own.Labels.SayAsync(added, mayShareMore: false, Cancel)).Outcome);
        Assert.Null(await AskAsync(lee, maya, Search("Observation")));
    }

    [Fact]
    public async Task What_is_no_label_or_of_nothing_is_refused_and_changes_nothing()
    {
        var maya = await StartAsync();
        var lee = NewDoctor();
        var consent = await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var id = await maya.AddAsync(Make.Observation(maya));
        var size = (await maya.ReadLedgerAsync()).Count;
        LabelWord[] wrong =
        [
            new(new LabelScope.Entry("Condition", id), Psy, LabelVerdict.Added),
            new(new LabelScope.Entry("Observation", LocalId.New()), Psy, LabelVerdict.Added),
            new(new LabelScope.Entry("Consent", consent), Psy, LabelVerdict.Added),
            new(new LabelScope.Entry("Observation", id), SecurityLabel.Of(SecurityLabel.Confidentiality, "N"), LabelVerdict.Added),
            new(new LabelScope.Entry("Observation", id), SecurityLabel.Of(SecurityLabel.ActCode, new string('X', 301)), LabelVerdict.Added),
            new(new LabelScope.Entry("Observation", id), Psy, LabelVerdict.Added) { Shown = new string('x', 201) },
            new(new LabelScope.OfType("Nothing"), Psy, LabelVerdict.Added),
            new(new LabelScope.OfType("Consent"), Psy, LabelVerdict.Added),
            new(new LabelScope.Coded("", ""), Psy, LabelVerdict.Added),
            new(new LabelScope.FoundBy("some-rule"), null, LabelVerdict.Added),
            new(new LabelScope.FoundBy("some-rule"), Psy, LabelVerdict.TakenAway),
        ];
        foreach (var word in wrong)
        {
            Assert.Equal(LabelOutcome.NotThere, (await maya.Own.Labels.SayAsync([word], mayShareMore: true, Cancel)).Outcome);
            Assert.Null(await maya.Own.Labels.PreviewAsync([word], Cancel));
        }

        Assert.Equal(size, (await maya.ReadLedgerAsync()).Count);
    }

    [Fact]
    public async Task Words_on_labels_are_found_by_nobody_and_no_file_changes_them()
    {
        var maya = await StartAsync();
        var lee = NewDoctor();
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", lee.Reference, types: ["Basic", "Observation"])));
        var id = await maya.AddAsync(Make.Observation(maya));
        await SayAsync(maya, new LabelScope.Entry("Observation", id), Hiv, LabelVerdict.Added);
        Assert.DoesNotContain("Basic", (await maya.Own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries.Select(static entry => entry.ResourceType));
        Assert.DoesNotContain("Basic", (await maya.Own.OverviewAsync(Cancel)).ByType.Keys);
        Assert.Null(await AskAsync(lee, maya, Search("Basic")));
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.Everything()));
        var word = (await maya.Own.Labels.ListAsync(Cancel))[0].Id;
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.ById("Basic", word)));
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.History("Basic", word)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => maya.WriteAsync((word, 2, new JsonObject { ["resourceType"] = "Basic", ["code"] = new JsonObject { ["text"] = "x" } })));
        await maya.Own.GatherAsync(
            new SourceDescription("file", "view"),
            view =>
            {
                Assert.True(view.Find(word)!.Value.IsRule);
                return new GatheringPlan([]);
            },
            Cancel);
    }

    [Fact]
    public async Task What_sources_said_is_what_is_told_to_importers_and_not_what_was_made_of_it()
    {
        var maya = await StartAsync();
        var id = await maya.AddAsync(Coded(maya, "PSY", labels: ["SEX"]));
        await SayAsync(maya, new LabelScope.Entry("Observation", id), Hiv, LabelVerdict.Added);
        await SayAsync(maya, new LabelScope.Entry("Observation", id), SecurityLabel.Of("", "SEX"), LabelVerdict.TakenAway);
        Assert.Equal(["HIV", "PSY"], await LabelsAsync(maya, id));
        await maya.Own.GatherAsync(
            new SourceDescription("file", "view"),
            view =>
            {
                var known = view.Find(id)!.Value;
                Assert.Equal("""[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"SEX"}]""", JsonNode.Parse(view.ReadBody(known).Span)!["meta"]!["security"]!.ToJsonString());
                Assert.Equal(["HIV", "PSY"], view.LabelsAdded(known).Select(static label => label.Code).Order());
                Assert.All(view.VersionsOf(known), static version => Assert.Contains("\"SEX\"", Encoding.UTF8.GetString(version.Body.Span), StringComparison.Ordinal));
                return new GatheringPlan([]);
            },
            Cancel);
    }

    [Fact]
    public async Task A_label_that_was_added_holds_for_every_disclosure_after_it_on_every_node()
    {
        var maya = await StartAsync();
        var there = await ThereAsync(maya);
        var lee = NewDoctor();
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var id = await maya.AddAsync(Make.Observation(maya));
        var read = new RecordQuery.ById("Observation", id);
        var scope = new LabelScope.Entry("Observation", id);
        for (var round = 0; round < 8; round++)
        {
            var said = new TaskCompletionSource();
            var readers = Enumerable.Range(0, 6).Select(i => Task.Run(
                async () =>
                {
                    var node = i % 2 == 0 ? _node! : _other!;
                    while (!said.Task.IsCompleted)
                    {
                        await AskAsync(lee, maya, read, node: node);
                    }

                    // Whoever asks after it was acknowledged gets nothing.
                    Assert.Null(await AskAsync(lee, maya, read, node: node));
                },
                Cancel)).ToList();
            await SayAsync(round % 2 == 0 ? maya : there, scope, Hiv, LabelVerdict.Added);
            said.SetResult();
            await Task.WhenAll(readers);
            await SayAsync(maya, scope, Hiv, LabelVerdict.None);
            Assert.NotNull(await AskAsync(lee, maya, read, node: _other));
        }

        // The ledger shows it too: between a word that adds and the one that takes it back stands no disclosure.
        var isAdded = false;
        foreach (var row in (await maya.ReadLedgerAsync()).Reverse())
        {
            isAdded = row.Details!.Kind == LedgerKind.Corrected ? !isAdded : isAdded;
            Assert.False(isAdded && row.Details.Kind == LedgerKind.Disclosed, $"disclosure {row.Index} stands after a label was added");
        }

        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Erasing_the_record_takes_the_words_along()
    {
        var maya = await StartAsync();
        var id = await maya.AddAsync(Make.Observation(maya));
        await SayAsync(maya, new LabelScope.Entry("Observation", id), Hiv, LabelVerdict.Added);
        await maya.Own.EraseAsync(Cancel);
        Assert.Empty(await Rows.ReadAsync<long>(Test.Database, "SELECT seq FROM entry WHERE patient_id = @id", new { id = maya.Id.ToString() }));
    }

    [Fact]
    public async Task Words_that_write_all_of_a_record_anew_end_before_they_fill_the_disk_and_one_entry_can_always_be_hidden()
    {
        var maya = await StartAsync();
        var ids = await maya.AddAsync([.. Enumerable.Range(0, 240).Select(_ => Make.Observation(maya))]);
        var (outcome, words) = (LabelOutcome.Said, 0);
        for (; outcome == LabelOutcome.Said && words < 200; words++)
        {
            outcome = (await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.OfType("Observation"), Hiv, words % 2 == 0 ? LabelVerdict.Added : LabelVerdict.TakenAway)], mayShareMore: true, Cancel)).Outcome;
        }

        Assert.Equal(LabelOutcome.TooOften, outcome);
        Assert.InRange((await maya.Own.QueryAsync(new RecordQuery.History("Observation", ids[0]), Cancel)).Total, 30, 120);
        Assert.Equal(LabelOutcome.Said, (await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.Entry("Observation", ids[0]), SecurityLabel.Of("", "PSY"), LabelVerdict.Added)], mayShareMore: true, Cancel)).Outcome);
        await maya.VerifyAsync();
    }

    private async Task<TestPatient> StartAsync()
    {
        _node = await OpenNodeAsync(TestRules.Of(1));
        _other = await OpenNodeAsync(TestRules.Of(1));
        return await NewPatientAsync(node: _node);
    }

    private Task<TestPatient> ThereAsync(TestPatient patient) => OpenAsync(patient, _other!);

    private new Task<Disclosure?> AskAsync(Actor recipient, TestPatient patient, RecordQuery query, string purpose = "TREAT", RecordsModule? node = null) =>
        base.AskAsync(recipient, patient, query, purpose, node ?? _node);

    private static async Task SayAsync(TestPatient patient, LabelScope scope, SecurityLabel? label, LabelVerdict verdict) =>
        Assert.Equal(LabelOutcome.Said, (await patient.Own.Labels.SayAsync([new LabelWord(scope, label, verdict)], mayShareMore: true, Cancel)).Outcome);

    private static async Task<IReadOnlyList<string>> LabelsAsync(TestPatient patient, LocalId id) =>
        [.. (await patient.Own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries.Single(entry => entry.Id == patient.IdOf(id)).Labels.Order()];

    private static async Task<string> AllAsync(TestPatient patient, IReadOnlyList<LocalId> ids)
    {
        List<string> all = [];
        foreach (var id in ids)
        {
            all.Add(string.Join(',', await LabelsAsync(patient, id)));
        }

        return string.Join('|', all);
    }

    /// <summary>The labels as the JSON of the entry has them.</summary>
    private static async Task<IEnumerable<string>> WrittenAsync(TestPatient patient, LocalId id)
    {
        var answer = await patient.Own.QueryAsync(new RecordQuery.ById("Observation", id), Cancel);
        return JsonNode.Parse(answer.ReadBody(0))!["meta"]!["security"]!.AsArray().Select(static label => label!["code"]!.GetValue<string>());
    }

    private static async Task<string> BytesAsync(TestPatient patient, LocalId document)
    {
        var answer = await patient.Own.QueryAsync(new RecordQuery.ById("Binary", document), Cancel);
        return Encoding.UTF8.GetString((await answer.ReadPartsAsync(0, Cancel))[0].Span);
    }

    private static JsonObject Coded(TestPatient patient, string code, string date = "2026-01-10", params string[] labels)
    {
        var observation = Make.Observation(patient, date: date, labels: labels);
        observation["code"]!["coding"]!.AsArray().Add(Make.Coding(TestRules.System, code));
        return observation;
    }

    private static JsonObject Visit(TestPatient patient, string? code = null)
    {
        var visit = Make.Encounter(patient);
        if (code is not null)
        {
            visit["type"] = new JsonArray(Make.Concept(TestRules.System, code, null));
        }

        return visit;
    }

    private static JsonObject In(TestPatient patient, LocalId visit, JsonObject observation)
    {
        observation["encounter"] = Make.Reference($"Encounter/{patient.IdOf(visit)}");
        return observation;
    }

    private static EntryDraft Document(GatheringView view, LocalId id, string type, string text) =>
        TestPatient.Draft(view, id, 1, new JsonObject { ["resourceType"] = "Binary", ["contentType"] = type }) with { Parts = [Encoding.UTF8.GetBytes(text)] };

    private static JsonObject Leading(TestPatient patient, LocalId document, string? code = null)
    {
        var letter = new JsonObject
        {
            ["resourceType"] = "DocumentReference",
            ["status"] = "current",
            ["subject"] = Make.Reference(patient.Reference),
            ["content"] = new JsonArray(new JsonObject { ["attachment"] = new JsonObject { ["contentType"] = "text/plain", ["url"] = $"Binary/{patient.IdOf(document)}" } }),
        };
        if (code is not null)
        {
            letter["type"] = Make.Concept(TestRules.System, code, null);
        }

        return letter;
    }
}

public sealed class LabelsOnSqlite(SqliteTestDatabase test) : LabelsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class LabelsOnPostgres(PostgresTestDatabase test) : LabelsContract(test), IClassFixture<PostgresTestDatabase>;
