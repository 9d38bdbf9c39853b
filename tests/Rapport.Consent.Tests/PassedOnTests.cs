using System.Text;
using System.Text.Json.Nodes;
using Rapport.Fhir;

namespace Rapport.Consent.Tests;

/// <summary>What was passed on: at each instant and for each request at most what whoever passed it on sees by the consent it comes from.</summary>
public sealed class PassedOnTests
{
    private const string ShareOn = "share";
    private static readonly string[] To = ["Practitioner/meyer", "Organization/hill"];

    [Theory]
    [InlineData("as it was", "Observation/plain,Condition/own")]
    [InlineData("ended", "")]
    [InlineData("newer", "")]
    [InlineData("not to be shared on", "")]
    [InlineData("over", "")]
    [InlineData("counted", "")]
    [InlineData("passed on itself", "")]
    [InlineData("gone", "")]
    [InlineData("withheld from who passed it on", "Condition/own")]
    [InlineData("withheld from whom it was passed on to", "Condition/own")]
    public void ItGoesWithWhatItComesFrom(string change, string seen)
    {
        var from = Root("Practitioner/lee", ["access", ShareOn], labels: ["PSY"]);
        var meta = "1";
        List<PatientConsent> consents = [Child("c2", "c1", "1")];
        JsonArray? modifier = null;
        switch (change)
        {
            case "newer": meta = "2"; break;
            case "not to be shared on": from["action"]!.AsArray().RemoveAt(1); break;
            case "over": from["period"] = new JsonObject { ["end"] = "2026-05-31" }; break;
            case "counted": modifier = [new JsonObject { ["url"] = PatientConsent.Openings, ["extension"] = new JsonArray(new JsonObject { ["url"] = "allowed", ["valueInteger"] = 3 }, new JsonObject { ["url"] = "used", ["valueInteger"] = 1 }, new JsonObject { ["url"] = "open-until", ["valueInstant"] = "2026-06-01T20:00:00Z" }) }]; break;
            case "passed on itself": modifier = Passed("c0", "1", ["Practitioner/osei"]); consents.Add(Read("c0", "1", Root("Practitioner/osei", ["access", ShareOn]))); break;
            case "withheld from who passed it on": consents.Add(Read("c3", "1", Denial("Practitioner/lee"))); break;
            case "withheld from whom it was passed on to": consents.Add(Read("c3", "1", Denial("Organization/hill"))); break;
        }

        if (change != "gone")
        {
            consents.Add(Read("c1", meta, from, change == "ended" ? "inactive" : "active", modifier));
        }

        var compiled = CompiledConsents.Compile(consents, Record);
        var decision = compiled.Decide(Asked(To));
        Assert.Equal(seen.Split(',', StringSplitOptions.RemoveEmptyEntries), Seen(decision));
        for (var entry = 0; entry < Record.Count; entry++)
        {
            var reason = decision.ReasonFor(entry);
            Assert.Equal(decision.Permitted.Contains(entry), reason.Permitted);
            Assert.DoesNotContain("`", reason.Text, StringComparison.Ordinal);
        }
    }

    /// <summary>Who has the agreement as somebody of an organisation has it as long as they are that, and so has whoever they passed it on to.</summary>
    [Theory]
    [InlineData("Practitioner/lee,Organization/hill", "Observation/plain")]
    [InlineData("Practitioner/lee,Organization/hill,CareTeam/night", "")]
    [InlineData("Practitioner/lee", "")]
    [InlineData("Practitioner/lee,Organization/valley", "")]
    [InlineData("Organization/hill", "")]
    [InlineData("", "")]
    public void WhoLeavesTheOrganisationThatHasTheAgreementLeavesNothingThatTheyPassedOn(string known, string seen)
    {
        List<PatientConsent> consents = [Read("c1", "1", Root("Organization/hill", ["access", ShareOn])), Child("c2", "c1", "1", more: "Organization/hill"), Read("c3", "1", Denial("CareTeam/night"))];
        var givers = new Givers(new Dictionary<string, IReadOnlyList<string>> { ["Practitioner/lee"] = known.Split(',', StringSplitOptions.RemoveEmptyEntries) });
        var decision = CompiledConsents.Compile(consents, Record).Decide(Asked(To[..1]) with { Givers = givers });
        Assert.Equal(seen.Split(',', StringSplitOptions.RemoveEmptyEntries), Seen(decision));
        Assert.Equal(seen.Length > 0 ? ReasonKind.Shared : ReasonKind.NotPassedOn, decision.ReasonFor(0).Kind);
        Assert.Empty(Seen(CompiledConsents.Compile(consents, Record).Decide(Asked(To[..1]) with { Givers = Givers.None })));
    }

    [Fact]
    public void ItLetsReadAndNothingElseAndIsForWhatItSays()
    {
        var compiled = CompiledConsents.Compile([Read("c1", "1", Root("Practitioner/lee", ["access", "collect", "correct", ShareOn])), Child("c2", "c1", "1", ["access", "collect", "correct", ShareOn])], Record);
        Assert.NotEmpty(Seen(compiled.Decide(Asked(To))));
        Assert.Contains("what Dr Lee passed on on 3 May 2026", compiled.Decide(Asked(To)).ReasonFor(0).Text, StringComparison.Ordinal);
        foreach (var action in new[] { ConsentAction.Collect, ConsentAction.Correct, ConsentAction.ShareOn })
        {
            Assert.Empty(Seen(compiled.Decide(Asked(To) with { Action = action })));
            Assert.NotEmpty(Seen(compiled.Decide(Asked(["Practitioner/lee"]) with { Action = action })));
        }

        Assert.Empty(Seen(compiled.Decide(Asked(["Practitioner/other"]))));
        Assert.Empty(Seen(compiled.Decide(Asked(To) with { Purpose = PurposeOfUse.Research })));
    }

    [Fact]
    public void WhoActsForThePatientPassesOnWhatTheySeeForAnotherPurpose()
    {
        var root = Root("RelatedPerson/sofia", ["access", ShareOn], purpose: PurposeOfUse.ActingForPatient);
        root["actor"]![0]!["role"] = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = Delegation.SystemOf(Delegation.Delegatee), ["code"] = Delegation.Delegatee }) };
        var child = Child("c2", "c1", "1", by: "RelatedPerson/sofia");
        Assert.Equal(["Observation/plain"], Seen(CompiledConsents.Compile([Read("c1", "1", root), child], Record).Decide(Asked(To))));
    }

    /// <summary>Whoever asked gets what they would get of the patient: what is sensitive where it is named, and never more than whoever answered sees.</summary>
    [Theory]
    [InlineData(null, "Observation/plain")]
    [InlineData("PSY", "Observation/plain,Condition/own")]
    [InlineData("SEX", "Observation/plain")]
    public void WhatAnswersARequestSpeaksOfWhatIsSensitiveOnlyWhereItNamesIt(string? label, string seen)
    {
        var from = Read("c1", "1", Root("Practitioner/lee", ["access", ShareOn], labels: ["PSY"]));
        var answer = Read("c2", "1", Root("Practitioner/meyer", ["access"], labels: label is null ? null : [label]), modifier: Passed("c1", "1", ["Practitioner/lee"]), answers: "a-request");
        Assert.Equal("a-request", answer.AnswersRequest);
        Assert.Equal(seen.Split(','), Seen(CompiledConsents.Compile([from, answer], Record).Decide(Asked(To))));
    }

    [Fact]
    public void WhateverItSaysOfItselfItCannotBeUnderstoodWithoutItsPartsAndThenPermitsNothing()
    {
        foreach (var broken in new[] { """[{"url":"urn:rapport:passed-on"}]""", """[{"url":"urn:rapport:passed-on","extension":[{"url":"from","valueReference":{"reference":"Consent/c1"}},{"url":"by","valueReference":{"reference":"Practitioner/lee"}}]}]""" })
        {
            var child = Read("c2", "1", Root("Practitioner/meyer", ["access"]), modifier: JsonNode.Parse(broken)!.AsArray());
            Assert.Null(child.PassedOn);
            Assert.NotEmpty(child.Problems);
            Assert.Empty(Seen(CompiledConsents.Compile([Read("c1", "1", Root("Practitioner/lee", ["access", ShareOn])), child], Record).Decide(Asked(To))));
        }
    }

    /// <summary>Over generated records, consents and requests: nobody sees by it what its giver does not see by its origin at that moment, and nobody else sees more or less because of it.</summary>
    [Fact]
    public void NothingIsSeenByItThatItsGiverDoesNotSeeAndNobodyElseSeesAnythingElse()
    {
        var (cases, some) = (0, 0);
        for (var seed = 1; seed <= 700; seed++)
        {
            var (generator, random) = (new ConsentGenerator(seed), new Random(seed));
            var record = generator.Record();
            var entries = new TestRecord(record);
            var consents = generator.Consents(record).Select(consent => Versioned(consent, random)).ToList();
            var from = consents[random.Next(consents.Count)];
            string[] by = [.. from.Recipients.Take(1), "Practitioner/lee"];
            var child = Read("passed", "1", Root("Practitioner/meyer", ["access"], purpose: random.Next(3) == 0 ? "TREAT" : null), modifier: Passed(from.Id, random.Next(8) == 0 ? "2" : "1", by));
            var (with, without) = (CompiledConsents.Compile([.. consents, child], entries), CompiledConsents.Compile(consents, entries));
            for (var i = 0; i < 12; i++)
            {
                var request = generator.Request();

                // As the giver is known at that moment, and not as they were when they passed it on.
                string[] now = random.Next(4) switch { 0 => by[..1], 1 => [by[0], .. consents[random.Next(consents.Count)].Recipients], 2 when random.Next(3) == 0 => [], _ => by };
                var givers = new Givers(new Dictionary<string, IReadOnlyList<string>> { [by[0]] = now });
                var asked = new DisclosureRequest(new Recipient("Dr Meyer", request.KnownAs.Append("Practitioner/meyer")), request.Purpose, request.Action, request.At) { Givers = givers };
                var byIt = with.Decide(asked).PermittedBy("passed");
                var giver = asked with { Recipient = new Recipient("Dr Lee", now), Purpose = from.Delegation is null ? asked.Purpose : PurposeOfUse.ActingForPatient };
                Assert.True(byIt.AndNot(without.Decide(giver).PermittedBy(from.Id)).IsEmpty, $"seed {seed}: more than its giver sees");
                Assert.True(byIt.IsEmpty || now.Length > 0, $"seed {seed}: by who is nobody any more");
                Assert.True(byIt.IsEmpty || (PassedOn.IsPossibleBy(from) && asked.Action is ConsentAction.Access or ConsentAction.Disclose), $"seed {seed}: by what cannot be passed on");
                Assert.True(byIt.AndNot(with.Decide(asked).Permitted).IsEmpty, $"seed {seed}: what is denied");
                var other = asked with { Recipient = new Recipient("another", request.KnownAs) };
                Assert.True(with.Decide(other).Permitted.Equals(without.Decide(other).Permitted), $"seed {seed}: another sees something else");
                Assert.True(with.Decide(asked).Permitted.Equals(without.Decide(asked).Permitted.Or(byIt)), $"seed {seed}: they see less, or what nothing permits");
                (cases, some) = (cases + 1, some + (byIt.IsEmpty ? 0 : 1));
            }
        }

        Assert.InRange(some, cases / 50, cases);
    }

    private static PatientConsent Versioned(JsonObject consent, Random random)
    {
        consent["meta"] = new JsonObject { ["versionId"] = "1" };
        if (random.Next(4) > 0 && consent["provision"] is JsonObject provision)
        {
            provision["action"] = new JsonArray(Concept("access"), Concept(ShareOn));
        }

        return PatientConsent.Read(Resource.Read(Encoding.UTF8.GetBytes(consent.ToJsonString())));
    }

    private static readonly TestRecord Record = new([
        new TestEntry("Observation/plain"), new TestEntry("Condition/own") { Labels = [ShortConsent.Label("PSY")] }, new TestEntry("Condition/sex") { Labels = [ShortConsent.Label("SEX")] }, new TestEntry("Consent/other"),
    ]);

    private static DisclosureRequest Asked(string[] recipient) => new(new Recipient("Dr Meyer", recipient), PurposeOfUse.Treatment, ConsentAction.Access, new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero)) { Givers = Givers.AsWritten };

    private static IReadOnlyList<string> Seen(Decision decision) => [.. decision.Permitted.ToArray().Select(row => Record.Entries[row].Reference)];

    private static PatientConsent Child(string id, string from, string version, string[]? actions = null, string by = "Practitioner/lee", string? more = null) =>
        Read(id, "1", Root("Practitioner/meyer", actions ?? ["access"]), modifier: Passed(from, version, more is null ? [by] : [by, more]));

    private static JsonArray Passed(string from, string version, string[] by)
    {
        JsonArray parts = [new JsonObject { ["url"] = "from", ["valueReference"] = new JsonObject { ["reference"] = $"Consent/{from}/_history/{version}" } }];
        foreach (var reference in by)
        {
            parts.Add((JsonNode)new JsonObject { ["url"] = "by", ["valueReference"] = new JsonObject { ["reference"] = reference, ["display"] = "Dr Lee" } });
        }

        return [new JsonObject { ["url"] = PatientConsent.PassingOn, ["extension"] = parts }];
    }

    private static JsonObject Root(string to, string[] actions, string? purpose = "TREAT", string[]? labels = null)
    {
        var root = new JsonObject
        {
            ["type"] = "permit",
            ["actor"] = new JsonArray(ShortConsent.ExpandActor(to)),
            ["action"] = new JsonArray([.. actions.Select(Concept)]),
        };
        if (purpose is not null)
        {
            root["purpose"] = new JsonArray(new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-ActReason", ["code"] = purpose });
        }

        if (labels is not null)
        {
            root["securityLabel"] = new JsonArray([.. labels.Prepend("N").Select(static label =>
                new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/" + (label.Length == 1 ? "v3-Confidentiality" : "v3-ActCode"), ["code"] = label })]);
        }

        return root;
    }

    private static JsonObject Denial(string whom) => new()
    {
        ["type"] = "deny",
        ["actor"] = new JsonArray(ShortConsent.ExpandActor(whom)),
        ["class"] = new JsonArray(new JsonObject { ["system"] = "http://hl7.org/fhir/resource-types", ["code"] = "Observation" }),
    };

    private static JsonNode Concept(string action) => new JsonObject
    {
        ["coding"] = new JsonArray(new JsonObject { ["system"] = action == ShareOn ? ConsentAction.OwnSystem : "http://terminology.hl7.org/CodeSystem/consentaction", ["code"] = action }),
    };

    private static PatientConsent Read(string id, string version, JsonObject provision, string status = "active", JsonArray? modifier = null, string? answers = null)
    {
        var consent = ShortConsent.Expand(new JsonObject { ["id"] = id, ["status"] = status, ["policy"] = (string?)provision["type"] == "deny" ? "OPTOUT" : "OPTIN" });
        consent["meta"] = new JsonObject { ["versionId"] = version };
        consent["dateTime"] = "2026-05-03";
        consent["provision"] = provision;
        if (modifier is not null)
        {
            consent["modifierExtension"] = modifier;
        }

        if (answers is not null)
        {
            consent["extension"] = new JsonArray(new JsonObject { ["url"] = PatientConsent.AnswersTo, ["valueString"] = answers });
        }

        return PatientConsent.Read(Resource.Read(Encoding.UTF8.GetBytes(consent.ToJsonString())));
    }
}
