using System.Text;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>Comments are seen by whoever sees what they are on, whatever changes, and by nobody else.</summary>
public abstract class CommentingContract(TestDatabase test) : RecordsContract(test)
{
    private const string Words = "please measure it again in two weeks";
    private static readonly RecordQuery Everything = new RecordQuery.Everything();

    [Fact]
    public async Task A_comment_stands_under_its_authors_name_and_whoever_sees_the_entry_sees_it()
    {
        var maya = await NewPatientAsync();
        var (lee, osei, sam) = (NewDoctor("Dr Lee", "Organization/hill"), NewDoctor("Dr Osei"), NewDoctor("Sam"));
        var agreement = await maya.ConsentAsync(Make.Commenting(maya, "Organization/hill", ["Observation"]));
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", osei.Reference, ["Observation"])));
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", sam.Reference, ["Condition", "Communication"])));
        var (pulse, other, asthma) = (await maya.AddAsync(Make.Observation(maya)), await maya.AddAsync(Make.Observation(maya)), await maya.AddAsync(Make.Condition(maya)));
        Assert.True(await CommentAsync(lee, maya, "Observation", pulse));
        var comment = Assert.Single(await CommentsAsync(maya, "Observation", pulse));

        // With the entry and by itself, for whoever sees the entry.
        foreach (var reader in new[] { lee, osei })
        {
            var read = await AskAsync(reader, maya, new RecordQuery.ById("Observation", pulse) { WithComments = true });
            Assert.Equal([maya.IdOf(pulse), maya.IdOf(comment)], Ids(read));
            Assert.Equal([1], read!.Comments);
            Assert.Equal([maya.IdOf(comment)], Ids(await AskAsync(reader, maya, new RecordQuery.ById("Communication", comment))));
            Assert.Equal([maya.IdOf(comment)], Ids(await AskAsync(reader, maya, Search("Communication", $"category={Comment.System}|{Comment.Code}"))));
            Assert.Contains(maya.IdOf(comment), Ids(await AskAsync(reader, maya, Everything)));
            Assert.Equal([maya.IdOf(other)], Ids(await AskAsync(reader, maya, new RecordQuery.ById("Observation", other) { WithComments = true })));
        }

        var json = JsonNode.Parse((await AskAsync(osei, maya, new RecordQuery.ById("Communication", comment)))!.ReadBody(0))!;
        Assert.Equal((Words, "Dr Lee, Hill Practice", lee.Reference, $"Observation/{maya.IdOf(pulse)}"), (
            (string?)json["payload"]![0]!["contentString"], (string?)json["sender"]!["display"], (string?)json["sender"]!["reference"], (string?)json["about"]![0]!["reference"]));

        // For nobody else, though they may see messages.
        await NothingAsync(sam, maya, comment);
        Assert.Equal([maya.IdOf(asthma)], Ids(await AskAsync(sam, maya, Everything)));

        var told = (await maya.ReadLedgerAsync()).Select(static row => row.Details!).Single(details => details.Kind == LedgerKind.Gathered && details.Actor == lee.Reference);
        Assert.Equal(("Dr Lee", null, 1), (told.ActorName, told.OnBehalfOf, told.EntryCount));
        Assert.Equal([maya.IdOf(agreement)], told.Consents);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task A_mark_on_the_entry_holds_for_its_comments_whenever_it_comes_and_goes()
    {
        var maya = await NewPatientAsync();
        var (lee, osei) = (NewDoctor(), NewDoctor("Dr Osei"));
        await maya.ConsentAsync(Make.Commenting(maya, lee.Reference));
        await maya.ConsentAsync(Make.Commenting(maya, lee.Reference, labels: ["PSY"]));
        await maya.ConsentAsync(Make.Permit(maya, osei.Reference));
        var pulse = await maya.AddAsync(Make.Observation(maya));
        Assert.True(await CommentAsync(lee, maya, "Observation", pulse));
        var comment = Assert.Single(await CommentsAsync(maya, "Observation", pulse));
        Assert.Contains(maya.IdOf(comment), Ids(await AskAsync(osei, maya, Everything)));
        var psy = SecurityLabel.Of(SecurityLabel.ActCode, "PSY");

        // By the patient's word on the entry, and on its kind.
        foreach (var scope in new LabelScope[] { new LabelScope.Entry("Observation", pulse), new LabelScope.OfType("Observation") })
        {
            await maya.Own.Labels.SayAsync([new LabelWord(scope, psy, LabelVerdict.Added)], mayShareMore: false, Cancel);
            Assert.Equal(["PSY"], await LabelsAsync(maya, comment));
            await NothingAsync(osei, maya, comment);
            Assert.Contains(maya.IdOf(comment), Ids(await AskAsync(lee, maya, Everything)));

            // One that is written then is marked at once.
            Assert.True(await CommentAsync(lee, maya, "Observation", pulse));
            foreach (var known in await CommentsAsync(maya, "Observation", pulse))
            {
                Assert.Equal(["PSY"], await LabelsAsync(maya, known));
            }

            Assert.Equal([maya.Id.ToString()], Ids(await AskAsync(osei, maya, Everything)));
            await maya.Own.Labels.SayAsync([new LabelWord(scope, psy, LabelVerdict.None)], mayShareMore: true, Cancel);
            Assert.Empty(await LabelsAsync(maya, comment));
            Assert.Contains(maya.IdOf(comment), Ids(await AskAsync(osei, maya, Everything)));
        }

        // By a newer version that its source says is sensitive, and by one that is not.
        await maya.WriteAsync((pulse, await VersionAsync(maya, "Observation", pulse) + 1, Make.Observation(maya, labels: ["PSY"])));
        Assert.Equal(["PSY"], await LabelsAsync(maya, comment));
        await NothingAsync(osei, maya, comment);
        Assert.Null(await AskAsync(osei, maya, new RecordQuery.ById("Communication", comment, 1)));
        await maya.WriteAsync((pulse, await VersionAsync(maya, "Observation", pulse) + 1, Make.Observation(maya)));
        Assert.Contains(maya.IdOf(comment), Ids(await AskAsync(osei, maya, Everything)));

        // A mark on the comment alone keeps it home, and the entry goes on; a mark that the entry has cannot be taken from its comment.
        await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.Entry("Communication", comment), psy, LabelVerdict.Added)], mayShareMore: false, Cancel);
        await NothingAsync(osei, maya, comment);
        Assert.Contains(maya.IdOf(pulse), Ids(await AskAsync(osei, maya, Everything)));
        await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.Entry("Observation", pulse), psy, LabelVerdict.Added)], mayShareMore: false, Cancel);
        await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.Entry("Communication", comment), psy, LabelVerdict.TakenAway)], mayShareMore: true, Cancel);
        Assert.Equal(["PSY"], await LabelsAsync(maya, comment));
        Assert.Equal([maya.Id.ToString()], Ids(await AskAsync(osei, maya, Everything)));
        await maya.VerifyAsync();
    }

    /// <summary>A visit that is marked marks its results, and so what is said of these.</summary>
    [Fact]
    public async Task What_marks_the_entry_by_way_of_another_marks_its_comments_in_the_same_step()
    {
        var maya = await NewPatientAsync();
        var (lee, osei) = (NewDoctor(), NewDoctor("Dr Osei"));
        await maya.ConsentAsync(Make.Commenting(maya, lee.Reference));
        await maya.ConsentAsync(Make.Permit(maya, osei.Reference));
        var visit = await maya.AddAsync(Make.Encounter(maya));
        var seen = Make.Condition(maya);
        seen["encounter"] = Make.Reference($"Encounter/{maya.IdOf(visit)}");
        var asthma = await maya.AddAsync(seen);
        Assert.True(await CommentAsync(lee, maya, "Condition", asthma));
        var comment = Assert.Single(await CommentsAsync(maya, "Condition", asthma));
        var psychiatric = Make.Encounter(maya);
        psychiatric["type"] = new JsonArray(new JsonObject { ["text"] = "Psychiatry follow-up for depression" });
        await maya.WriteAsync((visit, 2, psychiatric));
        Assert.NotEmpty(await LabelsAsync(maya, asthma, "Condition"));
        Assert.Equal(await LabelsAsync(maya, asthma, "Condition"), await LabelsAsync(maya, comment));
        await NothingAsync(osei, maya, comment);
    }

    [Fact]
    public async Task Words_that_are_sensitive_themselves_stay_home_also_from_their_author_and_from_a_link_to_the_entry()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.ConsentAsync(Make.Commenting(maya, lee.Reference));
        var pulse = await maya.AddAsync(Make.Observation(maya));
        Assert.True(await CommentAsync(lee, maya, "Observation", pulse, "she told me of her alcohol dependence"));
        var comment = Assert.Single(await CommentsAsync(maya, "Observation", pulse));
        Assert.Equal(["ETHUD"], await LabelsAsync(maya, comment));
        await NothingAsync(lee, maya, comment);
        var osei = NewDoctor("Dr Osei");
        var named = Make.Provision("permit", osei.Reference);
        named["data"] = new JsonArray(new JsonObject { ["meaning"] = "instance", ["reference"] = Make.Reference($"Observation/{maya.IdOf(pulse)}") });
        await maya.ConsentAsync(Make.Consent(maya, named));
        Assert.Equal([maya.IdOf(pulse)], Ids(await AskAsync(osei, maya, Everything)));
    }

    [Fact]
    public async Task It_goes_and_comes_with_the_entry()
    {
        var maya = await NewPatientAsync();
        var (lee, osei) = (NewDoctor(), NewDoctor("Dr Osei"));
        await maya.ConsentAsync(Make.Commenting(maya, lee.Reference));
        var permit = Make.Consent(maya, Make.Provision("permit", osei.Reference, ["Observation"]));
        var agreement = await maya.ConsentAsync(permit);
        var pulse = await maya.AddAsync(Make.Observation(maya));
        var source = (await maya.Own.SourcesAsync(Cancel))[0].Number;
        Assert.True(await CommentAsync(lee, maya, "Observation", pulse));
        var comment = Assert.Single(await CommentsAsync(maya, "Observation", pulse));

        // Narrowed to what the entry is not.
        await maya.ReplaceConsentAsync(agreement, Make.Consent(maya, Make.Provision("permit", osei.Reference, ["Condition", "Communication"])));
        await NothingAsync(osei, maya, comment);
        await maya.ReplaceConsentAsync(agreement, permit);
        Assert.Contains(maya.IdOf(comment), Ids(await AskAsync(osei, maya, Everything)));

        // Withdrawn, and there again.
        Assert.NotNull(await maya.Own.TakeBackAsync(source, (view, _) => Withdraw(view, "Observation", pulse, 2), Cancel));
        await NothingAsync(osei, maya, comment);
        await NothingAsync(lee, maya, comment);
        Assert.False(await CommentAsync(lee, maya, "Observation", pulse));
        await maya.WriteAsync((pulse, 3, Make.Observation(maya)));
        Assert.Contains(maya.IdOf(comment), Ids(await AskAsync(osei, maya, Everything)));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Its_author_takes_it_back_while_they_may_comment_and_its_patient_takes_it_out()
    {
        var maya = await NewPatientAsync();
        var (lee, osei) = (NewDoctor(), NewDoctor("Dr Osei"));
        var permit = Make.Commenting(maya, lee.Reference);
        var agreement = await maya.ConsentAsync(permit);
        await maya.ConsentAsync(Make.Commenting(maya, osei.Reference));
        var pulse = await maya.AddAsync(Make.Observation(maya));
        Assert.True(await CommentAsync(lee, maya, "Observation", pulse));
        Assert.True(await CommentAsync(lee, maya, "Observation", pulse, "second"));
        Assert.True(await maya.Own.Comments.WriteAsync("Observation", pulse, new CommentWords("I had just run", CommentWords.NewKey()), "Comment", Cancel));
        var comments = await CommentsAsync(maya, "Observation", pulse);
        Assert.Equal(3, comments.Count);

        // Nobody takes back what is not theirs, nor what is no comment.
        Assert.False(await TakeBackAsync(osei, maya, comments[0]));
        Assert.False(await TakeBackAsync(lee, maya, comments[2]));
        Assert.False(await TakeBackAsync(lee, maya, pulse));
        Assert.True(await TakeBackAsync(lee, maya, comments[0]));
        Assert.False(await TakeBackAsync(lee, maya, comments[0]));
        Assert.Equal((LedgerKind.Corrected, lee.Reference), ((await maya.ReadLedgerAsync())[0].Details is { } last ? (last.Kind, last.Actor) : default));
        Assert.Equal(comments.Skip(1), await CommentsAsync(maya, "Observation", pulse));
        await NothingAsync(osei, maya, comments[0]);

        await maya.RevokeAsync(agreement, permit);
        Assert.False(await TakeBackAsync(lee, maya, comments[1]));
        var source = await maya.Own.Comments.SourceOfAsync(comments[1], Cancel);
        Assert.NotNull(await maya.Own.TakeBackAsync(source!.Number, (view, _) => Withdraw(view, "Communication", comments[1], 2), Cancel));
        Assert.Equal(comments.Skip(2), await CommentsAsync(maya, "Observation", pulse));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Nobody_comments_who_may_not_nor_on_what_they_do_not_see()
    {
        var maya = await NewPatientAsync();
        var (lee, osei, meyer, sofia) = (NewDoctor(), NewDoctor("Dr Osei"), NewDoctor("Dr Meyer"), NewDoctor("Sofia"));
        var (pulse, low, asthma) = (await maya.AddAsync(Make.Observation(maya)), await maya.AddAsync(Make.Observation(maya, labels: ["PSY"])), await maya.AddAsync(Make.Condition(maya)));
        var commenting = Make.Commenting(maya, lee.Reference, ["Observation", "Patient"]);
        commenting["provision"]!["action"]!.AsArray().Add((JsonNode)Make.Concept(ConsentAction.OwnSystem, ConsentAction.ShareOnCode, null));
        var agreement = await maya.ConsentAsync(commenting);
        await maya.ConsentAsync(Make.Permit(maya, osei.Reference));
        await maya.ConsentAsync(Make.Delegation(maya, sofia.Reference, [ConsentAction.Access, ConsentAction.Collect, ConsentAction.Correct]));
        await Records.PassingOn.PassOnAsync(new PassOnAsk(lee, maya.Id, agreement, meyer.Reference, meyer.Name), Cancel);
        foreach (var nobody in new[] { osei, meyer, sofia, maya.Owner })
        {
            Assert.Null(await Records.Commenting.OpenAsync(maya.Id, nobody, PurposeOfUse.Treatment, Cancel));
            Assert.Null(await Records.Commenting.OpenAsync(maya.Id, nobody, PurposeOfUse.ActingForPatient, Cancel));
        }

        Assert.Null(await Records.Commenting.OpenAsync(PatientId.New(), lee, PurposeOfUse.Treatment, Cancel));
        Assert.Null(await Records.Commenting.OpenAsync(maya.Id, lee, PurposeOfUse.ActingForPatient, Cancel));

        // What they do not see, what is not there, of another kind, who the patient is.
        foreach (var (type, local) in new[] { ("Observation", low), ("Condition", asthma), ("Observation", LocalId.New()), ("Condition", pulse), ("Patient", default) })
        {
            Assert.False(await CommentAsync(lee, maya, type, local));
            Assert.False(await (await OpenAsync(lee, maya))!.MayCommentOnAsync(type, local, Cancel));
        }

        Assert.True(await CommentAsync(lee, maya, "Observation", pulse));
        Assert.False(await CommentAsync(lee, maya, "Communication", Assert.Single(await CommentsAsync(maya, "Observation", pulse))));

        // Seen by another agreement than that by which they comment, or by none any more.
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        Assert.False(await CommentAsync(lee, maya, "Condition", asthma));
        var denied = Make.Consent(maya, Make.Provision("deny", lee.Reference, ["Observation"]));
        await maya.ConsentAsync(denied);
        Assert.False(await CommentAsync(lee, maya, "Observation", pulse));
    }

    [Fact]
    public async Task Who_acts_for_the_patient_comments_for_them_where_that_is_named_and_the_ledger_names_both()
    {
        var maya = await NewPatientAsync();
        var sofia = NewDoctor("Sofia");
        var delegation = Make.Delegation(maya, sofia.Reference, [ConsentAction.Access, ConsentAction.Collect]);
        delegation["provision"]!["action"]!.AsArray().Add((JsonNode)Make.Concept(ConsentAction.OwnSystem, ConsentAction.CommentCode, null));
        await maya.ConsentAsync(delegation);
        var pulse = await maya.AddAsync(Make.Observation(maya));
        Assert.Null(await OpenAsync(sofia, maya));
        Assert.True(await CommentAsync(sofia, maya, "Observation", pulse, purpose: PurposeOfUse.ActingForPatient));
        var comment = Assert.Single(await CommentsAsync(maya, "Observation", pulse));
        var told = (await maya.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Gathered, sofia.Reference, maya.Reference), (told.Kind, told.Actor, told.OnBehalfOf));

        // It is no file that they brought, and is taken back as a comment.
        Assert.Empty(await (await Records.Acting.OpenAsync(maya.Id, sofia, Cancel))!.SourcesAsync(Cancel));
        Assert.True(await TakeBackAsync(sofia, maya, comment, PurposeOfUse.ActingForPatient));
        Assert.Equal(maya.Reference, (await maya.ReadLedgerAsync())[0].Details!.OnBehalfOf);
        await maya.VerifyAsync();
    }

    /// <summary>What somebody else brings never becomes a comment, and what the patient brings is one on what it is on alone.</summary>
    [Fact]
    public async Task What_a_file_says_to_be_a_comment_opens_nothing()
    {
        var maya = await NewPatientAsync();
        var (lee, osei) = (NewDoctor(), NewDoctor("Dr Osei"));
        var adding = Make.Commenting(maya, lee.Reference);
        adding["provision"]!["action"]!.AsArray().Add((JsonNode)Make.Concept("http://terminology.hl7.org/CodeSystem/consentaction", ConsentAction.Collect, null));
        await maya.ConsentAsync(adding);
        await maya.ConsentAsync(Make.Permit(maya, osei.Reference));
        var (pulse, low) = (await maya.AddAsync(Make.Observation(maya)), await maya.AddAsync(Make.Observation(maya, labels: ["PSY"])));
        var brought = LocalId.New();
        await (await Records.Contributing.OpenAsync(maya.Id, lee, Cancel))!.GatherAsync(
            new SourceDescription(ContributingAccess.Kind, "file"), view => ValueTask.FromResult(new GatheringPlan([TestPatient.Draft(view, brought, 1, Written(maya, "Observation", pulse))])), Cancel);
        Assert.Empty(await CommentsAsync(maya, "Observation", pulse));

        var own = await maya.AddAsync(
            Written(maya, "Observation", pulse), Written(maya, "Observation", low), Written(maya, "Observation", LocalId.New()), Written(maya, "Patient", default(LocalId)), Written(maya, "Observation", pulse, low), Written(maya, "Observation"));
        Assert.Equal([maya.IdOf(own[0])], (Ids(await AskAsync(osei, maya, Search("Communication")))));
        Assert.Equal(["PSY"], await LabelsAsync(maya, own[1]));
        Assert.Equal(6, (await maya.Own.QueryAsync(Search("Communication"), Cancel)).Total);

        // One on a comment is one on nothing.
        var nested = await maya.AddAsync(Written(maya, "Communication", own[0]));
        await NothingAsync(osei, maya, nested);
        await maya.VerifyAsync();
    }

    /// <summary>The document behind a letter is read before a comment on the letter is marked, however JSON writes that it is a comment.</summary>
    [Fact]
    public async Task A_comment_on_a_letter_is_marked_however_JSON_writes_its_category()
    {
        var maya = await NewPatientAsync();
        var (letter, document, comment) = (LocalId.New(), LocalId.New(), LocalId.New());
        await maya.Own.GatherAsync(
            new SourceDescription("file", "letter.txt"),
            view => new GatheringPlan(
            [
                TestPatient.Draft(view, document, 1, new JsonObject { ["resourceType"] = "Binary", ["contentType"] = "text/plain" }) with { Parts = ["her alcohol dependence"u8.ToArray()] },
                TestPatient.Draft(view, letter, 1, new JsonObject
                {
                    ["resourceType"] = "DocumentReference",
                    ["status"] = "current",
                    ["subject"] = Make.Reference(maya.Reference),
                    ["content"] = new JsonArray(new JsonObject { ["attachment"] = new JsonObject { ["contentType"] = "text/plain", ["url"] = $"Binary/{maya.IdOf(document)}" } }),
                }),
            ]),
            Cancel);
        var labels = await LabelsAsync(maya, letter, "DocumentReference");
        Assert.Equal(["ETHUD"], labels);
        await maya.Own.GatherAsync(
            new SourceDescription("file", "notes.json"),
            view =>
            {
                var draft = TestPatient.Draft(view, comment, 1, Written(maya, "DocumentReference", letter));
                var body = Encoding.UTF8.GetString(draft.Body.Span);
                Assert.Contains($"\"{Comment.System}\"", body, StringComparison.Ordinal);
                return new GatheringPlan([draft with { Body = Encoding.UTF8.GetBytes(body.Replace(Comment.System, "urn:rapport:\\u0063ommunication", StringComparison.Ordinal)) }]);
            },
            Cancel);
        Assert.Equal([comment], await CommentsAsync(maya, "DocumentReference", letter));
        Assert.Equal(labels, await LabelsAsync(maya, comment));
    }

    [Fact]
    public async Task Another_node_that_loads_the_record_decides_the_same()
    {
        var maya = await NewPatientAsync();
        var (lee, osei, sam) = (NewDoctor(), NewDoctor("Dr Osei"), NewDoctor("Sam"));
        await maya.ConsentAsync(Make.Commenting(maya, lee.Reference));
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", osei.Reference, ["Observation"])));
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", sam.Reference, ["Communication"])));
        var pulse = await maya.AddAsync(Make.Observation(maya));
        Assert.True(await CommentAsync(lee, maya, "Observation", pulse));
        await maya.AddAsync(Make.Condition(maya));
        Assert.Equal(2, Ids(await AskAsync(osei, maya, Everything, node: OtherNode)).Count);
        Assert.Null(await AskAsync(sam, maya, Everything, node: OtherNode));
    }

    [Fact]
    public async Task Under_concurrent_writers_nothing_stands_in_the_ledger_after_the_end()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var lee = NewDoctor();
        var permit = Make.Commenting(maya, lee.Reference);
        var agreement = await maya.ConsentAsync(permit);
        var pulse = await maya.AddAsync(Make.Observation(maya));
        for (var round = 0; round < 3; round++)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var accesses = new[] { (await OpenAsync(lee, maya))!, (await OtherNode.Commenting.OpenAsync(maya.Id, lee, PurposeOfUse.Treatment, Cancel))! };
            var writers = Enumerable.Range(0, 4).Select(async i =>
            {
                var isAfter = i == 3;
                if (isAfter)
                {
                    await ended.Task;
                }

                var written = await accesses[i % 2].CommentAsync("Observation", pulse, new CommentWords(Words, CommentWords.NewKey()), "Dr Lee", "comment", Cancel);
                Assert.False(isAfter && written, "what began after the acknowledged end was written");
            }).ToList();
            await (round % 2 == 0 ? maya : there).RevokeAsync(agreement, permit);
            ended.SetResult();
            await Task.WhenAll(writers);
            Assert.False(await accesses[0].MayCommentOnAsync("Observation", pulse, Cancel));
            await (round % 2 == 0 ? maya : there).ReplaceConsentAsync(agreement, permit);
        }

        var open = false;
        foreach (var details in (await maya.ReadLedgerAsync()).Reverse().Select(static row => row.Details!))
        {
            open = details.Kind is LedgerKind.Consented or LedgerKind.Revoked ? details.Kind == LedgerKind.Consented : open;
            Assert.True(open || details.Kind != LedgerKind.Gathered || details.Actor != lee.Reference, "a comment was written after the end");
        }

        await maya.VerifyAsync();
    }

    private Task<CommentingAccess?> OpenAsync(Actor actor, TestPatient patient) => Records.Commenting.OpenAsync(patient.Id, actor, PurposeOfUse.Treatment, Cancel);

    private async Task<bool> CommentAsync(Actor actor, TestPatient patient, string type, LocalId local, string text = Words, string purpose = PurposeOfUse.Treatment) =>
        await Records.Commenting.OpenAsync(patient.Id, actor, purpose, Cancel) is { } access && await access.CommentAsync(type, local, new CommentWords(text, CommentWords.NewKey()), $"{actor.Name}, Hill Practice", $"Comment by {actor.Name}", Cancel);

    private async Task<bool> TakeBackAsync(Actor actor, TestPatient patient, LocalId comment, string purpose = PurposeOfUse.Treatment) =>
        await Records.Commenting.OpenAsync(patient.Id, actor, purpose, Cancel) is { } access && await access.TakeBackAsync(comment, (view, _, _) => Withdraw(view, "Communication", comment, 2), Cancel);

    /// <summary>The comments on an entry, as the patient sees them.</summary>
    private static async Task<IReadOnlyList<LocalId>> CommentsAsync(TestPatient patient, string type, LocalId local)
    {
        var answer = await patient.Own.QueryAsync(new RecordQuery.ById(type, local) { WithComments = true }, Cancel);
        return [.. answer.Comments.Select(at => LocalId.Parse(answer.Entries[at].Id.AsSpan(PatientId.TextLength + 1)))];
    }

    /// <summary>By no question does anybody learn that there is a comment.</summary>
    private async Task NothingAsync(Actor reader, TestPatient patient, LocalId comment)
    {
        Assert.Null(await AskAsync(reader, patient, new RecordQuery.ById("Communication", comment)));
        Assert.Null(await AskAsync(reader, patient, new RecordQuery.ById("Communication", comment, 1)));
        Assert.Null(await AskAsync(reader, patient, new RecordQuery.History("Communication", comment)));
        Assert.DoesNotContain(patient.IdOf(comment), Ids(await AskAsync(reader, patient, Search("Communication"))));
        Assert.DoesNotContain(patient.IdOf(comment), Ids(await AskAsync(reader, patient, Everything)));
        Assert.DoesNotContain(patient.IdOf(comment), Ids(await AskAsync(reader, patient, new RecordQuery.Timeline { Text = TextCriterion.Of(Words, []) })));
    }

    private static async Task<IReadOnlyList<string>> LabelsAsync(TestPatient patient, LocalId local, string type = "Communication") =>
        (await patient.Own.QueryAsync(new RecordQuery.ById(type, local), Cancel)).Entries[0].Labels;

    private static async Task<int> VersionAsync(TestPatient patient, string type, LocalId local) => (await patient.Own.QueryAsync(new RecordQuery.ById(type, local), Cancel)).Entries[0].Version;

    private static ValueTask<IReadOnlyList<EntryDraft>> Withdraw(GatheringView view, string type, LocalId local, int version) =>
        ValueTask.FromResult<IReadOnlyList<EntryDraft>>([TestPatient.Draft(view, local, version, new JsonObject { ["resourceType"] = type }) with { IsWithdrawn = true }]);

    /// <summary>A comment as a file may have it.</summary>
    private static JsonObject Written(TestPatient patient, string type, params LocalId[] on) => new()
    {
        ["resourceType"] = "Communication",
        ["status"] = "completed",
        ["category"] = new JsonArray(Make.Concept(Comment.System, Comment.Code, null)),
        ["subject"] = Make.Reference(patient.Reference),
        ["about"] = new JsonArray([.. on.Select(local => (JsonNode?)Make.Reference(local == default ? patient.Reference : $"{type}/{patient.IdOf(local)}"))]),
        ["payload"] = new JsonArray(new JsonObject { ["contentString"] = Words }),
    };
}

public sealed class CommentingOnSqlite(SqliteTestDatabase test) : CommentingContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class CommentingOnPostgres(PostgresTestDatabase test) : CommentingContract(test), IClassFixture<PostgresTestDatabase>;
