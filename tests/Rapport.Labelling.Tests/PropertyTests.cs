using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Rapport.Fhir;

namespace Rapport.Labelling.Tests;

/// <summary>What holds for every resource.</summary>
public sealed class PropertyTests
{
    private static readonly string[] Sentences =
    [
        "Denies alcohol use", "Hearing aids", "ST depression", "Depression since May", "HIV positive", "Cough", "Opioid dependence", "Sexual assault", "Depresión del segmento ST", "Violencia doméstica",
        "Alcohol swab", "Huntington's disease", "std dev 3", "26 weeks pregnant", "Drug allergy", "cocaine", "BRCA1", "Bipolar forceps", "Bipolar disorder", "AIDS", "non-opioid", "Suboxone",
    ];

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Elements(Sentences),
        Gen.Elements("x", "drug", "use", "of", "st", "segment", "sexual", "health", "not", "no", "non").ListOf().Select(static words => string.Join(' ', words)),
        ArbMap.Default.GeneratorFor<string>().Select(static text => text ?? ""));

    /// <summary>A sentence more never takes a label away: nobody hides anything by writing more.</summary>
    [Fact]
    public void MoreTextNeverTakesALabelAway() => Check(Gen.Zip(Text, Text), static texts =>
        Labels(Note(texts.Item1)).IsSubsetOf(Labels(Note($"{texts.Item1}\n{texts.Item2}"))) && Labels(Note(texts.Item2)).IsSubsetOf(Labels(Note($"{texts.Item1}\n{texts.Item2}"))));

    [Fact]
    public void MoreNotesNeverTakeALabelAway() => Check(Text.ListOf(), static texts =>
        texts.All(text => Labels(Note(text)).IsSubsetOf(Labels(Notes(texts)))));

    [Fact]
    public void TheOrderDoesNotMatter() => Check(Text.ListOf(), static texts => Labels(Notes(texts)).SetEquals(Labels(Notes(Enumerable.Reverse(texts)))));

    [Fact]
    public void TheSameIsFoundAgain() => Check(Text, static text => Labeller.Label(Note(text)).SequenceEqual(Labeller.Label(Note(text))));

    [Fact]
    public void WhatMatchedStandsThere() => Check(Text, static text =>
        Labeller.Label(Note(text)).All(label => text.Contains(label.What.TrimEnd('…'), StringComparison.Ordinal) && label.Where == "Condition.note[0].text"));

    [Fact]
    public void EveryReasonIsASentence() => Check(Text, static text => Labeller.Label(Note(text)).All(static label => label.Reason.EndsWith('.') && !label.Reason.Contains('{', StringComparison.Ordinal)));

    /// <summary>A text that is nothing but matches in one endless sentence takes time in proportion to its length: a quadratic reading of this one would take hours.</summary>
    [Fact]
    public void AnEndlessSentenceIsReadInTime()
    {
        var text = string.Concat(Enumerable.Repeat("sexual assault opioid use disorder ", 100_000));

        Assert.Equal(["OPIOIDUD", "SDV"], Labels(Note(text)).Order());
    }

    /// <summary>So does markup with beginnings of tags that never end.</summary>
    [Fact]
    public void TagsThatNeverEndAreReadInTime()
    {
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a ", 1_000_000)) + "depression"));

        Assert.Equal("PSY R", Found.Labels($$"""{"resourceType":"Binary","contentType":"text/html","data":"{{data}}"}"""));
    }

    /// <summary>Whatever stands in a resource, however broken, an answer comes: it is a value, not an exception.</summary>
    [Fact]
    public void NoBytesMakeItFail()
    {
        var whole = Encoding.UTF8.GetBytes(
            """{"resourceType":"DiagnosticReport","id":"a","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2118-8","display":"hCG"}],"text":"Depresión"},"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>HIV &amp; AIDS</p></div>"},"subject":{"reference":"Patient/x"},"encounter":{"reference":"Encounter/e"},"effectiveDateTime":"2019-02-28","presentedForm":[{"contentType":"text/html","data":"PHA+b3Bpb2lkIGFidXNlPC9wPg=="},{"contentType":"application/pdf","url":"Binary/b"}]}""");
        Check(Gen.Zip(Gen.Choose(0, whole.Length - 1), Gen.Zip(Gen.Choose(0, 255), Gen.Choose(1, 8))), change =>
        {
            var (at, (value, length)) = change;
            byte[] bytes = [.. whole];
            bytes.AsSpan(at, Math.Min(length, whole.Length - at)).Fill((byte)value);
            var parsed = Resource.Parse(bytes);
            if (parsed.Resource is { } resource)
            {
                _ = Labeller.Label(resource, asked => asked == "Patient" ? Found.Resource("""{"resourceType":"Patient","birthDate":"2003-02-29"}""") : resource).Select(static label => label.Reason).ToList();
            }

            return true;
        });
    }

    private static void Check<T>(Gen<T> values, Func<T, bool> holds) =>
        Prop.ForAll(values.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") is null ? 500 : 20_000));

    private static HashSet<string> Labels(Resource resource) => [.. Labeller.Label(resource).Select(static label => label.Code)];

    private static Resource Note(string text) => Notes([text]);

    private static Resource Notes(IEnumerable<string> texts) => Resource.Read(JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["resourceType"] = "Condition",
        ["note"] = new JsonArray([.. texts.Select(static text => (JsonNode)new JsonObject { ["text"] = text })]),
    }));
}
