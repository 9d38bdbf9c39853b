using System.Text;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>
/// People of a server under test who know each other: a patient with the demo record, her doctor, her carer, a stranger. Each call of
/// <see cref="MoveInAsync"/> makes new ones, so that tests share a server and nothing else.
/// </summary>
internal sealed record Household(Resident Patient, Resident Doctor, Resident Carer, Resident Stranger)
{
    public const string Password = "correct horse battery staple";

    private static int _count;

    public static async Task<Household> MoveInAsync(RunningServer server, bool withRecord = true, string name = "Maya Castellanos")
    {
        var cancel = TestContext.Current.CancellationToken;
        var number = Interlocked.Increment(ref _count);
        var patient = await AddAsync(server, $"maya-{number}", name, null, hasRecord: true);
        var doctor = await AddAsync(server, $"dr-lee-{number}", "Dr Lee", "general practitioner", hasRecord: false);
        var carer = await AddAsync(server, $"sam-{number}", "Sam", null, hasRecord: false);
        var stranger = await AddAsync(server, $"mallory-{number}", "Mallory", null, hasRecord: false);
        var record = patient.Person.Record!.Value;
        await server.Modules.People.Circle.AddAsync(record, doctor.Person.Id, "doctor", cancel);
        server.Clock.Advance(TimeSpan.FromSeconds(1)); // The doctor was there first.
        await server.Modules.People.Circle.AddAsync(record, carer.Person.Id, "carer", cancel);
        if (withRecord)
        {
            await patient.ImportAsync(server, DemoRecord(), "maya.json");
        }

        return new Household(patient, doctor, carer, stranger);
    }

    /// <summary>The bundle of the demo.</summary>
    public static byte[] DemoRecord() => Read("Demo/maya.json");

    /// <summary>What the hospital of the demo writes of some of the same.</summary>
    public static byte[] DemoDischarge() => Read("Demo/maya-discharge.xml");

    private static byte[] Read(string name)
    {
        using var stream = typeof(WebServer).Assembly.GetManifestResourceStream(name)!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static async Task<Resident> AddAsync(RunningServer server, string signInName, string name, string? role, bool hasRecord)
    {
        var cancel = TestContext.Current.CancellationToken;
        var accounts = server.Modules.People.Accounts;
        var added = await accounts.AddAsync(
            new NewPerson { SignInName = signInName, DisplayName = name, Password = Password, IsProfessional = role is not null, Role = role }, cancel);
        var person = added.Value!;
        if (hasRecord)
        {
            var record = await server.Modules.Records.Compartments.CreateAsync(ActorOf(person), cancel);
            person = (await accounts.SetRecordAsync(person.Id, record, cancel)).Value!;
        }

        return new Resident(person);
    }

    public static Actor ActorOf(Person person) => new(person.Id, person.Reference, person.DisplayName, person.RecipientReferences);
}

/// <summary>Someone of a household.</summary>
internal sealed record Resident(Person Person)
{
    public string SignInName => Person.SignInName;

    /// <summary>Their own record.</summary>
    public async Task<OwnAccess> OpenAsync(RunningServer server) =>
        (await server.Modules.Records.Compartments.OpenOwnAsync(Person.Record!.Value, Household.ActorOf(Person), TestContext.Current.CancellationToken))!;

    /// <summary>Brings files of FHIR into their record, one after the other.</summary>
    public async Task ImportAsync(RunningServer server, params IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            await ImportAsync(server, Encoding.UTF8.GetBytes(file), "file");
        }
    }

    /// <summary>Brings a file into their record.</summary>
    public async Task ImportAsync(RunningServer server, byte[] file, string name)
    {
        var result = await Importer.ImportAsync(await OpenAsync(server), SourceContent.Of(name, file), new ImportOptions { SourceName = name }, TestContext.Current.CancellationToken);
        Assert.Equal(ImportStatus.Taken, result.Status);
    }

    /// <summary>Them, signed in.</summary>
    public async Task<FormVisitor> SignInAsync(RunningServer server)
    {
        var visitor = new FormVisitor(server);
        await visitor.SignInAsync(SignInName);
        return visitor;
    }
}
