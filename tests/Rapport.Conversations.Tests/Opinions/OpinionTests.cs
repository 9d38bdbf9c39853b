using FsCheck;
using FsCheck.Fluent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Conversations.Tests;

/// <summary>What an opinion is, as it is stored and as it is compared.</summary>
public sealed class OpinionTests
{
    private static readonly PatientId Patient = PatientId.New();

    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<string> Words = Gen.Elements("wait", "operate now", "line\nbreak", "<b>", "\"quoted\"", "ñandú", "a\\b").NonEmptyListOf().Select(static words => string.Join(' ', words));

    private static readonly Gen<Opinion> Opinions =
        from stance in Gen.Elements(Enum.GetValues<OpinionStance>())
        from confidence in Gen.Elements(Enum.GetValues<OpinionConfidence>())
        from view in Words
        from next in Gen.OneOf(Gen.Constant<string?>(null), Words.Select(static words => (string?)words))
        from evidence in Gen.OneOf(Gen.Constant<string?>(null), Words.Select(static words => (string?)words))
        from links in Gen.Choose(0, Opinion.MostLinks)
        select new Opinion(stance, view, confidence, next, evidence, [.. Enumerable.Range(0, links).Select(static i => $"https://example.org/{i}")]);

    [Fact]
    public void WhatIsWrittenIsRead() => Check(Opinions, static opinion =>
    {
        var written = opinion.ToResource(Patient, Question(), "Second opinion", ("Practitioner/lee", "Dr Lee"), Now);
        var read = Opinion.Read(written)!;
        return read with { Links = [] } == opinion with { Links = [] } && read.Links.SequenceEqual(opinion.Links) && Resource.Parse(written.Json).Issues.Count == 0;
    });

    [Fact]
    public void EveryOpinionIsCountedOnceAndTheirOrderMakesNoDifference() => Check(Opinions.ListOf(), static opinions =>
    {
        if (OpinionComparison.Of([.. opinions]) is not { } comparison)
        {
            return opinions.Count < 2;
        }

        return comparison.Agree + comparison.Refine + comparison.Differ == opinions.Count
            && comparison.Equals(OpinionComparison.Of([.. Enumerable.Reverse(opinions)]))
            && (comparison.Agreement == OpinionAgreement.AllAgree) == (comparison.Agree == opinions.Count)
            && (comparison.Agreement == OpinionAgreement.AllDiffer) == (comparison.Differ == opinions.Count)
            && (comparison.Agreement == OpinionAgreement.AgreeInTheMain) == (comparison.Differ == 0 && comparison.Refine > 0);
    });

    [Theory]
    [InlineData("https://example.org/a?b=c", true)]
    [InlineData("http://example.org", true)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("https://bank.example@evil.example/", false)]
    [InlineData("https://example.org/a b", false)]
    [InlineData("example.org", false)]
    [InlineData("ftp://example.org", false)]
    [InlineData("", false)]
    public void AnAddressIsOneOfTheWeb(string text, bool isLink) => Assert.Equal(isLink, Opinion.IsLink(text));

    [Fact]
    public void AQuestionIsReadAsItWasWrittenAndSaysNothingOfWhomItIsPutTo()
    {
        var question = Question();
        var resource = Opinion.Parse(question.ToResource(Patient, "Second opinion", Now));
        var read = OpinionQuestion.Read(question.Id, resource)!;
        Assert.Equal(question with { Sent = [] }, read with { Sent = [] });
        Assert.Equal(question.Sent, read.Sent);
        Assert.DoesNotContain("Practitioner", System.Text.Encoding.UTF8.GetString(resource.Json.Span));
        Assert.Null(OpinionQuestion.Read(question.Id, Resource.Read("""{"resourceType":"ServiceRequest","status":"active","intent":"order","subject":{"reference":"Patient/x"}}"""u8.ToArray())));
    }

    private static OpinionQuestion Question() =>
        new(LocalId.Parse("0000000000001"), "Do I need it now?\nOr can it wait?", $"Condition/{Patient}.0000000000002", "Gallstones", Now.AddDays(14), [$"Condition/{Patient}.0000000000002", $"Observation/{Patient}.0000000000003"]);

    private static void Check<T>(Gen<T> values, Func<T, bool> holds) => Prop.ForAll(values.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
