using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using Rapport.Language;
using Rapport.People;
using Rapport.Server.Pages.Emergency;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>That somebody came through an emergency door is told to the patient and their contacts on whatever page they are, also on one that is open.</summary>
public sealed class ToldEverywhereTests(BrowserFixture browser)
{
    private const string Reason = "found unconscious, no papers";

    private static readonly string[] Pages = ["/record", "/share", "/ledger", "/circle", "/conversations", "/gather", "/account"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AContactWithARecordOfTheirOwnAndThePatientReadItOnEveryPage()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var (home, contact) = await MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var told = await contact.SignInAsync(server);
        await OpenDoorAsync(server, home);
        foreach (var page in Pages)
        {
            var own = await patient.ReadAsync(page);
            Assert.Contains(Reason, own);
            Assert.Single(Split(own, WebUtility.HtmlEncode(EmergencyText.NoticeLook)));
            var read = await told.ReadAsync(page);
            Assert.Single(Split(read, Told(home)));
            Assert.DoesNotContain(Reason, read);
        }

        // Somebody else reads nothing of it, and after two weeks nobody does on every page.
        using var stranger = await home.Stranger.SignInAsync(server);
        Assert.DoesNotContain(Told(home), await stranger.ReadAsync("/circle"));
        server.Clock.Advance(TimeSpan.FromDays(15));
        using var later = await home.Patient.SignInAsync(server);
        Assert.DoesNotContain(Reason, await later.ReadAsync("/gather"));
        using var contactLater = await contact.SignInAsync(server);
        Assert.DoesNotContain(Told(home), await contactLater.ReadAsync("/circle"));
    }

    /// <summary>Who listens hears of it, and only who is told of it; the part that an open page then asks for says it.</summary>
    [Fact]
    public async Task OpenPagesOfWhoIsToldHearOfItAndNobodyElses()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var (home, contact) = await MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var told = await contact.SignInAsync(server);
        using var stranger = await home.Stranger.SignInAsync(server);
        Assert.DoesNotContain(Reason, await patient.ReadAsync("/told"));
        var streams = new List<(HttpResponseMessage Answer, IAsyncEnumerator<SseItem<string>> Items)>();
        foreach (var visitor in new[] { patient, told, stranger })
        {
            streams.Add(await ListenAsync(visitor));
        }

        await OpenDoorAsync(server, home);
        foreach (var (_, items) in streams[..2])
        {
            Assert.Equal("told", await NextAsync(items));
        }

        Assert.Contains(Reason, await patient.ReadAsync("/told"));
        var part = await told.ReadAsync("/told");
        Assert.Contains(Told(home), part);
        Assert.DoesNotContain("<html", part);

        // What the stranger hears first is something of their own.
        await server.Modules.People.Emergencies.AnnounceAsync(contact.Person, home.Doctor.Person, "a fall", [home.Stranger.Person.Id], Cancel);
        Assert.Equal("told", await NextAsync(streams[2].Items));
        var heard = await stranger.ReadAsync("/told");
        Assert.DoesNotContain(Told(home), heard);
        foreach (var (answer, items) in streams)
        {
            await items.DisposeAsync();
            answer.Dispose();
        }
    }

    [Fact]
    public async Task WhoseSessionHasEndedHearsNothingMoreAndIsNotLedToAForm()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var (home, _) = await MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var (answer, items) = await ListenAsync(patient);
        await server.Modules.People.Sessions.EndOthersAsync(home.Patient.Person.Id, null, Cancel);
        Assert.Null(await NextAsync(items));
        answer.Dispose();
        using var again = await AskAsync(patient);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
    }

    [Fact]
    public async Task AnOpenPageShowsItByItself()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var (home, contact) = await MoveInAsync(server);
        await using var patient = await browser.VisitAsync(server: server);
        await using var told = await browser.VisitAsync(server: server);
        await patient.SignInAsync(home.Patient);
        await patient.GoAsync("/gather");
        await told.SignInAsync(contact);
        await told.GoAsync("/conversations");
        await patient.SeesNotAsync(Reason);
        await OpenDoorAsync(server, home);
        await patient.SeesAsync(Reason);
        await told.SeesAsync(Say.Fill(EmergencyText.ContactTold, "Dr Lee", home.Patient.Person.DisplayName, "").TrimEnd('.', ' '));
        patient.AssertNothingWentWrong();
        told.AssertNothingWentWrong();
    }

    private static string Told(Household home) => WebUtility.HtmlEncode(Say.Fill(EmergencyText.ContactTold, "Dr Lee", home.Patient.Person.DisplayName, "").TrimEnd('.', ' '));

    /// <summary>One piece for each time the text stands there.</summary>
    private static string[] Split(string page, string text) => page.Split(text)[1..];

    private static async Task<string?> NextAsync(IAsyncEnumerator<SseItem<string>> items)
    {
        while (await items.MoveNextAsync())
        {
            if (items.Current.EventType != "beat")
            {
                return items.Current.EventType;
            }
        }

        return null;
    }

    private static Task<HttpResponseMessage> AskAsync(FormVisitor visitor) =>
        visitor.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/told/events?from=0") { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/event-stream") } } }, HttpCompletionOption.ResponseHeadersRead);

    /// <summary>Listens, and has heard how things stand.</summary>
    private static async Task<(HttpResponseMessage, IAsyncEnumerator<SseItem<string>>)> ListenAsync(FormVisitor visitor)
    {
        var answer = await AskAsync(visitor);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var items = SseParser.Create(await answer.Content.ReadAsStreamAsync(Cancel)).EnumerateAsync(Cancel).GetAsyncEnumerator(Cancel);
        Assert.Equal("told", await NextAsync(items));
        return (answer, items);
    }

    /// <summary>A patient with a doctor for whom a clinic vouches, and an emergency contact who keeps a record of their own.</summary>
    private static async Task<(Household Home, Resident Contact)> MoveInAsync(RunningServer server)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var contact = (await Household.MoveInAsync(server, withRecord: false, name: "Ines Contact")).Patient;
        var people = server.Modules.People;
        await people.Circle.AddAsync(home.Patient.Person.Record!.Value, contact.Person.Id, "sister", Cancel);
        await people.Circle.SetEmergencyContactAsync(home.Patient.Person.Record!.Value, contact.Person, true, "sister", Cancel);
        var clinic = (await people.Directory.AddOrganisationAsync("Hill Clinic", Cancel)).Value!;
        await people.Directory.VouchAsync(clinic.Id, home.Doctor.Person.Id, new Vouching { Role = "surgeon", Until = server.Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel);
        return (home, contact);
    }

    private static async Task OpenDoorAsync(RunningServer server, Household home)
    {
        using var doctor = await home.Doctor.SignInAsync(server);
        using var opened = await doctor.PostAsync("/emergency", "/emergency", ("who", home.Patient.SignInName), ("why", Reason));
        Assert.Equal(HttpStatusCode.SeeOther, opened.StatusCode);
    }
}
