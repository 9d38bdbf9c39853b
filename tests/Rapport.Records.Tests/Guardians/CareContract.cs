using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>Who lets whom look after a small child, within what they may themselves, and who takes whom out.</summary>
public abstract class CareContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly string[] All = [ConsentAction.Access, ConsentAction.Collect, ConsentAction.Correct, ConsentAction.ShareOn, ConsentAction.Comment];

    private readonly HashSet<PersonId> _neverIn = [];

    private DateOnly _born;

    private string BornOn => _born.ToString("yyyy-MM-dd", null);

    [Fact]
    public async Task Whoever_looks_after_a_child_lets_somebody_do_so_too_and_the_ledger_names_both()
    {
        var (node, other, lena, sam) = await BeginAsync();
        var ana = NewPerson("Ana");
        var care = await OpenAsync(node, lena, sam);
        await LetInAsync(care, Given(lena, sam, ana));
        var line = (await lena.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Delegated, sam.Reference, lena.Reference, "Lena Ortiz"), (line.Kind, line.Actor, line.OnBehalfOf, line.OnBehalfOfName));

        // On every node, and both see the same.
        foreach (var (reader, at) in new[] { (sam, node), (ana, other) })
        {
            var view = await (await OpenAsync(at, lena, reader)).LookAsync(Cancel);
            Assert.Equal([(sam.Reference, null), (ana.Reference, sam.Reference)], view.Carers.Select(carer => (carer.Reference, carer.LetInBy == lena.Reference ? null : carer.LetInBy)));
            Assert.All(view.Carers, static carer => Assert.True(carer.IsWhole));
            Assert.Equal(reader == sam ? [ana.Reference] : [], view.MayTakeOut);
        }

        Assert.Equal([sam.Reference, ana.Reference], (await other.Guardians.WhoActsAsync(lena.Id, Cancel)).OrderBy(reference => reference != sam.Reference));
        await lena.VerifyAsync();
    }

    [Fact]
    public async Task Nobody_lets_anybody_do_more_or_longer_than_they_may_themselves()
    {
        var (node, _, lena, sam) = await BeginAsync();
        var (ana, foster) = (NewPerson("Ana"), NewPerson("Foster"));
        var care = await OpenAsync(node, lena, sam);
        var wrong = new Action<JsonObject>[]
        {
            consent => consent["performer"]![0]!["reference"] = ana.Reference,
            consent => consent["performer"]![0]!["reference"] = lena.Reference,
            consent => consent.Remove("performer"),
            consent => consent.Remove("extension"),
            consent => consent["extension"]![0]!["valueDate"] = _born.AddYears(2).ToString("yyyy-MM-dd", null),
            consent => consent["provision"]!["actor"]![0]!["role"] = new JsonObject { ["coding"] = new JsonArray(Make.Coding("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "POWATT")) },
            consent => consent["provision"]!["actor"]![0]!["reference"]!["reference"] = sam.Reference,
            consent => consent["provision"]!["actor"]![0]!["reference"]!["reference"] = lena.Reference,
            consent => consent["provision"]!["class"] = new JsonArray(Make.Coding("http://hl7.org/fhir/resource-types", "Observation")),
            consent => consent["provision"]!["action"]!.AsArray().Add(Action(ConsentAction.Converse)),
            consent => consent["status"] = "inactive",
            consent => consent["patient"]!["reference"] = $"Patient/{PatientId.New()}",
        };
        foreach (var change in wrong)
        {
            var consent = Json(lena, sam, ana);
            change(consent);
            Assert.False(await care.LetInAsync(Read(consent), Cancel));
        }

        Assert.Null(await node.Guardians.OpenAsync(lena.Id, ana, Cancel));

        // Whoever does so for a while lets others do so no longer.
        await LetInAsync(care, Given(lena, sam, foster, Delegation.Guardian, Day(100)));
        var fosters = await OpenAsync(node, lena, foster);
        Assert.False(await fosters.LetInAsync(Given(lena, foster, ana), Cancel));
        Assert.False(await fosters.LetInAsync(Given(lena, foster, ana, until: Day(101)), Cancel));
        await LetInAsync(fosters, Given(lena, foster, ana, Delegation.Delegatee, Day(100)));

        // Whoever helps for a while lets nobody in, and takes nobody out.
        var helper = await OpenAsync(node, lena, ana);
        Assert.Null((await helper.LookAsync(Cancel)).From);
        Assert.False(await helper.LetInAsync(Given(lena, ana, NewPerson("Mallory"), Delegation.Delegatee, Day(1)), Cancel));
        Clock.Sleep(TimeSpan.FromDays(102));
        Assert.Null(await node.Guardians.OpenAsync(lena.Id, ana, Cancel));
        Assert.False(await fosters.LetInAsync(Given(lena, foster, ana, until: Day(1)), Cancel));
        await lena.VerifyAsync();
    }

    /// <summary>A parent who sees a part of the record must not make somebody who sees it all.</summary>
    [Fact]
    public async Task Who_acts_within_limits_lets_nobody_in_and_neither_does_the_child_or_who_did_before()
    {
        var (node, _, lena, sam) = await BeginAsync();
        var bound = NewPerson("Bound");
        var part = Json(lena, sam, bound);
        part["performer"]![0]!["reference"] = lena.Reference;
        part["provision"]!["class"] = new JsonArray(Make.Coding("http://hl7.org/fhir/resource-types", "Observation"));
        await lena.ConsentAsync(part);
        foreach (var nobody in new[] { bound, lena.Owner, NewDoctor() })
        {
            Assert.Null(await node.Guardians.OpenAsync(lena.Id, nobody, Cancel));
        }

        var care = await OpenAsync(node, lena, sam);
        Assert.False((await care.LookAsync(Cancel)).Carers.Single(carer => carer.Reference == bound.Reference).IsWhole);

        // Asked again with the change itself: the child's first sign-in, the birthday, the end.
        Clock.Sleep(MinorPolicy.Birthday(_born, 12) - Clock.GetUtcNow());
        Assert.False(await care.LetInAsync(Given(lena, sam, NewPerson("Ana")), Cancel));
        await lena.VerifyAsync();
    }

    [Fact]
    public async Task Who_let_somebody_in_takes_them_out_at_once_on_all_nodes_and_nobody_takes_out_who_let_them_in()
    {
        var (node, other, lena, sam) = await BeginAsync();
        await lena.AddAsync(Make.Condition(lena));
        var (ana, grandma) = (NewPerson("Ana"), NewPerson("Grandma"));
        var sams = await OpenAsync(node, lena, sam);
        await LetInAsync(sams, Given(lena, sam, ana));
        var anas = await OpenAsync(other, lena, ana);
        await LetInAsync(anas, Given(lena, ana, grandma, Delegation.Delegatee, Day(14)));
        Assert.NotNull(await AskAsync(grandma, lena, new RecordQuery.Everything(), "PWATRNY", other));

        // Not upwards, and not by who is let in for a while.
        Assert.False(await OutAsync(anas, sam));
        Assert.False(await OutAsync((await OpenAsync(node, lena, grandma)), ana));
        Assert.False(await OutAsync(sams, sam));
        Assert.False(await OutAsync(sams, NewPerson("Nobody")));

        // Downwards over whoever is between, also once they stepped back themselves.
        Assert.Equal([ana.Reference, grandma.Reference], (await sams.LookAsync(Cancel)).MayTakeOut.OrderBy(who => who != ana.Reference));
        Assert.True(await (await node.Acting.OpenAsync(lena.Id, ana, Cancel))!.LeaveAsync(false, Cancel));
        Assert.NotNull(await other.Guardians.OpenAsync(lena.Id, grandma, Cancel));
        Assert.True(await OutAsync(sams, grandma));
        Assert.False(await OutAsync(sams, grandma));
        Assert.Null(await AskAsync(grandma, lena, new RecordQuery.Everything(), "PWATRNY", other));
        Assert.Null(await other.Guardians.OpenAsync(lena.Id, grandma, Cancel));
        var line = (await lena.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Delegated, sam.Reference, lena.Reference, "inactive"), (line.Kind, line.Actor, line.OnBehalfOf, line.Note));
        await lena.VerifyAsync();
    }

    /// <summary>Who was taken out was back in minutes: whom they had let in asked them anew.</summary>
    [Fact]
    public async Task Who_was_taken_out_is_let_in_again_only_by_who_took_them_out_or_is_above()
    {
        var (node, other, lena, sam) = await BeginAsync();
        var (ana, grandma, uncle) = (NewPerson("Ana"), NewPerson("Grandma"), NewPerson("Uncle"));
        var sams = await OpenAsync(node, lena, sam);
        await LetInAsync(sams, Given(lena, sam, ana));
        var anas = await OpenAsync(node, lena, ana);
        await LetInAsync(anas, Given(lena, ana, grandma));
        var grandmas = await OpenAsync(other, lena, grandma);
        await LetInAsync(grandmas, Given(lena, grandma, uncle));

        // By the one in between: who is above may, who is below not.
        Assert.True(await OutAsync(grandmas, uncle));
        Assert.Empty((await grandmas.LookAsync(Cancel)).MayNotReturn);
        Clock.Sleep(TimeSpan.FromMinutes(1));
        await LetInAsync(anas, Given(lena, ana, uncle));
        Assert.True(await OutAsync(anas, uncle));
        Assert.Contains(uncle.Reference, (await grandmas.LookAsync(Cancel)).MayNotReturn);
        Assert.False(await grandmas.LetInAsync(Given(lena, grandma, uncle), Cancel));

        var agreements = (await sams.LookAtTakingOutAsync(ana.Reference, ana.RecipientReferences, Cancel))!.Self.Agreements;
        Assert.False(await node.Guardians.HasTakenOutAsync(lena.Id, sam.Reference, agreements, Cancel));
        Assert.True(await OutAsync(sams, ana));
        Assert.True(await other.Guardians.HasTakenOutAsync(lena.Id, sam.Reference, agreements, Cancel));
        Assert.False(await other.Guardians.HasTakenOutAsync(lena.Id, grandma.Reference, agreements, Cancel));
        Assert.False(await grandmas.LetInAsync(Given(lena, grandma, ana), Cancel));
        Assert.Null(await other.Guardians.OpenAsync(lena.Id, ana, Cancel));
        Assert.Contains(ana.Reference, (await grandmas.LookAsync(Cancel)).MayNotReturn);
        Assert.Empty((await sams.LookAsync(Cancel)).MayNotReturn);
        Clock.Sleep(TimeSpan.FromMinutes(1));
        await LetInAsync(sams, Given(lena, sam, ana));

        // Who stepped back themselves is let in again by anybody who may.
        Assert.True(await (await node.Acting.OpenAsync(lena.Id, ana, Cancel))!.LeaveAsync(false, Cancel));
        Clock.Sleep(TimeSpan.FromMinutes(1));
        await LetInAsync(grandmas, Given(lena, grandma, ana));
        await lena.VerifyAsync();
    }

    [Fact]
    public async Task Whom_they_let_in_goes_with_them_in_one_line_of_the_ledger()
    {
        var (node, other, lena, sam) = await BeginAsync();
        var (ana, grandma, uncle) = (NewPerson("Ana"), NewPerson("Grandma"), NewPerson("Uncle"));
        var sams = await OpenAsync(node, lena, sam);
        await LetInAsync(sams, Given(lena, sam, ana));
        await LetInAsync(sams, Given(lena, sam, uncle));
        await LetInAsync(await OpenAsync(node, lena, ana), Given(lena, ana, grandma));
        var taking = (await sams.LookAtTakingOutAsync(ana.Reference, ana.RecipientReferences, Cancel))!;
        Assert.Equal((grandma.Reference, sam.Reference), (Assert.Single(taking.LetIn).Who, taking.By));
        Assert.Null(await (await OpenAsync(node, lena, uncle)).LookAtTakingOutAsync(ana.Reference, ana.RecipientReferences, Cancel));
        var lines = (await lena.ReadLedgerAsync()).Count;
        Assert.Equal([ana.Reference, grandma.Reference], await sams.TakeOutAsync(new TakeOutChoice(ana.Reference, ana.RecipientReferences, WithLetIn: true), Cancel));
        var ledger = await lena.ReadLedgerAsync();
        Assert.Equal(lines + 1, ledger.Count);
        Assert.Equal([.. taking.Self.Agreements, .. taking.LetIn[0].Agreements], ledger[0].Details!.Consents);
        foreach (var gone in new[] { ana, grandma })
        {
            Assert.Null(await other.Acting.OpenAsync(lena.Id, gone, Cancel));
        }

        Assert.Equal([sam.Reference, uncle.Reference], (await sams.LookAsync(Cancel)).Carers.Select(static carer => carer.Reference));
        await lena.VerifyAsync();
    }

    /// <summary>Who is let in between looking and taking out was told nothing: whoever takes out looks again.</summary>
    [Fact]
    public async Task What_was_not_looked_at_does_not_end()
    {
        var (node, other, lena, sam) = await BeginAsync();
        var (ana, grandma) = (NewPerson("Ana"), NewPerson("Grandma"));
        var sams = await OpenAsync(node, lena, sam);
        await LetInAsync(sams, Given(lena, sam, ana));
        var before = (await sams.LookAtTakingOutAsync(ana.Reference, ana.RecipientReferences, Cancel))!;
        await LetInAsync(await OpenAsync(other, lena, ana), Given(lena, ana, grandma));
        var choice = new TakeOutChoice(ana.Reference, ana.RecipientReferences, WithLetIn: true, Looked: before.Self.Agreements);
        Assert.Null(await sams.TakeOutAsync(choice, Cancel));
        Assert.NotNull(await other.Guardians.OpenAsync(lena.Id, ana, Cancel));
        Assert.NotNull(await other.Guardians.OpenAsync(lena.Id, grandma, Cancel));

        // Who is taken out alone was looked at, and so were both.
        var after = (await sams.LookAtTakingOutAsync(ana.Reference, ana.RecipientReferences, Cancel))!;
        Assert.Equal([ana.Reference, grandma.Reference], await sams.TakeOutAsync(choice with { Looked = [.. after.Self.Agreements, .. after.LetIn[0].Agreements] }, Cancel));
        await lena.VerifyAsync();
    }

    /// <summary>What somebody was given in their own name outlasts what they were let do: who takes them out sees it, and ends what goes back to them.</summary>
    [Fact]
    public async Task What_was_passed_on_to_who_is_taken_out_ends_with_it_where_that_is_wanted()
    {
        var (node, other, lena, sam) = await BeginAsync();
        await lena.AddAsync(Make.Condition(lena));
        var (ana, grandma) = (NewPerson("Ana"), NewPerson("Grandma"));
        var sams = await OpenAsync(node, lena, sam);
        await LetInAsync(sams, Given(lena, sam, ana));
        await LetInAsync(await OpenAsync(node, lena, ana), Given(lena, ana, grandma));
        var offer = Assert.Single(await node.PassingOn.OffersAsync(lena.Id, grandma, Cancel));
        Assert.Equal(PassOnOutcome.Done, await node.PassingOn.PassOnAsync(new PassOnAsk(grandma, lena.Id, offer.Agreement, ana.Reference, "Ana", "TREAT"), Cancel));
        Assert.NotNull(await AskAsync(ana, lena, new RecordQuery.Everything(), "TREAT", other));
        var own = Assert.Single((await sams.LookAtTakingOutAsync(ana.Reference, ana.RecipientReferences, Cancel))!.Own);
        Assert.Equal((grandma.Reference, true), (own.By, own.MayEnd));

        // Who is not above ends nothing, and nothing ends that was not named.
        Assert.Equal([], await (await OpenAsync(node, lena, grandma)).TakeOutAsync(new TakeOutChoice(ana.Reference, ana.RecipientReferences, Ending: [own.Id]), Cancel));
        Assert.NotNull(await AskAsync(ana, lena, new RecordQuery.Everything(), "TREAT", other));
        Assert.Equal([ana.Reference], await sams.TakeOutAsync(new TakeOutChoice(ana.Reference, ana.RecipientReferences, Ending: [own.Id]), Cancel));
        Assert.Null(await AskAsync(ana, lena, new RecordQuery.Everything(), "TREAT", other));
        Assert.Equal([LedgerKind.Delegated, LedgerKind.Revoked], (await lena.ReadLedgerAsync()).Select(static line => line.Details!.Kind).Where(static kind => kind is LedgerKind.Delegated or LedgerKind.Revoked).Take(2));
        Assert.Equal(PassOnOutcome.Refused, await node.PassingOn.PassOnAsync(new PassOnAsk(grandma, lena.Id, offer.Agreement, ana.Reference, "Ana", "TREAT"), Cancel));
        await lena.VerifyAsync();
    }

    [Fact]
    public async Task What_is_over_by_its_own_day_lets_nobody_in()
    {
        var (node, _, lena, sam) = await BeginAsync();
        var care = await OpenAsync(node, lena, sam);
        Clock.Sleep(TimeSpan.FromDays(10));
        Assert.False(await care.LetInAsync(Given(lena, sam, NewPerson("Ana"), Delegation.Delegatee, Day(-2)), Cancel));
    }

    /// <summary>Who helps until Sunday, or within limits, does not look after the child as who steps back did.</summary>
    [Fact]
    public async Task Who_helps_for_a_while_is_nobody_to_leave_a_child_with()
    {
        var (node, _, lena, sam) = await BeginAsync();
        var (grandma, foster) = (NewPerson("Grandma"), NewPerson("Foster"));
        var sams = await OpenAsync(node, lena, sam);
        await LetInAsync(sams, Given(lena, sam, grandma, Delegation.Delegatee, Day(14)));
        await LetInAsync(sams, Given(lena, sam, foster, Delegation.Guardian, Day(100)));
        var acting = (await node.Acting.OpenAsync(lena.Id, sam, Cancel))!;
        var left = (await acting.OtherParentsAsync(Cancel))!;
        Assert.Equal((2, false), (left.Others.Count, left.IsEnough));
        Assert.False(await acting.LeaveAsync(false, Cancel));

        // Who goes themselves leaves it with who goes on.
        Assert.True((await (await node.Acting.OpenAsync(lena.Id, foster, Cancel))!.OtherParentsAsync(Cancel))!.IsEnough);
        Assert.True(await (await node.Acting.OpenAsync(lena.Id, grandma, Cancel))!.LeaveAsync(false, Cancel));
        Assert.True(await acting.LeaveAsync(true, Cancel));
    }

    /// <summary>Of two parents who were in before, who comes back is above nobody.</summary>
    [Fact]
    public async Task Who_stepped_back_and_was_let_in_again_takes_out_nobody_whom_they_let_in_before()
    {
        var (node, _, lena, sam) = await BeginAsync();
        var ana = NewPerson("Ana");
        await LetInAsync(await OpenAsync(node, lena, sam), Given(lena, sam, ana));
        Clock.Sleep(TimeSpan.FromDays(1));
        Assert.True(await (await node.Acting.OpenAsync(lena.Id, sam, Cancel))!.LeaveAsync(false, Cancel));
        var anas = await OpenAsync(node, lena, ana);
        Clock.Sleep(TimeSpan.FromDays(1));
        await LetInAsync(anas, Given(lena, ana, sam));
        Assert.False(await OutAsync((await OpenAsync(node, lena, sam)), ana));
        Assert.True(await OutAsync(anas, sam));
    }

    [Fact]
    public async Task The_last_one_who_looks_after_a_child_steps_back_only_when_they_know_that_nobody_is_left()
    {
        var (node, _, lena, sam) = await BeginAsync();
        var ana = NewPerson("Ana");
        await LetInAsync(await OpenAsync(node, lena, sam), Given(lena, sam, ana));
        var (first, second) = ((await node.Acting.OpenAsync(lena.Id, sam, Cancel))!, (await node.Acting.OpenAsync(lena.Id, ana, Cancel))!);
        Assert.Equal([ana.Reference], (await first.OtherParentsAsync(Cancel))!.Others.Select(static carer => carer.Reference));
        Assert.True(await first.LeaveAsync(false, Cancel));
        Assert.Empty((await second.OtherParentsAsync(Cancel))!.Others);
        Assert.False(await second.LeaveAsync(false, Cancel));
        Assert.NotNull(await node.Guardians.OpenAsync(lena.Id, ana, Cancel));
        Assert.True(await second.LeaveAsync(true, Cancel));
        Assert.Null(await node.Acting.OpenAsync(lena.Id, ana, Cancel));

        // A child that has been in looks after itself.
        await lena.ConsentAsync(Json(lena, sam, ana));
        _neverIn.Clear();
        var teens = (await node.Acting.OpenAsync(lena.Id, ana, Cancel))!;
        Assert.Null(await teens.OtherParentsAsync(Cancel));
        Assert.True(await teens.LeaveAsync(false, Cancel));
    }

    [Fact]
    public async Task Of_two_who_step_back_at_once_one_stays()
    {
        var (node, other, lena, sam) = await BeginAsync();
        var ana = NewPerson("Ana");
        await LetInAsync(await OpenAsync(node, lena, sam), Given(lena, sam, ana));
        var (first, second) = ((await node.Acting.OpenAsync(lena.Id, sam, Cancel))!, (await other.Acting.OpenAsync(lena.Id, ana, Cancel))!);
        var left = await Task.WhenAll(first.LeaveAsync(false, Cancel), second.LeaveAsync(false, Cancel));
        Assert.Single(left, static isOut => isOut);
        Assert.Single(await node.Guardians.WhoActsAsync(lena.Id, Cancel));
    }

    /// <summary>At the age of the policy both lose the same, whoever let whom in.</summary>
    [Fact]
    public async Task What_becomes_the_childs_own_leaves_the_sight_of_both()
    {
        var (node, _, lena, sam) = await BeginAsync();
        var ana = NewPerson("Ana");
        var ids = await lena.AddAsync([Make.Condition(lena), Make.Condition(lena, labels: ["PSY"])]);
        await LetInAsync(await OpenAsync(node, lena, sam), Given(lena, sam, ana));
        foreach (var parent in new[] { sam, ana })
        {
            Assert.Superset(ids.Select(lena.IdOf).ToHashSet(), Ids(await AskAsync(parent, lena, new RecordQuery.Everything(), "PWATRNY", node)).ToHashSet());
        }

        Clock.Sleep(MinorPolicy.Birthday(_born, 12) - Clock.GetUtcNow());
        foreach (var parent in new[] { sam, ana })
        {
            var seen = Ids(await AskAsync(parent, lena, new RecordQuery.Everything(), "PWATRNY", node));
            Assert.Contains(lena.IdOf(ids[0]), seen);
            Assert.DoesNotContain(lena.IdOf(ids[1]), seen);
        }

        Clock.Sleep(MinorPolicy.Birthday(_born, 18) - Clock.GetUtcNow());
        Assert.Null(await node.Acting.OpenAsync(lena.Id, ana, Cancel));
    }

    /// <summary>Somebody lets another look after the child too, who may do so: a refusal would be as quiet.</summary>
    private static async Task LetInAsync(CareKeeping care, Resource given) => Assert.True(await care.LetInAsync(given, Cancel));

    private static async Task<bool> OutAsync(CareKeeping care, Actor who) => await care.TakeOutAsync(new TakeOutChoice(who.Reference, who.RecipientReferences), Cancel) is { Count: > 0 };

    private static async Task<CareKeeping> OpenAsync(RecordsModule node, TestPatient lena, Actor who) => (await node.Guardians.OpenAsync(lena.Id, who, Cancel))!.Care;

    /// <summary>Two nodes that are told who was never in, a child of five who was not, and the parent who began its record.</summary>
    private async Task<(RecordsModule Node, RecordsModule Other, TestPatient Lena, Actor Sam)> BeginAsync()
    {
        var options = new RecordsOptions { IsDependent = (person, _) => ValueTask.FromResult(_neverIn.Contains(person)) };
        var (node, other) = (await OpenNodeAsync(options), await OpenNodeAsync(options));
        var lena = await NewPatientAsync("Lena Ortiz");
        _born = DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime).AddYears(-5).AddDays(-30);
        _neverIn.Add(lena.Owner.Person);
        var sam = NewPerson("Sam");
        var begun = Json(lena, lena.Owner, sam);
        begun["performer"]![0]!["reference"] = lena.Reference;
        await lena.ConsentAsync(begun);
        return (node, other, lena, sam);
    }

    private Resource Given(TestPatient child, Actor by, Actor to, string role = Delegation.Parent, string? until = null) => Read(Json(child, by, to, role, until));

    private JsonObject Json(TestPatient child, Actor by, Actor to, string role = Delegation.Parent, string? until = null)
    {
        var consent = Make.Delegation(child, to.Reference, [], until: until, role: role);
        consent["dateTime"] = Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);
        consent["performer"] = new JsonArray(Make.Reference(by.Reference));
        consent["provision"]!["securityLabel"] = new JsonArray([.. "NULMRV".Select(static level => Make.Coding("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", level.ToString()))]);
        consent["provision"]!["action"] = new JsonArray([.. All.Select(Action)]);
        consent["extension"] = new JsonArray(new JsonObject { ["url"] = PatientConsent.BornOn, ["valueDate"] = BornOn });
        return consent;
    }

    private static JsonObject Action(string action)
    {
        var provision = new JsonObject();
        ConsentJson.OfActions(provision, [action]);
        return provision["action"]![0]!.DeepClone().AsObject();
    }

    private static Resource Read(JsonObject consent) => Resource.Read(System.Text.Encoding.UTF8.GetBytes(consent.ToJsonString()));

    private static Actor NewPerson(string name)
    {
        var person = PersonId.New();
        return new Actor(person, $"RelatedPerson/{person}", name, [$"RelatedPerson/{person}"]);
    }
}

public sealed class CareOnSqlite(SqliteTestDatabase test) : CareContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class CareOnPostgres(PostgresTestDatabase test) : CareContract(test), IClassFixture<PostgresTestDatabase>;
