using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages.Ledger;

/// <summary>Sharing and looking without pages in between.</summary>
internal static class Looking
{
    /// <summary>Lets somebody see conditions, for any purpose.</summary>
    public static async Task ShareWithAsync(this OwnAccess own, Resident recipient)
    {
        var json = JsonNode.Parse(Samples.Consent(recipient.Person.Reference, "Condition"))!;
        json["patient"] = new JsonObject { ["reference"] = $"Patient/{own.Patient}" };
        var consent = Resource.Parse(Encoding.UTF8.GetBytes(json.ToJsonString())).Resource!;
        Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, consent, null, TestContext.Current.CancellationToken)).Status);
    }

    /// <summary>The doctor of a household looks at what is shared.</summary>
    public static async Task<Disclosure> LookAsync(this Household home, RunningServer server, string purpose = "TREAT") =>
        (await server.Modules.Records.Gate.DiscloseAsync(
            new DisclosureAsk(Household.ActorOf(home.Doctor.Person), home.Patient.Person.Record!.Value, purpose, new RecordQuery.Everything()), TestContext.Current.CancellationToken))!;

    /// <summary>The streams that a server has open.</summary>
    public static LiveStreams Streams(this RunningServer server) => server.App.Services.GetRequiredService<LiveStreams>();

    /// <summary>Waits until the server's streams are as they should be: that a client left is noticed when its connection ends, not when it was closed.</summary>
    public static async Task UntilAsync(this RunningServer server, Func<LiveStreams, bool> condition)
    {
        var live = server.Streams();
        while (!condition(live))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
