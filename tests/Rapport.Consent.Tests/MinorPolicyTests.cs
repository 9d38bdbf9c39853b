using System.Text;
using System.Text.Json.Nodes;
using Rapport.Fhir;

namespace Rapport.Consent.Tests;

/// <summary>What holds for children: at each instant, for each label, whoever says when they were born.</summary>
public sealed class MinorPolicyTests
{
    private static readonly DateOnly Born = new(2014, 3, 9);
    private static readonly string[] Entries = ["Observation/plain", "Condition/asthma|GDIS", "Condition/own|PSY", "Condition/teen|SEX,ADOL", "Observation/scan|R", "Observation/locked|V", "Condition/both|GDIS,PSY", "Condition/drink|ETHUD"];

    [Theory]
    [InlineData("2026-03-08T09:59:59.999Z", 8)]
    [InlineData("2026-03-08T10:00:00Z", 2)]
    [InlineData("2032-03-08T09:59:59.999Z", 2)]
    [InlineData("2032-03-08T10:00:00Z", 0)]
    [InlineData("2060-01-01T00:00:00Z", 0)]
    public void OnTheBirthdayWhatIsPrivateLeavesTheirSightAndWithFullAgeAll(string at, int seen)
    {
        foreach (var role in new[] { Delegation.Parent, Delegation.Guardian })
        {
            var decision = Decide(Parental(role, Born), null, DateTimeOffset.Parse(at, null));
            Assert.Equal(seen, decision.Permitted.Count);
            Assert.Equal(seen is 2, Seen(decision).SequenceEqual(["Observation/plain", "Condition/asthma"]));
            Assert.Equal(decision.Permitted.Count, Decide(Parental(role, Born), null, DateTimeOffset.Parse(at, null), ConsentAction.Correct).Permitted.Count);
        }
    }

    [Fact]
    public void ADecisionHoldsUntilTheNextBirthdayThatMatters()
    {
        var (first, last) = (MinorPolicy.Birthday(Born, 12), MinorPolicy.Birthday(Born, 18));
        var consent = Parental(Delegation.Parent, Born);
        Assert.Equal(first, Decide(consent, null, first.AddYears(-3)).ValidUntil);
        Assert.Equal(last, Decide(consent, null, first).ValidUntil);
        Assert.Null(Decide(consent, null, last).ValidUntil);
    }

    [Theory]
    [InlineData("PSY", true)]
    [InlineData("ETHUD", true)]
    [InlineData("ADOL", true)]
    [InlineData("R", true)]
    [InlineData("V", true)]
    [InlineData("GDIS", false)]
    [InlineData("N", false)]
    public void WhatIsConfidentialOfWordsIsWhatIsOfEntries(string code, bool isConfidential) => Assert.Equal(isConfidential, MinorPolicy.Usual.IsConfidential(code));

    [Theory]
    [InlineData("2014-03-09", null, "2026-03-08T09:59:59Z", false)]
    [InlineData("2014-03-09", null, "2026-03-08T10:00:00Z", true)]
    [InlineData("2014-03-09", "2010-01-01", "2022-06-01T00:00:00Z", true)]
    [InlineData("2010-01-01", "2014-03-09", "2022-06-01T00:00:00Z", true)]
    [InlineData(null, null, "2022-06-01T00:00:00Z", true)]
    public void FromTheBirthdayOnAndWhereNobodyKnowsWhatIsConfidentialIsKeptFromParents(string? said, string? recorded, string at, bool isKept) =>
        Assert.Equal(isKept, MinorPolicy.Usual.KeepsFrom(Parental(Delegation.Parent, Day(said)), Day(recorded), DateTimeOffset.Parse(at, null)));

    [Theory]
    [InlineData("2014-03-09", "2010-01-01", "2022-06-01")] // The record says that they are older.
    [InlineData("2010-01-01", "2014-03-09", "2022-06-01")] // Somebody wrote down that they are younger.
    [InlineData(null, null, "2022-06-01")] // Nobody knows.
    public void OfTwoBirthDatesTheEarlierHoldsAndWithoutAnyNothingPrivateIsSeen(string? said, string? recorded, string at)
    {
        var decision = Decide(Parental(Delegation.Parent, Day(said)), Day(recorded), DateTimeOffset.Parse(at + "T00:00:00Z", null));
        Assert.Equal(["Observation/plain", "Condition/asthma"], Seen(decision));
    }

    [Theory]
    [InlineData(null, "9999-12-31", 8)]
    [InlineData("9999-12-31", null, 8)]
    [InlineData("9990-01-01", "9985-01-01", 8)]
    [InlineData(null, "0001-01-01", 0)]
    public void ABirthDateAtTheEndOfTheCalendarDecidesLikeAnyOther(string? said, string? recorded, int seen)
    {
        var consent = Parental(Delegation.Parent, Day(said));
        Assert.Equal(seen, Decide(consent, Day(recorded), DateTimeOffset.Parse("2026-06-01T00:00:00Z", null)).Permitted.Count);
        Assert.Equal(seen > 0, new MinorPolicy(0, 18, ["PSY"]).EndOf(consent, Day(recorded))?.Year > 9000);
        Assert.True(MinorPolicy.Birthday(DateOnly.MinValue, 0) < MinorPolicy.Birthday(DateOnly.MinValue, 1));
    }

    [Fact]
    public void WhoeverTheyNameItByNothingPrivateIsSeenAndWhatTheChildSharesIs()
    {
        var at = MinorPolicy.Birthday(Born, 14);
        foreach (var label in new[] { "PSY", "SPI", "MH", "ETH", "ETHUD", "SUD", "SEX", "ADOL", "HIV", "STD", "SDV", "OPIOIDUD" })
        {
            var named = Parental(Delegation.Parent, Born, label, "GDIS");
            Assert.DoesNotContain(Seen(Decide(named, null, at)), reference => reference is not ("Observation/plain" or "Condition/asthma"));
        }

        // The child's own agreement with a parent is theirs to make.
        var shared = Consent(new JsonObject { ["type"] = "permit", ["actor"] = new JsonArray(Actor("RelatedPerson/ana", "IRCP", "http://terminology.hl7.org/CodeSystem/v3-ParticipationType")), ["securityLabel"] = Labels("PSY") }, null);
        var both = CompiledConsents.Compile([Parental(Delegation.Parent, Born), shared], Record(null)).Decide(Asked(at, ConsentAction.Access));
        Assert.Contains("Condition/own", Seen(both));
    }

    [Fact]
    public void APolicyThatIsAnotherHoldsAtOnceAndAChosenDelegateIsNotBoundByAge()
    {
        var at = MinorPolicy.Birthday(Born, 13);
        Assert.Equal(8, Decide(Parental(Delegation.Parent, Born), null, at, policy: new MinorPolicy(14, 21, ["PSY"])).Permitted.Count);
        Assert.Equal(2 + 2, Decide(Parental(Delegation.Parent, Born), null, at, policy: new MinorPolicy(10, 21, ["PSY"])).Permitted.Count);
        Assert.Equal(8, Decide(Parental(Delegation.Delegatee, null), Born, MinorPolicy.Birthday(Born, 40)).Permitted.Count);
        Assert.Equal(8, Decide(Parental(Delegation.Guardian, null), Born, MinorPolicy.Birthday(Born, 40)).Permitted.Count);
    }

    /// <summary>Who acts for a child without any limit looks after it as the child itself would, until something becomes the child's own.</summary>
    [Fact]
    public void WithoutLimitAndWithADayOfBirthASmallChildIsInTheirCare()
    {
        string[] all = ["access", "collect", "correct", "share"];
        foreach (var role in new[] { Delegation.Parent, Delegation.Guardian })
        {
            Assert.Equal(MinorPolicy.Birthday(Born, 12), MinorPolicy.Usual.CareEndOf(Acting(role, Born, all, "R", "V"), null));
            Assert.Equal(MinorPolicy.Birthday(Born.AddYears(-3), 12), MinorPolicy.Usual.CareEndOf(Acting(role, Born, all, "R", "V"), Born.AddYears(-3)));
            Assert.Equal(MinorPolicy.Birthday(Born, 5), new MinorPolicy(7, 5, []).CareEndOf(Acting(role, Born, all, "R", "V"), null));
            foreach (var limited in new[] { Acting(role, Born, all[..3], "R", "V"), Acting(role, Born, all, "R"), Acting(role, Born, all, "PSY"), Acting(role, Born, ["access"], "R", "V") })
            {
                Assert.Null(MinorPolicy.Usual.CareEndOf(limited, Born));
            }
        }

        Assert.Null(MinorPolicy.Usual.CareEndOf(Acting(Delegation.Parent, null, all, "R", "V"), null));
        Assert.Null(MinorPolicy.Usual.CareEndOf(Acting(Delegation.Delegatee, null, all, "R", "V"), Born));
        Assert.Null(MinorPolicy.Usual.CareEndOf(Acting(Delegation.Guardian, null, all, "R", "V"), Born));
        Assert.NotNull(MinorPolicy.Usual.CareEndOf(Acting(Delegation.Parent, null, all, "R", "V"), Born));
    }

    [Fact]
    public void AtNoAgeAndUnderNoPolicyIsMoreSeenThanBefore()
    {
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var first = random.Next(0, 20);
            var policy = new MinorPolicy(first, random.Next(first, 22), [.. Entries.SelectMany(LabelsOf).Where(static label => label.Length > 1).Distinct().Where(_ => random.Next(2) == 0)]);
            var consent = Parental(Delegation.Parent, Born, [.. new[] { "R", "V", "PSY", "SEX", "ADOL", "GDIS", "SPI", "ETH" }.Where(_ => random.Next(2) == 0).DefaultIfEmpty("PSY")]);
            var seen = Seen(Decide(consent, null, MinorPolicy.Birthday(Born, 0), policy: policy)).ToHashSet();
            for (var age = 0; age < 25; age++)
            {
                var now = Seen(Decide(consent, null, MinorPolicy.Birthday(Born, age), policy: policy)).ToHashSet();
                Assert.Subset(seen, now);
                Assert.True(age < policy.AdultFrom || now.Count == 0);
                seen = now;
            }
        }
    }

    private static Decision Decide(PatientConsent consent, DateOnly? recorded, DateTimeOffset at, string action = ConsentAction.Access, MinorPolicy? policy = null) =>
        CompiledConsents.Compile([consent], Record(recorded), policy).Decide(Asked(at, action));

    private static DisclosureRequest Asked(DateTimeOffset at, string action) => new(new Recipient("Ana", "RelatedPerson/ana"), PurposeOfUse.ActingForPatient, action, at);

    private static IReadOnlyList<string> Seen(Decision decision) => [.. decision.Permitted.ToArray().Select(row => Entries[row].Split('|')[0])];

    private static TestRecord Record(DateOnly? born) => new([.. Entries.Select(entry => new TestEntry(entry.Split('|')[0]) { Labels = [.. LabelsOf(entry).Select(ShortConsent.Label)] })]) { BornOn = born };

    private static string[] LabelsOf(string entry) => entry.Contains('|', StringComparison.Ordinal) ? entry.Split('|')[1].Split(',') : [];

    private static PatientConsent Parental(string role, DateOnly? born, params string[] labels) => Acting(role, born, ["access", "collect", "correct"], labels);

    private static PatientConsent Acting(string role, DateOnly? born, IEnumerable<string> actions, params string[] labels) => Consent(
        new JsonObject
        {
            ["type"] = "permit",
            ["actor"] = new JsonArray(Actor("RelatedPerson/ana", role, Delegation.SystemOf(role))),
            ["action"] = new JsonArray([.. actions.Select(static action => Concept(action == ConsentAction.ShareOnCode ? ConsentAction.OwnSystem : "http://terminology.hl7.org/CodeSystem/consentaction", action))]),
            ["securityLabel"] = Labels(labels.Length == 0 ? ["R", "V"] : labels),
        },
        born);

    private static JsonArray Labels(params string[] labels) => [.. new[] { "U", "L", "M", "N" }.Concat(labels).Select(static label =>
        new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/" + (label.Length == 1 ? "v3-Confidentiality" : "v3-ActCode"), ["code"] = label })];

    private static JsonObject Actor(string reference, string role, string system) => new() { ["role"] = Concept(system, role), ["reference"] = new JsonObject { ["reference"] = reference } };

    private static JsonObject Concept(string system, string code) => new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };

    private static PatientConsent Consent(JsonObject provision, DateOnly? born)
    {
        var consent = ShortConsent.Expand(new JsonObject { ["id"] = "c1", ["policy"] = "OPTIN" });
        consent["provision"] = provision;
        if (born is { } day)
        {
            consent["extension"] = new JsonArray(new JsonObject { ["url"] = PatientConsent.BornOn, ["valueDate"] = day.ToString("yyyy-MM-dd") });
        }

        return PatientConsent.Read(Resource.Read(Encoding.UTF8.GetBytes(consent.ToJsonString())));
    }

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.Parse(text, null);
}
