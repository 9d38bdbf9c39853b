namespace Rapport.Labelling.Tests.Measured;

/// <summary>The classes that are measured: lists and rules name the parts of a class differently.</summary>
internal static class Classes
{
    /// <summary>The class of a label; null for what these rules do not label (personal details, plain diagnoses, social circumstances).</summary>
    internal static string? Of(string label) => label switch
    {
        "ETH" or "SUD" or "ETHUD" or "OPIOIDUD" => "substance use",
        "PSY" or "MH" or "BH" or "MENCAT" or "PSYTHPN" => "mental health",
        "SEX" or "STD" => "sexual health",
        "SDV" or "VIO" or "MST" => "violence",
        "HIV" => "HIV",
        "GDIS" => "genetics",
        _ => null,
    };

    internal static HashSet<string> Of(IEnumerable<FoundLabel> found) => [.. found.Select(static label => Of(label.Code)).OfType<string>()];
}

/// <summary>Counts what was found of each class.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, (int Right, int Wrong, int Missed)> _classes = [];

    internal IEnumerable<string> Classes => _classes.Keys;

    internal void Add(IReadOnlySet<string> truth, IReadOnlySet<string> found)
    {
        foreach (var name in truth.Union(found))
        {
            var (right, wrong, missed) = _classes.GetValueOrDefault(name);
            _classes[name] = (truth.Contains(name), found.Contains(name)) switch
            {
                (true, true) => (right + 1, wrong, missed),
                (false, true) => (right, wrong + 1, missed),
                _ => (right, wrong, missed + 1),
            };
        }
    }

    internal double Recall(string name) => _classes.TryGetValue(name, out var c) && c.Right + c.Missed > 0 ? (double)c.Right / (c.Right + c.Missed) : 1;

    internal double Precision(string name) => _classes.TryGetValue(name, out var c) && c.Right + c.Wrong > 0 ? (double)c.Right / (c.Right + c.Wrong) : 1;

    internal IEnumerable<string> Lines() =>
        from pair in _classes
        let c = pair.Value
        select $"{pair.Key}: {c.Right} found, {c.Missed} missed, {c.Wrong} too many: recall {Recall(pair.Key):P1}, precision {Precision(pair.Key):P1}";
}
