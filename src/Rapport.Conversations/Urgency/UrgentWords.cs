namespace Rapport.Conversations;

/// <summary>What a message weighs, and the signs that were found in it.</summary>
internal sealed record Weighed(int Weight, IReadOnlyList<WordClass> Signs);

/// <summary>
/// The words of every language, as their files list them, and how a message is weighed by them. A class means the same in each language, so that a message
/// in two languages is weighed as one.
/// </summary>
internal sealed class UrgentWords
{
    /// <summary>How many words a denial reaches: `no fever, vomiting or rash`.</summary>
    private const int DenialReach = 4;

    /// <summary>The longest beginning of a word that a file may give.</summary>
    internal const int LongestBeginning = 24;

    private static readonly string[] Languages = ["en", "es"];

    private readonly List<WordClass> classes;
    private readonly Dictionary<string, List<Phrase>> byFirstWord = [];

    private UrgentWords(IReadOnlyList<UrgentWordsFile> files)
    {
        classes = [.. files.SelectMany(static file => file.Entries).Select(static entry => entry.Class).Distinct()];
        var phrases =
            from file in files
            from entry in file.Entries
            from phrase in entry.Phrases
            select new Phrase(entry.Class, phrase.Split('_'));
        foreach (var phrase in phrases)
        {
            if (!byFirstWord.TryGetValue(phrase.Words[0], out var same))
            {
                byFirstWord.Add(phrase.Words[0], same = []);
            }

            same.Add(phrase);
        }
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
        var found = FindAll(tokens);
        var voided = VoidedBy(found, tokens);
        var calmly = Covered(found, tokens, static phrase => phrase.Class.Role == WordRole.Minus);
        HashSet<WordClass> signs = [];
        HashSet<WordClass> calm = [];
        foreach (var (at, phrase) in found)
        {
            if (phrase.Class.Role == WordRole.Minus)
            {
                calm.Add(phrase.Class);
            }
            else if (phrase.Class.Role == WordRole.Sign && calmly.AsSpan(at, phrase.Words.Length).Contains(false))
            {
                _ = voided[at] is { } by ? calm.Add(by) : signs.Add(phrase.Class);
            }
        }

        return new Weighed(
            signs.Sum(static sign => sign.Weight) + calm.Sum(static sign => sign.Weight),
            [.. classes.Where(signs.Contains)]);
    }

    private List<(int At, Phrase Phrase)> FindAll(List<MessageToken> tokens)
    {
        List<(int, Phrase)> found = [];
        var lookup = byFirstWord.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> beginning = stackalloc char[LongestBeginning + 1];
        for (var i = 0; i < tokens.Count; i++)
        {
            var word = tokens[i].Word;
            if (lookup.TryGetValue(word, out var phrases))
            {
                Add(phrases, i);
            }

            if (char.IsAsciiDigit(word[0]) && lookup.TryGetValue("#", out phrases))
            {
                Add(phrases, i);
            }

            for (var length = 1; length <= Math.Min(word.Length, LongestBeginning); length++)
            {
                beginning[length - 1] = word[length - 1];
                beginning[length] = '*';
                if (lookup.TryGetValue(beginning[..(length + 1)], out phrases))
                {
                    Add(phrases, i);
                }
            }
        }

        return found;

        void Add(List<Phrase> phrases, int at) =>
            found.AddRange(phrases.Where(phrase => phrase.StandsAt(tokens, at)).Select(phrase => (at, phrase)));
    }

    /// <summary>For each word the class that takes it back; null where a sign counts.</summary>
    private WordClass?[] VoidedBy(List<(int At, Phrase Phrase)> found, List<MessageToken> tokens)
    {
        var by = new WordClass?[tokens.Count];
        var ends = found.Where(static f => f.Phrase.Class.Role == WordRole.But).Select(static f => f.At).ToHashSet();

        // The `no` of "no puedo respirar" is part of the sign and denies nothing.
        var inside = Covered(found, tokens, static phrase => phrase.Words.Length > 1 && phrase.Class.Role is WordRole.Sign or WordRole.Minus);
        foreach (var (at, phrase) in found.Where(f => f.Phrase.Class.Role == WordRole.Not && !inside[f.At]))
        {
            var end = Math.Min(at + 1 + DenialReach, tokens.Count);
            for (var i = at + 1; i < end && tokens[i].Sentence == tokens[at].Sentence && !ends.Contains(i); i++)
            {
                by[i] = phrase.Class;
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
    private static bool[] Covered(List<(int At, Phrase Phrase)> found, List<MessageToken> tokens, Func<Phrase, bool> sort)
    {
        var covered = new bool[tokens.Count];
        foreach (var (at, phrase) in found.Where(f => sort(f.Phrase)))
        {
            covered.AsSpan(at, phrase.Words.Length).Fill(true);
        }

        return covered;
    }

    private sealed record Phrase(WordClass Class, string[] Words)
    {
        public bool StandsAt(List<MessageToken> tokens, int at)
        {
            if (at + Words.Length > tokens.Count || tokens[at + Words.Length - 1].Sentence != tokens[at].Sentence)
            {
                return false;
            }

            for (var i = 1; i < Words.Length; i++)
            {
                var (pattern, word) = (Words[i], tokens[at + i].Word);
                var same = pattern == "#" ? char.IsAsciiDigit(word[0])
                    : pattern[^1] == '*' ? word.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1))
                    : pattern == word;
                if (!same)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
