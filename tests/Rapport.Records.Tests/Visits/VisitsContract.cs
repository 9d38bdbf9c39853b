using System.Text;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>What a patient wrote down for a visit is theirs alone, sealed, the same on every node, taken along with the record and gone with it.</summary>
public abstract class VisitsContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly VisitPlan _plan = new()
    {
        With = "Dr Lee",
        On = new DateOnly(2026, 7, 2),
        Questions = [new("Do I still need it?") { Why = "On your list since 2019.", Key = "medicine:x", Entry = "MedicationRequest/p.x" }, new("What about my knee?")],
    };

    [Fact]
    public async Task A_list_is_the_same_on_every_node_and_a_change_is_made_to_what_was_read()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var made = (await maya.Own.Visits.MakeAsync("a", _plan, Cancel))!;
        Assert.Equal(1, made.Version);
        Assert.Equal(_plan.Questions, (await there.Own.Visits.FindAsync(made.Id, Cancel))!.Plan.Questions);
        Clock.Advance(TimeSpan.FromMinutes(1));
        var next = (await there.Own.Visits.ChangeAsync(made.Id, made.Version, _plan with { Questions = [_plan.Questions[1]] }, Cancel))!;
        Assert.Equal((2, made.MadeAt), (next.Version, next.MadeAt));
        Assert.Null(await maya.Own.Visits.ChangeAsync(made.Id, made.Version, _plan, Cancel));
        Assert.Equal("What about my knee?", Assert.Single((await maya.Own.Visits.FindAsync(made.Id, Cancel))!.Plan.Questions).Text);
        Assert.True(await maya.Own.Visits.RemoveAsync(made.Id, Cancel));
        Assert.False(await there.Own.Visits.RemoveAsync(made.Id, Cancel));
        Assert.Null(await there.Own.Visits.FindAsync(made.Id, Cancel));
        Assert.Null(await there.Own.Visits.ChangeAsync(made.Id, 2, _plan, Cancel));
    }

    [Fact]
    public async Task What_is_made_twice_with_one_key_is_one_list_and_those_changed_last_come_first()
    {
        var maya = await NewPatientAsync();
        var first = (await maya.Own.Visits.MakeAsync("a", _plan, Cancel))!;
        Clock.Advance(TimeSpan.FromMinutes(1));
        var second = (await maya.Own.Visits.MakeAsync("b", _plan, Cancel))!;
        Assert.Equal(first.Id, (await maya.Own.Visits.MakeAsync("a", _plan with { With = "Ada" }, Cancel))!.Id);
        Assert.Equal([second.Id, first.Id], (await maya.Own.Visits.ListAsync(Cancel)).Select(static visit => visit.Id));
        Assert.Equal("Dr Lee", (await maya.Own.Visits.FindAsync(first.Id, Cancel))!.Plan.With);
    }

    [Fact]
    public async Task Another_patient_finds_nothing_of_it()
    {
        var (maya, ada) = (await NewPatientAsync(), await NewPatientAsync("Ada Example"));
        var made = (await maya.Own.Visits.MakeAsync("a", _plan, Cancel))!;
        Assert.Null(await ada.Own.Visits.FindAsync(made.Id, Cancel));
        Assert.Empty(await ada.Own.Visits.ListAsync(Cancel));
        Assert.Null(await ada.Own.Visits.ChangeAsync(made.Id, 1, _plan, Cancel));
        Assert.False(await ada.Own.Visits.RemoveAsync(made.Id, Cancel));
        Assert.NotEqual(made.Id, (await ada.Own.Visits.MakeAsync("a", _plan, Cancel))!.Id);
    }

    [Fact]
    public async Task There_are_so_many_at_most_and_none_says_more_than_fits()
    {
        var maya = await NewPatientAsync();
        for (var i = 0; i < OwnVisits.Most; i++)
        {
            Assert.NotNull(await maya.Own.Visits.MakeAsync($"{i}", _plan, Cancel));
        }

        Assert.Null(await maya.Own.Visits.MakeAsync("more", _plan, Cancel));
        Assert.NotNull(await maya.Own.Visits.MakeAsync("0", _plan, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => maya.Own.Visits.MakeAsync("x", new VisitPlan { Questions = [new(new string('x', VisitPlan.MostText + 1))] }, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => maya.Own.Visits.MakeAsync("x", new VisitPlan { Questions = [.. Enumerable.Repeat(new VisitQuestion("x"), VisitPlan.MostQuestions + 1)] }, Cancel));
    }

    [Fact]
    public async Task It_is_sealed_opens_at_its_own_place_and_version_alone_and_is_gone_when_the_record_is_erased()
    {
        var maya = await NewPatientAsync();
        var (one, other) = ((await maya.Own.Visits.MakeAsync("a", _plan, Cancel))!, (await maya.Own.Visits.MakeAsync("b", _plan, Cancel))!);
        var bodies = await BodiesAsync(maya);
        Assert.All(bodies, static body => Assert.Equal(-1, body.AsSpan().IndexOf("knee"u8)));
        var body = await Rows.ReadAsync<byte[]>(Test.Database, "SELECT body FROM prepared_visit WHERE visit_id = @id", new { id = one.Id.ToString() });
        await Rows.ChangeAsync(Test.Database, "UPDATE prepared_visit SET body = @body WHERE visit_id = @id", new { id = other.Id.ToString(), body = body[0] });
        await Assert.ThrowsAsync<SealBrokenException>(() => maya.Own.Visits.FindAsync(other.Id, Cancel));
        await maya.Own.Visits.ChangeAsync(one.Id, 1, _plan with { With = null }, Cancel);
        await Rows.ChangeAsync(Test.Database, "UPDATE prepared_visit SET body = @body WHERE visit_id = @id", new { id = one.Id.ToString(), body = body[0] });
        await Assert.ThrowsAsync<SealBrokenException>(() => maya.Own.Visits.FindAsync(one.Id, Cancel));
        await maya.Own.EraseAsync(Cancel);
        Assert.Empty(await BodiesAsync(maya));
    }

    [Fact]
    public async Task It_goes_along_as_FHIR_and_says_what_it_is()
    {
        var maya = await NewPatientAsync();
        await maya.Own.Visits.MakeAsync("a", _plan, Cancel);
        var (id, json) = Assert.Single(await maya.Own.Visits.ExportAsync(Cancel));
        var parsed = Resource.Parse(json);
        Assert.NotNull(parsed.Resource);
        Assert.Equal(id, parsed.Resource.Id);
        Assert.True(PreparedVisit.Is(parsed.Resource.Root));
        Assert.Contains("What about my knee?", Encoding.UTF8.GetString(json));
        Assert.Contains("2026-07-02", Encoding.UTF8.GetString(json));
    }

    private Task<IReadOnlyList<byte[]>> BodiesAsync(TestPatient patient) => Rows.ReadAsync<byte[]>(Test.Database, "SELECT body FROM prepared_visit WHERE patient_id = @id", new { id = patient.Id.ToString() });
}

public sealed class VisitsOnSqlite(SqliteTestDatabase test) : VisitsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class VisitsOnPostgres(PostgresTestDatabase test) : VisitsContract(test), IClassFixture<PostgresTestDatabase>;
