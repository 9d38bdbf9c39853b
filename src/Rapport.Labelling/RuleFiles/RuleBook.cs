using System.Collections.Frozen;

namespace Rapport.Labelling;

/// <summary>All rules, as they were read of the rule files: docs/labelling.md says what a file looks like.</summary>
internal sealed class RuleBook
{
    private static readonly FrozenDictionary<string, Implication> Implications =
        Enum.GetValues<Implication>().ToFrozenDictionary(static implication => implication.ToString().ToLowerInvariant());

    private readonly List<Rule> _rules = [];
    private readonly Dictionary<string, string> _sources = [];

    private RuleBook(IEnumerable<(string File, string Text)> files)
    {
        var codes = new CodeTable.Builder();
        var words = new WordTable.Builder();
        foreach (var (file, text) in files)
        {
            Read(file, text, codes, words);
        }

        Codes = codes.Build();
        Words = words.Build();
        ById = _rules.ToFrozenDictionary(static rule => rule.Id);
    }

    /// <summary>The rules that came with the program.</summary>
    internal static RuleBook Current { get; } = OfProgram();

    internal IReadOnlyList<Rule> Rules => _rules;

    internal FrozenDictionary<string, Rule> ById { get; }

    /// <summary>Where each rule comes from, by its name.</summary>
    internal IReadOnlyDictionary<string, string> Sources => _sources;

    internal CodeTable Codes { get; }

    internal WordTable Words { get; }

    /// <summary>Reads rules from elsewhere than the program: for tests of the format.</summary>
    internal static RuleBook Parse(string file, string text) => new([(file, text)]);

    private static RuleBook OfProgram()
    {
        var assembly = typeof(RuleBook).Assembly;
        List<(string, string)> files = [];
        foreach (var name in assembly.GetManifestResourceNames().Where(static name => name.EndsWith(".txt", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var text = reader.ReadToEnd().ReplaceLineEndings("\n");
            files.Add((name, text));
        }

        return new RuleBook(files);
    }

    private void Read(string file, string text, CodeTable.Builder codes, WordTable.Builder words)
    {
        Rule? rule = null;
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line[0] == '#')
            {
                continue;
            }

            try
            {
                if (line[0] == ' ')
                {
                    ReadLine(rule ?? throw new FormatException("a line of a rule stands before its head"), line.Trim(), codes, words);
                }
                else
                {
                    rule = ReadHead(line);
                }
            }
            catch (FormatException wrong)
            {
                throw new InvalidDataException($"{file}, line {number}: {wrong.Message}", wrong);
            }
        }
    }

    private Rule ReadHead(string line)
    {
        var parts = line.Split('|', StringSplitOptions.TrimEntries);
        if (parts.Length != 3 || !Implications.TryGetValue(parts[2], out var implication) || (parts[1].Length == 0) != (implication == Implication.Harmless))
        {
            throw new FormatException("a rule begins with `name | LABEL | how it tells`; only what is harmless has no label");
        }

        var rule = new Rule(_rules.Count, parts[0], parts[1], implication);
        if (_rules.Any(other => other.Id == rule.Id))
        {
            throw new FormatException($"there are two rules `{rule.Id}`");
        }

        _rules.Add(rule);
        return rule;
    }

    private void ReadLine(Rule rule, string line, CodeTable.Builder codes, WordTable.Builder words)
    {
        var blank = line.IndexOf(' ', StringComparison.Ordinal);
        var (key, rest) = blank < 0 ? (line, "") : (line[..blank], line[blank..].Trim());
        if (key == "source")
        {
            _sources[rule.Id] = _sources.TryGetValue(rule.Id, out var before) ? $"{before} {rest}" : rest;
        }
        else if (key is "en" or "es")
        {
            foreach (var phrase in rest.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                words.Add(phrase, rule);
            }
        }
        else
        {
            foreach (var code in rest.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                codes.Add(key, code, rule);
            }
        }
    }
}
