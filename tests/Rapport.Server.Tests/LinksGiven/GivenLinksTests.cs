using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Records;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.LinksGiven;

/// <summary>Links as scripts give and end them, and as whoever has one opens them: the protocol of SMART Health Links.</summary>
public sealed class GivenLinksTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Everything = """{"label":"All my results","what":{"types":["Observation"]}}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhoeverHasALinkOpensASummaryAndThePatientSeesWhoTheySaidTheyAre()
    {
        var ada = await server.AddAdaAsync();
        var (id, holder) = await server.GiveAsync(ada, """{"label":"For Dr Meyer","passcode":"1234","longTerm":true,"what":"summary"}""");
        Assert.Equal(("LP", "For Dr Meyer"), ((string)holder.Payload["flag"]!, (string)holder.Payload["label"]!));
        Assert.True(holder.Url.Length <= 128);
        Assert.Equal(43, ((string)holder.Payload["key"]!).Length);

        var manifest = await holder.KnockAsync("1234", "Dr Meyer, Harbour Clinic");

        Assert.Equal(("3600", "application/json", "can-change"), (manifest.Header("Retry-After"), manifest.Header("Content-Type"), (string)manifest.Json["status"]!));
        var file = Assert.Single(manifest.Json["files"]!.AsArray())!;
        Assert.Equal(("application/fhir+json", "4.0.1"), ((string)file["contentType"]!, (string)file["fhirVersion"]!));
        var bundle = Assert.Single(await holder.FilesAsync(manifest));
        Assert.Equal("document", (string)bundle["type"]!);
        Assert.Equal(["Composition", "Patient"], LinkHolder.TypesOf(bundle).Take(2));
        var told = await ada.LastLedgerEntryAsync();
        Assert.Equal(("disclosed", "link: Dr Meyer, Harbour Clinic", "TREAT"), ((string)told["kind"]!, (string)told["note"]!, (string)told["purpose"]!));
        Assert.Equal(($"Device/{id}", "Whoever has the link ‘For Dr Meyer’"), ((string)told["actor"]!["reference"]!, (string)told["actor"]!["name"]!));
        Assert.Equal(id, (string)Assert.Single(told["consents"]!.AsArray())!);
    }

    [Fact]
    public async Task ASummaryHasItsSectionsAndSaysOfEmptyOnesNoMoreThanThatTheyAre()
    {
        var ada = await server.AddAdaAsync();
        var (_, holder) = await server.GiveAsync(ada, """{"label":"Summary","what":"summary"}""");

        var bundle = Assert.Single(await holder.OpenAsync());

        var entries = bundle["entry"]!.AsArray();
        var composition = entries[0]!["resource"]!;
        Assert.Equal("60591-5", (string)composition["type"]!["coding"]![0]!["code"]!);
        var sections = composition["section"]!.AsArray().ToDictionary(section => (string)section!["code"]!["coding"]![0]!["code"]!, section => section!);
        Assert.Superset(new HashSet<string> { "48765-2", "11450-4", "10160-0", "30954-2", "8716-3" }, sections.Keys.ToHashSet());
        Assert.Equal("unavailable", (string)sections["48765-2"]["emptyReason"]!["coding"]![0]!["code"]!);
        // Of each kind of result, the newest.
        Assert.Equal(("generated", 1), ((string)sections["30954-2"]["text"]!["status"]!, sections["30954-2"]["entry"]!.AsArray().Count));
        Assert.Single(sections["11450-4"]["entry"]!.AsArray());
        Assert.Equal("generated", (string)composition["text"]!["status"]!);

        // Each reference leads to something that is in it.
        var there = entries.Select(entry => $"{entry!["resource"]!["resourceType"]}/{entry["resource"]!["id"]}").ToHashSet();
        Assert.All(entries, entry => Assert.Equal($"{server.Address}fhir/{entry!["resource"]!["resourceType"]}/{entry["resource"]!["id"]}", (string)entry["fullUrl"]!));
        Assert.All(References(bundle), reference => Assert.Contains(reference, there));
    }

    [Fact]
    public async Task WhatIsSensitiveAndWhatWasNotChosenLeavesNoTrace()
    {
        var ada = await server.AddPatientAsync();
        var bundle = JsonNode.Parse(Samples.Bundle())!;
        var patient = (string)bundle["entry"]![0]!["fullUrl"]!;
        bundle["entry"]!.AsArray().Add(JsonNode.Parse("""
            {"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000001","resource":{"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
             "code":{"coding":[{"system":"http://loinc.org","code":"2345-7"}]},"subject":{"reference":"urn:uuid:patient"},"effectiveDateTime":"2026-01-20","focus":[{"reference":"urn:uuid:00000000-0000-4000-8000-000000000002"}],
             "encounter":{"reference":"urn:uuid:00000000-0000-4000-8000-000000000003","display":"a visit"}},"request":{"method":"POST","url":"Observation"}}
            """));
        bundle["entry"]!.AsArray().Add(JsonNode.Parse("""
            {"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000002","resource":{"resourceType":"Condition","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"HIV"}]},"code":{"text":"secret-marker-one"},
             "subject":{"reference":"urn:uuid:patient"}},"request":{"method":"POST","url":"Condition"}}
            """));
        bundle["entry"]!.AsArray().Add(JsonNode.Parse("""
            {"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000003","resource":{"resourceType":"Encounter","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"serviceType":{"text":"secret-marker-two"},
             "subject":{"reference":"urn:uuid:patient"}},"request":{"method":"POST","url":"Encounter"}}
            """));
        Assert.Equal(HttpStatusCode.OK, (await ada.Client.PostAsync("/fhir", bundle.ToJsonString().Replace("urn:uuid:patient", patient, StringComparison.Ordinal))).Status);
        string[] hidden = [.. await ada.IdsAsync("Encounter"), .. (await ada.IdsAsync("Condition")).Except(await ada.IdsAsync("Condition", "code=195967001"))];
        Assert.Equal(3, hidden.Length);
        foreach (var what in new[] { "\"summary\"", """{"types":["Observation","Patient"]}""" })
        {
            var (_, holder) = await server.GiveAsync(ada, $$"""{"label":"x","what":{{what}}}""");
            var text = string.Concat((await holder.OpenAsync()).Select(file => file.ToJsonString()));
            Assert.Contains("2345-7", text);
            Assert.Contains("a visit", text);
            Assert.DoesNotContain("secret-marker", text);
            Assert.DoesNotContain(hidden, id => text.Contains(id, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task WhatIsChosenIsTypesCodesAPeriodAndEntriesByName()
    {
        var ada = await server.AddAdaAsync();
        var depression = Assert.Single(await ada.IdsAsync("Condition", "code=35489007"));
        await ExpectAsync("""{"types":["Condition"]}""", 1);
        await ExpectAsync($$"""{"entries":["Condition/{{depression}}"]}""", 1);
        await ExpectAsync($$"""{"types":["Condition"],"entries":["Condition/{{depression}}","Patient/{{ada.Record}}"]}""", 3);
        await ExpectAsync("""{"codes":["http://loinc.org|2339-0"]}""", Samples.Labs);
        await ExpectAsync("""{"types":["Observation"],"codes":["http://loinc.org|29463-7","http://snomed.info/sct|195967001"]}""", 2);
        await ExpectAsync("""{"types":["Observation"],"from":"2026-05-02","to":"2026-05-03"}""", 3);
        await ExpectAsync("""{"from":"2026-05-07"}""", 1);

        async Task ExpectAsync(string what, int count)
        {
            var (_, holder) = await server.GiveAsync(ada, $$"""{"label":"x","what":{{what}}}""");
            Assert.Equal(count, LinkHolder.TypesOf((await holder.OpenAsync())[0]).Count(type => type is not ("Composition" or "Device")));
        }
    }

    [Fact]
    public async Task ADocumentIsAFileOfItsOwn()
    {
        var ada = await server.AddPatientAsync();
        // What nobody can read stays home: a letter in plain words does not.
        var letter = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 2000).Select(n => $"the knee has healed well, {n}\n")));
        Assert.Equal(HttpStatusCode.OK, (await ada.Client.PostAsync("/fhir", $$$"""
            {"resourceType":"Bundle","type":"transaction","entry":[
             {"fullUrl":"urn:uuid:00000000-0000-4000-8000-0000000000b1","resource":{"resourceType":"Binary","contentType":"text/plain","data":"{{{Convert.ToBase64String(letter)}}}"},"request":{"method":"POST","url":"Binary"}},
             {"resource":{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"text/plain","url":"urn:uuid:00000000-0000-4000-8000-0000000000b1","title":"letter"}}]},"request":{"method":"POST","url":"DocumentReference"}}]}
            """)).Status);
        var (_, holder) = await server.GiveAsync(ada, """{"label":"x","what":{"types":["DocumentReference","Binary"]}}""");

        var manifest = await holder.KnockAsync(embedded: 2000);

        Assert.Equal([true, false], manifest.Json["files"]!.AsArray().Select(file => file!["embedded"] is not null || ((string)file["location"]!).Length == 0));
        var files = await holder.FilesAsync(manifest);
        var binary = files[1];
        Assert.Equal(("Binary", "text/plain"), ((string)binary["resourceType"]!, (string)binary["contentType"]!));
        Assert.Equal(letter, Convert.FromBase64String((string)binary["data"]!));
        var attachment = files[0]["entry"]![1]!["resource"]!["content"]![0]!["attachment"]!;
        Assert.Equal($"Binary/{binary["id"]}", (string)attachment["url"]!);
        Assert.Equal("link file: Dr Meyer", (string)(await ada.LastLedgerEntryAsync())["note"]!);

        // Without the document itself, nothing tells where it would be.
        var (_, without) = await server.GiveAsync(ada, """{"label":"x","what":{"types":["DocumentReference"]}}""");
        Assert.DoesNotContain("Binary/", Assert.Single(await without.OpenAsync()).ToJsonString());
    }

    /// <summary>Of whoever fetched the bundle the ledger told that they were given the documents too, which it does not have.</summary>
    [Fact]
    public async Task FetchingTheBundleTellsOfNoDocumentThatIsAFileOfItsOwn()
    {
        var ada = await server.AddPatientAsync();
        Assert.Equal(HttpStatusCode.OK, (await ada.Client.PostAsync("/fhir", $$$"""
            {"resourceType":"Bundle","type":"transaction","entry":[
             {"fullUrl":"urn:uuid:00000000-0000-4000-8000-0000000000b1","resource":{"resourceType":"Binary","contentType":"text/plain","data":"{{{Convert.ToBase64String("the knee has healed well"u8)}}}"},"request":{"method":"POST","url":"Binary"}},
             {"resource":{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"text/plain","url":"urn:uuid:00000000-0000-4000-8000-0000000000b1","title":"letter"}}]},"request":{"method":"POST","url":"DocumentReference"}}]}
            """)).Status);
        var (_, holder) = await server.GiveAsync(ada, """{"label":"x","what":{"types":["DocumentReference","Binary"]}}""");
        var own = (await server.Modules.Records.Compartments.OpenOwnAsync(ada.Record, new Actor(ada.Person.Id, ada.Reference, ada.Person.DisplayName, ada.Person.RecipientReferences), Cancel))!;
        var opened = await holder.KnockAsync();
        var manifest = await holder.KnockAsync(embedded: 0);
        var files = await holder.FilesAsync(manifest);

        // The same as lies in a manifest: the letter leads to its bytes, which lie beside it.
        Assert.Equal(["Bundle", "Binary"], files.Select(static file => (string)file["resourceType"]!));
        Assert.Equal(["Composition", "DocumentReference", "Device"], LinkHolder.TypesOf(files[0]));
        Assert.Equal(LinkHolder.TypesOf((await holder.FilesAsync(opened))[0]), LinkHolder.TypesOf(files[0]));
        Assert.Equal($"Binary/{files[1]["id"]}", (string)files[0]["entry"]![1]!["resource"]!["content"]![0]!["attachment"]!["url"]!);
        Assert.DoesNotContain("left out", files[0].ToJsonString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal([1, 1, 2, 2], (await own.ReadLedgerAsync(null, 4, Cancel)).Select(static row => row.Details!.EntryCount));
    }

    [Fact]
    public async Task AFileThatDoesNotLieInTheManifestIsFetchedOnceAndOnlyAsLongAsTheAgreementHolds()
    {
        var ada = await server.AddAdaAsync();
        var (id, holder) = await server.GiveAsync(ada, Everything);
        var manifest = await holder.KnockAsync(embedded: 10);
        Assert.Single(await holder.FilesAsync(manifest));
        var location = (string)manifest.Json["files"]![0]!["location"]!;
        Assert.Equal(HttpStatusCode.NotFound, (await holder.Client.ReadAsync(location)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await holder.Client.ReadAsync(location[..^4] + "AAAA")).Status);

        var second = (string)(await holder.KnockAsync(embedded: 10)).Json["files"]![0]!["location"]!;
        Assert.Equal(HttpStatusCode.NoContent, (await ada.Client.AskAsync(HttpMethod.Delete, $"/api/links/{id}")).Status);
        var gone = await holder.Client.ReadAsync(second);
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
        Assert.Equal("revoked", (string)(await ada.LastLedgerEntryAsync())["kind"]!);
    }

    [Fact]
    public async Task ALinkToOneFileGivesItWithoutAManifest()
    {
        var ada = await server.AddAdaAsync();
        var (_, holder) = await server.GiveAsync(ada, """{"label":"x","direct":true,"openings":1,"what":"summary"}""");
        Assert.Equal("U", (string)holder.Payload["flag"]!);
        Assert.Equal(HttpStatusCode.BadRequest, (await holder.Client.ReadAsync(holder.Url)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await holder.KnockAsync()).Status);
        var file = await holder.Client.ReadAsync(holder.Url + "?recipient=Ambulance%20crew");
        Assert.Equal("application/jose", file.Header("Content-Type"));
        Assert.Equal("document", (string)holder.Open(file.Body)["type"]!);
        Assert.Equal("link: Ambulance crew", (string)(await ada.LastLedgerEntryAsync())["note"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await holder.Client.ReadAsync(holder.Url + "?recipient=Ambulance%20crew")).Status);
    }

    [Fact]
    public async Task AWrongPasscodeIsCountedAndAfterTheLastTheLinkIsGone()
    {
        var ada = await server.AddAdaAsync();
        var (id, holder) = await server.GiveAsync(ada, """{"label":"x","passcode":"right one","what":"summary"}""");
        Assert.Equal((HttpStatusCode.Unauthorized, """{"remainingAttempts":10}"""), await AskAsync(null));
        for (var left = 9; left >= 0; left--)
        {
            Assert.Equal((HttpStatusCode.Unauthorized, $$"""{"remainingAttempts":{{left}}}"""), await AskAsync($"wrong {left}"));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync("right one")).Status);
        var listed = (await ada.Client.ReadAsync("/api/links")).Json["links"]![0]!;
        Assert.Equal((id, "locked", 10, 0), ((string)listed["id"]!, (string)listed["state"]!, (int)listed["wrongPasscodes"]!, (int)listed["opened"]!));

        async Task<(HttpStatusCode Status, string Body)> AskAsync(string? passcode)
        {
            var answer = await holder.KnockAsync(passcode);
            return (answer.Status, answer.Body);
        }
    }

    [Fact]
    public async Task UnknownEndedUsedUpExpiredAndEmptyLinksAnswerAlikeByteForByte()
    {
        var ada = await server.AddAdaAsync();
        var (ended, endedHolder) = await server.GiveAsync(ada, Everything);
        await ada.Client.AskAsync(HttpMethod.Delete, $"/api/links/{ended}");
        var (_, usedUp) = await server.GiveAsync(ada, """{"label":"x","openings":1,"what":"summary"}""");
        await usedUp.OpenAsync();
        var (_, expired) = await server.GiveAsync(ada, $$"""{"label":"x","expires":"{{server.Clock.GetUtcNow().AddMinutes(1):O}}","what":"summary"}""");
        var (_, empty) = await server.GiveAsync(ada, """{"label":"x","what":{"types":["Immunization"]}}""");
        var (_, locked) = await server.GiveAsync(ada, """{"label":"x","passcode":"right","what":"summary"}""");
        for (var i = 0; i < 10; i++)
        {
            await locked.KnockAsync($"wrong {i}");
        }

        server.Clock.Advance(TimeSpan.FromMinutes(1));
        var unknown = await usedUp.SendAsync("""{"recipient":"Dr Meyer"}""", usedUp.Url[..^43] + new string('A', 43));
        Assert.Equal(HttpStatusCode.NotFound, unknown.Status);
        foreach (var holder in new[] { endedHolder, usedUp, expired, empty, locked })
        {
            Assert.Equal(unknown.ToString(), (await holder.KnockAsync("right")).ToString());
            Assert.Equal(unknown.ToString(), (await holder.KnockAsync()).ToString());
        }
    }

    [Fact]
    public async Task HowOftenItMayBeOpenedHoldsForAHundredAtOnce()
    {
        var ada = await server.AddAdaAsync();
        var (_, holder) = await server.GiveAsync(ada, """{"label":"x","openings":3,"what":"summary"}""");

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => holder.KnockAsync(recipient: $"holder {i}")));

        Assert.Equal(3, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(97, answers.Count(answer => answer.Status == HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task ViewersOfEverySiteMayAskAndNobodyKeepsTheAnswer()
    {
        var ada = await server.AddAdaAsync();
        var (_, holder) = await server.GiveAsync(ada, """{"label":"x","passcode":"1234","what":"summary"}""");
        var preflight = await holder.Client.AskAsync(HttpMethod.Options, holder.Url, null, ("Origin", "https://viewer.example"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type"));
        Assert.Equal((HttpStatusCode.NoContent, "*", "GET, POST", "content-type"), (preflight.Status, preflight.Header("Access-Control-Allow-Origin"), preflight.Header("Access-Control-Allow-Methods"), preflight.Header("Access-Control-Allow-Headers")));
        foreach (var answer in new[] { await holder.KnockAsync("1234"), await holder.KnockAsync("wrong"), await holder.SendAsync("{}"), await holder.Client.ReadAsync(holder.Url + "/files/x"), await holder.SendAsync("{}", holder.Url + "/no/such/thing") })
        {
            Assert.Equal(("*", "no-store", "no-referrer", "noindex, nofollow", "nosniff"), (
                answer.Header("Access-Control-Allow-Origin"), answer.Header("Cache-Control"), answer.Header("Referrer-Policy"), answer.Header("X-Robots-Tag"), answer.Header("X-Content-Type-Options")));
            Assert.Null(answer.Header("Access-Control-Allow-Credentials"));
            Assert.Null(answer.Header("Set-Cookie"));
        }

        Assert.Null((await ada.Client.ReadAsync("/api/links", ("Origin", "https://viewer.example"))).Header("Access-Control-Allow-Origin"));
        Assert.Null((await ada.Client.ReadAsync("/fhir/metadata", ("Origin", "https://viewer.example"))).Header("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    [InlineData("""{"recipient":""}""")]
    [InlineData("""{"recipient":"  \u202e "}""")]
    [InlineData("""{"recipient":7}""")]
    [InlineData("""{"recipient":"\ud800"}""")]
    [InlineData("""{"recipient":"x","recipient":"y"}""")]
    [InlineData("""{"recipient":"x","passcode":1234}""")]
    [InlineData("""{"recipient":"x","embeddedLengthMax":-1}""")]
    [InlineData("""{"recipient":"x","embeddedLengthMax":"many"}""")]
    [InlineData("""{"recipient":"x" """)]
    [InlineData("""nonsense""")]
    public async Task WhatIsNoAskIsRefusedAndOpensNothing(string body)
    {
        var ada = await server.AddAdaAsync();
        var (_, holder) = await server.GiveAsync(ada, """{"label":"x","openings":1,"what":"summary"}""");
        Assert.Equal(HttpStatusCode.BadRequest, (await holder.SendAsync(body)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await holder.KnockAsync(recipient: new string('x', 201))).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await holder.KnockAsync(recipient: new string('x', 20_000))).Status);
        Assert.Equal(HttpStatusCode.OK, (await holder.KnockAsync(recipient: "Dr\u202e Meyer\n\t at  home")).Status);
        Assert.Equal("link: Dr Meyer at home", (string)(await ada.LastLedgerEntryAsync())["note"]!);
    }

    [Theory]
    [InlineData("""[]""", "JSON object")]
    [InlineData("""{"what":"summary"}""", "label")]
    [InlineData("""{"label":"","what":"summary"}""", "label")]
    [InlineData("""{"label":7,"what":"summary"}""", "label")]
    [InlineData("""{"label":"a\nb","what":"summary"}""", "label")]
    [InlineData("""{"label":"a"}""", "what")]
    [InlineData("""{"label":"a","what":"everything"}""", "what")]
    [InlineData("""{"label":"a","what":{}}""", "says nothing")]
    [InlineData("""{"label":"a","what":{"types":["Nonsense"]}}""", "`Nonsense`")]
    [InlineData("""{"label":"a","what":{"types":["Consent"]}}""", "agreements")]
    [InlineData("""{"label":"a","what":{"types":"Observation"}}""", "types")]
    [InlineData("""{"label":"a","what":{"kinds":["Observation"]}}""", "`kinds`")]
    [InlineData("""{"label":"a","what":{"codes":["4548-4"]}}""", "system")]
    [InlineData("""{"label":"a","what":{"from":"yesterday"}}""", "from")]
    [InlineData("""{"label":"a","what":{"from":"2026-02-02","to":"2026-02-01"}}""", "comes after")]
    [InlineData("""{"label":"a","what":{"entries":["Observation/nothing"]}}""", "`Observation/nothing`")]
    [InlineData("""{"label":"a","what":{"entries":["Observation/00000000000000000000000000.0000000000000"]}}""", "no entry of your record")]
    [InlineData("""{"label":"a","what":"summary","passcode":"123"}""", "passcode")]
    [InlineData("""{"label":"a","what":"summary","passcode":" 1234"}""", "passcode")]
    [InlineData("""{"label":"a","what":"summary","expires":"2020-01-01"}""", "over")]
    [InlineData("""{"label":"a","what":"summary","expires":"2036-01-01T10:00"}""", "expires")]
    [InlineData("""{"label":"a","what":"summary","openings":0}""", "openings")]
    [InlineData("""{"label":"a","what":"summary","openings":1.5}""", "openings")]
    [InlineData("""{"label":"a","what":"summary","longTerm":"yes"}""", "longTerm")]
    [InlineData("""{"label":"a","what":"summary","direct":true,"passcode":"1234"}""", "direct")]
    [InlineData("""{"label":"a","what":"summary","colour":"red"}""", "`colour`")]
    [InlineData("""{"label":"a","label":"b","what":"summary"}""", "JSON")]
    [InlineData("""{"label":"\ud800","what":"summary"}""", "Unicode")]
    public async Task WhatIsNotUnderstoodIsToldAndNothingIsGiven(string ask, string told)
    {
        var ada = await server.AddPatientAsync();
        var before = await ada.LedgerSizeAsync();
        var answer = await ada.Client.PostAsync("/api/links", ask);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(told, (string)answer.Json["detail"]!);
        Assert.Equal(before, await ada.LedgerSizeAsync());
        Assert.Empty((await ada.Client.ReadAsync("/api/links")).Json["links"]!.AsArray());
    }

    [Fact]
    public async Task EndingALinkTwiceIsTheSameAndNobodyEndsAnothersOrSeesIt()
    {
        var (ada, bea) = (await server.AddAdaAsync(), await server.AddPatientAsync());
        var (id, holder) = await server.GiveAsync(ada, Everything);
        Assert.Equal(HttpStatusCode.NotFound, (await bea.Client.AskAsync(HttpMethod.Delete, $"/api/links/{id}")).Status);
        Assert.Empty((await bea.Client.ReadAsync("/api/links")).Json["links"]!.AsArray());
        await holder.OpenAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await ada.Client.AskAsync(HttpMethod.Delete, $"/api/links/{id}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await ada.Client.AskAsync(HttpMethod.Delete, $"/api/links/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.Client.AskAsync(HttpMethod.Delete, $"/api/links/{ada.Record}.0000000000000")).Status);
        var listed = Assert.Single((await ada.Client.ReadAsync("/api/links")).Json["links"]!.AsArray())!;
        Assert.Equal(("ended", 1), ((string)listed["state"]!, (int)listed["opened"]!));
        Assert.DoesNotContain("shlink", (await ada.Client.ReadAsync("/api/links")).Body);
        Assert.Equal(HttpStatusCode.NotFound, (await (await server.AddStrangerAsync()).Client.PostAsync("/api/links", Everything)).Status);
    }

    [Fact]
    public async Task EndingTheAgreementEndsTheLink()
    {
        var ada = await server.AddAdaAsync();
        var (id, holder) = await server.GiveAsync(ada, Everything);
        var consent = (await ada.Client.ReadAsync($"/fhir/Consent/{id}")).Json;
        Assert.Equal($"Device/{id}", (string)consent["provision"]!["actor"]![0]!["reference"]!["reference"]!);
        consent["status"] = "inactive";
        Assert.Equal(HttpStatusCode.OK, (await ada.Client.PutAsync($"/fhir/Consent/{id}", consent.ToJsonString())).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await holder.KnockAsync()).Status);
        Assert.Equal("ended", (string)(await ada.Client.ReadAsync("/api/links")).Json["links"]![0]!["state"]!);
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(References),
        JsonObject value => (value["reference"] is JsonValue text ? [text.GetValue<string>()] : Enumerable.Empty<string>()).Concat(value.SelectMany(child => References(child.Value))),
        _ => [],
    };
}
