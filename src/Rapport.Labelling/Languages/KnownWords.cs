using System.Collections.Frozen;
using Rapport.Fhir;

namespace Rapport.Labelling;

/// <summary>The words by which a text's language is told: <c>Languages/known-words.txt</c>, which says what it holds. Immutable.</summary>
internal sealed class KnownWords
{
    private readonly FrozenDictionary<byte[], KnownWord>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private uint _bit;

    private KnownWords(string file, string text)
    {
        Dictionary<byte[], KnownWord> words = new(Utf8Comparer.Instance);
        var (number, name) = (0, "");
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line[0] == '#')
            {
                continue;
            }

            var parts = line.Split(line[0] == ' ' ? ' ' : '|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            switch (parts)
            {
                case [var language, "none" or "offered" or "other"] when line[0] != ' ':
                    name = language;
                    Languages |= Begin(parts[1]);
                    break;
                case ["source", ..] when name.Length > 0:
                    Sources.Add(name);
                    break;
                case ["words" or "clinical", .. var list] when name.Length > 0:
                    foreach (var word in list)
                    {
                        Add(words, word);
                    }

                    break;
                default:
                    throw new InvalidDataException($"{file}, line {number}: a language begins with `name | offered`, and has lines of `source`, `words` and `clinical`");
            }
        }

        _lookup = words.ToFrozenDictionary(Utf8Comparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The words that came with the program.</summary>
    internal static KnownWords Current { get; } = OfProgram();

    /// <summary>The languages, one bit each.</summary>
    internal uint Languages { get; private set; }

    /// <summary>Those of them that the rules know.</summary>
    internal uint Offered { get; private set; }

    /// <summary>The languages that say where their words are from.</summary>
    internal HashSet<string> Sources { get; } = [];

    /// <summary>Looks a word up; null for one that is not known.</summary>
    /// <param name="word">Folded: small and plain letters.</param>
    internal KnownWord? Find(ReadOnlySpan<byte> word) => _lookup.TryGetValue(word, out var found) ? found : null;

    /// <summary>Reads words from elsewhere than the program: for tests of the format.</summary>
    internal static KnownWords Parse(string file, string text) => new(file, text);

    private static KnownWords OfProgram()
    {
        const string name = "languages/known-words";
        using var reader = new StreamReader(typeof(KnownWords).Assembly.GetManifestResourceStream(name)!);
        return new KnownWords(name, reader.ReadToEnd());
    }

    /// <summary>The bit of the language that begins; none for what is of no language.</summary>
    private uint Begin(string kind)
    {
        _bit = kind == "none" ? 0 : (Languages == 0 ? 1u : (Languages + 1));
        Offered |= kind == "offered" ? _bit : 0;
        return _bit;
    }

    private void Add(Dictionary<byte[], KnownWord> words, string word)
    {
        var folded = SearchText.Fold(word);
        words[folded] = words.TryGetValue(folded, out var known) ? known with { Languages = known.Languages | _bit } : new KnownWord(words.Count, _bit);
    }
}

/// <summary>A word that is known.</summary>
/// <param name="Number">Its place among all words.</param>
/// <param name="Languages">The languages that have it, one bit each; 0 for a unit.</param>
internal readonly record struct KnownWord(int Number, uint Languages);
