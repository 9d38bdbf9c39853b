using System.Buffers.Text;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rapport.Gathering;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.CardsIssued;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Cards;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.LinksGiven;

namespace Rapport.Server.Tests.Pages;

/// <summary>Signed health cards from the first step to being taken back, and how they are read: by our own reader, and by a program that somebody else wrote.</summary>
public sealed partial class HealthCardTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task ACardOfVaccinationsIsMadeReadAndTakenBack()
    {
        var home = await Household.MoveInAsync(server);
        using var maya = await home.Patient.SignInAsync(server);
        var form = await maya.ReadAsync(CardPlaces.New);
        Assert.DoesNotContain(" checked", form, StringComparison.Ordinal);
        var place = await MakeAsync(maya, "vaccinations", Entries(form).Take(1));

        Assert.Contains(HealthCardText.StateGood, await maya.ReadAsync(place));
        using var file = await maya.GetAsync(place + "/file");
        Assert.Equal(("application/smart-health-card", "attachment; filename=health-card.smart-health-card"), (file.Content.Headers.ContentType!.MediaType, file.Content.Headers.ContentDisposition!.ToString()));
        var bytes = await file.Content.ReadAsByteArrayAsync(Cancel);
        var said = await OursSaysAsync(bytes);
        Assert.Equal((CardStanding.Verified, true, null), (said.Standing, said.IsRevocationChecked, said.Refused));
        Assert.Equal(["Patient", "Immunization"], TypesIn(BundleIn(bytes)));
        Assert.Contains(Say.Fill(GivenLinkText.CardHolderInside, "For school"), WebUtility.HtmlDecode(await maya.ReadAsync("/ledger")));
        Assert.Contains("For school", await maya.ReadAsync("/share"));
        Assert.Contains("For school", await maya.ReadAsync("/share/links"));

        using var ended = await maya.PostAsync(place, CardPlaces.End, ("id", place[(place.LastIndexOf('/') + 1)..]));
        Assert.Equal(HttpStatusCode.SeeOther, ended.StatusCode);
        Assert.Contains(HealthCardText.StateEnded, await maya.ReadAsync(place));
        Assert.Equal(CardRefusal.TakenBack, (await OursSaysAsync(bytes)).Refused);
        using var gone = await maya.GetAsync(place + "/file");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task AnotherProgramReadsTheFileAndTheCodesAndKnowsWhatWasTakenBack()
    {
        var home = await Household.MoveInAsync(server);
        using var maya = await home.Patient.SignInAsync(server);
        var vaccinations = await MakeAsync(maya, "vaccinations", Entries(await maya.ReadAsync(CardPlaces.New)).Take(1));
        var summary = await MakeAsync(maya, "summary", Checked(await maya.ReadAsync(CardPlaces.New + "?of=summary")));
        foreach (var place in new[] { vaccinations, summary })
        {
            var bytes = Encoding.UTF8.GetBytes(await maya.ReadAsync(place + "/file"));
            var codes = CardCodes.Of(JwsIn(bytes));
            Assert.InRange(codes.Count, 1, CardCodes.Most);
            var theirs = await OthersClient.ReadCardAsync(await AskAsync(bytes, codes));
            Assert.True(theirs["error"] is null, theirs.ToJsonString());
            Assert.True(JsonNode.DeepEquals(BundleIn(bytes), theirs["file"]), theirs.ToJsonString());
            Assert.True(JsonNode.DeepEquals(BundleIn(bytes), theirs["codes"]));

            using var ended = await maya.PostAsync(place, CardPlaces.End, ("id", place[(place.LastIndexOf('/') + 1)..]));
            Assert.Equal("SHCRevokedError", (string?)(await OthersClient.ReadCardAsync(await AskAsync(bytes, codes)))["error"]);
        }
    }

    [Fact]
    public async Task NothingStandsOnACardThatNobodyChoseAndAsLittleAsSaysIt()
    {
        var home = await Household.MoveInAsync(server);
        using var maya = await home.Patient.SignInAsync(server);
        await home.Patient.ImportAsync(server, """
            {"resourceType":"Condition","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
             "code":{"coding":[{"system":"http://snomed.info/sct","code":"86406008","display":"Human immunodeficiency virus infection"}],"text":"HIV"},"subject":{"display":"Maya Demo"}}
            """u8.ToArray(), "hiv.json");
        var form = await maya.ReadAsync(CardPlaces.New + "?of=summary");
        var (all, proposed) = (Entries(form), Checked(form));

        // What is sensitive is there to be ticked, and not ticked.
        Assert.Contains(HealthCardText.IsSensitive, form);
        Assert.InRange(proposed.Count, 1, all.Count - 1);
        var bundle = BundleIn(Encoding.UTF8.GetBytes(await maya.ReadAsync(await MakeAsync(maya, "summary", proposed) + "/file")));
        Assert.Equal(proposed.Count + 1, bundle["entry"]!.AsArray().Count);
        var text = bundle.ToJsonString();
        Assert.All(["HIV", "86406008", "\"id\"", "\"meta\"", "\"div\"", "\"display\"", "\"address\"", "\"telecom\"", "\"identifier\"", "\"note\"", "Patient/"], kept => Assert.DoesNotContain(kept, text, StringComparison.Ordinal));
        Assert.Equal(["resourceType", "name", "birthDate"], bundle["entry"]![0]!["resource"]!.AsObject().Select(property => property.Key));

        // Ticking what is sensitive is for the person themselves.
        server.Clock.Advance(TimeSpan.FromMinutes(16));
        using var asked = await maya.PostAsync(CardPlaces.New, CardPlaces.New, Fields("summary", all.Except(proposed)));
        using var review = await maya.FollowAsync(asked);
        Assert.StartsWith("/confirm", review.Headers.Location?.ToString() ?? review.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsWrongIsToldAndNothingIsMade()
    {
        var home = await Household.MoveInAsync(server);
        using var maya = await home.Patient.SignInAsync(server);
        var entry = Entries(await maya.ReadAsync(CardPlaces.New))[0];
        await AssertToldAsync(HealthCardText.ChooseWhat[..12], [("of", "vaccinations"), ("name", "x")]);
        await AssertToldAsync(Server.Pages.Links.LinkPagesText.WriteName, [("of", "vaccinations"), ("entry", entry), ("name", " ")]);
        await AssertToldAsync(Server.Pages.Links.LinkPagesText.WriteName, [("of", "vaccinations"), ("entry", entry), ("name", new string('x', 81))]);
        await AssertToldAsync(HealthCardText.ChooseWhat[..12], [("of", "vaccinations"), ("entry", "Observation/of.another"), ("name", "x")]);
        using var forged = await maya.PostAsync(CardPlaces.New, CardPlaces.Review, ("draft", "forged"), ("step", "make"));
        Assert.Equal(CardPlaces.New, forged.Headers.Location!.ToString());
        Assert.Empty(await (await home.Patient.OpenAsync(server)).Cards.ListAsync(Cancel));

        async Task AssertToldAsync(string problem, (string, string)[] fields)
        {
            using var answer = await maya.PostAsync(CardPlaces.New, CardPlaces.New, fields);
            Assert.Contains(problem, await maya.ReadAsync(answer.Headers.Location!.ToString()));
        }
    }

    [Fact]
    public async Task NobodyElseSeesACardOrTakesItBack()
    {
        var home = await Household.MoveInAsync(server);
        using var maya = await home.Patient.SignInAsync(server);
        var place = await MakeAsync(maya, "vaccinations", Entries(await maya.ReadAsync(CardPlaces.New)).Take(1));
        using var stranger = await (await Household.MoveInAsync(server)).Patient.SignInAsync(server);
        foreach (var path in new[] { place, place + "/file", place + "/paper" })
        {
            using var answer = await stranger.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        using var ended = await stranger.PostAsync("/account", CardPlaces.End, ("id", place[(place.LastIndexOf('/') + 1)..]));
        Assert.Equal(HttpStatusCode.NotFound, ended.StatusCode);
        Assert.Contains(HealthCardText.StateGood, await maya.ReadAsync(place));
    }

    [Fact]
    public async Task KeysAndListsAreForProgramsOfAnySiteAndSayNothingOfAnybody()
    {
        var home = await Household.MoveInAsync(server);
        using var maya = await home.Patient.SignInAsync(server);
        await MakeAsync(maya, "vaccinations", Entries(await maya.ReadAsync(CardPlaces.New)).Take(1));
        using var anybody = new FormVisitor(server);
        using var keys = await anybody.GetAsync("/.well-known/jwks.json");
        Assert.Equal("*", keys.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var key = JsonNode.Parse(await keys.Content.ReadAsStringAsync(Cancel))!["keys"]![0]!.AsObject();
        Assert.Equal(["kty", "kid", "use", "alg", "crv", "x", "y", "crlVersion"], key.Select(property => property.Key));
        using var list = await anybody.GetAsync($"/.well-known/crl/{key["kid"]}.json");
        Assert.Equal("*", list.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal((int)key["crlVersion"]!, (int)JsonNode.Parse(await list.Content.ReadAsStringAsync(Cancel))!["ctr"]!);
        using var none = await anybody.GetAsync("/.well-known/crl/none.json");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Theory]
    [InlineData(1190, 1, 105)]
    [InlineData(1191, 2, 105)]
    [InlineData(5930, 5, 105)]
    public void CodesAreAsLargeAsTheFrameworkSaysAndNoLarger(int letters, int count, int modules)
    {
        var codes = CardCodes.Of(new string('e', letters));
        Assert.Equal(count, codes.Count);
        Assert.All(codes, code => Assert.Matches(count == 1 ? "^shc:/[0-9]+$" : $"^shc:/[1-{count}]/{count}/[0-9]+$", code));

        // The quiet around it is part of the picture: four squares on each side.
        Assert.All(codes, code => Assert.InRange(int.Parse(Size().Match(Server.Pages.Account.QrCode.OfCard(code)).Groups["size"].Value), 21, modules + 8));
        Assert.Empty(CardCodes.Of(new string('e', 5931)));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static (string, string)[] Fields(string of, IEnumerable<string> entries) => [("of", of), ("name", "For school"), ("lasting", "year"), .. entries.Select(entry => ("entry", entry))];

    /// <summary>Where the card is that was made of these entries.</summary>
    private static async Task<string> MakeAsync(FormVisitor patient, string of, IEnumerable<string> entries)
    {
        using var chosen = await patient.PostAsync(CardPlaces.New, CardPlaces.New, Fields(of, entries));
        var review = chosen.Headers.Location!.ToString();
        var page = await patient.ReadAsync(review);
        Assert.Contains(HealthCardText.CannotCallBack, page);
        using var made = await patient.PostAsync(review, CardPlaces.Review, ("draft", review[(review.IndexOf('=', StringComparison.Ordinal) + 1)..]), ("step", "make"));
        var place = made.Headers.Location!.ToString();
        Assert.EndsWith("?done=made", place, StringComparison.Ordinal);
        return place[..place.IndexOf('?', StringComparison.Ordinal)];
    }

    /// <summary>What our own reader says of a card when it knows this server's keys.</summary>
    private async Task<CardReport> OursSaysAsync(byte[] card)
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var wellKnown = Path.Combine(folder, (await AskAsync(card, []))["issuer"]!.ToString()["https://".Length..], ".well-known");
        Directory.CreateDirectory(Path.Combine(wellKnown, "crl"));
        var ask = await AskAsync(card, []);
        await File.WriteAllTextAsync(Path.Combine(wellKnown, "jwks.json"), ask["jwks"]!.ToJsonString(), Cancel);
        foreach (var (number, list) in ask["crls"]!.AsArray().Index())
        {
            await File.WriteAllTextAsync(Path.Combine(wellKnown, "crl", $"{number}.json"), list!.ToJsonString(), Cancel);
        }

        var reader = await Household.MoveInAsync(server, withRecord: false);
        var options = new ImportOptions { SourceName = "card", IdentityConfirmed = true, Cards = new CardChecks(CardTrust.Load(folder), server.Clock.GetUtcNow()) };
        var result = await Importer.ImportAsync(await reader.Patient.OpenAsync(server), SourceContent.Of("card.smart-health-card", card), options, Cancel);
        Directory.Delete(folder, recursive: true);
        return Assert.Single(result.Report!.Cards);
    }

    /// <summary>A card with all that is needed to check it, as this server publishes it.</summary>
    private async Task<JsonObject> AskAsync(byte[] card, IReadOnlyList<string> codes)
    {
        using var anybody = new FormVisitor(server);
        var keys = JsonNode.Parse(await anybody.ReadAsync("/.well-known/jwks.json"))!;
        var lists = new JsonArray();
        foreach (var key in keys["keys"]!.AsArray())
        {
            lists.Add(JsonNode.Parse(await anybody.ReadAsync($"/.well-known/crl/{key!["kid"]}.json")));
        }

        return new JsonObject
        {
            ["file"] = Encoding.UTF8.GetString(card),
            ["codes"] = new JsonArray([.. codes.Select(code => (JsonNode)code)]),
            ["issuer"] = (string)PayloadIn(card)["iss"]!,
            ["jwks"] = keys,
            ["crls"] = lists,
        };
    }

    private static string JwsIn(byte[] card) => (string)JsonNode.Parse(card)!["verifiableCredential"]![0]!;

    private static JsonNode PayloadIn(byte[] card)
    {
        using var packed = new DeflateStream(new MemoryStream(Base64Url.DecodeFromChars(JwsIn(card).Split('.')[1])), CompressionMode.Decompress);
        return JsonNode.Parse(packed)!;
    }

    private static JsonNode BundleIn(byte[] card) => PayloadIn(card)["vc"]!["credentialSubject"]!["fhirBundle"]!;

    private static IEnumerable<string> TypesIn(JsonNode bundle) => bundle["entry"]!.AsArray().Select(entry => (string)entry!["resource"]!["resourceType"]!);

    private static List<string> Entries(string form) => [.. Entry().Matches(form).Select(match => match.Groups["entry"].Value)];

    private static List<string> Checked(string form) => [.. Entry().Matches(form).Where(match => match.Groups["more"].Value.Contains("checked", StringComparison.Ordinal)).Select(match => match.Groups["entry"].Value)];

    [GeneratedRegex("name=\"entry\" value=\"(?<entry>[^\"]+)\"(?<more>[^>]*)>", RegexOptions.NonBacktracking)]
    private static partial Regex Entry();

    [GeneratedRegex("viewBox=\"0 0 (?<size>[0-9]+) ", RegexOptions.NonBacktracking)]
    private static partial Regex Size();
}
