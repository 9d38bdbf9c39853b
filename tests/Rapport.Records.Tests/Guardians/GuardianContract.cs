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
        consent["provision"]!["securityLabel"] = new JsonArray(Make.Coding(Confidentiality, "R"), Make.Coding(Confidentiality, "V"));
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
