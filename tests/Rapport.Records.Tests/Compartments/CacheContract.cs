using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>The memory of a node: bounded, and never what decides.</summary>
public abstract class CacheContract(TestDatabase test) : RecordsContract(test)
{
    [Fact]
    public async Task Beyond_the_budget_the_least_recently_used_go_and_come_back_as_they_were()
    {
        var node = await OpenNodeAsync(new RecordsOptions { CacheBytes = 100_000 });
        var lee = NewDoctor();
        List<(TestPatient Patient, RecordQuery Read)> records = [];
        for (var i = 0; i < 12; i++)
        {
            var patient = await NewPatientAsync();
            var ids = await patient.AddAsync([.. Enumerable.Range(0, 40).Select(_ => Make.Observation(patient, text: new string('x', 300)))]);
            await patient.ConsentAsync(Make.Permit(patient, lee.Reference));
            records.Add((patient, new RecordQuery.ById("Observation", ids[0])));
        }

        for (var pass = 0; pass < 2; pass++)
        {
            foreach (var (patient, read) in records)
            {
                Assert.NotNull(await AskAsync(lee, patient, read, node: node));
                Assert.Null(await AskAsync(NewDoctor(), patient, read, node: node));

                // The one just loaded may stand above the budget until the next is.
                Assert.InRange(node.Memory.Compartments, 1, 11);
                Assert.InRange(node.Memory.Bytes, 1, 200_000);
            }
        }
    }

    [Fact]
    public async Task Ids_that_do_not_exist_fill_no_memory()
    {
        var node = await OpenNodeAsync();
        for (var i = 0; i < 200; i++)
        {
            Assert.Null(await node.Gate.DiscloseAsync(new DisclosureAsk(NewDoctor(), PatientId.New(), "TREAT", Search("Observation")), Cancel));
        }

        Assert.Equal((0, 0L), node.Memory);
    }

    [Fact]
    public async Task Evicted_while_in_use_a_record_still_enforces_and_is_not_counted()
    {
        var node = await OpenNodeAsync(new RecordsOptions { CacheBytes = 1 });
        var maya = await NewPatientAsync(node: node);
        var noor = await NewPatientAsync("Noor Haddad", node);
        var lee = NewDoctor();
        var permit = Make.Permit(maya, lee.Reference);
        var read = new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya)));
        var consent = await maya.ConsentAsync(permit);
        await OpenAsync(noor, node);
        for (var i = 0; i < 20; i++)
        {
            // `maya` holds on to what the cache has let go; each read loads another.
            await maya.AddAsync(Make.Observation(maya, text: new string('x', 10_000)));
            await OpenAsync(noor, node);
            Assert.NotNull(await AskAsync(lee, maya, read, node: node));
            await OpenAsync(noor, node);
        }

        Assert.InRange(node.Memory.Bytes, 0, 20_000);
        await maya.RevokeAsync(consent, permit);
        Assert.Null(await AskAsync(lee, maya, read, node: node));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task A_patient_in_memory_twice_gets_each_disclosure_recorded_once()
    {
        var node = await OpenNodeAsync(new RecordsOptions { CacheBytes = 1 });
        var patients = new[] { await NewPatientAsync(node: node), await NewPatientAsync(node: node), await NewPatientAsync(node: node) };
        var lee = NewDoctor();
        List<RecordQuery> reads = [];
        foreach (var patient in patients)
        {
            reads.Add(new RecordQuery.ById("Observation", await patient.AddAsync(Make.Observation(patient))));
            await patient.ConsentAsync(Make.Permit(patient, lee.Reference));
        }

        // With no room for any, each request works on a copy of its own, and copies of one patient meet in one batch.
        var given = await Task.WhenAll(Enumerable.Range(0, 240).Select(i => Task.Run(() => AskAsync(lee, patients[i % 3], reads[i % 3], node: node))));
        Assert.DoesNotContain(null, given);
        foreach (var patient in patients)
        {
            Assert.Equal(80, given.Where(d => d!.Patient == patient.Id).Select(static d => d!.LedgerIndex).Distinct().Count());
            await patient.VerifyAsync();
        }
    }
}

public sealed class CacheOnSqlite(SqliteTestDatabase test) : CacheContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class CacheOnPostgres(PostgresTestDatabase test) : CacheContract(test), IClassFixture<PostgresTestDatabase>;
