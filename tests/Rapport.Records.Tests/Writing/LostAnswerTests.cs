using Rapport.Data;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>PostgreSQL commits, and the connection breaks before it can say so; or it says so and did not.</summary>
public sealed class LostAnswerTests(PostgresTestDatabase test) : RecordsContract(test), IClassFixture<PostgresTestDatabase>
{
    [Fact]
    public async Task A_gathering_and_a_revocation_that_were_committed_are_found_again_and_not_done_twice()
    {
        await using var proxy = new LossyProxy(((PostgresTestDatabase)Test).ConnectionString);
        await using var database = Database.OpenPostgreSql(proxy.ConnectionString);
        await using var node = await RecordsModule.OpenAsync(database, Test.Keyring, new RecordsOptions(), Clock, Cancel);
        var maya = await NewPatientAsync(node: node);
        var lee = NewDoctor();
        var permit = Make.Permit(maya, lee.Reference);
        var consent = await maya.ConsentAsync(permit);
        proxy.LoseAnswerTo("COMMIT\0");
        var read = new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya)));
        Assert.Equal(1, proxy.Lost);
        Assert.NotNull(await AskAsync(lee, maya, read, node: node));
        proxy.LoseAnswerTo("COMMIT\0");
        await maya.RevokeAsync(consent, permit);
        Assert.Equal(2, proxy.Lost);
        Assert.Null(await AskAsync(lee, maya, read, node: node));
        Assert.Null(await AskAsync(lee, maya, read));
        Assert.Equal(
            [LedgerKind.Revoked, LedgerKind.Disclosed, LedgerKind.Gathered, LedgerKind.Consented, LedgerKind.Created], (await maya.ReadLedgerAsync()).Select(static r => r.Details!.Kind));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task A_disclosure_whose_entry_may_be_in_the_ledger_is_not_released()
    {
        await using var proxy = new LossyProxy(((PostgresTestDatabase)Test).ConnectionString);
        await using var database = Database.OpenPostgreSql(proxy.ConnectionString);
        await using var node = await RecordsModule.OpenAsync(database, Test.Keyring, new RecordsOptions(), Clock, Cancel);
        var maya = await NewPatientAsync(node: node);
        var lee = NewDoctor();
        var read = new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya)));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        Assert.NotNull(await AskAsync(lee, maya, read, node: node));
        proxy.LoseAnswerTo("UPDATE compartment");
        var failure = await Assert.ThrowsAsync<StorageException>(() => AskAsync(lee, maya, read, node: node));
        Assert.Equal((StorageFailure.Unavailable, 1), (failure.Failure, proxy.Lost));

        // It goes on by itself, and the ledger tells rather more than was released than less.
        Assert.NotNull(await AskAsync(lee, maya, read, node: node));
        Assert.Equal(3, (await maya.ReadLedgerAsync()).Count(static r => r.Details!.Kind == LedgerKind.Disclosed));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task A_gathering_that_was_broken_off_while_committing_says_so_and_changed_nothing()
    {
        var maya = await NewPatientAsync();
        await Rows.ChangeAsync(
            Test.Database,
            """
            CREATE FUNCTION end_connection() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON source DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_connection();
            """);
        var failure = await Assert.ThrowsAsync<StorageException>(() => maya.AddAsync(Make.Observation(maya)));
        Assert.Equal(StorageFailure.OutcomeUnknown, failure.Failure);
        await Rows.ChangeAsync(Test.Database, "DROP FUNCTION end_connection() CASCADE");
        Assert.Equal(1, (await maya.Own.OverviewAsync(Cancel)).Total);
        Assert.Empty(await maya.Own.SourcesAsync(Cancel));
        await maya.AddAsync(Make.Observation(maya));
        Assert.Equal(2, (await maya.Own.OverviewAsync(Cancel)).Total);
        await maya.VerifyAsync();
    }
}
