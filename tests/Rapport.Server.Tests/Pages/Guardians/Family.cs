using Rapport.Consent;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>A parent who began a record for their child, the child, a doctor for whom a clinic vouches, and who looks at what its doctors do.</summary>
internal sealed record Family(Household Home, Person Child, DateOnly Born, Organisation Clinic, Resident Officer)
{
    public const string ChildsName = "Lena Castellanos";

    public const string Reason = "found unconscious in the playground";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The parent.</summary>
    public Resident Parent => Home.Carer;

    public PatientId Record => Child.Record!.Value;

    /// <summary>Where the parent acts for the child.</summary>
    public string Acting => $"/acting/{Record}";

    /// <summary>Where the parent decides about the child's emergency door.</summary>
    public string Door => Acting + "/emergency";

    /// <summary>Where the parent answers what others ask of the child.</summary>
    public string Requests => Acting + "/requests";

    public static async Task<Family> MoveInAsync(RunningServer server, int years = 5, string role = Delegation.Parent)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var born = DateOnly.FromDateTime(server.Clock.GetUtcNow().UtcDateTime).AddYears(-years).AddDays(-30);
        var child = (await ChildRecord.BeginAsync(server.Modules, home.Carer.Person, ChildsName, born, role, Cancel)).Child!;
        var people = server.Modules.People;
        var clinic = (await people.Directory.AddOrganisationAsync($"Hill Clinic {child.SignInName}", Cancel)).Value!;
        var officer = (await Household.MoveInAsync(server, withRecord: false)).Stranger;
        await people.Directory.SetPrivacyOfficerAsync(clinic.Id, officer.Person.Id, true, Cancel);
        var family = new Family(home, child, born, clinic, officer);
        await family.VouchAsync(server);
        return family;
    }

    /// <summary>The clinic vouches for the doctor, for the months to come.</summary>
    public async Task VouchAsync(RunningServer server) => Assert.True((await server.Modules.People.Directory.VouchAsync(
        Clinic.Id, Home.Doctor.Person.Id, new Vouching { Role = "surgeon", Until = server.Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel)).IsOk);

    /// <summary>The parent brings entries into the child's record.</summary>
    public async Task BringAsync(RunningServer server, byte[] file)
    {
        var acting = (await server.Modules.Records.Acting.OpenAsync(Record, Household.ActorOf(Parent.Person), Cancel))!;
        var options = new ImportOptions { SourceName = "from the hospital" };
        Assert.Null(await Importer.WriteAsync(acting, Importer.Read(SourceContent.Of("hospital.json", file), options, null, Cancel), options, Cancel));
    }

    /// <summary>Somebody else looks after the child too, as its parent.</summary>
    public async Task AddParentAsync(RunningServer server, Resident other)
    {
        var own = await OpenOwnAsync(server);
        await own.PutConsentAsync(null, ChildRecord.Terms(other.Person, Delegation.Parent, Born).ToConsent(Record, ChildsName, server.Clock.GetUtcNow()), null, Cancel);
        await server.Modules.People.Circle.AddAsync(Record, other.Person.Id, "parent", Cancel);
    }

    /// <summary>The record as the child itself would have it.</summary>
    public async Task<OwnAccess> OpenOwnAsync(RunningServer server) => (await server.Modules.Records.Compartments.OpenOwnAsync(Record, Household.ActorOf(Child), Cancel))!;

    /// <summary>The doctor comes through the child's emergency door.</summary>
    public async Task<EmergencyOpening> OpenDoorAsync(RunningServer server, string? reason = null)
    {
        using var doctor = await Home.Doctor.SignInAsync(server);
        using var opened = await doctor.PostAsync("/emergency", "/emergency", ("who", Record.ToString()), ("why", reason ?? Reason));
        Assert.Equal($"/shared/{Record}/summary?for=BTG", opened.Headers.Location!.ToString());
        return (await server.Modules.People.Emergencies.OfPatientAsync(Record, Cancel))[0];
    }

    /// <summary>The operator lets the child in: whoever has the code chooses a password.</summary>
    public async Task<FormVisitor> LetInAsync(RunningServer server)
    {
        var code = await server.Modules.People.SecondStep.NewOperatorCodeAsync(Child.Id, Cancel);
        var visitor = new FormVisitor(server);
        using var entered = await visitor.PostAsync("/recover", "/recover", ("name", Child.SignInName), ("code", code));
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, entered.StatusCode);
        return visitor;
    }
}
