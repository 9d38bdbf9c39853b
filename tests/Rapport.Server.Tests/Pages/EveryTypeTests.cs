using System.Globalization;
using System.Resources;
using System.Text.Json;
using Rapport.Fhir;
using Rapport.Language;
using Rapport.Server.Pages.Record.Reading;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Pages;

/// <summary>Every FHIR type that occurs in real data, told to people in each language.</summary>
public sealed class EveryTypeTests
{
    private static readonly string[] Folders = ["fhir-r4-examples", "synthea-r4", "ips", "consent", "smart-cards-links"];

    /// <summary>Elements that no page tells by their names.</summary>
    private static readonly HashSet<string> Unnamed = ["id", "url", "div", "extension", "modifierExtension", "meta", "text", "contained"];

    private static readonly HashSet<string> Statuses =
        ["status", "participantStatus", "lifecycleStatus", "intent", "priority", "gender", "criticality", "severity", "daysOfWeek"];

    public static TheoryData<string> LanguageCodes => [.. Languages.All.Select(language => language.Code)];

    [Theory]
    [MemberData(nameof(LanguageCodes))]
    public void EachIsToldInWords(string language)
    {
        CultureInfo.CurrentUICulture = Languages.Find(language)!.Culture;
        HashSet<string> types = [];
        HashSet<string> faults = [];
        foreach (var resource in Resources())
        {
            types.Add(resource.TypeName);
            var entry = EntryReader.Read(resource);
            var words = entry.Facts.Concat(entry.More).SelectMany(TextsOf).Concat([entry.Line.Title, entry.Line.TypeName, entry.Line.Value ?? "-"]).ToList();
            if (entry.Facts.Count == 0 || words.Exists(string.IsNullOrWhiteSpace))
            {
                faults.Add($"{resource.TypeName} says nothing");
            }

            faults.UnionWith(words.Where(IsRaw).Select(raw => $"{resource.TypeName}: {raw}"));
            faults.UnionWith(entry.Facts.SelectMany(TermsOf).Where(IsNamelessCode).Select(term => $"{resource.TypeName}: {term.Text} has a name"));
        }

        Assert.Empty(faults);
        Assert.True(types.Count > 60, $"only {types.Count} types");
    }

    [Fact]
    public void EachElementTypeAndStatusIsNamedInEachLanguage()
    {
        HashSet<string> nameless = [];
        foreach (var resource in Resources())
        {
            Name(TypeText.ResourceManager, resource.TypeName);
            Walk(resource.Root);
        }

        Assert.Empty(nameless);

        void Walk(Element parent)
        {
            foreach (var child in parent.Children)
            {
                if (!Unnamed.Contains(child.Name))
                {
                    Name(ElementText.ResourceManager, Wording.ElementKey(child.Name));
                    Walk(child);
                }

                if (Statuses.Contains(child.Name) && child.TypeName == "code" && child.GetString() is { } code)
                {
                    Name(CodeText.ResourceManager, code);
                }
            }
        }

        void Name(ResourceManager texts, string name)
        {
            if (Languages.All.Any(language => texts.GetString(name, language.Culture) is null))
            {
                nameless.Add(name);
            }
        }
    }

    /// <summary>The resources of all files, and those inside of bundles.</summary>
    private static IEnumerable<Resource> Resources()
    {
        foreach (var file in Folders.SelectMany(folder => Directory.EnumerateFiles(Repository.SharedData(folder), "*.json", SearchOption.AllDirectories)))
        {
            if (Resource.Parse(File.ReadAllBytes(file)).Resource is not { } resource)
            {
                continue;
            }

            yield return resource;
            foreach (var entry in resource.TypeName == "Bundle" ? resource.Root.All("entry") : [])
            {
                if (entry.TryGetChild("resource", out var inner))
                {
                    yield return inner.ToResource();
                }
            }
        }
    }

    private static IEnumerable<string> TextsOf(Fact fact) => fact.Values.SelectMany(value => value switch
    {
        FactValue.Words words => [words.Text],
        FactValue.Term term => [term.Text],
        FactValue.Link link => [link.Name ?? link.Type],
        FactValue.Part part => part.Facts.SelectMany(TextsOf),
        _ => (IEnumerable<string>)[],
    }).Append(fact.Name);

    private static IEnumerable<FactValue.Term> TermsOf(Fact fact) => fact.Values.SelectMany(value => value switch
    {
        FactValue.Term term => [term],
        FactValue.Part part => part.Facts.SelectMany(TermsOf),
        _ => (IEnumerable<FactValue.Term>)[],
    });

    /// <summary>A code where there are words; codes that are words themselves are as good.</summary>
    private static bool IsNamelessCode(FactValue.Term term) =>
        !term.Text.Any(char.IsLower) && term.Codes.Any(code => code.Display is { Length: > 0 } display && !string.Equals(display, code.Code, StringComparison.OrdinalIgnoreCase))
        && term.Codes.Any(code => code.Code == term.Text) && term.Codes.All(code => code.Display != term.Text);

    /// <summary>Data where words should be.</summary>
    private static bool IsRaw(string text)
    {
        if (text.Contains("[object", StringComparison.Ordinal) || text.Contains("Rapport.", StringComparison.Ordinal))
        {
            return true;
        }

        try
        {
            return text.AsSpan().TrimStart() is ['{' or '[', ..] && JsonDocument.Parse(text) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
