using System.Net;
using System.Text.Json;

namespace Rapport.Crash.Tests;

/// <summary>Two patients, three recipients, a consent for each pair, and two readers for each consent.</summary>
internal sealed class World
{
    private static readonly string[] Purposes = ["TREAT", "CAREMGT"];

    private World(IReadOnlyList<DemoPerson> patients, IReadOnlyList<Sharing> sharings, IReadOnlyList<Reader> readers) =>
        (Patients, Sharings, Readers) = (patients, sharings, readers);

    public IReadOnlyList<DemoPerson> Patients { get; }

    public IReadOnlyList<Sharing> Sharings { get; }

    public IReadOnlyList<Reader> Readers { get; }

    /// <summary>What was sent into the records.</summary>
    public List<Batch> Batches { get; } = [];

    /// <summary>Fills an installation that was started with the demo people; everything is shared at the end.</summary>
    public static async Task<World> MakeAsync(ServerPlace place, ServerProcess server)
    {
        using var api = new Api(server);
        var people = await DemoPerson.ReadAsync(place);
        DemoPerson[] patients = [people["maya"], people["noor"]];
        List<Sharing> sharings = [];
        List<Reader> readers = [];
        foreach (var patient in patients)
        {
            await api.EndSharingAsync(patient);
            Assert.Equal(HttpStatusCode.OK, (await api.ImportAsync(patient, Make.Batch(patient.Patient!, "start", 20))).Status);
            var (status, body) = await api.ReadAsync(patient, $"Observation?patient={patient.Patient}&code={Make.BatchSystem}|start&_count=1");
            Assert.Equal(HttpStatusCode.OK, status);
            using var found = JsonDocument.Parse(body);
            var observation = found.RootElement.GetProperty("entry")[0].GetProperty("resource").GetProperty("id").GetString()!;
            foreach (var recipient in new[] { people["dr-lee"], people["dr-osei"], people["sam"] })
            {
                var sharing = new Sharing(patient, recipient);
                Assert.True(await sharing.SetAsync(api, open: true));
                sharings.Add(sharing);
                readers.AddRange(Purposes.Select(purpose => new Reader(sharing, purpose, observation)));
            }
        }

        return new World(patients, sharings, readers);
    }

    /// <summary>The observation of a patient that readers ask for by its id.</summary>
    public string ObservationOf(DemoPerson patient) => Readers.First(r => r.Sharing.Patient == patient).Observation;

    /// <summary>Holds what is stored against what was acknowledged since the last time.</summary>
    /// <returns>How many reads were given.</returns>
    public async Task<int> CheckAsync(ServerPlace place, Dictionary<DemoPerson, string> checkpoints)
    {
        await using var installation = await Installation.OpenAsync(place);
        var given = 0;
        foreach (var patient in Patients)
        {
            var own = await installation.OpenAsync(patient);
            checkpoints[patient] = await Installation.VerifyAsync(own, checkpoints.GetValueOrDefault(patient));
            given += await Installation.CheckReadsAsync(own, Readers);
            foreach (var batch in Batches.Where(b => b.Patient == patient))
            {
                var stored = await Installation.CountBatchAsync(own, batch.Name);
                Assert.True(stored == batch.Size || (stored == 0 && !batch.IsAcknowledged), $"of the {batch.Size} observations of `{batch.Name}` {stored} are stored");
            }

            var consents = (await own.ConsentsAsync(TestContext.Current.CancellationToken)).ToDictionary(static c => c.Entry.Id, static c => c.Consent.Status);
            foreach (var sharing in Sharings.Where(s => s.Patient == patient && s.IsOpen is not null))
            {
                Assert.Equal(sharing.IsOpen == true ? "active" : "inactive", consents[sharing.ConsentId!]);
            }
        }

        Batches.Clear();
        foreach (var reader in Readers)
        {
            reader.Forget();
        }

        foreach (var sharing in Sharings)
        {
            sharing.Forget();
        }

        return given;
    }
}

/// <summary>A bundle that was sent, and whether its import was acknowledged.</summary>
internal sealed record Batch(DemoPerson Patient, string Name, int Size, bool IsAcknowledged);
