using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;
using Rapport.Server.Tests.Api;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Hosting;

/// <summary>A database that goes away, a disk that is full: a clear error, nothing half-written, and all is well when the cause is gone.</summary>
public sealed class StorageFailureTests(PostgresTestDatabase postgres) : IClassFixture<PostgresTestDatabase>
{
    [Fact]
    public async Task ADatabaseThatGoesAwayIsToldAndComesBack()
    {
        var target = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        await using var road = new BreakableRoad(new UnixDomainSocketEndPoint($"{target.Host}/.s.PGSQL.{target.Port}"));
        target.Host = "127.0.0.1";
        target.Port = road.Port;
        await using var server = new RunningServer { Postgres = target.ToString() };
        await server.InitializeAsync();
        var ada = await server.AddAdaAsync();
        var doctor = await server.AddDoctorAsync();
        await ada.ShareAsync(doctor, "Observation");
        var path = $"/fhir/Observation/{(await ada.IdsAsync("Observation"))[0]}";
        Assert.Equal(HttpStatusCode.OK, (await doctor.Client.ReadAsync(path)).Status);
        var size = await ada.LedgerSizeAsync();

        road.Break();

        var read = await doctor.Client.ReadAsync(path);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, read.Status);
        Assert.Equal("transient", read.Code);
        Assert.NotNull(read.Header("Retry-After"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ada.Client.ReadAsync($"/fhir/Patient/{ada.Record}")).Status);
        var import = await ada.Client.PostAsync("/fhir", Samples.Bundle().Replace("29463-7", "8302-2"));
        Assert.NotEqual(HttpStatusCode.OK, import.Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Client().ReadAsync("/health")).Status);

        road.Mend();

        Assert.Equal(HttpStatusCode.OK, (await server.Client().ReadAsync("/health")).Status);
        Assert.Equal(HttpStatusCode.OK, (await doctor.Client.ReadAsync(path)).Status);
        Assert.Equal(size + 1, await ada.LedgerSizeAsync());
    }

    [Fact]
    public async Task AFullDiskIsToldAndNothingIsHalfWritten()
    {
        var folder = Directory.CreateTempSubdirectory("rapport-full-").FullName;
        var isMounted = Disk.TryMount(folder, "4m");
        try
        {
            Assert.SkipUnless(isMounted, "a small file system cannot be mounted here: only root may");
            await using var server = new RunningServer { Folder = folder };
            await server.InitializeAsync();
            var ada = await server.AddAdaAsync();
            var size = await ada.LedgerSizeAsync();

            Answer answer;
            for (; (answer = await ada.Client.PostAsync("/fhir", Incompressible(ada))).Status == HttpStatusCode.OK; size++)
            {
            }

            Assert.Equal(HttpStatusCode.InsufficientStorage, answer.Status);
            Assert.Contains("the disk is full", answer.Text);
            Assert.Equal(size, await ada.LedgerSizeAsync());
            Assert.Equal(Samples.Labs + 5 + size - 2, (await ada.Client.ReadAsync($"/fhir/Patient/{ada.Record}/$everything?_count=1")).Total);
        }
        finally
        {
            Disk.Unmount(folder, isMounted);
        }
    }

    /// <summary>An observation of three megabytes that no compression makes small.</summary>
    private static string Incompressible(TestPerson ada)
    {
        var notes = string.Join(',', Enumerable.Range(0, 4).Select(_ => $$"""{"text":"{{Convert.ToBase64String(RandomNumberGenerator.GetBytes(600_000))}}"}"""));
        return $$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"note":[{{{notes}}}],"subject":{"reference":"Patient/{{{ada.Record}}}"}}""";
    }
}
