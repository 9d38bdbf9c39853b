using System.Net;

namespace Rapport.Crash.Tests;

/// <summary>Two servers on one PostgreSQL with the same key.</summary>
public sealed class TwoNodesTests(PostgresFiles files) : IClassFixture<PostgresFiles>
{
    [Fact]
    public async Task Revoked_by_either_node_is_revoked_on_both_at_once_and_every_read_is_in_the_ledger()
    {
        var revocations = Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1" ? 400 : 30;
        var place = new ServerPlace(files.NewFolder(), files.Postgres);
        await using var one = await ServerProcess.StartAsync(place, demo: true);
        await using var two = await ServerProcess.StartAsync(new ServerPlace(files.NewFolder(), files.Postgres, place.KeyFile));
        var world = await World.MakeAsync(place, one);
        using var first = new Api(one);
        using var second = new Api(two);
        using var storm = new Storm(world, [first, second], seed: 7);
        var revoked = 0;
        storm.Revoked = async sharing =>
        {
            // Read by requests of their own too: whoever asks from now on gets nothing, whichever node they ask.
            foreach (var node in new[] { first, second, first, second })
            {
                var (status, _) = await node.ReadAsync(sharing.Recipient, "Observation/" + world.ObservationOf(sharing.Patient), "ETREAT");
                Assert.Equal(HttpStatusCode.NotFound, status);
            }

            if (Interlocked.Increment(ref revoked) == revocations)
            {
                storm.Stop();
            }
        };
        await storm.RunAsync();
        var given = await world.CheckAsync(place, []);
        TestContext.Current.SendDiagnosticMessage($"{revoked} revocations on two nodes, {given} reads given, each in the ledger");
        Assert.True(revoked >= revocations && given > 0);
    }
}
