using System.Text;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Bench.Door;

/// <summary>A doctor and patients who share their whole record with them, in a database of their own.</summary>
internal sealed record DoorWorld(string Token, IReadOnlyList<DoorWorld.Patient> Patients)
{
    /// <summary>A patient, with an observation to be read.</summary>
    internal sealed record Patient(PatientId Id, string Observation, byte[] Body);

    internal static async Task<DoorWorld> MakeAsync(ServerSettings settings, int patients)
    {
        await using var modules = await Modules.OpenAsync(settings, TimeProvider.System, default);
        var bundle = Records.SampleBundles.Load().MinBy(b => b.Length)!;
        var doctor = await AddAsync(modules, "bench-doctor", professional: true);
        List<Patient> all = [];
        for (var i = 0; i < patients; i++)
        {
            var owner = await AddAsync(modules, $"bench-{i}", professional: false);
            var actor = new Actor(owner.Id, owner.Reference, owner.DisplayName, owner.RecipientReferences);
            var patient = await modules.Records.Compartments.CreateAsync(actor, default);
            var own = (await modules.Records.Compartments.OpenOwnAsync(patient, actor, default))!;
            await FhirImporter.ImportAsync(own, bundle, new ImportOptions { SourceName = "bench" }, default);
            await own.PutConsentAsync(null, Resource.Read(Consent(patient, doctor.Reference)), null, default);
            var query = SearchQuery.Parse("Observation", [new("_count", "1")]).Query!;
            var answer = await own.QueryAsync(new RecordQuery.Search(query), default);
            all.Add(new Patient(patient, answer.Entries[0].Id, answer.ReadBody(0)));
        }

        var token = await modules.People.AccessTokens.CreateAsync(doctor.Id, "bench", TokenScopes.All, null, default);
        return new DoorWorld(token.Value!.Secret, all);
    }

    private static async Task<Person> AddAsync(Modules modules, string name, bool professional)
    {
        var added = await modules.People.Accounts.AddAsync(
            new NewPerson { SignInName = name, DisplayName = name, Password = "a long bench password", IsProfessional = professional }, default);
        return added.Value ?? throw new InvalidOperationException("the bench person was not added");
    }

    private static byte[] Consent(PatientId patient, string recipient) => Encoding.UTF8.GetBytes($$$"""
        {"resourceType":"Consent","status":"active","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
        "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],"patient":{"reference":"Patient/{{{patient}}}"},
        "policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTIN"}]},
        "provision":{"type":"permit","actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]},
        "reference":{"reference":"{{{recipient}}}"}}]}}
        """);
}
