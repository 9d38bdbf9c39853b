using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Hosting;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Account;
using Rapport.Server.Pages.Emergency.Card;
using Rapport.Server.Pages.Links;
using Rapport.Server.Pages.Open;

namespace Rapport.Server.Tests.Pages;

/// <summary>The emergency card: chosen, printed on one sheet, read without a network, opened by its code, told when the record says something else, made anew, ended.</summary>
public sealed partial class EmergencyCardTests(BrowserFixture browser)
{
    private const string Penicillin = "penicillin";

    /// <summary>What stands out of its place on the sheet, or is cut off there.</summary>
    private const string CutOff = """
        () => [...document.querySelectorAll(".wall, .wall *, .face, .face *")]
          .filter(it => it.checkVisibility() && !it.closest("svg"))
          .filter(it => {
            const place = it.closest(".face") ?? it.closest(".sheet");
            const [box, room] = [it.getBoundingClientRect(), place.getBoundingClientRect()];
            return box.bottom > room.bottom + 1 || box.right > room.right + 1;
          })
          .map(it => it.outerHTML.slice(0, 120))
        """;

    [Theory]
    [InlineData("en", 1200, true)]
    [InlineData("es", 360, false)]
    public async Task ACardIsMadePrintedOpenedAndMadeAnew(string language, int width, bool script)
    {
        var look = new Look(width, Script: script) { Language = Languages.Find(language)! };
        await using var patient = await browser.VisitAsync(look);
        var home = await Household.MoveInAsync(patient.Server);
        await patient.SignInAsync(home.Patient);
        await patient.GoAsync(LinkPlaces.All);
        await patient.FollowAsync(EmergencyCardText.MakeIt);
        await patient.Page.GetByLabel(EmergencyCardText.Contacts).FillAsync("Sam, +34 600 123 456");
        await patient.ClickAsync(EmergencyCardText.MakeIt);
        await patient.SeesAsync(Visitor.Words(EmergencyCardText.DoneMade));
        await patient.SeesAsync(Penicillin);

        // The traveller prints it in the other language; either is one sheet, on either paper.
        foreach (var code in new[] { "en", "es" })
        {
            await patient.GoAsync(CardPlace.Own.Paper(code));
            Assert.Equal(code, await patient.Page.EvaluateAsync<string>("document.documentElement.lang"));
            await AssertOneSheetAsync(patient.Page);
        }

        var own = await home.Patient.OpenAsync(patient.Server);
        var link = Assert.Single(await own.Links.ListAsync(Cancel));
        var address = ShlinkText.WithViewer(link)!;
        Assert.Contains($"d=\"{await patient.Page.Locator(".sheet-code path").GetAttributeAsync("d")}\"", QrCode.Svg(address));
        await using var helper = await browser.VisitAsync(look);
        await helper.OpenLinkAsync(address, "Ambulance 7", script);
        await helper.SeesAsync(Penicillin);
        await helper.SeesAsync("Maya Demo");
        helper.AssertNothingWentWrong();

        await home.Patient.ImportAsync(patient.Server, """
            {"resourceType":"AllergyIntolerance","criticality":"high","code":{"text":"Bee venom"},"patient":{"display":"Maya Demo"},
             "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]}}
            """);
        await helper.OpenLinkAsync(address, "Ambulance 7", script);
        await helper.SeesNotAsync("Bee venom");
        await patient.GoAsync(CardPlace.Own.Paper(language));
        await patient.SeesAsync(EmergencyCardText.IsOld);
        await patient.SeesAsync(Say.Fill(EmergencyCardText.Added, "Bee venom"));
        await patient.FollowAsync(EmergencyCardText.MakeAnew);
        await patient.ClickAsync(EmergencyCardText.MakeAnew);
        await patient.SeesAsync(Visitor.Words(EmergencyCardText.DoneMade));
        await patient.SeesNotAsync(EmergencyCardText.IsOld);

        // What was printed before opens what was chosen now.
        await helper.OpenLinkAsync(address, "Ambulance 7", script);
        await helper.SeesAsync("Bee venom");
        await patient.GoAsync(LinkPlaces.Of(link.Id.ToString()));
        await patient.SeesAsync("Ambulance 7");
        await patient.GoAsync(CardPlace.Own.Home);
        await patient.ClickAsync(EmergencyCardText.EndIt);
        await patient.ClickAsync(LinkPagesText.EndNow);
        await patient.SeesAsync(Visitor.Words(EmergencyCardText.DoneEnded));
        await helper.OpenLinkAsync(address, "Ambulance 7", script);
        await helper.SeesAsync(OpenText.Over);
        patient.AssertNothingWentWrong();
    }

    [Fact]
    public async Task TheFileIsReadWithoutANetworkAndAsksNobodyForAnything()
    {
        var home = await Household.MoveInAsync(browser.Server);
        using var maya = await home.Patient.SignInAsync(browser.Server);
        await MakeAsync(maya, Checked(await maya.ReadAsync(CardPlace.Own.Edit)));
        using var answer = await maya.GetAsync(CardPlace.Own.File("es"));
        Assert.Equal("attachment; filename=emergency-card.html", answer.Content.Headers.ContentDisposition!.ToString());
        var file = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("<html lang=\"es\">", file);
        Assert.Contains(Penicillin, file);
        Assert.DoesNotMatch(Asking(), file);

        // A telephone without a network.
        await using var visitor = await browser.VisitAsync(new Look(360, Script: false));
        await visitor.Page.Context.SetOfflineAsync(true);
        await visitor.Page.SetContentAsync(file);
        await Assertions.Expect(visitor.Page.Locator(".wall")).ToContainTextAsync(Penicillin);
        Assert.True(await visitor.Page.Locator(".sheet .qr svg").First.IsVisibleAsync());
        await visitor.Page.SetViewportSizeAsync(360, 800);
        Assert.InRange(await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, 360);
    }

    [Fact]
    public async Task HoweverMuchThereIsItStaysOneSheetAndSaysThatThereIsMore()
    {
        await using var patient = await browser.VisitAsync(new Look(1200));
        var home = await Household.MoveInAsync(patient.Server, withRecord: false);
        var entries = Enumerable.Range(1, 20).SelectMany(i => new[]
        {
            $$$"""{"resource":{"resourceType":"AllergyIntolerance","criticality":"high","code":{"text":"Substance number {{{i}}} with a long name of many words, as registers have them"},"patient":{"display":"Maya"} } }""",
            $$$"""{"resource":{"resourceType":"MedicationStatement","status":"active","medicationCodeableConcept":{"text":"Medicine number {{{i}}} 12.5 mg/24 mg Oral Tablet with prolonged release"},"subject":{"display":"Maya"} } }""",
            $$$"""{"resource":{"resourceType":"Condition","code":{"text":"Illness number {{{i}}} of which the name is rather long, as classifications have them"},"subject":{"display":"Maya"} } }""",
        });
        await home.Patient.ImportAsync(patient.Server, $$"""{"resourceType":"Bundle","type":"collection","entry":[{{string.Join(',', entries)}}]}""");
        using (var maya = await home.Patient.SignInAsync(patient.Server))
        {
            var many = string.Concat(Enumerable.Repeat("Wolfeschlegelsteinhausenbergerdorff ", 10));
            await MakeAsync(maya, Checked(await maya.ReadAsync(CardPlace.Own.Edit)), ("contacts", many[..EmergencyCardForm.MostContacts].Trim()), ("note", many[..EmergencyCardForm.MostNote].Trim()), ("languages", many[..EmergencyCardForm.MostLanguages].Trim()));
        }

        await patient.SignInAsync(home.Patient);
        foreach (var code in new[] { "en", "es" })
        {
            await patient.GoAsync(CardPlace.Own.Paper(code));
            await AssertOneSheetAsync(patient.Page);
            Assert.True(await patient.Page.Locator(".sheet .more").CountAsync() > 0);
        }
    }

    [Fact]
    public async Task WhatIsSensitiveStandsOnItOnlyWhenItsPersonTicksIt()
    {
        await using var server = new Hosting.RunningServer();
        await server.InitializeAsync();
        var home = await Household.MoveInAsync(server);
        await home.Patient.ImportAsync(server, """
            {"resourceType":"Condition","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
             "code":{"coding":[{"system":"http://snomed.info/sct","code":"86406008","display":"Human immunodeficiency virus infection"}],"text":"HIV"},"subject":{"display":"Maya Demo"}}
            """);
        using var maya = await home.Patient.SignInAsync(server);
        var form = await maya.ReadAsync(CardPlace.Own.Edit);
        var (all, proposed) = (Entries(form), Checked(form));
        Assert.Contains(EmergencyCardText.IsSensitive, form);
        Assert.InRange(proposed.Count, 1, all.Count - 1);
        await MakeAsync(maya, proposed);
        Assert.DoesNotContain("HIV", await maya.ReadAsync(CardPlace.Own.Paper("en")));

        // It was offered then, so that it is not on the card is no news.
        Assert.DoesNotContain(EmergencyCardText.IsOld, await maya.ReadAsync(CardPlace.Own.Home));
        await MakeAsync(maya, all);
        Assert.Contains("HIV", await maya.ReadAsync(CardPlace.Own.Paper("en")));

        server.Clock.Advance(Fresh.For * 2);
        using var asked = await maya.PostAsync(CardPlace.Own.Edit, CardPlace.Own.Home, Fields(all));
        Assert.StartsWith("/confirm", asked.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWasMarkedAsPrivateSinceIsToldAsThatAndStillStandsOnTheCardUntilItIsTakenOff()
    {
        var home = await Household.MoveInAsync(browser.Server, withRecord: false);
        foreach (var name in new[] { "Diabetes mellitus type 2", "Type 2 diabetes mellitus without complications" })
        {
            await home.Patient.ImportAsync(browser.Server, $$$"""
                {"resourceType":"Condition","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
                 "code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}],"text":"{{{name}}}"},"onsetDateTime":"2015-05-01","subject":{"display":"Maya Demo"}}
                """);
        }

        using var maya = await home.Patient.SignInAsync(browser.Server);
        var offered = Assert.Single(Entries(await maya.ReadAsync(CardPlace.Own.Edit)));
        await MakeAsync(maya, [offered]);
        Assert.DoesNotContain(EmergencyCardText.IsMarked, await maya.ReadAsync(CardPlace.Own.Home));

        using var marked = await maya.PostAsync($"/record/{offered}/labels", $"/record/{offered}/labels", ("for", "this"), ("label", "R"));
        var card = WebUtility.HtmlDecode(await maya.ReadAsync(CardPlace.Own.Home));
        Assert.Contains(EmergencyCardText.IsMarked, card);
        Assert.DoesNotContain(EmergencyCardText.IsOld, card);
        Assert.DoesNotContain(Say.Fill(EmergencyCardText.Gone, "Diabetes mellitus type 2"), card);
        Assert.Contains(CardPlace.Own.Paper("en"), card);
        Assert.Contains("Diabetes mellitus type 2", await maya.ReadAsync(CardPlace.Own.Paper("en")));

        // Who makes it anew is asked about it anew; who ticks it then is not told of it again.
        var form = await maya.ReadAsync(CardPlace.Own.Edit);
        Assert.Empty(Checked(form));
        Assert.Equal([offered], Entries(form));
        await MakeAsync(maya, [offered]);
        Assert.DoesNotContain(EmergencyCardText.IsMarked, await maya.ReadAsync(CardPlace.Own.Home));
    }

    [Fact]
    public async Task WhatStandsOutsideOfTheBodyIsNotProposedAndWhomToCallIsToldWithTheRest()
    {
        var home = await Household.MoveInAsync(browser.Server, withRecord: false);
        await home.Patient.ImportAsync(browser.Server, """
            {"resourceType":"Bundle","type":"collection","entry":[
             {"resource":{"resourceType":"Device","status":"active","deviceName":[{"name":"Maya's glucose meter","type":"user-friendly-name"}],"type":{"text":"Blood glucose meter"},"patient":{"display":"Maya"}}},
             {"resource":{"resourceType":"Device","status":"active","type":{"text":"Cardiac pacemaker"},"patient":{"display":"Maya"}}},
             {"resource":{"resourceType":"Condition","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"code":{"coding":[{"system":"http://snomed.info/sct","code":"55822004","display":"Hyperlipidemia (disorder)"}]},"subject":{"display":"Maya"}}}]}
            """);
        using var maya = await home.Patient.SignInAsync(browser.Server);
        var form = await maya.ReadAsync(CardPlace.Own.Edit);
        Assert.Equal((3, 2), (Entries(form).Count, Checked(form).Count));
        await MakeAsync(maya, Checked(form), ("contacts", "Sam, +34 600 123 456"), ("languages", "English, Español"), ("note", "The cat needs feeding"));
        var card = WebUtility.HtmlDecode(await maya.ReadAsync(CardPlace.Own.Home));
        Assert.All(["Sam, +34 600 123 456", "English, Español", "The cat needs feeding", "Cardiac pacemaker", "[Hyperlipidemia]"], said => Assert.Contains(said, card, StringComparison.Ordinal));
        Assert.DoesNotContain("glucose meter", card, StringComparison.Ordinal);
        Assert.DoesNotContain(EmergencyCardText.IsOld, card);
    }

    [Fact]
    public async Task WhoPrintsItInAnotherLanguageIsToldWhatStaysAsItIsAndReadsNamesInBoth()
    {
        var home = await Household.MoveInAsync(browser.Server);
        using var maya = await home.Patient.SignInAsync(browser.Server);
        await MakeAsync(maya, Checked(await maya.ReadAsync(CardPlace.Own.Edit)));
        var paper = WebUtility.HtmlDecode(await maya.ReadAsync(CardPlace.Own.Paper("es")));
        Assert.Contains("Alergia a la penicilina [Allergy to penicillin]", paper, StringComparison.Ordinal);
        System.Globalization.CultureInfo.CurrentUICulture = Languages.Find("es")!.Culture;
        Assert.Contains(EmergencyCardText.AbroadAbout, paper, StringComparison.Ordinal);
        Assert.DoesNotContain(EmergencyCardText.AbroadAbout, await maya.ReadAsync(CardPlace.Own.File("es")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsWrongIsToldAndNothingIsMade()
    {
        var home = await Household.MoveInAsync(browser.Server);
        using var maya = await home.Patient.SignInAsync(browser.Server);
        var entry = Checked(await maya.ReadAsync(CardPlace.Own.Edit))[0];
        await AssertToldAsync(Say.Fill(EmergencyCardText.ChooseWhat, "60"), Fields([]));
        await AssertToldAsync(Say.Fill(EmergencyCardText.ChooseWhat, "60"), Fields(["Observation/of.another"]));
        await AssertToldAsync(Say.Fill(EmergencyCardText.TooLong, "200"), [.. Fields([entry]), ("note", new string('x', 5000))]);
        Assert.Empty(await (await home.Patient.OpenAsync(browser.Server)).Links.ListAsync(Cancel));
        using var paper = await maya.GetAsync(CardPlace.Own.Paper("en"));
        Assert.Equal(HttpStatusCode.SeeOther, paper.StatusCode);
        await MakeAsync(maya, [entry], ("note", "<script>alert(1)</script> & more"));
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more", await maya.ReadAsync(CardPlace.Own.File("en")));

        async Task AssertToldAsync(string problem, (string, string)[] fields)
        {
            using var answer = await maya.PostAsync(CardPlace.Own.Edit, CardPlace.Own.Home, fields);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains(problem, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancel)));
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task AssertOneSheetAsync(IPage page)
    {
        foreach (var format in new[] { "A4", "Letter" })
        {
            var pdf = Encoding.Latin1.GetString(await page.PdfAsync(new PagePdfOptions { Format = format }));
            Assert.Equal((format, 1), (format, PageOfPdf().Count(pdf)));
        }

        // As wide as what is printed of A4, the narrower of the two.
        var screen = page.ViewportSize!;
        await page.SetViewportSizeAsync(726, 1054);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.Empty(await page.EvaluateAsync<string[]>(CutOff));
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Null });
        await page.SetViewportSizeAsync(screen.Width, screen.Height);
    }

    private static (string, string)[] Fields(IEnumerable<string> entries, params (string, string)[] more) => [.. entries.Select(entry => ("entry", entry)), .. more];

    private static async Task MakeAsync(FormVisitor patient, IEnumerable<string> entries, params (string, string)[] more)
    {
        using var made = await patient.PostAsync(CardPlace.Own.Edit, CardPlace.Own.Home, Fields(entries, more));
        Assert.Equal(CardPlace.Own.Home + "?done=made", made.Headers.Location?.ToString());
    }

    private static List<string> Entries(string form) => [.. Entry().Matches(form).Select(match => match.Groups["entry"].Value)];

    private static List<string> Checked(string form) => [.. Entry().Matches(form).Where(match => match.Groups["more"].Value.Contains("checked", StringComparison.Ordinal)).Select(match => match.Groups["entry"].Value)];

    [GeneratedRegex("name=\"entry\" value=\"(?<entry>[^\"]+)\"(?<more>[^>]*)>", RegexOptions.NonBacktracking)]
    private static partial Regex Entry();

    [GeneratedRegex(@"/Type\s*/Page[^s]", RegexOptions.NonBacktracking)]
    private static partial Regex PageOfPdf();

    /// <summary>What would make a browser ask somebody for something.</summary>
    [GeneratedRegex(@"<script|<link|<img|<iframe|src\s*=|url\(|@import|href\s*=", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Asking();
}
