using System.Net;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Visits;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Visits;

/// <summary>Preparing a visit over plain HTTP: the draft, changing it, paper, sending, and that nobody else has anything of it.</summary>
public sealed partial class VisitPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Lisinopril = """{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"text":"Lisinopril 10 MG Oral Tablet"},"authoredOn":"2026-05-02","subject":{"display":"Maya"}}""";

    private const string Sertraline = """
        {"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"36437","display":"sertraline"}],"text":"Sertraline 50 MG"},"authoredOn":"2026-05-03","subject":{"display":"Maya"}}
        """;

    private const string Potassium = """
        {"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}]},
         "valueQuantity":{"value":5.9,"unit":"mmol/L"},"effectiveDateTime":"2026-05-01","referenceRange":[{"low":{"value":3.5,"unit":"mmol/L"},"high":{"value":5.1,"unit":"mmol/L"}}],"subject":{"display":"Maya"}}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FromTheRecordToAListThatIsEditedOrderedPrintedAndDeleted()
    {
        var home = await MoveInAsync(Lisinopril, Potassium);
        using var maya = await home.Patient.SignInAsync(server);
        Assert.Contains($"href=\"{VisitPlaces.Home}\"", await maya.ReadAsync("/record"));
        var place = await MakeAsync(maya, ("who", home.Doctor.Person.Reference), ("on", "2026-07-02"));
        var page = WebUtility.HtmlDecode(await maya.ReadAsync(place));
        Assert.Contains("With Dr Lee, on 2 July 2026", page);
        Assert.Contains("What is Lisinopril 10 MG Oral Tablet for, and how long do I need it?", page);
        Assert.Contains("New, since 2 May 2026.", page);
        Assert.Contains("My result for potassium was 5.9 mmol/L, above the usual range, 3.5 to 5.1 mmol/L.", page);
        var from = EntryLink().Match(page).Groups["href"].Value;
        Assert.Equal(HttpStatusCode.OK, (await maya.GetAsync(from)).StatusCode);

        // The first is edited, the second goes up, one is added: all by one button.
        var (texts, keys) = Fields(page);
        Assert.Equal(2, texts.Count);
        await SendAsync(maya, place, "up:2", [texts[0], "Do I need this at all?"], keys, add: "May I swim?");
        page = WebUtility.HtmlDecode(await maya.ReadAsync(place));
        (texts, keys) = Fields(page);
        Assert.Equal("Do I need this at all?", texts[0]);
        Assert.Equal("May I swim?", texts[2]);
        Assert.Equal("", keys[2]);
        Assert.Contains("New, since 2 May 2026.", page);
        Assert.DoesNotContain("What is Lisinopril", page);

        await SendAsync(maya, place, "remove:2", texts, keys);
        page = WebUtility.HtmlDecode(await maya.ReadAsync(place));
        Assert.Equal(["Do I need this at all?", "May I swim?"], Fields(page).Texts);

        // What was taken out is offered again.
        Assert.Contains("take:result:POTASSIUM", page);
        await SendAsync(maya, place, "take:result:POTASSIUM", Fields(page).Texts, Fields(page).Keys);
        Assert.Equal(3, Fields(await maya.ReadAsync(place)).Texts.Count);
        await SendAsync(maya, place, "take:result:POTASSIUM", Fields(page).Texts, Fields(page).Keys);
        var print = WebUtility.HtmlDecode(await maya.ReadAsync(place + "/print"));
        Assert.Contains("May I swim?", print);
        Assert.Contains("Maya Castellanos", print);
        Assert.DoesNotContain("New, since", print);

        using var removed = await maya.PostAsync(place, place + "/remove");
        Assert.Equal(VisitPlaces.Home + "?done=removed", removed.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await maya.GetAsync(place)).StatusCode);
        Assert.Empty(await (await home.Patient.OpenAsync(server)).CheckAsync(Cancel));
    }

    [Fact]
    public async Task WhatIsMarkedIsHeldBackBehindASentenceUntilItIsChosen()
    {
        var home = await MoveInAsync(Lisinopril, Sertraline);
        using var maya = await home.Patient.SignInAsync(server);
        var place = await MakeAsync(maya);
        var page = await maya.ReadAsync(place);
        Assert.DoesNotContain("Sertraline", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(Html(Say.Count(VisitPagesText.HeldBack, 1)), page);
        await SendAsync(maya, place, "show", Fields(page).Texts, Fields(page).Keys);
        var shown = WebUtility.HtmlDecode(await maya.ReadAsync(place + "?all=1"));
        Assert.Contains("What is Sertraline 50 MG for", shown);
        Assert.Single(Fields(shown).Texts);
        await SendAsync(maya, place, Take().Match(shown[shown.IndexOf(VisitPagesText.OftenPrivate, StringComparison.Ordinal)..]).Groups["step"].Value, Fields(shown).Texts, Fields(shown).Keys);
        Assert.Contains(Fields(await maya.ReadAsync(place)).Texts, static text => text.Contains("Sertraline", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NobodyElseHasAnythingOfAListNotWhoActsForThePatientEither()
    {
        var home = await MoveInAsync(Lisinopril);
        using var maya = await home.Patient.SignInAsync(server);
        var place = await MakeAsync(maya, ("with", "zqlist"));
        var other = await Household.MoveInAsync(server, withRecord: false);
        using var ada = await other.Patient.SignInAsync(server);
        using var sam = await home.Carer.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        foreach (var visitor in new[] { ada, sam, doctor })
        {
            foreach (var address in new[] { place, place + "/print", place + "/send" })
            {
                Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(address)).StatusCode);
            }

            foreach (var address in new[] { place, place + "/remove" })
            {
                using var sent = await visitor.PostAsync("/account", address, ("version", "1"), ("step", "save"), ("text", "x"), ("key", ""));
                Assert.Equal(HttpStatusCode.NotFound, sent.StatusCode);
            }
        }

        Assert.DoesNotContain("zqlist", await ada.ReadAsync(VisitPlaces.Home));
        Assert.Contains("zqlist", await maya.ReadAsync(VisitPlaces.Home));
        Assert.Equal(HttpStatusCode.NotFound, (await sam.GetAsync(VisitPlaces.Home)).StatusCode);
    }

    [Fact]
    public async Task AListThatAnotherWindowChangedMeanwhileShowsBothAndLosesNothing()
    {
        var home = await MoveInAsync(Lisinopril);
        using var maya = await home.Patient.SignInAsync(server);
        var place = await MakeAsync(maya);
        await SendAsync(maya, place, "save", ["Written in one window?"], [""]);
        using var late = await maya.PostAsync(place, place, ("version", "1"), ("step", "save"), ("text", "Written in the other?"), ("key", ""));
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        var page = WebUtility.HtmlDecode(await late.Content.ReadAsStringAsync(Cancel));
        Assert.Contains("Written in one window?", page);
        Assert.Equal(["Written in the other?"], Fields(page).Texts);
        Assert.Contains("name=\"version\" value=\"2\"", page);
        Assert.Equal(["Written in one window?"], Fields(await maya.ReadAsync(place)).Texts);
    }

    [Fact]
    public async Task WhatIsTooLongIsSaidAndStaysInTheForm()
    {
        var home = await MoveInAsync();
        using var maya = await home.Patient.SignInAsync(server);
        var place = await MakeAsync(maya);
        Assert.Contains(Html(VisitPagesText.DoneMadeEmpty), await maya.ReadAsync(place + "?done=made"));
        using var answer = await maya.PostAsync(place, place, ("version", "1"), ("step", "save"), ("text", new string('w', VisitPlan.MostText + 1)), ("key", ""), ("on", "soon"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains(new string('w', VisitPlan.MostText + 1), page);
        Assert.Contains(Html(VisitPagesText.DayProblem), page);
        Assert.Contains(Html(Say.Fill(VisitPagesText.TooLong, Say.Number(VisitPlan.MostText))), page);
    }

    [Fact]
    public async Task ItIsSentByTheFormOfAConversationAsExactlyWhatWasShown()
    {
        var home = await MoveInAsync(Lisinopril);
        using var maya = await home.Patient.SignInAsync(server);
        var place = await MakeAsync(maya, ("who", home.Doctor.Person.Reference), ("on", "2026-07-02"));
        var id = place.Split('/')[^1];
        var send = await maya.ReadAsync(place + "/send");
        Assert.Contains(Html("1. What is Lisinopril 10 MG Oral Tablet for, and how long do I need it?"), send);
        Assert.Contains(Html(VisitPagesText.AttachesNothing), send);

        // A conversation is begun by the form of conversations, which leads back to what is sent.
        var begin = WebUtility.HtmlDecode(NewTalk().Match(send).Groups["href"].Value);
        Assert.Contains("visit=" + id, begin);
        var form = await maya.ReadAsync(begin);
        Assert.Contains(Html("Questions for my visit on 2 July 2026"), form);
        using var begun = await maya.PostAsync(begin, TalkPlaces.New, ("with", home.Doctor.Person.Reference), ("subject", "Questions for my visit on 2 July 2026"), ("topic", "General"), ("visit", id), ("step", "on"), ("once", new string('a', 32)));
        var ready = begun.Headers.Location!.ToString();
        Assert.StartsWith($"{place}/send?to=", ready, StringComparison.Ordinal);
        var shown = await maya.ReadAsync(ready);
        var talk = FormAction().Match(shown).Groups["href"].Value;
        var text = WebUtility.HtmlDecode(HiddenText().Match(shown).Groups["text"].Value);

        // Nothing is sent yet: the conversation opens with it.
        using var opened = await maya.PostAsync(ready, talk, ("text", text), ("step", "edit"));
        var written = await opened.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        Assert.Contains(Html("1. What is Lisinopril 10 MG Oral Tablet for"), written);
        Assert.Contains(Html(Say.Fill(ConversationText.Readers, "")[..^2]), written);
        Assert.Empty(await SaidAsync(home, talk));
        var once = Once().Match(written).Groups["once"].Value;
        foreach (var _ in new[] { 1, 2 })
        {
            using var sent = await maya.PostAsync(ready, talk, ("text", text), ("once", once), ("step", "send"));
            Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        }

        Assert.Equal("Questions for my visit on 2 July 2026:\n1. What is Lisinopril 10 MG Oral Tablet for, and how long do I need it?", Assert.Single(await SaidAsync(home, talk)).Text);
    }

    [Fact]
    public async Task WhatWasAskedInAConversationAndNotAnsweredIsOfferedAndWhatWasAnsweredIsNot()
    {
        var home = await MoveInAsync();
        var maya = Talker.Themself(home.Patient.Person);
        var view = await TalkAsync(home, "Swimming", "Good morning. May I swim with the stitches?");
        var closed = await TalkAsync(home, "Driving", "May I drive?");
        Assert.Equal(SaidStatus.Said, (await Desk.SayAsync(Talker.Themself(home.Doctor.Person), (await Desk.FindAsync(Talker.Themself(home.Doctor.Person), closed.Id, Cancel))!, new NewMessage("Yes.", "x", []), null, Cancel)).Status);
        using var visitor = await home.Patient.SignInAsync(server);
        var page = WebUtility.HtmlDecode(await visitor.ReadAsync(await MakeAsync(visitor)));
        Assert.Equal(["May I swim with the stitches?"], Fields(page).Texts);
        Assert.Contains("in “Swimming”, and there is no answer yet.", page);
        var link = TalkLink().Match(page).Groups["href"].Value;
        Assert.Contains(view.Id.ToString(), link);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(link.Split('#')[0])).StatusCode);
    }

    [Fact]
    public async Task WhatIsAskedInPrivateOrSpeaksOfWhatIsOftenPrivateIsHeldBack()
    {
        var home = await MoveInAsync();
        await TalkAsync(home, "Pills", "Is my depression why I take sertraline?");
        await TalkAsync(home, "Alone", "May I swim?", isPrivate: true);
        using var visitor = await home.Patient.SignInAsync(server);
        var place = await MakeAsync(visitor);
        var page = await visitor.ReadAsync(place);
        Assert.Empty(Fields(page).Texts);
        Assert.DoesNotContain("swim", page);
        Assert.Contains(Html(Say.Count(VisitPagesText.HeldBack, 2)), page);
        Assert.Contains("May I swim?", await visitor.ReadAsync(place + "?all=1"));
    }

    /// <summary>A day is written as it was where it was written down: at noon in UTC it is the second of June in Auckland and still the first in Los Angeles.</summary>
    [Theory]
    [InlineData("Pacific/Auckland", true)]
    [InlineData("America/Los_Angeles", false)]
    public async Task WhatIsOfTodayIsOfTodayWhereverOneReads(string zone, bool isOffered)
    {
        var home = await MoveInAsync("""
            {"resourceType":"MedicationRequest","id":"m","status":"active","intent":"order","medicationCodeableConcept":{"text":"Zqcillin"},"authoredOn":"2026-06-02","subject":{"display":"Maya"} }
            """);
        var now = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        TimeZones.Current = TimeZones.Find(zone)!;
        var answer = await (await home.Patient.OpenAsync(server)).QueryAsync(Rapport.Server.Visits.VisitReading.QueryAt(now), Cancel);
        var facts = Rapport.Server.Visits.VisitReading.Read(answer, now);
        Assert.Equal(isOffered, Rapport.Server.Visits.VisitDraft.Of(facts).Offered.Any(static offer => offer.Text.Contains("Zqcillin", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AListGoesAlongWithTheRecordAndNoFileBringsOneIn()
    {
        var home = await MoveInAsync(Lisinopril);
        using var maya = await home.Patient.SignInAsync(server);
        var place = await MakeAsync(maya, ("with", "Clinic zqalong"));
        var file = await maya.ReadAsync("/account/record.json");
        Assert.Contains("Clinic zqalong", file);
        var other = await Household.MoveInAsync(server, withRecord: false);
        await other.Patient.ImportAsync(server, System.Text.Encoding.UTF8.GetBytes(file), "maya.json");
        var own = await other.Patient.OpenAsync(server);
        Assert.Empty(await own.Visits.ListAsync(Cancel));
        var all = await own.QueryAsync(new RecordQuery.Everything(), Cancel);
        Assert.DoesNotContain(all.Entries, static entry => entry.ResourceType == "Basic");
        Assert.NotEmpty(all.Entries);
        Assert.NotNull(place);
    }

    [Fact]
    public async Task OfALongRecordNoMoreIsOpenedThanOfAnyOther()
    {
        static string result(int i) => $$$"""
            {"fullUrl":"urn:uuid:00000000-0000-4000-8000-{{{i:000000000000}}}","resource":{"resourceType":"Observation","status":"final","category":[{"coding":[{"code":"{{{(i % 2 == 0 ? "laboratory" : "vital-signs")}}}","system":"http://terminology.hl7.org/CodeSystem/observation-category"}]}],
             "code":{"text":"Thing {{{i % 40}}}"},"valueQuantity":{"value":{{{i}}},"unit":"mmol/L"},"effectiveDateTime":"{{{new DateOnly(2026, 5, 20).AddDays(-i):yyyy-MM-dd}}}","subject":{"display":"Maya"} } }
            """;
        var home = await MoveInAsync($$$"""{"resourceType":"Bundle","type":"collection","entry":[{{{string.Join(',', Enumerable.Range(0, 1200).Select(result))}}}]}""");
        var answer = await (await home.Patient.OpenAsync(server)).QueryAsync(Rapport.Server.Visits.VisitReading.QueryAt(server.Clock.GetUtcNow()), Cancel);
        Assert.InRange(answer.MatchCount, 300, Rapport.Server.Visits.VisitReading.MostOpened);
    }

    private ConversationDesk Desk => server.Modules.Conversations;

    private async Task<Household> MoveInAsync(params string[] entries)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(server, entries);
        return home;
    }

    private async Task<TalkView> TalkAsync(Household home, string subject, string text, bool isPrivate = false)
    {
        var (person, talker) = (home.Patient.Person, Talker.Themself(home.Patient.Person));
        var record = person.Record!.Value;
        var begun = (await Desk.BeginAsync(talker, new NewConversation(record, subject, Topic.General,
            [new(isPrivate ? Talker.PrivateReferenceOf(person) : $"Patient/{record}", person.DisplayName, "patient"), new(home.Doctor.Person.Reference, "Dr Lee", "doctor")], subject), Cancel))!.View!;
        Assert.Equal(SaidStatus.Said, (await Desk.SayAsync(talker, begun, new NewMessage(text, "x", []), null, Cancel)).Status);
        return begun;
    }

    private async Task<IReadOnlyList<SaidLine>> SaidAsync(Household home, string talk)
    {
        var view = (await Desk.FindAsync(Talker.Themself(home.Doctor.Person), ConversationId.Parse(talk.Split('/')[^1]), Cancel))!;
        return [.. (await Desk.LinesAsync(view, 1, 100, Cancel)).Select(static line => line.Line).OfType<SaidLine>()];
    }

    /// <summary>Makes a list; sent twice, it is one.</summary>
    private static async Task<string> MakeAsync(FormVisitor visitor, params (string, string)[] fields)
    {
        var once = System.Security.Cryptography.RandomNumberGenerator.GetHexString(32, lowercase: true);
        using var made = await visitor.PostAsync(VisitPlaces.Home, VisitPlaces.Home, [("once", once), .. fields]);
        Assert.Equal(HttpStatusCode.SeeOther, made.StatusCode);
        using var again = await visitor.PostAsync(VisitPlaces.Home, VisitPlaces.Home, [("once", once), .. fields]);
        Assert.Equal(made.Headers.Location, again.Headers.Location);
        return made.Headers.Location!.ToString().Split('?')[0];
    }

    private static async Task SendAsync(FormVisitor visitor, string place, string step, IReadOnlyList<string> texts, IReadOnlyList<string> keys, string add = "")
    {
        var version = Version().Match(await visitor.ReadAsync(place)).Groups["version"].Value;
        using var sent = await visitor.PostAsync(place, place, [("version", version), ("step", step), ("add", add), .. texts.Select(static text => ("text", text)), .. keys.Select(static key => ("key", key))]);
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
    }

    private static (IReadOnlyList<string> Texts, IReadOnlyList<string> Keys) Fields(string page) => (
        [.. Question().Matches(page).Select(static match => WebUtility.HtmlDecode(match.Groups["text"].Value))], [.. Key().Matches(page).Select(static match => WebUtility.HtmlDecode(match.Groups["key"].Value))]);

    private static string Html(string text) => HtmlEncoder.Default.Encode(text);

    [GeneratedRegex("name=\"text\" rows=\"[0-9]\"[^>]*>(?<text>[^<]*)</textarea>", RegexOptions.NonBacktracking)]
    private static partial Regex Question();

    [GeneratedRegex("name=\"key\"(?: value=\"(?<key>[^\"]*)\")?", RegexOptions.NonBacktracking)]
    private static partial Regex Key();

    [GeneratedRegex("name=\"version\" value=\"(?<version>[0-9]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Version();

    [GeneratedRegex("href=\"(?<href>/record/[A-Z][^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex EntryLink();

    [GeneratedRegex("href=\"(?<href>/conversations/[^\"]+#m[0-9]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex TalkLink();

    [GeneratedRegex("href=\"(?<href>/conversations/new[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex NewTalk();

    [GeneratedRegex("formaction=\"(?<href>/conversations/[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex FormAction();

    [GeneratedRegex("<textarea name=\"text\" hidden[^>]*>(?<text>[^<]*)</textarea>", RegexOptions.NonBacktracking)]
    private static partial Regex HiddenText();

    [GeneratedRegex("name=\"once\" value=\"(?<once>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Once();

    [GeneratedRegex("value=\"(?<step>take:[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Take();
}
