using System.Text.RegularExpressions;
using Rapport.Language;

namespace Rapport.Architecture.Tests;

/// <summary>The files that hold what people read: complete in each language, filled alike, and all said somewhere.</summary>
public sealed class TextTests
{
    private static readonly Regex Hole = new(@"\{\d\}", RegexOptions.NonBacktracking);

    private static readonly Regex Mark = new("<[^>]*>", RegexOptions.NonBacktracking);

    /// <summary>What is the same in every language.</summary>
    private static readonly HashSet<string> SameEverywhere =
    [
        "Rapport", // The name of the product.
        "Observation/12", "--space-", "mmol/L", // Samples on the page that shows the design.
    ];

    private static IEnumerable<FileInfo> English => House.Files("src", ".restext").Where(file => !file.Name[..^".restext".Length].Contains('.', StringComparison.Ordinal));

    [Fact]
    public void EveryTextIsThereInEveryLanguage() => House.AssertNone(
        from file in English
        from language in Languages.All.Skip(1)
        let there = Read(In(file, language))
        from text in Read(file)
        where !there.ContainsKey(text.Key)
        select $"{House.PathOf(In(file, language))} lacks {text.Key}");

    [Fact]
    public void NoTextIsThereThatEnglishDoesNotHave() => House.AssertNone(
        from file in English
        from language in Languages.All.Skip(1)
        from text in Read(In(file, language)).Keys.Except(Read(file).Keys)
        select $"{House.PathOf(In(file, language))}: {text}");

    [Fact]
    public void EveryTextHasTheSameHolesMarksAndFormsInEachLanguage() => House.AssertNone(
        from file in English
        from language in Languages.All.Skip(1)
        let there = Read(In(file, language))
        from text in Read(file)
        where there.TryGetValue(text.Key, out var other) && !Shape(text.Value).SequenceEqual(Shape(other))
        select $"{House.PathOf(In(file, language))}: {text.Key}");

    [Fact]
    public void EveryTextIsSaidSomewhere()
    {
        var code = string.Join('\n', House.Files("src", ".cs").Concat(House.Files("src", ".razor")).Select(file => File.ReadAllText(file.FullName)));

        House.AssertNone(
            from file in English
            let name = Path.GetFileNameWithoutExtension(file.Name)
            let isLookedUp = code.Contains($"{name}.ResourceManager", StringComparison.Ordinal)
            from text in Read(file).Keys
            where !isLookedUp && !Regex.IsMatch(code, $@"\b{name}\.{text}\b", RegexOptions.None, TimeSpan.FromSeconds(10))
            select $"{House.PathOf(file)}: {text}");
    }

    [Fact]
    public void NoTextIsTheSameInTwoLanguagesButForWhatIs() => House.AssertNone(
        from file in English
        from language in Languages.All.Skip(1)
        let there = Read(In(file, language))
        from text in Read(file)
        where there.TryGetValue(text.Key, out var other) && other == text.Value
        let words = Mark.Replace(Hole.Replace(text.Value, ""), "")
        where Regex.Count(words, @"\p{L}{3,}", RegexOptions.None, TimeSpan.FromSeconds(10)) > 2
        select $"{House.PathOf(In(file, language))}: {text.Key}");

    [Fact]
    public void NoPageHasWordsOfItsOwn() => House.AssertNone(
        from component in House.Types
        where component.IsSubclassOf(typeof(Microsoft.AspNetCore.Components.ComponentBase))
        from words in PageWords.Of(component)
        where !SameEverywhere.Contains(words)
        select $"{component.FullName}: `{words}`");

    private static FileInfo In(FileInfo english, SpokenLanguage language) =>
        new(Path.ChangeExtension(english.FullName, $".{language.Code}.restext"));

    /// <summary>Texts by name. A name that stands twice would hide one.</summary>
    private static Dictionary<string, string> Read(FileInfo file) => !file.Exists
        ? []
        : (from line in File.ReadAllLines(file.FullName)
           where line.Length > 0 && line[0] is not (';' or '#')
           let sign = line.IndexOf('=', StringComparison.Ordinal)
           select (Name: line[..sign], Text: line[(sign + 1)..])).ToDictionary(text => text.Name, text => text.Text);

    /// <summary>What must be alike: the number of forms, and in each the holes it fills and the marks it makes. The forms for one and for two may do without their count.</summary>
    private static List<string> Shape(string text)
    {
        var forms = text.Split('|');
        return [$"{forms.Length}", .. forms.Select((form, i) => string.Concat(
            Hole.Matches(form).Select(hole => hole.Value).Where(hole => i == forms.Length - 1 || hole != "{0}").Order().Concat(Mark.Matches(form).Select(mark => mark.Value).Order(StringComparer.Ordinal))))];
    }
}
