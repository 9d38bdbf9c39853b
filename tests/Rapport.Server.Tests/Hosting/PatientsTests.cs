using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Hosting;

/// <summary>How a person comes to a record.</summary>
public sealed class PatientsTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task BrokenOffBetweenRecordAndAccountItIsMadeAnewAndNobodyIsLedToTheFirst()
    {
        var cancel = TestContext.Current.CancellationToken;
        var stranger = await server.AddStrangerAsync();
        var actor = new Actor(stranger.Person.Id, stranger.Reference, stranger.Person.DisplayName, stranger.Person.RecipientReferences);
        var lost = await server.Modules.Records.Compartments.CreateAsync(actor, cancel);
        var absent = (await stranger.Client.ReadAsync($"/fhir/Patient/{Data.PatientId.New()}")).ToString();
        Assert.Null((await server.Modules.People.Accounts.FindAsync(stranger.Person.Id, cancel))!.Record);

        var own = await Patients.MakeRecordAsync(server.Modules, stranger.Person, cancel);

        Assert.NotEqual(lost, own.Patient);
        Assert.Equal(own.Patient, (await server.Modules.People.Accounts.FindAsync(stranger.Person.Id, cancel))!.Record);
        Assert.Empty(await own.CheckAsync(cancel));
        Assert.Equal(System.Net.HttpStatusCode.OK, (await stranger.Client.ReadAsync($"/fhir/Patient/{own.Patient}")).Status);
        Assert.Equal(absent, (await stranger.Client.ReadAsync($"/fhir/Patient/{lost}")).ToString());
        await Assert.ThrowsAsync<StartupException>(() => Patients.OpenAsync(server.Modules, lost, cancel));
    }
}
