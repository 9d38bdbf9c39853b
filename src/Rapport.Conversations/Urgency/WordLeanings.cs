using System.Globalization;

namespace Rapport.Conversations;

/// <summary>
/// How much single words, and two that follow each other, lean towards urgent or towards harmless messages: counted, not chosen. It tells
/// what the lists of signs do not know yet. Pure and thread safe.
/// </summary>
internal sealed class WordLeanings
{
    /// <summary>How much a message can lean at most, either way.</summary>
    public const int Most = 8;

    /// <summary>
    /// How much it can lean towards harmless ones where a plain sign counts: one that nothing else speaks against asks, however calm the
    /// words around it.
    /// </summary>
    public const int MostAgainstPlain = 2;

    /// <summary>
    /// How many words are looked at together. A message leans as its most urgent stretch does, so that nothing urgent is hidden by how much
    /// else is written around it.
    /// </summary>
    public const int Stretch = 40;

    private readonly Dictionary<string, int> single = [];
    private readonly Dictionary<(string First, string Second), int> pairs = [];

    private WordLeanings()
    {
    }

    /// <summary>Reads the file: `lean` with a weight, then lines of words; `_` stands between two.</summary>
    /// <exception cref="FormatException">A line is none of these.</exception>
    public static WordLeanings Parse(string text)
    {
        WordLeanings leanings = new();
        var weight = 0;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Where(static line => line.Length > 0 && line[0] != '#'))
        {
            weight = line.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
            {
                ["lean", var number] when line[0] != ' ' && WeightOf(number) is { } w => w,
                ["any", .. { Length: > 0 } words] when weight != 0 && words.All(word => leanings.TryAdd(word, weight)) => weight,
                _ => throw new FormatException($"not a line of leanings: `{line}`"),
            };
        }

        return leanings;
    }

    /// <summary>
    /// How a message leans: above zero towards urgent ones, by <see cref="Most"/> at most. Takes a time that grows with the
    /// number of words alone.
    /// </summary>
    /// <param name="tokens">The words of the message.</param>
    /// <param name="without">For each word whether it means something else here, and leans nowhere.</param>
    public int Of(List<MessageToken> tokens, bool[] without)
    {
        var each = new int[tokens.Count];
        var (now, most) = (0, int.MinValue);
        for (var i = 0; i < each.Length; i++)
        {
            each[i] = without[i] ? 0
                : single.GetValueOrDefault(tokens[i].Word) + (i > 0 ? pairs.GetValueOrDefault((tokens[i - 1].Word, tokens[i].Word)) : 0);
            now += each[i] - (i < Stretch ? 0 : each[i - Stretch]);
            most = i + 1 >= Math.Min(Stretch, each.Length) ? Math.Max(most, now) : most;
        }

        return each.Length == 0 ? 0 : Math.Clamp(most, -Most, Most);
    }

    private static int? WeightOf(string number) =>
        int.TryParse(number, CultureInfo.InvariantCulture, out var weight) && weight is not 0 and >= -9 and <= 9 ? weight : null;

    private bool TryAdd(string words, int weight) => words.Split('_') switch
    {
        [{ Length: > 0 } word] => single.TryAdd(word, weight),
        [{ Length: > 0 } first, { Length: > 0 } second] => pairs.TryAdd((first, second), weight),
        _ => false,
    };
}
