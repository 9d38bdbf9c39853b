using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rapport.TestKit;

namespace Rapport.Labelling.Tests;

/// <summary>What a finding says.</summary>
public sealed class LabellerTests
{
    private const string Icd10 = "http://hl7.org/fhir/sid/icd-10-cm";

    [Fact]
    public void A_code_is_found_with_its_place()
    {
        var label = Assert.Single(Labeller.Label(Found.Resource($$$"""{"resourceType":"Condition","code":{"coding":[{"system":"{{{Icd10}}}","code":"F10.20"}]},"subject":{"reference":"Patient/x"}}""")));

        Assert.Equal(new FoundLabel("http://terminology.hl7.org/CodeSystem/v3-ActCode", "ETHUD", "alcohol-use-disorder", "Condition.code.coding[0]", "F10.20") { ByCode = true }, label);
        Assert.Equal("The code F10.20 is about a problem with alcohol.", label.Reason);
    }

    [Fact]
    public void The_reason_is_told_in_the_readers_language()
    {
        var label = Assert.Single(Labeller.Label(Found.Resource("""{"resourceType":"Condition","code":{"text":"Abuso de alcohol"},"subject":{"reference":"Patient/x"}}""")));

        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("es");
        Assert.Equal("«Abuso de alcohol» tiene que ver con un problema con el alcohol.", label.Reason);
    }

    [Fact]
    public void What_cannot_be_read_is_restricted()
    {
        var label = Assert.Single(Labeller.Label(Found.Resource("""{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"application/pdf","data":"JVBERi0="}}]}""")));

        Assert.Equal(("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R", "unreadable-document"), (label.System, label.Code, label.Rule));
    }

    [Theory]
    [InlineData("Seen for a cough.", "")]
    [InlineData("Long history of alcoholism.", "ETHUD")]
    public void A_readable_note_is_labelled_by_its_text(string text, string labels) => Assert.Equal(labels, Found.Labels(
        $$$"""{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"text/plain; charset=utf-8","data":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}}}"}}]}"""));

    [Theory]
    [InlineData("1990-06-15", "2006-01-02", "ADOL ETHUD")]
    [InlineData("1990-06-15", "2008-06-14", "ADOL ETHUD")]
    [InlineData("1990-06-15", "2008-06-15", "ETHUD")]
    [InlineData("1990-06-15", "2002-06-14", "ETHUD")]
    [InlineData("1990", "2004-05", "ADOL ETHUD")]
    public void What_a_minor_may_have_been_alone_with_says_so(string born, string onset, string labels) => Assert.Equal(labels, Found.Labels(
        $$$"""{"resourceType":"Condition","code":{"coding":[{"system":"{{{Icd10}}}","code":"F10.20"}]},"subject":{"reference":"Patient/x"},"onsetDateTime":"{{{onset}}}"}""",
        reference => reference == "Patient" ? Found.Resource($$$"""{"resourceType":"Patient","birthDate":"{{{born}}}"}""") : null));

    [Fact]
    public void What_it_belongs_to_counts()
    {
        var label = Assert.Single(Labeller.Label(
            Found.Resource("""{"resourceType":"Procedure","status":"completed","encounter":{"reference":"Encounter/1"},"subject":{"reference":"Patient/x"}}"""),
            static reference => reference == "Encounter/1" ? Found.Resource("""{"resourceType":"Encounter","status":"finished","reasonCode":[{"text":"Alcohol withdrawal"}]}""") : null));

        Assert.Equal(("Procedure.encounter", "Alcohol withdrawal"), (label.Where, label.What));
        Assert.StartsWith("By the visit it belongs to: “Alcohol", label.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_pointed_at_again_and_again_is_read_once()
    {
        var asked = 0;
        var many = string.Join(',', Enumerable.Repeat("""{"reference":"Observation/1"}""", 400));
        var found = Labeller.Label(
            Found.Resource($$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"hasMember":[{{many}}]}"""),
            reference =>
            {
                asked++;
                return reference == "Observation/1" ? Found.Resource("""{"resourceType":"Observation","status":"final","code":{"text":"Alcohol withdrawal"}}""") : null;
            });
        Assert.Equal((1, "ETHUD"), (asked, found.Select(static label => label.Code).Distinct().Single()));

        asked = 0;
        var attachments = string.Join(',', Enumerable.Repeat("""{"attachment":{"contentType":"text/plain","url":"Binary/1"}}""", 300));
        Labeller.Label(
            Found.Resource($$"""{"resourceType":"DocumentReference","status":"current","content":[{{attachments}}]}"""),
            reference =>
            {
                asked++;
                return null;
            });
        Assert.Equal(1, asked);
    }

    [Fact]
    public void Of_what_is_referred_to_so_much_text_is_read_and_no_more()
    {
        Assert.NotEmpty(Of(60_000));
        Assert.Empty(Of(70_000));

        static IReadOnlyList<FoundLabel> Of(int before) => Labeller.Label(
            Found.Resource("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"hasMember":[{"reference":"Observation/1"}]}"""),
            reference => reference == "Observation/1"
                ? Found.Resource($$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"note":[{"text":"{{new string('x', before)}} alcohol withdrawal"}]}""") : null);
    }

    [Fact]
    public void Documents_beyond_what_is_read_are_restricted()
    {
        var attachments = string.Join(',', Enumerable.Range(0, 101).Select(i => $$"""{"attachment":{"contentType":"text/plain","url":"Binary/{{i}}"} }"""));
        var found = Labeller.Label(
            Found.Resource($$"""{"resourceType":"DocumentReference","status":"current","content":[{{attachments}}]}"""),
            static reference => reference.StartsWith("Binary/", StringComparison.Ordinal) ? Found.Resource("""{"resourceType":"Binary","contentType":"text/plain","data":"YWxsIGlzIHdlbGw="}""") : null);
        Assert.Equal("R", Assert.Single(found).Code);
    }

    /// <summary>Records are labelled anew when the version is raised, and only then: so whoever changes this module says whether it finds other labels now.</summary>
    [Fact]
    public void What_changes_the_rules_says_whether_their_version_is_raised()
    {
        const int version = 4;
        const string digest = "20ea9c32c69c28f7";
        var folder = Path.Combine(Repository.Root, "src", "Rapport.Labelling");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(IsSource).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetRelativePath(folder, file).Replace('\\', '/')}\n{File.ReadAllText(file).ReplaceLineEndings("\n")}\n"));
        }

        var found = Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
        Assert.True(
            (version, digest) == (Labeller.RulesVersion, found),
            $"the files of this module are `{found}` now: write that here; and where other labels may be found than before, raise `Labeller.RulesVersion` too");

        bool IsSource(string file) => Path.GetExtension(file) is ".cs" or ".txt" && !Path.GetRelativePath(folder, file).Split('/', '\\').Any(static part => part is "obj" or "bin");
    }
}
