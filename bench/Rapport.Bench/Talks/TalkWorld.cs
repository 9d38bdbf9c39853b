using Rapport.Conversations;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Bench.Talks;

/// <summary>Patients who each talk with a doctor, in a database of their own.</summary>
internal sealed record TalkWorld(IReadOnlyList<TalkWorld.Pair> Pairs)
{
    internal sealed record Pair(string PatientToken, string Conversation);

    internal static async Task<TalkWorld> MakeAsync(ServerSettings settings, int pairs)
    {
        await using var modules = await Modules.OpenAsync(settings, TimeProvider.System, default);
        List<Pair> all = [];
        var (doctor, _) = await AddAsync(modules, "bench-doctor", isProfessional: true);
        for (var i = 0; i < pairs; i++)
        {
            if (i % 50 == 49)
            {
                (doctor, _) = await AddAsync(modules, $"bench-doctor-{i}", isProfessional: true);
            }

            var (patient, token) = await AddAsync(modules, $"bench-{i}", isProfessional: false);
            var actor = new Actor(patient.Id, patient.Reference, patient.DisplayName, patient.RecipientReferences);
            var record = await modules.Records.Compartments.CreateAsync(actor, default);
            patient = (await modules.People.Accounts.SetRecordAsync(patient.Id, record, default)).Value!;
            var talker = await Talker.OfAsync(patient, new Actor(patient.Id, patient.Reference, patient.DisplayName, patient.RecipientReferences), modules.Records, default);
            var begun = await modules.Conversations.BeginAsync(
                talker,
                new NewConversation(record, "bench", Topic.General, [new Member($"Patient/{record}", patient.DisplayName, "patient"), new Member(doctor.Reference, doctor.DisplayName, "doctor")]),
                default);
            all.Add(new Pair(token, begun!.View!.Id.ToString()));
        }

        return new TalkWorld(all);
    }

    private static async Task<(Person Person, string Token)> AddAsync(Modules modules, string name, bool isProfessional)
    {
        var person = (await modules.People.Accounts.AddAsync(new NewPerson { SignInName = name, DisplayName = name, IsProfessional = isProfessional }, default)).Value!;
        return (person, (await modules.People.AccessTokens.CreateAsync(person.Id, "bench", TokenScopes.All, null, default)).Value!.Secret);
    }
}
