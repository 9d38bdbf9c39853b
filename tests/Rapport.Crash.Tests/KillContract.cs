namespace Rapport.Crash.Tests;

/// <summary>The server dies at any moment, as by a power cut, and is started again.</summary>
public abstract class KillContract(ServerFiles files)
{
    private const int Seed = 20260601;

    /// <summary>Whether this is the long run: <c>RAPPORT_TEST_LONG=1</c>.</summary>
    protected static bool IsLong => Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1";

    protected abstract int Kills { get; }

    [Fact]
    public async Task Killed_at_any_moment_the_server_loses_nothing_it_acknowledged_and_leaves_nothing_half_done()
    {
        var place = new ServerPlace(files.NewFolder(), files.Postgres);
        World world;
        await using (var first = await ServerProcess.StartAsync(place, demo: true))
        {
            world = await World.MakeAsync(place, first);
        }

        var random = new Random(Seed);
        var checkpoints = new Dictionary<DemoPerson, string>();
        var given = await world.CheckAsync(place, checkpoints);
        for (var round = 0; round < Kills; round++)
        {
            await RunAndKillAsync(place, world, round, after: random.Next(5, 250));
            given += await world.CheckAsync(place, checkpoints);
        }

        TestContext.Current.SendDiagnosticMessage($"{Kills} kills, {given} reads given, each in the ledger");
        Assert.True(given > 10 * Kills, "hardly anything was read: the test proves little");

        // The command line, on the files alone.
        foreach (var patient in world.Patients)
        {
            var export = Path.Combine(place.DataFolder, patient.Name + ".jsonl");
            var (exported, said) = await RapportProgram.RunAsync(["export", "--patient", patient.Patient!, "--what", "ledger", "--out", export, .. place.Arguments]);
            Assert.True(exported == 0, said);
            var (verified, report) = await RapportProgram.RunAsync("verify", export);
            Assert.True(verified == 0, report);
            Assert.Contains("the ledger is whole", report, StringComparison.Ordinal);
        }
    }

    private static async Task RunAndKillAsync(ServerPlace place, World world, int round, int after)
    {
        await using var server = await ServerProcess.StartAsync(place);
        using var api = new Api(server);
        using var storm = new Storm(world, [api], round);
        storm.Acknowledged = count =>
        {
            if (count == after)
            {
                storm.Stop();
                server.Kill();
            }
        };
        await storm.RunAsync();
    }
}

public sealed class KillOnSqlite(SqliteFiles files) : KillContract(files), IClassFixture<SqliteFiles>
{
    protected override int Kills => IsLong ? 100 : 5;
}

public sealed class KillOnPostgres(PostgresFiles files) : KillContract(files), IClassFixture<PostgresFiles>
{
    protected override int Kills => IsLong ? 50 : 3;
}
