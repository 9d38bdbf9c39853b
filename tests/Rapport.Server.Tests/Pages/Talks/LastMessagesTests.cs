using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>Who counts as somebody with whom a patient exchanged messages: by what was said, who said it, and who was there at that moment.</summary>
public sealed class LastMessagesTests : IAsyncLifetime
{
    private readonly RunningServer _server = new();
    private TalkHome _world = null!;
    private ConversationId _id;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ConversationDesk Desk => _server.Modules.Conversations;

    private PatientId Record => _world.Home.Patient.Person.Record!.Value;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _world = await TalkHome.MoveInAsync(_server);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>What the patient said counted for whoever is there now, also who came later; what somebody said for the patient counted for nobody; what a doctor said as their team did not count for the doctor.</summary>
    [Theory]
    [InlineData("patient", "doctor carer team")]
    [InlineData("patient, joins", "doctor carer team")]
    [InlineData("joins, patient", "doctor carer team stranger")]
    [InlineData("patient, leaves", "doctor carer team")]
    [InlineData("leaves, patient", "carer team")]
    [InlineData("leaves, patient, comes back", "carer team")]
    [InlineData("delegate", "doctor carer team")]
    [InlineData("delegate, joins", "doctor carer team")]
    [InlineData("doctor", "doctor")]
    [InlineData("as the team", "doctor team")]
    [InlineData("carer", "carer")]
    [InlineData("joins", "")]
    public async Task The_last_message_counts_for_who_said_it_and_to_whom_it_was_said(string deeds, string with)
    {
        await _world.ActAsync(_world.Home.Stranger, [], ConsentAction.Converse);
        await BeginAsync();
        foreach (var deed in deeds.Split(", "))
        {
            _server.Clock.Advance(TimeSpan.FromMinutes(1));
            await DoAsync(deed);
        }

        var (found, people) = (await LastMessages.OfAsync(Desk, _world.Home.Patient.Person, Cancel), _server.Modules.People);
        var self = _world.Home.Patient.Person.Id;
        List<string> credited = [];
        foreach (var (name, reference) in new[]
        {
            ("doctor", _world.Home.Doctor.Person.Reference), ("carer", _world.Home.Carer.Person.Reference), ("team", $"CareTeam/{_world.Team.Id}"), ("stranger", _world.Home.Stranger.Person.Reference),
        })
        {
            // Whoever is no professional is known by an introduction.
            var choice = await new Recipients(people).ResolveAsync(reference, self, Cancel) ?? (await new Recipients(people).ResolveAsync(people.Introductions.Of(self, reference), self, Cancel))!;
            if (found.With(choice) is not null)
            {
                credited.Add(name);
            }
        }

        Assert.Equal(with, string.Join(' ', credited));
    }

    private async Task BeginAsync()
    {
        var (doctor, carer) = (_world.Home.Doctor.Person, _world.Home.Carer.Person);
        List<Member> members =
        [
            new($"Patient/{Record}", "Maya", "patient"), new($"Practitioner/{doctor.Id}", "Dr Lee", "physician"), new($"RelatedPerson/{carer.Id}", "Sam", "carer"), new($"CareTeam/{_world.Team.Id}", "Heart team", "Hill"),
        ];
        _id = (await Desk.BeginAsync(await TalkerAsync(_world.Home.Patient), new NewConversation(Record, "My knee", Topic.General, members), Cancel))!.View!.Id;
    }

    private async Task DoAsync(string deed)
    {
        var home = _world.Home;
        switch (deed)
        {
            case "joins":
                Assert.True(await Desk.AddMemberAsync(await TalkerAsync(home.Patient), await ViewAsync(await TalkerAsync(home.Patient)), new Member($"RelatedPerson/{home.Stranger.Person.Id}", "Mallory", "friend"), Cancel));
                break;
            case "leaves":
                var leaving = Only(await TalkerAsync(home.Doctor), "Practitioner/");
                Assert.True(await Desk.LeaveAsync(leaving, await ViewAsync(leaving), Household.ActorOf(home.Doctor.Person), Cancel));
                break;
            case "comes back":
                Assert.True(await Desk.AddMemberAsync(await TalkerAsync(home.Patient), await ViewAsync(await TalkerAsync(home.Patient)), new Member($"Practitioner/{home.Doctor.Person.Id}", "Dr Lee", "physician"), Cancel));
                break;
            case "delegate":
                await SayAsync(Only(await TalkerAsync(home.Stranger), "Patient/"));
                break;
            case "as the team":
                await SayAsync(Only(await TalkerAsync(home.Doctor), "CareTeam/"));
                break;
            default:
                await SayAsync(Only(await TalkerAsync(deed switch { "patient" => home.Patient, "doctor" => home.Doctor, _ => home.Carer }), deed switch { "patient" => "Patient/", "doctor" => "Practitioner/", _ => "RelatedPerson/" }));
                break;
        }
    }

    private async Task SayAsync(Talker talker) =>
        Assert.Equal(SaidStatus.Said, (await Desk.SayAsync(talker, await ViewAsync(talker), new NewMessage("hello", Guid.NewGuid().ToString("N"), []), null, Cancel)).Status);

    private async Task<TalkView> ViewAsync(Talker talker) => (await Desk.FindAsync(talker, _id, Cancel))!;

    private static Talker Only(Talker talker, string kind) => new(talker.Person, [.. talker.Capacities.Where(capacity => capacity.Reference.StartsWith(kind, StringComparison.Ordinal))]);

    private async Task<Talker> TalkerAsync(Resident who)
    {
        var person = (await _server.Modules.People.Accounts.FindAsync(who.Person.Id, Cancel))!;
        return await Talker.OfAsync(person, Household.ActorOf(person), _server.Modules.Records, Cancel);
    }
}
