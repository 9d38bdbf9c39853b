namespace Rapport.Conversations;

/// <summary>What a message weighs, and the signs that were found in it.</summary>
internal sealed record Weighed(int Weight, IReadOnlyList<WordClass> Signs)
{
    /// <summary>From which weight on a message asks: where 98 % of urgent messages asked that nobody had fitted a word to.</summary>
    private const int AsksFrom = 5;

    /// <summary>From which weight on a message asks that has context alone, or no sign: `the right knee` is no emergency.</summary>
    private const int ContextAsksFrom = 6;

    /// <summary>Whether the words may mean an emergency.</summary>
    public bool Asks => Weight >= (Signs.Any(static sign => sign.Force != SignForce.Context) ? AsksFrom : ContextAsksFrom);
}

/// <summary>
/// The words of every language, as their files list them, and how a message is weighed by them. A class means the same in each language,
/// so that a message in two languages is weighed as one.
/// </summary>
internal sealed class UrgentWords
{
    /// <summary>How many words a denial reaches: `no fever, vomiting or rash`.</summary>
    private const int DenialReach = 4;

    /// <summary>How many words what is supposed reaches: `the leaflet says it may cause fainting or chest pain`.</summary>
    private const int SupposedReach = 10;

    private static readonly string[] Languages = ["en", "es"];

    private readonly List<WordClass> classes;
    private readonly PhraseIndex index;
    private readonly WordLeanings leanings;

    private UrgentWords(IReadOnlyList<UrgentWordsFile> files, WordLeanings leanings)
    {
        this.leanings = leanings;
        classes = [.. files.SelectMany(static file => file.Entries).Select(static entry => entry.Class).Distinct()];
        index = new PhraseIndex(
            from file in files
            from entry in file.Entries
            from phrase in entry.Phrases
            select new WordPhrase(entry.Class, phrase));
    }

    /// <summary>The words of every language that Rapport speaks.</summary>
    /// <exception cref="FormatException">A line of a file is none that it may have; the message names it.</exception>
    public static UrgentWords ReadAll() =>
        new(
            [.. Languages.Select(static language => UrgentWordsFile.Parse(TextOf($"words.{language}")))],
            WordLeanings.Parse(TextOf("leanings")));

    /// <summary>The text of a file of words.</summary>
    internal static string TextOf(string name)
    {
        using var reader = new StreamReader(typeof(UrgentWords).Assembly.GetManifestResourceStream($"{name}.txt")!);
        return reader.ReadToEnd();
    }

    /// <summary>Weighs a message: each class counts once; what is denied, supposed, long past or of the family is taken as calm.</summary>
    public Weighed Weigh(List<MessageToken> tokens)
    {
        var found = index.FindAll(tokens);
        var voided = VoidedBy(found, tokens);
        var covered = Covered(found, tokens, static phrase => phrase.Class.Role is WordRole.Minus or WordRole.Else);
        HashSet<WordClass> signs = [];
        HashSet<WordClass> calm = [];
        var said = new bool[tokens.Count];
        foreach (var (phrase, places) in found.Where(f => f.Phrase.Class.Role == WordRole.Sign && f.Places.Any(place => !covered[place])))
        {
            if (places.Select(place => voided[place]).FirstOrDefault(by => by is not null && TakesBack(by, phrase.Class)) is { } by)
            {
                calm.Add(by);
                continue;
            }

            signs.Add(phrase.Class);
            foreach (var place in places.Where(_ => phrase.Class.Force == SignForce.Plain))
            {
                said[place] = true;
            }
        }

        // A `the same` inside of "says the same word over and over" calms nothing.
        calm.UnionWith(
            from one in found
            where one.Phrase.Class.Role == WordRole.Minus && one.Places.Any(place => !said[place])
            select one.Phrase.Class);
        var isPlain = signs.Any(static sign => sign.Force == SignForce.Plain);
        var leans = leanings.Of(tokens, Covered(found, tokens, static phrase => phrase.Class.Role == WordRole.Else));
        return new Weighed(
            signs.Concat(calm).Sum(static sign => sign.Weight)
                + (isPlain ? WordClass.PlainWeight + Math.Max(leans, -WordLeanings.MostAgainstPlain) : leans),
            [.. classes.Where(signs.Contains)]);
    }

    /// <summary>For each word the class that takes it back; null where a sign counts.</summary>
    private WordClass?[] VoidedBy(List<FoundPhrase> found, List<MessageToken> tokens)
    {
        var by = new WordClass?[tokens.Count];
        var today = Sentences(WordRole.Now);

        // The `no` of "no puedo respirar" is part of the sign and denies nothing.
        var inside = Covered(
            [.. found.Where(static f => f.Places.Length > 1)],
            tokens,
            static phrase => phrase.Class.Role is WordRole.Sign or WordRole.Minus or WordRole.Else);
        var fillers = Places(WordRole.Filler);
        var turns = Places(WordRole.But);
        var clauses = turns.Concat(Places(WordRole.Subject)).Concat(Places(WordRole.Not)).ToHashSet();
        foreach (var (phrase, places) in found.Where(f => f.Phrase.Class.Role == WordRole.Not && !inside[f.At]))
        {
            Void(phrase.Class, places[^1], DenialReach, clauses);
        }

        foreach (var (phrase, places) in found.Where(f => f.Phrase.Class.Role == WordRole.Supposed && !IsToday(f)))
        {
            Void(phrase.Class, places[^1], SupposedReach, turns);
        }

        VoidSentences(WordRole.Family);
        VoidSentences(WordRole.Past);
        return by;

        bool IsToday(FoundPhrase one) => today.Contains(tokens[one.At].Sentence);

        void VoidSentences(WordRole role)
        {
            var of = Sentences(role).Except(today).ToHashSet();
            var @class = classes.First(one => one.Role == role);
            for (var i = 0; i < by.Length; i++)
            {
                by[i] = of.Contains(tokens[i].Sentence) ? @class : by[i];
            }
        }

        void Void(WordClass @class, int after, int reach, HashSet<int> until)
        {
            for (var i = after + 1; i < by.Length && reach > 0 && tokens[i].Sentence == tokens[after].Sentence && !until.Contains(i); i++)
            {
                by[i] = @class;
                reach -= fillers.Contains(i) ? 0 : 1;
            }
        }

        HashSet<int> Places(WordRole role) => [.. found.Where(f => f.Phrase.Class.Role == role).SelectMany(static f => f.Places)];

        HashSet<int> Sentences(WordRole role) =>
            [.. found.Where(f => f.Phrase.Class.Role == role).Select(f => tokens[f.At].Sentence)];
    }

    /// <summary>An illness may be an uncle's, long ago; that he hurts somebody is no illness of the family.</summary>
    private static bool TakesBack(WordClass calm, WordClass sign) => calm.Role != WordRole.Family || sign.Kind == UrgentKind.Body;

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
