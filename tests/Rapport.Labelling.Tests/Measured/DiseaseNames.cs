namespace Rapport.Labelling.Tests.Measured;

/// <summary>The names of diseases in the Disease Ontology and the classes that they lie below there.</summary>
internal static class DiseaseNames
{
    // Dementia and what is of sleep are mental health there and not here: they are counted as neither.
    private static readonly string[] NotMeasured = ["dementia", "sleep disorder", "cognitive disorder"];

    internal static IEnumerable<(string Name, HashSet<string> Truth)> Read(string file)
    {
        Dictionary<string, List<string>> parents = [];
        foreach (var parts in File.ReadLines(file).Skip(1).Select(static line => line.Split('\t')).Where(static parts => parts.Length == 3))
        {
            parents.TryAdd(parts[1].Trim('"'), []);
            parents[parts[1].Trim('"')].Add(parts[2].Trim('"'));
        }

        foreach (var name in parents.Keys)
        {
            var above = Above(name, parents);
            if (!above.Overlaps(NotMeasured))
            {
                yield return (name, above.Contains("substance-related disorder") ? ["substance use"] : above.Contains("disease of mental health") ? ["mental health"] : []);
            }
        }
    }

    private static HashSet<string> Above(string name, Dictionary<string, List<string>> parents)
    {
        HashSet<string> above = [name];
        Queue<string> waiting = new([name]);
        while (waiting.TryDequeue(out var next))
        {
            foreach (var parent in parents.GetValueOrDefault(next) ?? [])
            {
                if (above.Add(parent))
                {
                    waiting.Enqueue(parent);
                }
            }
        }

        return above;
    }
}
