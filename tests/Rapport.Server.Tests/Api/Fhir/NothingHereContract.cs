using System.Net;
using Rapport.Data;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Api.Fhir;

/// <summary>What is not permitted looks exactly like what does not exist: byte for byte, headers and all.</summary>
public abstract class NothingHereContract(RunningServer server)
{
    [Fact]
    public async Task ReadsThatAreNotPermittedAndReadsOfNothingGetTheSameAnswer()
    {
        var (ada, doctor) = await ShareConditionsAsync();
        var stranger = await server.AddStrangerAsync();
        var hidden = (await ada.IdsAsync("Observation"))[0];
        var shared = (await ada.IdsAsync("Condition", "code=195967001")).Single();
        var sensitive = (await ada.IdsAsync("Condition", "code=35489007")).Single();
        string[] paths =
        [
            $"Observation/{hidden}", $"Observation/{hidden}/_history/1", $"Observation/{hidden}/_history", $"Condition/{sensitive}", $"Patient/{ada.Record}",
            $"Observation/{shared}", $"Condition/{shared}/_history/2", $"Condition/{shared}/_history/0", $"Condition/{shared}/_history/01", $"Condition/{shared}/_history/x",
            $"Observation/{ada.Record}.{LocalId.New()}", $"Observation/{PatientId.New()}.{LocalId.New()}", $"Patient/{PatientId.New()}",
            $"Observation/{ada.Record}", $"Patient/{hidden}", $"Observation/{hidden.ToUpperInvariant()}", $"Observation/{hidden}0", $"Observation/{hidden[..^1]}",
            "Observation/1", $"Observation/{ada.Record}.", "Observation/%20", "Nonsense/1", $"Nonsense/{hidden}", $"Patient/{ada.Record}/$everything", $"Patient/{PatientId.New()}/$everything",
            "Patient/x/$everything",
        ];

        var expected = (await doctor.Client.ReadAsync("/fhir/Observation/nothing")).ToString();

        Assert.StartsWith("404", expected);
        foreach (var path in paths)
        {
            // The doctor may see one condition, and through $everything that one.
            if (!path.EndsWith("$everything", StringComparison.Ordinal) || !path.Contains(ada.Record.ToString()))
            {
                Assert.Equal(expected, (await doctor.Client.ReadAsync("/fhir/" + path)).ToString());
            }

            Assert.Equal(expected, (await stranger.Client.ReadAsync("/fhir/" + path)).ToString());
        }
    }

    [Fact]
    public async Task WhatIsSharedIsSeen()
    {
        var (ada, doctor) = await ShareConditionsAsync();
        var shared = (await ada.IdsAsync("Condition", "code=195967001")).Single();

        Assert.Equal(HttpStatusCode.OK, (await doctor.Client.ReadAsync($"/fhir/Condition/{shared}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await doctor.Client.ReadAsync($"/fhir/Condition/{shared}/_history/1")).Status);
        var everything = await doctor.Client.ReadAsync($"/fhir/Patient/{ada.Record}/$everything");
        Assert.Equal(shared, (string)everything.Resources.Single()["id"]!);
        Assert.Equal(1, everything.Total);
    }

    [Fact]
    public async Task SearchesOfWhatIsHiddenAndOfNothingDifferInNothingButTheirOwnLinks()
    {
        var (ada, doctor) = await ShareConditionsAsync();
        var nobody = PatientId.New();
        foreach (var query in new[] { "Observation?patient={0}", "Observation?patient=Patient/{0}&_sort=-date&_count=3", "Patient/{0}/Observation", "Patient?_id={0}", "Condition?patient={0}&code=35489007" })
        {
            var hidden = await doctor.Client.ReadAsync("/fhir/" + string.Format(query, ada.Record));
            var absent = await doctor.Client.ReadAsync("/fhir/" + string.Format(query, nobody));

            Assert.Equal(HttpStatusCode.OK, hidden.Status);
            Assert.Equal(0, hidden.Total);
            Assert.Equal(absent.ToString().Replace(nobody.ToString(), "ID"), hidden.ToString().Replace(ada.Record.ToString(), "ID"));
        }
    }

    [Fact]
    public async Task AHiddenEntryIsInNoTotalAndNoPage()
    {
        var (ada, doctor) = await ShareConditionsAsync();

        var conditions = await doctor.Client.ReadAsync($"/fhir/Condition?patient={ada.Record}");

        Assert.Equal(1, conditions.Total);
        Assert.Equal("195967001", (string)conditions.Resources.Single()["code"]!["coding"]![0]!["code"]!);
    }

    [Fact]
    public async Task AHeadRequestGetsTheHeadersOfTheReadAndIsRecordedLikeOne()
    {
        var (ada, doctor) = await ShareConditionsAsync();
        var shared = (await ada.IdsAsync("Condition", "code=195967001")).Single();
        var get = await doctor.Client.ReadAsync($"/fhir/Condition/{shared}");
        var before = await ada.LedgerSizeAsync();

        var head = await doctor.Client.AskAsync(HttpMethod.Head, $"/fhir/Condition/{shared}");

        Assert.Equal(get.Headers, head.Headers);
        Assert.Empty(head.Body);
        Assert.Equal(before + 1, await ada.LedgerSizeAsync());
    }

    [Fact]
    public async Task OnceRevokedItLooksAsIfItHadNeverBeen()
    {
        var (ada, doctor) = await ShareConditionsAsync();
        var shared = (await ada.IdsAsync("Condition", "code=195967001")).Single();
        var consent = (await ada.IdsAsync("Consent")).Single();
        var json = (await ada.Client.ReadAsync($"/fhir/Consent/{consent}")).Json;
        json["status"] = "inactive";

        Assert.Equal(HttpStatusCode.OK, (await ada.Client.PutAsync($"/fhir/Consent/{consent}", json.ToJsonString())).Status);

        Assert.Equal((await doctor.Client.ReadAsync("/fhir/Condition/nothing")).ToString(), (await doctor.Client.ReadAsync($"/fhir/Condition/{shared}")).ToString());
        Assert.Equal(0, (await doctor.Client.ReadAsync($"/fhir/Condition?patient={ada.Record}")).Total);
        Assert.Equal("revoked", (string)(await ada.LastLedgerEntryAsync())["kind"]!);
    }

    private async Task<(TestPerson Ada, TestPerson Doctor)> ShareConditionsAsync()
    {
        var ada = await server.AddAdaAsync();
        var doctor = await server.AddDoctorAsync();
        await ada.ShareAsync(doctor, "Condition");
        return (ada, doctor);
    }
}

public sealed class NothingHereOnSqlite(RunningServer server) : NothingHereContract(server), IClassFixture<RunningServer>;

public sealed class NothingHereOnPostgres(PostgresServer postgres) : NothingHereContract(postgres.Server), IClassFixture<PostgresServer>;
