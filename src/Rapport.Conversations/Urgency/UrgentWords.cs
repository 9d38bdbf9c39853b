namespace Rapport.Conversations;

/// <summary>What a message weighs, and the signs that were found in it.</summary>
internal sealed record Weighed(int Weight, IReadOnlyList<WordClass> Signs)
{
    /// <summary>From which weight on a message asks.</summary>
    private const int AsksFrom = 0;

    /// <summary>From which weight on a message asks that has context alone, and how many such signs it needs.</summary>
    private const int ContextAsksFrom = 2;

    /// <summary>Whether the words may mean an emergency.</summary>
    public bool Asks => Signs.Any(static sign => sign.Force != SignForce.Context)
        ? Weight >= AsksFrom
        : Weight >= ContextAsksFrom && Signs.Count >= ContextAsksFrom;
}

/// <summary>
/// The words of every language, as their files list them, and how a message is weighed by them. A class means the same in each language,
/// so that a message in two languages is weighed as one.
/// </summary>
internal sealed class UrgentWords
{
    /// <summary>How many words a denial reaches: `no fever, vomiting or rash`.</summary>
    private const int DenialReach = 4;

    private static readonly string[] Languages = ["en", "es"];

    private readonly List<WordClass> classes;
    private readonly PhraseIndex index;

    private UrgentWords(IReadOnlyList<UrgentWordsFile> files)
    {
        classes = [.. files.SelectMany(static file => file.Entries).Select(static entry => entry.Class).Distinct()];
        index = new PhraseIndex(
            from file in files
            from entry in file.Entries
            from phrase in entry.Phrases
            select new WordPhrase(entry.Class, phrase));
    }

    /// <summary>The words of every language that Rapport speaks.</summary>
    /// <exception cref="FormatException">A line of a file is none that it may have; the message names it.</exception>
    public static UrgentWords ReadAll() => new([.. Languages.Select(static language => UrgentWordsFile.Parse(TextOf(language)))]);

    internal static string TextOf(string language)
    {
        using var reader = new StreamReader(typeof(UrgentWords).Assembly.GetManifestResourceStream($"words.{language}.txt")!);
        return reader.ReadToEnd();
    }

    /// <summary>Weighs a message: each class counts once, whatever is denied, long past or of the family is taken as calm.</summary>
    public Weighed Weigh(List<MessageToken> tokens)
    {
        var found = index.FindAll(tokens);
        var voided = VoidedBy(found, tokens);
        var covered = Covered(found, tokens, static phrase => phrase.Class.Role is WordRole.Minus or WordRole.Else);
        HashSet<WordClass> signs = [];
        HashSet<WordClass> calm = [];
        foreach (var (phrase, places) in found)
        {
            if (phrase.Class.Role == WordRole.Minus)
            {
                calm.Add(phrase.Class);
            }
            else if (phrase.Class.Role == WordRole.Sign && places.Any(place => !covered[place]))
            {
                _ = places.Select(place => voided[place]).FirstOrDefault(static by => by is not null) is { } by
                    ? calm.Add(by)
                    : signs.Add(phrase.Class);
            }
        }

        return new Weighed(
            signs.Concat(calm).Sum(static sign => sign.Weight)
                + (signs.Any(static sign => sign.Force == SignForce.Plain) ? WordClass.PlainWeight : 0),
            [.. classes.Where(signs.Contains)]);
    }

    /// <summary>For each word the class that takes it back; null where a sign counts.</summary>
    private WordClass?[] VoidedBy(List<FoundPhrase> found, List<MessageToken> tokens)
    {
        var by = new WordClass?[tokens.Count];
        var ends = found.Where(static f => f.Phrase.Class.Role == WordRole.But).Select(static f => f.At).ToHashSet();

        // The `no` of "no puedo respirar" is part of the sign and denies nothing.
        var inside = Covered(
            [.. found.Where(static f => f.Places.Length > 1)],
            tokens,
            static phrase => phrase.Class.Role is WordRole.Sign or WordRole.Minus or WordRole.Else);
        foreach (var denial in found.Where(f => f.Phrase.Class.Role == WordRole.Not && !inside[f.At]))
        {
            var end = Math.Min(denial.At + 1 + DenialReach, tokens.Count);
            for (var i = denial.At + 1; i < end && tokens[i].Sentence == tokens[denial.At].Sentence && !ends.Contains(i); i++)
            {
                by[i] = denial.Phrase.Class;
            }
        }

        var past = classes.First(static one => one.Role == WordRole.Past);
        var today = Sentences(WordRole.Now);
        var longAgo = Sentences(WordRole.Past).Union(Sentences(WordRole.Family)).Except(today).ToHashSet();
        for (var i = 0; i < by.Length; i++)
        {
            by[i] = longAgo.Contains(tokens[i].Sentence) ? past : by[i];
        }

        return by;

        HashSet<int> Sentences(WordRole role) =>
            [.. found.Where(f => f.Phrase.Class.Role == role).Select(f => tokens[f.At].Sentence)];
    }

    /// <summary>Which words stand in phrases of a sort. Phrases are short, so this grows with the text alone.</summary>
    private static bool[] Covered(List<FoundPhrase> found, List<MessageToken> tokens, Func<WordPhrase, bool> sort)
    {
        var covered = new bool[tokens.Count];
        foreach (var place in found.Where(f => sort(f.Phrase)).SelectMany(static f => f.Places))
        {
            covered[place] = true;
        }

        return covered;
    }
}
