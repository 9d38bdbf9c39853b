using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Conversations.Tests;

/// <summary>What is proposed to go along with a question.</summary>
public sealed class OpinionProposalTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TheLeastThatServesIsTickedAndWhatIsSensitiveIsNot()
    {
        List<(AnsweredEntry, Resource)> entries =
        [
            Entry("Condition", "about", new() { ["clinicalStatus"] = Coded("active"), ["encounter"] = Ref("Encounter/visit") }),
            Entry("Observation", "refers", new() { ["code"] = Coded("1"), ["focus"] = new JsonArray(Ref("Condition/about")) }, daysAgo: 3000),
            Entry("DiagnosticReport", "samevisit", new() { ["encounter"] = Ref("Encounter/visit") }, daysAgo: 3000),
            Entry("Encounter", "visit", [], daysAgo: 3000),
            Entry("MedicationRequest", "taken", new() { ["status"] = "active" }),
            Entry("MedicationRequest", "stopped", new() { ["status"] = "stopped" }),
            Entry("MedicationRequest", "private", new() { ["status"] = "active" }, labels: ["PSY"]),
            Entry("AllergyIntolerance", "allergy", []),
            Entry("Observation", "new", new() { ["code"] = Coded("2") }, daysAgo: 5),
            Entry("Observation", "older", new() { ["code"] = Coded("2") }, daysAgo: 50),
            Entry("Observation", "old", new() { ["code"] = Coded("3") }, daysAgo: 800),
            Entry("Condition", "other", new() { ["clinicalStatus"] = Coded("active") }),
            Entry("Condition", "gone", new() { ["clinicalStatus"] = Coded("resolved") }),
            Entry("DocumentReference", "letter", [], daysAgo: 30),
        ];

        var proposed = OpinionProposal.Of("Condition/about", entries, Now);

        Assert.Equal(["about", "refers", "samevisit", "visit", "taken", "allergy", "new"], proposed.Where(entry => entry.IsProposed).Select(entry => entry.Entry.Id));
        Assert.Equal(["private", "other", "letter"], proposed.Where(entry => !entry.IsProposed).Select(entry => entry.Entry.Id));
        Assert.Equal(ProposalReason.Itself, proposed[0].Reason);
        Assert.Empty(OpinionProposal.Of("Condition/nothing", entries, Now));
    }

    [Fact]
    public void OfResultsTheNewestOfEachKindGoesAlongAndNothingThatADeviceCountsAllDay()
    {
        var loinc = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://loinc.org", ["code"] = "4548-4" }), ["text"] = "Hemoglobin A1c/Hemoglobin.total in Blood" };
        List<(AnsweredEntry, Resource)> entries =
        [
            Entry("Condition", "about", new() { ["encounter"] = Ref("Encounter/visit") }),
            Entry("Observation", "steps", new() { ["code"] = Coded("s"), ["category"] = new JsonArray(Coded("activity")) }, daysAgo: 2),
            Entry("Observation", "rest", new() { ["code"] = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = "urn:x-rapport:metric", ["code"] = "resting-heart-rate" }) } }, daysAgo: 3),
            Entry("Observation", "smoker", new() { ["code"] = Coded("t"), ["category"] = new JsonArray(Coded("social-history")) }, daysAgo: 4),
            Entry("Observation", "hba1c", new() { ["code"] = loinc, ["category"] = new JsonArray(Coded("laboratory")) }, daysAgo: 430),
            Entry("Observation", "pressure", new() { ["code"] = Coded("p"), ["category"] = new JsonArray(Coded("vital-signs")) }, daysAgo: 20),
            Entry("Observation", "walked", new() { ["code"] = Coded("w"), ["category"] = new JsonArray(Coded("activity")), ["encounter"] = Ref("Encounter/visit") }, daysAgo: 3000),
            Entry("Observation", "hba1c2018", new() { ["code"] = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://loinc.org", ["code"] = "4548-4" }), ["text"] = "HbA1c" }, ["encounter"] = Ref("Encounter/visit") }, daysAgo: 3000),
        ];

        var proposed = OpinionProposal.Of("Condition/about", entries, Now);

        Assert.Equal(["about", "hba1c", "pressure"], proposed.Where(entry => entry.IsProposed).Select(entry => entry.Entry.Id));
        Assert.Equal(ProposalReason.Belongs, proposed[1].Reason);
        Assert.Equal(["smoker"], proposed.Where(entry => !entry.IsProposed).Select(entry => entry.Entry.Id));
        Assert.Equal("steps", OpinionProposal.Of("Observation/steps", entries, Now)[0].Entry.Id);
    }

    [Fact]
    public void WhatItIsAboutIsTickedEvenWhereItIsSensitiveItself() =>
        Assert.True(Assert.Single(OpinionProposal.Of("Condition/about", [Entry("Condition", "about", [], labels: ["HIV"])], Now)) is { IsProposed: true, IsSensitive: true });

    [Fact]
    public void WhatRefersToItGoesAlongHoweverJsonWritesTheReference()
    {
        var (entry, resource) = Entry("Observation", "refers", new() { ["focus"] = new JsonArray(Ref("Condition/about")) }, daysAgo: 3000);
        var escaped = Resource.Read(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(resource.Json.Span).Replace("Condition/about", "Condition\\/about", StringComparison.Ordinal)));
        Assert.Equal(["about", "refers"], OpinionProposal.Of("Condition/about", [Entry("Condition", "about", []), (entry, escaped)], Now).Select(static proposed => proposed.Entry.Id));
    }

    [Fact]
    public void NothingTwiceNothingTooManyNothingSensitiveWhateverTheRecord()
    {
        var type = Gen.Elements([.. OpinionProposal.Types]);
        var one = from kind in type from days in Gen.Choose(0, 800) from isPrivate in Gen.Choose(0, 3) from refers in Gen.Choose(0, 2) select (kind, days, isPrivate == 0, refers == 0);
        Prop.ForAll(one.ListOf(150).ToArbitrary(), drawn =>
        {
            List<(AnsweredEntry, Resource)> entries = [Entry("Condition", "about", [])];
            entries.AddRange(drawn.Select((entry, i) => Entry(entry.kind, $"e{i}", entry.Item4 ? new() { ["status"] = "active", ["supportingInfo"] = new JsonArray(Ref("Condition/about")) } : new() { ["status"] = "active" }, entry.days, entry.Item3 ? ["PSY"] : [])));
            var proposed = OpinionProposal.Of("Condition/about", entries, Now);
            return proposed.Count <= OpinionQuestion.MostSent && proposed.DistinctBy(entry => entry.Entry.Reference).Count() == proposed.Count
                && proposed.All(entry => !entry.IsProposed || !entry.IsSensitive) && proposed[0].Entry.Id == "about";
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    private static (AnsweredEntry, Resource) Entry(string type, string id, JsonObject content, int daysAgo = 10, string[]? labels = null)
    {
        content["resourceType"] = type;
        content["id"] = id;
        var at = Now.AddDays(-daysAgo).ToUnixTimeMilliseconds();
        return (new AnsweredEntry(type, id, 1, Now, new DateRange(at, at + 1), 1, AnswerMode.Match, labels ?? []), Resource.Read(Encoding.UTF8.GetBytes(content.ToJsonString())));
    }

    private static JsonObject Ref(string reference) => new() { ["reference"] = reference };

    private static JsonObject Coded(string code) => new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = "s", ["code"] = code }) };
}
