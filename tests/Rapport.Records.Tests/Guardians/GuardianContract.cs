using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>Who looks after a small child as the child itself would, and when that ends.</summary>
public abstract class GuardianContract(TestDatabase test) : RecordsContract(test)
{
    private const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

    private static readonly string[] All = [ConsentAction.Access, ConsentAction.Collect, ConsentAction.Correct];

    private readonly HashSet<PersonId> _neverIn = [];

    private DateOnly _born;

    [Fact]
    public async Task A_parent_or_guardian_without_limit_of_a_child_that_was_never_in_has_the_right_and_nobody_else()
    {
        var (node, lena) = await BeginAsync();
        foreach (var role in new[] { Delegation.Parent, Delegation.Guardian })
        {
            var sam = NewPerson("Sam");
            await lena.ConsentAsync(Parental(lena, sam, role));
            Assert.Equal("Lena Ortiz", (await node.Guardians.OpenAsync(lena.Id, sam, Cancel))?.PatientName);
        }

        // Who acts for another reason, or within limits, or is no more than looked at; and the child itself.
        var (other, bound) = (NewPerson("Other"), NewPerson("Bound"));
        await lena.ConsentAsync(Parental(lena, other, Delegation.Delegatee, isBorn: false));
        foreach (var limit in new Action<JsonObject>[]
        {
            static provision => provision["class"] = new JsonArray(new JsonObject { ["system"] = "http://hl7.org/fhir/resource-types", ["code"] = "Observation" }),
            static provision => provision["dataPeriod"] = new JsonObject { ["start"] = "2026-01-01" },
            static provision => provision["securityLabel"]!.AsArray().RemoveAt(provision["securityLabel"]!.AsArray().Count - 1),
            static provision => provision["securityLabel"]!.AsArray().RemoveAt(0),
            static provision => provision.Remove("securityLabel"),
            static provision => provision["action"]!.AsArray().RemoveAt(1),
            static provision => provision["provision"] = new JsonArray(new JsonObject { ["type"] = "deny", ["class"] = new JsonArray(new JsonObject { ["system"] = "http://hl7.org/fhir/resource-types", ["code"] = "Condition" }) }),
            static provision => provision["data"] = new JsonArray(new JsonObject { ["meaning"] = "related", ["reference"] = new JsonObject { ["reference"] = "Encounter/x" } }),
            static provision => provision["period"] = new JsonObject { ["end"] = "2026-01-01" },
        })
        {
            var consent = Parental(lena, bound, Delegation.Parent);
            limit(consent["provision"]!.AsObject());
            await lena.ConsentAsync(consent);
        }

        foreach (var nobody in new[] { other, bound, lena.Owner, NewDoctor() })
        {
            Assert.Null(await node.Guardians.OpenAsync(lena.Id, nobody, Cancel));
        }

        Assert.Null(await node.Guardians.OpenAsync(PatientId.New(), other, Cancel));
    }

    [Fact]
    public async Task It_ends_with_the_childs_own_sign_in_and_nodes_that_know_nothing_of_that_give_it_to_nobody()
    {
        var (node, lena) = await BeginAsync();
        var sam = NewPerson("Sam");
        await lena.ConsentAsync(Parental(lena, sam, Delegation.Parent));
        Assert.NotNull(await node.Guardians.OpenAsync(lena.Id, sam, Cancel));
        Assert.Null(await Records.Guardians.OpenAsync(lena.Id, sam, Cancel));
        _neverIn.Clear();
        Assert.Null(await node.Guardians.OpenAsync(lena.Id, sam, Cancel));
        Assert.Empty(await node.Guardians.WhoActsAsync(lena.Id, Cancel));
        Assert.NotNull(await node.Acting.OpenAsync(lena.Id, sam, Cancel));
    }

    [Theory]
    [InlineData(11, true, true)]
    [InlineData(12, false, true)]
    [InlineData(18, false, false)]
    public async Task It_ends_on_the_birthday_from_which_on_something_is_the_childs_own(int birthday, bool looksAfter, bool isTold)
    {
        var (node, lena) = await BeginAsync();
        var sam = NewPerson("Sam");
        await lena.ConsentAsync(Parental(lena, sam, Delegation.Parent));
        Clock.Sleep(MinorPolicy.Birthday(_born, birthday) - Clock.GetUtcNow());
        Assert.Equal(looksAfter, await node.Guardians.OpenAsync(lena.Id, sam, Cancel) is not null);
        Assert.Equal(isTold ? [sam.Reference] : [], await node.Guardians.WhoActsAsync(lena.Id, Cancel));
    }

    [Fact]
    public async Task Without_a_day_of_birth_nobody_has_it()
    {
        var (node, lena) = await BeginAsync();
        var sam = NewPerson("Sam");
        await lena.ConsentAsync(Parental(lena, sam, Delegation.Parent, isBorn: false));
        Assert.NotNull(await node.Acting.OpenAsync(lena.Id, sam, Cancel));
        Assert.Null(await node.Guardians.OpenAsync(lena.Id, sam, Cancel));
    }

    /// <summary>Whoever has the page open while it ends changes nothing any more.</summary>
    [Fact]
    public async Task What_is_decided_after_it_ended_is_not_written()
    {
        var (node, lena) = await BeginAsync();
        var sam = NewPerson("Sam");
        var given = Parental(lena, sam, Delegation.Parent);
        var id = await lena.ConsentAsync(given);
        var guardian = (await node.Guardians.OpenAsync(lena.Id, sam, Cancel))!;
        Assert.True(await guardian.Door.DecideAsync(null, new EmergencyRule(true, []), Cancel));
        var line = (await lena.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Consented, sam.Reference, lena.Reference, "Lena Ortiz"), (line.Kind, line.Actor, line.OnBehalfOf, line.OnBehalfOfName));
        await lena.RevokeAsync(id, given);
        var decided = (await guardian.Door.ConsentsAsync(Cancel)).Single();
        Assert.False(await guardian.Door.DecideAsync(decided, new EmergencyRule(false, ["PSY"]), Cancel));
        Assert.True(EmergencyRule.Of((await lena.Own.ConsentsAsync(Cancel)).Select(static known => known.Consent)).IsClosed);
        await lena.VerifyAsync();
    }

    [Fact]
    public async Task They_end_what_somebody_opened_and_nothing_else()
    {
        var (node, lena) = await BeginAsync();
        var (sam, lee) = (NewPerson("Sam"), NewDoctor());
        await lena.AddAsync(Make.Condition(lena));
        await lena.ConsentAsync(Parental(lena, sam, Delegation.Parent));
        var helping = Make.Permit(lena, lee.Reference);
        helping["provision"]!["purpose"] = new JsonArray(Make.Coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", "FAMRQT"));
        var shared = await lena.ConsentAsync(helping);
        var guardian = (await node.Guardians.OpenAsync(lena.Id, sam, Cancel))!;
        var opening = LocalId.New();
        Assert.NotNull(await node.EmergencyDoor.OpenAsync(new EmergencyAsk(lee, lee.Reference, lena.Id, "Lena Ortiz", [], "a fall", opening, TimeSpan.FromHours(4)), Cancel));
        Assert.NotNull(await AskAsync(lee, lena, new RecordQuery.Everything(), "BTG"));
        Assert.False(await guardian.Door.CloseAsync(shared, Cancel));
        Assert.False(await guardian.Door.CloseAsync(LocalId.New(), Cancel));
        Assert.True(await guardian.Door.CloseAsync(opening, Cancel));
        Assert.True(await guardian.Door.CloseAsync(opening, Cancel));
        Assert.Null(await AskAsync(lee, lena, new RecordQuery.Everything(), "BTG"));
        Assert.NotNull(await AskAsync(lee, lena, new RecordQuery.Everything(), "FAMRQT"));
        await lena.VerifyAsync();
    }

    /// <summary>The code of a card is paper in somebody's hands: what it opens is never more than its maker sees, and never longer.</summary>
    [Fact]
    public async Task The_code_of_a_card_opens_what_its_maker_sees_and_ends_with_what_they_may()
    {
        var (node, lena) = await BeginAsync();
        var (sam, ana) = (NewPerson("Sam"), NewPerson("Ana"));
        var ids = await lena.AddAsync([Make.Condition(lena), Make.Condition(lena, labels: ["PSY"]), Make.Condition(lena)]);
        var given = Parental(lena, sam, Delegation.Parent);
        var id = await lena.ConsentAsync(given);
        await lena.ConsentAsync(Parental(lena, ana, Delegation.Parent));
        var guardian = (await node.Guardians.OpenAsync(lena.Id, sam, Cancel))!;
        Assert.True(await MakeAsync(guardian, null, lena, ids[0], ids[1]));
        var line = (await lena.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Consented, sam.Reference, lena.Reference), (line.Kind, line.Actor, line.OnBehalfOf));
        var link = (await guardian.Card.FindAsync(Cancel))!;
        Assert.Equal(new[] { lena.IdOf(ids[0]), lena.IdOf(ids[1]) }.Order(), await OpenedAsync(node, link));

        // Made anew by the other parent it is theirs, and the same code opens it.
        var other = (await node.Guardians.OpenAsync(lena.Id, ana, Cancel))!;
        Assert.Equal(link.Id, (await other.Card.FindAsync(Cancel))?.Id);
        Assert.True(await MakeAsync(other, link, lena, ids[0], ids[1], ids[2]));
        await lena.RevokeAsync(id, given);
        Assert.Equal(3, (await OpenedAsync(node, link)).Count);
        Assert.False(await MakeAsync(guardian, link, lena, ids[0]));
        Assert.False(await guardian.Card.EndAsync(link, Cancel));

        // What becomes the child's own leaves the code with the birthday, though it was named and nobody did anything.
        Clock.Sleep(MinorPolicy.Birthday(_born, 12) - Clock.GetUtcNow());
        Assert.Equal(new[] { lena.IdOf(ids[0]), lena.IdOf(ids[2]) }.Order(), await OpenedAsync(node, link));
        Assert.Null(await node.Guardians.OpenAsync(lena.Id, ana, Cancel));
        Clock.Sleep(MinorPolicy.Birthday(_born, 18) - Clock.GetUtcNow());
        Assert.Empty(await OpenedAsync(node, link));
        Assert.Null(await lena.Own.Card.FindAsync(Cancel));
        await lena.VerifyAsync();
    }

    [Fact]
    public async Task Whoever_made_the_card_ends_its_code_and_the_child_has_it_when_it_is_in()
    {
        var (node, lena) = await BeginAsync();
        var sam = NewPerson("Sam");
        var ids = await lena.AddAsync([Make.Condition(lena)]);
        await lena.ConsentAsync(Parental(lena, sam, Delegation.Parent));
        var guardian = (await node.Guardians.OpenAsync(lena.Id, sam, Cancel))!;
        Assert.True(await MakeAsync(guardian, null, lena, ids[0]));
        var link = (await guardian.Card.FindAsync(Cancel))!;
        Assert.Equal(link.Id, (await lena.Own.Card.FindAsync(Cancel))?.Id);
        Assert.Single(await OpenedAsync(node, link));
        Assert.True(await guardian.Card.EndAsync(link, Cancel));
        Assert.True(await guardian.Card.EndAsync(link, Cancel));
        Assert.Null(await guardian.Card.FindAsync(Cancel));
        Assert.Empty(await OpenedAsync(node, link));
        Assert.True(await MakeAsync(guardian, null, lena, ids[0]));
        var again = (await lena.Own.Card.FindAsync(Cancel))!;
        Assert.True(await lena.Own.Card.EndAsync(again, Cancel));
        Assert.Empty(await OpenedAsync(node, again));
        await lena.VerifyAsync();
    }

    private async Task<bool> MakeAsync(GuardianAccess guardian, GivenLink? known, TestPatient lena, params LocalId[] entries)
    {
        var card = new EmergencyCard { MadeAt = Clock.GetUtcNow(), Lines = [.. entries.Select(entry => new EmergencyCardLine(lena.IdOf(entry), "x", "x", false))], Offered = [] };
        var wish = new LinkWish { Label = "card", HolderName = "Whoever has the card", Purpose = "ETREAT", Language = "en", IsLongTerm = true, Card = card };
        return await guardian.Card.MakeAsync(known, wish, id => Agreement(lena, id, entries), static secret => "https://rapport.example/" + secret, Cancel);
    }

    private static Fhir.Resource Agreement(TestPatient lena, LocalId link, LocalId[] entries)
    {
        var named = new JsonObject { ["type"] = "permit", ["data"] = new JsonArray([.. entries.Select(entry => new JsonObject { ["meaning"] = "instance", ["reference"] = Make.Reference($"Condition/{lena.IdOf(entry)}") })]) };
        var root = Make.Provision("permit", GivenLink.HolderOf(lena.Id, link));
        root.Remove("type");
        root["purpose"] = new JsonArray(Make.Coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", "ETREAT"));
        root["provision"] = new JsonArray(named);
        return Fhir.Resource.Read(System.Text.Encoding.UTF8.GetBytes(Make.Consent(lena, root).ToJsonString()));
    }

    /// <summary>The conditions that somebody gets who scans the code.</summary>
    private static async Task<IReadOnlyList<string>> OpenedAsync(RecordsModule node, GivenLink link)
    {
        var opening = await node.Links.OpenAsync(link.Secret!.Url.Split('/')[^1], new LinkKnock("a nurse"), static _ => new RecordQuery.Everything(), Cancel);
        return opening.Disclosure is not { } seen ? [] : [.. Ids(seen).Where(id => seen.Entries.Single(entry => entry.Id == id).ResourceType == "Condition").Order()];
    }

    /// <summary>A node that is told who was never in, and a child of five who was not.</summary>
    private async Task<(RecordsModule Node, TestPatient Lena)> BeginAsync()
    {
        var node = await OpenNodeAsync(new RecordsOptions { IsDependent = (person, _) => ValueTask.FromResult(_neverIn.Contains(person)) });
        var lena = await NewPatientAsync("Lena Ortiz");
        _born = DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime).AddYears(-5).AddDays(-30);
        _neverIn.Add(lena.Owner.Person);
        return (node, lena);
    }

    private JsonObject Parental(TestPatient child, Actor to, string role, bool isBorn = true)
    {
        var consent = Make.Delegation(child, to.Reference, All, role: role);
        consent["provision"]!["securityLabel"] = new JsonArray([.. "NULMRV".Select(static level => Make.Coding(Confidentiality, level.ToString()))]);
        consent["provision"]!["action"]!.AsArray().Add(new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = ConsentAction.OwnSystem, ["code"] = ConsentAction.ShareOnCode }) });
        if (isBorn)
        {
            consent["extension"] = new JsonArray(new JsonObject { ["url"] = PatientConsent.BornOn, ["valueDate"] = _born.ToString("yyyy-MM-dd", null) });
        }

        return consent;
    }

    private static Actor NewPerson(string name)
    {
        var person = PersonId.New();
        return new Actor(person, $"RelatedPerson/{person}", name, [$"RelatedPerson/{person}"]);
    }
}

public sealed class GuardianOnSqlite(SqliteTestDatabase test) : GuardianContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class GuardianOnPostgres(PostgresTestDatabase test) : GuardianContract(test), IClassFixture<PostgresTestDatabase>;
