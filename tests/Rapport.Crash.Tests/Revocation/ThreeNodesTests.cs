namespace Rapport.Crash.Tests.Revocation;

/// <summary>Revoked means revoked: on three servers, while they are killed and their connections are cut.</summary>
public sealed class ThreeNodesTests(PostgresFiles files) : IClassFixture<PostgresFiles>
{
    private static bool IsLong => Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1";

    /// <summary>Revocations of a storm: the sessions that people have are fresh for ten minutes.</summary>
    private static int Revocations => IsLong ? 400 : 24;

    [Fact]
    public async Task No_disclosure_begins_after_an_acknowledged_revocation_whatever_is_killed_or_cut()
    {
        await using var cluster = await Cluster.StartAsync(files);
        var people = await DemoPerson.ReadAsync(cluster.Place);
        var all = new Dictionary<string, List<Deed>>();
        var (served, revoked) = (0, 0);
        for (var round = 0; round < (IsLong ? 10 : 1); round++)
        {
            var storm = new RevocationStorm(cluster, people, seed: round + 1);
            var harm = new SemaphoreSlim(0);
            storm.Revoked = count =>
            {
                revoked = Math.Max(revoked, (round * Revocations) + count);
                if (count % (Revocations / 8) == 0)
                {
                    harm.Release();
                }

                if ((count >= Revocations && storm.HasServedAll) || count >= 50 * Revocations)
                {
                    storm.Stop();
                    harm.Release();
                }
            };
            var harming = HarmAsync(cluster, storm, harm, new Random(round));
            await storm.RunAsync();
            harm.Release();
            await harming;
            served += storm.Served;
            Assert.True(storm.HasServedAll, "too little was read in some way: the test proves little");
            foreach (var patient in storm.Patients)
            {
                if (!all.TryGetValue(patient.Name, out var deeds))
                {
                    all[patient.Name] = deeds = [];
                }

                deeds.AddRange(storm.DeedsOf(patient));
                var problems = RevocationChecker.Check(await cluster.ExportAsync(patient), deeds);
                Assert.True(problems.Count == 0, $"{problems.Count} of {patient.Name}: {string.Join('\n', problems.Take(10))}");
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{revoked} revocations on three nodes, {cluster.Harm.Kills} kills, {cluster.Harm.Cuts} cuts; {served} reads given, each in a ledger, none of them after an acknowledged revocation");
        Assert.True(served > Revocations && cluster.Harm is { Kills: > 0, Cuts: > 0 }, $"{served} reads, {cluster.Harm}: the test proves little");
    }

    /// <summary>Each time it is let: connections are cut, and every fourth time a server is killed, of which no server may be in the way of the next.</summary>
    private static async Task HarmAsync(Cluster cluster, RevocationStorm storm, SemaphoreSlim harm, Random random)
    {
        for (var times = 1; ; times++)
        {
            await harm.WaitAsync(TestContext.Current.CancellationToken);
            if (storm.IsStopped)
            {
                return;
            }

            await cluster.CutAsync(random);
            if (times % 4 == 2)
            {
                await cluster.KillAsync(random.Next(3));
            }
        }
    }
}
