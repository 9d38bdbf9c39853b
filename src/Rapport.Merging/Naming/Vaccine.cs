using System.Collections.Frozen;

namespace Rapport.Merging;

/// <summary>What a vaccine protects against, as its name or its CVX code tells: the same shot is coded with and without preservative, by brand and by group.</summary>
internal static class Vaccine
{
    private static readonly FrozenDictionary<string, string[]> Antigens = Read();

    /// <summary>Hash of all that the vaccine of this name protects against; null when none is known.</summary>
    internal static ulong? Of(string? name)
    {
        SortedSet<string> found = new(StringComparer.Ordinal);
        foreach (var word in Names.Words(name, NameRules.Vaccines))
        {
            if (Antigens.TryGetValue(word, out var antigens))
            {
                found.UnionWith(antigens);
            }
        }

        return found.Count == 0 ? null : Names.Hash('v', string.Join('+', found));
    }

    /// <summary>The same of a CVX code.</summary>
    internal static ulong? OfCvx(string code) => Antigens.TryGetValue($"cvx{code.TrimStart('0')}", out var antigens) ? Names.Hash('v', string.Join('+', antigens.Order(StringComparer.Ordinal))) : null;

    private static FrozenDictionary<string, string[]> Read()
    {
        Dictionary<string, string[]> antigens = [];
        foreach (var line in WordList.Lines("Vaccines.txt"))
        {
            var parts = line.Split('=', StringSplitOptions.TrimEntries);
            foreach (var word in parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                antigens.Add(word, parts[0].Split('+'));
            }
        }

        return antigens.ToFrozenDictionary();
    }
}
