using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

public abstract class ContributingContract(TestDatabase test) : RecordsContract(test)
{
    private const ulong SomeOrigin = 77;
    private static readonly RecordQuery Everything = new RecordQuery.Everything();
    private static readonly RecordQuery Conditions = new RecordQuery.Everything { Types = ["Condition"] };

    [Fact]
    public async Task What_somebody_adds_stands_under_their_name_and_only_what_they_may_add_does()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor("Dr Lee", "Organization/hill");
        var agreement = await maya.ConsentAsync(Adding(maya, "Organization/hill", "Observation"));
        var access = await OpenAsync(lee, maya);
        Assert.Equal("Maya Ortiz", access!.PatientName);
        var (pulse, other) = (LocalId.New(), LocalId.New());
        Assert.True(await AddAsync(access, (pulse, 1, Make.Observation(maya), 0UL), (other, 1, Make.Condition(maya), 0UL)));
        Assert.Equal([maya.IdOf(pulse)], Ids(await AskAsync(lee, maya, Everything)));
        Assert.Empty(Ids(await maya.Own.QueryAsync(new RecordQuery.ById("Condition", other), Cancel)));
        var told = (await maya.ReadLedgerAsync()).Select(static row => row.Details!).Single(static details => details.Kind == LedgerKind.Gathered);
        Assert.Equal((lee.Reference, "Dr Lee", null, 1), (told.Actor, told.ActorName, told.OnBehalfOf, told.EntryCount));
        Assert.Equal([maya.IdOf(agreement)], told.Consents);
        Assert.Equal(lee.Reference, Assert.Single(await maya.Own.SourcesAsync(Cancel)).GatheredBy);

        // Taken back by who added it; others have nothing to take back.
        var source = Assert.Single(await access.SourcesAsync(Cancel)).Number;
        Assert.Empty(await (await OpenAsync(NewDoctor("Dr Osei", "Organization/hill"), maya))!.SourcesAsync(Cancel));
        Assert.True(await TakeBackAsync(access, source));
        Assert.False(await TakeBackAsync(access, source));
        Assert.Equal((LedgerKind.Corrected, lee.Reference), ((await maya.ReadLedgerAsync())[0].Details is { } last ? (last.Kind, last.Actor) : default));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Nobody_brings_a_comment_in_the_name_of_another()
    {
        var maya = await NewPatientAsync();
        var (lee, osei) = (NewDoctor(), NewDoctor("Dr Osei"));
        await maya.ConsentAsync(Adding(maya, lee.Reference, "Observation", "Communication"));
        var (pulse, comment) = (LocalId.New(), LocalId.New());
        var forged = JsonNode.Parse(Comment.Write(maya.Id.ToString(), comment, $"Observation/{maya.IdOf(pulse)}", "All is well.", (osei.Reference, osei.Name), Clock.GetUtcNow()))!.AsObject();
        Assert.True(await AddAsync((await OpenAsync(lee, maya))!, (pulse, 1, Make.Observation(maya), 0UL), (comment, 1, forged, 0UL)));
        Assert.Equal([maya.IdOf(pulse)], Ids(await AskAsync(lee, maya, Everything)));
        Assert.Empty(Ids(await maya.Own.QueryAsync(new RecordQuery.ById("Communication", comment), Cancel)));
    }

    [Fact]
    public async Task Nobody_adds_who_may_only_see_or_act_or_has_it_from_another()
    {
        var maya = await NewPatientAsync();
        var (lee, osei, sofia, meyer) = (NewDoctor(), NewDoctor("Dr Osei"), NewDoctor("Sofia"), NewDoctor("Dr Meyer"));
        await maya.AddAsync(Make.Observation(maya));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        await maya.ConsentAsync(Make.Delegation(maya, sofia.Reference, [ConsentAction.Access, ConsentAction.Collect]));
        var adding = Adding(maya, osei.Reference);
        adding["provision"]!["action"]!.AsArray().Add((JsonNode)Make.Concept(ConsentAction.OwnSystem, ConsentAction.ShareOnCode, null));
        var agreement = await maya.ConsentAsync(adding);
        await Records.PassingOn.PassOnAsync(new PassOnAsk(osei, maya.Id, agreement, meyer.Reference, meyer.Name), Cancel);
        Assert.NotNull(await AskAsync(meyer, maya, Everything));
        foreach (var nobody in new[] { lee, sofia, meyer, maya.Owner })
        {
            Assert.Null(await OpenAsync(nobody, maya));
        }

        Assert.Null(await Records.Contributing.OpenAsync(PatientId.New(), osei, Cancel));
        Assert.NotNull(await OpenAsync(osei, maya));
    }

    [Fact]
    public async Task That_what_somebody_adds_is_one_with_something_marked_tells_them_nothing()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.ConsentAsync(Adding(maya, lee.Reference));
        var marked = await maya.AddAsync(Make.Condition(maya, onset: "2020-03-02"));
        var mark = new LabelWord(new LabelScope.Entry("Condition", marked), SecurityLabel.Restricted, LabelVerdict.Added);
        await maya.Own.Labels.SayAsync([mark], mayShareMore: false, Cancel);
        var note = LocalId.New();
        Assert.True(await AddAsync((await OpenAsync(lee, maya))!, (note, 1, Make.Condition(maya, onset: "2020-03-02"), 0UL)));
        Assert.Equal([maya.IdOf(note)], Ids(await AskAsync(lee, maya, Conditions)));

        // Nor does what the patient writes next, nor another version of their own.
        await maya.AddAsync(Make.Observation(maya));
        Assert.Contains(maya.IdOf(note), Ids(await AskAsync(lee, maya, Conditions)));
        Assert.True(await AddAsync((await OpenAsync(lee, maya))!, (LocalId.New(), 1, Make.Condition(maya, onset: "2020-03-02"), SomeOrigin)));
        Assert.True(await AddAsync((await OpenAsync(lee, maya))!, ((await KnownAsync((await OpenAsync(lee, maya))!))!.Value, 2, Make.Condition(maya, onset: "2020-03-02"), SomeOrigin)));
        Assert.Equal(2, Ids(await AskAsync(lee, maya, Conditions, node: OtherNode)).Count);
        var body = (await AskAsync(lee, maya, new RecordQuery.ById("Condition", note)))!;
        Assert.Equal((1, true), (body.Entries[0].Version, body.ReadResource(0).Root.TryGetChild("meta", out var meta) && !meta.TryGetChild("security", out _)));
        Assert.Empty(Ids(await AskAsync(lee, maya, Search("Condition", "_security=R"))));
    }

    /// <summary>What somebody adds of something marked was shared with everybody else until the patient wrote something.</summary>
    [Fact]
    public async Task What_somebody_adds_of_something_marked_stays_home_at_once_from_everybody_but_them()
    {
        var maya = await NewPatientAsync();
        var (lee, osei, meyer) = (NewDoctor("Dr Lee", "Organization/hill"), NewDoctor("Dr Osei", "Organization/hill"), NewDoctor("Dr Meyer"));
        var agreement = await maya.ConsentAsync(Adding(maya, "Organization/hill"));
        await maya.ConsentAsync(Make.Permit(maya, meyer.Reference));
        var marked = await maya.AddAsync(Make.Condition(maya, onset: "2020-03-02"));
        await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.Entry("Condition", marked), SecurityLabel.Restricted, LabelVerdict.Added)], mayShareMore: false, Cancel);
        var (note, other) = (LocalId.New(), LocalId.New());
        Assert.True(await AddAsync((await OpenAsync(lee, maya))!, (note, 1, Make.Condition(maya, onset: "2020-03-02"), 0UL), (other, 1, Make.Condition(maya, code: "44054006"), 0UL)));
        Assert.Equal(new HashSet<string> { maya.IdOf(note), maya.IdOf(other) }, Ids(await AskAsync(lee, maya, Conditions)).ToHashSet());
        foreach (var (who, node) in new[] { (osei, Records), (meyer, Records), (osei, OtherNode), (meyer, OtherNode) })
        {
            Assert.Equal([maya.IdOf(other)], Ids(await AskAsync(who, maya, Conditions, node: node)));
            Assert.Null(await AskAsync(who, maya, new RecordQuery.ById("Condition", note), node: node));
            Assert.Equal(ReasonKind.Sensitive, (await maya.Own.PreviewAsync(who, "TREAT", null, Cancel)).Find("Condition", note)!.Value.Reason.Kind);
        }

        // Who may see what is marked sees it; its patient is told that it is, and why.
        var trusted = NewDoctor("Dr Ortiz");
        await maya.ConsentAsync(Make.Consent(maya, Sensitive(trusted.Reference)));
        Assert.Contains(maya.IdOf(note), Ids(await AskAsync(trusted, maya, Conditions)));
        Assert.Equal(SecurityLabel.Restricted, Assert.Single((await maya.Own.Labels.ExplainAsync("Condition", note, Cancel))!.There).Label);
        var told = (await maya.ReadLedgerAsync()).Select(static row => row.Details!).ToList();
        var gathered = told.FindIndex(static details => details.Kind == LedgerKind.Gathered && details.Actor.StartsWith("Practitioner/", StringComparison.Ordinal));
        Assert.Equal((2, lee.Reference), (told[gathered].EntryCount, told[gathered].Actor));
        Assert.Equal((LedgerKind.Corrected, "Device/rapport", OwnLabelling.ByRules), (told[gathered - 1].Kind, told[gathered - 1].Actor, told[gathered - 1].Note));

        // What the patient takes off by their own word is off for everybody, and what they put on is on for who wrote it too.
        await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.Entry("Condition", note), SecurityLabel.Restricted, LabelVerdict.None)], mayShareMore: true, Cancel);
        Assert.Contains(maya.IdOf(note), Ids(await AskAsync(meyer, maya, Conditions)));
        await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.Entry("Condition", note), SecurityLabel.Restricted, LabelVerdict.Added)], mayShareMore: false, Cancel);
        Assert.DoesNotContain(maya.IdOf(note), Ids(await AskAsync(lee, maya, Conditions)));
        await maya.RevokeAsync(agreement, Adding(maya, "Organization/hill"));
        Assert.Null(await AskAsync(lee, maya, Conditions));
        await maya.VerifyAsync();
    }

    /// <summary>What was made ready for somebody was used for them when they were known otherwise: it was kept by the first of their references alone.</summary>
    [Fact]
    public async Task What_is_private_to_everybody_but_its_writer_is_so_by_whichever_reference_they_wrote_it()
    {
        var maya = await NewPatientAsync();
        var (lee, osei) = (NewDoctor("Dr Lee", "Organization/hill"), NewDoctor("Dr Osei", "Organization/hill"));
        await maya.ConsentAsync(Adding(maya, "Organization/hill"));
        var marked = await maya.AddAsync(Make.Condition(maya, onset: "2020-03-02"));
        await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.Entry("Condition", marked), SecurityLabel.Restricted, LabelVerdict.Added)], mayShareMore: false, Cancel);
        var (one, other) = (LocalId.New(), LocalId.New());
        Assert.True(await AddAsync((await OpenAsync(lee, maya))!, (one, 1, Make.Condition(maya, onset: "2020-03-02"), 0UL)));
        Assert.True(await AddAsync((await OpenAsync(osei, maya))!, (other, 1, Make.Condition(maya, onset: "2020-03-02"), 0UL)));
        var reader = NewDoctor("Dr Meyer");
        foreach (var (knownAs, seen) in new (string[], LocalId[])[] { ([lee.Reference], [one]), ([osei.Reference], [other]), ([], []), ([osei.Reference, lee.Reference], [one, other]), ([lee.Reference], [one]) })
        {
            var now = reader with { RecipientReferences = [reader.Reference, "Organization/hill", .. knownAs] };
            Assert.Equal(seen.Select(maya.IdOf).Order(), Ids(await AskAsync(now, maya, Conditions)).Order());
        }
    }

    /// <summary>Once what the patient marked was taken back with its source, what others added of it stayed home, and what came after that was shared with everybody.</summary>
    [Fact]
    public async Task What_comes_later_of_what_somebody_added_of_something_marked_stays_home_though_that_was_withdrawn()
    {
        var maya = await NewPatientAsync();
        var (lee, osei, meyer) = (NewDoctor(), NewDoctor("Dr Osei"), NewDoctor("Dr Meyer"));
        foreach (var adding in new[] { lee, osei })
        {
            await maya.ConsentAsync(Adding(maya, adding.Reference));
        }

        await maya.ConsentAsync(Make.Permit(maya, meyer.Reference));
        var marked = await maya.AddAsync(Make.Condition(maya, onset: "2020-03-02"));
        var source = Assert.Single(await maya.Own.SourcesAsync(Cancel)).Number;
        await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.Entry("Condition", marked), SecurityLabel.Restricted, LabelVerdict.Added)], mayShareMore: false, Cancel);
        var (first, second) = (LocalId.New(), LocalId.New());
        Assert.True(await AddAsync((await OpenAsync(lee, maya))!, (first, 1, Make.Condition(maya, onset: "2020-03-02"), 0UL)));
        Assert.NotNull(await maya.Own.TakeBackAsync(
            source,
            (view, _) => ValueTask.FromResult<IReadOnlyList<EntryDraft>>([TestPatient.Draft(view, marked, 3, new JsonObject { ["resourceType"] = "Condition" }) with { IsWithdrawn = true }]),
            Cancel));

        // By another of those who add, and by the patient themself.
        Assert.True(await AddAsync((await OpenAsync(osei, maya))!, (second, 1, Make.Condition(maya, onset: "2020-03-02"), 0UL)));
        Assert.Empty(Ids(await AskAsync(meyer, maya, Conditions)));
        await maya.AddAsync(Make.Condition(maya, onset: "2020-03-02"));
        Assert.Empty(Ids(await AskAsync(meyer, maya, Conditions)));
        Assert.Empty(Ids(await AskAsync(meyer, maya, Conditions, node: OtherNode)));
        Assert.Equal([maya.IdOf(first)], Ids(await AskAsync(lee, maya, Conditions)));
        Assert.Equal([maya.IdOf(second)], Ids(await AskAsync(osei, maya, Conditions)));
    }

    /// <summary>What somebody adds may join what they see with what they do not: what they saw they go on seeing, and whatever they pass on stays home.</summary>
    [Fact]
    public async Task What_was_seen_before_and_is_one_by_what_somebody_adds_stays_seen_by_them_alone_and_goes_no_further()
    {
        var maya = await NewPatientAsync();
        var (lee, meyer) = (NewDoctor(), NewDoctor("Dr Meyer"));
        var adding = Adding(maya, lee.Reference);
        adding["provision"]!["action"]!.AsArray().Add((JsonNode)Make.Concept(ConsentAction.OwnSystem, ConsentAction.ShareOnCode, null));
        var agreement = await maya.ConsentAsync(adding);
        await Records.PassingOn.PassOnAsync(new PassOnAsk(lee, maya.Id, agreement, meyer.Reference, meyer.Name), Cancel);
        var marked = await maya.AddAsync(Make.Condition(maya, onset: "2020-03-02"));
        await maya.Own.Labels.SayAsync([new LabelWord(new LabelScope.Entry("Condition", marked), SecurityLabel.Restricted, LabelVerdict.Added)], mayShareMore: false, Cancel);
        Assert.True(await AddAsync((await OpenAsync(lee, maya))!, (LocalId.New(), 1, Make.Condition(maya, onset: "2020-03-02"), 0UL)));
        Assert.Single(Ids(await AskAsync(lee, maya, Conditions)));
        Assert.Null(await AskAsync(meyer, maya, Conditions));
        Assert.Null(await AskAsync(meyer, maya, Conditions, node: OtherNode));
    }

    [Fact]
    public async Task It_is_never_taken_for_what_others_brought_so_nothing_tells_that_it_is_there()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var hidden = LocalId.New();
        await maya.Own.GatherAsync(new SourceDescription("file", "old.json"), view => new GatheringPlan([TestPatient.Draft(view, hidden, 1, Make.Condition(maya, labels: ["PSY"])) with { Origin = SomeOrigin, ContentDigest = 5 }]), Cancel);
        await maya.ConsentAsync(Adding(maya, lee.Reference));
        var access = (await OpenAsync(lee, maya))!;

        // Whatever it is asked by, what others brought is not there for who adds.
        Assert.True(await access.GatherAsync(
            new SourceDescription(ContributingAccess.Kind, "note"),
            view =>
            {
                Assert.Null(view.FindOrigin(SomeOrigin));
                Assert.Null(view.FindReferable(SomeOrigin));
                Assert.Null(view.Find(hidden));
                Assert.Equal(0UL, view.LastDigestOf(SomeOrigin));
                return ValueTask.FromResult(new GatheringPlan([]));
            },
            Cancel));
        Assert.True(await AddAsync(access, (hidden, 2, Make.Condition(maya, code: "1"), 0UL)));
        Assert.Equal(1, (await maya.Own.QueryAsync(new RecordQuery.ById("Condition", hidden), Cancel)).Entries[0].Version);

        // The same again of their own is known to be theirs, and comes back after they took it back.
        var note = LocalId.New();
        Assert.True(await AddAsync(access, (note, 1, Make.Condition(maya), SomeOrigin)));
        Assert.NotNull(await AskAsync(lee, maya, new RecordQuery.ById("Condition", note)));
        Assert.Equal(note, await KnownAsync(access));
        Assert.True(await AddAsync(access, (note, 2, Make.Condition(maya, code: "2"), SomeOrigin)));
        Assert.Equal(2, (await maya.Own.QueryAsync(new RecordQuery.ById("Condition", note), Cancel)).Entries[0].Version);
        Assert.Equal(2, (await access.SourcesAsync(Cancel)).Count);
        await maya.VerifyAsync();
    }

    /// <summary>Of two agreements one ended: what only that one let them add is dropped, and nobody is told that it was taken.</summary>
    [Fact]
    public async Task What_none_of_the_agreements_lets_them_add_any_more_is_told_as_not_taken()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var results = Adding(maya, lee.Reference, "Observation");
        var agreement = await maya.ConsentAsync(results);
        await maya.ConsentAsync(Adding(maya, lee.Reference, "Condition"));
        var access = (await OpenAsync(lee, maya))!;
        await maya.RevokeAsync(agreement, results);
        Assert.False(await AddAsync(access, (LocalId.New(), 1, Make.Observation(maya), 0UL)));
        Assert.Empty(await access.SourcesAsync(Cancel));
        Assert.DoesNotContain(await maya.ReadLedgerAsync(), static row => row.Details!.Kind == LedgerKind.Gathered);

        // What may be added of it is added, and what was added before is no news.
        Assert.True(await AddAsync(access, (LocalId.New(), 1, Make.Observation(maya), 0UL), (LocalId.New(), 1, Make.Condition(maya), 0UL)));
        Assert.True(await AddAsync(access));
    }

    [Fact]
    public async Task Under_concurrent_writers_nothing_stands_in_the_ledger_after_the_end()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var lee = NewDoctor();
        var permit = Adding(maya, lee.Reference);
        var agreement = await maya.ConsentAsync(permit);
        for (var round = 0; round < 3; round++)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var accesses = new[] { (await OpenAsync(lee, maya))!, (await OtherNode.Contributing.OpenAsync(maya.Id, lee, Cancel))! };
            var writers = Enumerable.Range(0, 4).Select(async i =>
            {
                var isAfter = i == 3;
                if (isAfter)
                {
                    await ended.Task;
                }

                var written = await AddAsync(accesses[i % 2], (LocalId.New(), 1, Make.Observation(maya), 0UL));
                Assert.False(isAfter && written, "what began after the acknowledged end was written");
            }).ToList();
            var patient = round % 2 == 0 ? maya : there;
            await patient.RevokeAsync(agreement, permit);
            ended.SetResult();
            await Task.WhenAll(writers);
            Assert.False(await TakeBackAsync(accesses[0], 1));
            await patient.ReplaceConsentAsync(agreement, permit);
        }

        var open = false;
        foreach (var details in (await maya.ReadLedgerAsync()).Reverse().Select(static row => row.Details!))
        {
            open = details.Kind is LedgerKind.Consented or LedgerKind.Revoked ? details.Kind == LedgerKind.Consented : open;
            Assert.True(open || details.Kind != LedgerKind.Gathered, "an entry was written after the end");
        }

        await maya.VerifyAsync();
    }

    private Task<ContributingAccess?> OpenAsync(Actor actor, TestPatient patient) => Records.Contributing.OpenAsync(patient.Id, actor, Cancel);

    private static async Task<LocalId?> KnownAsync(ContributingAccess access)
    {
        LocalId? known = null;
        await access.GatherAsync(
            new SourceDescription(ContributingAccess.Kind, "note"),
            view =>
            {
                known = view.FindOrigin(SomeOrigin)?.Local;
                return ValueTask.FromResult(new GatheringPlan([]));
            },
            Cancel);
        return known;
    }

    private static Task<bool> AddAsync(ContributingAccess access, params IReadOnlyList<(LocalId Local, int Version, JsonObject Content, ulong Origin)> entries) => access.GatherAsync(
        new SourceDescription(ContributingAccess.Kind, "note"),
        view => ValueTask.FromResult(new GatheringPlan([.. entries.Select(e => TestPatient.Draft(view, e.Local, e.Version, e.Content) with { Origin = e.Origin })])),
        Cancel);

    private static Task<bool> TakeBackAsync(ContributingAccess access, long source) => access.TakeBackAsync(source, static (_, _) => ValueTask.FromResult<IReadOnlyList<EntryDraft>>([]), Cancel);

    private static JsonObject Sensitive(string recipient)
    {
        var provision = Make.Provision("permit", recipient);
        provision["securityLabel"] = new JsonArray(
            Make.Coding("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N"), Make.Coding("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R"));
        return provision;
    }

    private static JsonObject Adding(TestPatient patient, string recipient, params string[] types)
    {
        var permit = Make.Consent(patient, Make.Provision("permit", recipient, types.Length == 0 ? null : types));
        permit["provision"]!["action"] = new JsonArray([.. new[] { ConsentAction.Access, ConsentAction.Collect }.Select(static action => Make.Concept("http://terminology.hl7.org/CodeSystem/consentaction", action, null))]);
        return permit;
    }
}

public sealed class ContributingOnSqlite(SqliteTestDatabase test) : ContributingContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class ContributingOnPostgres(PostgresTestDatabase test) : ContributingContract(test), IClassFixture<PostgresTestDatabase>;
