namespace Rapport.Conversations;

/// <summary>
/// A file of words, read strictly: what it does not know fails, so that a slip of the pen cannot silence a sign. The format:
/// docs/urgent-words.md.
/// </summary>
internal sealed class UrgentWordsFile
{
    private UrgentWordsFile(List<(WordClass, List<string>)> entries) => Entries = entries;

    /// <summary>Each class with its words, in the order of the file.</summary>
    public List<(WordClass Class, List<string> Phrases)> Entries { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">A line is none that a file may have, or a class lacks its reason or its words.</exception>
    public static UrgentWordsFile Parse(string text)
    {
        List<(WordClass Class, List<string> Phrases)> entries = [];
        HashSet<string> reasons = [];
        WordGroups groups = new();
        var inGroup = false;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Where(static line => line.Length > 0 && line[0] != '#'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["group", var name] && line[0] != ' ')
            {
                Demand(groups.TryBegin(name), $"not a group of words: `{line}`");
                inGroup = true;
            }
            else if (line[0] != ' ')
            {
                entries.Add((ClassOf(words, line), []));
                inGroup = false;
            }
            else if (inGroup)
            {
                var isOfGroup = words is ["why" or "any", _, ..]
                    && (words[0] == "why" || words[1..].All(word => groups.TryAdd(Checked(word, line))));
                Demand(isOfGroup, $"not a line of words: `{line}`");
            }
            else if (entries.Count > 0 && words is ["why", _, ..])
            {
                reasons.Add(entries[^1].Class.Name);
            }
            else if (entries.Count > 0 && words is ["any", _, ..])
            {
                entries[^1].Phrases.AddRange(words[1..]);
            }
            else
            {
                throw new FormatException($"not a line of words: `{line}`");
            }
        }

        Demand(entries.All(entry => entry.Phrases.Count > 0 && reasons.Contains(entry.Class.Name)), "a class lacks words or a reason");
        Demand(groups.AreWhole, "a group lacks words");
        Demand(entries.All(static entry => entry.Phrases.Distinct().Count() == entry.Phrases.Count), "a word stands twice in a class");
        Demand(entries.DistinctBy(static entry => entry.Class.Name).Count() == entries.Count, "two classes have one name");
        Demand(Enum.GetValues<WordRole>().All(role => entries.Any(entry => entry.Class.Role == role)), "a class of calm words lacks");
        return new UrgentWordsFile(entries.ConvertAll(entry => (entry.Class, PhrasesOf(entry.Phrases))));

        List<string> PhrasesOf(List<string> listed) =>
            [.. listed.SelectMany(phrase => groups.Expand(phrase).Select(each => Checked(each, phrase))).Distinct()];
    }

    private static WordClass ClassOf(string[] words, string line) => words switch
    {
        ["sign", var name, var weight, var kind, .. var force]
            when Weight(weight) is > 0 and var w && KindOf(kind) is { } k && ForceOf(force) is { } f
            => new WordClass(name, WordRole.Sign, w, k, f),
        ["minus", var name, var weight] when Weight(weight) is < 0 and var w => new WordClass(name, WordRole.Minus, w, default),
        ["calm", "not", var weight] when Weight(weight) is < 0 and var w => new WordClass("not", WordRole.Not, w, default),
        ["calm", "past", var weight] when Weight(weight) is < 0 and var w => new WordClass("past", WordRole.Past, w, default),
        ["calm", "supposed", var weight] when Weight(weight) is < 0 and var w => new WordClass("supposed", WordRole.Supposed, w, default),
        ["calm", "subject"] => new WordClass("subject", WordRole.Subject, 0, default),
        ["calm", "filler"] => new WordClass("filler", WordRole.Filler, 0, default),
        ["calm", "else"] => new WordClass("else", WordRole.Else, 0, default),
        ["calm", "but"] => new WordClass("but", WordRole.But, 0, default),
        ["calm", "now"] => new WordClass("now", WordRole.Now, 0, default),
        ["calm", "family", var weight] when Weight(weight) is < 0 and var w => new WordClass("family", WordRole.Family, w, default),
        _ => throw new FormatException($"not a class of words: `{line}`"),
    };

    private static int? Weight(string weight) => int.TryParse(weight, out var number) && number is >= -9 and <= 9 ? number : null;

    private static UrgentKind? KindOf(string kind) => kind switch
    {
        "body" => UrgentKind.Body,
        "poison" => UrgentKind.Poison,
        "self-harm" => UrgentKind.SelfHarm,
        "violence" => UrgentKind.Violence,
        _ => null,
    };

    private static SignForce? ForceOf(string[] force) => force switch
    {
        [] => SignForce.Usual,
        ["plain"] => SignForce.Plain,
        ["context"] => SignForce.Context,
        _ => null,
    };

    /// <summary>A phrase is of words as a message is folded into; a star only ends a word, `#` is a number.</summary>
    private static string Checked(string phrase, string line)
    {
        foreach (var word in WordPhrase.WordsOf(phrase))
        {
            var stem = word.EndsWith('*') ? word[..^1] : word;
            var plain = stem.Length is > 0 and <= WordPhrase.LongestWord
                && stem.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or ',' or '/');
            Demand(word == "#" || plain, $"not a word: `{word}` in `{line}`");
        }

        return phrase;
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FormatException(otherwise);
        }
    }
}
